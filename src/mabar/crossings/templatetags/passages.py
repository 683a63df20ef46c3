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
from django.utils.translation import gettext_lazy as _

from mabar.base import clocks, own_files, reach
from mabar.base.templatetags import speech
from mabar.base.templatetags.mabar import chip, hour, label_of, mass_kg, number, ref, sign, stamp, word
from mabar.crossings.pages.story import small_line_of
from mabar.crossings.queries import EventRow, PassageRow
from mabar.crossings.rules import Scan
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
TWO_SIDED_SIGNS = {
    "awaited": "waiting",
    "agreed": "done",
    "disagreed": "alert",
    "settled": "confirmed",
    "withdrawn": "unknown",
}
EXCEPTIONS = {"call_forward": "new", "put_back": "changed"}
ASK = _("Ask at the counter of the crossing.")
NEXT = {
    "announced": _("Come to the crossing; your place in the queue counts from your arrival there."),
    "queued": _("Stay near the truck; drive to your gate when it is called."),
    "gate_in": _("Drive to the weighbridge."),
    "weighed": _("Drive to the lane that the board of the yard shows for your truck."),
    "presented": _("Customs have the truck: stay near it and watch the board of the yard."),
    "gate_out": _("The truck has left the crossing."),
    "closed": _("The truck has left the crossing."),
    "diverted": _("Drive to the other crossing, at the hour of your permit."),
    "transshipped_km0": _("Your goods go on with another truck; yours may leave."),
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
def exception_sign(context: Context, act: str, reason: str = "") -> SafeString:
    """Say that a truck was called forward or put back, and with `reason` for what kind of reason."""
    said = word(context, "crossings", f"exception.{act}")
    if reason:
        said = f"{said} · {word(context, 'crossings', f'reason.{reason}')}"
    return sign(EXCEPTIONS[act], said)


@register.simple_tag
def minute_of_day(minute: int) -> SafeString:
    """Write a minute of the day as the clock shows it; the midnight at its end is 24:00."""
    return ref(f"{minute // 60:02}:{minute % 60:02}")


@register.simple_tag(takes_context=True)
def soon(context: Context, instant: datetime | None) -> SafeString:
    """Write an hour to come, with its day where that is not the day of the page's instant `at`."""
    return ref(_soon(context, instant, context["at"])) if instant else ref("")


@register.simple_tag(takes_context=True)
def soon_between(context: Context, earliest: datetime | None, latest: datetime | None) -> SafeString:
    """Write the hours between which something is expected, as one figure that reads from the earlier to the later."""
    if earliest is None or latest is None:
        return ref("")
    return ref(f"{_soon(context, earliest, context['at'])}–{_soon(context, latest, earliest)}")


@register.simple_tag(takes_context=True)
def wall_between(context: Context, earliest: datetime | None, latest: datetime | None) -> SafeString:
    """Write the same for the wall, where there is room for hours of today and for days that are not."""
    if earliest is None or latest is None:
        return ref("")
    told = [_soon(context, each, context["at"]).partition(" ")[0] for each in (earliest, latest)]
    return ref("–".join(dict.fromkeys(told)))


def _soon(context: Context, instant: datetime, beside: datetime) -> str:
    zone = context["place"].clock
    is_same_day = clocks.day_of(instant, zone) == clocks.day_of(beside, zone)
    return clocks.hour(instant, zone) if is_same_day else clocks.stamp(instant, zone)[5:]


@register.filter
def as_instant(text: str) -> datetime:
    """Read an instant that a record keeps as text."""
    return datetime.fromisoformat(text)


@register.simple_tag(takes_context=True)
def transshipment_sign(context: Context, state: str) -> SafeString:
    """Say the state of a transshipment in a table: shape and word."""
    return sign(TRANSSHIPMENT_SIGNS[state], word(context, "crossings", f"state.transshipment.{state}"))


@register.simple_tag(takes_context=True)
def transshipment_chip(context: Context, state: str) -> SafeString:
    """Say the state of the transshipment of the page."""
    return chip(TRANSSHIPMENT_SIGNS[state], word(context, "crossings", f"state.transshipment.{state}"))


@register.simple_tag(takes_context=True)
def two_sided_sign(context: Context, state: str) -> SafeString:
    """Say the state of what both sides count: shape and word."""
    return sign(TWO_SIDED_SIGNS[state], word(context, "crossings", f"state.two_sided_tally.{state}"))


@register.simple_tag(takes_context=True)
def two_sided_chip(context: Context, state: str) -> SafeString:
    """Say the state of the page's tally of both sides."""
    return chip(TWO_SIDED_SIGNS[state], word(context, "crossings", f"state.two_sided_tally.{state}"))


@register.simple_tag
def percent_of(term: str) -> SafeString:
    """Write a percentage that stands as exact decimal text, such as 0.5."""
    language = reach.language()
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
    language = reach.language()
    drawn = small_line_of(row, context["place"], language=language, now=timezone.now())
    return mark_safe(drawn)  # noqa: S308 - the drawing escapes every word that it was given


@register.simple_tag
def hour_at(instant: datetime, place: Any) -> SafeString:
    """Write the hour that the clock of another place shows."""
    return ref(clocks.hour(instant, place.clock))


@register.simple_tag(takes_context=True)
def hour_or_day(context: Context, instant: datetime, now: datetime) -> SafeString:
    """Write an hour on the clock of the page's place, with the day before it where that is not the day of `now`."""
    clock = context["place"].clock
    is_today = instant.astimezone(clock).date() == now.astimezone(clock).date()
    return hour(context, instant) if is_today else stamp(context, instant)


@register.simple_tag
def scan_of(event: EventRow) -> Scan:
    """Give the scan of which an event tells."""
    return Scan.of(event.facts["event_key"], event.facts)


@register.simple_tag
def passage_shape(state: str) -> SafeString:
    """Draw the shape of a truck's state within a page that loads no sprite."""
    return own_files.shape(speech.SIGNS["held" if state == "held" else SIGNS[state]].shape)


@register.simple_tag
def next_step(state: str) -> str:
    """Say what the driver does next; a state that leads nowhere sends him to the counter."""
    return str(NEXT.get(state, ASK))


@register.filter
def in_language(names: Mapping[str, str]) -> str:
    """Choose, of names by language, the reader's."""
    return names[reach.language()]


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
    return refusal.sentence(reach.language())
