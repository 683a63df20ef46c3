"""How a page says the release times: names of groups, working hours, and the picture."""

from collections.abc import Iterable

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from mabar.base import reach
from mabar.base.templatetags.mabar import ref, sign, word
from mabar.base.templatetags.speech import word_at
from mabar.crossings import release_chart
from mabar.crossings.release_chart import Bar
from mabar.crossings.rules import stays
from mabar.crossings.rules.release_times import AGENCY, Row

register = template.Library()
FORMS = ("wide", "narrow")
SIGNS = {"wait": "waiting", "work": "confirmed", "lead": "inherited"}


@register.simple_tag(takes_context=True)
def nature_sign(context: Context, nature: str) -> SafeString | str:
    """Say whether one waits or works in a step, by shape and word."""
    said = word(context, "crossings", f"nature.{nature}")
    return sign(SIGNS[nature], said) if nature in SIGNS else said


@register.simple_tag(takes_context=True)
def group_name(context: Context, split: str, group: str) -> SafeString | str:
    """Name a group of a split; an hour of arrival is written with its end."""
    if split == "hour":
        return ref(f"{group}:00–{group}:59")
    if split == AGENCY:
        return str(dict(context.get("agencies") or ()).get(group, group))
    if split == "readiness" or (split == "direction" and group):
        return word(context, "crossings", f"{split}.{group}")
    if group in (stays.NONE, stays.SEVERAL):
        return word(context, "crossings", f"group.{group}")
    country = str(context["place"].administration_id)
    return word_at("declarations", f"{split}.{group}", language=reach.language(), country=country)


@register.simple_tag(takes_context=True)
def steps_chart(context: Context, rows: Iterable[Row]) -> SafeString:
    """Draw the steps of the way."""
    about = stays.natures()
    drawn = [row for row in rows if row.step != stays.WHOLE]
    named = [
        (word(context, "crossings", f"step.{row.step}"), row, about[row.step]["nature"] == "wait") for row in drawn
    ]
    return _pictures(named, _("Median and ninetieth percentile of each step"))


@register.simple_tag(takes_context=True)
def groups_chart(context: Context, split: str, rows: Iterable[Row]) -> SafeString:
    """Draw the groups of a split."""
    about = stays.natures()
    named = [(_drawn(context, split, row.group), row, about[row.step]["nature"] == "wait") for row in rows]
    return _pictures(named, _("Median and ninetieth percentile of each group"))


def _drawn(context: Context, split: str, group: str) -> str:
    # two hours and the dash between them would turn round in a picture that reads from the right
    return f"{group}:00" if split == "hour" else group_name(context, split, group)


def _pictures(named: list[tuple[str, Row, bool]], label: str) -> SafeString:
    bars = [Bar(name, is_wait, row.figures.median, row.figures.p90) for name, row, is_wait in named]
    if not bars:
        return mark_safe("")
    drawn = (release_chart.draw(bars, language=reach.language(), form=form, label=label) for form in FORMS)
    return mark_safe("".join(drawn))  # noqa: S308 - the drawing escapes every word that it was given


@register.filter
def of_step(table: dict[str, object], step: str) -> object:
    """Look up what is told of a step."""
    return table.get(step)


@register.filter
def thousandths(per_mille: int) -> str:
    """Give thousandths as the ratio that the percent tag takes."""
    return f"{per_mille / 1000:.3f}"
