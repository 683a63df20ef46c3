"""The tags of every page.  `{% load mabar %}`; docs/look.md lists them with one line of use each."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from mabar.base import clocks, own_files
from mabar.base.templatetags import speech
from mabar.lib import dates_text, numbers_text, words

register = template.Library()

NOTHING = "–"
DEFAULT_COUNTRY = "dz"  # whose month names stand where no place is known
UTC = ZoneInfo("UTC")


def _language() -> str:
    language = (get_language() or "ar")[:2]
    return language if language in words.LANGUAGES else "ar"


def _place(context: Context) -> Any:
    """The place whose time the page shows: the page's own, else that of the reader's screen."""
    here = context.get("place")
    if hasattr(here, "clock"):
        return here
    return getattr(context.get("screen"), "place", None)


def _zone(context: Context) -> ZoneInfo:
    place = _place(context)
    return place.clock if place is not None else UTC


def _country(context: Context) -> str:
    place = _place(context)
    return str(place.administration_id) if place is not None else DEFAULT_COUNTRY


def _isolated(text: str) -> SafeString:
    return format_html('<bdi dir="ltr">{}</bdi>', text)


def _is_nothing(value: object) -> bool:
    return value is None or value == ""


def _figure(text: str) -> SafeString:
    """Isolate a figure with its unit; an Arabic unit turns the isolate, so that it follows its number as it is read."""
    return format_html("<bdi>{}</bdi>", text) if speech.has_arabic(text) else _isolated(text)


@register.simple_tag
def ref(value: object) -> SafeString:
    """Set a code, plate, seal, file or Latin name apart from the direction of the text around it."""
    return _isolated(NOTHING if _is_nothing(value) else str(value))


@register.simple_tag
def number(value: int | Decimal | str | None) -> SafeString:
    """Write a number with the decimals that it has."""
    return _isolated(NOTHING if _is_nothing(value) else numbers_text.number(Decimal(str(value)), _language()))


@register.simple_tag
def mass_kg(mass_g: int | None, unit: str = "") -> SafeString:
    """Write grams as kilograms with three places; with `"kg"` as second word, with the unit in the reader's words."""
    if mass_g is None:
        return _isolated(NOTHING)
    written = numbers_text.mass_kg_with_unit if unit else numbers_text.mass_kg
    return _figure(written(mass_g, _language()))


@register.simple_tag
def money(minor: int | None, currency: str, bare: str = "") -> SafeString:
    """Write an amount of minor units with its currency; with `"bare"`, without it (columns whose head names it)."""
    if minor is None:
        return _isolated(NOTHING)
    text = numbers_text.money(minor, currency, _language())
    return _isolated(text.removesuffix(numbers_text.UNIT_SPACE + currency) if bare else text)


@register.simple_tag
def percent(ratio: Decimal | float | str | None) -> SafeString:
    """Write a ratio such as 0.029 as 2,9 %."""
    return _isolated(NOTHING if _is_nothing(ratio) else numbers_text.percent(Decimal(str(ratio)), _language()))


@register.simple_tag(takes_context=True)
def hour(context: Context, instant: datetime | None) -> SafeString:
    """Write the hour of an instant on the clock of the page's place."""
    return _instant(instant, clocks.hour(instant, _zone(context)) if instant else "")


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | datetime | None) -> SafeString:
    """Write a day as ISO 8601, for tables."""
    return _instant(value, clocks.day_of(value, _zone(context)).isoformat() if value else "")


@register.simple_tag(takes_context=True)
def stamp(context: Context, instant: datetime | None) -> SafeString:
    """Write day and hour on the clock of the page's place."""
    return _instant(instant, clocks.stamp(instant, _zone(context)) if instant else "")


@register.simple_tag(takes_context=True)
def stamp_with_offset(context: Context, instant: datetime | None) -> SafeString:
    """Write day, hour and offset, for papers and all that leaves the page."""
    return _instant(instant, clocks.stamp_with_offset(instant, _zone(context)) if instant else "")


def _instant(value: date | datetime | None, text: str) -> SafeString:
    if value is None:
        return _isolated(NOTHING)
    return format_html('<time datetime="{}"><bdi dir="ltr">{}</bdi></time>', value.isoformat(), text)


@register.simple_tag(takes_context=True)
def date_words(context: Context, value: date | datetime | None) -> SafeString | str:
    """Write a day for a sentence, with the month names of the place's country."""
    if value is None:
        return NOTHING
    text = dates_text.day_in_words(clocks.day_of(value, _zone(context)), _language(), _country(context))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.simple_tag(takes_context=True)
