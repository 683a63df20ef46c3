"""Where each planned bug is planted in the real code, and how."""

from dataclasses import replace
from typing import Any

from mabar.exchange.judging import Ruling
from mabar.exchange.protocol.answers import Said
from mabar.exchange.simulation import plants
from mabar.exchange.simulation.plants import Graft

EXCHANGE = "mabar.exchange"


def _says(answer: object) -> Graft:
    """Stand in for a function by one that always gives the same."""
    return lambda right: lambda *told, **named: answer


def _nothing_is_wrong(right: Any) -> Any:
    """Let pass what the right function would refuse."""
    return lambda *told, **named: None


def _before_the_commit(right: Any) -> Any:
    """Answer a batch that is only stored with the next one."""
    waiting: list[Any] = []

    def store(row: Any, taken: Any, at: Any) -> None:
        if not waiting and taken.told:
            waiting.append(taken)  # in memory, where a kill takes it
            return
        waiting.clear()
        right(row, taken, at)

    return store


def _backwards(right: Any) -> Any:
    def hold_court(self: Any, messages: Any, *, is_again: bool = False) -> Any:
        done = right(self, list(reversed(messages)), is_again=is_again)
        if messages and not is_again:
            self.row.settled = messages[-1].seq
            self.row.save(update_fields=["settled"])
        return done

    return hold_court


def _without_answers(right: Any) -> Any:
    def answer(self: Any) -> None:
        if self.row.urgency:
            right(self)

    return answer


def _late_is_dropped(right: Any) -> Any:
    def by_desk(self: Any, message: Any, statement: Any, document: Any) -> Any:
        if self._is_late(statement):
            return Ruling(Said.LATE, "late")
        return right(self, message, statement, document)

    return by_desk


def _all_fields_leave(right: Any) -> Any:
    def leaving(agreements: Any, row: Any, stated: Any, payload: Any, **more: Any) -> Any:
        return replace(right(agreements, row, stated, payload, **more), payload=payload)

    return leaving


def _first_half(right: Any) -> Any:
    def store(row: Any, taken: Any, at: Any) -> None:
        right(row, replace(taken, told=taken.told[: (len(taken.told) + 1) // 2]), at)

    return store


def _settled_at_once(right: Any) -> Any:
    def after_sending(self: Any, last: int) -> Any:
        return replace(right(self, last), settled=last, under_way=())

    return after_sending


def _at_times_of_another_log(right: Any) -> Any:
    asked = [0]

    def head_at(size: int, *told: Any) -> Any:
        asked[0] += 1
        head = right(size, *told)
        return replace(head, root=bytes(32)) if asked[0] % 20 == 0 else head

    return head_at


def _never_back(right: Any) -> Any:
    return lambda self: self


GRAFTS: dict[str, tuple[str, Graft]] = {
    "r1-before-commit": (f"{EXCHANGE}.taking_in:_store", _before_the_commit),
    "settled-by-sending": (f"{EXCHANGE}.protocol.sending:Flight.after_sending", _settled_at_once),
    "wrong-root-signed": (f"{EXCHANGE}.protocol.frontiers:head_at", _at_times_of_another_log),
    "head-not-checked": (f"{EXCHANGE}.protocol.comparing:Arrived.root", lambda right: lambda self, size, grown: _Any()),
    "go-back-ignored": (f"{EXCHANGE}.protocol.sending:Flight.after_silence", _never_back),
    "answers-lost": (f"{EXCHANGE}.opening:Sitting._answer", _without_answers),
    "policy-off-when-leaving": (f"{EXCHANGE}.protocol.policy:leaving", _all_fields_leave),
    "policy-off-when-entering": (f"{EXCHANGE}.judging:policy.require_permitted", _nothing_is_wrong),
    "expiry-drops": (f"{EXCHANGE}.judging:Bench._by_desk", _late_is_dropped),
    "order-ignored": (f"{EXCHANGE}.opening:Sitting.hold_court", _backwards),
    "fork-not-compared": (f"{EXCHANGE}.protocol.taking:reused", _says(None)),
    "half-a-batch": (f"{EXCHANGE}.taking_in:_store", _first_half),
}


class _Any(bytes):
    """A root that is equal to every other."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = bytes.__hash__


def bind_all() -> None:
    """Bind every bug that can be planted in the real code."""
    for name, (target, graft) in GRAFTS.items():
        plants.bind(name, target, graft)
