"""What the ground allows: verbs of posts, pairs that nobody may combine, retention, and the ground's refusals."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from itertools import product

import yaml

from mabar.lib.refusals import Refusal


class BaseRefusal(Refusal):
    """A refusal whose sentences lie with the ground."""

    package = "base"


class NotMandated(BaseRefusal):
    """The actor's mandates do not hold this verb at this place today."""


class IncompatibleMandates(BaseRefusal):
    """The mandate would give one person two verbs that nobody may combine."""


class NoSuchRecord(BaseRefusal):
    """No record bears this key, or the reader may not know of it."""


class OutOfTurn(BaseRefusal):
    """The state of the record does not allow the act now."""


class KeyNotAccepted(BaseRefusal):
    """The API key is unknown, expired or revoked."""


class NotYetDue(BaseRefusal):
    """The facts may not be erased before their retention ends."""


class FileTooLarge(BaseRefusal):
    """The file is larger than the node takes."""


class BackupNotOpened(BaseRefusal):
    """The file is no backup of Mabar, is damaged, or was sealed to another recovery key."""


class NotTheSameJournal(BaseRefusal):
    """The restored journal does not end at the head that the backup names."""


class KeyTaken(BaseRefusal):
    """Another actor bears the key already."""


class NotAKey(BaseRefusal):
    """The key of an actor holds something other than letters, digits, hyphens and points."""


class OwnMandate(BaseRefusal):
    """Nobody grants, ends or restores anything on his own account."""


class BeyondOwnMandate(BaseRefusal):
    """The post would give the holder an administering verb that the granter does not hold himself."""


class FunctionNotForKind(BaseRefusal):
    """An actor of this kind cannot hold this function."""


class EndsBeforeItBegins(BaseRefusal):
    """The last day lies before the first."""


class NoPasswordForKind(BaseRefusal):
    """Only people sign in with a password."""


class AccountNotClosed(BaseRefusal):
    """The node itself and the partners are no people who leave."""


class AccountClosed(BaseRefusal):
    """The account has been closed already."""


class NoKeyForKind(BaseRefusal):
    """Only stations and declarants' programs come with an API key."""


class ScopeNotMandated(BaseRefusal):
    """The key would open a verb that its holder's mandates do not."""


class KeyLastsTooLong(BaseRefusal):
    """The key would last longer than a year, or has already ended."""


class TooManyRequests(BaseRefusal):
    """The key asked more often than the node answers."""


class RequestNotUnderstood(BaseRefusal):
    """The request does not have the shape that the API describes."""


class OneTimePasswordOver(BaseRefusal):
    """The one-time password was given out too long ago."""


class SamePassword(BaseRefusal):
    """The new password is the old one."""


# Retention in days by class; 0 = kept as long as the journal.  The classes and their lengths are terms of the
# administration; these are the product's first values, to be replaced by the law that applies.
RETENTION_DAYS: Mapping[str, int] = {"customs": 3650, "access": 365, "traveller": 365, "lasting": 0}

# "Each according to the tasks assigned to it": the pairs of verbs that one person never holds at one place.
FORBIDDEN_PAIRS: frozenset[frozenset[str]] = frozenset(
    frozenset(pair)
    for pair in [
        *product(["declarations.lodge"], ["declarations.inspect", "declarations.assess", "declarations.release"]),
        *product(["declarations.inspect"], ["declarations.release", "declarations.note_payment"]),
        *product(
            ["declarations.assess", "declarations.reassess"],
            ["declarations.note_payment", "declarations.note_refund", "declarations.free_guarantee"],
        ),
        *product(["declarations.note_payment"], ["declarations.release"]),
        *product(["vehicles.validate_at_entry"], ["vehicles.regularise"]),
        *product(["origin.issue"], ["origin.apply", "origin.check", "origin.answer"]),
        *product(
            ["assistance.ask_query", "assistance.send_request"], ["assistance.designate", "assistance.give_consent"]
        ),
        *product(["base.grant_mandate"], ["declarations.release", "declarations.assess", "crossings.note_gate_out"]),
    ]
)


def retention_of(verb: str) -> str:
    """Name the retention class of an act's facts."""
    if verb.startswith(("base.sign", "base.read")):
        return "access"
    return "lasting" if verb.startswith("base.") else "customs"


