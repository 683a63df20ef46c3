"""Shape of what is asked of the release times: days, which trucks, how they are split, and which hours count."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mabar.base import reach
from mabar.base.templatetags.speech import word_at
from mabar.crossings import rules
from mabar.crossings.forms import words_for
from mabar.crossings.rules import release_times, stays
from mabar.lib import words

ALL, WORKING = "all", "working"


class ReleaseTimesForm(forms.Form):
    """What the page of the release times shows."""

    place = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    first = forms.DateField(label=_("From the day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("Up to the day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    direction = forms.ChoiceField(label=_("Direction"), required=False)
    lane = forms.ChoiceField(label=_("Lane"), required=False)
    regime = forms.ChoiceField(label=_("Procedure"), required=False)
    agency = forms.ChoiceField(label=_("Held by"), required=False)
    split = forms.ChoiceField(label=_("Split"), required=False)
    step = forms.ChoiceField(label=_("Step that is split"), required=False)
    hours = forms.ChoiceField(label=_("Hours counted"), required=False)

    def __init__(self, *args: Any, country: str, agencies: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("All"))]
        chosen = {
            "direction": every + words_for("direction", rules.DIRECTIONS),
            "lane": every + [(lane, paper_word("lane", lane, country)) for lane in rules.LANES],
            "regime": every + [(regime, paper_word("regime", regime, country)) for regime in regimes()],
            "agency": every + list(agencies),
            "split": [("", _("Not split")), *words_for("split", release_times.ALL_SPLITS[1:])],
            "step": words_for("step", (stays.WHOLE, *(step for step in stays.STEPS if step != stays.WHOLE))),
            "hours": [(ALL, _("All hours")), (WORKING, _("Working hours"))],
        }
        for name, choices in chosen.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse days that no page adds up."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = found.get("first"), found.get("last")
        if isinstance(first, date) and isinstance(last, date):
            release_times.check_period(first, last)
        return found


def paper_word(kind: str, code: str, country: str) -> str:
    """Say a word of the declarations' vocabulary, read by its name, as the place's country says it."""
    return word_at("declarations", f"{kind}.{code}", language=reach.language(), country=country)


def regimes() -> list[str]:
    """List the procedures that the vocabulary names."""
    known = (key.split(".") for key in words.table("declarations", "words") if key.startswith("regime."))
    return [key[1] for key in known if len(key) == 2]
