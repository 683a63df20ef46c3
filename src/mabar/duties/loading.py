"""The way of a tariff into the node: its files are read and compared with the one in use; nothing is stored here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from importlib import resources

from mabar.declarations import reference
from mabar.duties import formats, queries
from mabar.duties.formats import Changes, Finding, Known
from mabar.duties.queries import TableRow
from mabar.duties.rules import Levy, Rate
from mabar.lib.money import minor_decimals


@dataclass(frozen=True)
class Files:
    """The files of a tariff; levies and groups that are not given are those of the tariff in use."""

    rates: bytes
    levies: bytes | None = None
    groups: bytes | None = None


@dataclass(frozen=True)
class Offer:
    """A tariff as its files tell it, and the tariff in use with which it was compared.

    Attributes:
        findings: by the file in which they are: levies, groups or rates.
        seen: the number of the tariff in use; 0 where there was none.
    """

    administration: str
    name: str
    currency: str
    is_sample: bool
    levies: tuple[Levy, ...]
    groups: dict[str, frozenset[str]]
    rates: tuple[Rate, ...]
    findings: tuple[tuple[str, Finding], ...]
    seen: int
    changes: Changes

    @cached_property
    def digest(self) -> str:
        """What two offers share when nothing in them differs."""
        decimals = minor_decimals(self.currency)
        levies, groups = formats.write_levies(self.levies, decimals=decimals), formats.write_groups(self.groups)
        parts = (self.currency.encode(), levies, groups, formats.write_rates(self.rates))
        return sha256(b"\0".join(parts)).hexdigest()


def offer(administration: str, files: Files, *, name: str, currency: str, is_sample: bool = False) -> Offer:
    """Read the files of a tariff and compare them with the one in use; nothing is stored.

    Raises:
        UnknownCurrency, CurrencyWithoutMinorUnit.
    """
    before = queries.newest(administration)
    levies = _levies(files, before, minor_decimals(currency))
    groups = _groups(files, before)
    read = formats.read_rates(files.rates, _known(levies.levies, groups.groups))
    told = (("levies", levies.findings), ("groups", groups.findings), ("rates", read.findings))
    return Offer(
        administration,
        name.strip(),
        currency,
        is_sample,
        levies.levies,
        dict(groups.groups),
        read.rates,
        tuple((file, each) for file, found in told for each in found),
        before.number if before else 0,
        formats.changes(queries.all_rates(before.key) if before else (), read.rates),
    )


def sample(country: str, *, name: str, currency: str) -> Offer:
    """Read the small tariff that ships with the product for a country (dz, ly); it says that it is a sample."""
    folder = resources.files("mabar.duties") / "data" / "sample"
    named = (f"rates_{country}.csv", f"levies_{country}.csv", "groups.csv")
    files = Files(*((folder / each).read_bytes() for each in named))
    return offer(country, files, name=name, currency=currency, is_sample=True)


def _levies(files: Files, before: TableRow | None, decimals: int) -> formats.Levies:
    if files.levies is not None:
        return formats.read_levies(files.levies, decimals=decimals)
    return formats.Levies(before.levies, ()) if before else formats.Levies((), (Finding("empty", 1),))


def _groups(files: Files, before: TableRow | None) -> formats.Groups:
    if files.groups is not None:
        return formats.read_groups(files.groups)
    return formats.Groups(before.groups if before else {}, ())


def _known(levies: tuple[Levy, ...], groups: Mapping[str, frozenset[str]]) -> Known:
    return Known(
        levies=frozenset(each.code for each in levies),
        origins=frozenset(reference.country_codes()) | frozenset(groups),
        units=frozenset(reference.unit_codes()),
        papers=frozenset(reference.document_codes()),
        begins_goods=_begins_goods,
    )


def _begins_goods(prefix: str) -> bool:
    """Tell whether some goods of HS 2022 have a code that begins so; national digits after the sixth are not known."""
    return prefix[:6] in _beginnings()


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(code[:digits] for code in reference.all_subheadings() for digits in range(1, 7))
