"""Guarantees of transit: their kinds, their references, what a draw takes, and when it is refused.  Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mabar.lib.identifiers import check_digit_by_weights, compact
from mabar.lib.money import money_text
from mabar.transit.rules.refusals import (
    AlreadyCovered,
    AmountUnfit,
    CurrencyDiffers,
    DaysUnfit,
    GuaranteeNotValid,
    GuaranteeRevoked,
    GuaranteeShort,
    IndividualUsed,
    OutOfTurn,
    ReferenceUnfit,
    TooMuchLent,
    TooMuchReturned,
)

# Source: UCC 952/2013, articles 89 to 95; implementing regulation 2015/2447, articles 155 to 162.
KINDS = ("individual", "voucher", "comprehensive", "waiver")
LONGEST_REFERENCE = 24
HIGHEST_MINOR = 10**15

# Of a draw.  What is claimed is given back by nothing but a settled payment; to free what is free changes nothing.
STATES = ("drawn", "freed", "claimed", "settled")
TAKEN = ("drawn", "claimed")  # what these take is not left
TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("", "draw"): "drawn",
    ("drawn", "free"): "freed",
    ("drawn", "claim"): "claimed",
    ("claimed", "settle_claim"): "settled",
    ("freed", "free"): "freed",
    ("settled", "free"): "settled",
    ("claimed", "claim"): "claimed",
}
ASKED = ("asked", "lent", "declined")
# What moved a ledger: `lent` and `returned` where the guarantee is kept, `received` and `given_back` at the tranche.
ENTRIES = ("registered", "drawn", "freed", "settled", "lent", "returned", "received", "given_back")
_REFERENCE = re.compile(r"[0-9]{2}[A-Z]{2}[A-Z0-9]{12}[0-9]")


@dataclass(frozen=True)
class Cover:
    """A guarantee as a draw sees it: what is left where it is drawn, and what the office that keeps it has said."""

    reference: str
    kind: str
    office: str
    currency: str
    left_minor: int
    title_minor: int
    valid_from: datetime
    valid_until: datetime
    zone: ZoneInfo
    revoked_at: datetime | None
    reason: str


def after(act: str, state: str) -> str:
    """Give the state of a draw that follows `act`.

    Raises:
        OutOfTurn: the act has no place in this state.
    """
    if (state, act) not in TRANSITIONS:
        raise OutOfTurn(verb=act, state=state, record="draw")
    return TRANSITIONS[state, act]


def is_newer(state: str, known: str) -> bool:
    """Tell whether news of a draw's state goes beyond what is known of it; doubled and late news do not."""
    order = ("", "drawn", "claimed", "freed", "settled")
    return order.index(state) > order.index(known)


def reference_of(office: str, year: int, number: int) -> str:
    """Write a reference: year, country, twelve characters of the office, and a check digit.

    The twelve are five of the office's name and seven digits of its own count.
    Source: the guarantee reference number of NCTS, 17 characters; its check digit is that of ISO 6346.
    """
    told = f"{year % 100:02}{_signs_of(office)}{number:07}"
    return f"{told}{check_digit_by_weights(told)}"


def _signs_of(office: str) -> str:
    country, _, name = office.upper().partition(".")
    return country[:2] + re.sub(r"[^A-Z0-9]", "", name)[:5].ljust(5, "X")


def is_reference_of(reference: str, office: str) -> bool:
    """Tell whether a reference bears the signs of an office."""
    return reference[2:9] == _signs_of(office)


def check_reference(text: str) -> str:
    """Give a reference in its one form.

    Raises:
        ReferenceUnfit: another shape, or another check digit than follows.
    """
    told = compact(text)
    if not _REFERENCE.fullmatch(told) or int(told[-1]) != check_digit_by_weights(told[:-1]):
        raise ReferenceUnfit(given=text.strip()[:LONGEST_REFERENCE] or "–")
    return told


def check_terms(kind: str, amount_minor: int, title_minor: int) -> None:
    """Refuse an amount that the kind cannot have.

    Args:
        title_minor: what one title of a voucher covers; zero for the other kinds.
    Raises:
        AmountUnfit: a waiver that has an amount, another kind that has none, a voucher that is no whole titles.
    """
    fits = {
        "waiver": amount_minor == 0 == title_minor,
        "voucher": title_minor > 0 and amount_minor > 0 and amount_minor % max(title_minor, 1) == 0,
    }
    if kind not in KINDS or amount_minor > HIGHEST_MINOR or not fits.get(kind, amount_minor > 0 == title_minor):
        raise AmountUnfit(kind=kind)


