"""How a page says the state of a declaration, an act and a word of the trade.  `{% load desk %}`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mabar.base import doors, reach
from mabar.base.templatetags.mabar import chip, duration, lane_sign, money, ref, sign, word
from mabar.declarations import queries, rules
from mabar.declarations.pages import acts
from mabar.declarations.sad_parts import Amount
from mabar.declarations.templatetags.sad import amount
from mabar.lib.identifiers import dotted_tariff_code
from mabar.lib.refusals import Refusal
from mabar.lib.words import Sentence

register = template.Library()

SIGNS = {
    "documents_checked": "confirmed",
    "scanned": "confirmed",
    "inspected": "confirmed",
    "guaranteed": "confirmed",
    "paid": "confirmed",
    "released": "done",
    "closed": "done",
    "refused": "refused",
    "cancelled": "unknown",
}


@register.simple_tag(takes_context=True)
def term(context: Context, kind: str, key: str) -> str:
    """Say a word of declarations: `{% term "thing" "origin" %}`."""
    return word(context, "declarations", f"{kind}.{key}")


@register.simple_tag(takes_context=True)
def declaration_sign(context: Context, row: queries.DeclarationRow) -> SafeString:
    """Say the state of a declaration in a table."""
    if row.is_queried:
        return sign("alert", term(context, "state.declaration", "queried"))
    return sign(SIGNS.get(row.state, "waiting"), term(context, "state.declaration", row.state))


@register.simple_tag(takes_context=True)
def declaration_chip(context: Context, row: queries.DeclarationRow) -> SafeString:
    """Say what the declaration of the page waits for, or, where it waits for nothing, its state."""
    awaited = acts.awaited(row)
    if awaited:
        return chip("alert" if awaited == "settle_query" else "waiting", str(acts.AWAITING[awaited]))
    return chip(SIGNS.get(row.state, "waiting"), term(context, "state.declaration", row.state))


@register.simple_tag
def waits(row: queries.DeclarationRow, at: datetime) -> SafeString:
    """Say how long the declaration has stood where it stands; nothing once its way is over."""
    is_over = row.state in ("released", "closed", *rules.DEAD)
    return duration(None if is_over else max(at - row.since, timedelta(0)))


@register.simple_tag(takes_context=True)
def awaiting(context: Context, act: str) -> str:
    """Say the list of those that wait for an act."""
    return str(acts.AWAITING[act])


@register.filter
def dotted(code: str) -> str:
    """Write a tariff code with its points."""
    return dotted_tariff_code(code) if code.isdecimal() and len(code) > 4 else code


@register.filter
def in_language(names: Mapping[str, str]) -> str:
    """Choose, of names by language, the reader's."""
    return names[reach.language()]


@register.filter
def at_key(table: Mapping[str, Any], key: str) -> Any:
    """Look up a key that is only known in the page."""
    return table.get(key)


@register.filter
def seal(leaf: str) -> str:
    """Shorten the seal of a line to what a person compares by eye."""
    return f"{leaf[:4]}…{leaf[-2:]}"


@register.simple_tag
def refusal_said(refusal: Refusal) -> Sentence:
    """Say a refusal in the reader's language."""
    return doors.refusal_in_words(refusal)


@register.simple_tag
def price(item: queries.ItemRow, bare: str = "") -> SafeString:
    """Write the price of an item; one whose currency nobody said stands alone."""
    if item.price_minor is None or not item.currency:
        return amount(Amount(item.price_minor, "") if item.price_minor is not None else None)
    return money(item.price_minor, item.currency, bare)


@register.simple_tag(takes_context=True)
def claimed(context: Context, state: str) -> str:
    """Say what another system claims of the declaration."""
    known = {"guaranteed": "state.declaration", "refused": "state.declaration", "cancelled": "state.declaration"}
    return term(context, known.get(state, "claimed"), "paid" if state == "receipted" else state)


@register.simple_tag(takes_context=True)
def told(context: Context, line: queries.LineRow) -> SafeString:
    """Say, of the facts of a line, what its reader would ask first; nothing where they are erased."""
    facts = line.facts
    parts: list[SafeString] = []
    if facts.get("lane") in rules.LANES:
        parts.append(lane_sign(context, facts["lane"]))
    if isinstance(facts.get("amount_minor"), int) and facts.get("currency"):
        parts.append(money(facts["amount_minor"], facts["currency"]))
    parts += [ref(facts[name]) for name in ("number", "reference", "image") if facts.get(name)]
    parts += [format_html("<bdi>{}</bdi>", facts[name]) for name in ("reason", "text", "remark") if facts.get(name)]
    return format_html_join("", ' <span class="quiet">· {}</span>', ((part,) for part in parts))
