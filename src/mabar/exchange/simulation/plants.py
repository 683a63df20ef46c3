"""Planted bugs: each breaks one rule of the protocol, and a run that does not notice proves nothing.

A plant replaces one function of a node while it is planted, wherever modules of Mabar have taken it by name.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

Graft = Callable[[Any], Any]  # takes the right function and gives the wrong one


@dataclass(frozen=True)
class Planned:
    """A bug that can be planted: the rule of docs/wire/mx1.md that it breaks, and what of a run must show it."""

    breaks: str
    shows: str  # a count of checker.Findings, or what else of the run tells it


@dataclass(frozen=True)
class Plant:
    """Where a bug is planted and how: `module:function` or `module:Class.function`."""

    target: str
    graft: Graft


PLANNED = {
    "r1-before-commit": Planned("5.3: R1 leaves after the commit", "false_receipts"),
    "no-dedupe": Planned("7.1: an id that has had its effect has no second one", "double"),
    "corruption-accepted": Planned("6.5 step 4: signature and digest of the header", "differing_logs"),
    "digest-not-compared": Planned("6.5 step 7: each body matches its digest", "unknown"),
    "head-not-checked": Planned("6.5 step 10: the log gives the root of the head", "differing_logs"),
    "gap-accepted": Planned("6.5 step 9: the first new seq is the frontier's size + 1", "differing_logs"),
    "settled-by-sending": Planned("6.6: only an R1 settles what was sent", "lost"),
    "wrong-root-signed": Planned("5.2: a head is that of the log", "false_accusations"),
    "go-back-ignored": Planned("6.6: after an R1 below what was sent, the sender goes on from there", "unsettled"),
    "numbered-before-rejoining": Planned("9.4: nothing is numbered before rejoining ends", "differing_logs"),
    "mark-not-flushed": Planned("9.4: the high-water mark is flushed before any batch leaves", "differing_logs"),
    "answered-twice": Planned("5.3: each message draws exactly one R2", "order_errors"),
    "answers-lost": Planned("5.3: each message draws an R2 in the end", "unsettled"),
    "policy-off-when-leaving": Planned("8: the sender projects the payload to the named fields", "policy"),
    "policy-off-when-entering": Planned("8: the receiver checks the terms in force at `issued`", "policy"),
    "stopped-key-accepted": Planned("4.3: what a stopped key signed is held", "stopped"),
    "expiry-drops": Planned("7.2: what is late takes effect, shown with its age", "lost"),
    "order-ignored": Planned("7.1: messages are opened in stream order", "order_errors"),
    "held-does-not-wait": Planned("7.2: a held message makes later ones on its subject wait", "order_errors"),
    "effect-outside-transaction": Planned("7.1: effect, id and answer in one transaction", "double"),
    "fork-not-compared": Planned("6.5 step 8: other bytes with the same seq are a reused sequence", "forks"),
    "half-a-batch": Planned("6.5: what passes is stored whole in one transaction", "false_receipts"),
    "synchronous-off": Planned("5.3: a commit is on the disk before it is told", "broken_files"),
}
_bound: dict[str, Plant] = {}


def bind(name: str, target: str, graft: Graft) -> None:
    """Say where a planned bug is planted, and how.

    Raises:
        ValueError: no bug of that name is planned.
    """
    if name not in PLANNED:
        raise ValueError(f"no such plant: {name}; there are {', '.join(PLANNED)}")
    _bound[name] = Plant(target, graft)


def bound() -> tuple[str, ...]:
    """List the bugs that can be planted today."""
    return tuple(name for name in PLANNED if name in _bound)


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Let everything inside run with this bug.

    Raises:
        ValueError: no such bug can be planted.
        AttributeError: the function that it replaces is not there any more.
    """
    if name not in _bound:
        raise ValueError(f"no such plant: {name}; there are {', '.join(bound())}")
    owner, attribute = _found(_bound[name].target)
    right = getattr(owner, attribute)
    wrong = _bound[name].graft(right)
    holders = [(owner, attribute), *_others(right, owner)]
    for holder, held in holders:
        setattr(holder, held, wrong)
    try:
        yield
    finally:
        for holder, held in holders:
            setattr(holder, held, right)


def _found(target: str) -> tuple[Any, str]:
    module, _, path = target.partition(":")
    *owners, attribute = path.split(".")
    owner: Any = import_module(module)
    for each in owners:
        owner = getattr(owner, each)
    return owner, attribute


def _others(right: Any, owner: Any) -> list[tuple[Any, str]]:
    """List the modules that have taken the function by name: they would go on with the right one."""
    modules = [each for name, each in sorted(sys.modules.items()) if name.partition(".")[0] in ("mabar", "tests")]
    return [
        (module, held)
        for module in modules
        for held, value in list(vars(module).items())
        if value is right and module is not owner
    ]


def _without_waiting_for_the_disk(right: Any) -> Any:
    def database(options: Mapping[str, Any], address: str) -> Any:
        careless = str(options["init_command"]).replace("synchronous=FULL", "synchronous=OFF")
        return right({**options, "init_command": careless}, address)

    return database


bind("synchronous-off", "mabar.exchange.simulation.nodes_in_one:database", _without_waiting_for_the_disk)
