"""What control kinds do when they are opened: answers, acts, terms, suspensions, erasures and drills (mx1.md, 7.3)."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mabar.base.keys import of_raw
from mabar.exchange import erasing, prepared, resending
from mabar.exchange.models import Sent, Stream
from mabar.exchange.numbering import standing_of
from mabar.exchange.proposing import note_suspension, take_proposal
from mabar.exchange.protocol import answers
from mabar.exchange.protocol.answers import MAY_FOLLOW, Answer, Said
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.rejoining import may_number
from mabar.exchange.protocol.statements import Statement

if TYPE_CHECKING:
    from mabar.exchange.judging import Bench, Stored

LONGEST_DRILL = 64 * 1024
_ID = re.compile(r"[0-9a-f]{32}")


class NotYet(Exception):
    """What a message is about has not come back yet to this restored node; it is opened when that has."""


def take_effect(bench: "Bench", message: "Stored", statement: Statement, document: Any) -> None:
    """Let a control message take effect.

    Raises:
        Refused: `kind.unknown` or `payload.malformed`.
        NotYet: a restored node waits for what this is about.
    """
    effect = _EFFECTS.get(statement.kind)
    if effect is None:
        raise Refused("kind.unknown", kind=statement.kind)
    effect(bench, message, document)


_PLACED = prepared.Rows(Stream, "partner_id = %s AND is_outward = %s AND urgency = %s AND epoch = %s")


def _answered(bench: "Bench", message: "Stored", document: Any) -> None:
    said = answers.read_answers(bytes(message.payload or b""))
    place = {"partner_id": bench.row.partner_id, "is_outward": True, "urgency": bench.row.urgency, "epoch": said.epoch}
    row = _PLACED.first(*place.values()) or Stream(**place)
    if said.answers[-1].last > row.size:
        if row.closed_at is None and not may_number(standing_of(row)):
            raise NotYet
        raise Refused("payload.malformed", why="answers to what was never sent")
    for answer in said.answers:
        _note_answer(row, answer, bench.at)


def _note_answer(row: Stream, answer: Answer, at: datetime) -> None:
    """Note an answer on the messages of which it may still be said."""
    before = ["" if each is None else str(each) for each, after in MAY_FOLLOW.items() if answer.said in after]
    told: dict[str, Any] = {"said": str(answer.said)}
    if answer.said is not Said.ERASED:
        told |= {"code": answer.code, "facts": dict(answer.facts), "answered_at": at}
    if answer.code == "key.stopped":
        found = Sent.objects.filter(stream=row, seq__gte=answer.first, seq__lte=answer.last, said__in=before)
        resending.send_again(found, at)
    where = f"stream_id = %s AND seq >= %s AND seq <= %s AND said IN ({prepared.places(before)})"
    prepared.change(Sent, where, row.pk, answer.first, answer.last, *before, **told)


def _acted(bench: "Bench", message: "Stored", document: Any) -> None:
    said = answers.read_acted(bytes(message.payload or b""))
    found = Sent.objects.filter(stream__partner=bench.row.partner, message=of_raw(said.message_id))
    found.exclude(acted=answers.Act.DONE).update(acted=said.act, acted_at=bench.at)


def _drilled(bench: "Bench", message: "Stored", document: Any) -> None:
    fields = _fields(document, number=int, subject=str, text=str)
    if len(fields["text"]) > LONGEST_DRILL or len(fields["subject"]) > 48:
        raise Refused("payload.malformed", why="a drill that is too long")
    bench.drills.append((message.message, fields["number"], fields["subject"], fields["text"]))


def _proposed(bench: "Bench", message: "Stored", document: Any) -> None:
    take_proposal(bench.row.partner_id, document, own=bench.own, at=bench.at)


def _suspended(bench: "Bench", message: "Stored", document: Any) -> None:
    fields = _fields(document, terms=str, kinds=list, reason=str, is_lifted=bool)
    issued_at = message.stored_at
    note_suspension(bench.row.partner_id, message.message, at=issued_at, **fields)


def _erase(bench: "Bench", message: "Stored", document: Any) -> None:
    ids = _fields(document, ids=list)["ids"]
    if not all(isinstance(each, str) and _ID.fullmatch(each) for each in ids):
        raise Refused("payload.malformed", why="not the ids of messages")
    erasing.erase_for_originator(bench.row.partner_id, ids, bench.at)


def _erased(bench: "Bench", message: "Stored", document: Any) -> None:
    fields = _fields(document, epoch=int, first=int, last=int)
    erasing.note_erased_there(bench.row, **fields, at=bench.at)


def _fields(document: Any, **types: type) -> dict[str, Any]:
    """Take the fields of a control document, which has just these."""
    is_whole = isinstance(document, dict) and document.keys() == types.keys()
    if not is_whole or any(type(document[name]) is not type_ for name, type_ in types.items()):
        raise Refused("payload.malformed", why="not the fields " + ", ".join(sorted(types)))
    return dict(document)


_Effect = Callable[["Bench", "Stored", Any], None]
_EFFECTS: Mapping[str, _Effect] = {
    answers.ANSWER: _answered,
    answers.ACTED: _acted,
    "exchange.drill/1.0": _drilled,
    "exchange.terms/1.0": _proposed,
    "exchange.suspension/1.0": _suspended,
    "exchange.erase/1.0": _erase,
    "exchange.erased/1.0": _erased,
}
