"""The boxes of the desks of transit: codes, counts, seals one a line, hours and amounts as they are typed."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mabar.base import boxes, doors
from mabar.base.boxes import CAPITALS, Code
from mabar.lib import identifiers, money
from mabar.lib.refusals import Refusal
from mabar.transit import rules

words_for = partial(boxes.words_for, "transit")
LONGEST_LINE = 200
INSTANT = "%Y-%m-%dT%H:%M"


class Numbers(forms.CharField):
    """Seals, one a line; a sign before the number says that it is broken, words after it name the maker."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={**CAPITALS, "rows": 3}), max_length=1500, **kwargs)

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


def amount(**kwargs: Any) -> forms.CharField:
    """Make the field of an amount of money, with its decimals."""
    return Code(label=_("Amount covered"), max_length=40, attrs={"inputmode": "decimal"}, **kwargs)


def minor_of(typed: Mapping[str, Any]) -> int:
    """Read an amount exactly; one finer than the currency's smallest unit is not rounded behind one's back.

    Raises:
        ValidationError: it is no amount of this currency.
    """
    try:
        read = money.read_money(typed["amount"], typed["currency"])
    except Refusal as refusal:
        raise forms.ValidationError({"amount": doors.refusal_as_text(refusal)}) from refusal
    if read.surplus:
        raise forms.ValidationError({"amount": _("The amount has more decimals than the currency.")})
    return read.minor
