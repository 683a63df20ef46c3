"""The messages of this node, newest first: what waits, what was sent, and what was received."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import F, Model, QuerySet

from mabar.exchange.inbox import HERE
from mabar.exchange.models import Outgoing, Received, Sent
from mabar.exchange.protocol.answers import ACTED, ANSWER, Said
from mabar.exchange.resending import GOES_AGAIN

MESSAGES_A_PAGE = 50
PLUMBING = (ANSWER, ACTED)  # they are shown as the receipts of what they answer
NOT_WELL = (Said.REFUSED, Said.HELD, Said.LATE)
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class MessageRow:
    """A message: `state` is a word of `state.message`, `code` and `facts` say why it is so."""

    key: str
    is_outward: bool
    partner: str
    kind: str
    subject: str
    urgency: int
    at: datetime
    state: str
    code: str
    facts: Mapping[str, Any]
    author: str
    acted: str = ""
    is_disputed: bool = False


@dataclass(frozen=True)
class MessagePage:
    """A page of messages, and the key after which the next one begins; empty at the end."""

    rows: tuple[MessageRow, ...]
    after: str


def messages(
    *, author: str = "", subject: str = "", partner: str = "", only_failed: bool = False, after: str = ""
) -> MessagePage:
    """List messages, newest first; those of an author are what he left himself, so nothing that was received."""
    asked = {"subject": subject, "author": author}
    told = {name: value for name, value in asked.items() if value}
    rows = _outgoing(told, partner, only_failed, after) + _sent(told, partner, only_failed, after)
    if not author:
        rows += _received({k: v for k, v in told.items() if k == "subject"}, partner, only_failed, after)
    rows.sort(key=lambda row: row.key, reverse=True)
    page = tuple(rows[:MESSAGES_A_PAGE])
    return MessagePage(page, page[-1].key if len(rows) > MESSAGES_A_PAGE else "")


def _outgoing(told: Mapping[str, str], partner: str, only_failed: bool, after: str) -> list[MessageRow]:
    found = Outgoing.objects.filter(**told).exclude(address=HERE).exclude(kind__in=PLUMBING)
    found = found.filter(address=partner) if partner else found
    found = found.filter(done_at__isnull=False) if only_failed else found
    return [letter_row(each) for each in _newest(found, "key", after)]


def _sent(told: Mapping[str, str], partner: str, only_failed: bool, after: str) -> list[MessageRow]:
    found = Sent.objects.filter(**told).exclude(kind__in=PLUMBING).exclude(said=GOES_AGAIN).select_related("stream")
    found = found.filter(stream__partner=partner) if partner else found
    found = found.filter(said__in=NOT_WELL) if only_failed else found
    return [sent_row(each) for each in _newest(found, "message", after)]


def _received(told: Mapping[str, str], partner: str, only_failed: bool, after: str) -> list[MessageRow]:
    found = Received.objects.filter(**told).exclude(kind__in=PLUMBING).select_related("stream")
    found = found.filter(stream__partner=partner) if partner else found
    found = found.filter(said__in=NOT_WELL) if only_failed else found
    return [received_row(each) for each in _newest(found, "message", after)]


def _newest(found: QuerySet[Row], name: str, after: str) -> QuerySet[Row]:
    if after:
        found = found.filter(**{f"{name}__lt": after})
    return found.order_by(F(name).desc())[: MESSAGES_A_PAGE + 1]


def letter_row(letter: Outgoing) -> MessageRow:
    """Show a letter that waits for its number, or that may not go."""
    return MessageRow(
        key=letter.key,
        is_outward=True,
        partner=letter.address,
        kind=letter.kind,
        subject=letter.subject,
        urgency=letter.urgency,
        at=letter.left_at,
        state="waiting" if letter.done_at is None else "not_sent",
        code=letter.code,
        facts=letter.facts,
        author=letter.author,
    )


def sent_row(sent: Sent) -> MessageRow:
    """Show what was numbered for a partner."""
    on_way = "on_way" if sent.seq > sent.stream.settled else "stored"
    return MessageRow(
        key=sent.message,
        is_outward=True,
        partner=sent.stream.partner_id,
        kind=sent.kind,
        subject=sent.subject,
        urgency=sent.stream.urgency,
        at=sent.left_at,
        state=sent.said or on_way,
        code=sent.code,
        facts=sent.facts,
        author=sent.author,
        acted=sent.acted,
    )


def received_row(received: Received) -> MessageRow:
    """Show what a partner has sent."""
    return MessageRow(
        key=received.message,
        is_outward=False,
        partner=received.stream.partner_id,
        kind=received.kind,
        subject=received.subject,
        urgency=received.stream.urgency,
        at=received.stored_at,
        state=received.said or "not_opened",
        code=received.code,
        facts=received.facts,
        author="",
        is_disputed=received.is_disputed,
    )
