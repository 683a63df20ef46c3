"""What each customs does for goods that both count: its own tally, its settlement, and what it hears of the other's."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import SentTwice, once, write
from mabar.crossings import messages, rules, tally_sides
from mabar.crossings.models import TwoSidedTally
from mabar.crossings.queries import two_sided as rows
from mabar.crossings.rules import Load, transshipping, two_sided
from mabar.crossings.rules.transshipping_refusals import CountedByHome
from mabar.crossings.telling import PURPOSE
from mabar.exchange import outbox

LONGEST_REASON, LONGEST_PLATE = 500, 40


@once
def note_own_tally(
    actor: Actor,
    key: str,
    *,
    counted: Mapping[str, Load],
    seals: Sequence[str],
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> TwoSidedTally:
    """Record what this side has counted of goods that the other side unloads, and tell it; again, it is a recount.

    Args:
        counted: by reference of declaration, each that was asked once.
        seals: those read on the truck.
    Raises:
        NotMandated, TallyOutOfTurn, TallyIncomplete, NotASeal.
        CountedByHome: this side unloads, and counts in its transshipment.
        NoSuchRecord: nothing is counted under the key.
    """
    facts: dict[str, Any] = {"counted": tally_sides.as_rows(counted), "seals": list(seals)}
    with journal.writes(actor, "crossings.note_own_tally", key, at=at, **facts) as line:
        tally = _take(line, key)
        mandates.require(actor, "crossings.note_own_tally", place=tally.place_id)
        _refuse_second(tally, by=actor.key, event_key=event_key)
        two_sided.check_open("note_own_tally", tally.state, seen=version, now=tally.version)
        if tally.unloads_at == tally.place_id:
            raise CountedByHome()
        two_sided.check_each_reference(list(counted), list(rows.loads_of(tally.declared)) or list(counted))
        tally_sides.note_ours(actor, tally, counted, rules.tidy_seals(seals), at=at, event_key=event_key)
        line.note(state=tally.state)
    return tally


def _take(line: journal.OpenLine, key: str) -> TwoSidedTally:
    found = TwoSidedTally.objects.select_for_update().filter(key=key).first()
    if found is None:
        raise NoSuchRecord(key=key)
    line.place = found.place_id
    return found


def _refuse_second(tally: TwoSidedTally, *, by: str, event_key: str) -> None:
    if event_key and tally.sides.filter(by=by, event_key=event_key).exists():
        raise SentTwice(tally)


@once
def settle_tallies(actor: Actor, key: str, *, reason: str, at: datetime, version: int | None = None) -> TwoSidedTally:
    """Let two tallies that differ stand, as the head of this side; they are settled when both heads have said so.

    A recount of either side leaves the settlement behind.

    Raises:
        NotMandated, TallyOutOfTurn, ReasonMissing, NothingToSettle.
        SameOfficer: who counted does not settle.
        NoSuchRecord: nothing is counted under the key.
    """
    with journal.writes(actor, "crossings.settle_tallies", key, at=at, reason=reason) as line:
        tally = _take(line, key)
        mandates.require(actor, "crossings.settle_tallies", place=tally.place_id)
        two_sided.check_open("settle_tallies", tally.state, seen=version, now=tally.version)
        said, settled = rules.check_reason(reason), _standing(tally)
        newest = tally.sides.get(side=two_sided.OURS, number=settled.ours)
        transshipping.check_second(
            transshipping.Witness(actor.key, ""), [transshipping.Witness(newest.by, "")], services=()
        )
        message = _tell_settled(tally, settled, said, at)
        told = tally_sides.Said(reason=said, by=actor.key, at=at, message=message)
        tally_sides.note_settlement(tally, settled, told, at=at)
        line.note(ours=settled.ours, theirs=settled.theirs, state=tally.state)
    return tally


def _standing(tally: TwoSidedTally) -> two_sided.Settlement:
    """Name the two tallies that stand, if they differ and this side has not settled them."""
    found = rows.newest_of(tally)
    numbers = {"ours": found.ours.number if found.ours else 0, "theirs": found.theirs.number if found.theirs else 0}
    settled = two_sided.Settlement(two_sided.OURS, **numbers)
    two_sided.check_settleable(tally.state, is_settled_here=settled in found.settlements)
    return settled


def _tell_settled(tally: TwoSidedTally, settled: two_sided.Settlement, reason: str, at: datetime) -> str:
    news = messages.TallySettled(
        transshipment=tally.key,
        place=tally.place_id,
        number=settled.ours,
        across=settled.theirs,
        reason=reason,
        at=at,
    )
    return outbox.leave_for_partner(tally.partner, news, purpose=PURPOSE, at=at)


def hear_tally_asked(
    actor: Actor,
    key: str,
    *,
    place: str,
    partner: str,
    plate: str,
    passage: str,
    declared: Mapping[str, Load],
    at: datetime,
) -> TwoSidedTally:
    """Note that the other side unloads a truck whose goods are to be counted here too; told again, it is renewed.

    Raises:
        NotMandated.
        NoSuchRecord: this side unloads it, or another partner counts it.
    """
    with journal.writes(actor, "crossings.hear_tally_asked", key, at=at, place=place, partner=partner, plate=plate):
        mandates.require(actor, "crossings.hear_tally_asked", place=place)
        tally = _heard_of(key, place=place, partner=partner, plate=plate, at=at)
        if tally.unloads_at != partner:
            raise NoSuchRecord(key=key)
        write(tally, declared=tally_sides.as_rows(declared), passage=passage[:26], changed_at=at)
    return tally


def _heard_of(key: str, *, place: str, partner: str, plate: str, at: datetime) -> TwoSidedTally:
    """Take the tally of a key, or begin it: a message that comes before the one that asks is as good a beginning."""
    begun = {
        "place_id": place,
        "partner": partner,
        "unloads_at": partner,
        "plate": plate[:LONGEST_PLATE],
        "state": two_sided.TRANSITIONS["", "ask"],
        "asked_at": at,
        "changed_at": at,
    }
    TwoSidedTally.objects.get_or_create(key=key, defaults=begun)
    tally = TwoSidedTally.objects.select_for_update().get(key=key)
    if (tally.place_id, tally.partner) != (place, partner):
        raise NoSuchRecord(key=key)
    return tally


def hear_tally_withdrawn(actor: Actor, key: str, *, place: str, at: datetime) -> None:
    """Note that nothing is to be counted any more; of what was never asked there is nothing to note.

    Raises:
        NotMandated.
    """
    with journal.writes(actor, "crossings.hear_tally_withdrawn", key, at=at, place=place):
        mandates.require(actor, "crossings.hear_tally_withdrawn", place=place)
        tally = TwoSidedTally.objects.select_for_update().filter(key=key, place=place).first()
        if tally is not None and tally.unloads_at == tally.partner:
            write(tally, state=two_sided.WITHDRAWN, changed_at=at)


def hear_tally(
    actor: Actor,
    key: str,
    *,
    place: str,
    partner: str,
    plate: str,
    tally: two_sided.SideTally,
    counted_at: datetime,
    message: str,
    at: datetime,
) -> TwoSidedTally:
    """Keep what the other side has counted; its newest number counts, whichever message comes first.

    Raises:
        NotMandated.
        NoSuchRecord: another partner counts it.
        TallyNumberReused: other figures were told under this number.
    """
    facts = {"partner": partner, "number": tally.number, "message": message}
    with journal.writes(actor, "crossings.hear_tally", key, at=at, place=place, **facts) as line:
        mandates.require(actor, "crossings.hear_tally", place=place)
        kept = _heard_of(key, place=place, partner=partner, plate=plate, at=at)
        tally_sides.note_theirs(kept, tally, counted_at=counted_at, message=message, at=at)
        line.note(state=kept.state)
    return kept


def hear_settlement(
    actor: Actor,
    key: str,
    *,
    place: str,
    settlement: two_sided.Settlement,
    reason: str,
    settled_at: datetime,
    message: str,
    at: datetime,
) -> TwoSidedTally:
    """Keep that the other side lets two tallies stand that differ; where others stand by now, it changes nothing.

    Raises:
        NotMandated.
        NoSuchRecord: nothing is counted under the key.
    """
    facts = {"ours": settlement.ours, "theirs": settlement.theirs, "message": message}
    with journal.writes(actor, "crossings.hear_settlement", key, at=at, place=place, **facts) as line:
        mandates.require(actor, "crossings.hear_settlement", place=place)
        tally = _take(line, key)
        told = tally_sides.Said(reason=reason[:LONGEST_REASON], by="", at=settled_at, message=message)
        tally_sides.note_settlement(tally, settlement, told, at=at)
        line.note(state=tally.state)
    return tally
