"""One connection to a partner node: HTTPS to a key that is known, and to nobody else (docs/wire/mx1.md, 10.2)."""

import http.client
import socket
import ssl
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mabar.exchange.pacing import Pace

MEDIA_TYPE = "application/mx1+cbor-seq"
PATH = "/exchange/mx1"
MOST_ANSWER = 24 * 1024 * 1024
_THIN_LINEAR_TIMEOUTS = 16  # linux/tcp.h: an alert lost twice goes again after the same time, not after twice that
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class LineFault(Exception):
    """The line does not carry: no connection, another key, or no answer of use; its status, and when to try again."""

    def __init__(self, said: str, *, status: int = 0, retry_after_s: int = 0) -> None:
        super().__init__(said)
        self.status, self.retry_after_s = status, retry_after_s


@dataclass
class Line:
    """A connection that is kept open between contacts; `pins` are SHA-256 of the keys (SPKI) that may answer.

    One with a pace leaves room on the line for what is more urgent.
    """

    url: str
    pins: Collection[bytes]
    timeout_s: float = 30.0
    pace: Pace | None = None
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def open(self) -> http.client.HTTPConnection:
        """Give the connection, which is made unless it stands.

        Raises:
            LineFault: the node does not answer, or another does.
        """
        with self._closed_by_a_fault():
            self._connection = self._connection or self._connect()
            return self._connection

    def post(self, body: bytes, *, classes: str, when_said: Callable[[], object] = lambda: None) -> bytes:
        """Send a body and give the answer.

        Args:
            body: what is sent.
            classes: of what may come back, between commas.
            when_said: called when all of the body lies in the line and only the answer is waited for.
        Raises:
            LineFault: nothing, or nothing of use, came back; the connection is then closed.
        """
        connection = self.open()
        with self._closed_by_a_fault():
            path = f"{urlsplit(self.url).path.rstrip('/')}{PATH}?classes={classes}"
            told = {"Content-Type": MEDIA_TYPE, "Content-Length": str(len(body))}
            connection.request("POST", path, self._parts(body), told)
            when_said()
            return _answer_of(connection.getresponse())

    @contextmanager
    def _closed_by_a_fault(self) -> Iterator[None]:
        try:
            yield
        except (OSError, http.client.HTTPException) as fault:
            self.close()
            raise LineFault(f"{type(fault).__name__}: {fault}"[:200]) from fault
        except LineFault:
            self.close()
            raise

    def _parts(self, body: bytes) -> bytes | Iterator[bytes]:
        return body if self.pace is None else self.pace.parts(body)

    def close(self) -> None:
        """Close the connection; the next post opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        connection = _connection_to(parts.scheme, parts.hostname or "", parts.port, self.timeout_s)
        connection.connect()
        if isinstance(connection, http.client.HTTPSConnection):
            _require_pin(connection.sock, self.pins)
        if self.pace is not None:
            self.pace.join(connection.sock)
        elif sys.platform == "linux":
            connection.sock.setsockopt(socket.IPPROTO_TCP, _THIN_LINEAR_TIMEOUTS, 1)
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def _connection_to(scheme: str, host: str, port: int | None, timeout_s: float) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=timeout_s, context=_tls())
    if scheme == "http" and host in _LOOPBACK:  # only a demo on one machine may do without TLS
        return http.client.HTTPConnection(host, port, timeout=timeout_s)
    raise LineFault(f"no line goes to {scheme}://{host}")


def _tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    # the partner's descriptor names its key; who else vouches for the certificate does not matter
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _require_pin(sock: ssl.SSLSocket | socket.socket, pins: Collection[bytes]) -> None:
    certificate = sock.getpeercert(binary_form=True) if isinstance(sock, ssl.SSLSocket) else None
    if certificate is None or pin_of(certificate) not in pins:
        sock.close()
        raise LineFault("the node at the other end shows another key than its descriptor")


def pin_of(certificate: bytes) -> bytes:
    """Give the SHA-256 of the public key (SPKI) of a DER certificate."""
    public = x509.load_der_x509_certificate(certificate).public_key()
    return sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()


def _answer_of(response: http.client.HTTPResponse) -> bytes:
    body, status = response.read(MOST_ANSWER + 1), response.status
    if status in (429, 503):
        told = response.headers.get("Retry-After", "")
        raise LineFault(f"answered {status}", status=status, retry_after_s=int(told) if told.isdigit() else 30)
    if status != 200 or response.headers.get_content_type() != MEDIA_TYPE or len(body) > MOST_ANSWER:
        raise LineFault(f"answered {status}", status=status)
    return body
