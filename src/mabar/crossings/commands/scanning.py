"""Scans that a scanner sends by the plate: on the truck that stood in the yard then, or kept for an officer.

A scan says what was seen.  It moves no truck, holds none, and decides nothing on a declaration: officers do.
"""

from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.crossings import queries, rules, turns
from mabar.crossings.commands.weighing import BEFORE, KEPT, RECORDED, Taken
from mabar.crossings.models import Passage, ReceivedScan
from mabar.crossings.rules.scans import Scan

# What no scan is lost by: it is kept, and an officer sees why.
KEPT_AFTER = (rules.NoTruckScanned, rules.OutOfTurn)


class SentBefore(Exception):
    """The same scan was received while this one was on its way; it leaves the act without a second line."""


def take_scan(actor: Actor, place: str, *, scan: Scan, at: datetime) -> Taken:
    """Record a scan on the truck of its plate that stood in the yard then; one that fits none is kept.

    The same scan sent again changes nothing.

    Raises:
        NotMandated, NotAPlate, ScanUnfit, HourOutOfOrder: the scan is of an hour to come.
        ScanNumberReused: the scanner sent another scan under this number.
    """
    mandates.require(actor, "crossings.note_scan", place=place, at=at)
    rules.check_not_ahead(scan.scanned_at, now=at, zone=queries.crossing_place(place).clock)
    rules.check_scan(scan)
    try:
        return _before(place, scan) or _record(actor, place, scan, at=at)
    except SentBefore:
        # the same was sent twice at once, and the other has just been received
        return _before(place, scan) or Taken(scan.event_key, scan.plate, BEFORE)


def _before(place: str, scan: Scan) -> Taken | None:
    received = queries.scan_received(place, scan)
    if received is None:
        return None
    before, passage = received
    rules.check_same_scan(scan, before)
    return Taken(scan.event_key, scan.plate, BEFORE, passage)


def _record(actor: Actor, place: str, scan: Scan, *, at: datetime) -> Taken:
    try:
        truck = queries.in_yard_at(scan.plate, place=place, at=scan.scanned_at)
        note_scan(actor, truck.key, scan=scan, at=at)
    except KEPT_AFTER as refusal:
        _keep(actor, place, scan, reason=refusal.code, at=at)
        return Taken(scan.event_key, scan.plate, KEPT, reason=refusal.code)
    return Taken(scan.event_key, scan.plate, RECORDED, truck.key)


def note_scan(actor: Actor, key: str, *, scan: Scan, at: datetime) -> Passage:
    """Record a scan on the truck of a passage.

    Raises:
        NotMandated, OutOfTurn, NotAPlate, ScanUnfit.
        SentBefore: the scanner's scan of this number has been received.
    """
    told = {"event_key": scan.event_key, **scan.facts}
    with journal.writes(actor, "crossings.note_scan", key, at=at, **told) as line:
        passage = turns.take(actor, line, key)
        mandates.require(actor, "crossings.note_scan", place=passage.place_id)
        rules.check_scan(scan)
        _receive(actor, passage.place_id, scan, at=at, passage=passage)
        _put_on(actor, passage, scan)
    return passage


def _put_on(actor: Actor, passage: Passage, scan: Scan) -> None:
    """Leave the event that tells of the scan, at the hour of the scan."""
    rules.check_beside("note_scan", passage.state)
    is_other = rules.is_other_trailer(scan.trailer_plate, passage.trailer_plate)
    facts = {"event_key": scan.event_key, **scan.facts, **({"is_other_trailer": True} if is_other else {})}
    turns.note(actor, passage, "note_scan", at=scan.scanned_at, facts=facts)


def _keep(actor: Actor, place: str, scan: Scan, *, reason: str, at: datetime) -> None:
    told = {"event_key": scan.event_key, "reason": reason, **scan.facts}
    with journal.writes(actor, "crossings.keep_scan", scan.event_key, at=at, place=place, **told):
        mandates.require(actor, "crossings.note_scan", place=place)
        _receive(actor, place, scan, at=at, reason=reason)


def _receive(
    actor: Actor, place: str, scan: Scan, *, at: datetime, passage: Passage | None = None, reason: str = ""
) -> None:
    facts = {"plate": scan.plate, "scanned_at": scan.scanned_at, "facts": scan.facts, "by": actor.key}
    _, is_new = ReceivedScan.objects.get_or_create(
        place_id=place,
        device=scan.device,
        event_key=scan.event_key,
        defaults={**facts, "received_at": at, "passage": passage, "reason": reason},
    )
    if not is_new:
        raise SentBefore()


def settle_scan(actor: Actor, number: int, *, passage: str, at: datetime) -> Passage:
    """Give a kept scan to a truck that an officer names: he has looked at the image.

    Raises:
        NotMandated, NoSuchRecord, ScanSettledBefore, AtAnotherPlace, OutOfTurn.
    """
    with journal.writes(actor, "crossings.settle_scan", passage, at=at, scan=number) as line:
        kept = _open(line, number)
        truck = turns.take(actor, line, passage)
        if truck.place_id != kept.place_id:
            raise rules.AtAnotherPlace(seen=truck.place_id, expected=kept.place_id)
        _put_on(actor, truck, Scan.of(kept.event_key, kept.facts))
        _settle(kept, by=actor.key, at=at, passage=truck)
    return truck


def set_scan_aside(actor: Actor, number: int, *, reason: str, at: datetime) -> None:
    """Lay a kept scan aside, with the reason why it belongs to no truck.

    Raises:
        NotMandated, NoSuchRecord, ScanSettledBefore, ReasonMissing.
    """
    with journal.writes(actor, "crossings.set_scan_aside", str(number), at=at, reason=reason) as line:
        kept = _open(line, number)
        _settle(kept, by=actor.key, at=at, note=rules.check_reason(reason))


def _open(line: journal.OpenLine, number: int) -> ReceivedScan:
    """Lock a scan that has no truck, and that nobody has laid aside."""
    kept = ReceivedScan.objects.select_for_update().filter(pk=number).first()
    if kept is None:
        raise NoSuchRecord(key=str(number))
    line.place = kept.place_id
    mandates.require(line.actor, "crossings.note_scan", place=kept.place_id)
    if kept.passage_id is not None or kept.settled_at is not None:
        raise rules.ScanSettledBefore(plate=kept.plate, by=kept.settled_by or kept.by)
    return kept


def _settle(kept: ReceivedScan, *, by: str, at: datetime, passage: Passage | None = None, note: str = "") -> None:
    kept.settled_by, kept.settled_at, kept.passage, kept.note = by, at, passage, note
    kept.save(update_fields=["settled_by", "settled_at", "passage", "note"])
