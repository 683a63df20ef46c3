"""What a paper says, as a signed record that lies in its PDF; see docs/wire/paper.md.  Without Django.

The signature holds for the record and, by the digest in it, for every other byte of the file: for the pages as well.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mabar.base import node_keys, paper_refusals
from mabar.lib.one_form import canonical

FORM = "mabar.paper/1"
NAME = "record.json"  # of the attachment
# What is known only once the PDF is written keeps its place until then.
HOLES = {"pages": "0" * 64, "signature": "0" * 128}
FIELDS = {"form", "paper", "number", "node", "at", "languages", "record", "journal", "key", *HOLES}
_OPENS, _CLOSES = b"stream\n{", b"}\nendstream"


@dataclass(frozen=True)
class Told:
    """What a paper tells: its kind, its number, and its record as JSON values; nobody who is not on its pages."""

    paper: str
    number: str
    record: Mapping[str, Any]
    language: str
    at: datetime


def named(row: object, names: str) -> dict[str, Any]:
    """Give the values of a row that a record holds, by the names of its fields, which `names` lists with blanks."""
    return {name: getattr(row, name) for name in names.split()}


def unsigned(told: Told, *, node: str, key_id: str, head: Mapping[str, Any] | None) -> bytes:
    """Write the record as the PDF takes it in, with places for the digest of the pages and the signature.

    Args:
        head: the head of the journal that stands on the pages; None before the first.
    """
    said = {
        "form": FORM,
        "paper": told.paper,
        "number": told.number,
        "node": node,
        "at": told.at.astimezone(UTC),
        "languages": ["ar", told.language],
        "record": told.record,
        "journal": head,
        "key": key_id,
        **HOLES,
    }
    return canonical(said).encode()


def signed(pdf: bytes, record: bytes, key: node_keys.SigningKey) -> bytes:
    """Put digest and signature into their places; no other byte of the PDF changes.

    Raises:
        ValueError: the PDF does not hold the record, whole and once.
    """
    if pdf.count(record) != 1:
        raise ValueError("the PDF does not hold the record once")
    start = pdf.index(record)
    said = json.loads(record) | {"pages": _digest_around(pdf, start, start + len(record))}
    said["signature"] = key.sign(_statement(said))
    return pdf[:start] + canonical(said).encode() + pdf[start + len(record) :]


def _digest_around(pdf: bytes, start: int, end: int) -> str:
    return sha256(pdf[:start] + pdf[end:]).hexdigest()


def _statement(said: Mapping[str, Any]) -> bytes:
    """Write what the node signs of a paper; the first word keeps it apart from anything else the key signs."""
    body = {name: value for name, value in said.items() if name != "signature"}
    return canonical(["mabar paper 1", said["node"], sha256(canonical(body).encode()).hexdigest()]).encode()


@dataclass(frozen=True)
class Found:
    """The record of a PDF, and whether its digest is that of the rest of the file; nothing is checked by a key yet."""

    said: Mapping[str, Any]
    is_of_these_pages: bool

    @property
    def node(self) -> str:
        """The node that the record names as its signer."""
        return str(self.said["node"])

    @property
    def key_id(self) -> str:
        """The key that the record names."""
        return str(self.said["key"])


def found(pdf: bytes) -> Found:
    """Find the record of a paper.

    Raises:
        NotAPdf, PaperWithoutRecord.
        PaperAltered: there are two, or it is not of the form that nodes write.
    """
    if not pdf.startswith(b"%PDF-"):
        raise paper_refusals.NotAPdf
    places = _places(pdf)
    if not places:
        raise paper_refusals.PaperWithoutRecord
    start, end = places[0]
    said = _read(pdf[start:end])
    if len(places) > 1 or said is None:
        raise paper_refusals.PaperAltered(key="–")
    return Found(said, said["pages"] == _digest_around(pdf, start, end))


def _places(pdf: bytes) -> list[tuple[int, int]]:
    """Find where records stand: a line of JSON that is a whole stream and names our form."""
    places, at = [], pdf.find(_OPENS)
    while at != -1:
        start, end = at + len(_OPENS) - 1, pdf.find(_CLOSES, at) + 1
        record = pdf[start:end]
        if f'"form":"{FORM}"'.encode() in record and b"\n" not in record:
            places.append((start, end))
        at = pdf.find(_OPENS, at + 1)
    return places


def _read(record: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(record)
    except (ValueError, RecursionError):
        return None
    # only what a node writes: no second form of the same record, no field more or twice
    is_ours = isinstance(said, dict) and said.keys() == FIELDS and canonical(said).encode() == record
    return said if is_ours else None


def check(paper: Found, public: Ed25519PublicKey) -> None:
    """See that the holder of the key signed the record, and these pages with it.

    Raises:
        PaperAltered: the signature is not over this record by this key.
        PagesAltered: it is, but the pages are not those with which it was signed.
    """
    key_id = node_keys.key_id_of(public)
    if not node_keys.is_signed(_statement(paper.said), str(paper.said["signature"]), public):
        raise paper_refusals.PaperAltered(key=key_id)
    check_pages(paper)


def check_pages(paper: Found) -> None:
    """See that the rest of the file is what the record was made with, whoever made it.  Raises: PagesAltered."""
    if not paper.is_of_these_pages:
        raise paper_refusals.PagesAltered(key=paper.key_id)
