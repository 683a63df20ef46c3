"""Shape of what officers type at kilometre zero; what is right is decided by the commands."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mabar.base.boxes import Count
from mabar.crossings.forms import ActForm, Kilograms, Seals, line
from mabar.crossings.rules import Load, counting

MOST_PACKAGES = 1_000_000
# Before the key of a declaration: by number, figures would shift where papers change while the page lies open.
PACKAGES, MASS = "packages_", "mass_"


class OpenForm(forms.Form):
    """Which truck is unloaded, and which takes its goods on."""

    event_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    place = forms.CharField(max_length=32, widget=forms.HiddenInput)
    passage = forms.ChoiceField(label=_("Truck to unload"))
    onward = forms.MultipleChoiceField(label=_("Trucks that take the goods on"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, trucks: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passage"].choices = [("", "–"), *trucks]  # type: ignore[attr-defined]
        self.fields["onward"].choices = trucks  # type: ignore[attr-defined]


class UnloadForm(ActForm):
    """The seals that are broken, and why."""

    seals = Seals(label=_("Seals read"), required=False)
    reason = line(label=_("Reason for breaking the seals"), help_text=_("It is kept under your name."))


class CountForm(ActForm):
    """Packages and gross mass of each declaration; `of` pairs key and reference, `first` is what stands there."""

    def __init__(
        self, *args: Any, of: Sequence[tuple[str, str]] = (), first: dict[str, Load] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.of = list(of)
        for key, reference in self.of:
            at_first = (first or {}).get(key)
            self.fields[PACKAGES + key] = Count(
                label=_("Packages of %(reference)s") % {"reference": reference},
                min_value=0,
                max_value=MOST_PACKAGES,
                initial=at_first.packages if at_first else None,
            )
            self.fields[MASS + key] = Kilograms(label=_("Gross mass of %(reference)s (kg)") % {"reference": reference})

    def clean(self) -> dict[str, Any]:
        """Refuse figures of a declaration that the truck no longer carries: they would be lost without a word."""
        if any(name.startswith((PACKAGES, MASS)) and name not in self.fields for name in self.data):
            raise forms.ValidationError(_("The papers have changed since this page was opened: count anew."))
        return self.cleaned_data

    def counts(self) -> tuple[counting.Count, ...]:
        """Give what was typed, by declaration."""
        told = self.cleaned_data
        return tuple(counting.Count(key, told[PACKAGES + key], told[MASS + key]) for key, _reference in self.of)


class LoadForm(CountForm):
    """What lies on which truck, and its new seals."""

    truck = forms.ChoiceField(label=_("Truck"))
    seals = Seals(label=_("Seals affixed"), required=False)
    field_order = ("event_key", "version", "truck")

    def __init__(self, *args: Any, trucks: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["truck"].choices = trucks  # type: ignore[attr-defined]
        seals = self.fields.pop("seals")
        self.fields["seals"] = seals


class OwnTallyForm(CountForm):
    """What this side has counted of goods that the other side unloads, and the seals read there."""

    seals = Seals(label=_("Seals read"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seals = self.fields.pop("seals")
        self.fields["seals"] = seals
