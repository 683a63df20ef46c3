"""A node for a measurement: made as `mabar init` makes it, with people who can sign in."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from tools.ports import free_port

PLACE = "dz.debdeb"


@contextmanager
def made(places: tuple[str, ...] = (PLACE, "ly.ghadames"), *, database: str = "") -> Iterator[tuple[Path, int]]:
    """Make a node in a passing folder, and set Django up on it; `database` is the address of one at a server."""
    from mabar.site.making import Wish, make_folder

    with tempfile.TemporaryDirectory(prefix="mabar-bench-") as passing:
        folder, port = Path(passing) / "node", free_port()
        wish = Wish("localhost", PLACE, places, port, database, is_http=True, second_factor="offered")
        make_folder(folder, wish, Path(passing) / "off.key", at=datetime.now(UTC))
        os.environ |= {"MABAR_NODE": str(folder), "DJANGO_SETTINGS_MODULE": "mabar.site.settings"}
        import django

        django.setup()
        from mabar.site import founding

        founding.make_stores()
        founding.lay_out(wish.places, datetime.now(UTC))
        yield folder, port


def people() -> tuple[object, object]:
    """Enrol a registrar and a declarant at Debdeb, with passwords of their own."""
    from mabar.base import actors, commands
    from mabar.base.models import Actor, Agency, Firm, Place

    node, at, place = actors.node(), datetime.now(UTC), Place.objects.get(code=PLACE)
    firm = Firm.objects.create(code="BENCH", name="Bench Brokers", kind="broker")
    agency = Agency.objects.get(code="dz.customs")
    made = []
    for key, kind, function, told in (
        ("DEB-0001", Actor.OFFICER, "registrar", {"agency": agency}),
        ("bench-broker", Actor.DECLARANT, "declarant", {"firm": firm}),
    ):
        enrolled = commands.enrol_actor(node, key, kind=kind, name=key, place=place, at=at, **told)
        commands.grant_mandate(
            node, key, function=function, place=place, from_on=date(2026, 1, 1), until_on=None, at=at
        )
        Actor.objects.filter(key=key).update(one_time_until_at=None)
        made.append(Actor.objects.get(key=enrolled.actor.key))
    return made[0], made[1]


def signed_in(actor: object) -> str:
    """Open a session for an actor, as signing in does, and give its cookie."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    now = datetime.now(UTC).timestamp()
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(actor.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: actor.get_session_auth_hash(),
            "began_at": now,
            "seen_at": now,
        }
    )
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@contextmanager
def running(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run the node as `mabar start` does, until the measurement is over."""
    command = [sys.executable, "-c", "from mabar.site.cli import main; main()", "start", str(folder)]
    # as in an office, where Python keeps what it has compiled; without that, half of a start is compiling
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, env=kept, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_page(port)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def until(is_so: Callable[[], bool], *, within_s: float) -> None:
    """Wait until something is so; end the bench when it does not come about in time."""
    end = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() > end:
            raise SystemExit("the nodes do not get anywhere")
        time.sleep(0.2)


def wait_for_page(port: int, path: str = "/sign-in/", seconds: float = 60) -> None:
    """Wait until a page is served."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if fetch(port, path)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise SystemExit(f"{path} was not served within {seconds} s")


def wait_for_port(port: int, seconds: float = 60) -> None:
    """Wait until something answers at a port of this machine."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"nothing answers at port {port} within {seconds} s")


def fetch(port: int, path: str, cookie: str = "") -> tuple[int, float, int]:
    """Fetch a page; give its status, the seconds it took and its length in bytes."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "ar"})
    answer = connection.getresponse()
    length = len(answer.read())
    connection.close()
    return answer.status, time.perf_counter() - began, length
