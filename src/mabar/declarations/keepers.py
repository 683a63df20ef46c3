"""Who registers at a place on a day, and the next serials of our own register."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from mabar.base.models import Place
from mabar.declarations import rules
from mabar.declarations.models import Declaration, Register, Series

REGISTERED = "C"  # the letter of a registration

_STATED = "SELECT * FROM declarations_register WHERE place_id = %s"

# Written out because Django's own update gives nothing back, and a second question would cost as much as the first.
_ADVANCE = """
    UPDATE declarations_series SET next_serial = next_serial + %s
    WHERE office = %s AND year = %s AND letter = %s RETURNING next_serial
"""


class Keepers:
    """The registers of a place, read once for an act."""

    def __init__(self, place: Place, *, day: date) -> None:
        self.place, self.day = place, day
        self.stated = {row.pk: row for row in Register.objects.raw(_STATED, [place.pk])}

    def of(self, *, regime: str, flow: str) -> Register:
        """Give the register of a regime and flow; a place that has stated none registers with Mabar, at once."""
        rows = [(row.regime, row.flow, row.from_on, row.pk) for row in self.stated.values()]
        chosen = rules.keeper_on(self.day, rows, regime=regime, flow=flow)
        if chosen is not None:
            return self.stated[chosen]
        return Register(place=self.place, keeper=rules.MABAR, office=rules.office_of(self.place.code))


def take_serials(office: str, year: int, letter: str, count: int) -> int:
    """Take `count` serials of a series under its lock, and give the first; they are never given back.

    A refused act takes none: the taking is undone with its transaction.
    """
    following = _advance(office, year, letter, count)
    if following is None:
        Series.objects.get_or_create(office=office, year=year, letter=letter)
        return take_serials(office, year, letter, count)
    return following - count


def _advance(office: str, year: int, letter: str, count: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, [count, office, year, letter])
        rows = cursor.fetchall()
    return int(rows[0][0]) if rows else None


def number(declarations: Sequence[Declaration], *, year: int, at: datetime) -> None:
    """Give each declaration the next number of its office; the caller saves them."""
    for office in sorted({each.office for each in declarations}):
        ours = [each for each in declarations if each.office == office]
        first = take_serials(office, year, REGISTERED, len(ours))
        for serial, each in enumerate(ours, first):
            each.number = rules.number_of(office, year, REGISTERED, serial)
            each.registered_at = at
            each.state = rules.after("register", each.state)
