"""What the pages of duties say beside the house's own words."""

from django import template

from mabar.duties.pages.reach import language
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
