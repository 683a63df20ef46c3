"""What the checks of a declaration share: the finding, its severity, and paths into the record."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from mabar.declarations.formats.findings import ERROR, WARNING, Finding
from mabar.lib import numbers_text, words

# All others stop lodging: these are right now and then, or are known to be wrong in papers that are otherwise sound.
WARNINGS = frozenset(
    (
        "G-0122",  # a reserved country code
        "G-0130",  # delivery term
        "G-0131",  # mode of transport: national lists differ
        "G-0132",  # kind of package: national lists differ
        "G-0134",  # extended procedure: national lists differ
        "G-0135",
        "G-0201",  # a container without an ISO number
        "G-0203",
        "G-0511",  # header invoice exactly double: seen in a real file
        "G-0512",  # the CIF value is computed again by the office
        "G-0513",  # packages shared by two items are counted once or twice
        "G-0603",
        "G-0803",  # the other side has taken back what a draft comes from
    )
)

OF_FORM = "G-0400"  # its value is what kind of record it is, told by its word

# Their details are figures, kept as canonical text and shown in the way of the reader.
OF_FIGURES = frozenset(
    (
        "G-0301",
        "G-0302",
        "G-0311",
        "G-0312",
        "G-0313",
        "G-0501",
        "G-0510",
        "G-0511",
        "G-0512",
        "G-0513",
        "G-0514",
        "G-0701",
    )
)


@dataclass(frozen=True)
class CheckFinding(Finding):
    """A finding on the record: `record_field` is the path in it, items counted from 0; `value` what stands there."""

    @property
    def severity(self) -> str:
        """Whether it stops lodging (error) or is shown (warning)."""
        return WARNING if self.code in WARNINGS else ERROR

    def sentence(self, language: str) -> words.Sentence:
        """Say what was found and what to do, figures as the reader of `language` writes them."""
        if self.code == OF_FORM and (form := f"form.{self.value}") in words.table("declarations", "words"):
            value = words.word("declarations", form, language)
            return words.sentence("declarations", self.code, language, {"value": value})
        if self.code not in OF_FIGURES:
            return Finding.sentence(self, language)
        told = {"field": self.record_field, **_written({"value": self.value, **self.details}, language)}
        return words.sentence("declarations", self.code, language, told)


def _written(details: Mapping[str, object], language: str) -> dict[str, object]:
    """Write masses, counts and amounts (`1466.000`, `12`, `1250.500 LYD`) in the way of the language."""
    return {name: _figure(str(text), language) for name, text in details.items()}


def _figure(text: str, language: str) -> str:
    digits, _, currency = text.partition(" ")
    try:
        return " ".join(filter(None, (numbers_text.number(Decimal(digits), language), currency)))
    except InvalidOperation:
        return text


Findings = Iterator[CheckFinding]


def found(code: str, field: str, value: object = "", **details: object) -> CheckFinding:
    """Make a finding."""
    return CheckFinding(code, record_field=field, value="" if value is None else str(value), details=details)


def at(index: int, name: str) -> str:
    """Give the path of a field of an item."""
    return f"items[{index}].{name}"


def value_at(record: Any, path: str) -> Any:
    """Give what stands at a path such as `transport.border.mode` or `documents[0].on`; None where it leads nowhere."""
    for step in _steps(path):
        if isinstance(step, int):
            record = record[step] if step < len(record) else None
        else:
            record = getattr(record, step, None)
        if record is None:
            return None
    return record


@cache
def _steps(path: str) -> tuple[str | int, ...]:
    return tuple(int(step) if step.isdecimal() else step for step in re.findall(r"[^.\[\]]+", path))
