"""Shape of what is typed at the desk of assistance; what is right is decided by the commands."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mabar.assistance import rules
from mabar.base import boxes
from mabar.base.boxes import LATIN, Count

words_for = partial(boxes.words_for, "assistance")
HOUR = "%Y-%m-%dT%H:%M"
LONGEST_LINE = 200


def text(rows: int = 3, **kwargs: Any) -> forms.CharField:
    """Make a field for several lines of words."""
    area = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return forms.CharField(max_length=rules.LONGEST, widget=area, **kwargs)


def moment(**kwargs: Any) -> forms.DateTimeField:
    """Make a field for day and hour on the clock of the place."""
    return forms.DateTimeField(
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=HOUR),
        help_text=_("Day and hour on the clock of your place; the other side sees it on its own."),
        **kwargs,
    )


class Files(forms.FileField):
    """Several files in one field."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=_ManyFiles(), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Clean each file by itself."""
        return [super(Files, self).clean(each, initial) for each in data or [] if each]


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class ContentsForm(forms.Form):
    """What a request says; all but names and addresses is demanded when it is sent."""

    matter = text(2, label=_("Matter"))
    reason = text(2, label=_("Reason for the request"))
    description = text(label=_("Short description"), required=False)
    legal_elements = text(2, label=_("Legal elements"), required=False)
    connection = text(2, label=_("Connection to the matter"), required=False)
    parties = text(
        2,
        label=_("Names and addresses, if known"),
        required=False,
        help_text=_("They stand on this request alone; nothing looks for them, and they are erased with it."),
    )


class RequestForm(ContentsForm):
    """A new request: to whom, under which article, and what it says."""

    kind = forms.ChoiceField(label=_("Kind of request"))
    pace = forms.ChoiceField(label=_("Pace"))
    article = forms.ChoiceField(label=_("Article of the agreement"))
    to_official = forms.ChoiceField(label=_("Designated official addressed"))
    language = forms.ChoiceField(label=_("Language of the request"))
    field_order = ("kind", "pace", "article", "to_official", "language")

    def __init__(
        self, *args: Any, articles: Sequence[str], officials: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        named = {"ar": "العربية", "fr": "Français", "en": "English"}
        choices: dict[str, Sequence[tuple[str, str]]] = {
            "kind": words_for("kind", rules.KINDS),
            "pace": words_for("pace", rules.PACES),
            "article": [(each, each) for each in articles],
            "to_official": officials,
            "language": list(named.items()),
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]


class ActForm(forms.Form):
    """What every act on a request brings: the version that the officer saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, offered: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("missing", "measure_key", "consent_key"):
            if name in self.fields:
                self.fields[name].choices = offered  # type: ignore[attr-defined]


class ReasonForm(ActForm):
    """Why; it is told to the other administration."""

    reason = text(2, label=_("Reason"), help_text=_("It is told to the other administration, and kept."))


class WrittenForm(ContentsForm, ActForm):
    """All parts of a request, when it is confirmed or completed."""


class MissingForm(ActForm):
    """Which parts are missing."""

    missing = forms.MultipleChoiceField(label=_("What is missing"), widget=forms.CheckboxSelectMultiple)
    reason = text(2, label=_("Remark"), required=False)


class PostponeForm(ActForm):
    """Until when, and why."""

    due_at = moment(label=_("New due date"))
    reason = text(2, label=_("Reason"), help_text=_("It is told to the other administration, and kept."))


class AnswerForm(ActForm):
    """The answer, and the files that go with it."""

    answer = text(6, label=_("Answer"))
    attached = Files(label=_("Files"), required=False, help_text=_("PDF, JPEG or PNG; at most three, 512 KB together."))


class MeasureForm(ActForm):
    """A precautionary measure: what, on which basis, until when."""

    measure = text(2, label=_("Precautionary measure"))
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=500)
    ends_at = moment(label=_("It ends at"))


class EndMeasureForm(ActForm):
    """Which measure ends."""

    measure_key = forms.ChoiceField(label=_("Precautionary measure"))


class AskConsentForm(ActForm):
    """For which use, and for whom."""

    use = text(2, label=_("Use asked for"))
    recipient = forms.CharField(label=_("Who would receive it"), max_length=LONGEST_LINE)


class GiveConsentForm(ActForm):
    """To which use consent is given."""

    consent_key = forms.ChoiceField(label=_("Use asked for"))


class RefuseConsentForm(ReasonForm):
    """To which use consent is refused, and why."""

    consent_key = forms.ChoiceField(label=_("Use asked for"))


class QueryForm(forms.Form):
    """The query of one declaration."""

    number = forms.CharField(
        label=_("Number of the declaration"),
        max_length=rules.LONGEST_NUMBER,
        widget=forms.TextInput(attrs=LATIN),
        help_text=_("As its paper shows it. Nothing is looked for by name."),
    )
    purpose = forms.ChoiceField(label=_("Purpose"))
    article = forms.ChoiceField(label=_("Article of the agreement"))
    sections = forms.MultipleChoiceField(
        label=_("Parts of the declaration"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(
        self,
        *args: Any,
        purposes: Sequence[tuple[str, str]],
        articles: Sequence[str],
        sections: Sequence[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Sequence[tuple[str, str]]] = {
            "purpose": [("", str(_("Choose one"))), *purposes],
            "article": [(each, each) for each in articles],
            "sections": words_for("section", sections),
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]


class GroundForm(forms.Form):
    """Why a query is refused."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    ground = forms.ChoiceField(label=_("Ground"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = words_for("ground", rules.GROUNDS)  # type: ignore[attr-defined]


class DesignationForm(forms.Form):
    """Who is designated, from day to day."""

    official = forms.CharField(
        label=_("Code of the officer"),
        max_length=48,
        widget=forms.TextInput(attrs=LATIN),
        help_text=_("He holds a post of this desk; the list tells his code and post, not his name."),
    )
    from_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    to_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class DeadlinesForm(forms.Form):
    """The deadlines agreed with an administration."""

    basis = forms.CharField(
        label=_("Basis in the agreement"),
        max_length=500,
        help_text=_(
            "Exchange of letters, protocol or session, with its date; the other side states the same deadlines."
        ),
    )
    at_once = forms.MultipleChoiceField(
        label=_("Queries answered without an officer, by purpose"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, purposes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, said in words_for("deadline", rules.NAMES):
            self.fields[name] = Count(label=said, min_value=1)
        self.fields["at_once"].choices = purposes  # type: ignore[attr-defined]
        self.order_fields([*rules.NAMES, "at_once", "basis"])
