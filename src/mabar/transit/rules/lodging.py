"""The declaration for transit: what it names, its itinerary, and the procedure that it keeps to its end."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from mabar.lib.identifiers import NotAPlate, plate_key
from mabar.transit.rules.movement_refusals import (
    ContinuityNotDeclared,
    GuaranteeMissing,
    ItineraryUnfit,
    LodgementUnfit,
    OvertakenByFallback,
    StaysOnPaper,
)
from mabar.transit.rules.numbers import check_stamp

PROCEDURES = ("electronic", "continuity")
ROLES = ("departure", "passage", "destination", "diverted")
LONGEST_NAME, LONGEST_GOODS, LONGEST_LINE, LONGEST_CODE = 200, 500, 60, 32
MOST_OFFICES, MOST_PACKAGES, MOST_MASS_G, MOST_MINOR = 12, 10**6, 10**12, 10**15
CURRENCIES = ("DZD", "LYD", "TND", "USD", "EUR")


@dataclass(frozen=True)
class Lodgement:
    """What a holder declares for transit.

    Attributes:
        offices: codes of the offices in their order, from departure to destination.
        amount_minor: what the goods may owe, in minor units of `currency`.
        guarantee: key of the guarantee that covers it.
        stamp, begun_at: number of the continuity stamp and the instant on the paper; of that procedure alone.
    """

    offices: tuple[str, ...]
    holder_code: str
    holder_name: str
    goods: str
    packages: int
    gross_mass_g: int
    plate: str
    container: str = ""
    declaration: str = ""
    amount_minor: int = 0
    currency: str = "DZD"
    guarantee: str = ""
    procedure: str = "electronic"
    stamp: str = ""
    begun_at: datetime | None = None


def checked(given: Lodgement, *, known: Collection[str]) -> Lodgement:
    """Give a declaration for transit tidied; `known` are the places that this node knows.

    Raises:
        LodgementUnfit: names the box.
        ItineraryUnfit, StampUnfit.
    """
    tidied: dict[str, Any] = {each.name: _tidy(getattr(given, each.name)) for each in fields(given)}
    tidy = replace(given, **tidied)
    _check_texts(tidy)
    _check_figures(tidy)
    check_itinerary(tidy.offices, known=known)
    return _of_procedure(tidy)


def _tidy(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _check_texts(told: Lodgement) -> None:
    longest = {
        "holder_code": LONGEST_CODE,
        "holder_name": LONGEST_NAME,
        "goods": LONGEST_GOODS,
    }
    for box, most in longest.items():
        if not 1 <= len(getattr(told, box)) <= most:
            raise LodgementUnfit(box=box)
    if max(len(told.container), len(told.declaration)) > LONGEST_LINE or len(told.guarantee) > LONGEST_CODE:
        raise LodgementUnfit(box="declaration")
    try:
        plate_key(told.plate)
    except NotAPlate:
        raise LodgementUnfit(box="plate") from None


def _check_figures(told: Lodgement) -> None:
    allowed = {
        "packages": 1 <= told.packages <= MOST_PACKAGES,
        "gross_mass_g": 1 <= told.gross_mass_g <= MOST_MASS_G,
        "amount_minor": 0 <= told.amount_minor <= MOST_MINOR,
        "currency": told.currency in CURRENCIES,
        "procedure": told.procedure in PROCEDURES,
    }
    for box, is_fit in allowed.items():
        if not is_fit:
            raise LodgementUnfit(box=box)


def check_itinerary(offices: Sequence[str], *, known: Collection[str]) -> None:
    """Refuse an itinerary that leads nowhere.

    Raises:
        ItineraryUnfit: names what is wrong with it.
    """
    strange = [each for each in offices if each not in known]
    if not 2 <= len(offices) <= MOST_OFFICES or len(set(offices)) != len(offices) or strange:
        raise ItineraryUnfit(offices=", ".join(offices) or "–", strange=", ".join(strange) or "–")


def _of_procedure(told: Lodgement) -> Lodgement:
    if told.procedure == "electronic":
        return replace(told, stamp="", begun_at=None)
    if told.begun_at is None:
        raise LodgementUnfit(box="begun_at")
    return replace(told, stamp=check_stamp(told.stamp))


def roles_of(offices: Sequence[str]) -> list[tuple[str, str]]:
    """Pair each office of an itinerary with its role."""
    last = len(offices) - 1
    return [
        (code, "departure" if n == 0 else "destination" if n == last else "passage") for n, code in enumerate(offices)
    ]


def check_procedure_kept(before: str, after: str, *, number: str) -> None:
    """Refuse to take a movement out of the procedure in which it was begun.

    Raises:
        StaysOnPaper.
    """
    if before != after:
        raise StaysOnPaper(number=number or "–")


def check_declared(begun_at: datetime, periods: Sequence[tuple[datetime, datetime | None]], *, place: str) -> None:
    """Refuse a paper from an instant at which no fallback was declared.

    Raises:
        ContinuityNotDeclared.
    """
    if not any(begins <= begun_at and (ends is None or begun_at <= ends) for begins, ends in periods):
        raise ContinuityNotDeclared(place=place)


def check_not_overtaken(
    lodged_at: datetime, procedure: str, periods: Sequence[tuple[datetime, datetime | None]]
) -> None:
    """Refuse to go on with an electronic record that a fallback found unfinished.

    Raises:
        OvertakenByFallback: names the beginning of the fallback.
    """
    for begins, _ in periods:
        if procedure == "electronic" and lodged_at < begins:
            raise OvertakenByFallback(began_at=begins.isoformat(timespec="minutes"))


def check_guarantee(guarantee: str) -> str:
    """Give the guarantee of a movement that is to be released.

    Raises:
        GuaranteeMissing.
    """
    if not guarantee:
        raise GuaranteeMissing()
    return guarantee
