"""What declarations tell the trucks: they call these acts down, inside their own acts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import once, write
from mabar.crossings import queries, rules, turns
from mabar.crossings.models import Passage, PassageDeclaration


@once
def attach(
    actor: Actor,
    key: str,
    *,
    declaration: str,
    reference: str,
    packages: int,
    gross_mass_g: int,
    at: datetime,
    seals: Sequence[str] = (),
    lane: str = "",
    is_cleared: bool = False,
    whole: rules.Load | None = None,
    event_key: str = "",
    version: int | None = None,
) -> Passage:
    """Put a share of a declaration on a truck; one that is released already is cleared as it is attached.

    Args:
        whole: packages and gross mass of the whole declaration, which all its trucks together may not exceed.

    Raises:
        NotMandated, OutOfTurn, AttachedBefore, MassesExceeded, NotASeal.
    """
    share: dict[str, Any] = {"packages": packages, "gross_mass_g": gross_mass_g}
    with journal.writes(actor, "crossings.attach", key, at=at, declaration=declaration, **share) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.attach", place=passage.place_id)
        rules.check_beside("attach", passage.state)
        if passage.declarations.filter(declaration=declaration).exists():
            raise rules.AttachedBefore(reference=reference)
        if whole is not None:
            rules.check_share(rules.Load(**share), elsewhere=queries.load_elsewhere(declaration, key), whole=whole)
        PassageDeclaration.objects.create(
            passage=passage,
            declaration=declaration,
            reference=reference,
            lane=lane,
            cleared_at=at if is_cleared else None,
            **share,
        )
        write(passage, seals=rules.tidy_seals([*passage.seals, *seals]))
        facts = {"declaration": declaration, "reference": reference, "is_cleared": is_cleared, **share}
        turns.note(actor, passage, "attach", at=at, event_key=event_key, facts=facts)
    return passage


@once
def detach(
    actor: Actor, key: str, *, declaration: str, at: datetime, event_key: str = "", version: int | None = None
) -> Passage:
    """Take a declaration off a truck that has not left.

    Raises:
        NotMandated, OutOfTurn.
        NoSuchRecord: the declaration is not on this truck.
    """
    with journal.writes(actor, "crossings.detach", key, at=at, declaration=declaration) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.detach", place=passage.place_id)
        rules.check_beside("detach", passage.state)
        link = _link(passage, declaration)
        facts = {"declaration": declaration, "reference": link.reference, "packages": link.packages}
        link.delete()
        write(passage)
        turns.note(actor, passage, "detach", at=at, event_key=event_key, facts=facts)
    return passage


@once
def clear(
    actor: Actor, key: str, *, declaration: str, at: datetime, event_key: str = "", version: int | None = None
) -> Passage:
    """Let the goods of a declaration go on this truck.

    Raises:
        NotMandated, ClearedBefore.
        NoSuchRecord: the declaration is not on this truck.
    """
    with journal.writes(actor, "crossings.clear", key, at=at, declaration=declaration) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.clear", place=passage.place_id)
        link = _link(passage, declaration)
        if link.cleared_at is not None:
            hour = rules.hours.hour_text(passage.place.clock, link.cleared_at)
            raise rules.ClearedBefore(reference=link.reference, at=hour)
        link.cleared_at = at
        link.save(update_fields=["cleared_at"])
        write(passage)
        facts = {"declaration": declaration, "reference": link.reference}
        turns.note(actor, passage, "clear", at=at, event_key=event_key, facts=facts)
    return passage


@once
def mark_lane(
    actor: Actor,
    key: str,
    *,
    declaration: str,
    colour: str,
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> Passage:
    """Mark on a truck the lane drawn for one of its declarations; an empty colour takes it away again.

    Raises:
        NotMandated.
        NoSuchRecord: the declaration is not on this truck.
    """
    with journal.writes(actor, "crossings.mark_lane", key, at=at, declaration=declaration, colour=colour) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.mark_lane", place=passage.place_id)
        link = _link(passage, declaration)
        facts = {"declaration": declaration, "reference": link.reference, "colour": colour, "before": link.lane}
        link.lane = colour
        link.save(update_fields=["lane"])
        write(passage)
        turns.note(actor, passage, "mark_lane", at=at, event_key=event_key, facts=facts)
    return passage


@once
def note_number(
    actor: Actor,
    key: str,
    *,
    declaration: str,
    reference: str,
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> Passage:
    """Note on a truck the number that one of its declarations was given after it was put on it.

    Raises:
        NotMandated.
        NoSuchRecord: the declaration is not on this truck.
    """
    with journal.writes(actor, "crossings.note_number", key, at=at, declaration=declaration) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.note_number", place=passage.place_id)
        link = _link(passage, declaration)
        link.reference = reference
        link.save(update_fields=["reference"])
        write(passage)
        facts = {"declaration": declaration, "reference": reference}
        turns.note(actor, passage, "note_number", at=at, event_key=event_key, facts=facts)
    return passage


def _link(passage: Passage, declaration: str) -> PassageDeclaration:
    link = passage.declarations.filter(declaration=declaration).first()
    if link is None:
        raise NoSuchRecord(key=declaration)
    return link
