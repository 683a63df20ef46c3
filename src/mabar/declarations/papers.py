"""A declaration as a paper: Arabic and a second language side by side, as HTML to print and as PDF."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from mabar.base import paper_making
from mabar.base.models import Place
from mabar.base.paper_making import SECOND_LANGUAGES, can_make_pdf
from mabar.base.queries import newest_heads
from mabar.crossings import queries as crossings
from mabar.crossings import story
from mabar.declarations import queries
from mabar.declarations.queries import Detail
from mabar.lib import words

DRAWN = 3  # trucks whose way stands on the paper
Trucks = Sequence[crossings.BothSides]
LABELS = (
    "thing.declaration", "thing.consignee", "thing.exporter", "thing.declarant", "thing.office", "thing.regime",
    "thing.reference", "thing.item", "thing.tariff_code", "thing.goods_description", "thing.origin", "thing.packages",
    "thing.gross_mass", "thing.net_mass", "thing.price", "thing.duties", "thing.transport", "thing.seal",
    "thing.release", "thing.receipt", "thing.journal",
)  # fmt: skip


@dataclass(frozen=True)
class Label:
    """A word of the trade in both languages of the paper."""

    ar: str
    other: str


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
    if language not in SECOND_LANGUAGES:
        raise ValueError(f"a paper is in Arabic and one of {', '.join(SECOND_LANGUAGES)}")
    row, keys = whole.row, {*LABELS}
    keys |= {f"state.declaration.{row.state}", f"regime.{row.regime}", f"flow.{row.flow}"}
    return {
        "whole": whole,
        "row": row,
        "place": Place.objects.select_related("administration", "faces__administration").get(code=row.place),
        "said": {key.partition(".")[2].replace(".", "_"): _label(key, language) for key in sorted(keys)},
        "state": _label(f"state.declaration.{row.state}", language),
        "regime": _label(f"regime.{row.regime}", language),
        "flow": _label(f"flow.{row.flow}", language),
        "language": "ar",
        "second": language,
        "head": next(iter(newest_heads(1)), None),
        "now": at,
    }


def _label(key: str, language: str) -> Label:
    return Label(words.word("declarations", key, "ar"), words.word("declarations", key, language))


def pdf_of(whole: Detail, *, language: str, at: datetime, trucks: Trucks = ()) -> bytes:
    """Give the paper as PDF, its number and the head of the journal on each page.

    Raises:
        ImportError: this machine has nothing that makes PDF; see `can_make_pdf`.
    """
    # what makes PDF sets the words of a drawing letter by letter, which breaks the joins of Arabic
    text = html_of(whole, language=language, at=at, trucks=trucks, drawn_in=language)
    return paper_making.pdf_of(text, number=whole.row.reference)


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
