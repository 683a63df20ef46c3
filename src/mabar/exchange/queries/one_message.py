"""One message with all that is known of it: its three receipts, its statement, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from mabar.base.rules import NoSuchRecord
from mabar.exchange.models import Outgoing, Received, Sent, SignedHead
from mabar.exchange.protocol import statements
from mabar.exchange.protocol.answers import Said
from mabar.exchange.protocol.statements import Statement
from mabar.exchange.queries.kinds import FieldShown, fields_of
from mabar.exchange.queries.messages import MessageRow, letter_row, received_row, sent_row


@dataclass(frozen=True)
class MessageView:
    """A message; `stored_at`, `answered_at` and `acted_at` are its receipts R1, R2 and R3, none where one is missing.

    `seq`, `purpose` and what follows are of its statement; a letter that has no number yet has none of them.
    """

    row: MessageRow
    left_at: datetime
    is_stored: bool
    stored_size: int | None
    answered_at: datetime | None
    acted_at: datetime | None
    fields: Sequence[FieldShown]
    erased_at: datetime | None
    erase_on: date | None
    sender_erased_at: datetime | None = None
    seq: int | None = None
    epoch: int | None = None
    purpose: str = ""
    terms: str = ""
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    addressees: Sequence[str] = ()
    descriptor: int | None = None
    suite: int | None = None
    is_proved: bool = False

    @property
    def may_be_opened_again(self) -> bool:
        """Whether the engineer may have it opened again."""
        return not self.row.is_outward and self.row.state == Said.HELD


def message_sent(key: str, language: str) -> MessageView:
    """Give a message of this node: numbered, or waiting for its number, or kept from going.

    Raises:
        NoSuchRecord.
    """
    sent = sent_by_key(key)
    if sent is None:
        return _letter(key, language)
    covered = _covered(sent)
    return MessageView(
        row=sent_row(sent),
        left_at=sent.left_at,
        is_stored=sent.seq <= sent.stream.settled,
        stored_size=covered[1],
        answered_at=sent.answered_at,
        acted_at=sent.acted_at,
        fields=_fields(sent.kind, sent.payload, language),
        erased_at=sent.erased_at,
        erase_on=sent.erase_on,
        **_stated(sent),
        is_proved=covered[0] is not None,
    )


def message_received(key: str, language: str) -> MessageView:
    """Give a message of a partner; of one that came twice, the later.

    Raises:
        NoSuchRecord.
    """
    received = received_by_key(key)
    if received is None:
        raise NoSuchRecord(key=key)
    covered = _covered(received)
    return MessageView(
        row=received_row(received),
        left_at=received.stored_at,
        is_stored=True,
        stored_size=covered[1],
        answered_at=received.opened_at,
        acted_at=None,
        fields=_fields(received.kind, received.payload, language),
        erased_at=received.erased_at,
        erase_on=received.erase_on,
        sender_erased_at=received.sender_erased_at,
        **_stated(received),
        is_proved=covered[0] is not None,
    )


def sent_by_key(key: str) -> Sent | None:
    """Give what was numbered under an id, the newest where it was given out again."""
    return Sent.objects.select_related("stream").filter(message=key).order_by("-pk").first()


def received_by_key(key: str) -> Received | None:
    """Give what was stored under an id, the newest where it came again."""
    return Received.objects.select_related("stream").filter(message=key).order_by("-pk").first()


def _letter(key: str, language: str) -> MessageView:
    letter = Outgoing.objects.filter(key=key).exclude(address="here").first()
    if letter is None:
        raise NoSuchRecord(key=key)
    return MessageView(
        row=letter_row(letter),
        left_at=letter.left_at,
        is_stored=False,
        stored_size=None,
        answered_at=None,
        acted_at=None,
        fields=_fields(letter.kind, letter.body.encode(), language),
        erased_at=None,
        erase_on=None,
        purpose=letter.purpose,
        expires_at=letter.expires_at,
    )


def _covered(message: Sent | Received) -> tuple[int | None, int | None]:
    """Give the size of the smallest signed head over a message, and of the smallest that the reader signed too."""
    over = SignedHead.objects.filter(stream=message.stream, size__gte=message.seq, head__isnull=False).order_by("size")
    one = over.values_list("size", flat=True).first()
    both = over.filter(receipt__isnull=False).values_list("size", flat=True).first()
    return one, both


def _fields(kind: str, payload: bytes | memoryview | None, language: str) -> Sequence[FieldShown]:
    return fields_of(kind, bytes(payload), language) if payload is not None else ()


def _stated(message: Sent | Received) -> dict[str, Any]:
    statement: Statement = statements.read(bytes(message.statement)).said
    return {
        "seq": message.seq,
        "epoch": message.stream.epoch,
        "purpose": statement.purpose or "",
        "terms": statement.terms or "",
        "issued_at": _instant(statement.issued_ms),
        "expires_at": _instant(statement.expires_ms),
        "addressees": statement.addressees,
        "descriptor": message.descriptor,
        "suite": message.suite,
    }


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, tz=UTC)
