"""One step of the form: what was typed becomes the record, and the record becomes what the page shows."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from mabar.declarations import checks
from mabar.declarations.checks_parts import CheckFinding
from mabar.declarations.formats.asycuda_profiles import codes_of
from mabar.declarations.formats.values import decimals_of
from mabar.declarations.forms import filling, rows
from mabar.declarations.forms.boxes import (
    CONTAINERS,
    DOCUMENTS,
    GROUPS,
    HEADER,
    ITEM_MORE,
    PARTIES,
    TRANSPORT,
    Box,
    boxes_of,
)
from mabar.declarations.sad import Declaration, Item
from mabar.declarations.sad_parts import Amount
from mabar.lib.decimals import scale, unscale

HEADER_BOXES = boxes_of((*HEADER, *PARTIES, *TRANSPORT))
ITEM_BOXES = boxes_of(ITEM_MORE)
INWARD = frozenset({"import", "warehousing", "temporary_admission", "re_import"})
# Codes of the reader's own remarks on a text that the form explains better.
SAID_BETTER = frozenset({"G-0601", "G-0602", "G-0603", "G-0204"})
_ITEM_PATH = re.compile(r"items\[([0-9]{1,5})\]\.(.+)", re.ASCII)


def typed(record: Declaration, step: str, posted: Iterable[tuple[str, str]]) -> Declaration:
    """Put what was typed in a step into the record.

    Raises:
        LongerThanAllowed, NoSuchItem.
    """
    given = list(posted)
    if step in GROUPS:
        record = _with_boxes(record, boxes_of(GROUPS[step]), dict(given))
    if step == "transport":
        return rows.with_containers(record, rows.typed_rows(given, "containers"))
    if step == "documents":
        return rows.with_documents(record, rows.typed_rows(given, "documents"))
    return rows.with_items(record, rows.typed_rows(given, "items")) if step == "items" else record


def typed_item(record: Declaration, index: int, posted: Mapping[str, str]) -> Declaration:
    """Put what was typed on the page of one item into the record."""
    item = rows.filled_item(record.items[index], posted, currency=rows.currency_of(record), boxes=ITEM_BOXES)
    return replace(record, items=(*record.items[:index], item, *record.items[index + 1 :]))


def _with_boxes(record: Declaration, boxes: Iterable[Box], given: Mapping[str, str]) -> Declaration:
    old = rows.currency_of(record)
    first = [box for box in boxes if box.kind != "foreign"]
    filled = filling.fill(record, record.verbatim, first, given, currency=old)
    after: Declaration = replace(filled.record, verbatim=filled.verbatim)
    money = [box for box in boxes if box.kind == "foreign"]
    filled = filling.fill(after, after.verbatim, money, given, currency=rows.currency_of(after))
    after = replace(filled.record, verbatim=filled.verbatim)
    if rows.currency_of(after) != old:
        after = in_currency(after, old, rows.currency_of(after))
    return _with_procedure(after) if after.regime != record.regime or after.flow != record.flow else after


def in_currency(record: Declaration, old: str | None, new: str | None) -> Declaration:
    """Carry the amounts that were typed in one currency into another: the same digits, not the same worth."""
    items = tuple(replace(item, price=_said_in(item.price, old, new)) for item in record.items)
    invoice = replace(record.valuation.invoice, foreign=_said_in(record.valuation.invoice.foreign, old, new))
    return replace(record, items=items, valuation=replace(record.valuation, invoice=invoice))


def _said_in(amount: Amount | None, old: str | None, new: str | None) -> Amount | None:
    if amount is None or amount.currency != old:
        return amount
    exact = unscale(amount.minor, decimals_of(old))
    return Amount(scale(exact, decimals_of(new)).units, new)


def _with_procedure(record: Declaration) -> Declaration:
    """Write the procedure's digit and the type of declaration that follow from regime and direction."""
    type_code, procedure = codes_of(record.regime)
    return replace(record, general_procedure_code=procedure, type_code=type_code)


def started(record: Declaration, *, regime: str, flow: str) -> Declaration:
    """Give a record its regime and direction, and what follows from them."""
    return _with_procedure(replace(record, regime=regime, flow=flow))


