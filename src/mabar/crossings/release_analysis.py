"""Release times by DuckDB, over the exported journal: loaded by the command line and by benches, never by a page.

What is asked stands in `data/release_*.sql`; the figures are those that `rules.release_times` reckons from the rows.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mabar.crossings.rules import working_hours
from mabar.crossings.rules.figures import Figures
from mabar.crossings.rules.release_times import ALL_SPLITS, Row
from mabar.crossings.rules.stays import STEPS
from mabar.crossings.rules.working_hours import WorkingHours

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLES = ("trucks", "sheets", "held", "queried")
MICROSECONDS = 1_000_000


def connect(scratch: Path) -> "DuckDBPyConnection":
    """Open a store in memory that reaches nothing outside and keeps what does not fit in `scratch`."""
    import duckdb

    store = duckdb.connect(":memory:")
    store.execute("SET temp_directory = ?", [str(scratch)])
    store.execute("SET autoinstall_known_extensions = false")
    store.execute("SET autoload_known_extensions = false")
    return store


def read_lines(store: "DuckDBPyConnection", parts: Sequence[Path]) -> None:
    """Let the store read the exported journal, part by part as it stands on the disk."""
    store.read_parquet([str(part) for part in parts]).create_view("lines")


def subjects_gone(store: "DuckDBPyConnection", place: str, *, since_s: int, until_s: int) -> list[str]:
    """List the passages with a gate-out recorded at a place within a period, also one that was undone later."""
    asked = """SELECT DISTINCT subject FROM lines WHERE verb = 'crossings.note_gate_out' AND place = ?
        AND at_us >= ? AND at_us < ? ORDER BY subject"""
    given = [place, since_s * MICROSECONDS, until_s * MICROSECONDS]
    return [subject for (subject,) in store.execute(asked, given).fetchall()]


def stamp(
    store: "DuckDBPyConnection",
    passages: Path,
    papers: Path,
    zone: ZoneInfo,
    *,
    since_s: int,
    until_s: int,
) -> None:
    """Make the stamps of the trucks that left in a period, and of their papers, from the lines.

    Args:
        passages, papers: CSV files of what the trucks and their papers are split by.
        zone: that of the place.
    """
    store.read_csv(str(passages), header=True, all_varchar=True).create("passages")
    store.read_csv(str(papers), header=True, all_varchar=True).create("papers_text")
    store.execute(
        "CREATE TABLE papers AS SELECT passage, declaration, coalesce(lane, '') AS lane,"
        " coalesce(regime, '') AS regime, is_national = '1' AS is_national FROM papers_text"
    )
    store.execute("CREATE TABLE ahead (since_s BIGINT, ahead_s BIGINT)")
    store.executemany("INSERT INTO ahead VALUES (?, ?)", _ahead(store, zone, until_s))
    store.execute("SET VARIABLE since_s = ?", [since_s])
    store.execute("SET VARIABLE until_s = ?", [until_s])
    store.execute(_asked("release_stamps"))


def _ahead(store: "DuckDBPyConnection", zone: ZoneInfo, until_s: int) -> list[tuple[int, int]]:
    (earliest_us,) = _one(store, "SELECT coalesce(min(at_us), 0) FROM lines")
    first, last = _day(earliest_us // MICROSECONDS, before=1), _day(until_s, before=-1)
    return working_hours.offsets(zone, first=first, last=last)


def _day(at_s: int, *, before: int) -> date:
    """Give the day that lies so many days before an instant, wherever the place lies."""
    return datetime.fromtimestamp(at_s, UTC).date() - timedelta(days=before)


def keep(store: "DuckDBPyConnection", folder: Path) -> None:
    """Write the stamps as Parquet files, one for each table."""
    for name in TABLES:
        store.table(name).write_parquet(str(folder / f"{name}.parquet"))


def read_stamps(store: "DuckDBPyConnection", folder: Path) -> None:
    """Let the store read stamps that were kept."""
    for name in TABLES:
        store.read_parquet(str(folder / f"{name}.parquet")).create_view(name)


def take_stamps(store: "DuckDBPyConnection", folder: Path) -> None:
    """Take stamps that were kept into the store, where they can be turned into time worked."""
    for name in TABLES:
        store.read_parquet(str(folder / f"{name}.parquet")).create(name)


def count_worked_hours(store: "DuckDBPyConnection", stated: Iterable[WorkingHours], zone: ZoneInfo) -> None:
    """Turn the stamps into time worked, so that lengths count the working hours of the place alone."""
    clock = _calendar(store, list(stated), zone)
    if not clock.opens_s:
        return
    store.execute("CREATE TABLE worked (opens_s BIGINT, closes_s BIGINT, before_s BIGINT)")
    spans = list(zip(clock.opens_s, clock.closes_s, clock.before_s, strict=True))
    store.executemany("INSERT INTO worked VALUES (?, ?, ?)", spans)
    store.execute(_asked("release_hours"))


def _calendar(store: "DuckDBPyConnection", stated: Sequence[WorkingHours], zone: ZoneInfo) -> working_hours.Calendar:
    arrived, lodged, left = _one(
        store, "SELECT min(arrived_s), (SELECT min(lodged_s) FROM sheets), max(gate_out_s) FROM trucks"
    )
    if left is None:
        return working_hours.ALL_HOURS
    first = _day(min(arrived, arrived if lodged is None else lodged), before=1)
    return working_hours.calendar(stated, zone, first=first, last=_day(left, before=-2))


def tabulate(store: "DuckDBPyConnection", *, split: str = "") -> tuple[Row, ...]:
    """Reckon the figures of every step over the stamps, whole or in one split.

    Raises:
        ValueError: no such split.
    """
    if split not in ALL_SPLITS:
        raise ValueError(f"no such split: {split}")
    store.execute("SET VARIABLE split = ?", [split])
    found = store.execute(_asked("release_table")).fetchall()
    return tuple(Row(group, STEPS[step], Figures(*told)) for group, step, *told in found)


def _asked(name: str) -> str:
    return (resources.files("mabar.crossings") / "data" / f"{name}.sql").read_text(encoding="utf-8")


def _one(store: "DuckDBPyConnection", asked: str) -> tuple[int, ...]:
    found: tuple[int, ...] = store.execute(asked).fetchone() or ()
    return found
