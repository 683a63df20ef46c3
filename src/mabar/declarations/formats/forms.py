"""In which form one source writes its numbers and days, so that an amended value looks like the others of its file."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

_NUMBER = re.compile(r"[0-9]+(?:([.,])([0-9]+))?", re.ASCII)
_DAY = re.compile(r"([0-9]{1,4})([/.\-])([0-9]{1,2})[/.\-]([0-9]{1,4})", re.ASCII)
_PLACES = re.compile(r"\[[0-9]+\]")


@dataclass(frozen=True)
class NumberForm:
    """How decimals are written: always `fixed` of them, or at least `least`; after which mark."""

    fixed: int | None = None
    least: int = 0
    mark: str = "."

    @property
    def decimals_at_least(self) -> int:
        """Give how many decimals are always written."""
        return self.least if self.fixed is None else self.fixed

    def write(self, value: Decimal) -> str:
        """Write a number in this form; decimals that it needs are never dropped."""
        text = f"{value:f}"
        whole, _, fraction = text.partition(".")
        fraction = fraction.rstrip("0").ljust(self.least if self.fixed is None else self.fixed, "0")
        return f"{whole}{self.mark}{fraction}" if fraction else whole


@dataclass
class Forms:
    """The forms of one source, by field and as a whole."""

    numbers: Mapping[str, list[str]] = field(default_factory=dict)
    every_number: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    date_order: str | None = None
    date_form: str | None = None

    def number(self, field_path: str, value: Decimal) -> str:
        """Write a number as this field is written elsewhere in the source, else as numbers are."""
        own = number_form(self.numbers.get(_PLACES.sub("", field_path), ()))
        common = number_form(self.every_number)
        is_alone = own.fixed is None and (common.fixed is not None or not self.numbers.get(_PLACES.sub("", field_path)))
        return (common if is_alone and own.least <= common.decimals_at_least else own).write(value)

    def day(self, iso: str) -> str:
        """Write a day as the days of the source are written."""
        written = date.fromisoformat(iso)
        shape = next((found for found in map(_DAY.fullmatch, self.days) if found), None)
        if shape is None:
            return _by_form(written, self.date_form or "YYYY-MM-DD")
        return _like(written, shape, self.date_order)


def number_form(samples: Iterable[str]) -> NumberForm:
    """Find the form that all samples share: the same number of decimals, or at least one, or as few as needed."""
    shapes = [shape for shape in map(_NUMBER.fullmatch, samples) if shape]
    decimals = {len(shape.group(2) or "") for shape in shapes}
    mark = next((shape.group(1) for shape in shapes if shape.group(1)), ".")
    if len(decimals) == 1 and len(shapes) > 1 and max(decimals) > 1:
        return NumberForm(fixed=max(decimals), mark=mark)
    return NumberForm(least=1 if shapes and min(decimals) >= 1 else 0, mark=mark)


def _like(day: date, shape: re.Match[str], order: str | None) -> str:
    first, mark, second, third = shape.groups()
    if len(first) == 4:
        return day.strftime(f"%Y{mark}%m{mark}%d")
    year = str(day.year) if len(third) == 4 else f"{day.year % 100:02d}"
    is_padded = first.startswith("0") or second.startswith("0")
    is_bare = len(first) == 1 or len(second) == 1
    width = 1 if is_bare and not is_padded else 2
    month, day_of_month = f"{day.month:0{width}d}", f"{day.day:0{width}d}"
    parts = (month, day_of_month) if order == "mdy" else (day_of_month, month)
    return mark.join((*parts, year))


def _by_form(day: date, form: str) -> str:
    """Write a day by a form such as M/D/YY or DD/MM/YYYY."""
    parts = {
        "YYYY": str(day.year),
        "YY": f"{day.year % 100:02d}",
        "MM": f"{day.month:02d}",
        "DD": f"{day.day:02d}",
        "M": str(day.month),
        "D": str(day.day),
    }
    return re.sub("YYYY|YY|MM|DD|M|D", lambda found: parts[found.group()], form)
