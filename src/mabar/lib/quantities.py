"""Quantities in whole units: mass in grams, volume in millilitres; and their text in the unit of the trade."""

from mabar.lib.decimals import Marks, NegativeNumber, Scaled, plain_text, read_decimal, scale, unscale

# unit of the papers -> power of ten of the stored unit in it
MASS_UNITS = {"g": 0, "kg": 3, "q": 5, "t": 6}
VOLUME_UNITS = {"ml": 0, "cl": 1, "l": 3, "hl": 5, "m3": 6}


def read_mass_g(text: str, unit: str = "kg", marks: Marks | None = None) -> Scaled:
    """Read a mass into grams; decimals finer than a gram are told in `surplus`.

    Raises:
        NotANumber, AmbiguousNumber: see `decimals.read_decimal`.
        NegativeNumber: a mass below zero.
    """
    return _read(text, MASS_UNITS[unit], marks)


def read_volume_ml(text: str, unit: str = "l", marks: Marks | None = None) -> Scaled:
    """Read a volume into millilitres; what is finer is told in `surplus`.

    Raises:
        NotANumber, AmbiguousNumber: see `decimals.read_decimal`.
        NegativeNumber: a volume below zero.
    """
    return _read(text, VOLUME_UNITS[unit], marks)


def _read(text: str, decimals: int, marks: Marks | None) -> Scaled:
    value = read_decimal(text, marks)
    if value < 0:
        raise NegativeNumber(given=text)
    return scale(value, decimals)


def mass_kg_text(mass_g: int) -> str:
    """Write grams as kilograms with three places: 1510000 is `1510.000`."""
    return plain_text(unscale(mass_g, MASS_UNITS["kg"]))


def volume_l_text(volume_ml: int) -> str:
    """Write millilitres as litres with three places."""
    return plain_text(unscale(volume_ml, VOLUME_UNITS["l"]))
