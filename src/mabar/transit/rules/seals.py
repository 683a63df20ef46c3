"""The chain of seals of a movement: affixed, found, replaced; who did it where stands with the event that tells it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mabar.transit.rules.movement_refusals import SealNotInForce, SealUnfit

LONGEST_SEAL = 35  # Source: UN/EDIFACT data element 9308, an..35
LONGEST_MAKER, MOST_SEALS = 60, 20
# `unknown`: found on the load, and none of those in force.
NOTES = ("affixed", "intact", "broken", "missing", "unknown", "replaced")
IN_ORDER = ("affixed", "intact", "replaced")


@dataclass(frozen=True)
class Seal:
    """A seal of whichever maker: its number, and who made or sells it where that is told."""

    number: str
    maker: str = ""


@dataclass(frozen=True)
class SealNote:
    """What was done to a seal or found of it; `new_number` and `new_maker` tell what replaced it."""

    note: str
    number: str
    maker: str = ""
    new_number: str = ""
    new_maker: str = ""


@dataclass(frozen=True)
class SealSeen:
    """A seal as an officer found it on the load."""

    number: str
    is_broken: bool = False


def check_seals(given: Iterable[Seal], *, in_force: Iterable[Seal] = ()) -> tuple[Seal, ...]:
    """Give seals with their numbers tidied.

    Raises:
        SealUnfit: a number is missing or too long, stands twice, or is in force already.
    """
    found: dict[str, Seal] = {}
    before = {each.number for each in in_force}
    for seal in given:
        number = tidy(seal.number)
        if number in found or number in before or len(found) == MOST_SEALS:
            raise SealUnfit(number=number)
        found[number] = Seal(number, " ".join(seal.maker.split())[:LONGEST_MAKER])
    return tuple(found.values())


def tidy(number: str) -> str:
    """Give the number of a seal without blanks, in capital letters.

    Raises:
        SealUnfit: nothing is left, or it is too long.
    """
    told = "".join(number.split()).upper()
    if not 1 <= len(told) <= LONGEST_SEAL:
        raise SealUnfit(number=told[:40] or "–")
    return told


def in_force(notes: Iterable[SealNote]) -> tuple[Seal, ...]:
    """Give the seals in force after a chain of notes: a broken one is in force no more, a missing one still is."""
    found: dict[str, Seal] = {}
    for each in notes:
        if each.note == "affixed":
            found[each.number] = Seal(each.number, each.maker)
        elif each.note == "broken":
            found.pop(each.number, None)
        elif each.note == "replaced":
            found.pop(each.number, None)
            found[each.new_number] = Seal(each.new_number, each.new_maker)
    return tuple(found.values())


def compared(seen: Sequence[SealSeen], *, with_seals: Sequence[Seal]) -> tuple[SealNote, ...]:
    """Note of each seal in force how it was found, and of each other seal found that it is unknown, or broken.

    Raises:
        SealUnfit: a number is missing, too long, or told twice.
    """
    found: dict[str, SealSeen] = {}
    for each in seen:
        number = tidy(each.number)
        if number in found or len(found) == MOST_SEALS:
            raise SealUnfit(number=number)
        found[number] = each
    known = {each.number: each for each in with_seals}
    notes = [_found(seal, found) for seal in known.values()]
    strange = {
        number: "broken" if told.is_broken else "unknown" for number, told in found.items() if number not in known
    }
    return (*notes, *(SealNote(note, number) for number, note in strange.items()))


def _found(seal: Seal, found: Mapping[str, SealSeen]) -> SealNote:
    seen = found.get(seal.number)
    note = "missing" if seen is None else "broken" if seen.is_broken else "intact"
    return SealNote(note, seal.number, seal.maker)


def judged(notes: Sequence[SealNote], *, with_seals: Sequence[Seal]) -> tuple[SealNote, ...]:
    """Judge again what another node found, by the seals in force at home: its copy may have been older, or missing."""
    if not notes or any(each.note in ("affixed", "replaced") for each in notes):
        return tuple(notes)
    seen = [SealSeen(each.number, each.note == "broken") for each in notes if each.note != "missing"]
    return compared(seen, with_seals=with_seals)


def are_in_order(notes: Iterable[SealNote]) -> bool:
    """Tell whether every seal was found as it should be."""
    return all(each.note in IN_ORDER for each in notes)


def found_broken(numbers: Iterable[str], *, notes: Sequence[SealNote]) -> tuple[SealNote, ...]:
    """Note that seals in force were found broken.

    Raises:
        SealNotInForce: one of them is none of those.
    """
    standing = {each.number: each for each in in_force(notes)}
    told = list(dict.fromkeys(tidy(each) for each in numbers))
    strange = [each for each in told if each not in standing]
    if strange:
        raise SealNotInForce(number=strange[0], in_force=", ".join(standing) or "–")
    return tuple(SealNote("broken", each, standing[each].maker) for each in told)


def replacement(number: str, new: Seal, *, notes: Sequence[SealNote]) -> SealNote:
    """Note that a seal of the chain is replaced by another; it may have been found broken or missing before.

    Raises:
        SealNotInForce: the chain has no such seal to replace.
        SealUnfit: the new number is in force already.
    """
    old = tidy(number)
    standing = in_force(notes)
    to_replace = {each.number for each in standing} | _broken_only(notes)
    if old not in to_replace:
        raise SealNotInForce(number=old, in_force=", ".join(each.number for each in standing) or "–")
    (fresh,) = check_seals([new], in_force=standing)
    return SealNote("replaced", old, new_number=fresh.number, new_maker=fresh.maker)


def _broken_only(notes: Sequence[SealNote]) -> set[str]:
    """Give the seals that were found broken and that nothing has replaced."""
    replaced = {each.number for each in notes if each.note == "replaced"}
    return {each.number for each in notes if each.note == "broken"} - replaced
