"""Shape of what is typed at the desks of transit; what is right is decided by the commands."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mabar.base.boxes import Code, Count
from mabar.transit import rules
from mabar.transit.fields import (
    SealNumbers,
    SealsAffixed,
    SealsSeen,
    amount,
    hour,
    line,
    minor_of,
    reason,
    words_for,
)

PASSAGES = ("passage_1", "passage_2", "passage_3")


class ActForm(forms.Form):
    """What every act brings: its own key, and the version of the movement that the officer saw."""

    event_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)


class OfficeForm(ActForm):
    """An act that is done at an office."""

    office = forms.CharField(max_length=32, widget=forms.HiddenInput)


class ReasonForm(ActForm):
    """An act with its reason."""

    reason = reason()


class AmendForm(ActForm):
    """What is amended most: the truck and what covers the goods."""

    plate = Code(label=_("Plate of the truck"), max_length=32)
    container = Code(label=_("Container"), max_length=60, required=False)
    guarantee = Code(label=_("Guarantee"), max_length=32, required=False)
    amount = amount(required=False, help_text=_("Leave it empty where it stays as it is."))
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in rules.CURRENCIES])

    def clean(self) -> dict[str, Any]:
        """Put what is amended together."""
        told = super().clean() or {}
        names = ("plate", "container", "guarantee")
        changes: dict[str, Any] = {name: told.pop(name) for name in names if name in told}
        amount, currency = told.pop("amount", ""), told.pop("currency", "")
        if amount and currency:  # a currency alone would make another amount of the same figures
            changes |= {"currency": currency, "amount_minor": minor_of({"amount": amount, "currency": currency})}
        return {**told, "changes": changes}


class FoundForm(ActForm):
    """What a control found."""

    found = line(label=_("What the control found"))


class AnswerForm(ActForm):
    """What the holder answered."""

    answer = line(label=_("Answer of the holder"))


class DischargeForm(ActForm):
    """A discharge; the reason is needed where the remarks are not conform or the arrival is proved otherwise."""

    reason = reason(required=False)


class ReleaseForm(ActForm):
    """The time limit and the seals of a release."""

    days = Count(label=_("Days to arrive"), min_value=1, max_value=999)
    seals = SealsAffixed(
        label=_("Seals"), required=False, help_text=_("One a line: its number, then a space and its maker.")
    )


class PassForm(OfficeForm):
    """The seals as found at a passage."""

    seen = SealsSeen(
        label=_("Seals found"),
        required=False,
        help_text=_("As read on the load, one a line; put ! before one that is broken."),
    )


class ArriveForm(PassForm):
    """The seals as found on arrival, and why it is here."""

    reason = line(
        label=_("Why here"), required=False, help_text=_("Needed only where this is not the office of destination.")
    )


class IncidentForm(OfficeForm):
    """What happened on the way."""

    incident = forms.ChoiceField(label=_("Kind of incident"))
    reason = line(label=_("What happened"))
    broken = SealNumbers(label=_("Seals found broken"), required=False, help_text=_("One a line."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["incident"].choices = words_for("incident", rules.TYPED)  # type: ignore[attr-defined]


class SealForm(OfficeForm):
    """A seal and the one that replaces it."""

    number = Code(label=_("Seal to replace"), max_length=40)
    new_number = Code(label=_("New seal"), max_length=40)
    new_maker = line(label=_("Maker of the new seal"), required=False)
    reason = reason()

    def clean(self) -> dict[str, Any]:
        """Put the new seal together."""
        told = super().clean() or {}
        new = rules.Seal(told.pop("new_number", ""), told.pop("new_maker", ""))
        return {**told, "new": new}


class RemarkForm(OfficeForm):
    """What the control at destination found."""

    outcome = forms.ChoiceField(label=_("Outcome"))
    reason = line(label=_("Differences"), required=False, help_text=_("Needed where the goods are not conform."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = words_for("outcome", rules.OUTCOMES)  # type: ignore[attr-defined]


class QuestionForm(OfficeForm):
    """The answer to what home asks."""

    asks = forms.ChoiceField(label=_("Question"))
    answer = forms.ChoiceField(label=_("Answer"))
    text = line(label=_("Details"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asks"].choices = words_for("asks", rules.ASKS)  # type: ignore[attr-defined]
        self.fields["answer"].choices = words_for("answer", rules.ANSWERS)  # type: ignore[attr-defined]


class LodgeForm(forms.Form):
    """A declaration for transit."""

    event_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    departure = forms.ChoiceField(label=_("Office of departure"))
    passage_1 = forms.ChoiceField(label=_("First office of passage"), required=False)
    passage_2 = forms.ChoiceField(label=_("Second office of passage"), required=False)
    passage_3 = forms.ChoiceField(label=_("Third office of passage"), required=False)
    destination = forms.ChoiceField(label=_("Office of destination"))
    holder_code = Code(label=_("Holder's code"), max_length=32)
    holder_name = line(label=_("Holder of the procedure"), help_text=_("A firm, never a driver."))
    goods = forms.CharField(label=_("Goods"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    packages = Count(label=_("Packages"), min_value=1)
    gross_mass_kg = Count(label=_("Gross mass, kg"), min_value=1)
    plate = Code(label=_("Plate of the truck"), max_length=32)
    container = Code(label=_("Container"), max_length=60, required=False)
    declaration = Code(label=_("Number of another declaration"), max_length=60, required=False)
    guarantee = Code(label=_("Guarantee"), max_length=32, required=False)
    amount = amount()
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in rules.CURRENCIES])
    procedure = forms.ChoiceField(label=_("Procedure"))
    stamp = Code(
        label=_("Number of the continuity stamp"), max_length=35, required=False, help_text=_("Only on paper.")
    )
    begun_at = hour(_("Hour on the paper"), required=False)

    def __init__(self, *args: Any, own: Sequence[Any], offices: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        passages = {name: [("", "–"), *offices] for name in PASSAGES}
        choices = {"departure": own, **passages, "destination": offices}
        for name, named in {**choices, "procedure": words_for("procedure", rules.PROCEDURES)}.items():
            self.fields[name].choices = named  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Put the itinerary in its order, and read the amount."""
        told = super().clean() or {}
        passages = [told.pop(name, "") for name in PASSAGES]
        told["passages"] = [code for code in passages if code]
        if "amount" in told and "currency" in told:
            told["amount_minor"] = minor_of(told)
        return told


class UnannouncedForm(forms.Form):
    """The number on the paper of goods that came before their news."""

    number = Code(label=_("Number on the paper"), max_length=rules.LONGEST_NUMBER)
    home = forms.ChoiceField(label=_("Office of departure"))
    office = forms.ChoiceField(label=_("This office"))

    def __init__(self, *args: Any, own: Sequence[Any], offices: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home"].choices = offices  # type: ignore[attr-defined]
        self.fields["office"].choices = own  # type: ignore[attr-defined]


class BeginForm(forms.Form):
    """From when an office works on paper, and why."""

    place = forms.ChoiceField(label=_("Office"))
    began_at = hour(_("Since"))
    reason = reason()

    def __init__(self, *args: Any, own: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = own  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """When the node of an office was back."""

    ended_at = hour(_("Back since"))
