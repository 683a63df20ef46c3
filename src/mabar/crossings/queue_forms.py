"""Shape of what is typed about the queue: hours and slots, an appointment, an exception from the order."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mabar.base.boxes import LATIN, Count
from mabar.crossings.forms import ActForm, line, words_for
from mabar.crossings.rules import order, slots

WEEK = (7, 1, 2, 3, 4, 5, 6)  # as the calendars of the three countries begin it
CLOCK = {**LATIN, "type": "time"}


class SlotForm(ActForm):
    """The slot that is asked for, by the instant at which it begins."""

    slot_at = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def clean_slot_at(self) -> datetime:
        """Give the instant; one without its zone could be any hour."""
        try:
            instant = datetime.fromisoformat(self.cleaned_data["slot_at"])
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is None:
            raise ValidationError(_("Choose an hour from the list."))
        return instant


class ForwardForm(ActForm):
    """Why a truck is called forward."""

    act = order.FORWARD
    reason = forms.ChoiceField(label=_("Reason"), help_text=_("The wall shows it."))
    words = line(label=_("In your words"), help_text=_("Kept under your name; the wall never shows it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = words_for("reason", order.REASONS[self.act])  # type: ignore[attr-defined]


class BackForm(ForwardForm):
    """Why a truck is put back."""

    act = order.BACK


class WithdrawExceptionForm(ActForm):
    """Why an exception is withdrawn."""

    words = line(label=_("Reason"), help_text=_("It is kept under your name."))


def clock(**kwargs: Any) -> forms.TimeField:
    """Make a field for an hour of the crossing's clock."""
    return forms.TimeField(widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"), input_formats=["%H:%M"], **kwargs)


class HoursForm(forms.Form):
    """When the crossing works, its slots, and how late a truck may come."""

    place = forms.CharField(max_length=32, widget=forms.HiddenInput)
    days = forms.TypedMultipleChoiceField(label=_("Days of work"), coerce=int, widget=forms.CheckboxSelectMultiple)
    opens = clock(label=_("Opens at"))
    closes = clock(label=_("Closes at"), help_text=_("00:00 is the midnight at the end of the day."))
    slot_min = Count(label=_("Minutes a slot"), min_value=slots.SHORTEST_SLOT_MIN, max_value=slots.LONGEST_SLOT_MIN)
    trucks_a_slot = Count(label=_("Trucks a slot"), min_value=1, max_value=slots.MOST_TRUCKS_A_SLOT)
    tolerance_min = Count(label=_("Minutes a truck may be late"), min_value=0, max_value=slots.LONGEST_TOLERANCE_MIN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = words_for("weekday", [str(day) for day in WEEK])
        self.fields["days"].choices = named  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Give the hours as minutes of the day."""
        told = dict(super().clean() or {})
        opens, closes = told.pop("opens", None), told.pop("closes", None)
        if opens is not None and closes is not None:
            told |= {"opens_min": _minutes(opens), "closes_min": _minutes(closes) or 24 * 60}
        return told


def _minutes(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def hours_first(place: str, terms: slots.Terms | None) -> dict[str, Any]:
    """Give what the form begins with: what the crossing has stated, or an office's day."""
    if terms is None:
        usual = {"days": [7, 1, 2, 3, 4], "opens": time(8), "closes": time(16), "slot_min": 60}
        return {"place": place, **usual, "trucks_a_slot": 8, "tolerance_min": 30}
    hours = terms.hours
    return {
        "place": place,
        "days": list(hours.days),
        "opens": time(*divmod(hours.opens_min, 60)),
        "closes": time(*divmod(hours.closes_min % (24 * 60), 60)),
        "slot_min": terms.slot_min,
        "trucks_a_slot": terms.trucks_a_slot,
        "tolerance_min": terms.tolerance_min,
    }
