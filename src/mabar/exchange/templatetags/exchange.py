"""How a page says the state of a line or a message, a kind, a purpose, a field, and why something is as it is."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mabar.base import doors, reach
from mabar.base.templatetags.mabar import chip, shown, sign, stamp, word
from mabar.exchange import findings
from mabar.exchange.protocol.terms_compared import Difference
from mabar.exchange.queries import kinds
from mabar.lib.refusals import Refusal
from mabar.lib.words import Sentence

register = template.Library()

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")

LINES = {"carries": "link-up", "cut": "link-cut", "failing": "link-cut", "silent": "waiting", "never": "unknown"}
MESSAGES = {
    "waiting": "waiting",
    "not_sent": "refused",
    "on_way": "waiting",
    "stored": "confirmed",
    "not_opened": "waiting",
    "accepted": "done",
    "late": "alert",
    "refused": "refused",
    "held": "held",
    "erased": "unknown",
    "again": "waiting",
}


@register.simple_tag(takes_context=True)
def exchange_word(context: Context, kind: str, key: object) -> str:
    """Say a word of the exchange: `{% exchange_word "class" 0 %}`."""
    return word(context, "exchange", f"{kind}.{key}")


@register.simple_tag(takes_context=True)
def line_sign(context: Context, state: str) -> SafeString:
    """Say what a line does: shape and word."""
    return sign(LINES[state], word(context, "exchange", f"line.{state}"))


@register.simple_tag(takes_context=True)
def message_sign(context: Context, state: str) -> SafeString:
    """Say in a table what has become of a message."""
    return sign(MESSAGES[state], word(context, "exchange", f"state.message.{state}"))


@register.simple_tag(takes_context=True)
def message_chip(context: Context, state: str) -> SafeString:
    """Say what has become of the message of the page."""
    return chip(MESSAGES[state], word(context, "exchange", f"state.message.{state}"))


@register.simple_tag
def kind_named(kind: str) -> SafeString:
    """Name a kind in words; one without a word by its code."""
    return _or_code(kinds.kind_word(kind, reach.language()), kind.partition("/")[0])


@register.simple_tag
def purpose_named(purpose: str) -> SafeString:
    """Name a purpose in words."""
    return _or_code(kinds.purpose_word(purpose, reach.language()), purpose)


@register.simple_tag
def field_named(kind: str, path: str) -> SafeString:
    """Name a field of a kind in words."""
    return _or_code(kinds.field_word(kind, path, reach.language()), path)


@register.simple_tag(takes_context=True)
def part_said(context: Context, difference: Difference, value: str) -> SafeString:
    """Say one value of what differs between two terms: fields, purposes and agencies by name, the rest as it stands."""
    if difference.part in ("fields", "masked"):
        path = format_html('<bdi dir="ltr" class="quiet may-break">{}</bdi>', value)
        return format_html("{} {}", field_named(difference.kind, value), path)
    if difference.part == "purposes":
        return purpose_named(value)
    if difference.part == "to_agencies":
        return format_html("{}", word(context, "base", agency_key(value)))
    if difference.part == "onward":
        return format_html("{}", word(context, "exchange", f"onward.{value}"))
    return format_html('<bdi class="may-break">{}</bdi>', value)


@register.simple_tag(takes_context=True)
def value_said(context: Context, value: object) -> SafeString:
    """Say a value as it crossed; an instant on the clock of the page's place, with what was written beneath it."""
    if isinstance(value, str) and INSTANT.fullmatch(value):
        told = stamp(context, datetime.fromisoformat(value))
        return format_html('{}<div class="quiet"><bdi dir="ltr">{}</bdi></div>', told, value)
    return format_html('<bdi dir="auto" class="may-break">{}</bdi>', shown(value))


def _or_code(said: str, code: str) -> SafeString:
    return format_html('<bdi dir="ltr">{}</bdi>', code) if said == code else format_html("{}", said)


@register.simple_tag
def finding(code: str, facts: Mapping[str, Any]) -> Sentence:
    """Say why a message is as it is, and what to do."""
    return findings.say(code, facts, reach.language())


@register.simple_tag
def told(refusal: Refusal) -> Sentence:
    """Say what happened and what to do, in the reader's language."""
    return doors.refusal_in_words(refusal)


@register.simple_tag
def node_named(names: Mapping[str, str], code: str) -> SafeString:
    """Name a node in the reader's language; by its code where no descriptor names it."""
    return _or_code(names.get(reach.language(), code), code)


@register.filter
def facts_of(row: Any) -> list[tuple[str, object]]:
    """List the facts that came with an answer."""
    return sorted(row.facts.items())


@register.filter
def verb_key(act: str) -> str:
    """Give the key of an act's word."""
    return f"verb.exchange.{act}"


@register.filter
def administration_key(code: str) -> str:
    """Give the key of an administration's word."""
    return f"administration.{code}"


@register.filter
def agency_key(code: str) -> str:
    """Give the key of an agency's word."""
    return f"agency.{code}"
