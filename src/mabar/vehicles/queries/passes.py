"""Passes one by one: found by key, plate, chassis or reference, and who may read which."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from mabar.base import mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.vehicles import rules
from mabar.vehicles.models import PassHolder, VehiclePass
from mabar.vehicles.queries.rows import Holder, PassEnds, PassPage, PassRow, event_row, pass_row

PAGE, MOST_FOUND = 50, 10
EARLIER = "EarlierPassUnsettled"
READ, READ_OWN = "vehicles.read_passes", "vehicles.read_own"


def vehicle_pass(key: str) -> PassEnds:
    """Give a pass with its events and findings.

    Raises:
        NoSuchRecord: no pass bears the key.
    """
    stay = VehiclePass.objects.filter(key=key).first()
    if stay is None:
        raise NoSuchRecord(key=key)
    row = pass_row(stay)
    events = tuple(event_row(event) for event in stay.events.order_by("pk"))
    return PassEnds(row, events, (*rules.findings_of(row.chassis), *_unsettled(row)))


def _unsettled(row: PassRow) -> Iterable[rules.Finding]:
    """Tell of an earlier pass of the same chassis that nobody has settled; of the vehicle, whoever drives it."""
    earlier = VehiclePass.objects.filter(chassis=row.chassis, state="exited_late", key__lt=row.key)
    for other in earlier.order_by("key")[:1]:
        yield rules.Finding(EARLIER, {"plate": other.plate, "last_on": other.last_on, "key": other.key})


def readable_pass(actor: Actor, key: str, at: datetime) -> PassEnds:
    """Give a pass if the reader may know of it: an officer of any place of the node, else its own house or sender.

    Raises:
        NotMandated: an officer or station that reads no passes.
        NoSuchRecord: there is none, or it is another's.
    """
    ends = vehicle_pass(key)
    if _reads_all(actor, at):
        return ends
    mandates.require(actor, READ_OWN if actor.kind == Actor.DECLARANT else _read_by(actor, at), at=at)
    if not _is_own(actor, ends):
        raise NoSuchRecord(key=key)
    # an earlier pass of the vehicle may be another's: it is for the office to know of
    return replace(ends, findings=tuple(each for each in ends.findings if each.code != EARLIER))


def may_read(actor: Actor, key: str, at: datetime) -> bool:
    """Tell whether the reader may know of a pass."""
    return _reads_all(actor, at) or (mandates.may(actor, READ_OWN, at=at) and _is_own(actor, vehicle_pass(key)))


def _reads_all(actor: Actor, at: datetime) -> bool:
    return actor.kind != Actor.DECLARANT and mandates.may(actor, READ, at=at)


def _read_by(actor: Actor, at: datetime) -> str:
    return READ_OWN if mandates.may(actor, READ_OWN, at=at) else READ


def _is_own(actor: Actor, ends: PassEnds) -> bool:
    if actor.kind == Actor.DECLARANT:
        return ends.row.firm is not None and ends.row.firm == actor.firm_id
    return any(event.kind == "prefill" and event.by == actor.key for event in ends.events)


def holder_of(key: str) -> Holder | None:
    """Give who answers for the vehicle of one pass; None once he is erased."""
    held = PassHolder.objects.filter(vehicle_pass=key).first()
    return Holder(held.name, held.document) if held else None


def found(scan: rules.Scan) -> list[PassRow]:
    """Find the passes that a scan means: by key, chassis, plate or reference; those in force first, then newest."""
    wanted = Q()
    for name in ("key", "plate_key", "chassis", "reference"):
        if value := getattr(scan, name):
            wanted |= Q(**{name: value})
    if scan.is_nothing:
        return []
    rows = [pass_row(stay) for stay in VehiclePass.objects.filter(wanted).order_by("-key")[:MOST_FOUND]]
    return sorted(rows, key=lambda row: not row.is_live)


def passes_by_key(keys: Iterable[str]) -> list[PassRow]:
    """Give the passes that bear one of the keys."""
    return [pass_row(stay) for stay in VehiclePass.objects.filter(key__in=list(keys))]


def passes_of_firm(firm: str, *, after: str | None = None, limit: int = PAGE) -> PassPage:
    """List the passes that a declarant's house prefilled, newest first, a page at a time."""
    listed = VehiclePass.objects.filter(firm=firm).order_by("-key")
    if after:
        listed = listed.filter(key__lt=after)
    rows = [pass_row(stay) for stay in listed[: limit + 1]]
    return PassPage(tuple(rows[:limit]), rows[limit - 1].key if len(rows) > limit else None)
