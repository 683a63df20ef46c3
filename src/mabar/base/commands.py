"""Acts on accounts: enrolling, mandates, passwords, API keys, signing in."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from allauth.mfa.models import Authenticator

from mabar.base import actors, journal, mandates, rules
from mabar.base.models import Actor, Agency, ApiKey, Firm, Mandate, Place, Post

_READABLE = "23456789abcdefghjkmnpqrstvwxyz"  # no sign that a person reading a slip takes for another


@dataclass(frozen=True)
class Enrolled:
    """A new or restored account and the one-time password, told once; a station has none."""

    actor: Actor
    password: str


@dataclass(frozen=True)
class MadeKey:
    """A new API key and its token, told once."""

    api_key: ApiKey
    token: str


def enrol_actor(
    actor: Actor,
    key: str,
    *,
    kind: str,
    name: str,
    place: Place,
    agency: Agency | None = None,
    firm: Firm | None = None,
    language: str = "ar",
    at: datetime,
) -> Enrolled:
    """Make the account of an officer, a declarant or a station.

    The name is kept out of the journal, which nobody could take it out of again.

    Raises:
        NotMandated, NotAKey, KeyTaken.
    """
    with journal.writes(actor, "base.enrol_actor", key, at=at, place=place.code, kind=kind):
        mandates.require(actor, "base.enrol_actor", place=place.code)
        rules.check_actor_key(key)
        if Actor.objects.filter(key__iexact=key).exists():
            raise rules.KeyTaken(key=key)
        enrolled = Actor(key=key, kind=kind, name=name, place=place, agency=agency, firm=firm, language=language)
        password = _give_one_time_password(enrolled, at) if kind in rules.PEOPLE else _give_no_password(enrolled)
        enrolled.save()
    return Enrolled(enrolled, password)


def _give_one_time_password(actor: Actor, at: datetime) -> str:
    # 16 signs of 30: 78 bits, in groups that a person can read from a slip
    signs = [secrets.choice(_READABLE) for _ in range(16)]
    password = "-".join("".join(signs[start : start + 4]) for start in range(0, 16, 4))
    actor.set_password(password)
    actor.one_time_until_at = at + rules.ONE_TIME_LASTS
    return password


def _give_no_password(actor: Actor) -> str:
    actor.set_unusable_password()
    return ""


def reset_password(actor: Actor, key: str, *, at: datetime) -> Enrolled:
    """Replace a forgotten password by a one-time password; every session of the account ends with the old one.

    Raises:
        NotMandated, NoSuchRecord, OwnMandate, BeyondOwnMandate, NoPasswordForKind.
    """
    holder = actors.by_key(key)
    with journal.writes(actor, "base.reset_password", key, at=at, place=holder.place_id or ""):
        _require_over(actor, "base.reset_password", holder, at)
        rules.check_has_password(holder.kind)
        password = _give_one_time_password(holder, at)
        holder.save(update_fields=["password", "one_time_until_at"])
    return Enrolled(holder, password)


def remove_factors(actor: Actor, key: str, *, at: datetime) -> int:
    """Remove the second factors of a person who has lost them, and return how many there were.

    Raises:
        NotMandated, NoSuchRecord, OwnMandate, BeyondOwnMandate.
    """
    holder = actors.by_key(key)
    with journal.writes(actor, "base.remove_factors", key, at=at, place=holder.place_id or "") as line:
        _require_over(actor, "base.reset_password", holder, at)
        removed = int(Authenticator.objects.filter(user=holder).delete()[0])
        line.note(removed=removed)
    return removed


def _require_over(actor: Actor, verb: str, holder: Actor, at: datetime) -> None:
    mandates.require(actor, verb, place=holder.place_id or mandates.EVERYWHERE)
    rules.check_other(actor.key, holder.key)
    # who opens another's account can act in it, so it is as if he were given what the other administers
    for mandate in mandates.held_by(holder, at).select_related("post"):
        _check_not_beyond(actor, mandate, at)


def _check_not_beyond(actor: Actor, mandate: Mandate, at: datetime) -> None:
    for verb in rules.administering(mandate.post.function):
        if not mandates.may(actor, verb, place=mandate.place_id or mandates.EVERYWHERE, at=at):
            raise rules.BeyondOwnMandate(verb=verb)


def change_password(actor: Actor, key: str, *, password: str, at: datetime) -> None:
    """Take the password that the actor has chosen himself; a one-time password ends with it.

    Raises:
        NotMandated, SamePassword.
    """
    with journal.writes(actor, "base.change_password", key, at=at):
        mandates.require_own(actor, key, "base.change_password")
        if actor.check_password(password):
            raise rules.SamePassword()
        actor.set_password(password)
        actor.one_time_until_at = None
        actor.save(update_fields=["password", "one_time_until_at"])


def choose_language(actor: Actor, key: str, *, language: str, at: datetime) -> None:
    """Set the language in which the actor reads.

    Raises:
        NotMandated.
    """
    with journal.writes(actor, "base.choose_language", key, at=at, language=language):
        mandates.require_own(actor, key, "base.choose_language")
        actor.language = language
        actor.save(update_fields=["language"])


def grant_mandate(
    actor: Actor,
    key: str,
    *,
    function: str,
    place: Place | None,
    from_on: date,
    until_on: date | None,
    at: datetime,
) -> Mandate:
    """Give the actor `key` a post at `place` (none: at every place) from day to day.

    Raises:
        NotMandated, NoSuchRecord, OwnMandate, FunctionNotForKind, BeyondOwnMandate, EndsBeforeItBegins,
        IncompatibleMandates.
    """
    code = place.code if place else ""
    days = {"from_on": from_on, "until_on": until_on}
    with journal.writes(actor, "base.grant_mandate", key, at=at, place=code, function=function, **days) as line:
        mandates.require(actor, "base.grant_mandate", place=code or mandates.EVERYWHERE)
        holder = _locked(key)
        rules.check_other(actor.key, key)
        where = code or mandates.EVERYWHERE
        held = [verb for verb in rules.ADMINISTERING if mandates.may(actor, verb, place=where, at=at)]
        rules.check_grant(function, kind=holder.kind, held=held, from_on=from_on, until_on=until_on)
        for other in mandates.overlapping(holder, place=place, from_on=from_on, until_on=until_on):
            rules.check_combination({*rules.verbs_of(function), *rules.verbs_of(other.post.function)})
        post, _ = Post.objects.get_or_create(agency=holder.agency, function=function)
        mandate = Mandate.objects.create(actor=holder, post=post, place=place, from_on=from_on, until_on=until_on)
        line.note(granted=str(mandate))
    return mandate


def _locked(key: str) -> Actor:
    # two administrators who grant at once must see each other's mandate
    holder = Actor.objects.select_for_update().filter(key=key, is_active=True).first()
    if holder is None:
        raise rules.NoSuchRecord(key=key)
    return holder


def end_mandate(actor: Actor, key: int, *, at: datetime) -> Mandate:
    """End a mandate at once, before its last day.

    Raises:
        NotMandated, NoSuchRecord, OwnMandate, BeyondOwnMandate, OutOfTurn.
    """
    mandate = Mandate.objects.select_related("actor", "post").filter(pk=key).first()
    if mandate is None:
        raise rules.NoSuchRecord(key=f"M-{key}")
    code = mandate.place_id or ""
    holder = mandate.actor.key
    with journal.writes(actor, "base.end_mandate", holder, at=at, place=code, ended=str(mandate)):
        mandates.require(actor, "base.end_mandate", place=code or mandates.EVERYWHERE)
        rules.check_other(actor.key, holder)
        _check_not_beyond(actor, mandate, at)
        if not Mandate.objects.filter(pk=key, ended_at=None).update(ended_at=at):
            raise rules.OutOfTurn(verb="base.end_mandate", state="ended")
    mandate.ended_at = at
    return mandate


def close_account(actor: Actor, key: str, *, at: datetime) -> Actor:
    """Close the account of one who has left: its mandates, API keys and sessions end at once, for good.

    The account stays on record and its key is never borne again: the journal names it.

    Raises:
        NotMandated, NoSuchRecord, OwnMandate, BeyondOwnMandate, AccountNotClosed, AccountClosed.
    """
    holder = Actor.objects.filter(key=key).first()
    if holder is None:
        raise rules.NoSuchRecord(key=key)
    with journal.writes(actor, "base.close_account", key, at=at, place=holder.place_id or "") as line:
        _require_over(actor, "base.close_account", holder, at)
        rules.check_can_close(holder.kind)
        if not Actor.objects.filter(pk=holder.pk, is_active=True).update(is_active=False):
            raise rules.AccountClosed(key=key)
        _give_no_password(holder)
        holder.one_time_until_at, holder.is_active = None, False
        holder.save(update_fields=["password", "one_time_until_at", "is_active"])
        ended = Mandate.objects.filter(actor=holder, ended_at=None).update(ended_at=at)
        revoked = ApiKey.objects.filter(actor=holder, revoked_at=None).update(revoked_at=at)
        line.note(mandates_ended=ended, keys_revoked=revoked)
    return holder


def make_api_key(actor: Actor, key: str, *, scopes: Iterable[str], expires_at: datetime, at: datetime) -> MadeKey:
    """Make an API key for the station or declarant `key`; only the hash of its secret is kept.

    The secret has 256 random bits, so a plain SHA-256 of it cannot be tried out.

    Raises:
        NotMandated, NoSuchRecord, NoKeyForKind, ScopeNotMandated, KeyLastsTooLong.
    """
    holder = actors.by_key(key)
    opened = sorted(set(scopes))
    with journal.writes(actor, "base.make_api_key", key, at=at, scopes=opened, expires_at=expires_at) as line:
        mandates.require(actor, "base.make_api_key", place=holder.place_id or mandates.EVERYWHERE)
        held = mandates.verbs_of(holder, at)
        rules.check_api_key(holder.kind, scopes=opened, held=held, at=at, expires_at=expires_at)
        prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        digest = sha256(secret.encode()).hexdigest()
        api_key = ApiKey.objects.create(
            actor=holder, prefix=prefix, digest=digest, scopes=opened, made_at=at, expires_at=expires_at
        )
        line.note(prefix=prefix)
    return MadeKey(api_key, f"mabar_{prefix}_{secret}")


def revoke_api_key(actor: Actor, key: str, *, at: datetime) -> ApiKey:
    """End an API key at once; `key` is its prefix.

    Raises:
        NotMandated, NoSuchRecord, OutOfTurn.
    """
    api_key = ApiKey.objects.select_related("actor").filter(prefix=key).first()
    if api_key is None:
        raise rules.NoSuchRecord(key=key)
    holder = api_key.actor
    with journal.writes(actor, "base.revoke_api_key", holder.key, at=at, prefix=key):
        mandates.require(actor, "base.revoke_api_key", place=holder.place_id or mandates.EVERYWHERE)
        if not ApiKey.objects.filter(prefix=key, revoked_at=None).update(revoked_at=at):
            raise rules.OutOfTurn(verb="base.revoke_api_key", state="revoked")
    api_key.revoked_at = at
    return api_key


def note_sign_in(actor: Actor, key: str, *, at: datetime) -> None:
    """Record, in the node's name, that the actor `key` has signed in."""
    with journal.writes(actor, "base.sign_in", key, at=at):
        mandates.require(actor, "base.sign_in")


def note_failed_sign_in(actor: Actor, key: str, *, at: datetime) -> None:
    """Record, in the node's name, that somebody failed to sign in as `key`.

    What was typed is kept only where it is the key of an account: people type passwords into the wrong field.
    """
    known = key if Actor.objects.filter(key=key).exists() else ""
    with journal.writes(actor, "base.sign_in_failed", known, at=at):
        mandates.require(actor, "base.sign_in_failed")
