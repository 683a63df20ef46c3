"""What the one field of the counter takes: the code of the paper, a plate, a chassis or a number given elsewhere."""

import re
from dataclasses import dataclass

from mabar.lib.identifiers import NotAChassisNumber, NotAPlate, chassis_number, plate_key, refuse_bidi, western_digits

LONGEST_SCAN = 80
PREFIX = "MABAR:V"  # capital letters, digits and colons: the densest form of the printed code
_KEY = re.compile(r"(?:MABAR:V:[A-Z0-9.-]{2,32}:)?([0-7][0-9A-HJKMNP-TV-Z]{25})")


@dataclass(frozen=True)
class Scan:
    """What was read, as everything that it may be; a name is none of it."""

    key: str = ""
    plate_key: str = ""
    chassis: str = ""
    reference: str = ""

    @property
    def is_nothing(self) -> bool:
        """Tell whether nothing could be looked for."""
        return not (self.key or self.plate_key or self.chassis or self.reference)


def scan_text(node: str, key: str) -> str:
    """Write what the code of a paper says: the kind of paper, its home node and its key."""
    return f"{PREFIX}:{node.upper()}:{key}"


def read_scan(text: str) -> Scan:
    """Read what was scanned or typed.

    Raises:
        BidiControl: a character that turns the reading order.
    """
    tidy = western_digits(refuse_bidi(text)).strip()[:LONGEST_SCAN]
    found = _KEY.fullmatch(tidy.upper())
    if found:
        return Scan(key=found[1])
    return Scan(plate_key=_plate(tidy), chassis=_chassis(tidy), reference=tidy)


def _plate(text: str) -> str:
    try:
        return plate_key(text)
    except NotAPlate:
        return ""


def _chassis(text: str) -> str:
    try:
        return chassis_number(text)
    except NotAChassisNumber:
        return ""
