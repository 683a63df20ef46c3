"""Shape of what is typed for duties: what was found of items, and the files of a tariff."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mabar.base import doors
from mabar.declarations import reference
from mabar.duties.rules import Found, Requirement
from mabar.lib import decimals, money, quantities, words
from mabar.lib.identifiers import western_digits
from mabar.lib.refusals import Refusal

ROWS, MOST_ROWS = 3, 60
WHATS = ("code", "origin", "value", "net_mass", "preference", "quantity")
NOT_ADMITTED = "-"
LARGEST_FILE, LARGEST_TABLE = 16 * 1024 * 1024, 1024 * 1024
CURRENCIES = {"dz": "DZD", "ly": "LYD", "tn": "TND"}


def code_input(**more: Any) -> forms.TextInput:
    """Give an input for codes and figures, which run from left to right."""
    return forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false", **more})


class FoundRow(forms.Form):
    """One thing found of one item; an empty row says nothing."""

    item = forms.CharField(label=_("Item"), required=False, max_length=6, widget=code_input(inputmode="numeric"))
    what = forms.ChoiceField(label=_("What differs"), required=False)
    value = forms.CharField(label=_("As found"), required=False, max_length=40, widget=code_input())

    def __init__(self, *args: Any, currency: str, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        named = [(what, words.word("duties", f"found.{what}", language)) for what in WHATS]
        self.fields["what"].choices = [("", "–"), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Read the value as what it is; a row that says something says all three."""
        typed: dict[str, Any] = super().clean() or {}
        told = {name: western_digits(str(typed.get(name) or "")).strip() for name in ("item", "what", "value")}
        if not any(told.values()):
            return {}
        for name, text in told.items():
            if not text:
                self.add_error(name, _("Item, what differs and what was found are all needed."))
        if told["item"] and not (told["item"].isascii() and told["item"].isdigit()):
            self.add_error("item", _("Write the number of the item."))
        if self.errors:
            return typed
        try:
            return {"item": int(told["item"]), **self._read(told["what"], told["value"])}
        except Refusal as refusal:
            self.add_error("value", doors.refusal_as_text(refusal))
            return typed

    def _read(self, what: str, text: str) -> dict[str, Any]:
        match what:
            case "value":
                return {"value_minor": money.read_money(text, self.currency).minor}
            case "net_mass":
                return {"net_mass_g": quantities.read_mass_g(text).units}
            case "preference":
                return {"preference": "" if text == NOT_ADMITTED else text.upper()}
            case "quantity":
                quantity, _blank, unit = text.rpartition(" ")
                return {"quantities": {unit.strip().upper(): decimals.read_decimal(quantity)}}
        return {what: "".join(text.split()).upper()}


class FoundForm:
    """All rows of what was found; without any, the declaration is assessed as it was declared."""

    def __init__(self, data: Mapping[str, Any] | None, *, currency: str, language: str) -> None:
        asked = str((data or {}).get("rows", ""))
        count = min(int(asked), MOST_ROWS) if asked.isascii() and asked.isdigit() else ROWS
        self.count = count + ROWS if data is not None and "more" in data else count
        self.rows = [
            FoundRow(data, prefix=f"found{number}", currency=currency, language=language)
            for number in range(self.count)
        ]

    @property
    def is_valid(self) -> bool:
        """Whether every row is empty or says something that can be read."""
        said = [not row.is_bound or row.is_valid() for row in self.rows]  # each row tells its own fault
        return all(said) and not self._told_twice()

    def _told_twice(self) -> bool:
        """Mark each row that tells the same thing of the same item again."""
        seen: set[tuple[str, ...]] = set()
        is_twice = False
        for row in self.rows:
            told = _told_of(row.cleaned_data) if row.is_bound and row.is_valid() and row.cleaned_data else ()
            if told and told in seen:
                row.add_error("item", _("This was told of the item above."))
                is_twice = True
            seen.add(told)
        return is_twice

    @property
    def found(self) -> tuple[Found, ...]:
        """What was found, item by item."""
        said = [row.cleaned_data for row in self.rows if row.is_bound and row.is_valid() and row.cleaned_data]
        return tuple(_by_item(said))


