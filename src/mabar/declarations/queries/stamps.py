"""When declarations were lodged, sent to a lane, queried and released, for the release times of the trucks."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Min

from mabar.crossings.queries.told_papers import EpochSeconds, Keys, PaperStamps
from mabar.declarations import rules
from mabar.declarations.models import Declaration, LaneDraw, Query


def stamps_of(keys: Keys) -> Mapping[str, PaperStamps]:
    """Tell of each declaration whose key a query names, in three questions; the first lane counts, not a later one."""
    drawn = LaneDraw.objects.filter(declaration__in=keys).values_list("declaration")
    lanes = dict(drawn.annotate(at_s=EpochSeconds(Min("at"))))
    queried = _queried(keys)
    rows = Declaration.objects.filter(key__in=keys).values_list(
        "key", "regime", "register", EpochSeconds("lodged_at"), EpochSeconds("released_at")
    )
    return {
        key: PaperStamps(regime, register == rules.NATIONAL, lodged_s, lanes.get(key), released_s, queried[key])
        for key, regime, register, lodged_s, released_s in rows
    }


def _queried(keys: Keys) -> defaultdict[str, tuple[tuple[int, int], ...]]:
    found: defaultdict[str, tuple[tuple[int, int], ...]] = defaultdict(tuple)
    settled = Query.objects.filter(declaration__in=keys, settled_at__isnull=False).order_by("asked_at")
    rows = settled.values_list("declaration", EpochSeconds("asked_at"), EpochSeconds("settled_at"))
    for key, asked_s, settled_s in rows:
        found[key] += ((asked_s, settled_s),)
    return found
