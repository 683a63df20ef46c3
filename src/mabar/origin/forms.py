"""Shape of what is typed at the desks of origin; what is right is decided by the commands."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from mabar.base import boxes, reach
from mabar.base.boxes import LATIN
from mabar.declarations import reference
from mabar.lib import decimals, identifiers, words
from mabar.lib.refusals import Refusal
from mabar.origin import rules

words_for = partial(boxes.words_for, "origin")
NEIGHBOURS = ("LY", "TN", "DZ")
LINES, GRAMS = 3, 3  # lines that an empty form shows; decimals of a kilogram


def criteria() -> list[tuple[str, list[tuple[str, str]]]]:
    """List the criteria of each agreement, under its name."""
    language = reach.language()
    return [
        (
            words.word("origin", f"agreement.{code}", language),
            [
                (each, f"{each} · {words.word('origin', f'criterion.{code}.{each}', language)}")
                for each in under.criteria
            ],
        )
        for code, under in rules.agreements().items()
    ]


def countries() -> list[tuple[str, str]]:
    """List the countries by name, the neighbours first."""
    language = reach.language()
    named = sorted((each.name(language), each.code) for each in reference.countries())
    first = [(code, country.name(language)) for code in NEIGHBOURS if (country := reference.country(code))]
    return [*first, *((code, name) for name, code in named if code not in NEIGHBOURS)]


class Kilograms(forms.CharField):
    """A mass in kilograms with at most three decimals, read into grams."""

    advice = _("Kilograms with at most three decimals, as 1250.500.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={**LATIN, "inputmode": "decimal"}), max_length=20, **kwargs)

    def clean(self, value: Any) -> int | None:
        """Read the figure.

        Raises:
            ValidationError: it is no mass of whole grams.
        """
        text = identifiers.western_digits(str(super().clean(value)))
        if not text:
            return None
        try:
            read = decimals.scale(decimals.read_decimal(text, decimals.POINT), GRAMS)
        except (Refusal, ValueError):
            raise forms.ValidationError(self.advice) from None
        if not read.is_exact:
            raise forms.ValidationError(self.advice)
        return read.units


def line(longest: int = rules.LONGEST_LINE, **kwargs: Any) -> forms.CharField:
    """Make a field for one line of words."""
    return forms.CharField(max_length=longest, **kwargs)


class GoodsForm(forms.Form):
    """A line of goods; one left wholly empty is none."""

    hs6 = line(8, label=_("HS code, 6 digits"), widget=forms.TextInput(attrs={**LATIN, "inputmode": "numeric"}))
    description = line(rules.LONGEST_DESCRIPTION, label=_("Description of goods"))
    criterion = forms.ChoiceField(label=_("Origin criterion"))
    gross_mass_g = Kilograms(label=_("Gross mass, kg"))
    packages = line(label=_("Number and kind of packages"))
    marks = line(label=_("Marks and numbers"), required=False)
    supplementary = line(label=_("Supplementary quantity"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criterion"].choices = [("", "–"), *criteria()]  # type: ignore[attr-defined]


GoodsForms: type[BaseFormSet[GoodsForm]] = formset_factory(
    GoodsForm, extra=0, min_num=1, validate_min=True, max_num=rules.MOST_LINES, absolute_max=rules.MOST_LINES
)


class ApplicationForm(forms.Form):
    """What the applicant writes on the certificate."""

    event_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    replaces = forms.CharField(max_length=26, required=False, widget=forms.HiddenInput)
    agreement = forms.ChoiceField(label=_("Agreement"))
    place = forms.ChoiceField(label=_("Office that issues"))
    exporter = line(rules.LONGEST_NAME, label=_("Exporter and address"))
    exporter_number = line(label=_("Exporter's number"), required=False)
    consignee = line(rules.LONGEST_NAME, label=_("Importer and address"))
    destination = forms.ChoiceField(label=_("Country of destination"))
    transport = line(label=_("Transport details"), required=False)
    invoice = line(label=_("Invoice: number and date"))
    remarks = line(label=_("Remarks"), required=False)

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "agreement": words_for("agreement", rules.agreements()),
            "place": places,
            "destination": countries(),
        }
        for name, named in choices.items():
            self.fields[name].choices = named  # type: ignore[attr-defined]


def application_of(told: dict[str, Any], goods: Iterable[dict[str, Any]]) -> rules.Application:
    """Make the application of what was typed."""
    kept = tuple(rules.GoodsLine(**each) for each in goods if each)
    return rules.Application(goods=kept, agreement=told["agreement"], **{name: told[name] for name in rules.WRITTEN})


class ActForm(forms.Form):
    """What an act brings: the version of the record that the officer saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class NoteForm(ActForm):
    """What an officer remarks when an application is in order."""

    note = line(500, label=_("Remark"), required=False)


class ReasonForm(ActForm):
    """Why."""

    reason = line(500, label=_("Reason"), help_text=_("It is kept under your name."))


class CodeForm(forms.Form):
    """The one field of the check: the text of a code, as a hand scanner types it."""

    code = forms.CharField(
        label=_("Scan or type the code"),
        max_length=rules.LONGEST_CODE,
        strip=False,
        help_text=_("It begins with MO1: and is checked without any connection."),
        widget=forms.Textarea(attrs={**LATIN, "rows": 3, "autofocus": True, "autocapitalize": "characters"}),
    )


class PresentForm(forms.Form):
    """A proof presented with a declaration: its code, or its number alone."""

    code = forms.CharField(
        label=_("Scan or type the code"),
        max_length=rules.LONGEST_CODE,
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={**LATIN, "rows": 3, "autocapitalize": "characters"}),
    )
    serial = line(rules.LONGEST_SERIAL, label=_("Number of the paper, without a code"), required=False)
    agreement = forms.ChoiceField(label=_("Agreement"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreement"].choices = words_for("agreement", rules.agreements())  # type: ignore[attr-defined]


class RequestForm(forms.Form):
    """Why the issuer is asked."""

    reason = forms.ChoiceField(label=_("Reason"))
    text = line(
        500, label=_("What is doubted"), required=False, help_text=_("Needed with a doubt; the issuer reads it.")
    )
    partner = line(
        32, label=_("Node of the issuer"), required=False, widget=forms.TextInput(attrs=LATIN),
        help_text=_("Only where no code was scanned."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = words_for("reason", rules.verifying.REASONS)  # type: ignore[attr-defined]


class AnswerForm(ActForm):
    """What was found of a partner's question."""

    outcome = forms.ChoiceField(label=_("Answer"))
    findings = line(1000, label=_("Findings"), help_text=_("The service that asked reads them."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = words_for("outcome", rules.verifying.OUTCOMES)  # type: ignore[attr-defined]


class SettleForm(forms.Form):
    """Why a declaration is assessed by its proofs now."""

    reason = line(500, label=_("Reason"), help_text=_("It is kept under your name."))
