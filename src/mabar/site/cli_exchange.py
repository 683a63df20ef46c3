"""`mabar exchange`: what the duty engineer and the holders of the root keys do for the exchange with partners."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from mabar.exchange.protocol import fingerprints, verdicts
from mabar.exchange.protocol.verdicts import Report, Verdict
from mabar.site.cli_ceremony import ceremony
from mabar.site.cli_node import enter
from mabar.site.cli_simulate import simulate

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, path_type=Path)
_node = click.option("--node", "folder", type=click.Path(file_okay=False, path_type=Path), help="The node's folder.")


class SpokenGroup(click.Group):
    """A group that says a no of the protocol in a sentence, with its remedy and code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        from mabar.exchange.refusals import said_to_people

        with said_to_people():
            return super().invoke(ctx)


@click.group(cls=SpokenGroup)
def exchange() -> None:
    """The exchange with partner nodes."""


exchange.add_command(ceremony)
exchange.add_command(simulate)


@exchange.command()
@_node
def status(folder: Path | None) -> None:
    """Show each line: whether it carries, what waits by class, missing receipts; exit 1 when one does not carry."""
    enter(folder)
    from mabar.exchange import queries
    from mabar.site import cli_exchange_words as said

    at = datetime.now(UTC)
    rows, found = queries.lines(at), queries.alarms()
    for row in rows:
        click.echo("\n".join(said.of_line(row, at)))
    click.echo("\n".join(said.of_alarms(found)))
    sys.exit(1 if any(row.is_down for row in rows) or found.closed else 0)


@exchange.command()
@click.argument("partner")
@click.argument("file", type=NEW)
@_node
def export(partner: str, file: Path, *, folder: Path | None) -> None:
    """Write to FILE all that PARTNER has not stored yet, for a stick; it is sealed to the partner."""
    enter(folder)
    from mabar.exchange import stick

    count = stick.export(_partner(partner), file, datetime.now(UTC))
    click.echo(f"{file}: {count} items, {file.stat().st_size} bytes.  Carry it to {partner}; twice does no harm.")


@exchange.command("import")
@click.argument("file", type=FILE)
@_node
def import_(file: Path, *, folder: Path | None) -> None:
    """Take in FILE, which came on a stick; what is here already changes nothing."""
    enter(folder)
    from mabar.exchange import stick

    click.echo(f"{file}: {file.stat().st_size} bytes are read and judged …")
    brought = stick.import_(file, datetime.now(UTC))
    click.echo(f"{brought.stored} messages were new here, {brought.opened} were opened.")


@exchange.command()
@click.argument("partner", required=False)
@_node
def rejoin(partner: str | None, *, folder: Path | None) -> None:
    """After a restoration: number nothing for PARTNER (all of them when left out) before it has answered."""
    enter(folder)
    from mabar.base import actors
    from mabar.exchange import commands, queries

    at = datetime.now(UTC)
    rows = queries.lines(at)
    codes = [_partner(partner).code] if partner else [row.code for row in rows]
    for code in codes:
        commands.begin_rejoining(actors.node(), code, at=at)
        click.echo(
            f"{code}: nothing is numbered before it has answered.  Its line, or a stick, brings back what it has."
        )


@exchange.command()
@click.argument("message")
@click.argument("file", type=NEW)
@_node
def evidence(message: str, file: Path, *, folder: Path | None) -> None:
    """Write to FILE the bundle that proves MESSAGE, or the proof kept under that digest."""
    enter(folder)
    from mabar.exchange import queries

    file.write_bytes(queries.evidence_named(message))
    click.echo(f"{file}: {file.stat().st_size} bytes.  Anybody can check it: mabar exchange verify {file}")


@exchange.command()
@click.argument("bundle", type=FILE)
@click.option("--root", "roots", multiple=True, metavar="DIGITS", help="The 8 groups of digits that you trust.")
@click.option("--json", "is_json", is_flag=True, help="Write the report as JSON.")
def verify(bundle: Path, *, roots: tuple[str, ...], is_json: bool) -> None:
    """Judge an evidence BUNDLE, without a node; exit 0 only when it is valid, and rests on the digits given."""
    from mabar.exchange.suites import SignatureChecker
    from mabar.site import cli_exchange_words as said

    report = verdicts.verify(bundle.read_bytes(), SignatureChecker())
    strange = _strange(report, roots)
    if is_json:
        click.echo(json.dumps(said.as_json(report, strange), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(said.of_report(report, strange)))
    sys.exit(0 if report.verdict is Verdict.VALID and not strange else 1)


def _strange(report: Report, roots: tuple[str, ...]) -> list[str]:
    """Name the administrations whose fingerprint is none of those that were given; none where none were."""
    if not roots:
        return []
    return [
        code
        for code, seen in report.fingerprints.items()
        if all(fingerprints.differing_groups(seen, typed) for typed in roots)
    ]


def _partner(code: str) -> Any:
    from mabar.base.rules import NoSuchRecord
    from mabar.exchange.models import Partner

    found = Partner.objects.filter(code=code).first()
    if found is None:
        raise NoSuchRecord(key=code)
    return found
