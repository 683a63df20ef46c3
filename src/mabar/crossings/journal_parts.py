"""The journal's keys and instants as Parquet files beside the node, for statistics: no facts, and nobody's name.

The journal only grows and its positions are dense, so it is read part by part, each in a short question of its own,
and a part that is full is never written again: no long read holds anything up, and what is read is of one moment.
"""

import csv
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from mabar.base.models import Actor, JournalSeal

PART = 100_000  # positions a file
CHUNK = 5_000  # positions a question
COLUMNS = ("position", "verb", "subject", "agency", "place", "at_us")
TYPES = {
    "position": "BIGINT",
    "verb": "VARCHAR",
    "subject": "VARCHAR",
    "agency": "VARCHAR",
    "place": "VARCHAR",
    "at_us": "BIGINT",
}
# What the release times are told by; of who acted only the agency is kept, and only with a hold.
OF_HOLDS = ("crossings.hold", "crossings.lift_hold")
VERBS = (
    *(f"crossings.{act}" for act in ("announce", "join_queue", "note_gate_in", "note_weight", "present")),
    *(f"crossings.{act}" for act in ("note_gate_out", "turn_back", "withdraw", "lapse", "correct_event", "clear")),
    *OF_HOLDS,
    *(f"declarations.{act}" for act in ("lodge", "draw_lane", "release", "note_national_state")),
    *(f"declarations.{act}" for act in ("query", "settle_query")),
)


def write(folder: Path, store: Any) -> list[Path]:
    """Bring the parts in `folder` up to the newest sealed line and list them, the oldest first.

    Args:
        store: an open store of DuckDB, which turns each part into Parquet.
    """
    folder.mkdir(parents=True, exist_ok=True)
    newest = JournalSeal.objects.aggregate(newest=Max("position"))["newest"]
    size = 0 if newest is None else newest + 1
    parts = []
    for first in range(0, max(size, 1), PART):
        last = min(first + PART, size)
        path = folder / f"lines-{first:012}-{last:012}-{_leaf(last - 1)}.parquet"
        if not path.exists():
            _write_part(path, first, last, store)
        parts.append(path)
    _drop_others(folder, parts)
    return parts


def _leaf(position: int) -> str:
    """Name the last line of a part: a restored node, whose journal went on otherwise, writes its parts anew."""
    found = JournalSeal.objects.filter(position=position).values_list("leaf", flat=True).first()
    return (found or "none")[:16]


def _write_part(path: Path, first: int, last: int, store: Any) -> None:
    passing = path.with_suffix(f".{os.getpid()}.csv")
    whole = path.with_suffix(f".{os.getpid()}.part")
    try:
        with passing.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(_lines(first, last))
        store.read_csv(str(passing), header=True, dtype=TYPES).write_parquet(str(whole))
        whole.replace(path)
    finally:
        passing.unlink(missing_ok=True)
        whole.unlink(missing_ok=True)


def _lines(first: int, last: int) -> Iterator[tuple[Any, ...]]:
    for start in range(first, last, CHUNK):
        rows = _sealed(start, min(start + CHUNK, last))
        for position, verb, subject, agency, place, at in rows.values_list(
            "position", "line__verb", "line__subject", "agency", "line__place", "line__at"
        ):
            whole_s = int(at.timestamp())
            yield position, verb, subject, agency if verb in OF_HOLDS else "", place, whole_s * 10**6 + at.microsecond


def _sealed(first: int, last: int) -> QuerySet[Any]:
    agency = Actor.objects.filter(key=OuterRef("line__actor")).values("agency")[:1]
    rows = JournalSeal.objects.filter(position__gte=first, position__lt=last, line__verb__in=VERBS)
    return rows.annotate(agency=Subquery(agency)).order_by("position")


def _drop_others(folder: Path, parts: Iterable[Path]) -> None:
    """Take away the parts that were shorter than those of now."""
    kept = set(parts)
    for path in folder.glob("lines-*.parquet"):
        if path not in kept:
            path.unlink()
