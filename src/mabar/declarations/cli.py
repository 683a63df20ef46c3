"""`mabar declarations`: read and write files of declarations, where nothing is stored; and lodge them."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import click

from mabar.declarations import formats, sad
from mabar.declarations.checks import check_content
from mabar.declarations.cli_answer import answer
from mabar.declarations.cli_goods import goods
from mabar.declarations.cli_lodge import lodge
from mabar.declarations.formats.amend import amend
from mabar.declarations.formats.findings import Finding
from mabar.declarations.formats.readings import Reading
from mabar.declarations.formats.refusals import FileBeyondLimit, FileUnreadable, PathUnknown
from mabar.declarations.formats.tabular import LIMIT_BYTES
from mabar.lib.refusals import Refusal
from mabar.lib.words import FIRST_STRONG_ISOLATE, LANGUAGES, POP_ISOLATE, Sentence

# [1]:items[0].net_mass_g=12500, the place before the colon being that of the declaration in its file.
_CHANGE = re.compile(r"(?:\[?([0-9]{1,6})\]?:)?([^:=]*)=(.*)", re.DOTALL | re.ASCII)
# The checks of the record tell again, in their own words, what the reader has told with line and element.
TOLD_BY_THE_READER = "G-06"

_profile = click.option("--profile", metavar="CODE", help="Country profile or mapping profile to use.")


def _language_of(context: click.Context, option: click.Parameter, given: str) -> str:
    """Take the language as a person or the system writes it (fr, fr_FR.UTF-8); English for all others."""
    short = given[:2].lower()
    return short if short in LANGUAGES else "en"


_language = click.option(
    "--lang",
    "language",
    callback=_language_of,
    envvar=["MABAR_LANG", "LC_ALL", "LANG"],
    default="en",
    help="Language of the sentences: ar, fr or en.",
)


@click.group()
def declarations() -> None:
    """Files of declarations."""


declarations.add_command(answer)
declarations.add_command(lodge)
declarations.add_command(goods)


@declarations.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Canonical JSON, one declaration a line.")
@click.option("--trace", "with_trace", is_flag=True, help="Add where each value of the source went.")
@_profile
@_language
def read(files: Sequence[Path], *, as_json: bool, with_trace: bool, profile: str | None, language: str) -> None:
    """Read files of any known format and show their declarations; store nothing.

    Findings go to the error channel.  The exit status is 1 when a file as a whole cannot be read; the others are shown.
    FILE may be - for standard input.
    """
    refused = False
    for path in _progress(files):
        try:
            readings = formats.read(_bytes_of(path), name=path.name, profile=profile, with_trace=with_trace)
        except Refusal as refusal:
            refused = True
            _say(path, refusal.sentence(language), refusal.code, "refused")
            continue
        for reading in readings:
            _show(path, reading, as_json=as_json, with_trace=with_trace)
            for finding in findings_of(reading):
                _say(path, finding.sentence(language), finding.code, finding.severity)
    if refused:
        sys.exit(1)


@declarations.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "kind", type=click.Choice(formats.KINDS), required=True, help="Format to write.")
@click.option("--set", "changes", metavar="PATH=VALUE", multiple=True, help="Amend a field first; may be repeated.")
@_profile
@_language
def write(file: Path, *, kind: str, changes: Sequence[str], profile: str | None, language: str) -> None:
    """Read a file and write it to standard output, amended where asked.

    A file is given back in its own dialect: every value that is not amended keeps its text and place.  Written as
    another kind, it has what that kind has a place for.

    \b
    PATH is as the JSON of `read` shows it, places counted from 0:
      items[0].net_mass_g=12500          mass in grams, or 12.5kg
      items[2].invoice.foreign=1250.50   money with a point, or minor units; 1250.50 EUR changes the currency
      registration.on=2026-11-22         a day
      consignee.code=null                nothing
    Where a file has several declarations, [1]:items[0].net_mass_g=… amends the second.
    The totals that follow (masses, packages, invoice, CIF, taxes) move with the items.
    """
    try:
        readings = formats.read(_bytes_of(file), name=file.name, profile=profile)
        amended = [
            amend(reading.declaration, _changes_of(changes, number, len(readings)))
            for number, reading in enumerate(readings)
        ]
        written = formats.write(amended, kind=kind)
    except Refusal as refusal:
        _say(file, refusal.sentence(language), refusal.code, "refused")
        sys.exit(1)
    click.echo(written, nl=False)


def _bytes_of(path: Path) -> bytes:
    """Read a file, unless it is larger than any declaration: it is then refused unread."""
    try:
        size = path.stat().st_size if path.is_file() else 0
        data = b"" if size > LIMIT_BYTES else _start_of(path)
    except OSError as error:
        raise FileUnreadable(reason=error.strerror or type(error).__name__) from None
    if max(size, len(data)) > LIMIT_BYTES:
        raise FileBeyondLimit(megabytes=f"{max(size, len(data)) / 1e6:.1f}", limit=LIMIT_BYTES // (1024 * 1024))
    return data


def _start_of(path: Path) -> bytes:
    """Read no more than shows that it is too much: a pipe does not say its size."""
    if str(path) == "-":
        return sys.stdin.buffer.read(LIMIT_BYTES + 1)
    with path.open("rb") as file:
        return file.read(LIMIT_BYTES + 1)


def _changes_of(changes: Iterable[str], number: int, total: int) -> Iterator[tuple[str, str]]:
    """Give the changes that are for one declaration of a file."""
    for change in changes:
        found = _CHANGE.fullmatch(change)
        if not found:
            raise PathUnknown(given=change, step="=" if "=" not in change else change.partition(":")[0])
        place, path, value = int(found[1] or 0), found[2], found[3]
        if place >= total:
            raise PathUnknown(given=change, step=f"[{place}]")
        if place == number:
            yield path.strip(), value


def findings_of(reading: Reading) -> list[Finding]:
    """Give what the reader found, and what the content of a whole declaration shows."""
    if reading.declaration.form != "declaration":
        return list(reading.findings)
    content = [each for each in check_content(reading.declaration) if not each.code.startswith(TOLD_BY_THE_READER)]
    return [*reading.findings, *content]


def _show(path: Path, reading: Reading, *, as_json: bool, with_trace: bool) -> None:
    if as_json:
        click.echo(json_line(reading, with_trace=with_trace))
        return
    for line in table(path, reading):
        click.echo(line)
    if with_trace:
        for each in reading.trace:
            click.echo(f"{each.line or '-':>6}  {each.path} = {each.text!r} -> {each.field}")


def json_line(reading: Reading, *, with_trace: bool) -> str:
    """Write a reading as one line of canonical JSON, with its trace where asked for."""
    values = sad.to_json(reading.declaration)
    if with_trace:
        values["trace"] = [
            {"path": each.path, "line": each.line, "text": each.text, "field": each.field} for each in reading.trace
        ]
    return sad.one_line(values)


def table(path: Path, reading: Reading) -> list[str]:
    """Give a declaration as a few lines for people."""
    declared = reading.declaration
    reference = " ".join(
        filter(None, (declared.registration.serial, declared.registration.number, declared.registration.on))
    )
    rows = (
        ("file", path.name),
        ("profile", f"{declared.source.profile or '-'} ({'; '.join(declared.source.evidence) or '-'})"),
        ("type", f"{declared.type_code or '-'} {declared.general_procedure_code or ''}".strip()),
        ("regime", declared.regime),
        ("office", f"{declared.office.code or '-'} {declared.office.name or ''}".strip()),
        ("reference", reference),
        ("exporter", _first_line(declared.exporter.name)),
        ("consignee", _first_line(declared.consignee.name)),
        ("items", str(len(declared.items))),
        ("kept", str(len(declared.kept))),
    )
    return [*(f"{name:<10} {value or '-'}" for name, value in rows), ""]


def _first_line(text: str | None) -> str | None:
    return text.splitlines()[0] if text else None


def _say(path: Path, sentence: Sentence, code: str, severity: str) -> None:
    said = f"{path.name}: {severity} {code}: {sentence.what} {sentence.remedy}"
    if not sys.stderr.isatty():
        said = said.replace(FIRST_STRONG_ISOLATE, "").replace(POP_ISOLATE, "")
    click.echo(said, err=True)


def _progress(files: Sequence[Path]) -> Iterator[Path]:
    """Give the files one by one, with a bar where a person waits for many."""
    error_channel: TextIO = sys.stderr
    if len(files) < 10 or not error_channel.isatty():
        yield from files
        return
    with click.progressbar(files, file=error_channel, label="declarations") as bar:
        yield from bar
