"""A proof as the certificate of its agreement: the boxes of its form, in two languages, and the signed code."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from mabar.base import paper_making
from mabar.base.models import Place
from mabar.base.paper_signatures import Told, named
from mabar.base.queries import newest_heads
from mabar.declarations import reference
from mabar.lib import words
from mabar.origin import queries

TOLD = (
    "key serial place agreement state exporter exporter_number consignee origin destination transport invoice remarks"
    " gross_mass_g digest code issued_on valid_until_on replaces"
)
LAYOUTS = {"pafta": "origin/paper_pafta.html", "afcfta": "origin/paper_afcfta.html"}


@dataclass(frozen=True)
class Label:
    """A word of the trade in both languages of the paper."""

    ar: str
    other: str


def html_of(row: queries.ProofRow, *, language: str, at: datetime) -> str:
    """Give the certificate as a page that a browser prints.

    Args:
        language: the second language, fr or en.
        at: the instant of printing.
    """
    if language not in paper_making.SECOND_LANGUAGES:
        raise ValueError(f"a paper is in Arabic and one of {', '.join(paper_making.SECOND_LANGUAGES)}")
    with translation.override("ar"):
        return render_to_string(LAYOUTS[row.agreement], _context(row, language=language, at=at))


def _context(row: queries.ProofRow, *, language: str, at: datetime) -> dict[str, Any]:
    place = Place.objects.select_related("administration", "faces__administration").get(code=row.place)
    table = words.table("origin", "words")
    boxes = {key.partition(".")[2]: _label(key, language) for key in table if key.startswith(("box.", "paper."))}
    criteria = {
        key.rpartition(".")[2]: _label(key, language) for key in table if key.startswith(f"criterion.{row.agreement}.")
    }
    replaced = queries.proofs_by_key([row.replaces]) if row.replaces else []
    return {
        "row": row,
        "place": place,
        "said": boxes,
        "title": _label(f"title.{row.agreement}", language),
        "agreement": _label(f"agreement.{row.agreement}", language),
        "state": _label(f"state.proof.{row.state}", language),
        "goods": [(each, criteria[each.criterion]) for each in row.goods],
        "origin": _country(row.origin, language),
        "destination": _country(row.destination, language),
        "replaced": replaced[0].serial if replaced else "",
        "second": language,
        "head": next(iter(newest_heads(1)), None),
        "now": at,
    }


def _label(key: str, language: str) -> Label:
    return Label(words.word("origin", key, "ar"), words.word("origin", key, language))


def _country(code: str, language: str) -> Label:
    country = reference.country(code)
    return Label(country.name("ar"), country.name(language)) if country else Label(code, code)


def paper_of(row: queries.ProofRow, *, language: str, at: datetime) -> tuple[bytes, str]:
    """Give the certificate and its media type: PDF, or HTML where this machine makes no PDF."""
    return paper_making.made(html_of(row, language=language, at=at), told_of(row, language=language, at=at))


def told_of(row: queries.ProofRow, *, language: str, at: datetime) -> Told:
    """Give what the certificate tells, for the record in its PDF."""
    goods = [asdict(each) for each in row.goods]
    return Told("proof-of-origin", row.name, {**named(row, TOLD), "goods": goods}, language, at)
