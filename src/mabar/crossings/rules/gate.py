"""What is checked at the gate: hours, plates, seals, papers, holds and the opening."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mabar.crossings.rules.hours import hour_text, second_text
from mabar.crossings.rules.refusals import (
    AgencyName,
    CrossingClosed,
    Held,
    HoldNotYours,
    HourOutOfOrder,
    NotADesk,
    NotASeal,
    NotCleared,
    NothingDeclared,
    PlateDiffers,
    ReasonMissing,
    SealBroken,
)
from mabar.lib.identifiers import NotAPlate, compact, plate_key

LONGEST_PLATE = 32
LONGEST_SEAL = 35  # Source: UN/EDIFACT data element 9308, an..35
CLOCK_TOLERANCE = timedelta(minutes=2)


def check_reason(reason: str) -> str:
    """Give the reason without blanks around it.

    Raises:
        ReasonMissing: nothing is left.
    """
    if not reason.strip():
        raise ReasonMissing()
    return reason.strip()


def check_hour(at: datetime, *, latest: datetime, zone: ZoneInfo) -> None:
    """Refuse a step that would come before the one it follows: it would give a wait below zero.

    Args:
        zone: the clock of the place, on which a refusal tells the hours.
    Raises:
        HourOutOfOrder: names both instants.
    """
    if at < latest:
        raise HourOutOfOrder(at=second_text(zone, at), limit=second_text(zone, latest))


def check_not_ahead(at: datetime, *, now: datetime, zone: ZoneInfo) -> None:
    """Refuse an event from a sender whose clock runs ahead of the node's.

    Args:
        zone: the clock of the place, on which a refusal tells the hours.
    Raises:
        HourOutOfOrder: names both instants.
    """
    if at > now + CLOCK_TOLERANCE:
        raise HourOutOfOrder(at=second_text(zone, at), limit=second_text(zone, now))


def check_plate(plate: str) -> str:
    """Give a plate as it is shown: blanks tidied, everything else as written.

    Raises:
        NotAPlate, BidiControl: see `identifiers.plate_key`; also a text longer than any plate.
    """
    tidy = " ".join(plate.split())
    plate_key(tidy)
    if len(tidy) > LONGEST_PLATE:
        raise NotAPlate(given=tidy)
    return tidy


def check_same_plate(*, announced: str, seen: str) -> None:
    """Refuse a truck that comes under another's papers.

    Raises:
        PlateDiffers: names both plates.
    """
    if plate_key(announced) != plate_key(seen):
        raise PlateDiffers(announced=announced, seen=seen)


def check_desk(desk: str) -> str:
    """Give the desk's number; empty means that the driver waits.

    Raises:
        NotADesk: more than three figures, or words: the wall shows it, and the wall never shows a reason.
    """
    number = compact(desk)
    if number and not (number.isascii() and number.isdigit() and len(number) <= 3):
        raise NotADesk(given=desk)
    return number


def tidy_seals(seals: Iterable[str]) -> list[str]:
    """Give the seals as they are shown, each once, in their order.

    Raises:
        NotASeal: nothing but blanks and separators, or longer than a seal number.
        BidiControl: a character that turns the reading order.
    """
    by_key: dict[str, str] = {}
    for seal in seals:
        tidy = " ".join(seal.split())
        key = compact(tidy)
        if not key or len(tidy) > LONGEST_SEAL:
            raise NotASeal(given=seal)
        by_key.setdefault(key, tidy)
    return list(by_key.values())


@dataclass(frozen=True)
class SealReading:
    """What a reading of the seals shows against the record."""

    missing: tuple[str, ...]
    unexpected: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether every seal is there and no other."""
        return not self.missing and not self.unexpected


def compare_seals(*, declared: Iterable[str], seen: Iterable[str]) -> SealReading:
    """Compare the seals on record with those read; blanks and letter case do not count."""
    wanted = {compact(seal): seal for seal in declared}
    read = {compact(seal): seal for seal in seen}
    return SealReading(
        missing=tuple(seal for key, seal in wanted.items() if key not in read),
        unexpected=tuple(seal for key, seal in read.items() if key not in wanted),
    )


def check_seals(*, declared: Sequence[str], seen: Sequence[str]) -> None:
    """Refuse a truck whose seals are not those on record.

    Raises:
        SealBroken: names both.
    """
    if not compare_seals(declared=declared, seen=seen).is_whole:
        raise SealBroken(declared=", ".join(declared) or "–", seen=", ".join(seen) or "–")


def replace_seal(seals: Sequence[str], *, new: str, old: str) -> list[str]:
    """Give the record with the new seal, in place of the old one where one is named.

    Raises:
        NotASeal: the old seal is not on record.
    """
    kept = [seal for seal in seals if not old or compact(seal) != compact(old)]
    if old and len(kept) == len(seals):
        raise NotASeal(given=old)
    return tidy_seals([*kept, new])


@dataclass(frozen=True)
class LinkedDeclaration:
    """A declaration on a truck, as the gate sees it."""

    reference: str
    is_cleared: bool
    lane: str = ""


def check_cleared(declarations: Sequence[LinkedDeclaration], *, is_empty: bool) -> None:
    """Refuse a truck that carries goods that customs have not let go.

    Raises:
        NothingDeclared: laden, and no declaration.
        NotCleared: names the references that wait.
    """
    waiting = [declaration.reference for declaration in declarations if not declaration.is_cleared]
    if waiting:
        raise NotCleared(references=", ".join(waiting))
    if not declarations and not is_empty:
        raise NothingDeclared()


def check_not_held(agencies: Sequence[AgencyName]) -> None:
    """Refuse a truck that an agency holds.

    Raises:
        Held: names the agencies, never their reasons.
    """
    if agencies:
        raise Held(agencies)


def check_own_hold(holder: AgencyName, *, lifter: str) -> None:
    """Refuse to lift another agency's hold.

    Raises:
        HoldNotYours: names the agency that can.
    """
    if holder.code != lifter:
        raise HoldNotYours([holder])


def check_open(*, is_open: bool, since: datetime, reason: str, zone: ZoneInfo) -> None:
    """Refuse a truck at the gate of a crossing that is closed to goods.

    Raises:
        CrossingClosed: with the hour and the stated reason.
    """
    if not is_open:
        raise CrossingClosed(since=hour_text(zone, since), reason=reason or "–")
