"""How a page says the state of a movement, what was noted of a seal, and what is due."""

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from mabar.base.models import Place
from mabar.base.reach import language
from mabar.base.templatetags.mabar import chip, sign, word
from mabar.lib.refusals import Refusal
from mabar.lib.words import Sentence

register = template.Library()

SIGNS = {
    "lodged": "unknown",
    "accepted": "unknown",
    "under_control": "unknown",
    "guarantee_refused": "alert",
    "released": "confirmed",
    "not_released": "alert",
    "arrived": "confirmed",
    "unloading": "confirmed",
    "remarked": "confirmed",
    "discharged": "done",
    "enquiry": "alert",
    "recovery": "alert",
    "invalidated": "unknown",
}
SEALS = {"affixed": "confirmed", "intact": "done", "replaced": "confirmed"}


@register.simple_tag(takes_context=True)
def movement_sign(context: Context, state: str) -> SafeString:
    """Say the state of a movement in a table: shape and word."""
    return sign(SIGNS[state], word(context, "transit", f"state.movement.{state}"))


@register.simple_tag(takes_context=True)
def movement_chip(context: Context, state: str) -> SafeString:
    """Say the state of the movement of the page."""
    return chip(SIGNS[state], word(context, "transit", f"state.movement.{state}"))


@register.simple_tag(takes_context=True)
def incident_chip(context: Context) -> SafeString:
    """Say that an incident was noted of the movement of the page."""
    return chip("alert", word(context, "transit", "event.note_incident"))


@register.simple_tag(takes_context=True)
def seal_sign(context: Context, note: str) -> SafeString:
    """Say what was noted of a seal: shape and word."""
    return sign(SEALS.get(note, "alert"), word(context, "transit", f"seal.{note}"))


@register.simple_tag(takes_context=True)
def trade(context: Context, kind: str, key: str) -> str:
    """Say a word of the trade: `{% trade "event" "arrive" %}`."""
    return word(context, "transit", f"{kind}.{key}")


@register.simple_tag
def place_name(places: dict[str, Place], code: str) -> str:
    """Name a place in the reader's language; its code where it is not known here."""
    known = places.get(code)
    return known.name_in(language()) if known else code or "–"


@register.simple_tag
def told(refusal: Refusal) -> Sentence:
    """Say what happened and what to do, in the reader's language."""
    return refusal.sentence(language())


@register.filter
def at_key(table: dict[str, object], key: str) -> object:
    """Look up a key that is only known in the page."""
    return table.get(key)


GUARANTEES = {"in_force": "confirmed", "revoked": "alert", "expired": "unknown"}
DRAWS = {"drawn": "confirmed", "freed": "done", "claimed": "alert", "settled": "done"}


@register.simple_tag(takes_context=True)
def guarantee_sign(context: Context, phase: str) -> SafeString:
    """Say how a guarantee stands in a table: shape and word."""
    return sign(GUARANTEES[phase], word(context, "transit", f"state.guarantee.{phase}"))


@register.simple_tag(takes_context=True)
def guarantee_chip(context: Context, phase: str) -> SafeString:
    """Say how the guarantee of the page stands."""
    return chip(GUARANTEES[phase], word(context, "transit", f"state.guarantee.{phase}"))


@register.simple_tag(takes_context=True)
def draw_sign(context: Context, state: str) -> SafeString:
    """Say what became of a draw: shape and word."""
    return sign(DRAWS[state], word(context, "transit", f"state.draw.{state}"))
