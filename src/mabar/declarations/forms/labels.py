"""Shape of what is asked for of labels: which packages, and on which truck."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mabar.declarations import queries

LARGEST = 10**9


def _number(label: Any) -> forms.IntegerField:
    figures = forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": 6})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=LARGEST, widget=figures)


class LabelsForm(forms.Form):
    """The packages by number, the first and the last; empty boxes stand for all."""

    first = _number(_("First package"))
    last = _number(_("Last package"))

    def __init__(self, *args: Any, detail: queries.Detail, **more: Any) -> None:
        super().__init__(*args, **more)
        plates = [(each.passage.key, each.passage.plate) for each in detail.trucks]
        if len(plates) > 1:
            choices = [("", _("No truck named")), *plates]
            self.fields["truck"] = forms.ChoiceField(label=_("On the truck"), required=False, choices=choices)
