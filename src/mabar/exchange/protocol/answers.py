"""What a receiver says of the messages that it opened (R2), and what was done there (R3): section 5.3."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any

from mabar.exchange.protocol import documents
from mabar.exchange.protocol.notices import CODE, LONGEST_FACT, MOST_FACTS
from mabar.exchange.protocol.objects import is_code, is_number
from mabar.exchange.protocol.refused import Fact, Refused

ANSWER, ACTED = "exchange.answer/1.0", "exchange.acted/1.0"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_ID = re.compile(r"[0-9a-f]{32}")


class Said(StrEnum):
    """What is said of a message."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    HELD = "held"
    LATE = "late"
    ERASED = "erased"


FINAL = frozenset({Said.ACCEPTED, Said.REFUSED, Said.LATE})
# One of the final three in the end; held may come before them, erased after.
MAY_FOLLOW: Mapping[Said | None, frozenset[Said]] = {
    None: FINAL | {Said.HELD},
    Said.HELD: FINAL,
    Said.ACCEPTED: frozenset({Said.ERASED}),
    Said.REFUSED: frozenset({Said.ERASED}),
    Said.LATE: frozenset({Said.ERASED}),
    Said.ERASED: frozenset(),
}


class Act(StrEnum):
    """What a person or a system has done with a message."""

    READ = "read"
    DONE = "done"


@dataclass(frozen=True)
class Answer:
    """What is said of the messages from seq `first` to `last`, and why."""

    first: int
    last: int
    said: Said
    code: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def says_the_same_as(self, other: "Answer") -> bool:
        """Tell whether two answers differ in their range only."""
        return (self.said, self.code, self.facts) == (other.said, other.code, other.facts)


@dataclass(frozen=True)
class Answers:
    """R2: answers to messages of one epoch, in the order of their seq."""

    epoch: int
    answers: tuple[Answer, ...]

    def encoded(self) -> bytes:
        """Write R2 as a document; facts beyond what a refusal may tell are left out, and long ones cut."""
        rows = [
            {
                "code": each.code,
                "facts": _bounded(each.facts),
                "from": each.first,
                "said": str(each.said),
                "to": each.last,
            }
            for each in self.answers
        ]
        return documents.written({"answers": rows, "epoch": self.epoch})


def _bounded(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    kept = sorted(facts.items())[:MOST_FACTS]
    return {name: fact[:LONGEST_FACT] if isinstance(fact, str) else fact for name, fact in kept}


@dataclass(frozen=True)
class Acted:
    """R3: that a message was read or acted upon."""

    message_id: bytes
    act: Act
    at_ms: int

    def encoded(self) -> bytes:
        """Write R3 as a document."""
        return documents.written({"act": str(self.act), "at": self.at_ms, "id": self.message_id.hex()})


def merged(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Put answers in the order of their seq, and neighbours that say the same into one range."""
    joined: list[Answer] = []
    for each in sorted(answers, key=lambda answer: answer.first):
        if joined and joined[-1].last + 1 == each.first and joined[-1].says_the_same_as(each):
            joined[-1] = replace(joined[-1], last=each.last)
        else:
            joined.append(each)
    return tuple(joined)


def read_answers(payload: bytes) -> Answers:
    """Read R2.

    Raises:
        Refused: `payload.malformed`: it is not such a document, or ranges overlap or fall.
    """
    value = _fields(documents.read(payload), {"answers", "epoch"})
    if not isinstance(value["answers"], list) or not value["answers"] or not _is_count(value["epoch"]):
        raise _malformed("not the answers of an epoch")
    answers = tuple(map(_answer, value["answers"]))
    if any(one.last >= next_.first for one, next_ in pairwise(answers)):
        raise _malformed("answers out of order")
    return Answers(value["epoch"], answers)


def _answer(value: Any) -> Answer:
    fields = _fields(value, {"code", "facts", "from", "said", "to"})
    code, first, last = fields["code"], fields["from"], fields["to"]
    if fields["said"] not in list(Said) or not _is_count(first) or not _is_count(last) or last < first:
        raise _malformed("not an answer")
    said = Said(fields["said"])
    has_none, may_have_none = code == "", said in (Said.ACCEPTED, Said.ERASED)
    is_reason = may_have_none if has_none else said is not Said.ACCEPTED and is_code(code, CODE)
    if not is_reason or not _is_facts(fields["facts"]):
        raise _malformed("not the reason of an answer")
    return Answer(first, last, said, code, fields["facts"])


def _is_facts(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) > MOST_FACTS:
        return False
    return all(is_code(name, _NAME) and _is_fact(fact) for name, fact in value.items())


def _is_fact(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_FACT
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def read_acted(payload: bytes) -> Acted:
    """Read R3.

    Raises:
        Refused: `payload.malformed`: it is not such a document.
    """
    fields = _fields(documents.read(payload), {"act", "at", "id"})
    if fields["act"] not in list(Act) or not is_number(fields["at"]) or not is_code(fields["id"], _ID):
        raise _malformed("not an act upon a message")
    return Acted(bytes.fromhex(fields["id"]), Act(fields["act"]), fields["at"])


@dataclass(frozen=True)
class Heard:
    """What answers change: the messages that they say something new of, and those of which that may not be said."""

    new: Mapping[int, Answer]
    out_of_turn: tuple[int, ...]


def hear(answers: Sequence[Answer], said: Mapping[int, Said], *, size: int) -> Heard:
    """Sort answers by what was said of the same messages before; what is said again changes nothing.

    Args:
        answers: as they stand in R2.
        said: what was last said, by seq; who has no answer yet is not in it.
        size: how many messages the stream has.
    Raises:
        Refused: `payload.malformed`: they answer what was never sent.
    """
    if answers and answers[-1].last > size:
        raise _malformed("answers to what was never sent")
    new: dict[int, Answer] = {}
    out_of_turn: list[int] = []
    for answer in answers:
        for seq in range(answer.first, answer.last + 1):
            before = said.get(seq)
            if answer.said in MAY_FOLLOW[before]:
                new[seq] = answer
            elif answer.said is not before:
                out_of_turn.append(seq)
    return Heard(new, tuple(out_of_turn))


def _is_count(value: object) -> bool:
    return is_number(value) and value != 0


def _fields(value: Any, names: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != names:
        raise _malformed("not the names " + ", ".join(sorted(names)))
    return value


def _malformed(why: str) -> Refused:
    return Refused("payload.malformed", why=why)
