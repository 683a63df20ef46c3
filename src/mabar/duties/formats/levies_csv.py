"""The levies of a tariff, and its groups of origins, as CSV."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from mabar.declarations import reference
from mabar.duties.formats.table_csv import LONGEST_TEXT, Columns, Finding, Row, cut, join
from mabar.duties.rules.tariffs import FLOWS, VALUE, Levy, RoundedAt, Rounding
from mabar.lib.decimals import POINT, read_decimal
from mabar.lib.refusals import Refusal

LEVIES = Columns(
    ("code", "ar", "fr", "en", "base", "flow", "rounded_at", "rounding", "step", "once", "basis"),
    ("code", "ar", "fr", "en", "rounded_at", "rounding", "step", "basis"),
)
GROUPS = Columns(("group", "countries"), ("group", "countries"))
MOST_LEVIES = 100  # no customs service works out so many; each is a column of every page
LISTED: Mapping[str, tuple[str, ...]] = {
    "flow": FLOWS,
    "rounded_at": tuple(RoundedAt),
    "rounding": tuple(each.name.lower() for each in Rounding),
    "once": ("", "yes", "no"),
}


@dataclass(frozen=True)
class Levies:
    """The levies of a file in their order, and its faults."""

    levies: tuple[Levy, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Groups:
    """The groups of origins of a file, and its faults."""

    groups: Mapping[str, frozenset[str]]
    findings: tuple[Finding, ...]


def read_levies(content: bytes, *, decimals: int) -> Levies:
    """Read the levies of a tariff in the order in which they are worked out.

    Args:
        decimals: of the currency of the tariff, in whose whole units a step of rounding is written.
    """
    rows, findings = cut(content, LEVIES)
    levies: list[Levy] = []
    for line, row in rows[:MOST_LEVIES]:
        known = [each.code for each in levies]
        found = [
            Finding(code, line, column, row[column][:LONGEST_TEXT]) for column, code in _wrong(row, known, decimals)
        ]
        if not found:
            levies.append(_levy(row, decimals))
        findings += found
    if len(rows) > MOST_LEVIES:
        findings.append(Finding("too-long", rows[MOST_LEVIES][0], value=str(MOST_LEVIES)))
    if not rows and not findings:
        findings.append(Finding("empty", 1))
    return Levies(tuple(levies), tuple(findings))


def _wrong(row: Row, known: list[str], decimals: int) -> Iterator[tuple[str, str]]:
    yield from ((column, "missing") for column in LEVIES.needed if not row[column])
    yield from ((column, "too-long-text") for column in LEVIES.known if len(row[column]) > LONGEST_TEXT)
    yield from ((column, "word") for column, listed in LISTED.items() if row[column] and row[column] not in listed)
    code = row["code"]
    if code in known:
        yield "code", "twice"
    elif code and (code == VALUE or not (code.isascii() and code.isalnum() and len(code) <= 8)):
        yield "code", "levy-code"
    if row["base"] and not {*row["base"].split()} <= {VALUE, *known}:
        yield "base", "base"
    if row["step"] and _step(row["step"], decimals) is None:
        yield "step", "step"


def _step(text: str, decimals: int) -> int | None:
    """Give a step of rounding in minor units; None where it is no whole number of them."""
    try:
        minor = read_decimal(text, POINT).scaleb(decimals)
    except Refusal:
        return None
    return int(minor) if minor == minor.to_integral_value() and 0 < minor <= 10**9 else None


def _levy(row: Row, decimals: int) -> Levy:
    return Levy(
        row["code"],
        row["ar"],
        row["fr"],
        row["en"],
        base=tuple(row["base"].split()),
        rounded_at=RoundedAt(row["rounded_at"]),
        rounding=Rounding[row["rounding"].upper()],
        step_minor=_step(row["step"], decimals) or 1,
        basis=row["basis"],
        is_once=row["once"] == "yes",
        flow=row["flow"],
    )


def write_levies(levies: Iterable[Levy], *, decimals: int) -> bytes:
    """Write levies as a file that reads as the same levies."""
    return join(LEVIES, [_cells(levy, decimals) for levy in levies])


def _cells(levy: Levy, decimals: int) -> list[str]:
    step = f"{Decimal(levy.step_minor).scaleb(-decimals):f}"
    how = [levy.rounded_at.value, levy.rounding.name.lower(), step, "yes" if levy.is_once else "no"]
    return [levy.code, levy.ar, levy.fr, levy.en, " ".join(levy.base), levy.flow, *how, levy.basis]


def write_groups(groups: Mapping[str, frozenset[str]]) -> bytes:
    """Write groups of origins as a file that reads as the same groups."""
    return join(GROUPS, [[name, " ".join(sorted(countries))] for name, countries in sorted(groups.items())])


def read_groups(content: bytes) -> Groups:
    """Read groups of origins: a name, and the countries by their two letters with a blank between."""
    rows, findings = cut(content, GROUPS)
    groups: dict[str, frozenset[str]] = {}
    for line, row in rows:
        countries = row["countries"].split()
        findings += [Finding("unknown", line, "countries", each) for each in countries if not reference.country(each)]
        if not row["group"] or not countries:
            findings.append(Finding("missing", line, "countries" if row["group"] else "group"))
        elif row["group"] in groups or reference.country(row["group"]):
            findings.append(Finding("twice", line, "group", row["group"]))
        groups[row["group"]] = frozenset(countries)
    return Groups(groups, tuple(findings))
