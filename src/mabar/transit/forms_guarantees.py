"""Shape of what is typed at the desk of guarantees; what is right is decided by the commands."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mabar.base import doors
from mabar.base.boxes import CAPITALS, Code
from mabar.lib import money
from mabar.lib.identifiers import western_digits
from mabar.lib.refusals import Refusal
from mabar.transit.fields import line, words_for
from mabar.transit.rules.guarantees import KINDS
from mabar.transit.rules.lodging import CURRENCIES

Choices = Sequence[tuple[str, str]]


class Sum(forms.CharField):
    """An amount of money, typed with either set of digits; it is read when its currency is known."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {**CAPITALS, "inputmode": "decimal"}
        super().__init__(max_length=24, widget=forms.TextInput(attrs=attrs), **kwargs)


class WithAmount(forms.Form):
    """Something with an amount; `amount_minor` is added to what was typed."""

    amount = Sum(label=_("Amount"))

    def __init__(self, *args: Any, currency: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._currency = currency

    def clean(self) -> dict[str, Any]:
        """Read each amount in its currency; one finer than the currency's smallest unit is not rounded in silence."""
        typed = super().clean() or {}
        for name in [name for name, shape in self.fields.items() if isinstance(shape, Sum) and name in typed]:
            typed[f"{name}_minor"] = self._read(name, typed.pop(name), typed.get("currency") or self._currency)
        return typed

    def _read(self, name: str, text: str, currency: str) -> int:
        try:
            read = money.read_money(western_digits(text or "0"), currency)
        except Refusal as refusal:
            self.add_error(name, doors.refusal_as_text(refusal))
            return 0
        if read.surplus:
            self.add_error(name, _("More decimals than the currency has."))
        return read.minor


class RegisterForm(WithAmount):
    """A new guarantee."""

    kind = forms.ChoiceField(label=_("Kind of guarantee"))
    holder = Code(label=_("Code of the holding firm"), max_length=32)
    amount = Sum(label=_("Amount"), required=False, help_text=_("A waiver has none."))
    title = Sum(label=_("Value of one title"), required=False, help_text=_("Of vouchers alone."))
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])
    first_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    field_order = ("kind", "holder", "currency")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = words_for("guarantee", KINDS)  # type: ignore[attr-defined]


class AskForm(WithAmount):
    """A request for a tranche."""

    reference = Code(label=_("Reference of the guarantee"), max_length=40)
    node = forms.ChoiceField(label=_("Office to ask"))
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])
    reason = line(label=_("Reason"), required=False)
    field_order = ("reference", "node", "currency", "amount")

    def __init__(self, *args: Any, nodes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].choices = nodes  # type: ignore[attr-defined]


class VersionForm(forms.Form):
    """What an act on a guarantee brings: the version that the officer saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class LendForm(VersionForm, WithAmount):
    """To whom a tranche is lent, and which request that answers."""

    node = forms.ChoiceField(label=_("Office that borrows"))
    request = forms.ChoiceField(label=_("Request that is answered"), required=False)
    field_order = ("node", "request", "amount")

    def __init__(self, *args: Any, nodes: Choices, requests: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].choices = nodes  # type: ignore[attr-defined]
        self.fields["request"].choices = [("", "–"), *requests]  # type: ignore[attr-defined]


class ReturnForm(VersionForm, WithAmount):
    """How much of a tranche is returned."""


class RevokeForm(VersionForm):
    """Why a guarantee is revoked."""

    reason = line(label=_("Reason"), help_text=_("It is told to every office that holds a tranche, and kept."))


class DeclineForm(forms.Form):
    """Which request is declined, and why."""

    request = forms.ChoiceField(label=_("Request that is answered"))
    reason = line(label=_("Reason"), help_text=_("It is told to the office that asks, and kept."))

    def __init__(self, *args: Any, requests: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["request"].choices = requests  # type: ignore[attr-defined]


class SettleForm(forms.Form):
    """Which claim is settled, and by which payment."""

    movement = forms.ChoiceField(label=_("Movement whose debt is paid"))
    payment = forms.CharField(label=_("Number of the receipt"), max_length=80, widget=forms.TextInput(attrs=CAPITALS))

    def __init__(self, *args: Any, movements: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["movement"].choices = movements  # type: ignore[attr-defined]
