"""How a page says the state of a truck, an agency, an act and an event."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from mabar.base import clocks
from mabar.base.templatetags.mabar import chip, label_of, mass_kg, number, ref, sign, word
from mabar.crossings.pages.story import small_line_of
from mabar.crossings.queries import PassageRow
from mabar.lib import numbers_text
from mabar.lib.refusals import Refusal
from mabar.lib.words import Sentence

register = template.Library()

# A truck still on the road is a dashed ring, as the crossing line draws what is only expected.
SIGNS = {
    "announced": "unknown",
    "queued": "waiting",
    "gate_in": "confirmed",
    "weighed": "confirmed",
    "presented": "waiting",
    "gate_out": "done",
    "closed": "done",
    "turned_back": "refused",
    "withdrawn": "unknown",
    "lapsed": "unknown",
    "diverted": "done",
    "transshipped_km0": "done",
}
DIVERSION_SIGNS = {"proposed": "waiting", "accepted": "confirmed", "refused": "refused", "withdrawn": "unknown"}
DIVERTED_SIGNS = {
    "proposed": "waiting",
    "offered": "new",
    "kept": "done",
    "declined": "changed",
    "expired": "unknown",
    "refused": "refused",
    "withdrawn": "unknown",
}
TRANSSHIPMENT_SIGNS = {
    "opened": "waiting",
    "unloading": "waiting",
    "tallied": "waiting",
    "stopped": "alert",
    "accepted": "confirmed",
    "loading": "waiting",
    "agreed": "confirmed",
    "done": "done",
    "abandoned": "unknown",
}


@register.simple_tag(takes_context=True)
def passage_sign(context: Context, state: str) -> SafeString:
    """Say the state of a truck in a table: shape and word."""
    return sign(SIGNS[state], word(context, "crossings", f"state.passage.{state}"))


@register.simple_tag(takes_context=True)
def passage_chip(context: Context, state: str) -> SafeString:
    """Say the state of the truck of the page."""
    return chip(SIGNS[state], word(context, "crossings", f"state.passage.{state}"))


@register.simple_tag(takes_context=True)
def diversion_sign(context: Context, state: str) -> SafeString:
    """Say the state of a diversion in a table: shape and word."""
    return sign(DIVERSION_SIGNS[state], word(context, "crossings", f"state.diversion.{state}"))


@register.simple_tag(takes_context=True)
def diversion_chip(context: Context, state: str) -> SafeString:
    """Say the state of the diversion of the page."""
    return chip(DIVERSION_SIGNS[state], word(context, "crossings", f"state.diversion.{state}"))


@register.simple_tag(takes_context=True)
def diverted_sign(context: Context, state: str) -> SafeString:
    """Say what became of a truck in a diversion."""
    return sign(DIVERTED_SIGNS[state], word(context, "crossings", f"state.diverted_truck.{state}"))


@register.simple_tag(takes_context=True)
def transshipment_sign(context: Context, state: str) -> SafeString:
    """Say the state of a transshipment in a table: shape and word."""
    return sign(TRANSSHIPMENT_SIGNS[state], word(context, "crossings", f"state.transshipment.{state}"))


@register.simple_tag(takes_context=True)
def transshipment_chip(context: Context, state: str) -> SafeString:
    """Say the state of the transshipment of the page."""
    return chip(TRANSSHIPMENT_SIGNS[state], word(context, "crossings", f"state.transshipment.{state}"))


@register.simple_tag
def percent_of(term: str) -> SafeString:
    """Write a percentage that stands as exact decimal text, such as 0.5."""
    language = (get_language() or "ar")[:2]
    return ref(f"{numbers_text.number(Decimal(term), language)}{numbers_text.UNIT_SPACE}%")


@register.simple_tag
def load_figure(load: Any) -> SafeString:
    """Write packages and gross mass of a load, or of a difference; a dash where nothing was counted."""
    if load is None:
        return ref("")
    return format_html(
        '<span class="load-figure">{} · {}</span>', number(load.packages), mass_kg(load.gross_mass_g, "kg")
    )


@register.simple_tag(takes_context=True)
def trade(context: Context, kind: str, key: str) -> str:
    """Say a word of the trade: `{% trade "event" "hold" %}`."""
    return word(context, "crossings", f"{kind}.{key}")


@register.simple_tag(takes_context=True)
def small_line(context: Context, row: PassageRow) -> SafeString:
    """Draw how far a truck has come between the two crossings."""
    language = (get_language() or "ar")[:2]
    drawn = small_line_of(row, context["place"], language=language, now=timezone.now())
    return mark_safe(drawn)  # noqa: S308 - the drawing escapes every word that it was given


@register.simple_tag
def hour_at(instant: datetime, place: Any) -> SafeString:
    """Write the hour that the clock of another place shows."""
    return ref(clocks.hour(instant, place.clock))


@register.filter
def in_language(names: Mapping[str, str]) -> str:
    """Choose, of names by language, the reader's."""
    return names[(get_language() or "ar")[:2]]


@register.filter
def cleared(declarations: Any) -> int:
    """Count the declarations that customs have let go."""
    return sum(each.is_cleared for each in declarations)


@register.filter
def at_key(table: Mapping[str, Any], key: str) -> Any:
    """Look up a key that is only known in the page."""
    return table.get(key)


@register.filter
def named(code: str, places: Mapping[str, Any]) -> str:
    """Name a crossing in the reader's language by its code."""
    return label_of(places[code])


@register.simple_tag
def told(refusal: Refusal) -> Sentence:
    """Say what happened and what to do, in the reader's language."""
    return refusal.sentence((get_language() or "ar")[:2])
