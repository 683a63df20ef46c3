"""The joint tally: what was declared, counted and loaded, and what goes on in the papers of which truck.  Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mabar.crossings.rules.transshipping_refusals import (
    BulkSurplusUndeclared,
    LoadDiffers,
    PapersChanged,
    SurplusUndeclared,
    TallyIncomplete,
)
from mabar.crossings.rules.yard import Load
from mabar.lib import quantities


@dataclass(frozen=True)
class Count:
    """Packages and gross mass of one declaration, as they were counted."""

    declaration: str
    packages: int
    gross_mass_g: int


def as_facts(counts: Iterable[Count]) -> list[list[object]]:
    """Give counts as a line of the journal bears them."""
    return [[each.declaration, each.packages, each.gross_mass_g] for each in counts]


@dataclass(frozen=True)
class Difference:
    """What was counted less what was declared."""

    packages: int
    gross_mass_g: int
    is_beyond_tolerance: bool


def difference(*, declared: Load, counted: Load, tolerance_percent: str) -> Difference:
    """Compare a count with what is declared: packages exactly, the gross mass within the tolerance."""
    packages = counted.packages - declared.packages
    gross_mass_g = counted.gross_mass_g - declared.gross_mass_g
    is_beyond = abs(gross_mass_g) * 100 > Decimal(tolerance_percent) * declared.gross_mass_g
    return Difference(packages, gross_mass_g, is_beyond_tolerance=packages != 0 or is_beyond)


@dataclass(frozen=True)
class Counted:
    """What was declared and what was counted of one declaration."""

    declaration: str
    reference: str
    declared: Load
    counted: Load

    def difference(self, tolerance_percent: str) -> Difference:
        """Compare the two."""
        return difference(declared=self.declared, counted=self.counted, tolerance_percent=tolerance_percent)


def balances(tally: Iterable[Counted], tolerance_percent: str) -> bool:
    """Tell whether each declaration was found as it is declared."""
    return not any(line.difference(tolerance_percent).is_beyond_tolerance for line in tally)


def check_each_once(counted: Sequence[str], *, declared: Mapping[str, str]) -> None:
    """Refuse a count that leaves a declaration out, names one twice, or one that the truck does not carry.

    Args:
        declared: the reference of each declaration on the truck, by its key.
    Raises:
        TallyIncomplete: names what is missing or too much.
    """
    if sorted(counted) != sorted(declared):
        odd = [key for key in dict.fromkeys(counted) if key not in declared or counted.count(key) > 1]
        left_out = [reference for key, reference in declared.items() if key not in counted]
        raise TallyIncomplete(references=", ".join([*left_out, *odd]))


def check_no_surplus(tally: Iterable[Counted], tolerance_percent: str) -> None:
    """Refuse to let go on by decision what nobody has declared.

    Raises:
        SurplusUndeclared: more packages than declared.
        BulkSurplusUndeclared: of goods without packages, more mass than declared, beyond the tolerance.
    """
    for line in tally:
        if line.counted.packages > line.declared.packages:
            raise SurplusUndeclared(
                reference=line.reference, counted=line.counted.packages, declared=line.declared.packages
            )
        found = line.difference(tolerance_percent)
        if not line.declared.packages and found.is_beyond_tolerance and found.gross_mass_g > 0:
            raise BulkSurplusUndeclared(
                reference=line.reference,
                counted_kg=quantities.mass_kg_text(line.counted.gross_mass_g),
                declared_kg=quantities.mass_kg_text(line.declared.gross_mass_g),
            )


def check_same_papers(tally: Iterable[Counted], now: Mapping[str, Load]) -> None:
    """Refuse to go on when the truck's papers are not those against which the goods were counted.

    Raises:
        PapersChanged: names the references.
    """
    then = {line.declaration: line for line in tally}
    changed = [line.reference for key, line in then.items() if now.get(key) != line.declared]
    changed += [key for key in now if key not in then]
    if changed:
        raise PapersChanged(references=", ".join(changed))


def check_none_astray(tally: Iterable[Counted], laden: Iterable[str]) -> None:
    """Refuse to go on while goods of a declaration that has left the papers lie on another truck.

    Args:
        laden: the declarations of which something lies on the trucks.
    Raises:
        PapersChanged: names those declarations.
    """
    counted = {line.declaration for line in tally}
    astray = sorted({key for key in laden if key not in counted})
    if astray:
        raise PapersChanged(references=", ".join(astray))


def carried(line: Counted, tolerance_percent: str) -> Load:
    """Give what goes on in the papers: what is declared; of what was found wanting, no more than was found."""
    if not line.difference(tolerance_percent).is_beyond_tolerance:
        return line.declared
    return Load(
        min(line.declared.packages, line.counted.packages),
        min(line.declared.gross_mass_g, line.counted.gross_mass_g),
    )


def apportion(mass_g: int, loads: Sequence[Load]) -> list[int]:
    """Part a mass among trucks as they were loaded, to the last gram: the largest remainders take what is left."""
    weights = [load.gross_mass_g for load in loads]
    if not sum(weights):
        weights = [load.packages for load in loads]
    if not sum(weights):
        weights = [1] * len(loads)
    whole = sum(weights)
    parts = [mass_g * weight // whole for weight in weights]
    by_remainder = sorted(range(len(loads)), key=lambda n: (-(mass_g * weights[n] % whole), n))
    for number in by_remainder[: mass_g - sum(parts)]:
        parts[number] += 1
    return parts


def shares(line: Counted, loads: Sequence[Load], tolerance_percent: str) -> list[Load]:
    """Give each truck's share of a declaration: the packages that lie on it, and its part of the mass."""
    whole = carried(line, tolerance_percent)
    masses = apportion(whole.gross_mass_g, loads)
    return [Load(load.packages, mass) for load, mass in zip(loads, masses, strict=True)]


def summed(loads: Iterable[Load]) -> Load:
    """Add loads."""
    every = list(loads)
    return Load(sum(load.packages for load in every), sum(load.gross_mass_g for load in every))


def check_not_more(line: Counted, loaded: Load) -> None:
    """Refuse more packages on the trucks than came off the other.

    Raises:
        LoadDiffers: names both.
    """
    if loaded.packages > line.counted.packages:
        raise _load_differs(line, loaded)


def is_only_off(lying: Mapping[str, Load], loaded: Iterable[Count]) -> bool:
    """Tell whether a loading only takes goods off a truck on which something lies: no figure is more than it was."""
    nothing = Load(0, 0)
    return bool(lying) and all(
        each.packages <= lying.get(each.declaration, nothing).packages
        and each.gross_mass_g <= lying.get(each.declaration, nothing).gross_mass_g
        for each in loaded
    )


def check_loaded(line: Counted, loaded: Load, tolerance_percent: str) -> None:
    """Refuse to sign before what came off one truck lies on the others: packages exactly, mass within tolerance.

    Raises:
        LoadDiffers: names both.
    """
    if difference(declared=line.counted, counted=loaded, tolerance_percent=tolerance_percent).is_beyond_tolerance:
        raise _load_differs(line, loaded)


def _load_differs(line: Counted, loaded: Load) -> LoadDiffers:
    return LoadDiffers(
        reference=line.reference,
        packages=loaded.packages,
        gross_kg=quantities.mass_kg_text(loaded.gross_mass_g),
        counted=line.counted.packages,
        counted_kg=quantities.mass_kg_text(line.counted.gross_mass_g),
    )
