"""What the trucks carry."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum

from mabar.crossings import rules
from mabar.crossings.models import PassageDeclaration
from mabar.crossings.queries.rows import LinkRow, PassageRow, link_row, passage_row


@dataclass(frozen=True)
class LoadedPassage:
    """A truck of a declaration, and its share of the goods."""

    passage: PassageRow
    share: LinkRow


def passages_of(declaration: str) -> list[LoadedPassage]:
    """List the trucks that carry a declaration, in the order of their announcement."""
    found = PassageDeclaration.objects.filter(declaration=declaration).select_related("passage")
    return [LoadedPassage(passage_row(link.passage), link_row(link)) for link in found.order_by("passage_id")]


def linked(key: str) -> list[rules.LinkedDeclaration]:
    """Give the declarations of a truck as the gate sees them."""
    found = PassageDeclaration.objects.filter(passage=key).order_by("reference")
    return [rules.LinkedDeclaration(link.reference, link.cleared_at is not None, link.lane) for link in found]


def declarations_on(key: str) -> tuple[str, ...]:
    """Give the keys of the declarations on a truck."""
    found = PassageDeclaration.objects.filter(passage=key).order_by("declaration")
    return tuple(found.values_list("declaration", flat=True))


def load_elsewhere(declaration: str, key: str) -> rules.Load:
    """Sum what other trucks carry of a declaration; one that was turned back or never came carries nothing."""
    others = PassageDeclaration.objects.filter(
        declaration=declaration, passage__state__in=[*rules.LIVE, *rules.GONE]
    ).exclude(passage=key)
    sums = others.aggregate(packages=Sum("packages"), gross_mass_g=Sum("gross_mass_g"))
    return rules.Load(sums["packages"] or 0, sums["gross_mass_g"] or 0)


def links_by_passage(keys: Iterable[str]) -> dict[str, list[LinkRow]]:
    """Give the declarations of passages, by passage."""
    by_passage: dict[str, list[LinkRow]] = {}
    for link in PassageDeclaration.objects.filter(passage__in=list(keys)).order_by("reference"):
        by_passage.setdefault(link.passage_id, []).append(link_row(link))
    return by_passage
