"""What the packages above know of a declaration and its page shows; each names its teller when the node starts."""

from collections.abc import Callable, Sequence
from datetime import date, tzinfo
from typing import Protocol

from mabar.declarations import sad
from mabar.declarations.formats.answers import Duty
from mabar.declarations.queries.rows import DeclarationRow


class Note(Protocol):
    """What is told of a declaration, with the template that shows it as `note`."""

    @property
    def template(self) -> str:
        """The template's name."""


NoteTeller = Callable[[DeclarationRow], Note | None]
DoorTeller = Callable[[DeclarationRow, str], str]
"""Gives the address of the page that does an act of a declaration better than its own; empty where it has none."""
RecordTeller = Callable[[DeclarationRow, sad.Declaration, tzinfo], Note | None]
DraftTeller = Callable[[sad.Declaration, str, date], Note | None]
DutyTeller = Callable[[DeclarationRow], Sequence[Duty]]
"""Gives the levies on each item by the assessment that stands; nothing where there is none."""
_notes: list[NoteTeller] = []
_of_records: list[RecordTeller] = []
_of_drafts: list[DraftTeller] = []
_doors: list[DoorTeller] = []
_duties: list[DutyTeller] = []


def tell_notes(teller: NoteTeller) -> None:
    """Name who tells of declarations."""
    if teller not in _notes:
        _notes.append(teller)


def tell_of_records(teller: RecordTeller) -> None:
    """Name who tells of declarations by what they say."""
    if teller not in _of_records:
        _of_records.append(teller)


def tell_of_drafts(teller: DraftTeller) -> None:
    """Name who tells of drafts, for a place and a day."""
    if teller not in _of_drafts:
        _of_drafts.append(teller)


def tell_doors(teller: DoorTeller) -> None:
    """Name who has a page for an act of a declaration."""
    if teller not in _doors:
        _doors.append(teller)


def tell_duties(teller: DutyTeller) -> None:
    """Name who knows what a declaration was assessed to owe, levy by levy."""
    if teller not in _duties:
        _duties.append(teller)


def duties_on(row: DeclarationRow) -> tuple[Duty, ...]:
    """Give the levies on each item; none where the declaration was not assessed by a tariff."""
    return tuple(duty for teller in _duties for duty in teller(row))


def notes_on(row: DeclarationRow, record: sad.Declaration, clock: tzinfo) -> list[Note]:
    """Give what is told of a declaration; days are those of the clock of its place."""
    told = [*(teller(row) for teller in _notes), *(teller(row, record, clock) for teller in _of_records)]
    return [note for note in told if note is not None]


def notes_on_draft(record: sad.Declaration, place: str, day: date) -> list[Note]:
    """Give what is told of a draft that would be lodged at a place on a day."""
    return [note for teller in _of_drafts if (note := teller(record, place, day)) is not None]


def door_of(row: DeclarationRow, act: str) -> str:
    """Give the address of another page that does an act; empty where there is none."""
    return next((url for teller in _doors if (url := teller(row, act))), "")
