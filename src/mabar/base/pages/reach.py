"""Which places a reader's mandates open to a page."""

from datetime import datetime

from django import forms
from django.http import HttpRequest

from mabar.base import doors, mandates
from mabar.base.models import Actor
from mabar.lib.refusals import Refusal


def reader(request: HttpRequest) -> Actor:
    """Give who reads; the page has asked for a sign-in before."""
    if not isinstance(request.user, Actor):
        raise ValueError("a page that nobody has signed in to asked who reads")
    return request.user


def places_for(request: HttpRequest, verb: str, at: datetime) -> list[str]:
    """Give the places at which the reader holds the verb.

    Raises:
        NotMandated: there is none.
    """
    actor = reader(request)
    mandates.require(actor, verb, at=at)
    return list(mandates.places_of(actor, verb, at))


def refused_in_form(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show the refusal of an act above the form that asked for it."""
    form.add_error(None, doors.refusal_as_text(refusal))
