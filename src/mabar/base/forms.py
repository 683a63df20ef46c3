"""Shape of what administrators type."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mabar.base import rules
from mabar.base.models import Actor
from mabar.base.templatetags.speech import word_at
from mabar.lib.words import LANGUAGES

LANGUAGE_NAMES = (("ar", "العربية"), ("fr", "Français"), ("en", "English"))
KEY_DAYS = (30, 90, 180, 365)


def words_for(prefix: str, codes: Iterable[str], *, package: str = "base") -> list[tuple[str, str]]:
    """Pair codes with their words in the reader's language."""
    language = (get_language() or "ar")[:2]
    language = language if language in LANGUAGES else "ar"
    return [(code, word_at(package, f"{prefix}.{code}", language=language, country="")) for code in codes]


def verbs_in_words(verbs: Iterable[str]) -> list[tuple[str, str]]:
    """Pair verbs with their words; each stands in the vocabulary of its own package."""
    pairs = []
    for verb in sorted(verbs):
        (_code, said), *_rest = words_for("verb", [verb], package=verb.partition(".")[0])
        pairs.append((verb, said))
    return pairs


def _choice(form: forms.Form, name: str) -> Any:
    """Give a field whose choices are those of this request; to Django's types each is only a `Field`."""
    return form.fields[name]


class Kept(forms.ModelChoiceField):
    """A choice among records that bear a name in the reader's language."""

    def label_from_instance(self, record: Any) -> str:
        """Name the record."""
        return str(record.name)


class Key(forms.CharField):
    """The key of a record: Latin letters and figures."""

    def __init__(self, **kwargs: Any) -> None:
        written = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(widget=forms.TextInput(attrs=written), **kwargs)


class EnrolForm(forms.Form):
    """A new account."""

    kind = forms.ChoiceField(label=_("Kind of account"))
    key = Key(
        label=_("Sign-in name"), max_length=48, help_text=_("Latin letters, digits and hyphens, such as DEB-0021.")
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    place = Kept(label=_("Place"), queryset=None, empty_label="–")
    agency = Kept(label=_("Agency"), queryset=None, required=False, empty_label="–")
    firm = Kept(label=_("Firm"), queryset=None, required=False, empty_label="–")
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_NAMES)

    def __init__(self, *args: Any, places: Any, agencies: Any, firms: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in {"place": places, "agency": agencies, "firm": firms}.items():
            _choice(self, name).queryset = choices
        kinds = (Actor.OFFICER, Actor.DECLARANT, Actor.STATION)
        _choice(self, "kind").choices = words_for("actor", kinds)

    def clean(self) -> dict[str, Any]:
        """Ask for the house that the kind of account needs."""
        typed: dict[str, Any] = super().clean() or {}
        is_declarant = typed.get("kind") == Actor.DECLARANT
        if is_declarant and not typed.get("firm"):
            self.add_error("firm", _("A declarant belongs to a firm: choose it."))
        if not is_declarant and typed.get("firm"):
            self.add_error("firm", _("Only a declarant belongs to a firm: leave it empty."))
        if typed.get("kind") == Actor.OFFICER and not typed.get("agency"):
            self.add_error("agency", _("An officer belongs to an agency: choose it."))
        return typed


class GrantForm(forms.Form):
    """A mandate for one person."""

    function = forms.ChoiceField(label=_("Function"))
    place = Kept(label=_("Place"), queryset=None, required=False)
    from_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until_on = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, holder: Actor, places: Any, may_everywhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choice(self, "function").choices = words_for("post", rules.functions_for(holder.kind))
        place = _choice(self, "place")
        place.queryset = places
        place.required = not may_everywhere
        place.empty_label = _("Every place of the node") if may_everywhere else None


class ApiKeyForm(forms.Form):
    """A key for one station: which verbs, how long."""

    scopes = forms.MultipleChoiceField(label=_("What the key opens"), widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(label=_("Days until it ends"), coerce=int)

    def __init__(self, *args: Any, verbs: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choice(self, "scopes").choices = verbs_in_words(verbs)
        _choice(self, "days").choices = [(days, str(days)) for days in KEY_DAYS]

    @property
    def lasts(self) -> timedelta:
        """How long the key is to last."""
        return timedelta(days=self.cleaned_data["days"])


class JournalForm(forms.Form):
    """What oversight looks for in the journal."""

    verb = Key(label=_("Verb"), max_length=64, required=False)
    subject = Key(label=_("Subject"), max_length=64, required=False)
    actor = Key(label=_("Actor"), max_length=48, required=False)
    place = Kept(label=_("Place"), queryset=None, required=False)
    before = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choice(self, "place").queryset = places
        _choice(self, "place").empty_label = _("Every place")
