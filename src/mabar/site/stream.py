"""The live stream: it tells a page *that* something changed at its place; what changed, the page asks for itself.

So nothing of a record ever passes here, and the page's own mandate decides what it may read.  The stream follows the
sealed position, never insert ids: on PostgreSQL a later id can become visible first.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mabar.site.settings")
django.setup()

from asgiref.sync import sync_to_async  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import close_old_connections  # noqa: E402

from mabar.base import gates, journal, mandates, sessions  # noqa: E402
from mabar.base.doors import now  # noqa: E402

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

POLL_S = 0.5
KEEP_ALIVE_S = 20
MOST_LISTENERS = 500  # far more screens than a crossing has; a stranger cannot hold more open
LIFE_S = 15 * 60  # then the page connects again by itself, and is asked for its mandate again
LIMIT = 1000
OPEN_TOPIC = "crossings"  # what the wall shows is for everybody in the yard
TOPIC_VERBS = {"declarations": "declarations.read"}


@dataclass(eq=False)
class Listener:
    """One open page: the place it looks at, what it may hear of, and what waits to be sent."""

    place: str
    topics: frozenset[str]
    waiting: asyncio.Queue[tuple[int, str]] = field(default_factory=lambda: asyncio.Queue(maxsize=64))

    def hear(self, line: journal.SealedLine) -> None:
        """Queue the news when it is for this page; a page that does not keep up hears the newest only."""
        topic = line.verb.partition(".")[0]
        if line.place != self.place or topic not in self.topics:
            return
        if self.waiting.full():
            self.waiting.get_nowait()
        self.waiting.put_nowait((line.position, topic))


class Tailer:
    """The one reader of the journal in this process, which fans out to all open pages."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.position = -1
        self.starting = asyncio.Lock()
        self.task: asyncio.Task[None] | None = None

    async def ensure(self) -> None:
        """Start to follow when the first page opens; pages that open together start one reader, not two."""
        async with self.starting:
            if self.task is None or self.task.done():
                self.position = await _newest()
                self.task = asyncio.create_task(self.follow())

    async def follow(self) -> None:
        """Read on while pages listen; a fault of the database is waited out."""
        while self.listeners:
            try:
                lines = await _sealed_after(self.position)
            except Exception:  # whatever the database's fault is, the pages stay connected and the tailer tries again
                await asyncio.sleep(POLL_S * 4)
                continue
            for line in lines:
                self.position = line.position
                for listener in self.listeners:
                    listener.hear(line)
            if len(lines) < LIMIT:
                await asyncio.sleep(POLL_S)


tailer = Tailer()


@sync_to_async
def _newest() -> int:
    close_old_connections()
    return journal.newest_position()


@sync_to_async
def _sealed_after(position: int) -> list[journal.SealedLine]:
    close_old_connections()
    return journal.sealed_after(position, LIMIT)


@sync_to_async
def _topics(cookie: str, place: str) -> frozenset[str]:
    """Tell what the reader may hear of: the wall's topic for all, others as his mandate allows."""
    close_old_connections()
    actor = _actor(cookie)
    mandated = {t for t, verb in TOPIC_VERBS.items() if actor and mandates.may(actor, verb, place=place, at=now())}
    return frozenset({OPEN_TOPIC, *mandated})


def _actor(cookie: str) -> Any:
    from django.contrib.auth import get_user
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest, parse_cookie

    key = parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME)
    if key is None:
        return None
    request = HttpRequest()
    request.session = SessionStore(key)
    if sessions.is_over(request, now().timestamp()):
        return None
    request.user = get_user(request)
    return request.user if request.user.is_authenticated and not gates.first_thing(request) else None


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer `GET /live?place=CODE` with server-sent events (WHATWG HTML, section 9.2)."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        place = parse_qs(scope["query_string"].decode("latin-1")).get("place", [""])[0]
        if scope["path"] != "/live" or scope["method"] != "GET" or not place:
            await _refuse(send, 404)
        elif len(tailer.listeners) >= MOST_LISTENERS:
            await _refuse(send, 503)
        else:
            await _serve(scope, receive, send, place)


async def _refuse(send: Send, status: int) -> None:
    await _answer(send, status, b"text/plain")
    await send({"type": "http.response.body", "body": b""})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _answer(send: Send, status: int, kind: bytes) -> None:
    origin = settings.NODE.origin.encode()
    headers = [
        (b"content-type", kind),
        (b"cache-control", b"no-store"),
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _serve(scope: Scope, receive: Receive, send: Send, place: str) -> None:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    listener = Listener(place, frozenset())
    tailer.listeners.add(listener)  # counted before the first wait, so that many at once cannot pass together
    try:
        listener.topics = await _topics(headers.get("cookie", ""), place)
        await tailer.ensure()
        await _answer(send, 200, b"text/event-stream")
        await _greet(send, headers.get("last-event-id", ""))
        gone = asyncio.create_task(_gone(receive))
        until = asyncio.get_running_loop().time() + LIFE_S
        while asyncio.get_running_loop().time() < until and await _send_next(listener, gone, send):
            pass
        gone.cancel()
    finally:
        tailer.listeners.discard(listener)


async def _greet(send: Send, seen: str) -> None:
    # a page that was cut off asks for itself afresh when anything was sealed meanwhile
    missed = seen.isdigit() and int(seen) < tailer.position
    news = _event(tailer.position, OPEN_TOPIC) if missed else b"retry: 3000\n\n"
    await send({"type": "http.response.body", "body": news, "more_body": True})


async def _send_next(listener: Listener, gone: "asyncio.Task[None]", send: Send) -> bool:
    """Send the next news, or a sign of life; tell whether the page is still there."""
    news = asyncio.create_task(listener.waiting.get())
    await asyncio.wait({news, gone}, timeout=KEEP_ALIVE_S, return_when=asyncio.FIRST_COMPLETED)
    if gone.done():
        news.cancel()
        return False
    body = _event(*news.result()) if news.done() else b": still here\n\n"
    news.cancel()
    await send({"type": "http.response.body", "body": body, "more_body": True})
    return True


def _event(position: int, topic: str) -> bytes:
    return f"id: {position}\nevent: changed\ndata: {json.dumps({'topic': topic})}\n\n".encode()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
