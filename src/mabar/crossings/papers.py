"""The joint protocol of a transshipment as a paper: Arabic and a second language side by side, as HTML and as PDF."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from mabar.base import paper_making
from mabar.base.models import Place
from mabar.base.paper_signatures import Told, named
from mabar.base.queries import newest_heads
from mabar.crossings import queries
from mabar.crossings.queries import transshipments as told
from mabar.lib import words

TRUCK, LOAD = "plate trailer_plate carrier", "packages gross_mass_g"
Label = tuple[str, str]  # in Arabic and in the second language of the paper
THINGS = (
    "protocol", "unloaded_truck", "onward_truck", "trailer", "carrier", "tolerance", "broken_seals", "affixed_seals",
    "reference", "packages", "gross_mass", "declared", "unloaded", "loaded", "difference", "digest", "act", "instant",
    "officer", "service", "reason", "signature", "opening", "crossing",
)  # fmt: skip


def html_of(sheet: told.TransshipmentSheet, *, language: str, at: datetime) -> str:
    """Give the protocol as a page that a browser prints.

    Args:
        language: the second language, fr or en.
        at: the instant of printing.
    """
    with translation.override("ar"):
        return render_to_string("crossings/protocol.html", _context(sheet, language=language, at=at))


def _context(sheet: told.TransshipmentSheet, *, language: str, at: datetime) -> dict[str, Any]:
    if language not in paper_making.SECOND_LANGUAGES:
        raise ValueError(f"a paper is in Arabic and one of {', '.join(paper_making.SECOND_LANGUAGES)}")
    place = queries.crossing_place(sheet.row.place)
    return {
        "sheet": sheet,
        "row": sheet.row,
        "place": place,
        "said": {name: _label("crossings", f"thing.{name}", language) for name in THINGS},
        "state": _label("crossings", f"state.transshipment.{sheet.row.state}", language),
        "steps": [(step, *_spoken(step, place, language)) for step in sheet.steps],
        "signed": [_signature(sheet, kind, place, language) for kind in ("sign_protocol", "countersign_protocol")],
        "affixed": affixed(sheet),
        "language": "ar",
        "second": language,
        "head": next(iter(newest_heads(1)), None),
        "now": at,
    }


def affixed(sheet: told.TransshipmentSheet) -> dict[str, Any]:
    """Give the seals of each truck, by plate, as it was loaded last."""
    return {step.facts["plate"]: step.facts["seals"] for step in sheet.steps if step.kind == "note_loading"}


def _label(package: str, key: str, language: str) -> Label:
    return words.word(package, key, "ar"), words.word(package, key, language)


def _spoken(step: told.StepRow, place: Place, language: str) -> tuple[Label, Label, Label]:
    """Say in both languages what was done, at which post, and for which administration."""
    act = _label("crossings", f"event.{step.kind}", language)
    post = _label("base", f"post.{step.post}", language) if step.post else ("", "")
    both = [place.administration, *([place.faces.administration] if place.faces else [])]
    names = {each.code: (each.name_in("ar"), each.name_in(language)) for each in both}
    return act, post, names.get(step.service, (step.service, step.service))


def _signature(sheet: told.TransshipmentSheet, kind: str, place: Place, language: str) -> dict[str, Any] | None:
    """Give who signed as first or second, once the protocol that stands bears his name."""
    step = sheet.newest(kind)
    if step is None or not sheet.row.digest:
        return None
    _act, post, service = _spoken(step, place, language)
    return {"step": step, "post": post, "service": service}


def told_of(sheet: told.TransshipmentSheet, *, language: str, at: datetime) -> Told:
    """Give what the protocol tells, for the record in its PDF."""
    return Told(
        "transshipment-protocol",
        sheet.row.key,
        {
            **named(sheet.row, "key place state tolerance_percent digest"),
            "unloaded": named(sheet.row.unloaded, TRUCK),
            "onward": [named(truck, TRUCK) for truck in sheet.laden],
            "broken_seals": sheet.broken_seals,
            "affixed_seals": affixed(sheet),
            "figures": [_figure(each) for each in sheet.figures],
            "steps": [
                {**named(step, "at kind by post service"), "reason": step.facts.get("reason", "")}
                for step in sheet.steps
            ],
        },
        language,
        at,
    )


def _figure(row: told.FigureRow) -> dict[str, Any]:
    loads = {"declared": row.declared, "unloaded": row.counted, "loaded": row.loaded, "difference": row.difference}
    return {
        "reference": row.reference,
        **{name: load and named(load, LOAD) for name, load in loads.items()},
        "by_truck": {truck.plate: named(load, LOAD) for truck, load in row.by_truck},
    }


def paper_of(key: str, *, language: str, at: datetime) -> tuple[bytes, str]:
    """Give the protocol and its media type: PDF, or HTML where this machine makes no PDF.

    Raises:
        NoSuchRecord: no transshipment bears the key.
    """
    sheet = told.transshipment(key)
    return paper_making.made(html_of(sheet, language=language, at=at), told_of(sheet, language=language, at=at))
