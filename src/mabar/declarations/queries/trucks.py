"""What trucks tell of their declarations."""

from collections.abc import Iterable

from mabar.declarations import loads, rules
from mabar.declarations.models import Declaration


def wholly_gone(keys: Iterable[str]) -> list[str]:
    """Choose the released declarations of which the last truck has left."""
    released = Declaration.objects.filter(key__in=list(keys), state="released").order_by("key")
    return [each.key for each in released if rules.is_wholly_gone(loads.gone(each.key), whole=loads.whole(each))]


def released_among(keys: Iterable[str]) -> list[str]:
    """Choose the released declarations."""
    released = Declaration.objects.filter(key__in=list(keys), state="released")
    return list(released.order_by("key").values_list("key", flat=True))


def closed_among(keys: Iterable[str]) -> list[str]:
    """Choose the closed declarations that are not wholly gone any more."""
    closed = Declaration.objects.filter(key__in=list(keys), state="closed").order_by("key")
    return [each.key for each in closed if not rules.is_wholly_gone(loads.gone(each.key), whole=loads.whole(each))]
