"""Shape of what officers type for the acts on a declaration; what is right is decided by the commands."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mabar.base import doors
from mabar.base.reach import language
from mabar.crossings import queries as yard
from mabar.declarations import queries, rules, scan_told
from mabar.declarations.forms.acts_broker import DIRECTIONS, code_input, seals_in
from mabar.declarations.forms.lists import offered
from mabar.lib import money, numbers_text, quantities, words
from mabar.lib.identifiers import western_digits
from mabar.lib.refusals import Refusal

UNDER_NAME = _("It is kept under your name.")
LARGEST_VERSION = 2**31 - 1
LONGEST_IMAGE, LONGEST_OUTCOME = 200, 500


def words_for(prefix: str, codes: Sequence[str]) -> list[tuple[str, str]]:
    """Pair codes with the trade's words for them in the reader's language."""
    return [(code, words.word("declarations", f"{prefix}.{code}", language())) for code in codes]


def lines(label: Any, *, longest: int = 500, rows: int = 3, **more: Any) -> forms.CharField:
    """Make a box for a few lines of words."""
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more)


class ActForm(forms.Form):
    """What every act brings: the version of the declaration that the officer saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST_VERSION)

    @property
    def facts(self) -> dict[str, Any]:
        """The facts for the command."""
        return dict(self.cleaned_data)

    def know(self, detail: queries.Detail) -> None:
        """Take from the declaration what an empty form proposes."""

    def propose(self, scans: Sequence[yard.TruckScan]) -> None:
        """Take from the scans of its trucks what an empty form proposes."""


class DocumentsForm(ActForm):
    """What the check of the documents found worth keeping."""

    remark = lines(_("Remark"), required=False, rows=2)


class ScanForm(ActForm):
    """The scan's image and its outcome."""

    image = forms.CharField(label=_("Reference of the image"), max_length=LONGEST_IMAGE, widget=code_input())
    outcome = lines(_("Outcome"), rows=2, help_text=_("What the scanner told is proposed; the outcome is yours."))

    def propose(self, scans: Sequence[yard.TruckScan]) -> None:
        """Propose what the scanner told of the trucks: of each the newest scan, as far as there is room."""
        self.initial.update(scan_told.proposal(scans, longest_image=LONGEST_IMAGE, longest_outcome=LONGEST_OUTCOME))


class ReasonForm(ActForm):
    """An act that the law wants explained."""

    reason = lines(_("Reason"), rows=2, help_text=UNDER_NAME)