def date_paper(context: Context, value: date | datetime) -> str:
    """Write a day for a paper of both countries: both Arabic month names where they differ."""
    country = _country(context)
    facing = getattr(getattr(_place(context), "faces", None), "administration_id", country)
    on = clocks.day_of(value, _zone(context))
    return f"{on.day} {dates_text.month_on_both_sides(on.month, (country, facing))} {on.year}"


@register.simple_tag(takes_context=True)
def second(context: Context, instant: datetime | None) -> SafeString:
    """Write the hour with its seconds, where the order of acts matters."""
    return _instant(instant, clocks.second(instant, _zone(context)) if instant else "")


@register.simple_tag(takes_context=True)
def weekday(context: Context, value: date | datetime) -> str:
    """Name the day of the week."""
    from babel.dates import get_day_names  # heavy; only the board names the day

    locale = dates_text.locale_of(_language(), _country(context))
    return str(get_day_names("wide", locale=locale)[clocks.day_of(value, _zone(context)).weekday()])


@register.simple_tag
def duration(length: timedelta | None) -> SafeString:
    """Write a length of time as 00:49."""
    return _isolated(NOTHING if length is None else dates_text.hours_minutes(length))


@register.simple_tag
def duration_words(length: timedelta | None) -> SafeString | str:
    """Write a length of time with its units: 48 د, 1 h 48 min."""
    return NOTHING if length is None else _figure(dates_text.duration_in_words(length, _language()))


@register.simple_tag
def since(instant: datetime) -> SafeString:
    """Write how long ago an instant lies, as 00:49."""
    return duration(max(timezone.now() - instant, timedelta(0)))


@register.simple_tag(takes_context=True)
def word(context: Context, package: str, key: str) -> str:
    """Say a word of a package's vocabulary in the reader's language, as the place's country says it."""
    return speech.word_at(package, key, language=_language(), country=_country(context))


@register.filter
def said(text: object) -> SafeString:
    """Turn the isolates of a sentence of the product into `<bdi>`."""
    return speech.isolates_marked(str(text))


@register.filter
def shown(value: object) -> object:
    """Show a dash where there is nothing."""
    return NOTHING if _is_nothing(value) else value


@register.filter
def label_of(record: Any) -> str:
    """Name a record that bears its name in three languages, in the reader's; empty for none."""
    return "" if record is None else str(record.name_in(_language()) if hasattr(record, "name_in") else record)


@register.simple_tag
def arrow() -> str:
    """The arrow between two places, pointing with the reading."""
    return "←" if _language() == "ar" else "→"


@register.simple_tag
def shape(name: str, kind: str = "") -> SafeString:
    """Draw a shape of the sprite; words beside it carry the meaning."""
    return format_html(
        '<svg class="shape{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        f" {kind}" if kind else "",
        static("mabar/shapes.svg"),
        name,
    )


@register.simple_tag
def inline_shape(name: str) -> SafeString:
    """Draw a shape of the sprite within the page, where that must load nothing beside its sheet."""
    return own_files.shape(name)


@register.simple_tag
def sign(name: str, text: str = "") -> SafeString:
    """Say a state inside a table or sentence: shape and word, no box.  `text` takes the place of the usual word."""
    known = speech.SIGNS[name]
    body = format_html("{} <span>{}</span>", shape(known.shape), text or known.word)
    return format_html('<span class="state {}">{}</span>', known.tone, body)


@register.simple_tag
def chip(name: str, text: str = "") -> SafeString:
    """Say a lane or the state of the whole page: shape and word in a box."""
    known = speech.SIGNS[name]
    body = format_html("{} <span>{}</span>", shape(known.shape), text or known.word)
    return format_html('<span class="chip {}">{}</span>', known.tone, body)


@register.simple_tag(takes_context=True)
def lane(context: Context, colour: str | None) -> SafeString:
    """Say a lane as a chip, in the word of the place's country; a truck without one waits."""
    return chip(colour, _lane_word(context, colour)) if colour else chip("waiting")


@register.simple_tag(takes_context=True)
def lane_sign(context: Context, colour: str | None) -> SafeString:
    """Say a lane inside a table: shape and word, no box."""
    return sign(colour, _lane_word(context, colour)) if colour else sign("waiting")


def _lane_word(context: Context, colour: str) -> str:
    # The word is data of the package that draws lanes; read by its name, so that the ground imports nothing above it.
    return speech.word_at("declarations", f"lane.{colour}", language=_language(), country=_country(context))


@register.simple_tag
def page_link(query: Mapping[str, Any], page: int) -> str:
    """Give the query string of another page of the same list."""
    kept: Any = query.copy()  # type: ignore[attr-defined]
    kept["page"] = page
    return f"?{kept.urlencode()}"
