"""The permit of a diverted truck: Arabic and a second language side by side, as HTML to print and as PDF."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from mabar.base import qr
from mabar.base.paper_making import SECOND_LANGUAGES, made
from mabar.base.paper_signatures import Told, named
from mabar.base.queries import newest_heads
from mabar.base.rules import NoSuchRecord
from mabar.crossings import queries, rules
from mabar.crossings.queries import diverting
from mabar.lib import words

LABELS = (
    *("diversion_permit", "plate", "trailer", "carrier", "from_crossing", "to_crossing", "offered_hour"),
    *("valid_until", "reason", "seals", "declarations", "passages", "terms_of_permit"),
)


@dataclass(frozen=True)
class Label:
    """A word of the trade in both languages of the paper."""

    ar: str
    other: str


def permit_of(key: str) -> tuple[queries.PassageEnds, diverting.Offer]:
    """Give the passage of a diverted truck at its new crossing, with the offer that was kept.

    Raises:
        NoSuchRecord: no passage bears the key, or it was not diverted here.
    """
    ends, offer = queries.passage(key), diverting.offer_kept_as(key)
    if offer is None:
        raise NoSuchRecord(key=key)
    return ends, offer


def html_of(key: str, *, language: str, at: datetime) -> str:
    """Give the permit as a page that a browser prints.

    Args:
        language: the second language, fr or en.
        at: the instant of printing.
    """
    if language not in SECOND_LANGUAGES:
        raise ValueError(f"a paper is in Arabic and one of {', '.join(SECOND_LANGUAGES)}")
    ends, offer = permit_of(key)
    with translation.override("ar"):
        return render_to_string("crossings/permit.html", _context(ends, offer, language=language, at=at))


def _context(ends: queries.PassageEnds, offer: diverting.Offer, *, language: str, at: datetime) -> dict[str, Any]:
    address = f"{settings.NODE.origin}/passages/{ends.row.key}/"
    return {
        "ends": ends,
        "row": ends.row,
        "offer": offer,
        "place": queries.crossing_place(offer.target),
        "left": queries.crossing_place(offer.place),
        "said": {name: _label(f"thing.{name}", language) for name in LABELS},
        "direction": _label(f"direction.{ends.row.direction}", language),
        "terms": _label("permit.terms", language),
        "state": _label(f"state.passage.{ends.row.state}", language),
        "is_over": not ends.row.is_live,
        "valid_until": rules.lapses_at(ends.row.announced_at, offer.truck.slot_at),
        "code": qr.drawn(address, ends.row.key),
        "address": address,
        "second": language,
        "language": "ar",
        "head": next(iter(newest_heads(1)), None),
        "now": at,
    }


def _label(key: str, language: str) -> Label:
    return Label(words.word("crossings", key, "ar"), words.word("crossings", key, language))


def paper_of(key: str, *, language: str, at: datetime) -> tuple[bytes, str]:
    """Give the permit and its media type: PDF, or HTML where this machine makes no PDF.

    Raises:
        NoSuchRecord: see `permit_of`.
    """
    return made(html_of(key, language=language, at=at), told_of(key, language=language, at=at))


def told_of(key: str, *, language: str, at: datetime) -> Told:
    """Give what the permit tells, for the record in its PDF.  Raises: NoSuchRecord."""
    ends, offer = permit_of(key)
    told = {
        **named(ends.row, "key state direction plate trailer_plate carrier seals"),
        "from": offer.place,
        "to": offer.target,
        "reason": offer.reason,
        "offered_hour": offer.truck.slot_at,
        "valid_until": rules.lapses_at(ends.row.announced_at, offer.truck.slot_at),
        "former_passage": offer.truck.passage,
        "declarations": [named(each, "reference packages gross_mass_g") for each in ends.declarations],
    }
    return Told("diversion-permit", key, told, language, at)