class AttachForm(ActForm):
    """A truck of this crossing, by its plate, and the share of the goods that it carries."""

    plate = forms.CharField(
        label=_("Plate"),
        max_length=24,
        widget=code_input(),
        help_text=_("Of a truck that is announced here and has not left."),
    )
    packages = forms.CharField(label=_("Packages on it"), max_length=10, widget=code_input(inputmode="numeric"))
    gross_mass_g = forms.CharField(
        label=_("Gross mass on it (kg)"), max_length=24, widget=code_input(inputmode="decimal")
    )
    seals = forms.CharField(
        label=_("Seals"), max_length=400, required=False, widget=code_input(), help_text=_("A comma between them.")
    )

    def __init__(self, *args: Any, place: str, flow: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place, self.direction = place, DIRECTIONS.get(flow, "entry")

    def clean_plate(self) -> str:
        """Give the passage of the truck with this plate."""
        plate = western_digits(self.cleaned_data["plate"])
        truck = yard.live_passage_of(plate, place=self.place, direction=self.direction)
        if truck is None:
            raise ValidationError(_("This plate is not announced here in this direction. Announce the truck first."))
        return truck.key

    def clean_packages(self) -> int:
        """Read the count in either set of digits."""
        typed = "".join(western_digits(self.cleaned_data["packages"]).split())
        return int(forms.IntegerField(min_value=0, max_value=LARGEST_VERSION).clean(typed))

    def clean_gross_mass_g(self) -> int:
        """Read the kilograms as grams."""
        try:
            return quantities.read_mass_g(self.cleaned_data["gross_mass_g"]).units
        except Refusal as refusal:
            raise ValidationError(doors.refusal_as_text(refusal)) from refusal

    def clean_seals(self) -> list[str]:
        """Give the seals one by one."""
        return seals_in(western_digits(self.cleaned_data["seals"]))

    def know(self, detail: queries.Detail) -> None:
        """Propose what no truck carries yet."""
        self.initial["packages"] = detail.packages_left
        self.initial["gross_mass_g"] = numbers_text.mass_kg(detail.gross_mass_left_g, language())

    @property
    def facts(self) -> dict[str, Any]:
        """The facts for the command: the passage in place of the plate."""
        return {"passage" if name == "plate" else name: value for name, value in self.cleaned_data.items()}


class DetachForm(ActForm):
    """The truck off which the declaration is taken."""

    passage = forms.CharField(label=_("Truck"), max_length=26, widget=forms.Select)

    def know(self, detail: queries.Detail) -> None:
        """List the trucks that carry a share of the declaration."""
        trucks = [(each.passage.key, each.passage.plate) for each in detail.trucks]
        self.fields["passage"].widget.choices = trucks


class RefuseForm(ActForm):
    """Why the declaration is refused; its declarant reads it."""

    reason = lines(_("Reason"), rows=2, help_text=_("The declarant reads it."))


class LaneForm(ActForm):
    """Another lane, and why."""

    lane = forms.ChoiceField(label=_("To"))
    reason = forms.CharField(label=_("Reason (required)"), max_length=500)

    def __init__(self, *args: Any, current: str, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [lane for lane in rules.LANES if lane != current]
        self.fields["lane"].choices = [(lane, lane_word(lane, country)) for lane in others]  # type: ignore[attr-defined]


def lane_word(lane: str, country: str) -> str:
    """Name a lane as the place's country does."""
    table = words.table("declarations", "words")
    return str((table.get(f"lane.{lane}.{country}") or table[f"lane.{lane}"])[language()])


class QueryForm(ActForm):
    """A question to the declarant."""

    text = lines(_("Question to the declarant"), longest=2000)


class AmountForm(ActForm):
    """An amount in a currency."""

    amount = forms.CharField(label=_("Amount"), max_length=40, widget=code_input(inputmode="decimal"))
    currency = forms.ChoiceField(label=_("Currency"))

    def __init__(self, *args: Any, currencies: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = dict(offered("currencies", language()))
        self.fields["currency"].choices = [  # type: ignore[attr-defined]
            (code, f"{code} · {named.get(code, code)}") for code in currencies
        ]

    def clean(self) -> dict[str, Any]:
        """Read the amount exactly; one finer than the currency's smallest unit is not rounded behind one's back."""
        typed: dict[str, Any] = super().clean() or {}
        if "amount" not in typed or "currency" not in typed:
            return typed
        try:
            read = money.read_money(typed["amount"], typed["currency"])
        except Refusal as refusal:
            raise ValidationError({"amount": doors.refusal_as_text(refusal)}) from refusal
        if read.surplus:
            raise ValidationError({"amount": _("The amount has more decimals than the currency.")})
        return {**typed, "amount_minor": read.minor}

    @property
    def facts(self) -> dict[str, Any]:
        """The facts for the command: the amount as minor units."""
        return {name: value for name, value in self.cleaned_data.items() if name != "amount"}


class ReassessForm(AmountForm):
    """What is owed instead, and why."""

    reason = lines(_("Reason"), rows=2, help_text=UNDER_NAME)


class SettlementForm(AmountForm):
    """A payment or a guarantee, by its reference."""

    reference = forms.CharField(label=_("Reference"), max_length=80, widget=code_input())
    field_order = ("reference", "amount", "currency")


class NationalForm(ActForm):
    """What the national system says of the declaration."""

    reference = forms.CharField(label=_("Reference"), max_length=80, widget=code_input())
    on = forms.DateField(label=_("Of the day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    claimed = forms.ChoiceField(label=_("State"))
    received_from = forms.CharField(
        label=_("Received from"), max_length=120, help_text=_("The notice, the screen or the officer that said so.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["claimed"].choices = words_for(  # type: ignore[attr-defined]
            "state.declaration", tuple(rules.CLAIMS.values())
        )

    def clean_claimed(self) -> str:
        """Give the claim as the national system words it."""
        claim_of = {state: claim for claim, state in rules.CLAIMS.items()}
        return claim_of[self.cleaned_data["claimed"]]

    def clean_reference(self) -> str:
        """Write the figures as Western ones."""
        return western_digits(self.cleaned_data["reference"])


class NarrowForm(forms.Form):
    """What the officer's list is narrowed to."""

    lane = forms.ChoiceField(label=_("Lane"), required=False)
    flow = forms.ChoiceField(label=_("Direction"), required=False)
    regime = forms.ChoiceField(label=_("Procedure"), required=False)

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lanes = [(lane, lane_word(lane, country)) for lane in rules.LANES]
        self.fields["lane"].choices = [("", _("Every lane")), *lanes]  # type: ignore[attr-defined]
        self.fields["flow"].choices = [("", _("Both directions")), *offered("flows", language())]  # type: ignore[attr-defined]
        self.fields["regime"].choices = [("", _("Every procedure")), *offered("regimes", language())]  # type: ignore[attr-defined]


class RegisterForm(forms.Form):
    """Who registers at a place from a day on."""

    place = forms.ChoiceField(label=_("Place"))
    regime = forms.ChoiceField(label=_("Procedure"), required=False)
    flow = forms.ChoiceField(label=_("Direction"), required=False)
    keeper = forms.ChoiceField(label=_("Register"), widget=forms.RadioSelect)
    system = forms.CharField(label=_("Name of the national system"), max_length=40, required=False, widget=code_input())
    office = forms.CharField(
        label=_("Office code"),
        max_length=16,
        required=False,
        widget=code_input(),
        help_text=_("Empty: made from the place."),
    )
    is_at_once = forms.BooleanField(label=_("Registered at once, when it is lodged"), required=False, initial=True)
    from_on = forms.DateField(
        label=_("From the day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[Any]] = {
            "place": places,
            "regime": [("", _("Every procedure")), *offered("regimes", language())],
            "flow": [("", _("Both directions")), *offered("flows", language())],
            "keeper": words_for("register", (rules.MABAR, rules.NATIONAL)),
        }
        for name, listed in choices.items():
            self.fields[name].choices = listed  # type: ignore[attr-defined]


class VoidForm(forms.Form):
    """Why a serial of our own register is voided."""

    place = forms.ChoiceField(label=_("Place"))
    explanation = lines(_("Explanation"), rows=2, help_text=_("The law wants it for the gap in the series."))

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]
