"""How a page says the state of a trusted operator's status, and whether it counts here."""

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mabar.base.templatetags.mabar import sign, word
from mabar.declarations.queries.operators import OperatorRow

register = template.Library()
SIGNS = {"issued": "confirmed", "suspended": "alert", "withdrawn": "refused"}


@register.simple_tag(takes_context=True)
def operator_sign(context: Context, state: str) -> SafeString:
    """Say the state of a status: shape and word."""
    return sign(SIGNS[state], word(context, "declarations", f"state.operator.{state}"))


@register.simple_tag
def counts_sign(row: OperatorRow, counts: bool) -> SafeString:
    """Say whether a status counts here today, and if not whether it awaits recognition."""
    if counts:
        return sign("done", _("Counts here"))
    if row.state == "issued" and not row.is_recognised:
        return sign("waiting", _("Not recognised yet"))
    return sign("unknown", _("Does not count"))
