"""A small tariff of a country that is not, and items to assess by it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from mabar.duties.rules import VALUE, Claim, Form, Item, Levy, Rate, RoundedAt, Rounding, Tariff

DAY = date(2026, 11, 22)
START = date(2026, 1, 1)


def levy(code: str, *base: str, **changed: Any) -> Levy:
    told: dict[str, Any] = {"rounded_at": RoundedAt.TOTAL, "rounding": Rounding.HALF_UP, "step_minor": 1}
    return Levy(code, f"رسم {code}", f"droit {code}", f"duty {code}", base, basis="law 1", **(told | changed))


def rate(levy: str, prefix: str = "", percent: str = "", amount: str = "", **changed: Any) -> Rate:
    """Give a rate in force since the first of January; what is told decides its form where none is named."""
    form = changed.pop("form", Form.PERCENT if percent else Form.FIXED)
    told = {
        "percent": Decimal(percent) if percent else None,
        "amount": Decimal(amount) if amount else None,
        "from_on": START,
        "basis": "law 1",
    }
    return Rate(levy, prefix, form, **(told | changed))


DUTY, VAT = levy("DD", VALUE), levy("VAT", VALUE, "DD")


def tariff(*rates: Rate, levies: Sequence[Levy] = (DUTY, VAT), **changed: Any) -> Tariff:
    return Tariff("sample", "DZD", tuple(levies), rates, **changed)


def item(number: int = 1, value_minor: int = 1_000_000, code: str = "25232900", **changed: Any) -> Item:
    told = {"origin": "TN", "preference": "", "procedure": "4000", "papers": frozenset()}
    quantities = changed.pop("quantities", {"KGM": Decimal("1500.5")})
    return Item(number, Claim(code=code, **(told | changed)), value_minor, quantities)
