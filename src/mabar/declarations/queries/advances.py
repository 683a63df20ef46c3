"""What came from across ahead of its trucks, as desks see it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from mabar.base.models import Actor
from mabar.crossings.queries.rows import PassageRow
from mabar.declarations import rules
from mabar.declarations.advances import plate_of
from mabar.declarations.inheriting import Kept
from mabar.declarations.models import Advance, AdvanceTruck
from mabar.declarations.queries.scope import drafts_of

LISTED = 100
Export = tuple[str, str]  # the partner that told of it, and its key there
NEAR = timedelta(days=7)  # how long before its announcement here a truck's data may have come, to be told by the plate


@dataclass(frozen=True)
class AdvanceRow:
    """What came of one export; `firm` is who has claimed its draft, empty while it waits."""

    key: str
    partner: str
    reference: str
    place: str
    state: str
    released_at: datetime | None
    received_at: datetime
    age_s: int
    items_left_out: int
    draft: str
    plates: tuple[str, ...]
    firm: str
    claimed_at: datetime | None
    exporter: str = ""

    @property
    def is_withdrawn(self) -> bool:
        """Whether the other side has taken the release back."""
        return self.state == rules.WITHDRAWN


def advances(places: Iterable[str], *, is_waiting: bool) -> list[AdvanceRow]:
    """List what came for these crossings, the newest first: what waits for its importer, or all."""
    found = Advance.objects.filter(place__in=list(places), replaced_at=None, erased_at=None)
    if is_waiting:
        found = found.filter(claimed_at=None, state="released")
    chosen = found.defer("record").select_related("claimed_by").prefetch_related("trucks")
    return [_row(each) for each in chosen.order_by("-received_at")[:LISTED]]


def advance(key: str) -> AdvanceRow | None:
    """Give what came under a key; nothing where there is none."""
    found = Advance.objects.filter(key=key).defer("record").select_related("claimed_by").first()
    return _row(found) if found is not None else None


def inherited(actor: Actor, key: str) -> Kept:
    """Give what a draft of the actor's house took over, by path, and what has become of it."""
    found: Kept | None = drafts_of(actor).filter(key=key).values_list("inherited", flat=True).first()
    return found or {}


def first_received(trucks: Sequence[PassageRow]) -> dict[str, datetime]:
    """Give the instant at which the first data came of what each entering truck carries, by passage."""
    return {key: min(told.values()) for key, told in ahead_of(trucks).items()}


def ahead_of(trucks: Sequence[PassageRow]) -> dict[str, dict[str, datetime]]:
    """Give what came of each entering truck's goods, by passage: the key of the first word of each export, and when."""
    entering = [each for each in trucks if each.direction == "entry"]
    plates = {each.key: plate_of(each.plate) for each in entering}
    asked = Q(passage__in=[each.origin for each in entering if each.origin]) | Q(
        plate_key__in=[plate for plate in plates.values() if plate]
    )
    told = AdvanceTruck.objects.filter(asked) if entering else AdvanceTruck.objects.none()
    rows = list(told.values_list("passage", "plate_key", "advance__partner", "advance__declaration"))
    begun = _begun({(partner, declaration) for _, _, partner, declaration in rows})
    by_passage, by_plate = _told_by(rows)
    found: dict[str, dict[str, datetime]] = {}
    for truck in entering:
        exports = by_passage[truck.origin] if truck.origin else by_plate[plates[truck.key]]
        words = dict(begun[export] for export in exports)
        near = {key: at for key, at in words.items() if truck.origin or _is_near(truck, at)}
        if near:
            found[truck.key] = near
    return found


def _told_by(rows: Iterable[tuple[str, str, str, str]]) -> tuple[defaultdict[str, set[Export]], ...]:
    by_passage, by_plate = defaultdict[str, set[Export]](set), defaultdict[str, set[Export]](set)
    for passage, plate, partner, declaration in rows:
        by_passage[passage].add((partner, declaration))
        by_plate[plate].add((partner, declaration))
    return by_passage, by_plate


def _begun(exports: set[Export]) -> dict[Export, tuple[str, datetime]]:
    """Give the key of the first word of each export, and when it was received."""
    named = [declaration for _, declaration in exports]
    counted = Advance.objects.filter(declaration__in=named).order_by("-received_at", "-key")
    rows = counted.values_list("partner", "declaration", "key", "received_at")
    return {(partner, declaration): (key, at) for partner, declaration, key, at in rows}


def _is_near(truck: PassageRow, at: datetime) -> bool:
    return truck.announced_at - NEAR <= at <= (truck.closed_at or at)


def _row(each: Advance) -> AdvanceRow:
    return AdvanceRow(
        key=each.key,
        partner=each.partner,
        reference=each.reference,
        place=each.place_id,
        state=each.state,
        released_at=each.released_at,
        received_at=each.received_at,
        age_s=each.age_s,
        items_left_out=each.items_left_out,
        draft=each.draft,
        plates=tuple(dict.fromkeys(truck.plate for truck in each.trucks.all() if truck.plate)),
        firm=each.claimed_by.name if each.claimed_by else "",
        claimed_at=each.claimed_at,
        exporter=each.exporter,
    )
