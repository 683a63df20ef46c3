"""What lists, rules and desks need of a record: its own figures, or the sums of its items where it is silent."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from mabar.declarations.formats.values import day_readings
from mabar.declarations.sad import Declaration, Item
from mabar.declarations.sad_parts import Amount

_ITEM = re.compile(r"items\[([0-9]+)\]\.(.+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item as a list shows it."""

    number: int
    hs_code: str
    origin: str
    description: str
    packages: int
    gross_mass_g: int | None
    net_mass_g: int | None
    price_minor: int | None
    currency: str
    procedure: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The declaration as a list shows it."""

    trader_reference: str
    consignee: str
    exporter: str
    declarant: str
    items_count: int
    packages: int
    gross_mass_g: int
    net_mass_g: int
    invoice_minor: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class OpenDate:
    """A date that has two readings: where it stands, its text, and the days that it can mean."""

    path: str
    text: str
    readings: tuple[str, ...]


def summary_of(record: Declaration) -> Summary:
    """Sum a record up."""
    items = record.items
    invoice = _first(record.valuation.invoice.foreign, record.payment.invoice_total, record.valuation.invoice_total)
    return Summary(
        trader_reference=short(record.declarant_reference, 80),
        consignee=short(record.consignee.name or record.consignee.code, 200),
        exporter=short(record.exporter.name or record.exporter.code, 200),
        declarant=short(record.declarant.name or record.declarant.code, 200),
        items_count=len(items),
        packages=_stated(record.package_count, (item.packages.count for item in items)),
        gross_mass_g=_stated(record.valuation.gross_mass_g, (item.gross_mass_g for item in items)),
        net_mass_g=sum(item.net_mass_g or 0 for item in items),
        invoice_minor=invoice.minor if invoice else None,
        currency=short(invoice.currency if invoice else "", 3),
    )


def lines_of(record: Declaration) -> list[ItemLine]:
    """Sum each item up; items are numbered as they stand."""
    return [_line(number, item) for number, item in enumerate(record.items, 1)]


def _line(number: int, item: Item) -> ItemLine:
    return ItemLine(
        number=number,
        hs_code=short(item.commodity_code, 16),
        origin=short(item.origin_country, 4),
        description=short(item.description or item.commercial_description, 1000),
        packages=item.packages.count or 0,
        gross_mass_g=item.gross_mass_g,
        net_mass_g=item.net_mass_g,
        price_minor=item.price.minor if item.price else None,
        currency=short(item.price.currency if item.price else "", 3),
        procedure=short(item.procedure_code, 8),
    )


def figures_of(summary: Summary, lines: Iterable[ItemLine]) -> list[int]:
    """List every figure that must be neither negative nor beyond what a border has ever seen."""
    figures = [summary.packages, summary.gross_mass_g, summary.net_mass_g, summary.invoice_minor]
    for line in lines:
        figures += [line.packages, line.gross_mass_g, line.net_mass_g, line.price_minor]
    return [figure for figure in figures if figure is not None]


def containers(record: Declaration) -> list[str]:
    """Name the containers of a record, each once."""
    return list(dict.fromkeys(each.identity for each in record.containers if each.identity))


def open_dates(record: Declaration) -> list[OpenDate]:
    """List the dates of a record, header then items, that still have two readings."""
    found = _open_in(record, record.verbatim, "")
    for number, item in enumerate(record.items):
        found += _open_in(item, item.verbatim, f"items[{number}].")
    return found


def _open_in(part: Any, verbatim: Mapping[str, str], prefix: str) -> list[OpenDate]:
    """List the open dates of a part; one that the profile of the file has decided has its day, and is not open."""
    return [
        OpenDate(prefix + path, text, readings)
        for path, text in verbatim.items()
        if _is_day(path)
        and len(readings := tuple(sorted(set(day_readings(text).values())))) > 1
        and _at(part, _steps(path)) is None
    ]


def _steps(path: str) -> list[str]:
    return re.findall(r"[^.\[\]]+", path)


def _at(part: Any, steps: Sequence[str]) -> Any:
    """Give what stands at the end of a path; nothing where it leads past the end of a list."""
    for step in steps:
        if not isinstance(part, tuple):
            part = getattr(part, step)
        elif int(step) >= len(part):
            return None
        else:
            part = part[int(step)]
    return part


def _is_day(path: str) -> bool:
    name = path.rpartition(".")[2]
    return name == "on" or name.endswith("_on")


def _stated(header: int | None, of_items: Iterable[int | None]) -> int:
    return header if header is not None else sum(figure or 0 for figure in of_items)


def _first(*amounts: Amount | None) -> Amount | None:
    return next((amount for amount in amounts if amount is not None), None)


def short(text: str | None, length: int) -> str:
    """Give a text as a column holds it: in one line, and cut where a list would cut it."""
    return " ".join((text or "").replace("\x00", " ").split())[:length]


def with_day(record: Declaration, path: str, day: str) -> Declaration:
    """Give the record with an open date set to a day, and its doubtful text taken away."""
    match = _ITEM.fullmatch(path)
    if not match:
        return cast("Declaration", _with_day(record, path, day))
    index, inner = int(match[1]), match[2]
    items = list(record.items)
    items[index] = _with_day(items[index], inner, day)
    return replace(record, items=tuple(items))


def _with_day(part: Any, path: str, day: str) -> Any:
    rest = {name: text for name, text in part.verbatim.items() if name != path}
    return replace(_set(part, _steps(path), day), verbatim=rest)


def _set(part: Any, steps: list[str], day: str) -> Any:
    if not steps:
        return day
    if isinstance(part, tuple):
        place = int(steps[0])
        return (*part[:place], _set(part[place], steps[1:], day), *part[place + 1 :])
    return replace(part, **{steps[0]: _set(getattr(part, steps[0]), steps[1:], day)})
