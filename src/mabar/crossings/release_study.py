"""The release times of a place reckoned again from the journal: keys and instants exported, then asked by DuckDB."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from mabar.crossings import journal_parts, queries, release_analysis
from mabar.crossings.models import Passage, PassageDeclaration
from mabar.crossings.queries import release_times
from mabar.crossings.queries.told_papers import stamps_of
from mabar.crossings.rules.release_times import Row, period
from mabar.crossings.rules.stays import epoch_s

AT_ONCE = 500  # passages a question
LONGEST_PERIOD = 3700  # days: ten years, beyond which a day is a slip


@dataclass(frozen=True)
class Study:
    """What is asked: a place, its days from first to last, how to split, and whether working hours alone count."""

    place: str
    first: date
    last: date
    split: str = ""
    is_in_working_hours: bool = False


def from_journal(study: Study, folder: Path) -> tuple[Row, ...]:
    """Reckon the table from the sealed lines of the journal.

    Args:
        folder: where the exported parts are kept from one time to the next.

    Raises:
        NoSuchRecord: the place is no crossing of this node.
    """
    place = queries.crossing_place(study.place)
    since_s, until_s = map(epoch_s, period(study.first, study.last, place.clock))
    with tempfile.TemporaryDirectory() as passing:
        store = release_analysis.connect(Path(passing))
        release_analysis.read_lines(store, journal_parts.write(folder, store))
        keys = release_analysis.subjects_gone(store, study.place, since_s=since_s, until_s=until_s)
        passages, papers = _write_records(Path(passing), keys)
        release_analysis.stamp(store, passages, papers, place.clock, since_s=since_s, until_s=until_s)
        if study.is_in_working_hours:
            stated = release_times.hours_stated(study.place, place.clock)
            release_analysis.count_worked_hours(store, stated, place.clock)
        found = release_analysis.tabulate(store, split=study.split)
        store.close()
    return found


def _write_records(folder: Path, keys: Sequence[str]) -> tuple[Path, Path]:
    """Write what the trucks and their papers are split by; instants are the journal's alone."""
    passages, papers = folder / "passages.csv", folder / "papers.csv"
    with passages.open("w", newline="", encoding="utf-8") as one, papers.open("w", newline="", encoding="utf-8") as two:
        trucks, sheets = csv.writer(one), csv.writer(two)
        trucks.writerow(("passage", "direction"))
        sheets.writerow(("passage", "declaration", "lane", "regime", "is_national"))
        for chunk in _chunks(keys):
            trucks.writerows(Passage.objects.filter(key__in=chunk).values_list("key", "direction"))
            sheets.writerows(_papers(chunk))
    return passages, papers


def _chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    waiting = iter(keys)
    while chunk := list(islice(waiting, AT_ONCE)):
        yield chunk


def _papers(keys: Sequence[str]) -> Iterator[tuple[str, str, str, str, int]]:
    links = PassageDeclaration.objects.filter(passage__in=keys)
    told = stamps_of(links.values_list("declaration", flat=True))
    for passage, declaration, lane in links.values_list("passage", "declaration", "lane"):
        known = told.get(declaration)
        regime, is_national = (known.regime, known.is_national) if known else ("", False)
        yield passage, declaration, lane, regime, int(is_national)
