"""Values of a declaration to the texts that its file had, or would have had."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mabar.declarations.formats import asycuda_profiles
from mabar.declarations.formats.asycuda_plan import Leaf, Plan
from mabar.declarations.formats.forms import Forms
from mabar.declarations.formats.values import (
    CONVERTERS,
    HIDDEN,
    MASS_DECIMALS,
    Conventions,
    Doubt,
    clean,
    decimals_of,
)
from mabar.declarations.sad import Declaration
from mabar.declarations.sad_parts import Amount
from mabar.lib.decimals import unscale

CHARGES = ("invoice", "external_freight", "internal_freight", "insurance", "other_cost", "deduction")
_FLOWS = {"import": "I", "export": "E"}


@dataclass(frozen=True)
class Texts:
    """All that turns the values of one declaration into texts."""

    declaration: Declaration
    conventions: Conventions
    forms: Forms
    placed: set[str]

    @classmethod
    def of(cls, declaration: Declaration) -> "Texts":
        """Gather the conventions and forms of the source that the declaration remembers."""
        return cls(declaration, conventions_of(declaration), forms_of(declaration), set())

    def verbatim(self, prefix: str, field_path: str) -> str | None:
        """Give the text that the source had for a field; the texts of a sheet are no texts of an XML file."""
        if self.declaration.source.format != "asycuda":
            return None
        if prefix.startswith("items["):
            number = int(prefix[len("items[") : -len("].")])
            return self.declaration.items[number].verbatim.get(field_path)
        return self.declaration.verbatim.get(prefix + field_path)

    def text(self, kind: str, value: Any, prefix: str, field_path: str, part: Any) -> str | None:
        """Give the text for a value; nothing for a value that is not there."""
        verbatim = self.verbatim(prefix, field_path)
        if verbatim is not None and is_same(value, self._read(kind, verbatim, field_path, part)):
            return verbatim
        if value is None:
            return None
        if kind == "count" and verbatim is None:
            return str(value)  # a count without a text of its own was, or is, written plainly
        return written(kind, value, prefix + field_path, self.forms)

    def _read(self, kind: str, text: str, field_path: str, part: Any) -> Any:
        converter = CONVERTERS[kind]
        stripped = text.strip()
        if converter is None:
            return None if kind == "code" and HIDDEN.search(stripped) else clean(stripped)
        bucket = {"currency": getattr(part, "currency", None)}
        try:
            return converter(stripped, self.conventions, bucket, field_path.rpartition(".")[0])
        except Doubt as doubt:
            return doubt.value


def conventions_of(declaration: Declaration) -> Conventions:
    """Give the conventions of the file that the declaration came from."""
    valuation = declaration.valuation
    currencies = {name: getattr(valuation, name).currency for name in CHARGES}
    return Conventions(
        date_order=declaration.source.date_order,
        national_currency=declaration.source.national_currency,
        invoice_currency=currencies["invoice"],
        charge_currencies={name: code for name, code in currencies.items() if code},
    )


def is_same(value: Any, read: Any) -> bool:
    """Tell whether a value still is what its text says; an amount keeps its text when only its currency was named."""
    if isinstance(value, Amount) and isinstance(read, Amount):
        return value.minor == read.minor and decimals_of(value.currency) == decimals_of(read.currency)
    return bool(value == read)


def written(kind: str, value: Any, field_path: str, forms: Forms) -> str:
    """Write a value that has no text of its own, in the form of its source."""
    if kind == "mass":
        return forms.number(field_path, unscale(value, MASS_DECIMALS))
    if isinstance(value, Amount):
        return forms.number(field_path, unscale(value.minor, decimals_of(value.currency)))
    if kind == "count":
        return forms.number(field_path, Decimal(value))
    if kind == "date":
        return forms.day(value)
    if kind == "flag":
        return "true" if value else "false"
    return _FLOWS.get(value, value) if kind == "flow" else str(value)


def forms_of(declaration: Declaration) -> Forms:
    """Gather the forms of the numbers and days that the declaration remembers."""
    if declaration.source.format != "asycuda":
        known = asycuda_profiles.by_office(declaration.office.code or "")
        return Forms(date_form=known.date_form if known and known.date_order else None)
    numbers: dict[str, list[str]] = {}
    days: list[str] = []
    _gather("", declaration.verbatim, numbers, days)
    for item in declaration.items:
        _gather("items.", item.verbatim, numbers, days)
    every = [text for samples in numbers.values() for text in samples if "." in text or "," in text]
    code = declaration.source.profile
    known = asycuda_profiles.profiles().get(code) if code else None
    order = declaration.source.date_order
    return Forms(numbers, every, days, order, known.date_form if known else None)


def _gather(base: str, verbatim: Mapping[str, str], numbers: dict[str, list[str]], days: list[str]) -> None:
    for name, text in verbatim.items():
        if name.endswith("on") and ("/" in text or "-" in text or text.count(".") == 2):
            days.append(text.strip())
        elif text[:1].isdigit():
            bare = "".join(part.partition("]")[2] if "]" in part else part for part in name.split("["))
            numbers.setdefault(base + bare, []).append(text.strip())


def values_of(record: Any, prefix: str, plan: Plan, texts: Texts) -> Iterator[tuple[Leaf, str]]:
    """Give each leaf of an element that has a value, with its text; and note that the field has found its place."""
    parts = parts_of(record, plan)
    for leaf in plan.leaves:
        texts.placed.add(prefix + leaf.field)
        part = parts[leaf.part]
        value = getattr(part, leaf.name, None) if part is not None else None
        text = texts.text(leaf.kind, value, prefix, leaf.field, part)
        if text is not None:
            yield leaf, text


def parts_of(record: Any, plan: Plan) -> list[Any]:
    """Give the parts of a record that a plan names; nothing for a place past the end of a list."""
    parts: list[Any] = [record]
    for part in plan.parts[1:]:
        parent = parts[part.parent]
        value = getattr(parent, part.name) if parent is not None else None
        if part.slot is not None and value is not None:
            value = value[part.slot] if part.slot < len(value) else None
        parts.append(value)
    return parts
