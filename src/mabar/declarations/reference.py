"""The code lists of a declaration, read once when first asked: tariff, countries, currencies, packages, units, terms.

Every list is data of the package (see `data/README.md`); nothing here knows the national tariff of a country.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import log
from types import MappingProxyType

from mabar.lib import words


@dataclass(frozen=True, slots=True)
class Entry:
    """A code of a list and its names; what has no Arabic or French name of its own is shown in English."""

    code: str
    ar: str
    fr: str
    en: str

    def name(self, language: str) -> str:
        """Give the name in `language` (ar, fr, en)."""
        return {"ar": self.ar, "fr": self.fr}.get(language) or self.en


@dataclass(frozen=True, slots=True)
class Country(Entry):
    """A country of ISO 3166-1, with its three letters and its number."""

    alpha3: str
    numeric: str


@dataclass(frozen=True, slots=True)
class Unit(Entry):
    """A unit of measure and its symbol, which may be empty."""

    symbol: str


@dataclass(frozen=True, slots=True)
class Heading(Entry):
    """A heading of the tariff with its short titles, and other names of its goods in all three languages."""

    names: tuple[str, ...]


def country(code: str) -> Country | None:
    """Find a country by its two letters."""
    return _countries().get(code)


def countries() -> tuple[Country, ...]:
    """List the countries, by their two letters."""
    return tuple(_countries().values())


def currency(code: str) -> Entry | None:
    """Find a currency of ISO 4217, also one out of use."""
    return _currencies().get(code)


def package_kind(code: str) -> Entry | None:
    """Find a kind of package of Recommendation 21, or a national one seen in real files."""
    return _package_kinds().get(code)


def unit(code: str) -> Unit | None:
    """Find a unit of measure of Recommendation 20 that customs papers use."""
    return _units().get(code)


def incoterm(code: str) -> Entry | None:
    """Find a delivery term, also of an older edition."""
    return _listed("incoterms").get(code)


def transport_mode(code: str) -> Entry | None:
    """Find a mode of transport of Recommendation 19, or a two-digit national code seen in real files."""
    return _listed("transport_modes").get(code)


def document_type(code: str) -> Entry | None:
    """Find a kind of paper."""
    return _listed("document_types").get(code)


def extended_procedure(code: str) -> Entry | None:
    """Find an extended procedure of four digits among the commonest."""
    return _listed("procedures", "extended").get(code)


def regime_of(general_procedure: str) -> str | None:
    """Name the regime of a general procedure code of one digit: `4` is `import`."""
    row = words.table("declarations", "procedures")["regimes"].get(general_procedure)
    return str(row["regime"]) if row else None


def regimes() -> tuple[str, ...]:
    """List the regimes."""
    return tuple(str(row["regime"]) for row in words.table("declarations", "procedures")["regimes"].values())


def chapter(code: str) -> Entry | None:
    """Find the short title of the chapter of a tariff code of two digits or more."""
    return _listed("hs_chapters").get(code[:2])


def chapters() -> tuple[Entry, ...]:
    """List the chapters, by code."""
    return tuple(sorted(_listed("hs_chapters").values(), key=lambda each: each.code))


def heading(code: str) -> Heading | None:
    """Find the short title of the heading of a tariff code of four digits or more."""
    return _headings().get(code[:4])


def headings() -> tuple[str, ...]:
    """List the headings, by code."""
    return tuple(_headings())


def subheadings(prefix: str) -> tuple[str, ...]:
    """List the subheadings of six digits below a chapter or heading."""
    return _below().get(prefix, ())


def all_subheadings() -> tuple[str, ...]:
    """List every subheading of six digits."""
    return tuple(code for code in _tariff() if len(code) == 6)


def country_codes() -> tuple[str, ...]:
    """List the countries by their two letters."""
    return tuple(_countries())


def unit_codes() -> tuple[str, ...]:
    """List the units of measure."""
    return tuple(_units())


def document_codes() -> tuple[str, ...]:
    """List the kinds of papers."""
    return tuple(_listed("document_types"))


def hs_exists(code: str) -> bool:
    """Tell whether a subheading of six digits is in the Harmonized System 2022."""
    return len(code) == 6 and code in _tariff()


def hs_text(code: str) -> str | None:
    """Give the English text of a chapter, heading or subheading (2, 4 or 6 digits)."""
    return _tariff().get(code)


def nearest_hs(code: str, description: str, limit: int = 3) -> tuple[str, ...]:
    """Propose subheadings whose English text shares telling words with the description, the likeliest first.

    It looks into the heading of the code, then into its chapter.  A word that every neighbour has tells nothing; where
    no word tells anything (also when the description is not in English) there is no proposal.
    """
    said = frozenset(_stems(description))
    for digits in (4, 2):
        found = _by_shared_words(said, subheadings(code[:digits]))
        if found:
            return found[:limit]
    return ()


def _by_shared_words(said: frozenset[str], codes: tuple[str, ...]) -> tuple[str, ...]:
    """Order the codes that share a telling word by the weight of what they share."""
    stems = {each: frozenset(_stems(_tariff()[each])) for each in codes}
    bearers = Counter(stem for each in stems.values() for stem in each)
    weights = {each: sum(log(len(codes) / bearers[stem]) for stem in said & own) for each, own in stems.items()}
    telling = (each for each in codes if weights[each] > 0)
    return tuple(sorted(telling, key=lambda each: (-weights[each], len(stems[each]), each)))


# Words of the tariff's own style, which say nothing of the goods.
_STYLE = frozenset(
    ["other", "than", "not", "whether", "with", "without", "the", "and", "for", "heading", "item", "parts"]
)


def _stems(text: str) -> Iterator[str]:
    """Cut the English text into words of three letters or more, singular."""
    for word in re.findall("[a-z]{3,}", text.casefold()):
        if word not in _STYLE:
            yield word[:-3] + "y" if word.endswith("ies") else re.sub("(?<=[a-z]{3})(?:es|s)$", "", word)


@cache
def _tariff() -> Mapping[str, str]:
    return MappingProxyType({row["code"]: row["en"] for row in _rows("hs2022")})


@cache
def _below() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code in all_subheadings():
        found.setdefault(code[:2], []).append(code)
        found.setdefault(code[:4], []).append(code)
    return {prefix: tuple(codes) for prefix, codes in found.items()}


@cache
def _headings() -> Mapping[str, Heading]:
    rows = _rows("hs_headings")
    return {row["code"]: Heading(row["code"], row["ar"], row["fr"], row["en"], _names(row)) for row in rows}


def _names(row: Mapping[str, str]) -> tuple[str, ...]:
    told = (row[column].split("|") for column in ("ar_words", "fr_words", "en_words"))
    return tuple(name for names in told for name in names if name)


@cache
def _countries() -> Mapping[str, Country]:
    return {
        row["alpha2"]: Country(row["alpha2"], row["ar"], row["fr"], row["en"], row["alpha3"], row["numeric"])
        for row in _rows("countries")
    }


@cache
def _currencies() -> Mapping[str, Entry]:
    return _by_code(_rows("currencies"))


@cache
def _package_kinds() -> Mapping[str, Entry]:
    return _by_code(_rows("package_kinds"))


@cache
def _units() -> Mapping[str, Unit]:
    return {row["code"]: Unit(row["code"], row["ar"], row["fr"], row["en"], row["symbol"]) for row in _rows("units")}


def _by_code(rows: Iterable[Mapping[str, str]]) -> Mapping[str, Entry]:
    return {row["code"]: Entry(row["code"], row["ar"], row["fr"], row["en"]) for row in rows}


@cache
def _listed(table: str, part: str = "") -> Mapping[str, Entry]:
    rows = words.table("declarations", table)
    listed = rows[part] if part else rows
    return {code: Entry(code, row["ar"], row["fr"], row["en"]) for code, row in listed.items()}


def _rows(name: str) -> Iterator[dict[str, str]]:
    file = resources.files("mabar.declarations") / "data" / f"{name}.csv"
    yield from csv.DictReader(file.read_text(encoding="utf-8").splitlines())
