"""The joint tally: what came off the truck, counted by one and confirmed by another; it balances, or it stops."""

from collections.abc import Sequence
from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.turns import once, write
from mabar.crossings import rules, tally_sides
from mabar.crossings import transshipment_turns as steps
from mabar.crossings.models import Transshipment, TransshipmentEvent, TransshipmentLine
from mabar.crossings.queries import transshipments as told
from mabar.crossings.rules import counting, transshipping


@once
def note_tally(
    actor: Actor,
    key: str,
    *,
    counted: Sequence[counting.Count],
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> Transshipment:
    """Record what came off the truck, each declaration once; a later tally takes the place of this one.

    It stands for nothing until another officer has confirmed it.

    Raises:
        NotMandated, TransshipmentOutOfTurn, HourOutOfOrder, TallyIncomplete.
        NothingToTransship: all papers were taken off the truck; nothing balances nothing.
    """
    with journal.writes(actor, "crossings.note_tally", key, at=at, counted=counting.as_facts(counted)) as line:
        transshipment = steps.take(actor, line, key, event_key=event_key, version=version)
        steps.require(actor, "crossings.note_tally", transshipment.place_id)
        truck = steps.lock_trucks([transshipment.passage_id])[transshipment.passage_id]
        links = {link.declaration: link for link in truck.declarations.order_by("reference")}
        transshipping.check_declared(truck.plate, list(links))
        references = {link.declaration: link.reference for link in links.values()}
        counting.check_each_once([each.declaration for each in counted], declared=references)
        event = steps.move(actor, transshipment, "note_tally", at=at, event_key=event_key, digest="")
        TransshipmentLine.objects.bulk_create(
            TransshipmentLine(
                event=event,
                declaration=each.declaration,
                reference=references[each.declaration],
                packages=each.packages,
                gross_mass_g=each.gross_mass_g,
                declared_packages=links[each.declaration].packages,
                declared_mass_g=links[each.declaration].gross_mass_g,
            )
            for each in counted
        )
    return transshipment


@once
def confirm_tally(
    actor: Actor, key: str, *, at: datetime, event_key: str = "", version: int | None = None
) -> Transshipment:
    """Confirm, as the second officer, the tally that stands: it is accepted where it balances, else all stops.

    A tally that a device has sent is confirmed by two.

    Raises:
        NotMandated, TransshipmentOutOfTurn, HourOutOfOrder.
        SameOfficer, OtherServiceNeeded: see `transshipping.check_second`.
        PapersChanged: the truck's papers are others than when it was counted.
    """
    with journal.writes(actor, "crossings.confirm_tally", key, at=at) as line:
        transshipment = steps.take(actor, line, key, event_key=event_key, version=version)
        steps.require(actor, "crossings.confirm_tally", transshipment.place_id)
        transshipping.after("confirm_tally", transshipment.state)
        tally = _seen_and_unchanged(actor, transshipment)
        if not transshipping.is_joint([*_counted_by(transshipment), steps.witness(actor)]):
            rules.check_hour(at, latest=transshipment.changed_at, zone=transshipment.place.clock)
            write(transshipment, changed_at=at)
            steps.note(actor, transshipment, "confirm_tally", at=at, event_key=event_key)
            return transshipment
        is_balanced = counting.balances(tally, transshipment.tolerance_percent)
        line.note(is_balanced=is_balanced)
        act = "confirm_tally" if is_balanced else "stop"
        facts = {"is_balanced": is_balanced}
        steps.move(actor, transshipment, act, kind="confirm_tally", at=at, event_key=event_key, facts=facts)
        tally_sides.tell_joint(actor, transshipment, tally, at=at)
    return transshipment


def _seen_and_unchanged(actor: Actor, transshipment: Transshipment) -> list[counting.Counted]:
    before = _counted_by(transshipment)
    transshipping.check_second(steps.witness(actor), before, services=steps.services(transshipment.place_id))
    tally = told.tally_of(transshipment.key)
    truck = steps.lock_trucks([transshipment.passage_id])[transshipment.passage_id]
    counting.check_same_papers(tally, steps.declared_on(truck))
    return tally


def _counted_by(transshipment: Transshipment) -> list[transshipping.Witness]:
    """Give who has seen the tally that stands: its author, and who has confirmed it since."""
    newest = _newest_tally(transshipment)
    since = transshipment.events.filter(pk__gte=newest.pk, kind__in=["note_tally", "confirm_tally"])
    return steps.witnesses(since.order_by("pk"))


def _newest_tally(transshipment: Transshipment) -> TransshipmentEvent:
    return transshipment.events.filter(kind="note_tally").latest("pk")


@once
def decide_difference(
    actor: Actor, key: str, *, reason: str, at: datetime, event_key: str = "", version: int | None = None
) -> Transshipment:
    """Let goods go on that do not balance, for a reason; who decides has neither counted nor confirmed.

    Raises:
        NotMandated, TransshipmentOutOfTurn, HourOutOfOrder, ReasonMissing, SameOfficer.
        SurplusUndeclared, BulkSurplusUndeclared: more than declared; no decision makes up for a declaration.
    """
    with journal.writes(actor, "crossings.decide_difference", key, at=at, reason=reason) as line:
        transshipment = steps.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.decide_difference", place=transshipment.place_id)
        transshipping.after("decide_difference", transshipment.state)
        transshipping.check_second(steps.witness(actor), _counted_by(transshipment), services=())
        counting.check_no_surplus(told.tally_of(key), transshipment.tolerance_percent)
        facts = {"reason": rules.check_reason(reason)}
        steps.move(actor, transshipment, "decide_difference", at=at, event_key=event_key, facts=facts)
    return transshipment
