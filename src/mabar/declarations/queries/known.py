"""Which contents and keys are declarations or drafts already."""

from collections.abc import Iterable
from dataclasses import dataclass

from mabar.base.models import Actor
from mabar.declarations import rules
from mabar.declarations.models import Version
from mabar.declarations.queries.rows import DeclarationRow, declaration_row
from mabar.declarations.queries.scope import declarations_of, drafts_of


@dataclass(frozen=True)
class Known:
    """What a house has lodged or begun: declarations by content, and the keys of drafts."""

    lodged: dict[str, DeclarationRow]
    drafts: frozenset[str]


def known(actor: Actor, *, place: str, digests: Iterable[str], keys: Iterable[str]) -> Known:
    """Find what the actor's house has of these contents at a place, and which of these keys are drafts."""
    living = declarations_of(actor).filter(place=place).exclude(state__in=rules.DEAD)
    versions = Version.objects.filter(content_digest__in=list(digests), declaration__in=living)
    found = versions.select_related("declaration")
    drafts = drafts_of(actor).filter(key__in=list(keys)).values_list("key", flat=True)
    lodged = {each.content_digest: declaration_row(each.declaration) for each in found}
    return Known(lodged, frozenset(drafts))
