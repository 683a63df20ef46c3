"""`mabar exchange simulate`: nodes that speak over bad lines and fall, and a count of what came of it."""

import os
import sys
import tempfile
from pathlib import Path

import click

from mabar.site.node import FOLDER_VARIABLE

MOST_NODES = 8


@click.command()
@click.option("--messages", type=click.IntRange(min=1), required=True, help="How many messages in all.")
@click.option("--seeds", type=click.IntRange(min=1), required=True, help="Over how many runs, seeds 1 and up.")
@click.option("--nodes", type=click.IntRange(2, MOST_NODES), default=3, show_default=True)
@click.option("--faults", "said", default="all", show_default=True, help="all, none, or names between commas.")
@click.option("--plant", default="", help="Run with this planted bug; `list` prints them.")
@click.option("--bundles", type=click.Path(path_type=Path), help="Write the evidence of every fork into this folder.")
@click.option("--workers", type=click.IntRange(min=1), default=lambda: os.cpu_count() or 1, help="How many processes.")
def simulate(messages: int, seeds: int, nodes: int, said: str, plant: str, bundles: Path | None, workers: int) -> None:
    """Run nodes of the exchange in a simulated world; exit 1 when a claim does not hold.

    One seed is one run, always the same.  The last line is JSON for programs.
    """
    with tempfile.TemporaryDirectory(prefix="mabar-nobody-") as folder:
        _settle_in(Path(folder))
        from mabar.exchange.simulation import campaign, faults, grafts, plants, runs

        grafts.bind_all()
        if plant == "list":
            for name in plants.bound():
                click.echo(f"{name:28} {plants.PLANNED[name].breaks}")
            return
        if plant and plant not in plants.bound():
            raise click.BadParameter(f"no such plant: {plant}; --plant list prints them", param_hint="--plant")
        try:
            names = faults.chosen(said)
        except ValueError as fault:
            raise click.BadParameter(str(fault), param_hint="--faults") from None
        wish = campaign.Wish(
            messages, range(1, seeds + 1), runs.NODES[:nodes], names, plant, bundles, min(workers, seeds)
        )
        with click.progressbar(length=seeds, label="seeds", file=sys.stderr) as bar:
            result = campaign.run(wish, tell=lambda outcome: bar.update(1))
    broken = result.broken_claims(wish)
    for line in (*result.told(), *(f"does not hold: {each}" for each in broken)):
        click.echo(line, err=True)
    click.echo(result.as_json())
    sys.exit(1 if broken else 0)


def _settle_in(folder: Path) -> None:
    """Set Django up with a node that lasts as long as the command; the one of this machine is not touched."""
    from django.conf import settings

    if settings.configured:
        return
    from mabar.base import node_keys

    node_keys.make(folder)
    (folder / "keys" / "secret.key").write_text("a simulated world's, never a node's\n" * 2, encoding="ascii")
    (folder / "node.toml").write_text(
        'code = "dz.hq"\nhost = "localhost"\nport = 8080\nhas_tls = false\nis_demo = true\n'
        'second_factor = "offered"\nplaces = ["dz.hq"]\ndatabase = ""\n',
        encoding="utf-8",
    )
    os.environ[FOLDER_VARIABLE] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "mabar.site.settings"
    import django

    django.setup()
