"""`mabar crossings release-times`: how long trucks took, reckoned from the journal alone."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mabar.base import node_folder
from mabar.lib import words
from mabar.lib.dates_text import hours_minutes

if TYPE_CHECKING:
    from mabar.crossings.rules.release_times import Row

DAY = click.DateTime(formats=["%Y-%m-%d"])
SPLITS = ("lane", "regime", "direction", "hour", "readiness", "agency")
HEAD = ("group", "step", "n", "mean", "median", "p75", "p90", "max")


@click.command("release-times")
@click.option("--place", metavar="CODE", help="The crossing; the node's first place when left out.")
@click.option("--from", "first", type=DAY, required=True, help="First day on which trucks left, at the crossing.")
@click.option("--to", "last", type=DAY, required=True, help="Last day.")
@click.option("--by", "split", type=click.Choice(SPLITS), default=None, help="Split every step.")
@click.option("--working-hours", "is_in_working_hours", is_flag=True, help="Count the stated working hours alone.")
@click.option("--csv", "as_csv", is_flag=True, help="Comma-separated, lengths in seconds.")
@click.option("--node", "folder", type=click.Path(file_okay=False, path_type=Path), help="Folder of the node.")
def release_times(
    place: str | None,
    *,
    first: datetime,
    last: datetime,
    split: str | None,
    is_in_working_hours: bool,
    as_csv: bool,
    folder: Path | None,
) -> None:
    """How long trucks took from their arrival to their exit, step by step, reckoned from the journal alone.

    Lengths are hours and minutes.  Lines that are not sealed yet, those of the last second, are not counted.
    """
    node = node_folder.enter(folder)
    from django.conf import settings

    from mabar.crossings import release_study
    from mabar.crossings.rules.release_times import check_period

    check_period(first.date(), last.date(), longest=release_study.LONGEST_PERIOD)
    at_place = place or (settings.NODE.places or (settings.NODE.code,))[0]
    study = release_study.Study(at_place, first.date(), last.date(), split or "", is_in_working_hours)
    try:
        rows = release_study.from_journal(study, node / "exports")
    except ModuleNotFoundError as missing:
        if missing.name != "duckdb":
            raise
        raise click.ClickException('DuckDB is not installed. Install it with: pip install "mabar[analysis]"') from None
    _write(rows) if as_csv else _show(rows)


def _write(rows: Sequence["Row"]) -> None:
    told = io.StringIO()
    writer = csv.writer(told, lineterminator="\n")
    writer.writerow(("group", "step", "n", "mean_s", "median_s", "p75_s", "p90_s", "max_s"))
    writer.writerows((row.group, row.step, *row.figures.seconds) for row in rows)
    click.echo(told.getvalue(), nl=False)


def _show(rows: Sequence["Row"]) -> None:
    if not rows:
        click.echo("No truck left in these days.")
        return
    steps = words.table("crossings", "words")
    lines: list[tuple[str, ...]] = [HEAD]
    for row in rows:
        told = row.figures
        lengths = (told.mean, told.median, told.p75, told.p90, told.longest)
        named = str(steps[f"step.{row.step}"]["en"])
        lines.append((row.group, named, str(told.n), *map(hours_minutes, lengths)))
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEAD))]
    for line in lines:
        click.echo("  ".join(_aligned(text, widths[place], place) for place, text in enumerate(line)).rstrip())


def _aligned(text: str, width: int, place: int) -> str:
    return text.ljust(width) if place < 2 else text.rjust(width)
