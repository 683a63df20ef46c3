"""The peer that anybody would write: each message a JWS in a JWE (joserfc), posted over TLS, a row a message.

This file is the receiver's WSGI application too; a request is a list of messages, one line each, stored in one commit
that has reached the disk before the signed receipt leaves.
"""

import http.client
import json
import os
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from joserfc import jwe, jws
from joserfc.jwk import OKPKey

from bench import nodes
from tools.ports import free_port

SIGNED, SEALED = ["Ed25519"], ["ECDH-ES+A256KW", "A256GCM", "DEF"]
SEALING = {"alg": SEALED[0], "enc": SEALED[1], "zip": SEALED[2], "cty": "JWT"}
FOLDER = "MABAR_BENCH_PEER"
SENDERS = 2


def make_keys(folder: Path) -> None:
    """Write the keys of both sides and a certificate."""
    from mabar.site import authority

    for name, curve in (("sender", "Ed25519"), ("receiver", "Ed25519"), ("sealing", "X25519")):
        (folder / f"{name}.jwk").write_text(json.dumps(OKPKey.generate_key(curve).as_dict(private=True)))
    authority.certify(folder, "dz.debdeb", "localhost", datetime.now(UTC))
    database = store(folder)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE message (number INTEGER PRIMARY KEY, payload BLOB)")
    del _local.database


@cache
def key(folder: Path, name: str) -> OKPKey:
    """Read a key."""
    return OKPKey.import_key(json.loads((folder / f"{name}.jwk").read_text()))


def sealed(payload: bytes, folder: Path) -> str:
    """Sign and seal a message."""
    said = jws.serialize_compact({"alg": SIGNED[0]}, payload, key(folder, "sender"), algorithms=SIGNED)
    return jwe.encrypt_compact(dict(SEALING), said.encode(), key(folder, "sealing"), algorithms=SEALED)


def application(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Take a list of messages in, and answer with a signed receipt."""
    folder = Path(os.environ[FOLDER])
    body, length = b"", int(environ["CONTENT_LENGTH"])
    while len(body) < length and (part := environ["wsgi.input"].read(length - len(body))):
        body += part
    rows = []
    for line in body.split(b"\n"):
        said = jwe.decrypt_compact(line.decode(), key(folder, "sealing"), algorithms=SEALED).plaintext
        payload = jws.deserialize_compact(said, key(folder, "sender"), algorithms=SIGNED).payload
        rows.append((json.loads(payload)["number"], payload))
    with store(folder) as database:  # one commit, which waits for the disk
        database.executemany("INSERT OR IGNORE INTO message VALUES (?, ?)", rows)
    told = sha256(body).hexdigest().encode()
    receipt = jws.serialize_compact({"alg": SIGNED[0]}, told, key(folder, "receiver"), algorithms=SIGNED)
    start_response("200 OK", [("Content-Type", "application/jose")])
    return [receipt.encode()]


_local = threading.local()


def store(folder: Path) -> sqlite3.Connection:
    """Open the store of this thread, with commits that wait for the disk."""
    if not hasattr(_local, "database"):
        _local.database = sqlite3.connect(folder / "store.sqlite3", timeout=30)
        _local.database.execute("PRAGMA synchronous=FULL")
    return _local.database


def stored(folder: Path) -> set[int]:
    """Read the numbers of the messages that a store holds."""
    database = sqlite3.connect(folder / "store.sqlite3")
    found = {number for (number,) in database.execute("SELECT number FROM message")}
    database.close()
    return found


def start(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start the receiver as a node's pages are started."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "bench.peer_jose:application", "--interface", "wsgi"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "4"]
    command += ["--ssl-certificate", str(folder / "node-tls.pem"), "--ssl-keyfile", str(folder / "node-tls.key")]
    server = subprocess.Popen(command, env=os.environ | {FOLDER: str(folder)}, stdout=subprocess.DEVNULL)
    nodes.wait_for_port(port)
    return server, port


def send(folder: Path, port: int, payloads: Sequence[bytes], *, at_once: int, seconds: float) -> list[int]:
    """Send messages for some seconds over a few connections; give the numbers whose receipts have come and verify."""
    done: list[int] = []
    end, turns = time.monotonic() + seconds, iter(range(10**9))
    work = [
        threading.Thread(target=_send, args=(folder, port, payloads, at_once, end, turns, done)) for _ in range(SENDERS)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    return done


def _send(folder, port, payloads, at_once, end, turns, done) -> None:
    context = ssl.create_default_context(cafile=str(folder / "authority.pem"))
    line = http.client.HTTPSConnection("localhost", port, context=context)
    while time.monotonic() < end:
        numbers = [next(turns) for _ in range(at_once)]
        said = (numbered(payloads[number % len(payloads)], number) for number in numbers)
        body = "\n".join(sealed(each, folder) for each in said).encode()
        line.request("POST", "/", body)
        answer = line.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"the peer answered {answer.status}: {told[:200]!r}")
        receipt = jws.deserialize_compact(told, key(folder, "receiver"), algorithms=SIGNED)
        if receipt.payload == sha256(body).hexdigest().encode():
            done += numbers


def numbered(payload: bytes, number: int) -> bytes:
    """Give a message another number."""
    return json.dumps(json.loads(payload) | {"number": number}, ensure_ascii=False).encode()
