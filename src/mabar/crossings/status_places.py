"""Where status pages go: a folder that a web server shows, or a web server that takes PUT and DELETE."""

import http.client
import os
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from mabar.crossings.status_pages import FILE_NAME

TIMEOUT_S = 30.0
READ_BY_ALL = 0o644  # the web server is another user
LOOPBACK = ("127.0.0.1", "::1", "localhost")
TAKEN, GONE = (200, 201, 204), (200, 202, 204, 404, 410)


@dataclass(frozen=True)
class Folder:
    """A folder; a page is in it whole or not at all, also when the power goes between two bytes."""

    path: Path

    def names(self) -> set[str]:
        """Name the pages in the folder; whatever else lies there is not ours."""
        self.path.mkdir(parents=True, exist_ok=True)
        return {each.name for each in self.path.iterdir() if FILE_NAME.fullmatch(each.name)}

    def read(self, name: str) -> bytes:
        """Give a page."""
        return (self.path / name).read_bytes()

    def put(self, name: str, page: bytes) -> None:
        """Put a page in place of the one before; a phone that reads meanwhile has the old one or the new one."""
        passing = self.path / f".{name}.new"
        passing.write_bytes(page)
        passing.chmod(READ_BY_ALL)
        os.replace(passing, self.path / name)

    def remove(self, name: str) -> None:
        """Take a page away."""
        (self.path / name).unlink(missing_ok=True)


@dataclass(frozen=True)
class Server:
    """A web server; `mirror` holds what it has taken, so that ended pages are known without asking it."""

    url: str
    mirror: Folder
    credentials: str = ""

    def names(self) -> set[str]:
        """Name the pages that the server has taken."""
        return self.mirror.names()

    def read(self, name: str) -> bytes:
        """Give a page as the server has taken it."""
        return self.mirror.read(name)

    def put(self, name: str, page: bytes) -> None:
        """Put a page there.

        Raises:
            OSError: the server does not answer, or does not take it.
        """
        self._ask("PUT", name, page, TAKEN)
        self.mirror.put(name, page)

    def remove(self, name: str) -> None:
        """Take a page away; one that is not there any more is gone as well.

        Raises:
            OSError: the server does not answer, or does not let it go.
        """
        self._ask("DELETE", name, None, GONE)
        self.mirror.remove(name)

    def _ask(self, method: str, name: str, body: bytes | None, right: tuple[int, ...]) -> None:
        connection = _connection(self.url)
        headers = {"Content-Type": "text/html; charset=utf-8"} if body is not None else {}
        if self.credentials:
            headers["Authorization"] = f"Basic {b64encode(self.credentials.encode()).decode()}"
        try:
            connection.request(method, f"{urlsplit(self.url).path.rstrip('/')}/{name}", body, headers)
            status = connection.getresponse().status
        except http.client.HTTPException as fault:
            raise OSError(f"{type(fault).__name__} from the server of the status pages") from fault
        finally:
            connection.close()
        if status not in right:
            raise OSError(f"the server of the status pages answered {status} to {method}")


def _connection(url: str) -> http.client.HTTPConnection:
    """Open a connection; only this machine itself is spoken to without TLS."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=TIMEOUT_S)
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT_S)
    raise OSError(f"status pages go by https only, and {parts.scheme or 'no scheme'}://{parts.hostname} is not")
