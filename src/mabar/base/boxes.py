"""Boxes that the desks of every package share: codes and counts, typed with either set of digits."""

from collections.abc import Iterable
from typing import Any

from django import forms

from mabar.base import reach
from mabar.lib import identifiers, words

LATIN = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}
CAPITALS = {**LATIN, "autocapitalize": "characters"}


def words_for(package: str, prefix: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Pair codes with a trade's words for them in the reader's language."""
    language = reach.language()
    return [(code, words.word(package, f"{prefix}.{code}", language)) for code in codes]


class Code(forms.CharField):
    """A plate, seal, chassis or number: Latin letters and figures, Arabic figures as well."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={**CAPITALS, **kwargs.pop("attrs", {})}), **kwargs)

    def to_python(self, value: Any) -> str:
        """Write the figures as Western ones."""
        return identifiers.western_digits(str(super().to_python(value)))


class Count(forms.IntegerField):
    """A whole number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={**LATIN, "inputmode": "numeric"}), **kwargs)

    def to_python(self, value: Any) -> Any:
        """Read the figures."""
        return super().to_python(identifiers.western_digits(value) if isinstance(value, str) else value)
