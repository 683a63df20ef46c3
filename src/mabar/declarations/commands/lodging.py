"""Lodging, one or many: judged, entered, numbered and sent to a lane in one transaction, or refused by name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from django.db import IntegrityError

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.declarations import entering
from mabar.declarations.entering import Entry, Outcome
from mabar.declarations.models import Declaration
from mabar.declarations.rows import NO_FILE, Source
from mabar.declarations.sad import Declaration as Record

BATCH = 100  # declarations a transaction: large enough to share its cost, small enough that other desks do not wait


def lodge(
    actor: Actor, key: str, *, record: Record, place: str, seed: str, at: datetime, source: Source = NO_FILE
) -> Declaration:
    """Lodge a record at a place; the same content lodged again is the same declaration.

    Where Mabar is the register and registers at once, the node numbers it and draws its lane in the same transaction.

    Args:
        key: a new key, or that of the draft that is lodged.
        seed: what the lane is drawn from; nobody may know it before.

    Raises:
        NotMandated, OutOfTurn, NotAWholeDeclaration, RegimeNotStated, OpenDates, RefusedByChecks, FigureOutOfRange,
        NetAboveGross.
        RefusedByChecks: what came from across and bears on the duty is neither confirmed nor changed.
    """
    entering.require_confirmed(key, record)
    (outcome,) = _batch(actor, [Entry(key, record, seed, source)], place=place, at=at)
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome.row or Declaration.objects.get(key=outcome.key)


def lodge_many(actor: Actor, entries: Iterable[Entry], *, place: str, at: datetime) -> Iterator[Outcome]:
    """Lodge many, a hundred a transaction: each is lodged whole, or refused by name, or was there already.

    Raises:
        NotMandated.
    """
    waiting = iter(entries)
    while batch := list(islice(waiting, BATCH)):
        yield from _batch(actor, batch, place=place, at=at)


def _batch(actor: Actor, entries: Sequence[Entry], *, place: str, at: datetime) -> list[Outcome]:
    try:
        return _lodged(actor, entries, place=place, at=at, taken={})
    except IntegrityError:
        # a key is taken, or somebody lodged the same content at the same moment: now it is there to be seen
        return _lodged(actor, entries, place=place, at=at, taken=entering.taken_keys(entries))


def _lodged(
    actor: Actor, entries: Sequence[Entry], *, place: str, at: datetime, taken: Mapping[str, str]
) -> list[Outcome]:
    with journal.writes_many(actor, "declarations.lodge", at=at, place=place) as lines:
        mandates.require(actor, "declarations.lodge", place=place)
        outcomes, papers = entering.judge_all(actor, entries, place=place, at=at, taken=taken)
        entering.give_numbers(papers, at=at)
        entering.draw_lanes(papers, at=at)
        entering.insert(papers, by=actor.key, at=at)
        lines.extend(entering.lodged_line(actor, paper, at=at) for paper in papers)
        lines.extend(entering.lines_of_node(papers, at=at))
        entering.tell(papers, place=place, at=at)
    return outcomes
