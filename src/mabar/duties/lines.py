"""An assessment and a tariff as they are kept: plain values that JSON holds exactly, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from mabar.duties.rules import Form, Found, Levy, Line, Rate


def told_of_levy(levy: Levy) -> dict[str, Any]:
    """Tell a levy."""
    return {**asdict(levy), "rounded_at": levy.rounded_at.value, "rounding": levy.rounding.value}


def told_of_line(line: Line) -> dict[str, Any]:
    """Tell a line of an assessment."""
    return {
        "levy": line.levy.code,
        "item": line.item,
        "base": [[name, str(amount)] for name, amount in line.base],
        "quantity": None if line.quantity is None else str(line.quantity),
        "exact": str(line.exact),
        "minor": line.minor,
        "rate": _told_of_rate(line.rate),
        "unproved": _told_of_rate(line.unproved),
    }


def _told_of_rate(rate: Rate | None) -> dict[str, Any] | None:
    if rate is None:
        return None
    plain = {name: _plain(value) for name, value in asdict(rate).items()}
    return {name: value for name, value in plain.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    match value:
        case Form():
            return value.value
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
    return value


def line_of(told: Mapping[str, Any], levies: Mapping[str, Levy]) -> Line:
    """Give a line of an assessment as `told_of_line` wrote it."""
    return Line(
        levies[told["levy"]],
        told["item"],
        tuple((name, Decimal(amount)) for name, amount in told["base"]),
        None if told["quantity"] is None else Decimal(told["quantity"]),
        Decimal(told["exact"]),
        told["minor"],
        _rate_of(told["rate"]),
        _rate_of(told["unproved"]),
    )


def _rate_of(told: Mapping[str, Any] | None) -> Rate | None:
    if told is None:
        return None
    figures = {name: Decimal(told[name]) for name in ("percent", "amount") if name in told}
    days = {name: date.fromisoformat(told[name]) for name in ("from_on", "until_on") if name in told}
    return Rate(**{"prefix": "", **told, **figures, **days, "form": Form(told["form"])})


def told_of_found(found: Found) -> dict[str, Any]:
    """Tell what was found of an item; what is as declared is left out."""
    quantities = {unit: str(quantity) for unit, quantity in found.quantities.items()}
    said = {
        "code": found.code,
        "origin": found.origin,
        "value_minor": found.value_minor,
        "net_mass_g": found.net_mass_g,
        "quantities": quantities,
    }
    told = {name: value for name, value in said.items() if value not in ("", None, {})}
    if found.preference is not None:
        told["preference"] = found.preference
    return {"item": found.item, **told}
