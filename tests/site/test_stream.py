"""The live stream: it says that something changed at a place, to whom it may be said, and misses nothing."""

import asyncio
import json
import threading

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from mabar.base import journal, mandates, sealer
from mabar.base.doors import now
from mabar.base.models import Actor
from mabar.site import stream
from tests.world import NOON


def announce(actor: Actor, subject: str, verb: str = "crossings.join_queue", place: str = "dz.debdeb") -> None:
    with journal.writes(actor, verb, subject, at=NOON, place=place):
        mandates.require(actor, verb, place=place)


class Page:
    """A page that listens: it collects what the stream sends until it is closed."""

    def __init__(self, place: str = "dz.debdeb", cookie: str = "", seen: str = "") -> None:
        headers = [(b"cookie", cookie.encode()), (b"last-event-id", seen.encode())]
        query = f"place={place}".encode()
        self.scope = {"type": "http", "method": "GET", "path": "/live", "query_string": query, "headers": headers}
        self.sent: list[dict] = []
        self.closed = asyncio.Event()

    async def receive(self) -> dict:
        await self.closed.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict) -> None:
        self.sent.append(message)

    @property
    def events(self) -> list[tuple[int, str]]:
        found = []
        for message in self.sent:
            lines = dict(line.split(": ", 1) for line in message.get("body", b"").decode().splitlines() if ": " in line)
            if "id" in lines:
                found.append((int(lines["id"]), json.loads(lines["data"])["topic"]))
        return found


async def listen(pages: list[Page], act, wait_for: int = 1) -> None:
    """Open the pages, let `act` run in a thread, and close them when the first has its events or the time is over."""
    stream.tailer = stream.Tailer()
    tasks = [asyncio.create_task(stream.application(page.scope, page.receive, page.send)) for page in pages]
    await asyncio.sleep(0.3)
    await stream.sync_to_async(act)()
    for _ in range(60):
        if len(pages[0].events) >= wait_for:
            break
        await asyncio.sleep(0.1)
    for page in pages:
        page.closed.set()
    await asyncio.wait_for(asyncio.gather(*tasks), 5)
    await stream.sync_to_async(connections.close_all)()


@pytest.fixture
def fast(monkeypatch):
    monkeypatch.setattr(stream, "POLL_S", 0.05)
    monkeypatch.setattr(stream, "close_old_connections", lambda: None)


def test_a_page_hears_of_its_own_place_only(real_world, fast):
    page, other = Page("dz.debdeb"), Page("ly.ghadames")

    def act() -> None:
        announce(real_world.officers["gate_officer"], "P1")
        sealer.seal(NOON)

    asyncio.run(listen([page, other], act))
    assert page.events == [(0, "crossings")]
    assert other.events == []


def test_nothing_of_the_record_is_told(real_world, fast):
    page = Page()

    def act() -> None:
        announce(real_world.officers["gate_officer"], "P-SECRET")
        sealer.seal(NOON)

    asyncio.run(listen([page], act))
    assert page.events
    assert b"P-SECRET" not in b"".join(message.get("body", b"") for message in page.sent)


def test_a_page_that_was_cut_off_is_told_to_look_again(real_world, fast):
    for number in range(3):
        announce(real_world.officers["gate_officer"], f"P{number}")
    sealer.seal(NOON)
    page = Page(seen="0")
    asyncio.run(listen([page], lambda: None))
    assert page.events == [(2, "crossings")]


def test_a_stranger_hears_nothing_of_declarations(real_world, fast):
    page = Page()

    def act() -> None:
        with journal.writes(real_world.node, "declarations.release", "D1", at=NOON, place="dz.debdeb"):
            mandates.require(real_world.node, "declarations.release", place="dz.debdeb")
        announce(real_world.officers["gate_officer"], "P1")
        sealer.seal(NOON)

    asyncio.run(listen([page], act))
    assert page.events == [(1, "crossings")]


def test_more_pages_than_a_crossing_has_are_turned_away(real_world, fast, monkeypatch):
    monkeypatch.setattr(stream, "MOST_LISTENERS", 1)
    first, second = Page(), Page()
    asyncio.run(listen([first, second], lambda: announce(real_world.officers["gate_officer"], "P1"), wait_for=0))
    assert [page.sent[0]["status"] for page in (first, second)] == [200, 503]


@pytest.mark.postgresql  # SQLite has one writer at a time
def test_a_line_that_commits_late_with_an_early_id_is_not_missed(real_world):
    """Two overlapping transactions: the first to insert is the last to commit."""
    may_commit, has_inserted = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            announce(real_world.officers["gate_officer"], "EARLY-ID")
            has_inserted.set()
            may_commit.wait(10)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert has_inserted.wait(10)
    announce(real_world.officers["yard_officer"], "LATE-ID")
    sealer.seal(NOON)
    first = journal.sealed_after(-1, 10)
    may_commit.set()
    thread.join(10)
    sealer.seal(NOON)
    second = journal.sealed_after(first[-1].position, 10)
    assert [line.subject for line in first] == ["LATE-ID"]
    assert [line.subject for line in second] == ["EARLY-ID"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject FROM base_journalline ORDER BY id")
        assert [row[0] for row in cursor.fetchall()] == ["EARLY-ID", "LATE-ID"]


@pytest.fixture
def cookie(client, world):
    client.force_login(world.officers["registrar"])
    return f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"


@pytest.mark.django_db(databases="__all__")
def test_cookies_of_other_programs_do_not_disturb(cookie, world):
    assert stream._actor(f"a/b=1; {cookie}; c[=2") == world.officers["registrar"]
    assert stream._actor("a/b=1; nothing") is None


@pytest.mark.django_db(databases="__all__")
def test_a_session_that_is_over_or_has_a_first_thing_to_do_hears_what_the_wall_shows_only(client, cookie, world):
    registrar = world.officers["registrar"]
    assert stream._actor(cookie) == registrar
    Actor.objects.filter(pk=registrar.pk).update(one_time_until_at=NOON)
    assert stream._actor(cookie) is None
    Actor.objects.filter(pk=registrar.pk).update(one_time_until_at=None)
    session = client.session
    session["seen_at"] = now().timestamp() - settings.SESSION_IDLE_S - 60
    session.save()
    assert stream._actor(cookie) is None