def accepted(record: Declaration, wish: str) -> Declaration:
    """Put in a value that the page proposed: `items[1].commodity_code=8421.23`; an unknown box changes nothing."""
    path, _, text = wish.partition("=")
    in_item = _ITEM_PATH.fullmatch(path)
    if not in_item:
        return _accepted_in(record, record, HEADER_BOXES, CONTAINERS, path, text)
    index = int(in_item[1])
    if index >= len(record.items):
        return record
    item = _accepted_in(record, record.items[index], ITEM_BOXES, DOCUMENTS, in_item[2], text)
    return replace(record, items=(*record.items[:index], item, *record.items[index + 1 :]))


def _accepted_in(
    record: Declaration, part: Any, boxes: tuple[Box, ...], of_rows: tuple[Box, ...], path: str, text: str
) -> Any:
    in_row = re.fullmatch(r"(containers|documents)\[([0-9]{1,5})\]\.(.+)", path, re.ASCII)
    box = next((each for each in (of_rows if in_row else boxes) if each.path == (in_row[3] if in_row else path)), None)
    if box is None:
        return part
    if in_row is None:
        filled = filling.accept(part, part.verbatim, box, text, currency=rows.currency_of(record))
        return replace(filled.record, verbatim=filled.verbatim)
    members, place = getattr(part, in_row[1]), int(in_row[2])
    if place >= len(members):
        return part
    filled = filling.accept(members[place], {}, box, text, currency=None)
    rest = {at: kept for at, kept in part.verbatim.items() if at != path}
    members = (*members[:place], filled.record, *members[place + 1 :])
    return replace(part, verbatim=rest, **{in_row[1]: members})


def findings_of(record: Declaration, *, today: str) -> list[CheckFinding]:
    """List what stands against what is filled in so far, and not what is missing yet."""
    return _joined(record, checks.check_content(record, today=today))


def all_findings_of(record: Declaration, *, today: str) -> list[CheckFinding]:
    """List all that stands against lodging, also what is missing."""
    return _joined(record, checks.check(record, today=today))


def _joined(record: Declaration, of_checks: list[CheckFinding]) -> list[CheckFinding]:
    own = unread(record)
    explained = {finding.record_field for finding in own}
    rest = [each for each in of_checks if each.code not in SAID_BETTER or each.record_field not in explained]
    return [*own, *(each for each in rest if not (each.code in MISSING and each.record_field in explained))]


MISSING = frozenset(f"G-04{number:02}" for number in range(1, 18))


def unread(record: Declaration) -> list[CheckFinding]:
    """List the typed texts that gave no value, in the whole record."""
    found = _unread_in(record, record.verbatim, HEADER_BOXES, "", "containers", CONTAINERS, record)
    for index, item in enumerate(record.items):
        if item.verbatim:
            found += _unread_in(item, item.verbatim, ITEM_BOXES, f"items[{index}].", "documents", DOCUMENTS, record)
    return found


def _unread_in(
    part: Declaration | Item,
    verbatim: Mapping[str, str],
    boxes: Iterable[Box],
    prefix: str,
    table: str,
    columns: Iterable[Box],
    record: Declaration,
) -> list[CheckFinding]:
    currency = rows.currency_of(record)
    found = filling.doubts(part, verbatim, boxes, prefix=prefix, currency=currency)
    for place, row in enumerate(getattr(part, table)):
        at = f"{table}[{place}]."
        own = {path.removeprefix(at): text for path, text in verbatim.items() if path.startswith(at)}
        found += filling.doubts(row, own, columns, prefix=prefix + at, currency=None)
    return found


def totals_of(record: Declaration) -> dict[str, Any]:
    """Sum the items up beside what the header states; the difference is None where it states nothing."""
    items = record.items
    packages = sum(item.packages.count or 0 for item in items)
    gross = sum(item.gross_mass_g or 0 for item in items)
    price = Amount(sum(item.price.minor for item in items if item.price), rows.currency_of(record))
    stated = record.valuation.invoice.foreign
    is_one = all(item.price is None or item.price.currency == price.currency for item in items)
    return {
        "packages": packages,
        "packages_stated": record.package_count,
        "packages_apart": _apart(packages, record.package_count),
        "gross": gross,
        "gross_stated": record.valuation.gross_mass_g,
        "gross_apart": _apart(gross, record.valuation.gross_mass_g),
        "net": sum(item.net_mass_g or 0 for item in items),
        "price": price if is_one else None,
        "price_stated": stated,
        "price_apart": _apart(price.minor, stated.minor if stated and stated.currency == price.currency else None),
        "open": sum(1 for item in items if item.price is None),
    }


def _apart(summed: int, stated: int | None) -> int | None:
    return None if stated is None else abs(summed - stated)
