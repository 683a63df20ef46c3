"""How a page says an act."""

from django import template
from django.template.context import Context

from mabar.base.templatetags.mabar import word

register = template.Library()


@register.simple_tag(takes_context=True)
def verb(context: Context, code: str) -> str:
    """Say a verb in the reader's language, out of the vocabulary of its own package."""
    return word(context, code.partition(".")[0], f"verb.{code}")
