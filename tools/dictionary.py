"""Train the zstd dictionary of MX/1 from the product's own sample trade: `python -m tools.dictionary`.

Dictionary 1 is published and stays as it is: another one would be dictionary 2 and another form (mx1.md, 6.2).  This
file says what it was made of; with zstandard 0.25 it makes the same bytes again.
"""

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import zstandard

from mabar.declarations import record_json
from mabar.exchange.protocol import heads, statements
from mabar.exchange.protocol.batches import Batch, Body, Entry
from mabar.exchange.protocol.buckets import bucket
from mabar.exchange.protocol.objects import Context, Stream
from mabar.exchange.suites import Ed25519Signer
from mabar.site import generator

TARGET = Path(__file__).resolve().parent.parent / "src" / "mabar" / "exchange" / "data" / "mx1-dictionary-1.zstd"
LARGEST = 32 * 1024
# Numbers up to 32,767 are kept for a public register (RFC 8878, 6.2); up to 65,535 a frame says it in two bytes.
NUMBER = 40_001
# How the sample is cut into pieces: measured, other lengths give one part in fifty more.
SEGMENT, KMER, LEVEL = 2500, 8, 19
PLACES = ("dz.debdeb", "ly.ghadames")


# About as many fields as an agreement on goods might name, by the path of what holds them.
AGREED = {
    "": "consignee declarant_reference declared_on destination_country export_country exporter flow item_count items "
    "office package_count regime transport",
    "items": "commodity_code description gross_mass_g net_mass_g origin_country packages price",
    "transport": "border",
}


def samples(seed: int, count: int) -> list[bytes]:
    """Draw batches of one message: `count` declarations from each place with every field, twice as many without the
    empty ones, twice as many with the fields of an agreement, and answers."""
    rng = random.Random(f"dictionary {seed}")
    said = [document(each) for each in _declarations(seed, count)]
    said += declaration_payloads(seed + 1000, 2 * count)
    said += [document(projected(json.loads(each))) for each in declaration_payloads(seed + 2000, 2 * count)]
    drawn = [_batch(rng, "goods.declaration/1.0", payload) for payload in said]
    return drawn + [_batch(rng, "exchange.answer/1.0", _answer(rng)) for _ in range(2 * count)]


def projected(value: Any, path: str = "") -> Any:
    """Leave of a declaration the fields that an agreement names."""
    if isinstance(value, list):
        return [projected(each, path) for each in value]
    if not isinstance(value, dict) or path not in AGREED:
        return value
    return {name: projected(value[name], name) for name in AGREED[path].split() if name in value}


def declaration_payloads(seed: int, count: int) -> list[bytes]:
    """Draw payloads of declarations with the fields that they have, `count` from each place."""
    return [document(_without_empty(each)) for each in _declarations(seed, count)]


def _declarations(seed: int, count: int) -> Iterator[dict[str, Any]]:
    rng = random.Random(seed)
    for number in range(count):
        day = date(2026, 1, 1) + timedelta(days=rng.randrange(730))
        for place in PLACES:
            yield from map(record_json.encode, generator.declarations(seed + number, 1, place=place, day=day))


def document(value: dict[str, Any]) -> bytes:
    """Write a document as section 5.1 of mx1.md has it."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_empty(each) for name, each in value.items() if each is not None}
    return [_without_empty(each) for each in value] if isinstance(value, list) else value


def _answer(rng: random.Random) -> bytes:
    first = rng.randrange(1, 100_000)
    answer = {"code": "", "facts": {}, "from": first, "said": "accepted", "to": first + rng.randrange(100)}
    return document({"answers": [answer], "epoch": 1})


def one_message(rng: random.Random, kind: str, payload: bytes, *, seq: int, context: Context) -> Entry:
    """Say and sign one message as a node does, with the salt, id and instant that `rng` draws."""
    is_control = kind.startswith("exchange.")
    salt, issued_ms = rng.randbytes(16), 1_790_000_000_000 + rng.randrange(10**10)
    statement = statements.Statement(
        seq=seq,
        message_id=issued_ms.to_bytes(6, "big") + rng.randbytes(10),
        kind=kind,
        digest=statements.digest(salt, payload),
        size=bucket(len(payload)),
        purpose=None if is_control else "customs-control",
        terms=None if is_control else "dz-ly.goods.1",
        issued_ms=issued_ms,
        expires_ms=None,
        handling=0 if is_control else 1,
        agency=0 if is_control else 1,
        addressees=("node" if is_control else "customs",),
    )
    signed = statements.sign(statement, context, Ed25519Signer(rng.randbytes(32)))
    return Entry(1, context.descriptor or 1, signed, Body(salt, payload))


def _batch(rng: random.Random, kind: str = "", payload: bytes = b"") -> bytes:
    """Put one message of a kind, or none, under a head."""
    seq = rng.randrange(1, 100_000)
    context = Context.of(Stream(*PLACES, 2, 1), suite=1, descriptor=rng.randrange(1, 5))
    head = heads.sign_head(heads.Head(seq, rng.randbytes(32)), context, Ed25519Signer(rng.randbytes(32)))
    entries = (one_message(rng, kind, payload, seq=seq, context=context),) if kind else ()
    return Batch(2, 1, entries, head).encoded()


def _whole() -> bytes:
    """Give whole batches of what is small and goes most often; measured, an answer then takes 90 bytes less."""
    rng = random.Random("dictionary, whole")
    acted = document({"act": "read", "at": 1_790_000_000_000, "id": rng.randbytes(16).hex()})
    said = (("", b""), ("exchange.acted/1.0", acted), ("exchange.answer/1.0", _answer(rng)))
    return b"".join(_batch(rng, kind, payload) for kind, payload in said)


def trained() -> bytes:
    """Train the dictionary on declarations, and put whole batches at its end, where they are cheapest to name."""
    whole = _whole()
    learnt = zstandard.train_dictionary(
        LARGEST - len(whole), [*samples(1, 200)], k=SEGMENT, d=KMER, dict_id=NUMBER, level=LEVEL
    )
    return learnt.as_bytes() + whole


def main() -> None:
    """Write the dictionary and its SHA-256 beside it."""
    dictionary = trained()
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(dictionary)
    TARGET.with_name(TARGET.name + ".sha256").write_text(f"{sha256(dictionary).hexdigest()}  {TARGET.name}\n")
    print(f"{len(dictionary)} bytes, {sha256(dictionary).hexdigest()}")


if __name__ == "__main__":
    main()
