"""Numbers and codes that name things: containers, tariff codes, places, plates, chassis.

A person types them with spaces, dots and either set of digits; here each gets one normal form, or a refusal.
"""

import re
import string
import unicodedata
from itertools import groupby

from mabar.lib.refusals import Refusal

ARABIC_INDIC, PERSIAN = "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"
_WESTERN = str.maketrans(ARABIC_INDIC + PERSIAN, "0123456789" * 2)

# Source: Unicode Standard Annex 9, the property Bidi_Control: all characters that have it.
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_SEPARATORS = re.compile(r"[\s.\-/_·–—]+")


class BidiControl(Refusal):
    """The text holds an invisible character that turns the order in which it is read."""


class NotAContainerNumber(Refusal):
    """The text has not the shape of a container number."""


class ContainerCheckDigitWrong(Refusal):
    """The last digit does not follow from the ten characters before it."""


class NotATariffCode(Refusal):
    """The text has not the shape of a code of the Harmonized System."""


class NotALocationCode(Refusal):
    """The text has not the shape of a UN/LOCODE."""


class NotAnOfficeCode(Refusal):
    """The text has not the shape of a customs office code."""


class NotAPlate(Refusal):
    """The text holds nothing that a plate could show."""


class NotAChassisNumber(Refusal):
    """The text has not the shape of a chassis number."""


def western_digits(text: str) -> str:
    """Write Arabic-Indic and Persian digits as 0 to 9; leave everything else."""
    return text.translate(_WESTERN)


def refuse_bidi(text: str) -> str:
    """Return the text as it came, unless it could be read otherwise than it is written.

    Raises:
        BidiControl: a character that turns the reading order; named by its code point and place.
    """
    for place, character in enumerate(text, start=1):
        if character in BIDI_CONTROLS:
            raise BidiControl(character=f"U+{ord(character):04X}", place=place)
    return text


def compact(text: str) -> str:
    """Drop blanks and separators, in capital letters and Western digits.

    Raises:
        BidiControl: a character that turns the reading order.
    """
    return _SEPARATORS.sub("", western_digits(refuse_bidi(text))).upper()


# Source: ISO 6346, annex A: letters count from 10 upwards, leaving out the multiples of 11.
_LETTER_VALUES = [value for value in range(10, 39) if value % 11]
_CONTAINER_VALUES = {str(digit): digit for digit in range(10)} | dict(
    zip(string.ascii_uppercase, _LETTER_VALUES, strict=True)
)
_CONTAINER_SHAPE = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}")


def check_digit_by_weights(characters: str) -> int:
    """Compute the check digit over capital letters and digits, of any length.

    Source: ISO 6346, annex A: weights 1, 2, 4 ..., the sum modulo 11, where 10 is written 0.
    """
    weighted = sum(_CONTAINER_VALUES[character] << place for place, character in enumerate(characters))
    return weighted % 11 % 10


def container_check_digit(owner_and_serial: str) -> int:
    """Compute the check digit of the first ten characters of a container number."""
    return check_digit_by_weights(owner_and_serial[:10])


def container_number(text: str) -> str:
    """Give the container number as four letters and seven digits.

    Raises:
        NotAContainerNumber: another shape than ISO 6346 has.
        ContainerCheckDigitWrong: the last digit is not the one that follows.
    """
    number = compact(text)
    if not _CONTAINER_SHAPE.fullmatch(number):
        raise NotAContainerNumber(given=text)
    expected = container_check_digit(number)
    if int(number[-1]) != expected:
        raise ContainerCheckDigitWrong(given=number, expected=expected)
    return number


def tariff_code(text: str) -> str:
    """Give a code of the Harmonized System as 6, 8 or 10 digits without dots.

    Whether the code exists is another question: it is asked of the tariff in force.

    Raises:
        NotATariffCode: not 6, 8 or 10 digits, or chapter 00.
    """
    code = compact(text)
    if not re.fullmatch(r"[0-9]{6}(?:[0-9]{2}){0,2}", code) or code.startswith("00"):
        raise NotATariffCode(given=text)
    return code


def dotted_tariff_code(code: str) -> str:
    """Write a tariff code as people read it: `842123` as `8421.23`, further digits in pairs."""
    return ".".join([code[:4], *(code[start : start + 2] for start in range(4, len(code), 2))])


def location_code(text: str) -> str:
    """Give a UN/LOCODE as five characters: `LY LTD` as `LYLTD`.

    Raises:
        NotALocationCode: not two letters and three of A to Z or 2 to 9.
    """
    code = compact(text)
    if not re.fullmatch(r"[A-Z]{2}[A-Z2-9]{3}", code):  # Source: UNECE Recommendation 16: 0 and 1 are not used
        raise NotALocationCode(given=text)
    return code


def office_code(text: str) -> str:
    """Give a customs office code in capital letters and digits.

    Raises:
        NotAnOfficeCode: not 2 to 10 letters and digits.
    """
    code = compact(text)
    if not re.fullmatch(r"[A-Z0-9]{2,10}", code):
        raise NotAnOfficeCode(given=text)
    return code


def plate_key(text: str) -> str:
    """Give the key under which a plate is found; the plate itself is kept as it was written.

    Groups stay apart, since 5-123456 and 51-23456 are two trucks: `99417 322 33` and `99417-322-33` have one key,
    and so have `123تونس4567` and `123 تونس 4567`.

    Raises:
        NotAPlate: no digit, or more than 20 letters and digits.
        BidiControl: a character that turns the reading order.
    """
    written = unicodedata.normalize("NFKC", western_digits(refuse_bidi(text))).upper().replace("ـ", "")
    groups = ["".join(group) for kind, group in groupby(written, key=_plate_part) if kind]
    if not any(group.isdigit() for group in groups) or sum(map(len, groups)) > 20:
        raise NotAPlate(given=text)
    return "-".join(groups)


def _plate_part(character: str) -> str:
    if character.isdigit():
        return "digits"
    return "letters" if character.isalpha() else ""


def chassis_number(text: str) -> str:
    """Give a chassis number in capital letters and digits, without blanks.

    Seventeen characters are a vehicle identification number, which has no I, O or Q (ISO 3779); older vehicles and
    trailers have shorter ones.

    Raises:
        NotAChassisNumber: not 5 to 17 letters and digits, or 17 with I, O or Q.
    """
    number = compact(text)
    shape = r"[A-HJ-NPR-Z0-9]{17}" if len(number) == 17 else r"[A-Z0-9]{5,16}"
    if not re.fullmatch(shape, number):
        raise NotAChassisNumber(given=text)
    return number
