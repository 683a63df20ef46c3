"""Shape of what officers type for trusted operators; what is right is decided by the commands."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mabar.declarations.forms.acts_broker import code_input
from mabar.declarations.forms.acts_office import UNDER_NAME, ActForm, lines, words_for
from mabar.declarations.rules import operators


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class IssueForm(forms.Form):
    """Which firm, which kind, from which day to which."""

    place = forms.ChoiceField(label=_("Place"))
    firm = forms.CharField(
        label=_("Code of the firm"),
        max_length=40,
        widget=code_input(),
        help_text=_("As the register of firms has it; a person has no status."),
    )
    kind = forms.ChoiceField(label=_("Kind of status"))
    valid_from = _day(_("First day"))
    valid_until = _day(_("Last day"))
    terms = lines(_("Terms"), longest=operators.LONGEST_TERMS, required=False)

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        self.fields["kind"].choices = words_for("operator_kind", operators.KINDS)  # type: ignore[attr-defined]


class WhyForm(ActForm):
    """Why a status is stopped, counts again, or is recognised no longer."""

    reason = lines(_("Reason"), help_text=UNDER_NAME, rows=2)
