"""Numbers as people and programs write them, read exactly or refused; never through a float."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from mabar.lib.identifiers import western_digits
from mabar.lib.refusals import Refusal

# The longest number in real files is an 18-digit coefficient; more than this is no quantity of the trade.
LONGEST = 40
_EXACT = Context(prec=200)
# Both databases keep whole amounts in 64 bits.
LARGEST_UNITS = 2**63 - 1

# Blank, no-break, thin, figure and narrow no-break space, apostrophes, and the Arabic thousands mark.
_ALWAYS_THOUSANDS = " \u00a0\u2009\u2007\u202f'’\u066c"
_BLANKS = str.maketrans(dict.fromkeys(_ALWAYS_THOUSANDS, " "))
_INVISIBLE_MARKS = "\u200e\u200f\u061c"  # typed and pasted around figures in Arabic text; they carry no value
_SIGNS = str.maketrans({"−": "-", "٫": ";", "،": ","})  # ";": a mark that can only be the decimal one


class NotANumber(Refusal):
    """The text is not a number."""


class AmbiguousNumber(Refusal):
    """The text can be read as two different numbers."""


class NegativeNumber(Refusal):
    """The number is below zero where nothing can be."""


class NumberTooLarge(Refusal):
    """The number is larger than any amount that is kept."""


@dataclass(frozen=True)
class Marks:
    """The decimal mark of a source, when it is known; the other of point and comma then parts the thousands."""

    decimal: str

    def __post_init__(self) -> None:
        if self.decimal not in (".", ","):
            raise ValueError("the decimal mark is a point or a comma")

    @property
    def thousands(self) -> str:
        """The mark that parts thousands."""
        return "," if self.decimal == "." else "."


POINT, COMMA = Marks("."), Marks(",")


@dataclass(frozen=True)
class Scaled:
    """A decimal as an integer of its smallest unit, and the exact value as text when it had finer decimals."""

    units: int
    surplus: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether nothing was rounded away."""
        return not self.surplus


def read_decimal(text: str, marks: Marks | None = None) -> Decimal:
    """Read a decimal number exactly.

    Args:
        text: digits of either set; point or comma; blanks and apostrophes between thousands; `1.0E7` as programs write.
        marks: what the source is known to use; without it, only a text with one reading is accepted.
    Raises:
        NotANumber: anything else, also NaN and infinity.
        AmbiguousNumber: "1.500" without `marks`: one and a half, or one thousand five hundred.
    """
    plain = western_digits(text).strip(_INVISIBLE_MARKS + " \t\r\n").translate(_BLANKS).translate(_SIGNS)
    if len(plain) > LONGEST or not plain.isascii():
        raise NotANumber(given=text[:LONGEST])
    shape = re.fullmatch(r"([+-]?) ?([0-9][0-9 .,;]*|[.,;][0-9]+)(?:[eE]([+-]?[0-9]{1,2}))?", plain)
    if not shape:
        raise NotANumber(given=text)
    sign, digits, exponent = shape.groups()
    whole, fraction = _parts(digits, POINT if exponent else marks, given=text)
    return Decimal(f"{sign}{whole or '0'}.{fraction or '0'}E{exponent or '0'}")


def _parts(digits: str, marks: Marks | None, *, given: str) -> tuple[str, str]:
    mark = _decimal_mark(digits, marks, given=given)
    whole, _, fraction = digits.partition(mark) if mark else (digits, "", "")
    groups = re.split(r"[ .,]", whole)
    is_one_mark = len(set(re.findall(r"[ .,]", whole))) <= 1
    if not (_is_grouped(groups) and is_one_mark and re.fullmatch("[0-9]*", fraction)):
        raise NotANumber(given=given)
    return "".join(groups), fraction


def _is_grouped(groups: list[str]) -> bool:
    if len(groups) == 1:
        return re.fullmatch("[0-9]*", groups[0]) is not None
    return re.fullmatch("[1-9][0-9]{0,2}", groups[0]) is not None and all(len(group) == 3 for group in groups[1:])


def _decimal_mark(digits: str, marks: Marks | None, *, given: str) -> str:
    found = [character for character in digits if character in ".,;"]
    if ";" in found:
        return ";"
    if marks:
        return marks.decimal if marks.decimal in found else ""
    if len(set(found)) == 2:
        return found[-1]
    if len(found) != 1:
        return ""  # none, or one mark several times: it can only part thousands
    if re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", digits):
        raise AmbiguousNumber(given=given)
    return found[0]


def scale(value: Decimal, decimals: int) -> Scaled:
    """Count a decimal in units of its last place, rounding half away from zero what has more decimals.

    Args:
        value: the exact value.
        decimals: places that the unit has: 3 for kilograms in grams, 2 for dinars in centimes of Algeria.
    Raises:
        NumberTooLarge: more than 64 bits hold.
    """
    exact = value.scaleb(decimals, _EXACT)
    rounded = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=_EXACT)
    if abs(rounded) > LARGEST_UNITS:
        raise NumberTooLarge(given=plain_text(value))
    return Scaled(int(rounded), "" if rounded == exact else plain_text(value))


def unscale(units: int, decimals: int) -> Decimal:
    """Give the exact decimal with all its places: 1250 with 3 places is 1.250."""
    return Decimal(units).scaleb(-decimals, _EXACT)


def plain_text(value: Decimal) -> str:
    """Write a decimal as canonical text: point, no thousands, no exponent, the places that it has."""
    return f"{value:f}"


def multiply(units: int, factor: Decimal) -> int:
    """Take a share of an integer amount, rounded once, half away from zero (the named rule of money and mass)."""
    product = _EXACT.multiply(Decimal(units), factor)
    return int(product.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=_EXACT))
