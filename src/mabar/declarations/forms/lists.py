"""The code lists that a box offers, in the reader's language."""

import csv
from functools import cache
from importlib import resources

from django.utils.translation import gettext_lazy

from mabar.declarations import reference, rules
from mabar.lib import words

Choice = tuple[str, str]
BY_DATES = {"mdy": gettext_lazy("month first"), "dmy": gettext_lazy("day first")}


def offered(listed: str, language: str) -> tuple[Choice, ...]:
    """Give the codes of a list, each with its name; an unknown list is a programmer's slip."""
    return _OFFERED[listed](language)


@cache
def _of_file(name: str, key: str, language: str) -> tuple[Choice, ...]:
    file = resources.files("mabar.declarations") / "data" / f"{name}.csv"
    found = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return tuple((row[key], row[language] or row["en"]) for row in found)


@cache
def _of_table(name: str, part: str, language: str) -> tuple[Choice, ...]:
    table = words.table("declarations", name)
    listed = table[part] if part else table
    return tuple((str(code), str(row[language])) for code, row in listed.items())


def _said(prefix: str, codes: tuple[str, ...], language: str) -> tuple[Choice, ...]:
    return tuple((code, words.word("declarations", f"{prefix}.{code}", language)) for code in codes)


_OFFERED = {
    "countries": lambda language: _of_file("countries", "alpha2", language),
    "currencies": lambda language: _of_file("currencies", "code", language),
    "package_kinds": lambda language: _of_file("package_kinds", "code", language),
    "documents": lambda language: _of_table("document_types", "", language),
    "modes": lambda language: _of_table("transport_modes", "", language),
    "incoterms": lambda language: _of_table("incoterms", "", language),
    "procedures": lambda language: _of_table("procedures", "extended", language),
    "regimes": lambda language: _said("regime", reference.regimes(), language),
    "flows": lambda language: _said("flow", rules.FLOWS, language),
}


def profiles_offered(language: str) -> list[Choice]:
    """Give the profiles of countries and of sheets, each with its name."""
    countries = words.table("declarations", "profiles")["profiles"]
    sheets = words.table("declarations", "sheets")["profiles"]
    names = dict(offered("countries", language))
    of_countries = [
        (code, f"ASYCUDA · {names.get(row['country'] or '') or BY_DATES[row['date_order']]}")
        for code, row in countries.items()
    ]
    return [*of_countries, *((code, str(row["title"][language])) for code, row in sheets.items())]
