"""Shape of what officers and declarants type at the crossing; what is right is decided by the commands."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mabar.base import boxes, reach
from mabar.base.boxes import CAPITALS, LATIN, Code, Count
from mabar.base.templatetags.speech import word_at
from mabar.crossings import rules
from mabar.lib import identifiers, quantities
from mabar.lib.refusals import Refusal

words_for = partial(boxes.words_for, "crossings")
MOST_SEALS, MOST_DOCUMENTS, LONGEST_LINE = 40, 1000, 200


class Plate(Code):
    """A plate."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", rules.LONGEST_PLATE)
        super().__init__(**kwargs)


class Seals(forms.CharField):
    """Seals, one a line or parted by commas."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("One a line."))
        widget = forms.Textarea(attrs={**CAPITALS, "rows": 2})
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        """Give the list of seals."""
        text = identifiers.western_digits(str(super().clean(value)))
        seals = [seal.strip() for seal in re.split(r"[\n,;،؛]", text) if seal.strip()]
        if len(seals) > MOST_SEALS:
            raise ValidationError(_("More than %(most)s seals.") % {"most": MOST_SEALS})
        return seals

    def prepare_value(self, value: Any) -> Any:
        """Show a list one a line."""
        return "\n".join(value) if isinstance(value, list | tuple) else value


class Kilograms(forms.CharField):
    """A mass typed in kilograms, with either set of digits, kept as grams."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={**LATIN, "inputmode": "decimal"}), max_length=20, **kwargs)

    def clean(self, value: Any) -> Any:
        """Give the grams; none where nothing is typed."""
        text = str(super().clean(value))
        if not text:
            return None
        try:
            read = quantities.read_mass_g(text)
        except Refusal as refusal:
            said = refusal.sentence(reach.language())
            raise ValidationError(f"{said.what} {said.remedy}") from refusal
        return read.units


def line(**kwargs: Any) -> forms.CharField:
    """Make a field for one line of words."""
    return forms.CharField(max_length=LONGEST_LINE, **kwargs)


class ActForm(forms.Form):
    """What every act on a passage brings: its own key, and the version of the passage that the officer saw."""

    event_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)


class GateInForm(ActForm):
    """What is seen at the entrance gate."""

    plate = Plate(label=_("Plate seen"))
    seals = Seals(label=_("Seals read"), required=False)
    documents = Count(label=_("Documents counted"), min_value=0, max_value=MOST_DOCUMENTS)


class WeightForm(ActForm):
    """What the weighbridge shows."""

    gross_mass_g = Kilograms(label=_("Gross mass (kg)"))
    tare_mass_g = Kilograms(label=_("Tare (kg)"), required=False, help_text=_("The truck without its load."))
    is_empty = forms.BooleanField(label=_("The truck carries nothing"), required=False)


class GateOutForm(ActForm):
    """What is seen at the exit gate."""

    seals = Seals(label=_("Seals read"), required=False)


class SealForm(ActForm):
    """A new seal, and the report on it."""

    seal = Plate(label=_("New seal"), max_length=rules.LONGEST_SEAL)
    replaces = forms.ChoiceField(label=_("In place of"), required=False)
    report = line(label=_("Report"), help_text=_("Number of the report, or what it says in a line."))

    def __init__(self, *args: Any, seals: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [("", _("No other seal")), *((seal, seal) for seal in seals)]
        self.fields["replaces"].choices = named  # type: ignore[attr-defined]


class ReasonForm(ActForm):
    """An act that needs a reason."""

    reason = line(label=_("Reason"), help_text=_("It is kept under your name."))


class WithdrawForm(ActForm):
    """Why the truck will not come."""

    reason = line(label=_("Reason"), required=False)


class HoldForm(ActForm):
    """What an agency wants of a truck."""

    wants = line(label=_("What is wanted"), help_text=_("Every desk of the crossing reads it."))
    reason = line(label=_("Reason"), help_text=_("The desks read it; the wall and the driver never do."))
    desk = Count(
        label=_("Desk"),
        required=False,
        min_value=0,
        max_value=999,
        help_text=_("Where the driver is to go; empty: he waits at the truck."),
    )

    def clean_desk(self) -> str:
        """Give the desk as the wall shows it."""
        desk = self.cleaned_data.get("desk")
        return "" if desk is None else str(desk)


class LiftForm(ActForm):
    """Which hold is lifted, and what was found."""

    hold = forms.IntegerField(widget=forms.HiddenInput)
    note = line(label=_("What was found"), required=False)


class AnnounceForm(forms.Form):
    """A truck that will come."""

    event_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    place = forms.ChoiceField(label=_("Crossing"))
    direction = forms.ChoiceField(label=_("Direction"))
    plate = Plate(label=_("Plate"))
    trailer_plate = Plate(label=_("Plate of the trailer"), required=False)
    carrier = line(label=_("Carrier"), required=False)
    seals = Seals(label=_("Seals"), required=False)
    expected_at = forms.DateTimeField(
        label=_("Expected at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("On the clock of the crossing."),
    )

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        self.fields["direction"].choices = words_for("direction", rules.DIRECTIONS)  # type: ignore[attr-defined]


class PassagesForm(forms.Form):
    """Which passages a list shows."""

    plate = Plate(label=_("Plate"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    place = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    after = forms.CharField(required=False, max_length=26, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [("", _("Every state")), *words_for("state.passage", rules.STATES)]
        self.fields["state"].choices = states  # type: ignore[attr-defined]


class OpeningForm(forms.Form):
    """The crossing opened or closed to one kind of traffic."""

    place = forms.CharField(max_length=32, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Traffic"))
    is_open = forms.TypedChoiceField(label=_("From now on"), coerce=lambda text: text == "open")
    reason = line(label=_("Reason"), help_text=_("Everybody reads it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = words_for("kind", rules.KINDS_OF_TRAFFIC)  # type: ignore[attr-defined]
        self.fields["is_open"].choices = words_for("opening", ("open", "closed"))  # type: ignore[attr-defined]


class LaneForm(forms.Form):
    """A lane: whether it is open, who drives to it, and what the wall says of it."""

    place = forms.CharField(max_length=32, widget=forms.HiddenInput)
    number = Count(label=_("Lane number"), min_value=1, max_value=99)
    colours = forms.MultipleChoiceField(label=_("Trucks of"), widget=forms.CheckboxSelectMultiple)
    is_open = forms.BooleanField(label=_("The lane is open"), required=False)
    note = line(label=_("Note on the wall"), required=False, help_text=_("Everybody reads it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language, country = reach.language(), str(self["place"].value() or "").partition(".")[0]
        named = [
            (colour, word_at("declarations", f"lane.{colour}", language=language, country=country))
            for colour in rules.LANES
        ]
        self.fields["colours"].choices = named  # type: ignore[attr-defined]


class DeviceFileForm(forms.Form):
    """A file of a device."""

    place = forms.CharField(widget=forms.HiddenInput)
    sent = forms.FileField(
        label=_("File"),
        help_text=_("CSV in UTF-8; the first line names the columns."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt"}),
    )