def _told_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Name what a row tells: the item, and the thing, a quantity by its unit."""
    names = [name for name in row if name != "item"]
    return str(row["item"]), *names, *row.get("quantities", ())


def _by_item(said: Iterable[Mapping[str, Any]]) -> Iterator[Found]:
    gathered: dict[int, Found] = {}
    for each in said:
        before = gathered.get(each["item"], Found(each["item"]))
        told = {name: value for name, value in each.items() if name != "item"}
        quantities_: Mapping[str, Decimal] = {**before.quantities, **told.get("quantities", {})}
        gathered[each["item"]] = replace(before, **{**told, "quantities": quantities_})
    yield from gathered.values()


class TariffForm(forms.Form):
    """The files of a tariff, and what it is called."""

    name = forms.CharField(label=_("Name and year"), max_length=120)
    currency = forms.ChoiceField(
        label=_("Currency of its amounts"), choices=[(each, each) for each in CURRENCIES.values()]
    )
    rates = forms.FileField(label=_("Rates (CSV)"))
    levies = forms.FileField(
        label=_("Levies (CSV)"), required=False, help_text=_("Without this file the levies in use stay.")
    )
    groups = forms.FileField(
        label=_("Groups of origins (CSV)"), required=False, help_text=_("Without this file the groups in use stay.")
    )
    is_sample = forms.BooleanField(label=_("It is a sample, not a law"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse what is larger than any tariff."""
        typed: dict[str, Any] = super().clean() or {}
        for name in ("rates", "levies", "groups"):
            if typed.get(name) and typed[name].size > LARGEST_FILE:
                self.add_error(name, _("The file is too large; load it by the command line."))
        return typed


class ConfirmForm(forms.Form):
    """The tariff that was read, named by the digests of its files, and the number with which it was compared."""

    name = forms.CharField(max_length=120)
    currency = forms.ChoiceField(choices=[(each, each) for each in CURRENCIES.values()])
    rates = forms.RegexField(r"^[0-9a-f]{64}$")
    levies = forms.RegexField(r"^[0-9a-f]{64}$", required=False)
    groups = forms.RegexField(r"^[0-9a-f]{64}$", required=False)
    is_sample = forms.BooleanField(required=False)
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class ReassessForm(forms.Form):
    """Why a declaration is assessed once more."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class RequirementForm(forms.Form):
    """A paper that goods must come with."""

    paper = forms.ChoiceField(label=_("Document"))
    goods = forms.RegexField(
        r"^[0-9]{0,12}$", label=_("First digits of the goods"), required=False, widget=code_input(inputmode="numeric")
    )
    flow = forms.ChoiceField(label=_("Direction"), required=False)
    procedure = forms.RegexField(
        r"^[0-9]{0,4}$", label=_("Procedure begins with"), required=False, widget=code_input(inputmode="numeric")
    )
    origin = forms.CharField(label=_("Country of origin"), max_length=2, required=False, widget=code_input())
    from_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    until_on = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    basis = forms.CharField(label=_("Legal basis"), max_length=200)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers = [(code, reference.document_type(code)) for code in reference.document_codes()]
        self.fields["paper"].choices = [  # type: ignore[attr-defined]
            (code, f"{code} · {paper.name(language)}") for code, paper in papers if paper
        ]
        flows = {"": _("Both directions"), "import": _("Import"), "export": _("Export")}
        self.fields["flow"].choices = list(flows.items())  # type: ignore[attr-defined]

    def clean_origin(self) -> str:
        """Take a country that is."""
        origin = self.cleaned_data["origin"].upper()
        if origin and not reference.country(origin):
            raise forms.ValidationError(_("Write the two letters of a country."))
        return origin

    @property
    def requirement(self) -> Requirement:
        """The requirement as it was typed."""
        typed = {"prefix" if name == "goods" else name: value for name, value in self.cleaned_data.items()}
        return Requirement(**typed)


class PapersFileForm(forms.Form):
    """A table of papers that goods must come with."""

    table = forms.FileField(label=_("Table (CSV)"))

    def clean_table(self) -> Any:
        """Refuse what is larger than any table of papers: all its lines are written in one act."""
        table = self.cleaned_data["table"]
        if table.size > LARGEST_TABLE:
            raise forms.ValidationError(_("The table is too large; send it in parts."))
        return table


class EndForm(forms.Form):
    """The last day of a requirement."""

    until_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
