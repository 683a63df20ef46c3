"""Shape of what is typed at the vehicle counter; what is right is decided by the commands."""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mabar.base import boxes, reach
from mabar.base.boxes import Code, Count
from mabar.declarations import reference
from mabar.vehicles import rules

words_for = partial(boxes.words_for, "vehicles")
LONGEST_LINE, LONGEST_PLATE, LONGEST_CHASSIS, LONGEST_RECEIPT = 200, 32, 30, 40
NEIGHBOURS = ("LY", "TN", "DZ")


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """List the countries by name, the neighbours first."""
    named = sorted((each.name(language), each.code) for each in reference.countries())
    first = [(code, country.name(language)) for code in NEIGHBOURS if (country := reference.country(code))]
    return (*first, *((code, name) for name, code in named if code not in NEIGHBOURS))


def line(**kwargs: Any) -> forms.CharField:
    """Make a field for one line of words."""
    return forms.CharField(max_length=LONGEST_LINE, **kwargs)


class ScanForm(forms.Form):
    """The one field of the counter."""

    scan = Code(
        label=_("Scan or type"),
        max_length=rules.LONGEST_SCAN,
        help_text=_("The code of the paper, the plate, or the chassis."),
        attrs={"autofocus": True},
    )


class SheetForm(forms.Form):
    """A form of which some fields may stand folded."""

    seldom: tuple[str, ...] = ()  # what is seldom typed stands folded under the rest

    def shown_fields(self) -> list[forms.BoundField]:
        """Give the fields that are always asked for."""
        return [field for field in self.visible_fields() if field.name not in self.seldom]

    def folded_fields(self) -> list[forms.BoundField]:
        """Give the fields that are seldom typed."""
        return [field for field in self.visible_fields() if field.name in self.seldom]


class ActForm(SheetForm):
    """What every act on a pass brings: its own key, and the version of the pass that the officer saw."""

    event_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)


class PlacedForm(ActForm):
    """An act that is done at a place."""

    place = forms.CharField(max_length=32, widget=forms.HiddenInput)


class EntryForm(PlacedForm):
    """What is read on a vehicle that comes in."""

    plate = Code(label=_("Plate seen"), max_length=LONGEST_PLATE)
    chassis = Code(
        label=_("Chassis read"), max_length=LONGEST_CHASSIS, help_text=_("Its last six characters are enough.")
    )
    days = Count(label=_("Days"), min_value=1, max_value=rules.LONGEST_TERM)


class ExitForm(PlacedForm):
    """What is seen on a vehicle that leaves, or what was learnt later of its leaving."""

    plate = Code(label=_("Plate seen"), max_length=LONGEST_PLATE)
    left_at = forms.DateTimeField(
        label=_("Left at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Only if it left before now: day and hour on the clock of your crossing."),
    )
    reason = line(
        label=_("Reason"), required=False, help_text=_("Needed with an earlier hour; it is kept under your name.")
    )
    seldom = ("left_at", "reason")


class ExtensionForm(PlacedForm):
    """How much longer, and why."""

    days = Count(label=_("Days more"), min_value=1, max_value=rules.LONGEST_TERM)
    reason = line(label=_("Reason"), help_text=_("It is kept under your name."))


class SettlementForm(PlacedForm):
    """What became of a stay that lasted too long."""

    outcome = forms.ChoiceField(label=_("Outcome"))
    receipt = Code(label=_("Receipt or decision"), max_length=LONGEST_RECEIPT)
    reason = line(label=_("Reason"), help_text=_("It is kept under your name."))

    def __init__(self, *args: Any, outcomes: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = words_for("outcome", outcomes)  # type: ignore[attr-defined]


class CancelForm(PlacedForm):
    """Why a prefilled pass is taken back."""

    reason = line(label=_("Reason"), help_text=_("It is kept under your name."))


class PrefillForm(forms.Form):
    """The vehicle that will come, and who answers for it."""

    event_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    place = forms.ChoiceField(label=_("Crossing of entry"))
    kind = forms.ChoiceField(label=_("Kind of vehicle"))
    purpose = forms.ChoiceField(label=_("Purpose of the stay"))
    plate = Code(label=_("Plate"), max_length=LONGEST_PLATE)
    plate_country = forms.ChoiceField(label=_("Country of registration"))
    chassis = Code(
        label=_("Chassis number"),
        max_length=LONGEST_CHASSIS,
        help_text=_("Seventeen characters without I, O, Q; older vehicles have fewer."),
    )
    make = forms.CharField(label=_("Make and model"), max_length=60, required=False)
    holder = forms.CharField(
        label=pgettext_lazy("vehicle pass", "Holder"),
        max_length=120,
        help_text=_("It stands on the paper alone; nobody can look for it."),
    )
    document = Code(label=_("Travel document"), max_length=40, required=False)
    reference = Code(label=_("Number in another system"), max_length=40, required=False)

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "place": places,
            "kind": words_for("kind", rules.KINDS),
            "purpose": words_for("purpose", rules.PURPOSES),
            "plate_country": countries(reach.language()),
        }
        for name, named in choices.items():
            self.fields[name].choices = named  # type: ignore[attr-defined]


class TermForm(SheetForm):
    """How long a kind of vehicle may stay for a purpose, and by which law."""

    place = forms.ChoiceField(label=_("Crossing"))
    kind = forms.ChoiceField(label=_("Kind of vehicle"))
    purpose = forms.ChoiceField(label=_("Purpose of the stay"))
    days = Count(label=_("Days at entry"), min_value=1, max_value=rules.LONGEST_TERM)
    most_days = Count(label=_("Days with every extension"), min_value=1, max_value=rules.LONGEST_TERM)
    legal_basis = line(label=_("Legal basis"), help_text=_("Text, article and date; it stands on each pass."))
    from_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "place": places,
            "kind": words_for("kind", rules.KINDS),
            "purpose": words_for("purpose", rules.PURPOSES),
        }
        for name, named in choices.items():
            self.fields[name].choices = named  # type: ignore[attr-defined]
