"""What a page does with a refusal of the act that its form asked for."""

from django import forms

from mabar.base import doors
from mabar.lib.refusals import Refusal


def refused_in_form(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show the refusal of an act above the form that asked for it."""
    form.add_error(None, doors.refusal_as_text(refusal))
