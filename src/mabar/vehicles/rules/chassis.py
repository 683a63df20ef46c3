"""The chassis and the plate of a vehicle: what is odd about a number, and whether the vehicle is that of the pass."""

import string
from collections.abc import Mapping
from dataclasses import dataclass

from mabar.lib.identifiers import compact, plate_key
from mabar.vehicles.rules.refusals import ChassisNotOfPass, PlateNotOfPass

VIN_LENGTH = 17
CHASSIS_END = 6  # what an officer reads at least on the vehicle: the serial part of the number
NORTH_AMERICA = "12345"  # first characters of numbers assigned there, where the check digit is law

# Source: 49 CFR 565.15 (c), tables III and IV: the value of each letter, the weight of each place.
_VALUES = {letter: place for place, letter in enumerate("ABCDEFGH", start=1)}
_VALUES |= {"J": 1, "K": 2, "L": 3, "M": 4, "N": 5, "P": 7, "R": 9}
_VALUES |= {letter: place for place, letter in enumerate("STUVWXYZ", start=2)}
_VALUES |= {digit: int(digit) for digit in string.digits}
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True)
class Finding:
    """What an officer should look at; it stops nothing."""

    code: str
    details: Mapping[str, object]


def check_digit(chassis: str) -> str:
    """Compute the ninth character of a number of seventeen, 0 to 9 or X.

    Source: 49 CFR 565.15 (c): values times weights, the sum modulo 11, where 10 is written X.
    """
    rest = sum(_VALUES[character] * weight for character, weight in zip(chassis, _WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def findings_of(chassis: str) -> tuple[Finding, ...]:
    """Tell what is odd about a chassis number: an older, shorter one, or a check digit that does not follow.

    Numbers assigned outside North America need not have a check digit, so theirs is not computed.
    """
    if len(chassis) < VIN_LENGTH:
        return (Finding("ChassisShort", {"chassis": chassis, "length": len(chassis)}),)
    if chassis[0] not in NORTH_AMERICA or chassis[8] == check_digit(chassis):
        return ()
    return (Finding("ChassisCheckDigitDiffers", {"chassis": chassis, "seen": chassis[8], "due": check_digit(chassis)}),)


def check_same_chassis(*, on_pass: str, seen: str) -> None:
    """Refuse a vehicle whose chassis is not that of the pass; its last six characters are enough.

    Raises:
        ChassisNotOfPass: names both.
        BidiControl: see `identifiers.compact`.
    """
    read = compact(seen)
    if len(read) < min(CHASSIS_END, len(on_pass)) or not on_pass.endswith(read):
        raise ChassisNotOfPass(on_pass=on_pass, seen=seen.strip() or "–")


def check_same_plate(*, on_pass: str, seen: str) -> None:
    """Refuse a vehicle that comes under another's plate.

    Raises:
        PlateNotOfPass: names both.
        NotAPlate, BidiControl: see `identifiers.plate_key`.
    """
    if plate_key(on_pass) != plate_key(seen):
        raise PlateNotOfPass(on_pass=on_pass, seen=seen)
