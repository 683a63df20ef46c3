"""Labels for the packages of a declaration: sheets of 14 on A4, each with a code that leads to its page.

No name stands on them: a label is read by whoever passes the goods.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from mabar.base import paper_making
from mabar.base.paper_signatures import Told, named
from mabar.base.rules import NoSuchRecord
from mabar.declarations import queries, rules
from mabar.declarations.paper_words import code_of, labels, sheet_context
from mabar.declarations.queries import DeclarationRow, Detail, Scope
from mabar.declarations.rules import LABELS_A_SHEET, LabelRange

KIND = "labels"
LABELS = ("paper.labels", "thing.item", "thing.package", "thing.transport")


@dataclass(frozen=True)
class PackageLabel:
    """A package by its number; its item and its number within it are None where items and total do not agree."""

    number: int
    item: int | None
    of_item: int | None
    in_item: int | None

    @property
    def within_item(self) -> str:
        """Which of how many of its item, as it is printed."""
        return f"{self.of_item} / {self.in_item}" if self.item else ""


@dataclass(frozen=True)
class LabelSheet:
    """The labels asked for, and the truck on which they go; an empty plate where none was named and several carry."""

    row: DeclarationRow
    chosen: LabelRange
    labels: tuple[PackageLabel, ...]
    plate: str

    @property
    def numbered(self) -> list[tuple[str, PackageLabel]]:
        """Each label with its number of the whole, as it is printed."""
        return [(f"{each.number} / {self.row.packages}", each) for each in self.labels]

    @property
    def pages(self) -> list[list[tuple[str, PackageLabel]]]:
        """The numbered labels by sheet of paper."""
        starts = range(0, len(self.labels), LABELS_A_SHEET)
        return [self.numbered[start : start + LABELS_A_SHEET] for start in starts]


def sheet_of(
    scope: Scope, key: str, *, first: int | None = None, last: int | None = None, truck: str = ""
) -> LabelSheet:
    """Give the labels of packages `first` to `last`, of all where none is named.

    Args:
        truck: the key of the passage on which they go; empty where the clerk names none.

    Raises:
        NoSuchRecord: nobody bears the key, it does not lie within the scope, or no such truck carries it.
        NoPackages, LabelsOutOfRange, TooManyLabels.
    """
    whole = queries.detail(scope, key)
    chosen = rules.label_range(whole.row.packages, first=first, last=last)
    counts = [item.packages for item in whole.items]
    agrees = sum(counts) == whole.row.packages
    numbers = range(chosen.first, chosen.last + 1)
    made = tuple(_label(whole, number, counts if agrees else []) for number in numbers)
    return LabelSheet(whole.row, chosen, made, _plate(whole, truck))


def _label(whole: Detail, number: int, counts: list[int]) -> PackageLabel:
    place = rules.item_of_package(number, counts)
    if place is None:
        return PackageLabel(number, None, None, None)
    index, of_item = place
    return PackageLabel(number, whole.items[index].number, of_item, counts[index])


def _plate(whole: Detail, truck: str) -> str:
    plates = {each.passage.key: each.passage.plate for each in whole.trucks}
    if truck and truck not in plates:
        raise NoSuchRecord(key=truck)
    return plates[truck] if truck else next(iter(plates.values())) if len(plates) == 1 else ""


def html_of(sheet: LabelSheet, *, language: str, at: datetime) -> str:
    """Give the labels as pages that a browser prints.

    Args:
        language: the second language, fr or en.
        at: the instant of printing.
    """
    told = sheet_context(sheet.row.place, language=language, at=at)
    context: dict[str, Any] = {
        **told,
        "sheet": sheet,
        "row": sheet.row,
        "said": labels(LABELS, language, told["place"].administration_id),
        "code": code_of(sheet.row.key, sheet.row.reference),
    }
    with translation.override("ar"):
        return render_to_string("declarations/label_sheet.html", context)


def told_of(sheet: LabelSheet, *, language: str, at: datetime) -> Told:
    """Give what the labels tell, for the record in their PDF."""
    told = {
        **named(sheet.row, "key number office place packages"),
        **named(sheet.chosen, "first last"),
        "plate": sheet.plate,
    }
    return Told(KIND, sheet.row.reference, told, language, at)


def paper_of(
    scope: Scope,
    key: str,
    *,
    language: str,
    at: datetime,
    first: int | None = None,
    last: int | None = None,
    truck: str = "",
) -> tuple[bytes, str]:
    """Give the labels and their media type: PDF, or HTML where this machine makes no PDF.

    Raises:
        NoSuchRecord, NoPackages, LabelsOutOfRange, TooManyLabels: see `sheet_of`.
    """
    sheet = sheet_of(scope, key, first=first, last=last, truck=truck)
    return paper_making.made(html_of(sheet, language=language, at=at), told_of(sheet, language=language, at=at))
