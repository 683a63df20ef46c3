"""An adversary that holds the keys of two nodes: it tells a victim two stories, or sends what nobody may send.

A fork counts as found when the victim has stored evidence that a stranger who knows the roots accepts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import zstandard

from mabar.exchange.models import Evidence
from mabar.exchange.own import CHECKER
from mabar.exchange.protocol import cbor, notices, objects, verdicts
from mabar.exchange.protocol.heads import read_receipt
from mabar.exchange.protocol.objects import Item, Stream, Type
from mabar.exchange.simulation.clockwork import SECOND
from mabar.exchange.simulation.forging import Mouth, Story

if TYPE_CHECKING:
    from mabar.exchange.simulation.cast import Cast
    from mabar.exchange.simulation.faults import Fault
    from mabar.exchange.simulation.world import World

FORGER, PEDLAR = NODES = ("ne.forger", "ne.pedlar")
AGAIN_MS, MOST_TRIES = 20 * SECOND, 90
MEBI = 1024 * 1024
OVERSIZE, BOMB_BYTES = 16 * MEBI, 32 * MEBI


@dataclass(frozen=True)
class Fork:
    """A misdeed that proves itself: the class it is told in, the claim that names it, and what is said after the truth.

    `lie` gets the story that the victim has stored and gives the body of a second envelope.
    """

    urgency: int
    claim: int
    lie: Callable[[Mouth, Story], bytes]


def _other_head(mouth: Mouth, story: Story) -> bytes:
    other = mouth.told(story.upto(2), "another third")
    return mouth.batch(other, (), other.head())


def _other_statement(mouth: Mouth, story: Story) -> bytes:
    other = mouth.told(story.upto(2), "another third")
    return mouth.batch(other, other.entries[2:], other.head())


def _head_of_nothing(mouth: Mouth, story: Story) -> bytes:
    fourth = mouth.told(story, "a fourth")
    return mouth.batch(story, fourth.entries[3:], mouth.told(story, "another fourth").head())


def _rolled_back(mouth: Mouth, story: Story) -> bytes:
    other = mouth.told(story.upto(1), "another second", "another third", "another fourth")
    return mouth.batch(other, other.entries[1:], other.head())


FORKS = {
    "forked log": Fork(0, 2, _other_head),
    "reused seq": Fork(1, 3, _other_statement),
    "broken head": Fork(2, 4, _head_of_nothing),
    "rolled-back log": Fork(3, 3, _rolled_back),
}


@cache
def bomb() -> tuple[int, bytes]:
    """Pack 32 MiB of nothing into a frame that does not say how much it holds."""
    return 1, zstandard.ZstdCompressor(level=3, write_content_size=False).compress(bytes(BOMB_BYTES))


class Adversary:
    """What it has done in a run, and what the victims have against it."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.bundles = cast, list[bytes]()
        self.counts: Counter[str] = Counter()
        self._stories: dict[tuple[str, str], Story] = {}
        self._made: set[tuple[str, str]] = set()
        self._found: set[tuple[str, str]] = set()

    def told(self) -> dict[str, int]:
        """Count forks made and found, and what a victim took that nobody may send."""
        counted = {name: self.counts[name] for name in ("forks_detected", "taken_from_adversary")}
        return {"forks_made": len(self._made), **counted}

    def misdo(self, world: World, fault: Fault, tries: int = 0) -> None:
        """Do what the plan says to its victim; again after a while where that is down or has its clock wrong."""
        victim = self._victim(world, fault)
        if not victim:
            return
        mouth = Mouth(self.cast, FORGER if fault.name in FORKS else PEDLAR, victim, world.queue.now_ms)
        act: Callable[[Any, Any], bool] = partial(MISDEEDS[fault.name], self, fault.name, mouth)
        is_done = world.do(victim, act)
        if is_done:
            world.counts[fault.name] += 1
        elif tries < MOST_TRIES:
            world.queue.put(world.queue.now_ms + AGAIN_MS, partial(self.misdo, world, fault, tries + 1))

    def _victim(self, world: World, fault: Fault) -> str:
        """Give the victim; a stream can be forked once, so a second fork of a kind goes to another."""
        free = [name for name in (fault.node, *world.machines) if (fault.name, name) not in self._found]
        return free[0] if free else ""

    def fork(self, name: str, mouth: Mouth, speaker: Any, at: Any) -> bool:
        """Tell three statements and then something else at once; a victim that falls while it listens is told again.

        What it is told again is the same fork, and counts once.
        """
        fork, key = FORKS[name], (name, mouth.victim)
        story = Story(Stream(FORGER, mouth.victim, fork.urgency, 1))
        story = self._stories.setdefault(key, mouth.told(story, "a first", "a second", "a third"))
        if key not in self._found and not self._evidence(key, fork):
            answer = speaker.receive(mouth.sent(mouth.batch(story, story.entries, story.head())), at)
            if _stored(answer) < len(story.entries):
                return False
            self._made.add(key)
            speaker.receive(mouth.sent(fork.lie(mouth, story)), at)
        self._found.add(key)
        found = self._evidence(key, fork)
        self.counts["forks_detected"] += bool(found)
        self.bundles += found
        return True

    def _evidence(self, key: tuple[str, str], fork: Fork) -> list[bytes]:
        """Give the bundles that a stranger accepts: of this stream, of this claim, and against this node."""
        prints = {code: each.record.fingerprint for code, each in self.cast.administrations.items()}
        stream = self._stories[key].stream
        rows = Evidence.objects.filter(guilty=FORGER, claim=fork.claim, stream__urgency=fork.urgency)
        bundles = [bytes(row.bundle) for row in rows]
        return [
            each
            for each in bundles
            if verdicts.accuses(each, CHECKER, prints) == FORGER and verdicts.verify(each, CHECKER).stream == stream
        ]

    def tell_too_much(self, name: str, mouth: Mouth, speaker: Any, at: Any) -> bool:
        """Send a note with a field that no terms name; it is stored, and refused when it is opened."""
        story = self._stories.get((name, mouth.victim), Story(Stream(PEDLAR, mouth.victim, 2, 1)))
        story = mouth.told(story, f"too much {len(story.entries)}", note=True)
        answer = speaker.receive(mouth.sent(mouth.batch(story, story.entries, story.head())), at)
        if _stored(answer) < len(story.entries):
            return False
        self._stories[name, mouth.victim] = story
        return True

    def send_oversize(self, name: str, mouth: Mouth, speaker: Any, at: Any) -> bool:
        """Send an envelope that says that it opens to more than any may."""
        return self._refused(speaker.receive(mouth.sent(b"large", most=OVERSIZE), at), "envelope.oversize")

    def send_bomb(self, name: str, mouth: Mouth, speaker: Any, at: Any) -> bool:
        """Send a small envelope that would unpack to very much."""
        answer = speaker.receive(mouth.sent(b"", most=8 * MEBI, packed=bomb()), at)
        return self._refused(answer, "envelope.body")

    def _refused(self, answer: bytes, code: str) -> bool:
        said = [notices.read_refusal(item.object).said.code for item in _items(answer) if item.type is Type.REFUSAL]
        if any(item.type is Type.RECEIPT for item in _items(answer)):
            self.counts["taken_from_adversary"] += 1
        return code in said


_Misdeed = Callable[[Adversary, str, Mouth, Any, Any], bool]
MISDEEDS: dict[str, _Misdeed] = {
    **dict.fromkeys(FORKS, Adversary.fork),
    "over-broad fields": Adversary.tell_too_much,
    "oversize body": Adversary.send_oversize,
    "packed bomb": Adversary.send_bomb,
}
ALL = tuple(MISDEEDS)


def _items(answer: bytes) -> list[Item]:
    try:
        return [objects.item_of(value) for value in cbor.sequence(answer)]
    except cbor.Malformed:
        return []


def _stored(answer: bytes) -> int:
    """Give the size of the R1 in an answer; -1 where there is none."""
    sizes = [read_receipt(item.object).said.size for item in _items(answer) if item.type is Type.RECEIPT]
    return max(sizes, default=-1)
