"""The movement reference number, and the number of a continuity stamp."""

import re

from mabar.lib.identifiers import check_digit_by_weights, compact
from mabar.transit.rules.movement_refusals import MrnUnfit, StampUnfit

# Source: Commission Implementing Regulation (EU) 2015/2447, annex B, data element MRN: year (2), country (2), 12 signs
# of the administration, procedure (J: transit declaration), check digit reckoned as in ISO 6346.
PROCEDURE = "J"
SHAPE = re.compile(r"[0-9]{2}[A-Z]{2}[A-Z0-9]{12}[A-Z][0-9]")
OFFICE_SIGNS, SERIAL_DIGITS = 6, 6
LAST_SERIAL = 10**SERIAL_DIGITS - 1
STAMP = re.compile(r"[A-Z0-9][A-Z0-9-]{2,34}")
LONGEST_NUMBER = 68  # of the office, a stroke, and the number of the stamp


def office_signs(office: str) -> str:
    """Give the six signs that an office's numbers bear: the first of its code, filled with zeros."""
    told = re.sub(r"[^A-Z0-9]", "", office.partition(".")[2].upper())
    return told[:OFFICE_SIGNS].ljust(OFFICE_SIGNS, "0")


def mrn(office: str, *, year: int, serial: int) -> str:
    """Write the movement reference number of an office's serial.

    Raises:
        ValueError: the serial has more digits than the number has room for.
    """
    if not 1 <= serial <= LAST_SERIAL:
        raise ValueError(f"serial {serial} of {office}")
    country = office[:2].upper()
    told = f"{year % 100:02}{country}{office_signs(office)}{serial:0{SERIAL_DIGITS}}{PROCEDURE}"
    return f"{told}{check_digit_by_weights(told)}"


def check_mrn(given: str) -> str:
    """Give a movement reference number as 18 signs.

    Raises:
        MrnUnfit: another shape, or the last digit is not the one that follows.
    """
    number = compact(given)
    if not SHAPE.fullmatch(number) or int(number[-1]) != check_digit_by_weights(number[:-1]):
        raise MrnUnfit(given=given[:40] or "–")
    return number


def check_stamp(given: str) -> str:
    """Give the number of a continuity stamp: 3 to 35 capital letters, digits and hyphens.

    Raises:
        StampUnfit.
    """
    number = given.strip().upper()
    if not STAMP.fullmatch(number):
        raise StampUnfit(given=given.strip()[:40] or "–")
    return number


def number_on_paper(office: str, stamp: str) -> str:
    """Write what a movement begun on paper is called: its office and its stamp, in place of a reference number."""
    return f"{office}/{stamp}"


def country_of(number: str) -> str:
    """Give the country, in small letters, of whose office a number is."""
    return number[:2] if "/" in number else number[2:4].lower()


def is_number_of(number: str, office: str) -> bool:
    """Tell whether a number is one that this office gives: its reference bears the office's signs, a stamp its code."""
    if "/" in number:
        return number.partition("/")[0] == office
    return number[2:4].lower() == office[:2] and number[4 : 4 + OFFICE_SIGNS] == office_signs(office)


def check_number(given: str) -> str:
    """Give the number on the paper that goes with the goods: a reference number, or an office and its stamp.

    Raises:
        MrnUnfit, StampUnfit.
    """
    office, stroke, stamp = given.strip().partition("/")
    if not stroke:
        return check_mrn(given)
    if not re.fullmatch(r"[a-z]{2}\.[a-z][a-z-]{1,28}", office.strip().lower()):
        raise MrnUnfit(given=given[:40])
    return number_on_paper(office.strip().lower(), check_stamp(stamp))
