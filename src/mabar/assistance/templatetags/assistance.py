"""How a page says the state of a request, a query and a consent, and whose turn it is."""

from datetime import datetime

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from mabar.assistance import queries
from mabar.base.models import Place
from mabar.base.reach import language
from mabar.base.templatetags.mabar import chip, sign, word
from mabar.declarations import reference
from mabar.exchange.queries import purpose_word as worded
from mabar.lib import words
from mabar.lib.refusals import Refusal
from mabar.lib.words import Sentence

register = template.Library()

SIGNS = {
    "request": {
        "draft": "unknown",
        "oral": "alert",
        "sent": "unknown",
        "acknowledged": "confirmed",
        "returned": "alert",
        "postponed": "unknown",
        "answered": "done",
        "refused": "alert",
        "withdrawn": "unknown",
        "lapsed": "unknown",
    },
    "query": {"asked": "unknown", "answered": "done", "refused": "alert", "lapsed": "unknown"},
    "consent": {"asked": "unknown", "given": "confirmed", "refused": "alert"},
}


@register.simple_tag(takes_context=True)
def state_sign(context: Context, record: str, state: str) -> SafeString:
    """Say a state in a table: shape and word."""
    return sign(SIGNS[record][state], word(context, "assistance", f"state.{record}.{state}"))


@register.simple_tag(takes_context=True)
def state_chip(context: Context, record: str, state: str) -> SafeString:
    """Say the state of the page's record."""
    return chip(SIGNS[record][state], word(context, "assistance", f"state.{record}.{state}"))


@register.simple_tag(takes_context=True)
def trade(context: Context, kind: str, key: str) -> str:
    """Say a word of the trade: `{% trade "event" "acknowledge" %}`."""
    return word(context, "assistance", f"{kind}.{key}")


@register.simple_tag
def purpose_word(code: str) -> str:
    """Say a purpose."""
    return worded(code, language())


@register.simple_tag
def told(refusal: Refusal) -> Sentence:
    """Say what happened and what to do, in the reader's language."""
    return refusal.sentence(language())


@register.simple_tag
def not_taken(code: str) -> Sentence | None:
    """Say why the other side did not take a message, where this side has the sentence of its code."""
    name = "".join(part.capitalize() for part in code.removeprefix("rule.").split("-"))
    if name not in words.table("assistance", "refusals"):
        return None
    return words.sentence("assistance", name, language(), {})


@register.simple_tag
def place_word(code: str) -> str:
    """Name a node by the name of its place; its code where that is not known here."""
    place = Place.objects.filter(code=code).first()
    return place.name_in(language()) if place else code


@register.simple_tag
def administration_word(code: str) -> str:
    """Name an administration by its country."""
    country = reference.country(code.upper())
    return country.name(language()) if country else code


@register.filter
def is_past(due: tuple[str, datetime] | None, at: datetime) -> bool:
    """Tell whether a due instant has passed."""
    return due is not None and due[1] <= at


@register.filter
def by_node(row: queries.EventRow) -> bool:
    """Tell whether the clock of the node did it."""
    return row.by == "node"


@register.simple_tag
def post_word(function: str) -> str:
    """Say a post; its code where this side has no word for it."""
    return words.table("base", "words").get(f"post.{function}", {}).get(language(), function)
