"""Which country's dialect a file is in: found from office codes, else from dates, and named with its evidence."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from mabar.declarations.formats.refusals import ProfileUnknown
from mabar.declarations.formats.values import day_readings
from mabar.lib.words import table

ORDER_WORDS = {"mdy": "month first", "dmy": "day first"}
BY_DATES = {"mdy": "month-first", "dmy": "day-first"}


@dataclass(frozen=True)
class Profile:
    """What is known of one country's files."""

    code: str
    country: str | None = None
    currency: str | None = None
    offices: tuple[str, ...] = ()
    date_order: str | None = None
    date_form: str | None = None
    tax_rates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """The profile of one file, its date order, and why."""

    profile: Profile | None
    date_order: str | None
    evidence: tuple[str, ...]
    is_contradictory: bool = False


@cache
def profiles() -> Mapping[str, Profile]:
    """Give the known profiles by code."""
    rows: Mapping[str, Mapping[str, Any]] = table("declarations", "profiles")["profiles"]
    return {code: _profile(code, row) for code, row in rows.items()}


def _profile(code: str, row: Mapping[str, Any]) -> Profile:
    return Profile(
        code,
        row.get("country"),
        row.get("currency"),
        tuple(row.get("offices") or ()),
        row.get("date_order"),
        row.get("date_form"),
        row.get("tax_rates") or {},
    )


def profile(code: str) -> Profile:
    """Give a profile by its code.

    Raises:
        ProfileUnknown: no such profile; the known ones are named.
    """
    try:
        return profiles()[code]
    except KeyError:
        raise ProfileUnknown(given=code, known=", ".join(sorted(profiles()))) from None


def by_office(office: str) -> Profile | None:
    """Find the country whose offices have codes like this one."""
    for each in profiles().values():
        if any(re.fullmatch(pattern, office, re.ASCII | re.IGNORECASE) for pattern in each.offices):
            return each
    return None


def tax_rates(known: Profile | None, country: str | None) -> Mapping[str, str]:
    """Give what is known of the tax codes of the profile, else of the country in which the declaration is made."""
    by_country = profiles().get((country or "").lower())
    return (known.tax_rates if known else {}) or (by_country.tax_rates if by_country else {})


def orders_shown(dates: Iterable[str]) -> dict[str, str]:
    """Give the orders that dates with a single reading show, each with the first such date."""
    shown: dict[str, str] = {}
    for text in dates:
        readings = day_readings(text)
        if len(readings) == 1:
            shown.setdefault(next(iter(readings)), text)
    return {order: text for order, text in shown.items() if order in ORDER_WORDS}


def find(offices: Iterable[str], dates: Iterable[str], chosen: str | None = None) -> Finding:
    """Find the profile of a file.

    Args:
        offices: office codes of the file, the office of clearance first.
        dates: all its dates, verbatim.
        chosen: the code of a profile that a person chose; it then decides.
    Raises:
        ProfileUnknown: no profile has the chosen code.
    """
    if chosen:
        known = profile(chosen)
        return Finding(known, known.date_order, (f"chosen: {chosen}",))
    shown = orders_shown(dates)
    for office in offices:
        known_by_office = by_office(office)
        if known_by_office:
            return _of_office(known_by_office, office, shown)
    return _of_dates(shown)


def _of_office(known: Profile, office: str, shown: Mapping[str, str]) -> Finding:
    orders = {known.date_order, *shown} - {None}
    evidence = [f"office code {office}"]
    if known.date_order:
        evidence[0] = f"{ORDER_WORDS[known.date_order]}: office code {office}"
    evidence += [f"{ORDER_WORDS[order]}: {text}" for order, text in shown.items()]
    if len(orders) > 1:
        return Finding(known, None, tuple(evidence), is_contradictory=True)
    return Finding(known, next(iter(orders), None), tuple(evidence))


def _of_dates(shown: Mapping[str, str]) -> Finding:
    evidence = tuple(f"{ORDER_WORDS[order]}: {text}" for order, text in shown.items())
    if len(shown) != 1:
        return Finding(None, None, evidence, is_contradictory=bool(shown))
    order = next(iter(shown))
    return Finding(profile(BY_DATES[order]), order, evidence)


def regime(type_code: str | None, procedure: str | None) -> str | None:
    """Derive the regime from declaration type and general procedure code; null when the pair is unknown."""
    data = table("declarations", "profiles")
    letters = data["type_letters"].get((type_code or "").strip(), (type_code or "").strip().upper())
    for start in (letters[:2], letters[:1]):
        if start in data["regimes"]:
            found: str | None = data["regimes"][start].get((procedure or "").strip())
            return found
    return None


def codes_of(regime_name: str | None) -> tuple[str | None, str | None]:
    """Give the declaration type and general procedure code of a regime; nothing for one without."""
    codes: Mapping[str, list[str]] = table("declarations", "profiles")["codes"]
    type_code, procedure = codes.get(regime_name or "", (None, None))
    return type_code, procedure


def national_currency(known: Profile | None, country: str | None) -> str | None:
    """Give the currency of the country that the declaration is made in; null when nothing tells it."""
    if known and known.currency:
        return known.currency
    currency: str | None = table("declarations", "profiles")["currencies"].get((country or "").upper())
    return currency