def check_days(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the instants from which and until which a guarantee is valid, by the clock of its office.

    Raises:
        DaysUnfit: the last day comes before the first.
    """
    if last < first:
        raise DaysUnfit(first=first.isoformat(), last=last.isoformat())
    begins, ends = (datetime.combine(day, time.min, zone) for day in (first, last + timedelta(days=1)))
    return begins.astimezone(UTC), ends.astimezone(UTC)


def taken_by(kind: str, amount_minor: int, title_minor: int) -> int:
    """Give what a movement of this amount takes: whole titles of a voucher, nothing of a waiver, else the amount.

    Raises:
        AmountUnfit: the amount is none.
    """
    if not 0 < amount_minor <= HIGHEST_MINOR:
        raise AmountUnfit(kind=kind)
    if kind == "waiver":
        return 0
    return -(-amount_minor // title_minor) * title_minor if kind == "voucher" else amount_minor


def check_draw(cover: Cover, amount_minor: int, currency: str, at: datetime) -> int:
    """Give what a draw takes from what is left.

    Raises:
        GuaranteeRevoked, GuaranteeNotValid, CurrencyDiffers, AmountUnfit.
        GuaranteeShort: names what is left, and the office to ask.
    """
    check_in_force(cover, at)
    if currency != cover.currency:
        raise CurrencyDiffers(given=currency, currency=cover.currency, reference=cover.reference)
    taken = taken_by(cover.kind, amount_minor, cover.title_minor)
    if taken > cover.left_minor:
        raise GuaranteeShort(
            reference=cover.reference,
            asked=f"{money_text(taken, currency)} {currency}",
            left=f"{money_text(cover.left_minor, currency)} {currency}",
            office=cover.office,
        )
    return taken


def check_in_force(cover: Cover, at: datetime) -> None:
    """Refuse what rests on a guarantee that is revoked, or outside its days.

    Raises:
        GuaranteeRevoked, GuaranteeNotValid.
    """
    told = {"reference": cover.reference, "office": cover.office}
    if cover.revoked_at is not None:
        raise GuaranteeRevoked(**told, reason=cover.reason or "–")
    if not cover.valid_from <= at < cover.valid_until:
        last = cover.valid_until - timedelta(seconds=1)
        raise GuaranteeNotValid(**told, first=_hour(cover.valid_from, cover), last=_hour(last, cover))


def check_uses(cover: Cover, *, movement: str, drawn_by: str, individual_by: str) -> None:
    """Refuse a second draw of a movement, and a second movement on an individual guarantee.

    Args:
        drawn_by: the reference of the guarantee on which the movement draws already; empty where it draws on none.
        individual_by: another movement that has drawn on this guarantee; empty where none has.
    Raises:
        AlreadyCovered, IndividualUsed.
    """
    if drawn_by:
        raise AlreadyCovered(movement=movement, reference=drawn_by)
    if cover.kind == "individual" and individual_by:
        raise IndividualUsed(reference=cover.reference, movement=individual_by)


def check_lending(cover: Cover, amount_minor: int, *, whole_minor: int) -> int:
    """Give what is to be lent: whole titles, all of an individual guarantee, nothing of a waiver, or an amount.

    Raises:
        AmountUnfit: no amount, parts of a title, or a part of an individual guarantee, which covers one movement.
        TooMuchLent: more than is left.
    """
    fits = {
        "waiver": amount_minor == 0,
        "individual": amount_minor == whole_minor,
        "voucher": amount_minor > 0 and amount_minor % max(cover.title_minor, 1) == 0,
    }
    if not fits.get(cover.kind, amount_minor > 0):
        raise AmountUnfit(kind=cover.kind)
    if amount_minor > cover.left_minor:
        raise TooMuchLent(reference=cover.reference, left=_told(cover))
    return amount_minor


def check_returning(cover: Cover, amount_minor: int) -> int:
    """Give what is to be returned of a tranche.

    Raises:
        AmountUnfit: no amount, or parts of a title.
        TooMuchReturned: more than is left.
    """
    if amount_minor <= 0 or (cover.title_minor and amount_minor % cover.title_minor):
        raise AmountUnfit(kind=cover.kind)
    if amount_minor > cover.left_minor:
        raise TooMuchReturned(reference=cover.reference, left=_told(cover))
    return amount_minor


def _hour(at: datetime, cover: Cover) -> str:
    return f"{at.astimezone(cover.zone):%Y-%m-%d %H:%M}"


def _told(cover: Cover) -> str:
    return f"{money_text(cover.left_minor, cover.currency)} {cover.currency}"
