"""`mabar exchange ceremony`: root keys and what they sign, on files alone, for a machine that no network reaches."""

import ssl
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from mabar.base import node_folder
from mabar.exchange import ceremony as acts
from mabar.exchange import ceremony_making as making
from mabar.exchange import key_files, line, new_files, node_secrets, signing_files
from mabar.exchange.ceremony_words import say, shown
from mabar.exchange.protocol.cose import key_id
from mabar.exchange.protocol.descriptors import Descriptor
from mabar.exchange.protocol.objects import Stream
from mabar.exchange.protocol.roots import Root
from mabar.exchange.protocol.stops import Stop
from mabar.exchange.refusals import NotASigningFile
from mabar.exchange.signing_files import Signing
from mabar.exchange.suites import Ed25519Signer, SignatureChecker
from mabar.lib.refusals import Refusal
from mabar.lib.words import FIRST_STRONG_ISOLATE, LANGUAGES, POP_ISOLATE
from mabar.site import authority
from mabar.site.node import Node, read_node

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
LANGUAGE = "mabar.language"
Said = TypeVar("Said")


def _language_of(context: click.Context, _option: click.Parameter, given: str) -> str:
    """Take the language as a person or the system writes it (fr, fr_FR.UTF-8); English for all others."""
    short = given[:2].lower()
    context.meta[LANGUAGE] = short if short in LANGUAGES else "en"
    return str(context.meta[LANGUAGE])


_language = click.option(
    "--language",
    callback=_language_of,
    envvar=["MABAR_LANG", "LC_ALL", "LANG"],
    default="en",
    help="Language of what is shown and asked: ar, fr or en.",
)
_from = click.option("--from", "begin", type=DAY, help="First day of its validity, UTC; today when left out.")
_passphrase_files = click.option(
    "--passphrase-file", "passphrase_files", type=FILE, multiple=True, help="Read a passphrase instead of asking."
)


class SpokenGroup(click.Group):
    """A group whose refusals are said in the language of the command."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal ends it with its sentence, remedy and code."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            said = refusal.sentence(ctx.meta[LANGUAGE])
            click.echo(_for(sys.stderr, f"{said.what} {said.remedy} [{refusal.code}]"), err=True)
            sys.exit(1)


def _for(stream: TextIO, text: str) -> str:
    # the marks of direction are for a terminal, not for a file
    return text if stream.isatty() else text.replace(FIRST_STRONG_ISOLATE, "").replace(POP_ISOLATE, "")


def _tell(text: str) -> None:
    click.echo(_for(sys.stdout, text))


@click.group(cls=SpokenGroup)
def ceremony() -> None:
    """Root keys, and what their holders sign."""


@ceremony.command()
@click.argument("folder", type=FOLDER)
@click.option("--administration", required=True, help="Its two letters: dz, ly.")
@click.option("--name", "names", nargs=3, required=True, metavar="AR FR EN", help="Its name in the three languages.")
@click.option("--keys", "count", default=3, show_default=True, type=click.IntRange(1, 16), help="How many root keys.")
@click.option("--threshold", default=2, show_default=True, help="How many of them must sign.")
@click.option("--years", default=10, show_default=True, help="How long the record is valid.")
@click.option("--after", type=FILE, help="The root record that this one follows.")
@click.option("--demo", "is_demo", is_flag=True, help="For showing only: one key may be enough, and the names say so.")
@_from
@_passphrase_files
@_language
def root(
    folder: Path, *, administration: str, names: tuple[str, str, str], count: int, threshold: int, years: int,
    after: Path | None, is_demo: bool, begin: datetime | None, passphrase_files: Sequence[Path], language: str,
) -> None:  # fmt: skip
    """Make root keys and the unsigned root record in FOLDER; each key opens with the passphrase of its holder."""
    named = making.demonstration_names(names) if is_demo else names
    first_day = _first_day(begin)
    validity = (_ms(first_day), _ms(first_day + timedelta(days=round(years * 365.25))))
    wish = making.RootWish(administration, named, threshold, *validity, _said(after, Root) if after else None)
    making.require_possible(folder, wish, count)
    passphrases = _new_passphrases(count, passphrase_files, language)
    for path in making.make_root(folder, wish, passphrases):
        _tell(say("done.made", language, path=path))
    _tell(say("done.hand_out", language))


@ceremony.command()
@click.argument("target", type=NEW)
@click.option("--node", "folder", type=click.Path(file_okay=False, path_type=Path), help="The node's folder.")
@click.option("--after", type=FILE, help="The descriptor that this one follows; what is not given stays as it was.")
@click.option("--name", "names", nargs=3, metavar="AR FR EN", help="The node's name in the three languages.")
@click.option("--url", "urls", multiple=True, help="Where partners reach it; none when it only calls them.")
@click.option("--agency", "agencies", multiple=True, help="Code of an agency that speaks through it: customs.")
@click.option("--zone", help="Its time zone: Africa/Algiers.")
@click.option("--contact", help="Whom the partner's engineer calls.")
@click.option("--days", default=making.VALID_DAYS, show_default=True, help="How long it is valid.")
@click.option("--root-number", default=1, show_default=True, help="Number of the root record that signs it.")
@_from
@_language
def request(
    target: Path, *, folder: Path | None, after: Path | None, begin: datetime | None, days: int, root_number: int,
    language: str, **told: Any,
) -> None:  # fmt: skip
    """Make the keys of the node's next descriptor, and the descriptor in TARGET for the holders to sign."""
    node = read_node(node_folder.find(folder))
    before = _said(after, Descriptor) if after else None
    for option in ("names", "zone", "contact"):
        told[option] = told[option] or (getattr(before, option) if before else None)
        if not told[option]:
            raise click.UsageError(f"--{option.removesuffix('s')} is needed where there is no descriptor before")
    told["urls"] = told["urls"] or (before.urls if before else ())
    told["agencies"] = told["agencies"] or tuple(each.code for each in (before.agencies if before else ()))
    first_ms = _ms(_first_day(begin))
    wish = making.DescriptorWish(
        node.code, **told, pins=_pins(node), valid_from_ms=first_ms, valid_days=days, before=before
    )
    made = making.request_descriptor(node.folder, wish, target, root_number=root_number)
    keys = node_secrets.folder_of(node.folder)
    _tell(say("done.requested", language, number=made.number, folder=keys, path=target))


