"""DuckDB over the journal's lines gives, figure by figure, what the plain rules give over the stays."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mabar.crossings.rules import release_times
from mabar.crossings.rules.stays import Held, Paper, Stay
from mabar.crossings.rules.working_hours import ALL_HOURS, Calendar, WorkingHours, calendar
from tests.crossings.told import NOON_S, Told, stays_told, tell

pytest.importorskip("duckdb")
from mabar.crossings import journal_parts, release_analysis

DEBDEB = ZoneInfo("Africa/Algiers")
HOURS = [
    WorkingHours(date(2026, 11, 1), (1, 2, 3, 4, 7), 8 * 60, 16 * 60 + 30),
    WorkingHours(date(2026, 12, 1), (1, 2, 3, 4, 5, 6, 7), 6 * 60, 24 * 60),
]


@contextmanager
def stamped(told: Told, zone: ZoneInfo = DEBDEB) -> Iterator[object]:
    """Open a store with the stamps of what was told."""
    with TemporaryDirectory() as passing:
        folder = Path(passing)
        heads = {
            "lines": journal_parts.COLUMNS,
            "passages": ("passage", "direction"),
            "papers": ("passage", "declaration", "lane", "regime", "is_national"),
        }
        for name, head in heads.items():
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([head, *getattr(told, name)])
        store = release_analysis.connect(folder)
        lines = store.read_csv(str(folder / "lines.csv"), header=True, dtype=journal_parts.TYPES)
        lines.write_parquet(str(folder / "lines.parquet"))
        release_analysis.read_lines(store, [folder / "lines.parquet"])
        span = {"since_s": 0, "until_s": NOON_S + 10**8}
        release_analysis.stamp(store, folder / "passages.csv", folder / "papers.csv", zone, **span)
        yield store
        store.close()


def plain(trucks: list[Stay], split: str, clock: Calendar = ALL_HOURS) -> tuple[release_times.Row, ...]:
    return release_times.tabulate(trucks, DEBDEB, split=split, clock=clock)


@settings(max_examples=12, deadline=None)
@given(st.lists(stays_told(), min_size=1, max_size=6), st.integers(0, 3))
def test_the_journal_tells_what_the_stays_tell_in_every_split(trucks: list[Stay], undone: int) -> None:
    with stamped(tell(trucks, undone=undone)) as store:
        for split in release_times.ALL_SPLITS:
            assert release_analysis.tabulate(store, split=split) == plain(trucks, split), split


@settings(max_examples=8, deadline=None)
@given(st.lists(stays_told(), min_size=1, max_size=6))
def test_working_hours_count_the_same_both_ways(trucks: list[Stay]) -> None:
    clock = calendar(HOURS, DEBDEB, first=date(2026, 10, 1), last=date(2027, 1, 31))
    with stamped(tell(trucks)) as store:
        release_analysis.count_worked_hours(store, HOURS, DEBDEB)
        for split in release_times.ALL_SPLITS:
            assert release_analysis.tabulate(store, split=split) == plain(trucks, split, clock), split


def test_a_thousand_stays_have_the_same_percentiles() -> None:
    trucks = [
        Stay(
            f"P{n}",
            "exit",
            NOON_S + n,
            NOON_S + n + n * n % 7919,
            *[NOON_S + n + 8000 + n % 7] * 2,
            NOON_S + n + 20_000,
        )
        for n in range(1003)
    ]
    with stamped(tell(trucks)) as store:
        assert release_analysis.tabulate(store) == plain(trucks, "")


def test_the_hour_of_arrival_follows_a_zone_that_sets_its_clocks() -> None:
    paris = ZoneInfo("Europe/Paris")  # on 25 October 2026 its clocks go back at 3:00
    before = 1_792_885_500
    trucks = [Stay("P", "entry", *[before + hour * 3600] * 5) for hour in range(6)]
    with stamped(tell(trucks), paris) as store:
        assert release_analysis.tabulate(store, split="hour") == release_times.tabulate(trucks, paris, split="hour")


def test_a_truck_that_was_undone_at_the_gate_has_not_left() -> None:
    told = tell([Stay("P", "entry", *[NOON_S] * 5)])
    told.lines.append((len(told.lines), "crossings.correct_event", "P0", "", "dz.debdeb", NOON_S * 10**6))
    with stamped(told) as store:
        assert release_analysis.tabulate(store) == ()


def test_one_agency_with_two_holds_at_once_holds_once() -> None:
    paper = Paper(NOON_S, NOON_S, NOON_S, "green", "import")
    one, other = Held("dz.police", NOON_S, NOON_S + 600), Held("dz.police", NOON_S + 300, NOON_S + 900)
    truck = Stay("P", "entry", *[NOON_S] * 4, NOON_S + 1000, (paper,), (one, other))
    with stamped(tell([truck])) as store:
        (row,) = release_analysis.tabulate(store, split="agency")
    assert (row.group, row.figures.total_s) == ("dz.police", 900)
    assert (row,) == plain([truck], "agency")


def test_a_split_that_nobody_knows_is_an_error() -> None:
    with stamped(tell([])) as store, pytest.raises(ValueError, match="weekday"):
        release_analysis.tabulate(store, split="weekday")
