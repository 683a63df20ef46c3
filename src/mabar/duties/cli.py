"""`mabar duties`: check the files of a tariff, see what they change, load them."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mabar.base import node_folder
from mabar.lib.words import FIRST_STRONG_ISOLATE, LANGUAGES, POP_ISOLATE

if TYPE_CHECKING:
    from mabar.duties.loading import Offer

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOST_SHOWN = 20  # changes of each kind; all are counted


@click.group()
def duties() -> None:
    """Tariffs."""


def _files(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what names a tariff and its files."""
    for option in reversed(
        (
            click.option("--rates", type=FILE, required=True, help="CSV of the rates."),
            click.option("--levies", type=FILE, help="CSV of the levies; those in use when left out."),
            click.option("--groups", type=FILE, help="CSV of the groups of origins; those in use when left out."),
            click.option("--name", required=True, help="What the tariff is called, with its year."),
            click.option("--currency", required=True, help="Currency of its amounts, as DZD."),
            click.option("--sample", "is_sample", is_flag=True, help="Mark it as a sample, not a law."),
            click.option("--place", help="A place of the administration; the node's first when left out."),
            click.option("--lang", "language", type=click.Choice(LANGUAGES), default="en", help="Language."),
            click.option("--node", "folder", type=click.Path(file_okay=False, path_type=Path), help="Node's folder."),
        )
    ):
        command = option(command)
    return command


@duties.command()
@_files
def check(**told: Any) -> None:
    """Read the files and show their faults or what they change; store nothing.  The exit status is 1 with a fault."""
    made, _place = _offer(**told)
    _show(made, told["language"])
    sys.exit(1 if made.findings else 0)


@duties.command()
@_files
@click.option("--actor", "actor_key", required=True, help="Sign-in name of the tariff officer.")
def load(*, actor_key: str, **told: Any) -> None:
    """Load the files whole as the tariff in use, or refuse them whole."""
    made, place = _offer(**told)
    _show(made, told["language"])
    from mabar.base import actors
    from mabar.base.keys import new_key
    from mabar.duties import commands

    at = datetime.now(UTC)
    table = commands.load_tariff(actors.by_key(actor_key), new_key(at), offer=made, place=place, at=at)
    click.echo(f"loaded: {table.administration_id} {table.number}, {table.rates_count} rates")


def _offer(
    *,
    rates: Path,
    levies: Path | None,
    groups: Path | None,
    name: str,
    currency: str,
    is_sample: bool,
    place: str | None,
    folder: Path | None,
    **_other: Any,
) -> "tuple[Offer, str]":
    node_folder.enter(folder)
    from django.conf import settings

    from mabar.duties.loading import Files, offer

    at_place = place or (settings.NODE.places or (settings.NODE.code,))[0]
    read = Files(rates.read_bytes(), *(each.read_bytes() if each else None for each in (levies, groups)))
    administration = at_place.partition(".")[0]
    return offer(administration, read, name=name, currency=currency, is_sample=is_sample), at_place


def _show(made: "Offer", language: str) -> None:
    from mabar.duties.explaining import rate_text

    for file, finding in made.findings:
        said = finding.sentence(language)
        click.echo(_plain(f"{file}: {said.what} {said.remedy} [{finding.code}]"), err=True)
    changes = made.changes
    kinds = {"new": changes.new, "other": changes.other, "left out": changes.left_out}
    counts = ", ".join(f"{len(found)} {kind}" for kind, found in kinds.items())
    click.echo(f"{len(made.rates)} rates against version {made.seen}: {counts}, {changes.same} the same")
    for kind, found in kinds.items():
        for each in found[:MOST_SHOWN]:
            rate = each.after or each.before
            texts = [rate_text(one, made.currency, language) if one else "-" for one in (each.before, each.after)]
            if rate is not None:
                click.echo(_plain(f"  {kind}: {rate.levy} {rate.prefix or '*'} {rate.from_on}: {' -> '.join(texts)}"))


def _plain(text: str) -> str:
    return text.replace(FIRST_STRONG_ISOLATE, "").replace(POP_ISOLATE, "")
