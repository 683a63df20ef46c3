"""Shape of what officers type when trucks go from a closed crossing to another."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mabar.base.boxes import Count
from mabar.crossings import rules
from mabar.crossings.forms import line, words_for
from mabar.crossings.rules import diverting


class ProposeForm(forms.Form):
    """To which crossing the trucks are proposed, and why."""

    place = forms.CharField(max_length=32, widget=forms.HiddenInput)
    target = forms.ChoiceField(label=_("To the crossing"))
    direction = forms.ChoiceField(label=_("Direction"), required=False)
    road_hours = Count(
        label=_("Hours of road"),
        min_value=0,
        max_value=diverting.LONGEST_ROAD_HOURS,
        help_text=_("From this crossing to the other; answers are taken until a truck would have to leave."),
    )
    reason = line(label=_("Reason"), help_text=_("The carriers read it, and it stands on the permit."))

    def __init__(self, *args: Any, targets: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = targets  # type: ignore[attr-defined]
        both = [("", _("Both directions")), *words_for("direction", rules.DIRECTIONS)]
        self.fields["direction"].choices = both  # type: ignore[attr-defined]


class AcceptForm(forms.Form):
    """How many trucks an hour are taken, for how many hours, from when on."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    an_hour = Count(label=_("Trucks an hour"), min_value=1, max_value=diverting.MOST_AN_HOUR)
    hours = Count(label=_("For how many hours"), min_value=1, max_value=diverting.MOST_HOURS)
    not_before = forms.DateTimeField(
        label=_("Not before"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("On the clock of the receiving crossing."),
    )


class EndForm(forms.Form):
    """Why a proposal is refused or withdrawn."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = line(label=_("Reason"), help_text=_("It is kept under your name."))


class CapacityForm(forms.Form):
    """How many trucks an hour the crossing takes from closed ones."""

    place = forms.CharField(max_length=32, widget=forms.HiddenInput)
    an_hour = Count(label=_("Trucks an hour"), min_value=0, max_value=diverting.MOST_AN_HOUR)
