"""Trusted operators: firms whose status one customs issues, and another recognises.  Firms only, by code.  Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from mabar.declarations.rules.operator_refusals import (
    NotAFirmCode,
    OperatorOutOfTurn,
    OperatorUnreadable,
    StatusExpired,
    StatusStopped,
    ValidityUnfit,
)

STATES: Final = ("issued", "suspended", "withdrawn")
TRANSITIONS: Final[Mapping[tuple[str, str], str]] = {
    ("", "issue_operator_status"): "issued",
    ("issued", "suspend_operator"): "suspended",
    ("suspended", "reinstate_operator"): "issued",
    ("issued", "withdraw_operator"): "withdrawn",
    ("suspended", "withdraw_operator"): "withdrawn",
}
STANDING: Final = ("issued", "suspended")
KINDS: Final = ("customs", "security", "full")
LONGEST_NAME, LONGEST_TERMS, LONGEST_YEARS = 200, 500, 10
# A code of a register of firms: no blank and no letter but the Latin ones, so that no name of a person passes for one.
_FIRM = re.compile(r"[A-Z0-9][A-Z0-9./-]{1,30}[A-Z0-9]")


@dataclass(frozen=True)
class Status:
    """What is said of a firm: its code and name, the kind, first and last day, and the terms in words."""

    firm: str
    name: str
    kind: str
    valid_from: date
    valid_until: date
    terms: str = ""


def after(act: str, state: str, *, now: int = 0, seen: int | None = None) -> str:
    """Give the state that follows `act`.

    Raises:
        OperatorOutOfTurn: the act has no place in this state, or the actor saw another version.
    """
    if (state, act) not in TRANSITIONS or (seen is not None and seen != now):
        raise OperatorOutOfTurn(verb=act, state=state)
    return TRANSITIONS[state, act]


def check_firm(code: str) -> str:
    """Give the code of a firm in its one form.

    Raises:
        NotAFirmCode: it has not the form of a code, as the name of a person has not.
    """
    tidy = code.strip().upper()
    if _FIRM.fullmatch(tidy) is None:
        raise NotAFirmCode(given=code.strip()[:40] or "–")
    return tidy


def check_validity(valid_from: date, valid_until: date) -> None:
    """Refuse days that are none.

    Raises:
        ValidityUnfit: the last is before the first, or further than the longest time.
    """
    if valid_until < valid_from or valid_until.year - valid_from.year > LONGEST_YEARS:
        raise ValidityUnfit(first=valid_from.isoformat(), last=valid_until.isoformat(), years=LONGEST_YEARS)


def check_recognisable(state: str, *, valid_until: date, today: date, firm: str) -> None:
    """Refuse to recognise what its own customs has stopped, or whose time is over.

    Raises:
        StatusStopped, StatusExpired.
    """
    if state != "issued":
        raise StatusStopped(firm=firm, state=state)
    if today > valid_until:
        raise StatusExpired(firm=firm, last=valid_until.isoformat())


def is_in_force(state: str, *, valid_from: date, valid_until: date, today: date, is_recognised: bool) -> bool:
    """Tell whether a status counts today: issued, within its days, and this side's own or recognised here."""
    return state == "issued" and valid_from <= today <= valid_until and is_recognised


def read(*, firm: str, name: str, kind: str, valid_from: str, valid_until: str, terms: str) -> Status:
    """Read a status as a partner tells it.

    Raises:
        NotAFirmCode, ValidityUnfit.
        OperatorUnreadable: a part is not of its form.
    """
    try:
        days = date.fromisoformat(valid_from), date.fromisoformat(valid_until)
    except (TypeError, ValueError):
        raise OperatorUnreadable(what="valid_from, valid_until") from None
    if kind not in KINDS or not isinstance(name, str) or not isinstance(terms, str):
        raise OperatorUnreadable(what="kind, name, terms")
    check_validity(*days)
    return Status(check_firm(firm), name[:LONGEST_NAME], kind, *days, terms[:LONGEST_TERMS])


def read_step(number: object, state: str) -> int:
    """Read the number and the state of a partner's status.

    Raises:
        OperatorUnreadable.
    """
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 10**6 or state not in STATES:
        raise OperatorUnreadable(what="number, state")
    return number


def read_stop(number: object, state: str) -> int:
    """Read the number and the state of a stop, which issues nothing.

    Raises:
        OperatorUnreadable.
    """
    if state == "issued":
        raise OperatorUnreadable(what="state")
    return read_step(number, state)


def is_as_recognised(told: Status, *, kind: str, valid_from: date | None, valid_until: date | None, terms: str) -> bool:
    """Tell whether what is told now has the kind, the days and the terms that an officer has recognised."""
    return (told.kind, told.valid_from, told.valid_until, told.terms) == (kind, valid_from, valid_until, terms)
