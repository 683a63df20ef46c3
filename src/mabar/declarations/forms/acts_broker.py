"""Shape of what a broker types beside the declaration itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mabar.declarations.forms.lists import offered

DIRECTIONS = {"import": "entry", "export": "exit"}


def code_input(**more: Any) -> forms.TextInput:
    """Give an input for codes and plates, which run from left to right."""
    return forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false", **more})


class NewDraftForm(forms.Form):
    """Where a declaration will be lodged, and under which regime."""

    place = forms.ChoiceField(label=_("Crossing"))
    flow = forms.ChoiceField(label=_("Direction"), widget=forms.RadioSelect)
    regime = forms.ChoiceField(label=_("Procedure"))
    reference = forms.CharField(
        label=_("Your own reference"), max_length=80, required=False, help_text=_("By it you find the draft again.")
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        self.fields["flow"].choices = offered("flows", language)  # type: ignore[attr-defined]
        self.fields["regime"].choices = offered("regimes", language)  # type: ignore[attr-defined]


class ClaimForm(forms.Form):
    """What shows that a draft from across is the reader's to claim."""

    reference = forms.CharField(
        label=_("Reference of the export"), max_length=80, widget=code_input(), help_text=_("As its paper shows it.")
    )
    proof = forms.CharField(
        label=_("Plate of its truck, or the declaration's key"),
        max_length=40,
        widget=code_input(),
        help_text=_("The key is printed on the paper, below the bars."),
    )


class ManyFiles(forms.ClearableFileInput):
    """A box that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, at least one."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Check each file as Django checks one; an empty file is left to the reader, which names it."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            super().clean(None, initial)
        return list(given)


class UploadForm(forms.Form):
    """Files of declarations, and where they are to be lodged."""

    sent = FilesField(
        label=_("Files"),
        allow_empty_file=True,
        help_text=_(
            "ASYCUDA or WCO XML, UN/EDIFACT, CSV, XLSX or canonical JSON; several at once, 20 MB each at most."
        ),
        widget=ManyFiles(attrs={"accept": ".xml,.edi,.csv,.xlsx,.json,.txt"}),
    )
    place = forms.ChoiceField(label=_("Crossing"))
    profile = forms.ChoiceField(
        label=_("Profile of the source"),
        required=False,
        help_text=_("Found from the file; name it only where the file leaves it open."),
    )

    def __init__(
        self, *args: Any, places: list[tuple[str, str]], profiles: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        self.fields["profile"].choices = [("", _("Found from the file")), *profiles]  # type: ignore[attr-defined]


def seals_in(text: str) -> list[str]:
    """Part seals at their commas, of either script."""
    return [seal.strip() for seal in text.replace("،", ",").split(",") if seal.strip()]


class AnswerForm(forms.Form):
    """The answer to the office's question."""

    answer = forms.CharField(label=_("Answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class CancelForm(forms.Form):
    """Why the declaration is cancelled."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class TruckForm(forms.Form):
    """A truck, announced already or new, and the share of the goods that it carries."""

    passage = forms.ChoiceField(label=_("Truck"), required=False)
    plate = forms.CharField(label=_("Plate"), max_length=24, required=False, widget=code_input())
    trailer_plate = forms.CharField(label=_("Trailer plate"), max_length=24, required=False, widget=code_input())
    carrier = forms.CharField(label=_("Carrier"), max_length=120, required=False)
    seals = forms.CharField(
        label=_("Seals"), max_length=400, required=False, widget=code_input(), help_text=_("A comma between them.")
    )
    packages = forms.CharField(label=_("Packages on it"), max_length=24, widget=code_input(inputmode="numeric"))
    mass = forms.CharField(label=_("Gross mass on it (kg)"), max_length=24, widget=code_input(inputmode="decimal"))

    def __init__(self, *args: Any, trucks: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passage"].choices = [("", _("A new truck")), *trucks]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the plate of a truck that is not announced yet."""
        typed: dict[str, Any] = super().clean() or {}
        if not typed.get("passage") and not typed.get("plate"):
            self.add_error("plate", _("Choose a truck, or type the plate of a new one."))
        return typed

    @property
    def seal_numbers(self) -> list[str]:
        """The seals one by one."""
        return seals_in(self.cleaned_data["seals"])
