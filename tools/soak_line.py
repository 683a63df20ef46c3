"""A line between two nodes that reads along: it keeps every R1 that has left a node, and now and then loses an answer.

It stands where a partner's descriptor says the node is, with the node's own certificate, and speaks TLS both ways.
"""

import http.client
import random
import ssl
import threading
from collections import defaultdict
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from mabar.exchange.protocol import cbor, objects
from mabar.exchange.protocol.heads import read_receipt
from mabar.exchange.protocol.objects import Item, Type
from mabar.exchange.protocol.ports import ED25519, MLDSA44

Stream = tuple[str, str, int, int]  # sender, receiver, class, epoch
CARRIED_S = 30


class Receipts:
    """Every R1 that was ever on a line: of each stream, the roots that its reader has signed for a size."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._roots: dict[Stream, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.seen = 0

    def note(self, body: bytes) -> None:
        """Keep the R1s of a body; of one that was cut short, those that are whole."""
        found = [each for each in _items(body) if each.type is Type.RECEIPT]
        with self._lock:
            for item in found:
                stream, head = item.context.stream, _head(item)
                self.seen += 1
                named = (stream.sender, stream.receiver, stream.urgency, stream.epoch)
                self._roots[named][head.size].add(head.root.hex())

    def told(self) -> dict[Stream, dict[int, set[str]]]:
        """Give a copy of all so far."""
        with self._lock:
            return {
                stream: {size: set(roots) for size, roots in sizes.items()} for stream, sizes in self._roots.items()
            }


def _items(body: bytes) -> list[Item]:
    found: list[Item] = []
    with suppress(cbor.Malformed):
        found.extend(objects.item_of(value) for value in cbor.sequence(body))
    return found


def _head(item: Item) -> Any:
    try:
        return read_receipt(item.object, alg=ED25519).said
    except cbor.Malformed:
        return read_receipt(item.object, alg=MLDSA44).said


class Tap(ThreadingHTTPServer):
    """The door of one node as its partners see it."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, keys: Path, node_port: int, receipts: Receipts, *, lost: float, seed: int) -> None:
        super().__init__(("127.0.0.1", port), _Door)
        self.node_port, self.receipts, self.lost, self.rng = node_port, receipts, lost, random.Random(seed)
        self.answers = self.answers_lost = 0
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(keys / "node-tls.pem", keys / "node-tls.key")
        self.inward = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.inward.check_hostname, self.inward.verify_mode = False, ssl.CERT_NONE

    def get_request(self) -> tuple[Any, Any]:
        """Take a connection; its handshake waits for the thread that serves it."""
        connection, address = super().get_request()
        connection.settimeout(CARRIED_S)
        return self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a killed node leaves broken connections behind."""

    def begin(self) -> "Tap":
        """Serve in a thread of its own."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()
        return self

    def keep(self, body: bytes) -> None:
        """Keep what a body tells, before anybody else hears it."""
        self.receipts.note(body)

    def loses(self) -> bool:
        """Tell whether this answer is one that gets lost."""
        self.answers += 1
        is_lost = self.rng.random() < self.lost
        self.answers_lost += is_lost
        return is_lost


class _Door(BaseHTTPRequestHandler):
    """One connection: what comes goes on to the node, and its answer back."""

    protocol_version = "HTTP/1.1"
    server: Tap

    def do_POST(self) -> None:
        """Carry a body and its answer; where the node does not answer, neither does the line."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.keep(body)
        self.close_connection = True
        with suppress(OSError, http.client.HTTPException):
            answer, said = self._carried(body)
            self.server.keep(said)
            if not self.server.loses():
                self._give(answer, said)
                self.close_connection = False

    def _carried(self, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        port, context = self.server.node_port, self.server.inward
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=CARRIED_S, context=context)
        try:
            connection.request("POST", self.path, body, {"Content-Type": self.headers["Content-Type"]})
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def _give(self, answer: http.client.HTTPResponse, said: bytes) -> None:
        self.send_response(answer.status)
        for name in ("Content-Type", "Retry-After"):
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *told: Any) -> None:
        """Write no log."""
