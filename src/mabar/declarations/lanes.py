"""Which lane a consignment takes: simple criteria that are data, and a random share; every reason is kept.

The draw reads only `Consignment`, which has no party, no plate and no nationality: it scores goods, never persons.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any, Final

from mabar.declarations.sad import Declaration, Item
from mabar.lib import words
from mabar.lib.money import minor_decimals

LANES: Final = ("green", "blue", "yellow", "red")


@dataclass(frozen=True)
class GoodsValue:
    """What one item costs, and how much of it there is."""

    item: int
    chapter: str
    currency: str
    minor: int
    net_mass_g: int


@dataclass(frozen=True)
class Consignment:
    """All that the draw may know."""

    regime: str
    chapters: tuple[str, ...]
    header_mass_g: int | None
    items_mass_g: int
    header_packages: int | None
    items_packages: int
    documents: frozenset[str]
    is_preference_claimed: bool
    values: tuple[GoodsValue, ...]


@dataclass(frozen=True)
class Reason:
    """One criterion, whether it fired, and on what figures."""

    code: str
    fired: bool
    details: Mapping[str, object]

    def sentence(self, language: str) -> str:
        """Name the criterion in `language`."""
        return reason_text(self.code, language)


@dataclass(frozen=True)
class Draw:
    """A lane, whether the scan's sample has taken it, and every reason, fired or not."""

    lane: str
    is_scan_due: bool
    reasons: tuple[Reason, ...]


def reason_text(code: str, language: str) -> str:
    """Name the criterion of a code in `language`.

    Raises:
        KeyError: no criterion has that code.
    """
    table = words.table("declarations", "lanes")
    row = table["criteria"].get(code) or table["reasons"][code]
    return str(row[language])


def consignment_of(record: Declaration) -> Consignment:
    """Take from a record what the draw may know, and nothing else."""
    items = record.items
    return Consignment(
        regime=record.regime or "",
        chapters=tuple(sorted({item.commodity_code[:2] for item in items if item.commodity_code})),
        header_mass_g=record.valuation.gross_mass_g,
        items_mass_g=sum(item.gross_mass_g or 0 for item in items),
        header_packages=record.package_count,
        items_packages=sum(item.packages.count or 0 for item in items),
        documents=frozenset(each.code for item in items for each in item.documents if each.code),
        is_preference_claimed=any(item.preference_code for item in items),
        values=tuple(filter(None, map(_value, range(1, len(items) + 1), items))),
    )


def _value(number: int, item: Item) -> GoodsValue | None:
    amount = item.statistical_value or item.total_cif or item.price
    if not (amount and amount.currency and item.commodity_code and item.net_mass_g):
        return None
    return GoodsValue(number, item.commodity_code[:2], amount.currency, amount.minor, item.net_mass_g)


def draw(consignment: Consignment, *, criteria: Mapping[str, Any], seed: str) -> Draw:
    """Draw the lane: the strictest that a criterion asks for, or the random one; the same seed draws the same lane.

    Args:
        consignment: what the draw may know.
        criteria: the table of `data/lanes.yaml`.
        seed: text that nobody could know when the goods were declared.
    """
    reasons = [_judged(code, row, consignment) for code, row in criteria["criteria"].items()]
    asked = [criteria["criteria"][reason.code]["lane"] for reason in reasons if reason.fired]
    is_random = _chance(seed, "lane") < Decimal(criteria["random_share"])
    reasons.append(Reason("random_share", is_random, {"share": criteria["random_share"]}))
    lane = max([LANES[0], *asked, *([criteria["random_lane"]] if is_random else [])], key=LANES.index)
    return Draw(lane, _chance(seed, "scan") < Decimal(criteria["scan_share"]), tuple(reasons))


def stricter(one: str, other: str) -> str:
    """Give the stricter of two lanes; the empty one is milder than all."""
    return max(one, other, key=("", *LANES).index)


def _chance(seed: str, of: str) -> Decimal:
    """Turn a seed into a number from 0 up to 1."""
    return Decimal(int(sha256(f"{of}:{seed}".encode()).hexdigest()[:16], 16)) / 2**64


def _judged(code: str, row: Mapping[str, Any], consignment: Consignment) -> Reason:
    details = _JUDGES[code](consignment, row)
    return Reason(code, bool(details), details)


def _watched_chapter(consignment: Consignment, row: Mapping[str, Any]) -> dict[str, object]:
    found = [chapter for chapter in consignment.chapters if chapter in row["chapters"]]
    return {"chapters": ", ".join(found)} if found else {}


def _mass_differs(consignment: Consignment, row: Mapping[str, Any]) -> dict[str, object]:
    return _difference(consignment.header_mass_g, consignment.items_mass_g, Decimal(row["tolerance"]))


def _packages_differ(consignment: Consignment, row: Mapping[str, Any]) -> dict[str, object]:
    return _difference(consignment.header_packages, consignment.items_packages, Decimal(row["tolerance"]))


def _difference(declared: int | None, summed: int, tolerance: Decimal) -> dict[str, object]:
    if declared is None or abs(declared - summed) <= tolerance * declared:
        return {}
    return {"declared": declared, "summed": summed}


def _documents_missing(consignment: Consignment, row: Mapping[str, Any]) -> dict[str, object]:
    return {} if consignment.documents & set(row["any_of"]) else {"wanted": ", ".join(row["any_of"])}


def _value_out_of_band(consignment: Consignment, row: Mapping[str, Any]) -> dict[str, object]:
    outside = [value for value in consignment.values if not _is_in_band(value, row["bands"].get(value.chapter))]
    return {"items": ", ".join(str(value.item) for value in outside)} if outside else {}


def _is_in_band(value: GoodsValue, band: Mapping[str, str] | None) -> bool:
    """Compare only what is in the band's own currency: a rate of the day would be a guess."""
    if band is None or band["currency"] != value.currency:
        return True
    of_one_kg = Decimal(value.minor).scaleb(-minor_decimals(value.currency)) * 1000 / value.net_mass_g
    return Decimal(band["least"]) <= of_one_kg <= Decimal(band["most"])


def _preference_claimed(consignment: Consignment, row: Mapping[str, Any]) -> dict[str, object]:
    return {"preference": "claimed"} if consignment.is_preference_claimed else {}


def _economic_regime(consignment: Consignment, row: Mapping[str, Any]) -> dict[str, object]:
    return {"regime": consignment.regime} if consignment.regime in row["regimes"] else {}


_JUDGES: Mapping[str, Callable[[Consignment, Mapping[str, Any]], dict[str, object]]] = {
    "watched_chapter": _watched_chapter,
    "mass_differs": _mass_differs,
    "packages_differ": _packages_differ,
    "documents_missing": _documents_missing,
    "value_out_of_band": _value_out_of_band,
    "preference_claimed": _preference_claimed,
    "economic_regime": _economic_regime,
}


@cache
def criteria() -> Mapping[str, Any]:
    """Read the criteria of the product."""
    return words.table("declarations", "lanes")
