"""The journal: every act leaves one sealed line, written in the act's own transaction."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction

from mabar.base.models import Actor, JournalFacts, JournalLine, JournalPending, JournalSeal
from mabar.base.rules import RETENTION_DAYS, retention_of
from mabar.lib.one_form import canonical


@dataclass
class OpenLine:
    """The line of the act now under way; the act adds to its facts until it ends."""

    actor: Actor
    verb: str
    subject: str
    at: datetime
    place: str = ""
    mandate: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def note(self, **facts: Any) -> None:
        """Add facts that only the act itself found out."""
        self.facts.update(facts)


_open: ContextVar[tuple[OpenLine, ...]] = ContextVar("open journal lines", default=())


def current() -> OpenLine | None:
    """Give the innermost open line, if an act is under way."""
    return _open.get()[-1] if _open.get() else None


@contextmanager
def writes(actor: Actor, verb: str, subject: str, *, at: datetime, place: str = "", **facts: Any) -> Iterator[OpenLine]:
    """Run one act in one transaction and leave its line; a refusal inside leaves neither.

    Raises:
        ValueError: the act asked for no mandate, or `at` has no zone.
    """
    line = OpenLine(actor, verb, subject, at, place, facts=facts)
    with _under_way(line):
        yield line
        write_lines([line])


@contextmanager
def writes_many(actor: Actor, verb: str, *, at: datetime, place: str = "") -> Iterator[list[OpenLine]]:
    """Run one act on many subjects in one transaction; the act appends a line for each subject it wrote.

    The mandate is asked for once, on the line that stands for the whole act; a line of what the node did at once
    names its own.
    """
    whole = OpenLine(actor, verb, "", at, place)
    lines: list[OpenLine] = []
    with _under_way(whole):
        yield lines
        for line in lines:
            line.mandate = line.mandate or whole.mandate
        write_lines(lines)


@contextmanager
def _under_way(line: OpenLine) -> Iterator[None]:
    if line.at.tzinfo is None:
        raise ValueError(f"{line.verb} at an instant without a zone")
    # an act inside an act shares its fate: a refusal of the inner one undoes both, so it needs no savepoint
    with transaction.atomic(savepoint=not _open.get()):
        token = _open.set((*_open.get(), line))
        try:
            yield
        finally:
            _open.reset(token)


def write_lines(lines: list[OpenLine]) -> list[JournalLine]:
    """Insert lines, their facts, and their place in the sealer's list."""
    for line in lines:
        if not line.mandate:
            raise ValueError(f"{line.verb} asked for no mandate")
    salts = [os.urandom(16).hex() for _ in lines]
    bodies = [canonical(line.facts) for line in lines]
    rows = JournalLine.objects.bulk_create(
        JournalLine(
            actor=line.actor.key,
            verb=line.verb,
            subject=line.subject,
            at=line.at,
            place=line.place,
            mandate=line.mandate,
            digest=digest(salt, body),
        )
        for line, salt, body in zip(lines, salts, bodies, strict=True)
    )
    JournalFacts.objects.bulk_create(
        _facts(row, salt, body) for row, salt, body in zip(rows, salts, bodies, strict=True)
    )
    JournalPending.objects.bulk_create(JournalPending(line_id=row.pk) for row in rows)
    return rows


def _facts(row: JournalLine, salt: str, body: str) -> JournalFacts:
    retention = retention_of(row.verb)
    days = RETENTION_DAYS[retention]
    due_on = row.at.date() + timedelta(days=days) if days else None
    return JournalFacts(line_id=row.pk, salt=salt, body=body, retention=retention, due_on=due_on)


def digest(salt: str, body: str) -> str:
    """Hash the facts under their salt; without the salt nobody can try out what the facts were."""
    return sha256(bytes.fromhex(salt) + body.encode()).hexdigest()


@dataclass(frozen=True)
class SealedLine:
    """A line as live screens, search and exports follow it: by position, without its facts."""

    position: int
    verb: str
    subject: str
    place: str
    at: datetime


def sealed_after(position: int, limit: int) -> list[SealedLine]:
    """Give the next sealed lines after `position` (-1 for the first), oldest first."""
    rows = JournalSeal.objects.filter(position__gt=position).order_by("position")[:limit]
    fields = ("position", "line__verb", "line__subject", "line__place", "line__at")
    return [SealedLine(*row) for row in rows.values_list(*fields)]


def newest_position() -> int:
    """Give the position of the newest sealed line; -1 when nothing is sealed."""
    newest = JournalSeal.objects.order_by("-position").values_list("position", flat=True).first()
    return -1 if newest is None else newest


def of_subject(subject: str, limit: int = 200) -> list[JournalLine]:
    """Give the newest lines of a subject, newest first, with facts and seal where they are there."""
    lines = JournalLine.objects.filter(subject=subject).select_related("facts", "seal").order_by("-id")
    return list(lines[:limit])
