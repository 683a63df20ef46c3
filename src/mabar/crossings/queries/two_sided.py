"""Goods that both sides count: the figures of each beside the other's, and the signed messages that say them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mabar.base.rules import NoSuchRecord
from mabar.crossings.models import SideTallyRow, TallySettlement, TransshipmentEvent, TwoSidedTally
from mabar.crossings.rules import Load, two_sided
from mabar.exchange import receipts

MOST_LISTED = 100


@dataclass(frozen=True)
class Newest:
    """The newest tally of each side, and every settlement."""

    ours: two_sided.SideTally | None
    theirs: two_sided.SideTally | None
    settlements: tuple[two_sided.Settlement, ...]


@dataclass(frozen=True)
class CountedRow:
    """One tally of one side as it was told, with the key of the message that is its signature."""

    side: str
    number: int
    at: datetime
    noted_at: datetime
    by: str
    message: str
    counted: Mapping[str, Load]
    seals: tuple[str, ...]


@dataclass(frozen=True)
class SettledRow:
    """One settlement, with the two numbers that it lets stand."""

    side: str
    ours: int
    theirs: int
    reason: str
    at: datetime
    by: str
    message: str


@dataclass(frozen=True)
class TallyRow:
    """A tally of both sides as its list shows it."""

    key: str
    place: str
    partner: str
    unloads_at: str
    plate: str
    passage: str
    state: str
    asked_at: datetime
    changed_at: datetime
    version: int

    @property
    def is_home(self) -> bool:
        """Whether the truck is unloaded here, so that the joint tally of the transshipment is this side's."""
        return self.unloads_at == self.place


@dataclass(frozen=True)
class TallySheet:
    """A tally of both sides with everything that hangs on it; `told`: its messages with their receipts."""

    row: TallyRow
    declared: Mapping[str, Load]
    newest: Newest
    lines: tuple[two_sided.Compared, ...]
    counted: tuple[CountedRow, ...]
    settled: tuple[SettledRow, ...]
    told: tuple[receipts.Told, ...]

    @property
    def is_settled_here(self) -> bool:
        """Whether this side has settled the two tallies that stand."""
        return self._is_settled_by(two_sided.OURS)

    @property
    def is_settled_across(self) -> bool:
        """Whether the other side has."""
        return self._is_settled_by(two_sided.THEIRS)

    def _is_settled_by(self, side: str) -> bool:
        ours, theirs = self.newest.ours, self.newest.theirs
        if ours is None or theirs is None:
            return False
        return two_sided.Settlement(side, ours.number, theirs.number) in self.newest.settlements

    @property
    def do_seals_differ(self) -> bool:
        """Whether both have read seals, and not the same."""
        ours, theirs = self.newest.ours, self.newest.theirs
        return ours is not None and theirs is not None and two_sided.seals_of(ours) != two_sided.seals_of(theirs)


def loads_of(kept: Iterable[Sequence[object]]) -> dict[str, Load]:
    """Read figures as the tables keep them."""
    return {str(reference): Load(int(str(packages)), int(str(mass))) for reference, packages, mass in kept}


def newest_of(tally: TwoSidedTally) -> Newest:
    """Give the newest tally of each side, and every settlement."""
    newest = {each.side: side_of(each) for each in tally.sides.order_by("number")}
    settled = tuple(two_sided.Settlement(each.side, each.ours, each.theirs) for each in tally.settlements.all())
    return Newest(newest.get(two_sided.OURS), newest.get(two_sided.THEIRS), settled)


def side_of(row: SideTallyRow) -> two_sided.SideTally:
    """Give a tally as the rules see it."""
    return two_sided.SideTally(row.number, loads_of(row.counted), tuple(row.seals))


def seals_read(transshipment: str) -> list[str]:
    """Give the seals that were read on the truck as they were broken."""
    events = TransshipmentEvent.objects.filter(transshipment=transshipment, kind="note_unloading").order_by("-pk")
    facts = events.values_list("facts", flat=True).first()
    return list(facts["seals"]) if facts else []


def tallies_at(place: str) -> list[TallyRow]:
    """List what both sides count at a crossing, newest first."""
    return [_row(each) for each in TwoSidedTally.objects.filter(place=place).order_by("-key")[:MOST_LISTED]]


def _row(tally: TwoSidedTally) -> TallyRow:
    same = {name: getattr(tally, name) for name in TallyRow.__dataclass_fields__ if name != "place"}
    return TallyRow(place=tally.place_id, **same)


def tally(key: str) -> TallySheet:
    """Give a tally of both sides.

    Raises:
        NoSuchRecord: none bears the key.
    """
    found = TwoSidedTally.objects.filter(key=key).first()
    if found is None:
        raise NoSuchRecord(key=key)
    return _sheet(found)


def tally_beside(key: str) -> TallySheet | None:
    """Give the tally of both sides of a transshipment; nothing where the other side is not asked."""
    found = TwoSidedTally.objects.filter(key=key).first()
    return _sheet(found) if found is not None else None


def _sheet(found: TwoSidedTally) -> TallySheet:
    declared, newest = loads_of(found.declared), newest_of(found)
    return TallySheet(
        row=_row(found),
        declared=declared,
        newest=newest,
        lines=two_sided.compared(declared, newest.ours, newest.theirs),
        counted=tuple(_counted(each) for each in found.sides.order_by("pk")),
        settled=tuple(_settled(each) for each in found.settlements.order_by("pk")),
        told=tuple(receipts.told_about(found.key)),
    )


def _counted(row: SideTallyRow) -> CountedRow:
    same = {name: getattr(row, name) for name in ("side", "number", "at", "noted_at", "by", "message")}
    return CountedRow(counted=loads_of(row.counted), seals=tuple(row.seals), **same)


def _settled(row: TallySettlement) -> SettledRow:
    return SettledRow(**{name: getattr(row, name) for name in SettledRow.__dataclass_fields__})
