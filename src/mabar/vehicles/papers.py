"""A pass as a paper of half a sheet (A5), which a driver carries: Arabic and a second language, to print and as PDF."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from mabar.base import paper_making
from mabar.base.models import Place
from mabar.base.paper_signatures import Told, named
from mabar.base.queries import newest_heads
from mabar.lib import words
from mabar.vehicles import queries, rules

TOLD = (
    "key place state kind purpose plate plate_country chassis make reference days legal_basis last_on entered_at"
    " exited_at exit_place"
)
LABELS = (
    "thing.pass", "thing.temporary_admission", "thing.plate", "thing.country", "thing.chassis", "thing.make",
    "thing.kind", "thing.purpose", "thing.holder", "thing.document", "thing.entry", "thing.exit", "thing.last_day",
    "thing.days", "thing.legal_basis", "thing.reference", "thing.pass_number", "paper.leave_by", "paper.carry",
    "paper.not_in_force", "paper.erased",
)  # fmt: skip


@dataclass(frozen=True)
class Label:
    """A word of the trade in both languages of the paper."""

    ar: str
    other: str


def html_of(ends: queries.PassEnds, *, language: str, at: datetime) -> str:
    """Give the paper as a page that a browser prints.

    Args:
        language: the second language, fr or en.
        at: the instant of printing.
    """
    if language not in paper_making.SECOND_LANGUAGES:
        raise ValueError(f"a paper is in Arabic and one of {', '.join(paper_making.SECOND_LANGUAGES)}")
    with translation.override("ar"):
        return render_to_string("vehicles/paper.html", _context(ends, language=language, at=at))


def _context(ends: queries.PassEnds, *, language: str, at: datetime) -> dict[str, Any]:
    row = ends.row
    place = Place.objects.select_related("administration", "faces__administration").get(code=row.place)
    country = place.administration_id
    coded = (f"state.pass.{row.state}", f"kind.{row.kind}", f"purpose.{row.purpose}")
    return {
        "row": row,
        "place": place,
        "exit_place": Place.objects.filter(code=row.exit_place or "").first(),
        "holder": queries.holder_of(row.key),
        "said": {key.partition(".")[2]: _label(key, language, country) for key in LABELS},
        "state": _label(coded[0], language, country),
        "kind": _label(coded[1], language, country),
        "purpose": _label(coded[2], language, country),
        "scan": rules.scan_text(settings.NODE.code, row.key),
        "second": language,
        "head": next(iter(newest_heads(1)), None),
        "now": at,
    }


def _label(key: str, language: str, country: str) -> Label:
    table = words.table("vehicles", "words")
    own = f"{key}.{country}" if f"{key}.{country}" in table else key
    return Label(words.word("vehicles", own, "ar"), words.word("vehicles", own, language))


def paper_of(ends: queries.PassEnds, *, language: str, at: datetime) -> tuple[bytes, str]:
    """Give the paper and its media type: PDF, or HTML where this machine makes no PDF."""
    return paper_making.made(html_of(ends, language=language, at=at), told_of(ends, language=language, at=at))


def told_of(ends: queries.PassEnds, *, language: str, at: datetime) -> Told:
    """Give what the paper tells, for the record in its PDF; the holder stands in it as on the paper."""
    holder = queries.holder_of(ends.row.key)
    told = named(ends.row, TOLD)
    return Told("pass", ends.row.key, {**told, "holder": holder and named(holder, "name document")}, language, at)
