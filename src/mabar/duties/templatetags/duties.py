"""What the pages of duties say beside the house's own words."""

from collections.abc import Sequence

from django import template

from mabar.base.reach import language
from mabar.declarations.reference import Entry
from mabar.lib.refusals import Refusal
from mabar.lib.words import Sentence

register = template.Library()


@register.simple_tag
def refusal_of(refusal: Refusal) -> Sentence:
    """Say a refusal in the reader's language."""
    return refusal.sentence(language())


@register.filter
def verb_of(act: str) -> str:
    """Name the word of an act on a declaration."""
    return f"verb.declarations.{act}"


@register.filter
def in_language(entry: Entry | None) -> str:
    """Name a code of a list in the reader's language."""
    return entry.name(language()) if entry else ""


@register.filter
def flow_word(flow: str) -> str:
    """Name the word of a direction."""
    return f"flow.{flow}"


@register.filter
def join_numbers(numbers: Sequence[int]) -> str:
    """Write numbers one after the other, the first dozen of them."""
    return ", ".join(str(number) for number in numbers[:12]) + ("…" if len(numbers) > 12 else "")