@ceremony.command()
@click.argument("file", type=FILE)
@click.option("--key", "key_file", type=FILE, required=True, help="The root key of the holder who signs.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask; for scripts.")
@_passphrase_files
@_language
def sign(file: Path, *, key_file: Path, is_sure: bool, passphrase_files: Sequence[Path], language: str) -> None:
    """Show what FILE says, ask, and add the holder's signature to it."""
    signing = signing_files.read_unfinished(file)
    _show(signing, language)
    if not is_sure and not click.confirm(_for(sys.stdout, say("ask.sign", language))):
        _tell(say("done.not_signed", language))
        sys.exit(1)
    passphrase = _passphrase(key_file.name, passphrase_files, language)
    signer = Ed25519Signer(key_files.unlocked(key_file.read_bytes(), passphrase, name=key_file))
    signed = acts.add_signature(signing, signer)
    new_files.rewrite(file, signed.encoded())
    count = len(signed.signatures)
    _tell(say("done.signed", language, path=file, key=key_id(signer.public).hex(), count=count))


@ceremony.command()
@click.argument("file", type=FILE)
@_language
def show(file: Path, *, language: str) -> None:
    """Show what FILE says, its fingerprint in words and digits, and who has signed it."""
    _show(signing_files.read_file(file), language)


@ceremony.command()
@click.argument("file", type=FILE)
@click.argument("target", type=NEW)
@click.option("--root", "roots", type=FILE, multiple=True, help="Root record to check it by, from number 1 on.")
@_language
def finish(file: Path, target: Path, *, roots: Sequence[Path], language: str) -> None:
    """Write what was signed in FILE to TARGET as it travels, once enough holders have signed."""
    signing = signing_files.read_file(file)
    acts.finish(signing, target, [signing_files.read_file(path) for path in roots], SignatureChecker())
    _tell(say("done.made", language, path=target))


@ceremony.command()
@click.argument("file", type=FILE)
@click.argument("folder", type=FOLDER)
@click.option("--root-number", default=1, show_default=True, help="Number of the root record that signs them.")
@_language
def stops(file: Path, folder: Path, *, root_number: int, language: str) -> None:
    """Make in FOLDER the unsigned stop of each key of the descriptor FILE, to be signed now and kept sealed."""
    for path in making.write_stops(folder, _said(file, Descriptor), root_number=root_number):
        _tell(say("done.made", language, path=path))


@ceremony.command()
@click.argument("file", type=FILE)
@click.argument("target", type=NEW)
@click.option(
    "--last",
    "ends",
    type=(str, str, click.IntRange(0, 3), click.IntRange(1), click.IntRange(0)),
    multiple=True,
    metavar="SENDER RECEIVER CLASS EPOCH SEQ",
    help="The last message of a stream that its owner vouches for; a stream not named stays where both have signed.",
)
@click.option("--root-number", type=click.IntRange(1), help="Number of the root record that signs it; the stop's own.")
@_language
def settle(
    file: Path, target: Path, *, ends: Sequence[tuple[str, str, int, int, int]], root_number: int | None, language: str
) -> None:
    """Make in TARGET the unsigned settle of the key that the stop FILE has stopped."""
    stop = _said(file, Stop)
    vouched = [(Stream(sender, receiver, urgency, epoch), seq) for sender, receiver, urgency, epoch, seq in ends]
    making.write_settle(target, stop, vouched, root_number=root_number or stop.root_number)
    _tell(say("done.made", language, path=target))


def _show(signing: Signing, language: str) -> None:
    for row in shown(signing, language):
        _tell(row)


def _said(path: Path, wanted: type[Said]) -> Said:
    said = acts.said_by(signing_files.read_file(path))
    if not isinstance(said, wanted):
        raise NotASigningFile(path=path, reason=type(said).__name__)
    return said


def _pins(node: Node) -> tuple[bytes, ...]:
    if not node.has_tls:
        return ()
    pem = (node.folder / "keys" / authority.CERTIFICATE).read_text(encoding="ascii")
    return (line.pin_of(ssl.PEM_cert_to_DER_cert(pem)),)


def _first_day(given: datetime | None) -> datetime:
    return (given or datetime.now(UTC)).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)


def _ms(at: datetime) -> int:
    return int(at.timestamp()) * 1000


def _new_passphrases(count: int, files: Sequence[Path], language: str) -> list[str]:
    if files and len(files) != count:
        raise click.UsageError(f"{count} keys need {count} passphrase files, one each")
    if files:
        return [_first_line(path) for path in files]
    again = _for(sys.stdout, say("ask.again", language))
    asked = [_for(sys.stdout, say("ask.passphrase", language, place=place)) for place in range(1, count + 1)]
    return [click.prompt(each, hide_input=True, confirmation_prompt=again) for each in asked]


def _passphrase(place: str, files: Sequence[Path], language: str) -> str:
    if files:
        return _first_line(files[0])
    return str(click.prompt(_for(sys.stdout, say("ask.passphrase", language, place=place)), hide_input=True))


def _first_line(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0]
