"""`mabar crossings`: files of a crossing's devices, taken at a node, and what its records tell."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mabar.base import node_folder
from mabar.crossings.cli_advance_share import advance_share
from mabar.crossings.cli_release_times import release_times
from mabar.lib.refusals import Refusal
from mabar.lib.words import FIRST_STRONG_ISOLATE, POP_ISOLATE, Sentence

if TYPE_CHECKING:
    from mabar.crossings.device_files import Report

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def crossings() -> None:
    """Crossings of the node."""


crossings.add_command(advance_share)
crossings.add_command(release_times)


def _of_a_device(takes: Callable[..., None]) -> Callable[..., None]:
    """Give a command the arguments of every file of a device."""
    options = (
        click.argument("file", type=FILE),
        click.option("--place", help="Crossing of the device; the node's first place when left out."),
        click.option("--actor", "actor_key", required=True, help="Sign-in name of the officer or key of the station."),
        click.option(
            "--lang", "language", type=click.Choice(["ar", "fr", "en"]), default="en", help="Language of the sentences."
        ),
        click.option("--node", "folder", type=click.Path(file_okay=False, path_type=Path), help="Folder of the node."),
    )
    for option in reversed(options):
        takes = option(takes)
    return takes


@crossings.command()
@_of_a_device
def weights(file: Path, **asked: Any) -> None:
    """Take the weighings of a CSV file; the same file taken again changes nothing.

    A file with a fault is refused whole, and the exit status is 1.  A weighing that fits no truck is kept for an
    officer, on the page of weighings.
    """
    _take("weighings", file, **asked)


@crossings.command()
@_of_a_device
def scans(file: Path, **asked: Any) -> None:
    """Take the scans of a CSV file; the same file taken again changes nothing.

    A file with a fault is refused whole, and the exit status is 1.  A scan that fits no truck is kept for an officer,
    on the page of scans.
    """
    _take("scans", file, **asked)


def _take(kind: str, file: Path, *, place: str | None, actor_key: str, language: str, folder: Path | None) -> None:
    node_folder.enter(folder)
    from django.conf import settings

    from mabar.base import actors
    from mabar.crossings import scans, weighings

    take_file = {"scans": scans.take_file, "weighings": weighings.take_file}[kind]
    at_place = place or (settings.NODE.places or (settings.NODE.code,))[0]
    try:
        report = take_file(actors.by_key(actor_key), at_place, file.read_bytes(), at=datetime.now(UTC))
    except Refusal as refusal:
        _say(refusal.code, refusal.sentence(language))
        sys.exit(1)
    _tell(report, language)
    if report.findings:
        sys.exit(1)


def _say(code: str, said: Sentence) -> None:
    text = f"{code}: {said.what} {said.remedy}"
    click.echo(text.replace(FIRST_STRONG_ISOLATE, "").replace(POP_ISOLATE, ""), err=True)


def _tell(report: "Report", language: str) -> None:
    for finding in report.findings:
        _say(finding.code, finding.sentence(language))
    for taken in report.taken:
        click.echo(" ".join(filter(None, (taken.event_key, taken.plate, taken.outcome, taken.passage, taken.reason))))
