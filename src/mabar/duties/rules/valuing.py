"""What a declaration gives to be assessed: the customs value of each item, its quantities and its claims.  Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from mabar.declarations import reference, sad
from mabar.declarations.rules import NoSuchItem
from mabar.declarations.sad_parts import Amount, Charge
from mabar.duties.rules.assessing import Item
from mabar.duties.rules.refusals import FoundUnfit, ValueMissing
from mabar.duties.rules.tariffs import Claim
from mabar.lib.decimals import POINT, read_decimal, unscale
from mabar.lib.refusals import Refusal

LARGEST = 10**15  # beyond it a figure is a slip
KILOGRAM = "KGM"  # code of Recommendation 20
_PARTS = ("external_freight", "internal_freight", "insurance", "other_cost")


@dataclass(frozen=True)
class Found:
    """What was found of an item instead of what is declared; what is empty or None is as declared.

    Attributes:
        item: its number in the declaration, from 1.
        value_minor: the customs value, in the currency of the tariff.
        quantities: by code of unit.
        preference: None as declared; empty: the claim is not admitted.
    """

    item: int
    code: str = ""
    origin: str = ""
    value_minor: int | None = None
    net_mass_g: int | None = None
    preference: str | None = None
    quantities: Mapping[str, Decimal] = field(default_factory=dict)


def items_of(record: sad.Declaration, found: Iterable[Found], *, currency: str) -> tuple[Item, ...]:
    """Give the items of a declaration as they are to be assessed, with what was found in place of what is declared.

    Args:
        currency: of the tariff, in which the customs value must be told.
    Raises:
        ValueMissing: an item tells no customs value in that currency.
        NoSuchItem: something was found of an item that the declaration has not.
    """
    by_item = {each.item: each for each in found}
    unknown = [number for number in by_item if not 1 <= number <= len(record.items)]
    if unknown:
        raise NoSuchItem(numbers=", ".join(map(str, unknown)), items=len(record.items))
    apart = _told_apart(record)
    return tuple(
        _item(number, each, by_item.get(number), currency, apart) for number, each in enumerate(record.items, 1)
    )


def _item(number: int, declared: sad.Item, found: Found | None, currency: str, apart: Sequence[str]) -> Item:
    quantities = _quantities(declared)
    claim = Claim(
        _code(declared),
        declared.origin_country or "",
        declared.preference_code or "",
        declared.procedure_code or "",
        frozenset(each.code for each in declared.documents if each.code),
    )
    if found is None:
        return Item(number, claim, customs_value_minor(number, declared, currency, apart=apart), quantities)
    if found.net_mass_g is not None:
        quantities[KILOGRAM] = unscale(found.net_mass_g, 3)
    preference = claim.preference if found.preference is None else found.preference
    claim = replace(claim, code=found.code or claim.code, origin=found.origin or claim.origin, preference=preference)
    value_minor = found.value_minor
    if value_minor is None:
        value_minor = customs_value_minor(number, declared, currency, apart=apart)
    return Item(number, claim, value_minor, {**quantities, **found.quantities})


def _code(declared: sad.Item) -> str:
    return (declared.commodity_code or "") + (declared.precision_1 or "")


def customs_value_minor(number: int, declared: sad.Item, currency: str, *, apart: Sequence[str] = ()) -> int:
    """Give the customs value of an item: its CIF value where it is told, else its invoice and the costs beside it.

    Args:
        apart: costs that only the header of the declaration tells.
    Raises:
        ValueMissing: neither is told in the currency, a cost is told in another, or the value would be below zero.
    """
    told = _in(declared.total_cif, currency)
    if told is not None:
        return told.minor
    invoice = _in(declared.invoice.national, currency) or _in(declared.price, currency)
    if invoice is None or apart:
        raise ValueMissing(item=number, currency=currency)
    parts = [_cost_minor(getattr(declared, name), number, currency) for name in _PARTS]
    total = invoice.minor + sum(parts) - _cost_minor(declared.deduction, number, currency)
    if total < 0:
        raise ValueMissing(item=number, currency=currency)
    return total


def _cost_minor(charge: Charge, number: int, currency: str) -> int:
    """Give a cost beside the invoice; one that is told in another currency alone leaves the value unknown.

    Raises:
        ValueMissing.
    """
    told = _in(charge.national, currency) or _in(charge.foreign, currency)
    if told is None and any(each is not None and each.minor for each in (charge.national, charge.foreign)):
        raise ValueMissing(item=number, currency=currency)
    return told.minor if told else 0


def _told_apart(record: sad.Declaration) -> tuple[str, ...]:
    """Name the costs that the header tells and no item: they are parted among the items by nobody."""
    return tuple(
        name
        for name in (*_PARTS, "deduction")
        if _is_told(getattr(record.valuation, name)) and not any(_is_told(getattr(item, name)) for item in record.items)
    )


def _is_told(charge: Charge) -> bool:
    return any(each is not None and each.minor for each in (charge.national, charge.foreign))


def _in(amount: Amount | None, currency: str) -> Amount | None:
    """Give an amount that is in the currency."""
    return amount if amount is not None and amount.currency == currency else None


def _quantities(declared: sad.Item) -> dict[str, Decimal]:
    """Gather the quantities of an item: its net mass, and what its supplementary units tell."""
    told: dict[str, Decimal] = {}
    if declared.net_mass_g is not None:
        told[KILOGRAM] = unscale(declared.net_mass_g, 3)
    for unit in declared.supplementary_units:
        quantity = _number(unit.quantity)
        if unit.code and quantity is not None:
            told[unit.code] = quantity
    return told


def _number(text: str | None) -> Decimal | None:
    try:
        return read_decimal(text, POINT) if text else None
    except Refusal:
        return None


def check_found(found: Iterable[Found]) -> tuple[Found, ...]:
    """Give what says something of an item, and refuse what cannot have been found.

    Raises:
        FoundUnfit: names the item, the column and the value.
    """
    told = tuple(each for each in found if each != Found(each.item))
    for each in told:
        for what, value in _unfit(each):
            raise FoundUnfit(item=each.item, what=what, value=value)
    twice = next((number for number, count in Counter(each.item for each in told).items() if count > 1), None)
    if twice is not None:
        raise FoundUnfit(item=twice, what="item", value=str(twice))
    return told


def _unfit(found: Found) -> Iterator[tuple[str, str]]:
    code = found.code
    if code and not (code.isascii() and code.isdigit() and 6 <= len(code) <= 12 and reference.hs_exists(code[:6])):
        yield "code", code
    if found.origin and not reference.country(found.origin):
        yield "origin", found.origin
    if found.value_minor is not None and not 0 <= found.value_minor <= LARGEST:
        yield "value", str(found.value_minor)
    if found.net_mass_g is not None and not 0 <= found.net_mass_g <= LARGEST:
        yield "net_mass", str(found.net_mass_g)
    yield from (("quantity", f"{each:f}") for each in found.quantities.values() if not 0 <= each <= LARGEST)
    yield from (("quantity", unit or "–") for unit in found.quantities if not reference.unit(unit))