@cache
def posts() -> Mapping[str, tuple[str, ...]]:
    """Read which verbs each function holds."""
    text = (resources.files("mabar.base") / "data" / "posts.yaml").read_text(encoding="utf-8")
    return {function: tuple(verbs) for function, verbs in yaml.safe_load(text).items()}


def verbs_of(function: str) -> tuple[str, ...]:
    """Give the verbs of a function; a function nobody described holds none."""
    return posts().get(function, ())


# What decides about other people's accounts: one who does not hold such a verb cannot give it to another.
ADMINISTERING = frozenset(
    f"base.{verb}"
    for verb in (
        "enrol_actor",
        "grant_mandate",
        "end_mandate",
        "reset_password",
        "close_account",
        "make_api_key",
        "revoke_api_key",
        "erase_facts",
    )
)


def administering(function: str) -> frozenset[str]:
    """Give what a function decides about other people's accounts."""
    return ADMINISTERING.intersection(verbs_of(function))


PEOPLE = ("officer", "declarant")
CLOSED_WHEN_LEFT = (*PEOPLE, "station")
WITH_API_KEY = ("station", "declarant")
ONE_TIME_LASTS = timedelta(days=7)
KEY_LASTS = timedelta(days=366)
_KEY_FORM = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{1,46})[A-Za-z0-9]")


@cache
def functions_for(kind: str) -> tuple[str, ...]:
    """Give the functions that an actor of this kind may hold."""
    if kind == "declarant":
        return ("declarant",)
    stations = tuple(function for function in posts() if function.endswith("_station"))
    if kind == "station":
        return stations
    return tuple(f for f in posts() if f != "declarant" and f not in stations) if kind == "officer" else ()


def check_actor_key(key: str) -> None:
    """Refuse a key that cannot be read aloud, typed and put into an address.

    Raises:
        NotAKey.
    """
    if not _KEY_FORM.fullmatch(key):
        raise NotAKey(key=key)


def check_grant(function: str, *, kind: str, held: Iterable[str], from_on: date, until_on: date | None) -> None:
    """Refuse a post that does not suit the holder, exceeds what the granter holds, or ends before it begins.

    Raises:
        FunctionNotForKind, BeyondOwnMandate, EndsBeforeItBegins.
    """
    if function not in functions_for(kind):
        raise FunctionNotForKind(function=function, kind=kind)
    beyond = administering(function) - set(held)
    if beyond:
        raise BeyondOwnMandate(verb=min(beyond))
    if until_on is not None and until_on < from_on:
        raise EndsBeforeItBegins(begins=from_on, ends=until_on)


def check_api_key(kind: str, *, scopes: Iterable[str], held: Iterable[str], at: datetime, expires_at: datetime) -> None:
    """Refuse an API key that opens more than its holder may, or lasts too long.

    Raises:
        NoKeyForKind, ScopeNotMandated, KeyLastsTooLong.
    """
    if kind not in WITH_API_KEY:
        raise NoKeyForKind(kind=kind)
    asked = set(scopes)
    beyond = asked - set(held)
    if beyond or not asked:
        raise ScopeNotMandated(verb=min(beyond, default="–"))
    if not at < expires_at <= at + KEY_LASTS:
        raise KeyLastsTooLong(expires=expires_at.date())


def check_has_password(kind: str) -> None:
    """Refuse a password for anything that is not a person.

    Raises:
        NoPasswordForKind.
    """
    if kind not in PEOPLE:
        raise NoPasswordForKind(kind=kind)


def check_can_close(kind: str) -> None:
    """Refuse to close what is no account of a person or a station.

    Raises:
        AccountNotClosed.
    """
    if kind not in CLOSED_WHEN_LEFT:
        raise AccountNotClosed(kind=kind)


def check_other(actor: str, key: str) -> None:
    """Refuse an administering act on one's own account.

    Raises:
        OwnMandate.
    """
    if actor == key:
        raise OwnMandate(key=key)


@cache
def functions_with(verb: str) -> tuple[str, ...]:
    """Give the functions that hold a verb."""
    return tuple(function for function, verbs in posts().items() if verb in verbs)


def check_combination(verbs: Iterable[str]) -> None:
    """Refuse a set of verbs that holds a forbidden pair.

    Raises:
        IncompatibleMandates: names the pair.
    """
    held = set(verbs)
    for pair in FORBIDDEN_PAIRS:
        if pair <= held:
            one, other = sorted(pair)
            raise IncompatibleMandates(one=one, other=other)
