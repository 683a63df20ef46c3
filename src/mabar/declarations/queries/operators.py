"""Trusted operators as desks see them: the list of statuses, and the marks of firms on papers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mabar.base.rules import NoSuchRecord
from mabar.declarations.models import OperatorStatus
from mabar.declarations.rules import operators

LISTED = 500


@dataclass(frozen=True)
class OperatorRow:
    """A status of a firm; `noted_at` tells how old a copy is."""

    key: str
    administration: str
    partner: str
    place: str
    firm: str
    name: str
    kind: str
    valid_from: date | None
    valid_until: date | None
    terms: str
    state: str
    number: int
    reason: str
    issued_by: str
    said_at: datetime
    noted_at: datetime
    agreement: str
    recognised_by: str
    recognised_at: datetime | None
    recognised_under: str
    version: int

    @property
    def is_own(self) -> bool:
        """Whether this side has issued it."""
        return not self.partner

    @property
    def is_recognised(self) -> bool:
        """Whether it is this side's own, or recognised here."""
        return self.is_own or self.recognised_at is not None

    def is_in_force(self, today: date) -> bool:
        """Tell whether it counts here on a day."""
        if self.valid_from is None or self.valid_until is None:
            return False
        days = {"valid_from": self.valid_from, "valid_until": self.valid_until}
        return operators.is_in_force(self.state, **days, today=today, is_recognised=self.is_recognised)


def operators_at(places: Sequence[str]) -> list[OperatorRow]:
    """List the statuses that are kept at some places: what stands first, by firm."""
    found = OperatorStatus.objects.filter(place__in=list(places)).order_by("firm", "-key")[:LISTED]
    return sorted(map(_row, found), key=lambda row: row.state not in operators.STANDING)


def operator(key: str) -> OperatorRow:
    """Give a status.

    Raises:
        NoSuchRecord: none bears the key.
    """
    found = OperatorStatus.objects.filter(key=key).first()
    if found is None:
        raise NoSuchRecord(key=key)
    return _row(found)


def operators_named(firms: Iterable[str]) -> list[OperatorRow]:
    """List what stands of some firms, by their codes, which alone are compared: no name is."""
    codes = {each.strip().upper() for each in firms if each.strip()}
    found = OperatorStatus.objects.filter(firm__in=codes, state__in=operators.STANDING) if codes else ()
    return [_row(each) for each in found]


def _row(found: OperatorStatus) -> OperatorRow:
    same = {name: getattr(found, name) for name in OperatorRow.__dataclass_fields__ if name != "place"}
    return OperatorRow(place=found.place_id, **same)
