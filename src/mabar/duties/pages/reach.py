"""Who reads a page of duties, and in which language."""

from django.http import HttpRequest
from django.utils.translation import get_language

from mabar.base.models import Actor
from mabar.lib.words import LANGUAGES


def reader(request: HttpRequest) -> Actor:
    """Give who reads; the page has asked for a sign-in before."""
    if not isinstance(request.user, Actor):
        raise ValueError("a page that nobody has signed in to asked who reads")
    return request.user


def language() -> str:
    """Give the reader's language: ar, fr or en."""
    code = (get_language() or "ar")[:2]
    return code if code in LANGUAGES else "ar"
