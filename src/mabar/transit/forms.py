"""Shape of what is typed at the desks of transit; what is right is decided by the commands."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mabar.base import reach
from mabar.lib import identifiers, words
from mabar.transit import rules

LATIN = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
LONGEST_LINE = 200
INSTANT = "%Y-%m-%dT%H:%M"
PASSAGES = ("first_passage", "second_passage", "third_passage")


def words_for(prefix: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Pair codes with the trade's words for them in the reader's language."""
    language = reach.language()
    return [(code, words.word("transit", f"{prefix}.{code}", language)) for code in codes]


class Code(forms.CharField):
    """A plate, seal or number: Latin letters and figures, Arabic figures as well."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={**LATIN, **kwargs.pop("attrs", {})}), **kwargs)

    def to_python(self, value: Any) -> str:
        """Write the figures as Western ones."""
        return identifiers.western_digits(str(super().to_python(value)))


class Count(forms.IntegerField):
    """A whole number, typed with either set of digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={**LATIN, "inputmode": "numeric"}), **kwargs)

    def to_python(self, value: Any) -> Any:
        """Read the figures."""
        return super().to_python(identifiers.western_digits(value) if isinstance(value, str) else value)


class Numbers(forms.CharField):
    """Seals, one a line; a sign before the number says that it is broken, words after it name the maker."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={**LATIN, "rows": 3}), max_length=1500, **kwargs)

    def lines_of(self, value: str) -> list[str]:
        """Give the lines that say something."""
        return [line.strip() for line in identifiers.western_digits(value).splitlines() if line.strip()]


class SealsAffixed(Numbers):
    """Seals with their makers."""

    def clean(self, value: Any) -> Any:
        """Give each seal with its maker."""
        parts = [line.partition(" ") for line in self.lines_of(str(super().clean(value)))]
        return tuple(rules.Seal(number, maker.strip()) for number, _, maker in parts)


class SealsSeen(Numbers):
    """Seals as found; one that is broken has `!` before its number."""

    def clean(self, value: Any) -> Any:
        """Give each seal as it was found."""
        told = self.lines_of(str(super().clean(value)))
        return tuple(rules.SealSeen(line.lstrip("! "), is_broken=line.startswith("!")) for line in told)


class SealNumbers(Numbers):
    """Numbers of seals alone."""

    def clean(self, value: Any) -> Any:
        """Give the numbers."""
        return tuple(self.lines_of(str(super().clean(value))))


def line(**kwargs: Any) -> forms.CharField:
    """Make a field for one line of words."""
    return forms.CharField(max_length=LONGEST_LINE, **kwargs)


def reason(*, required: bool = True) -> forms.CharField:
    """Make the field of a reason."""
    return line(label=_("Reason"), required=required, help_text=_("It is kept under your name."))


def hour(label: Any, **kwargs: Any) -> forms.DateTimeField:
    """Make a field for a day and hour on the clock of the office."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=INSTANT)
    return forms.DateTimeField(label=label, widget=widget, **kwargs)


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

    def clean(self) -> dict[str, Any]:
        """Put what is amended together."""
        told = super().clean() or {}
        changes = {name: told.pop(name) for name in ("plate", "container", "guarantee") if name in told}
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
        label=_("Seals found"), required=False, help_text=_("One a line; put ! before one that is broken.")
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
    first_passage = forms.ChoiceField(label=_("First office of passage"), required=False)
    second_passage = forms.ChoiceField(label=_("Second office of passage"), required=False)
    third_passage = forms.ChoiceField(label=_("Third office of passage"), required=False)
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
    amount = Code(label=_("Amount covered"), max_length=24, attrs={"inputmode": "decimal"})
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
