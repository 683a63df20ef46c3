"""What the panels of a declaration's page show, out of the declaration and its record."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mabar.base.reach import language
from mabar.declarations import queries, reference, rules
from mabar.declarations.formats.findings import ERROR, Finding
from mabar.declarations.sad import Declaration as Record
from mabar.declarations.sad_parts import Amount
from mabar.lib import numbers_text, words
from mabar.lib.words import FIRST_STRONG_ISOLATE, POP_ISOLATE, Sentence

ITEMS_A_PAGE = 100
FOLDED = 20  # so many kept values stand on the page itself; the others on their own
_OF_ITEM = re.compile(r"items\[([0-9]+)\]", re.ASCII)


@dataclass(frozen=True)
class Why:
    """A finding as the band under its row says it."""

    tone: str
    code: str
    said: Sentence


@dataclass(frozen=True)
class ItemLine:
    """An item with what the checks and the inspection say of it, and the duties that its source declares."""

    item: queries.ItemRow
    why: tuple[Why, ...]
    duties: Amount | None
    differs: bool


@dataclass(frozen=True)
class ReasonLine:
    """A criterion of the lane: its code, what it says, on what figures, and whether it fired."""

    code: str
    text: str
    figures: str
    fired: bool


@dataclass(frozen=True)
class Paper:
    """A document, and the items that it goes with."""

    code: str
    name: str
    reference: str
    on: str
    items: tuple[int, ...]


def whys(findings: Iterable[Finding]) -> dict[int | None, tuple[Why, ...]]:
    """Sort what the checks remark by item; None is the header."""
    sorted_out: dict[int | None, tuple[Why, ...]] = {}
    for finding in findings:
        at = _OF_ITEM.match(finding.record_field)
        number = int(at[1]) + 1 if at else None
        tone = "refuse" if finding.severity == ERROR else "warn"
        why = Why(tone, finding.code, finding.sentence(language()))
        sorted_out[number] = (*sorted_out.get(number, ()), why)
    return sorted_out


def discrepancies(detail: queries.Detail) -> dict[int | None, tuple[Why, ...]]:
    """Sort what inspections found to differ from the declaration by item; None is the whole."""
    sorted_out: dict[int | None, tuple[Why, ...]] = {}
    for found in (each for inspection in detail.inspections for each in inspection.findings):
        if found["kind"] in rules.DISCREPANCIES:
            number = found.get("item")
            kind = words.word("declarations", f"inspection.{found['kind']}", language())
            what = ": ".join(filter(None, (kind, found.get("details", ""))))
            sorted_out[number] = (*sorted_out.get(number, ()), Why("warn", "", Sentence(what, "")))
    return sorted_out


def items_page(
    detail: queries.Detail, record: Record, sorted_whys: Mapping[int | None, tuple[Why, ...]], asked: str | None
) -> tuple[Page[Any], list[ItemLine]]:
    """Give a page of the items with their lines."""
    page = Paginator(detail.items, ITEMS_A_PAGE).get_page(asked)
    found = discrepancies(detail)
    return page, [_item_line(item, record, sorted_whys, found.get(item.number, ())) for item in page]


def _item_line(
    item: queries.ItemRow, record: Record, sorted_whys: Mapping[int | None, tuple[Why, ...]], found: tuple[Why, ...]
) -> ItemLine:
    why = (*found, *sorted_whys.get(item.number, ()))
    return ItemLine(item, why, _duties(record, item.number), bool(found))


def _duties(record: Record, number: int) -> Amount | None:
    return record.items[number - 1].tax_totals.amount if number <= len(record.items) else None


def price_total(items: Sequence[queries.ItemRow]) -> tuple[int, str] | None:
    """Sum the prices of items where all are in one currency."""
    currencies = {item.currency for item in items if item.price_minor is not None}
    if len(currencies) != 1 or "" in currencies:
        return None
    return sum(item.price_minor or 0 for item in items), currencies.pop()


def papers(record: Record) -> list[Paper]:
    """List each document once, with its items."""
    found: dict[tuple[str, str, str, str], list[int]] = {}
    for number, item in enumerate(record.items, 1):
        for each in item.documents:
            name = (each.code or "", each.name or "", each.reference or "", each.on or "")
            found.setdefault(name, []).append(number)
    return [Paper(code, _named(code, name), of, on, tuple(items)) for (code, name, of, on), items in found.items()]


def _named(code: str, name: str) -> str:
    known = reference.document_type(code)
    return known.name(language()) if known else name


def reasons(draw: queries.DrawRow) -> tuple[list[ReasonLine], list[ReasonLine]]:
    """Give the reasons to show, and those that did not fire; the random share is always shown."""
    told = [_reason(each) for each in draw.reasons]
    shown = [each for each in told if each.fired or each.code == "random_share"]
    return sorted(shown, key=lambda each: not each.fired), [each for each in told if each not in shown]


def _reason(reason: Mapping[str, Any]) -> ReasonLine:
    code, details = str(reason["code"]), reason.get("details", {})
    said = [_figure(code, name, value) for name, value in details.items()]
    text = queries.reason_text(code, language())
    return ReasonLine(code, text, " · ".join(filter(None, said)), bool(reason["fired"]))


def _figure(code: str, name: str, value: Any) -> str:
    """Say a figure of a reason with its name; isolated, so that it is read in its own direction."""
    labels = {
        "chapters": _("chapters"),
        "declared": pgettext("figure", "declared"),
        "summed": pgettext("figure", "sum of the items"),
        "wanted": _("one of"),
        "items": _("items"),
        "share": _("share"),
        "before": pgettext("lane", "before"),
        "regime": _("procedure"),
    }
    if name not in labels:
        return ""
    return f"{labels[name]} {FIRST_STRONG_ISOLATE}{_value(code, name, value)}{POP_ISOLATE}"


def _value(code: str, name: str, value: Any) -> str:
    said = language()
    if name == "share":
        return numbers_text.percent(Decimal(str(value)), said)
    if name == "before":
        return words.word("declarations", f"lane.{value}", said)
    if name == "regime":
        return words.word("declarations", f"regime.{value}", said)
    if code == "mass_differs" and isinstance(value, int):
        return numbers_text.mass_kg_with_unit(value, said)
    return numbers_text.number(value, said) if isinstance(value, int) else str(value)


@dataclass(frozen=True)
class KeptText:
    """A text of the source that no field shows: where it stood, and as it stood."""

    path: str
    text: str
    is_kept: bool


def kept_texts(record: Record) -> list[KeptText]:
    """List what has no field, then each text that its value does not show, header first."""
    kept = [KeptText(each.path, each.text, True) for each in record.kept]
    kept += [KeptText(path, text, False) for path, text in record.verbatim.items()]
    for number, item in enumerate(record.items):
        kept += [KeptText(f"items[{number}].{path}", text, False) for path, text in item.verbatim.items()]
    return kept


def seals(record: Record, trucks: Iterable[Any]) -> list[str]:
    """Name the seals that the trucks bear, else those that the record declares."""
    borne = list(dict.fromkeys(seal for truck in trucks for seal in truck.passage.seals))
    return borne or [record.transit.seals] if record.transit.seals else borne
