"""How a page says the state of a proof, a presented proof and a verification, and a verdict."""

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mabar.base import qr, reach
from mabar.base.templatetags import speech
from mabar.base.templatetags.mabar import chip, sign, word
from mabar.declarations import reference
from mabar.lib import words
from mabar.lib.refusals import Refusal
from mabar.lib.words import Sentence

register = template.Library()

SIGNS = {
    "proof": {
        "applied": "waiting", "checked": "waiting", "issued": "confirmed", "refused": "refused",
        "withdrawn": "alert", "replaced": "changed", "expired": "unknown",
    },
    "presentation": {
        "presented": "waiting", "under_verification": "waiting", "confirmed": "confirmed",
        "not_confirmed": "refused", "revoked": "alert",
    },
    "verification": {"asked": "waiting", "overdue": "alert", "answered": "done"},
    "verdict": {
        "valid": "confirmed", "expired": "alert", "withdrawn": "refused", "replaced": "changed", "stopped": "refused",
        "out_of_force": "refused", "unchecked": "unknown", "altered": "refused",
    },
    "outcome": {"authentic": "confirmed", "not_authentic": "refused", "not_confirmed": "alert"},
}  # fmt: skip


def _key(record: str, state: str) -> str:
    return f"{record}.{state}" if record in ("verdict", "outcome") else f"state.{record}.{state}"


@register.simple_tag(takes_context=True)
def state_sign(context: Context, record: str, state: str) -> SafeString:
    """Say a state in a table: shape and word."""
    return sign(SIGNS[record][state], word(context, "origin", _key(record, state)))


@register.simple_tag(takes_context=True)
def state_chip(context: Context, record: str, state: str) -> SafeString:
    """Say the state of the page's record."""
    return chip(SIGNS[record][state], word(context, "origin", _key(record, state)))


@register.simple_tag(takes_context=True)
def trade(context: Context, kind: str, key: str) -> str:
    """Say a word of the trade: `{% trade "event" "issue" %}`."""
    return word(context, "origin", f"{kind}.{key}")


@register.simple_tag
def told(refusal: Refusal) -> Sentence:
    """Say what happened and what to do, in the reader's language."""
    return refusal.sentence(reach.language())


@register.simple_tag
def country_name(code: str) -> str:
    """Name a country in the reader's language."""
    country = reference.country(code)
    return country.name(reach.language()) if country else code or "–"


@register.simple_tag
def criterion_words(agreement: str, code: str) -> str:
    """Say an origin criterion."""
    return words.word("origin", f"criterion.{agreement}.{code}", reach.language())


@register.simple_tag
def written(text: str) -> SafeString:
    """Set what the applicant wrote apart, with its own direction told: what makes PDF does not find it out."""
    return format_html('<bdi dir="{}">{}</bdi>', "rtl" if speech.has_arabic(text) else "ltr", text or "–")


@register.simple_tag
def code_drawn(text: str, label: str) -> SafeString:
    """Draw the code of a certificate as a QR code in alphanumeric mode."""
    return qr.drawn(text, label)


@register.filter
def at_key(table: dict[str, object], key: str) -> object:
    """Look up a key that is only known in the page."""
    return table.get(key)
