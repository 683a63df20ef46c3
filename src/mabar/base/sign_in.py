"""Signing in: by key and password, then a second factor; accounts are made by an administrator, never by a visitor."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django import forms
from django.contrib.auth import signals
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mabar.base import actors, commands, doors, gates, rules
from mabar.base.models import Actor

log = logging.getLogger(__name__)
WAIT_S = 300  # the span over which failures on one account are counted


class ActorAdapter(DefaultAccountAdapter):
    """What this node changes in allauth's way of signing in."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("Sign-in name or password is not right. Check both, then sign in again."),
        "incorrect_password": _("The password is not right. Type it again."),
        "enter_current_password": _("The present password is not right. Type it again."),
        "incorrect_code": _("The code is not right, or its time is over. Take the one that the app shows now."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for himself."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: a node knows no mail addresses; a forgotten password is replaced at the desk."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt.

        Raises:
            TooManyRequests: too many failures from this address, or on this account.
        """
        try:
            super().pre_authenticate(request, **credentials)
        except forms.ValidationError:
            raise rules.TooManyRequests(seconds=WAIT_S) from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Actor | None:
        """Find the actor whose key and password these are.

        Raises:
            OneTimePasswordOver: the password was given out too long ago.
        """
        actor: Actor | None = super().authenticate(request, **credentials)
        if actor is not None and actor.one_time_until_at is not None and actor.one_time_until_at <= doors.now():
            raise rules.OneTimePasswordOver(until=actor.one_time_until_at.date())
        return actor

    def clean_password(self, password: str, user: Actor | None = None) -> str:
        """Refuse the old password as the new one while the form can still say so."""
        cleaned = str(super().clean_password(password, user=user))
        if user is not None and user.check_password(cleaned):
            raise forms.ValidationError(doors.refusal_as_text(rules.SamePassword()))
        return cleaned

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead on to the front page; whoever signs in anew is not led back to a password that is changed."""
        return "/"

    def set_password(self, user: Actor, password: str) -> None:
        """Take the password that the actor has chosen, through the command that journals it."""
        commands.change_password(user, user.key, password=password, at=doors.now())


def listen() -> None:
    """Journal every sign-in and every failure."""
    signals.user_logged_in.connect(_signed_in, dispatch_uid="mabar.signed_in")
    signals.user_login_failed.connect(_failed, dispatch_uid="mabar.sign_in_failed")
    authentication_failed.connect(_factor_failed, dispatch_uid="mabar.factor_failed")
    authenticator_added.connect(_factors_changed, dispatch_uid="mabar.factor_added")
    authenticator_removed.connect(_factors_changed, dispatch_uid="mabar.factor_removed")


def _signed_in(sender: object, request: HttpRequest, user: Actor, **kwargs: Any) -> None:
    moment = doors.now()
    request.session["began_at"] = request.session["seen_at"] = moment.timestamp()
    request.session[gates.HAS_FACTOR] = gates.has_factor(user)
    _note(commands.note_sign_in, user.key, moment)


def _factors_changed(sender: object, request: HttpRequest, user: Actor, **kwargs: Any) -> None:
    request.session[gates.HAS_FACTOR] = gates.has_factor(user)


def _failed(sender: object, credentials: dict[str, Any], **kwargs: Any) -> None:
    _note(commands.note_failed_sign_in, str(credentials.get("username", "")), doors.now())


def _factor_failed(sender: object, user: Actor, **kwargs: Any) -> None:
    _note(commands.note_failed_sign_in, user.key, doors.now())


def _note(command: Callable[..., None], key: str, at: datetime) -> None:
    # who signs in must not be stopped by a line that could not be written; the fault stands in the log
    try:
        command(actors.node(), key, at=at)
    except Exception:
        log.exception("a sign-in was not journalled")
