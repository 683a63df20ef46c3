"""A declaration as a paper: Arabic and a second language side by side, as HTML to print and as PDF."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from mabar.base import paper_making
from mabar.base.paper_making import can_make_pdf
from mabar.base.paper_signatures import Told, named
from mabar.crossings import queries as crossings
from mabar.crossings import story
from mabar.declarations import queries
from mabar.declarations.paper_words import label, labels, sheet_context
from mabar.declarations.queries import Detail

DRAWN = 3  # trucks whose way stands on the paper
Trucks = Sequence[crossings.BothSides]
LABELS = (
    "thing.declaration", "thing.consignee", "thing.exporter", "thing.declarant", "thing.office", "thing.regime",
    "thing.reference", "thing.item", "thing.tariff_code", "thing.goods_description", "thing.origin", "thing.packages",
    "thing.gross_mass", "thing.net_mass", "thing.price", "thing.duties", "thing.transport", "thing.seal",
    "thing.release", "thing.receipt", "thing.journal",
)  # fmt: skip


def html_of(whole: Detail, *, language: str, at: datetime, trucks: Trucks = (), drawn_in: str = "ar") -> str:
    """Give the paper as a page that a browser prints.

    Args:
        language: the second language, fr or en.
        at: the instant of printing.
        trucks: those whose way is drawn, as far as the reader may know of it.
        drawn_in: the language of the words in the drawing.
    """
    with translation.override("ar"):
        context = _context(whole, language=language, at=at)
        drawn = story.pictures_of(trucks, context["place"], language=drawn_in, now=at, most=DRAWN)
        return render_to_string("declarations/paper.html", {**context, "pictures": drawn})


def _context(whole: Detail, *, language: str, at: datetime) -> dict[str, Any]:
    row, sheet = whole.row, sheet_context(whole.row.place, language=language, at=at)
    keys = {*LABELS, f"state.declaration.{row.state}", f"regime.{row.regime}", f"flow.{row.flow}"}
    return {
        **sheet,
        "whole": whole,
        "row": row,
        "said": labels(keys, language),
        "state": label(f"state.declaration.{row.state}", language),
        "regime": label(f"regime.{row.regime}", language),
        "flow": label(f"flow.{row.flow}", language),
    }


def pdf_of(whole: Detail, *, language: str, at: datetime, trucks: Trucks = ()) -> bytes:
    """Give the paper as PDF, its number and the head of the journal on each page.

    Raises:
        ImportError: this machine has nothing that makes PDF; see `can_make_pdf`.
    """
    # what makes PDF sets the words of a drawing letter by letter, which breaks the joins of Arabic
    text = html_of(whole, language=language, at=at, trucks=trucks, drawn_in=language)
    return paper_making.pdf_of(text, Told("declaration", whole.row.reference, _told(whole), language, at))


HEAD = (
    "key number state lane office place regime flow consignee exporter declarant trader_reference national_system"
    " national_reference packages gross_mass_g net_mass_g assessed_minor assessed_currency assessed_at released_at"
)
ITEM = "number hs_code description origin packages gross_mass_g net_mass_g price_minor currency"


def _told(whole: Detail) -> dict[str, Any]:
    """Give what the paper tells, for the record in its PDF; not the ways of the trucks that it draws."""
    return {
        **named(whole.row, HEAD),
        "items": [named(item, ITEM) for item in whole.items],
        "trucks": [truck_told(truck) for truck in whole.trucks],
        "settlements": [named(paid, "reference at") for paid in whole.settlements],
        "acts": [named(line, "at verb actor position leaf") for line in whole.lines],
    }


def truck_told(truck: crossings.LoadedPassage) -> dict[str, Any]:
    """Give what papers tell of a truck and its share of the goods."""
    return {
        **named(truck.passage, "plate trailer_plate seals"),
        **named(truck.share, "packages gross_mass_g cleared_at"),
    }


def paper_of(scope: queries.Scope, key: str, *, language: str, at: datetime) -> tuple[bytes, str]:
    """Give the paper of a declaration and its media type: PDF, or HTML where this machine makes no PDF.

    Raises:
        NoSuchRecord: nobody bears the key, or it does not lie within the scope.
    """
    whole, trucks = queries.detail(scope, key), trucks_for(scope, crossings.both_sides_of(key))
    if can_make_pdf():
        return pdf_of(whole, language=language, at=at, trucks=trucks), "application/pdf"
    return html_of(whole, language=language, at=at, trucks=trucks).encode(), "text/html"


def trucks_for(scope: queries.Scope, trucks: Trucks) -> Trucks:
    """Give the trucks as a reader may see them: what the other side did with one is for the office."""
    return trucks if scope.firm is None else tuple(replace(each, across=None) for each in trucks)
