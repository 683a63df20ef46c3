"""How a page says what a record holds.  `{% load sad %}`."""

import re
from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from mabar.base.models import Actor
from mabar.base.reach import language
from mabar.base.templatetags.mabar import number, ref
from mabar.declarations import queries, reference
from mabar.declarations.formats.values import decimals_of
from mabar.declarations.forms.lists import profiles_offered
from mabar.declarations.pages.broker_acts import offered
from mabar.declarations.sad import Item
from mabar.declarations.sad_parts import Amount
from mabar.lib import numbers_text
from mabar.lib.decimals import unscale
from mabar.lib.identifiers import dotted_tariff_code
from mabar.lib.words import isolate

register = template.Library()


@register.simple_tag
def amount(value: Amount | None) -> SafeString:
    """Write an amount with its currency; one whose currency nobody said stands alone, with two decimals."""
    if value is None:
        return number(None)
    written = numbers_text.number(unscale(value.minor, decimals_of(value.currency)), language())
    return ref(f"{written}{numbers_text.UNIT_SPACE}{value.currency}" if value.currency else written)


_EVIDENCE = (
    (r"month first", gettext_lazy("month first")),
    (r"day first", gettext_lazy("day first")),
    (r"office code (\S+)", gettext_lazy("office code {0}")),
    (r"chosen: (\S+)", gettext_lazy("named by the reader: {0}")),
    (r"headers: ([0-9]+) known, row ([0-9]+)", gettext_lazy("{0} column heads are known, in row {1}")),
)


FORMATS = {"": "JSON", "asycuda": "ASYCUDA World", "edifact": "UN/EDIFACT", "wco": "WCO Data Model"}


@register.simple_tag
def source_format(code: str | None) -> SafeString:
    """Name the format of a file as its makers write it."""
    return ref(FORMATS.get(code or "", str(code).upper()))


@register.filter
def profile_name(code: str | None) -> str:
    """Name the profile by which a file was read, as the form that asks for it does."""
    return dict(profiles_offered(language())).get(code or "", code or "")


@register.filter
def evidence(text: str) -> str:
    """Say a piece of evidence of a reader in the reader's language; what it cites stays as it is."""
    parts = [_evidence(part) for part in text.split(": ", 1)] if not text.startswith(("chosen", "headers")) else []
    if len(parts) == 2:
        return gettext("{what}: {found}").format(what=parts[0], found=parts[1])
    return _evidence(text)


def _evidence(part: str) -> str:
    for pattern, said in _EVIDENCE:
        if found := re.fullmatch(pattern, part):
            return str(said).format(*map(isolate, found.groups()))
    return isolate(part)


@register.filter
def tariff(item: Item) -> str:
    """Write the tariff code of an item with its dots."""
    return dotted_tariff_code(item.commodity_code) if item.commodity_code else ""


@register.filter
def goods_title(item: Item) -> str:
    """Give the short title of the heading of an item in the reader's language; empty where the code has none."""
    heading = reference.heading(item.commodity_code) if item.commodity_code else None
    return heading.name(language()) if heading else ""


@register.filter
def short(key: str) -> str:
    """Give the end of a key, by which a person tells two drafts apart."""
    return f"{key[-8:-4]}-{key[-4:]}"


@register.inclusion_tag("declarations/_broker_acts_of.html", takes_context=True)
def broker_acts(context: Context, detail: queries.Detail) -> dict[str, Any]:
    """Show the declarant's own acts on his declaration; nothing to anybody else."""
    actor = context["screen"].actor
    acts = offered(actor, detail) if actor is not None and actor.kind == Actor.DECLARANT else {}
    same = {name: context.get(name) for name in ("csrf_token", "screen", "place")}
    return {"acts": acts, **same}
