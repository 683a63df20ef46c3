"""`mabar crossings advance-share`: how many trucks had their data an hour before them, reckoned from the journal."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mabar.base import node_folder

if TYPE_CHECKING:
    from mabar.crossings.rules.advance_share import Share

DAY = click.DateTime(formats=["%Y-%m-%d"])
HEAD = ("direction", "arrived", "ahead", "share")


@click.command("advance-share")
@click.option("--day", type=DAY, required=True, help="Day on which trucks arrived, at the crossing.")
@click.option("--to", "last", type=DAY, default=None, help="Last day, where it is several.")
@click.option("--place", metavar="CODE", help="The crossing; the node's first place when left out.")
@click.option("--json", "as_json", is_flag=True, help="As JSON; the share is null where no truck arrived.")
@click.option("--node", "folder", type=click.Path(file_okay=False, path_type=Path), help="Folder of the node.")
def advance_share(
    day: datetime, *, last: datetime | None, place: str | None, as_json: bool, folder: Path | None
) -> None:
    """Share of the trucks whose data was here at least 60 minutes before them, reckoned from the journal.

    Of the trucks that arrived on a day it counts those whose announcement, or the advance declaration of whose goods,
    had been received an hour before.  Lines that are not sealed yet, those of the last second, are not counted.
    """
    node_folder.enter(folder)
    from django.conf import settings

    from mabar.crossings import advance_study, release_study
    from mabar.crossings.rules.release_times import check_period

    first, until = day.date(), (last or day).date()
    check_period(first, until, longest=release_study.LONGEST_PERIOD)
    at_place = place or (settings.NODE.places or (settings.NODE.code,))[0]
    found = advance_study.from_journal(at_place, first, until)
    told = {"place": at_place, "from": first.isoformat(), "to": until.isoformat()}
    click.echo(_written(told, found)) if as_json else _show(found)


def _written(told: dict[str, str], found: Sequence["Share"]) -> str:
    from mabar.crossings.rules.advance_share import LEAST_S

    groups = [
        {"direction": each.group or "all", "arrived": each.arrived, "ahead": each.ahead, "share": _share(each)}
        for each in found
    ] or [{"direction": "all", "arrived": 0, "ahead": 0, "share": None}]
    return json.dumps({**told, "least_minutes": LEAST_S // 60, "shares": groups}, indent=2)


def _share(each: "Share") -> str:
    return f"{each.per_mille // 1000}.{each.per_mille % 1000:03}"


def _show(found: Sequence["Share"]) -> None:
    if not found:
        click.echo("No truck arrived in these days: there is nothing to take a share of.")
        return
    click.echo("{:9}  {:>7}  {:>5}  {:>7}".format(*HEAD))
    for each in found:
        percent = f"{each.per_mille // 10}.{each.per_mille % 10} %"
        click.echo(f"{each.group or 'all':9}  {each.arrived:7}  {each.ahead:5}  {percent:>7}")
