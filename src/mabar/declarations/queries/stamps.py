"""When declarations were lodged, sent to a lane, queried and released, for the release times of the trucks."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Min

from mabar.crossings.queries.told_papers import Keys, PaperStamps
from mabar.declarations import rules
from mabar.declarations.models import Declaration, LaneDraw, Query


def stamps_of(keys: Keys) -> Mapping[str, PaperStamps]:
    """Tell of each declaration whose key a query names, in three questions; the first lane counts, not a later one."""
    lanes = dict(LaneDraw.objects.filter(declaration__in=keys).values_list("declaration").annotate(at=Min("at")))
    queried = _queried(keys)
    rows = Declaration.objects.filter(key__in=keys)
    return {
        key: PaperStamps(regime, register == rules.NATIONAL, lodged_at, lanes.get(key), released_at, queried[key])
        for key, regime, register, lodged_at, released_at in rows.values_list(
            "key", "regime", "register", "lodged_at", "released_at"
        )
    }


def _queried(keys: Keys) -> defaultdict[str, tuple[tuple[datetime, datetime], ...]]:
    found: defaultdict[str, tuple[tuple[datetime, datetime], ...]] = defaultdict(tuple)
    settled = Query.objects.filter(declaration__in=keys, settled_at__isnull=False).order_by("asked_at")
    for key, asked_at, settled_at in settled.values_list("declaration", "asked_at", "settled_at"):
        if settled_at is not None:
            found[key] += ((asked_at, settled_at),)
    return found
