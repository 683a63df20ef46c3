"""The signature of a status page: its last line, over all that stands before it and over its name.  Without Django."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mabar.base import node_keys
from mabar.crossings import rules

_SIGNED = re.compile(
    rb"(?P<body>.*\n)<!-- mabar status page 1 (?P<node>[\w.-]+) (?P<name>[a-z0-9.]+) (?P<key>[0-9a-f]{16})"
    rb" (?P<signature>[0-9a-f]{128}) -->\n",
    re.DOTALL,
)
_MADE = re.compile(rb'<footer>\s*<p>[^<]*<time datetime="([^"]+)"')


def with_signature(body: bytes, name: str, *, node: str, key: node_keys.SigningKey) -> bytes:
    """Give the page with the node's signature as its last line."""
    whole = body if body.endswith(b"\n") else body + b"\n"
    signature = key.sign(_said(whole, node, name))
    return whole + f"<!-- mabar status page 1 {node} {name} {key.key_id} {signature} -->\n".encode()


def _said(body: bytes, node: str, name: str) -> bytes:
    """Write what the node signs of a page; the first line keeps it apart from anything else the key signs."""
    return "\n".join(["mabar status page 1", node, name, sha256(body).hexdigest()]).encode()


def signer_of(page: bytes) -> str:
    """Name the node whose signature a page claims to bear; empty for a page without one."""
    signed = _SIGNED.fullmatch(page)
    return signed["node"].decode() if signed else ""


@dataclass(frozen=True)
class Verified:
    """What a true page says of itself."""

    node: str
    key_id: str
    made_at: datetime


def verify(page: bytes, name: str, public: Ed25519PublicKey) -> Verified:
    """Tell that a page is as the holder of the key signed it, under the name that it bears.

    Raises:
        PageAltered: no signature, or not over these bytes by this key.
        PageRenamed: signed under another name.
    """
    key_id, signed = node_keys.key_id_of(public), _SIGNED.fullmatch(page)
    if signed is None or not _is_true(signed, public):
        raise rules.PageAltered(file=name, key=key_id)
    if signed["name"].decode() != name:
        raise rules.PageRenamed(file=name, signed=signed["name"].decode())
    made = _MADE.search(signed["body"])
    if made is None:
        raise rules.PageAltered(file=name, key=key_id)
    return Verified(signed["node"].decode(), key_id, datetime.fromisoformat(made[1].decode()))


def _is_true(signed: re.Match[bytes], public: Ed25519PublicKey) -> bool:
    said = _said(signed["body"], signed["node"].decode(), signed["name"].decode())
    return node_keys.is_signed(said, signed["signature"].decode(), public)
