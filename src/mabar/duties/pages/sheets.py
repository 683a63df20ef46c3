"""An assessment as its page shows it: item by item, each line explained, and the totals of the levies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mabar.declarations import reference
from mabar.declarations.sad import Declaration as Record
from mabar.duties.explaining import Explained, explain
from mabar.duties.queries import TableRow
from mabar.duties.rules import VALUE, Line
from mabar.lib import numbers_text, words
from mabar.lib.money import minor_decimals
from mabar.lib.words import isolate


@dataclass(frozen=True)
class ShownLine:
    """A line with its words."""

    line: Line
    said: Explained


@dataclass(frozen=True)
class Block:
    """An item with its lines."""

    number: int
    code: str
    title: str
    description: str
    value_minor: int
    lines: tuple[ShownLine, ...]

    @property
    def total_minor(self) -> int:
        """What the item owes."""
        return sum(each.line.minor for each in self.lines)


def blocks(lines: Iterable[Line], record: Record, table: TableRow, language: str) -> list[Block]:
    """Gather the lines of an assessment by item."""
    by_item: dict[int, list[Line]] = {}
    for line in lines:
        by_item.setdefault(line.item, []).append(line)
    return [_block(number, of_item, record, table, language) for number, of_item in sorted(by_item.items())]


def _block(number: int, lines: Sequence[Line], record: Record, table: TableRow, language: str) -> Block:
    item = record.items[number - 1] if number <= len(record.items) else None
    code = (item.commodity_code or "") if item else ""
    heading = reference.heading(code) if code else None
    shown = tuple(ShownLine(line, explain(line, currency=table.currency, language=language)) for line in lines)
    return Block(
        number,
        code,
        heading.name(language) if heading else "",
        (item.description or "") if item else "",
        _value_minor(lines, table.currency),
        shown,
    )


def _value_minor(lines: Iterable[Line], currency: str) -> int:
    amounts = [amount for line in lines for name, amount in line.base if name == VALUE]
    return int(amounts[0].scaleb(minor_decimals(currency))) if amounts else 0


def totals(told: Mapping[str, int], table: TableRow, language: str) -> list[tuple[str, str, int]]:
    """Give code, name and total of each levy of an assessment."""
    names = {levy.code: levy.name(language) for levy in table.levies}
    return [(code, names.get(code, code), minor) for code, minor in told.items()]


def found_told(found: Iterable[Mapping[str, Any]], currency: str, language: str) -> list[tuple[int, str]]:
    """Say what was found of each item in place of what is declared."""
    return [(each["item"], " · ".join(_said(each, currency, language))) for each in found]


def _said(found: Mapping[str, Any], currency: str, language: str) -> list[str]:
    told = {
        "code": found.get("code"),
        "origin": found.get("origin"),
        "value": numbers_text.money(found["value_minor"], currency, language) if "value_minor" in found else None,
        "net_mass": numbers_text.mass_kg_with_unit(found["net_mass_g"], language) if "net_mass_g" in found else None,
        "preference": found.get("preference") or ("–" if "preference" in found else None),
        **{f"quantity {unit}": quantity for unit, quantity in found.get("quantities", {}).items()},
    }
    return [_named(name, value, language) for name, value in told.items() if value]


def _named(name: str, value: Any, language: str) -> str:
    what, _blank, unit = name.partition(" ")
    return f"{words.word('duties', f'found.{what}', language)} {isolate(value)}{f' {isolate(unit)}' if unit else ''}"
