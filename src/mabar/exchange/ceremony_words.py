"""What the holder of a root key reads before he signs: each thing that is signed, in his language."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from mabar.exchange import ceremony
from mabar.exchange.protocol.cose import key_id
from mabar.exchange.protocol.descriptors import Descriptor
from mabar.exchange.protocol.fingerprints import digits_of, words_of
from mabar.exchange.protocol.objects import Type
from mabar.exchange.protocol.roots import Root
from mabar.exchange.protocol.stops import Settle, Stop
from mabar.exchange.protocol.terms import KindTerms, Terms
from mabar.exchange.signing_files import Signing
from mabar.lib import words

Row = tuple[str, str]  # a key of ceremony.yaml, and what stands beside its word
_LIST = ", "


def say(key: str, language: str, /, **details: object) -> str:
    """Give a sentence or word of the ceremony, its details isolated from the direction of the text."""
    said = str(words.table("exchange", "ceremony")[key][language])
    return said.format(**{name: words.isolate(value) for name, value in details.items()}) if details else said


def shown(signing: Signing, language: str) -> list[str]:
    """Write what is signed as lines, with its fingerprint and who has signed so far.

    Raises:
        NotAccepted: it breaks a rule of the protocol.
    """
    said = ceremony.said_by(signing)
    rows = [*_ROWS[signing.type](said, language), *_fingerprint(signing), *_signers(signing, language)]
    return [say(f"title.{signing.type.name.lower()}", language), *(_line(key, text, language) for key, text in rows)]


def _line(key: str, text: str, language: str) -> str:
    return f"  {say(key, language)}: {words.isolate(text)}"


def _fingerprint(signing: Signing) -> Iterator[Row]:
    yield "words", " ".join(words_of(signing.digest, ceremony.words()))
    yield "digits", " ".join(digits_of(signing.digest))


def _signers(signing: Signing, language: str) -> Iterator[Row]:
    yield "signed_by", _LIST.join(each.hex() for each in signing.signed_by) or say("nobody", language)


def _day(instant_ms: int) -> str:
    return f"{datetime.fromtimestamp(instant_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def _names(names: Sequence[str]) -> Iterator[Row]:
    return (("names", name) for name in names)


def _root(root: Root, language: str) -> Iterator[Row]:
    yield "administration", root.administration
    yield "number", str(root.number)
    yield from _names(root.names)
    if root.is_demonstration:
        yield "demonstration", say("demonstration_is", language)
    yield from (("root_key", key_id(key).hex()) for key in root.keys)
    yield "threshold", f"{root.threshold} / {len(root.keys)}"
    yield "valid_from", _day(root.valid_from_ms)
    yield "valid_to", _day(root.valid_to_ms)
    if root.before is not None:
        yield "before", " ".join(digits_of(root.before))


def _descriptor(taken: Descriptor, language: str) -> Iterator[Row]:
    yield "node", taken.node
    yield "number", str(taken.number)
    yield from _names(taken.names)
    yield from (("url", url) for url in taken.urls or (say("no_url", language),))
    yield "suites", _LIST.join(map(str, taken.suites))
    yield "node_key", key_id(taken.node_key).hex()
    yield from (("agency", f"{each.number} {each.code} {key_id(each.key).hex()}") for each in taken.agencies)
    yield "sealing", f"{len(taken.sealing_keys)}, {_day(taken.sealing_keys[-1].use_to_ms)}"
    yield from (("pin", pin.hex()) for pin in taken.pins)
    yield "zone", taken.zone
    yield "classes", _LIST.join(map(str, taken.classes))
    yield "valid_from", _day(taken.valid_from_ms)
    yield "valid_to", _day(taken.valid_to_ms)
    yield "contact", taken.contact
    if taken.before is not None:
        yield "before", " ".join(digits_of(taken.before))


def _stop(stop: Stop, _language: str) -> Iterator[Row]:
    yield "administration", stop.administration
    yield "key_id", stop.key_id.hex()
    yield "root_number", str(stop.root_number)


def _settle(settle: Settle, language: str) -> Iterator[Row]:
    yield "administration", settle.administration
    yield "key_id", settle.key_id.hex()
    yield from (("stream", f"{stream}: {seq}") for stream, seq in settle.ends)
    if not settle.ends:
        yield "stream", say("no_stream", language)


def _terms(terms: Terms, language: str) -> Iterator[Row]:
    yield "names", terms.name
    yield "version", str(terms.version)
    yield from (("party", f"{each.administration}: {_LIST.join(each.agencies)}") for each in terms.parties)
    yield from (("legal_basis", f"{each.article}, {each.dated_on}, {each.text}") for each in terms.legal_basis)
    yield "purposes", _LIST.join(terms.purposes)
    for kind in terms.kinds:
        yield "kind", f"{kind.kind}: {_kind(kind, language)}"
    yield "flash_per_hour", str(terms.flash_per_hour)
    yield from (("suite_floor", f"{each.suite}, {each.from_on}") for each in terms.suite_floor)
    yield "valid_from", terms.valid_from.isoformat()
    yield "valid_to", terms.valid_to.isoformat()
    yield "review_on", terms.review_on.isoformat()
    yield from (("oversight", each) for each in terms.oversight)
    if terms.replaces is not None:
        yield "replaces", terms.replaces


def _kind(kind: KindTerms, language: str) -> str:
    masked = set(kind.masked)
    fields = _LIST.join(f"{each} (*)" if each in masked else each for each in kind.fields)
    lists = {"senders": kind.senders, "agencies": kind.to_agencies, "purposes": kind.purposes}
    joined = {name: _LIST.join(listed) for name, listed in lists.items()}
    onward = say(kind.onward, language)
    return say("kind_is", language, **joined, fields=fields, days=kind.retention_days, onward=onward)


_ROWS: dict[Type, Callable[[Any, str], Iterator[Row]]] = {
    Type.ROOT: _root,
    Type.DESCRIPTOR: _descriptor,
    Type.TERMS: _terms,
    Type.STANDING_ORDER: _terms,
    Type.STOP: _stop,
    Type.SETTLE: _settle,
}
