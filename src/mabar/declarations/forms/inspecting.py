"""Shape of what an inspection found: rows of kind, item, words and a photograph."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mabar.declarations import rules
from mabar.declarations.commands import Found
from mabar.declarations.forms.acts_office import ActForm, words_for

ROWS, MOST_ROWS = 3, 60
KINDS = ("", *rules.DISCREPANCIES, "sample", "photo")
# What a camera writes begins so; nothing else is kept as a photograph.
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
Keep = Callable[[bytes, str], str]
"""Keep a picture of a media type and give its SHA-256."""


def media_type_of(content: bytes) -> str | None:
    """Tell which kind of picture it is by its first bytes; None for anything else."""
    return next((kind for mark, kind in PICTURES.items() if content.startswith(mark)), None)


class FindingForm(forms.Form):
    """One row; an empty one says nothing."""

    kind = forms.ChoiceField(label=_("What was found"), required=False)
    item = forms.TypedChoiceField(label=_("Item"), required=False, coerce=int, empty_value=None)
    details = forms.CharField(label=_("In words"), max_length=500, required=False)
    picture = forms.FileField(
        label=_("Photograph"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png", "capture": "environment"}),
    )
    photo = forms.RegexField(r"^[0-9a-f]{64}$", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, items: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [("", "–"), *words_for("inspection", KINDS[1:])]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        numbers = [("", _("The whole")), *((str(number), str(number)) for number in range(1, items + 1))]
        self.fields["item"].choices = numbers  # type: ignore[attr-defined]

    def clean_picture(self) -> Any:
        """Take a photograph only."""
        picture = self.cleaned_data.get("picture")
        if picture and media_type_of(picture.read(16)) is None:
            raise forms.ValidationError(_("The file is no JPEG or PNG picture."))
        if picture:
            picture.seek(0)
        return picture

    def clean(self) -> dict[str, Any]:
        """Want a kind wherever something is said."""
        typed: dict[str, Any] = super().clean() or {}
        is_said = any(typed.get(name) for name in ("details", "picture", "photo", "item"))
        if is_said and not typed.get("kind"):
            self.add_error("kind", _("Choose what was found."))
        return typed

    @property
    def found(self) -> Found | None:
        """The finding; None for an empty row."""
        typed = self.cleaned_data
        if not typed.get("kind"):
            return None
        return Found(typed["kind"], typed.get("item"), typed.get("details", ""), typed.get("photo", ""))


class InspectForm(ActForm):
    """All rows of an inspection; without any, the goods conform."""

    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_ROWS, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, items: int, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        count = _count(data.get("rows", "")) if data else ROWS
        if data is not None and "more" in data:
            count = min(count + ROWS, MOST_ROWS)
        self.shown_rows = count
        self.kept: dict[str, str] = {}
        self.findings = [
            FindingForm(data, files, prefix=f"finding-{number}", items=items, auto_id="inspect_%s")
            for number in range(count)
        ]

    def is_valid(self) -> bool:
        """Tell whether each row is."""
        return all([super().is_valid(), *(row.is_valid() for row in self.findings)])

    def keep_pictures(self, keep: Keep) -> None:
        """Keep each photograph at once, so that a refusal of the act loses none."""
        for row in self.findings:
            picture = row.cleaned_data.get("picture") if row.is_valid() else None
            if picture:
                content = picture.read()
                row.cleaned_data["photo"] = keep(content, media_type_of(content) or "")
                self.kept[row.add_prefix("photo")] = row.cleaned_data["photo"]
                row.data = row.data.copy()  # type: ignore[attr-defined]
                row.data.update(self.kept)  # type: ignore[attr-defined]

    @property
    def facts(self) -> dict[str, Any]:
        """The facts for the command."""
        found = [row.found for row in self.findings]
        return {"version": self.cleaned_data["version"], "found": [each for each in found if each is not None]}


def _count(text: str) -> int:
    return min(max(int(text), 1), MOST_ROWS) if text.isascii() and text.isdecimal() and len(text) < 4 else ROWS
