"""Which mapping profile fits the headers of a sheet."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from mabar.declarations.formats.asycuda_fields import TABLE
from mabar.lib.words import table

# Alef with hamza or madda, alef maqsura and ta marbuta are written one for another in headers.
_LETTERS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None, "œ": "oe", "°": None, "º": None}
)
# A header row is one that names at least so many known columns.
COLUMNS_AT_LEAST = 3


@dataclass(frozen=True)
class SheetProfile:
    """One mapping profile: folded header -> field, and how its values are written."""

    code: str
    country: str
    decimal: str
    date_order: str
    group_by: str
    required: tuple[str, ...]
    regimes: Mapping[str, str]
    marks: frozenset[str]
    columns: Mapping[str, str]

    def fields(self, headers: Sequence[str]) -> list[str]:
        """Give for each header its field, or nothing; a field goes to the first of its headers only."""
        taken: set[str] = set()
        found = []
        for header in headers:
            field = self.columns.get(fold(header), "")
            found.append("" if field in taken else field)
            taken.add(field)
        return found

    def fit(self, headers: Sequence[str]) -> int:
        """Count the known headers, those that only this profile uses twice; none where a required field is missing."""
        fields = [field for field in self.fields(headers) if field]
        if len(fields) < COLUMNS_AT_LEAST or not set(self.required) <= set(fields):
            return 0
        return len(fields) + sum(fold(header) in self.marks for header in headers)


def fold(text: str) -> str:
    """Give a header or word without what its writers vary: accents, case, signs, forms of Arabic letters."""
    bare = "".join(
        each for each in unicodedata.normalize("NFKD", text.translate(_LETTERS)) if not unicodedata.combining(each)
    )
    return " ".join(re.findall(r"\w+", bare.translate(_LETTERS).casefold()))


@cache
def sheet_profiles() -> Mapping[str, SheetProfile]:
    """Give the mapping profiles by code."""
    rows: Mapping[str, Mapping[str, Any]] = table("declarations", "sheets")["profiles"]
    return {code: _profile(code, row) for code, row in rows.items()}


def _profile(code: str, row: Mapping[str, Any]) -> SheetProfile:
    return SheetProfile(
        code,
        row["country"],
        row["decimal"],
        row["date_order"],
        row["group_by"],
        tuple(row["required"]),
        {fold(word): regime for word, regime in row["regimes"].items()},
        frozenset(fold(header) for header in row.get("marks", ())),
        {fold(header): field for field, headers in row["columns"].items() for header in headers},
    )


def best_fit(headers: Sequence[str]) -> tuple[int, SheetProfile | None]:
    """Find the profile that knows most of the headers."""
    fits = [(profile.fit(headers), profile) for profile in sheet_profiles().values()]
    count, profile = max(fits, key=lambda fit: fit[0])
    return (count, profile) if count else (0, None)


@cache
def kinds() -> Mapping[str, str]:
    """Give the kind of value of every field, as the table of fields has it."""
    return {row.field: row.kind for row in TABLE} | {"regime": "text"}


def kind_of(field: str) -> str:
    """Give the kind of a field, whatever place of a list it names."""
    return kinds()[re.sub(r"\[[0-9]+\]", "[]", field)]
