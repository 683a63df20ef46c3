"""Shape of what the duty engineer, the terms officer and oversight type or bring; what is right the commands decide."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mabar.base import doors
from mabar.exchange import rules, signing_files
from mabar.exchange.protocol import cbor, documents, objects
from mabar.exchange.protocol.objects import Item
from mabar.lib.refusals import Refusal

MOST_FILE = 2 * 1024 * 1024
DAY = {"type": "date"}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))


class Key(forms.CharField):
    """A code or figures: Latin letters, set apart from the direction of the page."""

    def __init__(self, **kwargs: Any) -> None:
        written = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(widget=forms.TextInput(attrs=written), **kwargs)


class File(forms.FileField):
    """A small file, given as its bytes."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Read it, not more than anything of its sort has."""
        file = super().clean(data, initial)
        if file.size > MOST_FILE:
            raise ValidationError(_("The file has more than 2 MiB."))
        return file.read()


class PartnerForm(forms.Form):
    """The node that is to be a partner."""

    code = Key(label=_("Code of the node"), max_length=32, help_text=_("Such as ly.ghadames."))


class ReasonForm(forms.Form):
    """Why an act is done that stops others."""

    reason = forms.CharField(label=_("Reason"), max_length=rules.LONGEST_REASON)


class DrillForm(forms.Form):
    """A few words that come with a drill."""

    text = forms.CharField(label=_("Words of the drill"), max_length=200, required=False)


class TrustForm(forms.Form):
    """A file with a root record, descriptor, stop or settle."""

    file = File(label=_("File"), help_text=_("Ends in .mx1; made by the ceremony of the other side or your own."))

    def clean_file(self) -> Item:
        """Read the item."""
        try:
            return objects.read_item(self.cleaned_data["file"])
        except cbor.Malformed:
            raise ValidationError(_("This file holds no item of the exchange.")) from None


class DigitsForm(forms.Form):
    """The digits as the other side has read them aloud."""

    digits = Key(label=_("Eight groups of five digits, as they are read aloud"), max_length=120)


class TermsForm(forms.Form):
    """A document of terms."""

    file = File(label=_("Terms (JSON)"), help_text=_("The form is described in docs/wire/mx1.md, section 8."))

    def clean_file(self) -> bytes:
        """Write what was brought in the one form in which it is signed."""
        try:
            return documents.written(json.loads(self.cleaned_data["file"].decode()))
        except (ValueError, RecursionError):
            raise ValidationError(_("This file is no JSON document that can be signed.")) from None


class SignatureForm(forms.Form):
    """A signing file with the signatures of root key holders."""

    file = File(label=_("Signing file"), help_text=_("As `mabar exchange ceremony sign` has left it."))

    def clean_file(self) -> signing_files.Signing:
        """Read the signing file."""
        try:
            return signing_files.read(self.cleaned_data["file"], name=str(self.files["file"]))
        except Refusal as refusal:
            raise ValidationError(doors.refusal_as_text(refusal)) from None


class SuspendForm(ReasonForm):
    """Which kinds of an agreement are to stop."""

    kinds = forms.MultipleChoiceField(
        label=_("Kinds that stop; none chosen: all"), widget=forms.CheckboxSelectMultiple, required=False
    )
    field_order = ("kinds", "reason")

    def __init__(self, *args: Any, kinds: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = list(kinds)  # type: ignore[attr-defined]


class MessagesForm(forms.Form):
    """Which messages are looked for."""

    subject = Key(label=_("About"), max_length=48, required=False)
    partner = Key(label=_("Partner"), max_length=32, required=False)
    mine = forms.BooleanField(label=_("Mine"), required=False)
    failed = forms.BooleanField(label=_("Not well"), required=False)


class PassedForm(forms.Form):
    """The days that oversight reads."""

    first = _day(_("From day"))
    last = _day(_("To day"))

    def clean(self) -> dict[str, Any]:
        """Ask for days in their order, and not more than a month of them."""
        typed: dict[str, Any] = super().clean() or {}
        first, last = typed.get("first"), typed.get("last")
        if isinstance(first, date) and isinstance(last, date):
            if last < first:
                self.add_error("last", _("The last day lies before the first."))
            elif last - first > timedelta(days=30):
                self.add_error("last", _("Not more than 31 days at once."))
        return typed
