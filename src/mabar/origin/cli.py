"""`mabar origin verify TEXT|FILE`: judge the code of a certificate by the keys of this node, without any line."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mabar.base import node_folder
from mabar.lib import words
from mabar.lib.words import LANGUAGES

if TYPE_CHECKING:
    from mabar.origin.queries import Judged

LONGEST_FILE = 4_096


@click.group()
def origin() -> None:
    """Proofs of origin."""


@origin.command()
@click.argument("code", metavar="TEXT|FILE")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="en", help="Language.")
@click.option("--node", "folder", type=click.Path(file_okay=False, path_type=Path), help="Node's folder.")
def verify(*, code: str, language: str, folder: Path | None) -> None:
    """Judge the code of a certificate; the exit status is 0 only for one that is valid."""
    node_folder.enter(folder)
    from mabar.origin import queries

    judged = queries.judged(_text(code), today=queries.today_here(datetime.now(UTC)))
    for name, told in _said(judged, language):
        click.echo(f"{name}: {told}" if name else told)
    sys.exit(0 if judged.is_valid else 1)


def _text(code: str) -> str:
    """Give the text itself, or that of the file it names."""
    try:
        is_file = not code.startswith("MO1:") and Path(code).is_file()
    except OSError:  # longer than a name may be
        is_file = False
    return Path(code).read_bytes()[:LONGEST_FILE].decode("utf-8", errors="replace") if is_file else code


def _said(judged: "Judged", language: str) -> list[tuple[str, str]]:
    facts = judged.facts
    name = dict(zip(("ar", "fr", "en"), judged.names, strict=True))[language]

    def word(key: str) -> str:
        return words.word("origin", key, language)

    told = [
        (word("thing.verdict"), f"{word(f'verdict.{judged.verdict}')} [{judged.verdict}]"),
        (word("box.serial"), facts.serial),
        (word("thing.issuer"), f"{facts.node} {name}".strip()),
        (word("thing.administration"), judged.administration or "–"),
        (word("thing.descriptor"), str(facts.descriptor)),
        (word("thing.key"), judged.key_id or "–"),
        (word("box.exporter"), facts.exporter),
        (word("box.origin"), f"{facts.origin} -> {facts.destination}"),
        (word("box.issued_on"), facts.issued_on.isoformat()),
        (word("box.valid_until_on"), facts.valid_until_on.isoformat()),
        (word("box.hs6"), ", ".join(f"{code} {criterion}" for code, criterion in facts.goods)),
    ]
    after = [(word("thing.replacement"), judged.replacement)] if judged.replacement else []
    return [*told, *after, ("", word(f"advice.{judged.verdict}"))]
