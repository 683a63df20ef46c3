"""What officers do in the middle of everything: rotate and stop keys, suspend terms, run another version."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from mabar.base.keys import new_key
from mabar.exchange import keeping, proposing
from mabar.exchange.models import Outgoing, Stream, Suspension
from mabar.exchange.protocol import documents
from mabar.exchange.protocol.objects import BUSINESS, OPERATIONAL, Item, administration_of
from mabar.exchange.protocol.objects import Stream as StreamName
from mabar.exchange.simulation import notes
from mabar.exchange.simulation.clockwork import MINUTE, SECOND

if TYPE_CHECKING:
    from mabar.exchange.protocol.descriptors import Descriptor
    from mabar.exchange.simulation.faults import Fault
    from mabar.exchange.simulation.real import RealNodes
    from mabar.exchange.simulation.world import World

NEWER_MAJOR = "exchange.drill/2.0"
SUSPENSION = "exchange.suspension/1.0"
AGAIN_MS, SETTLED_AFTER_MS, LIFTED_AFTER_MS = 5 * SECOND, 90 * SECOND, 2 * MINUTE


def befall(nodes: RealNodes, world: World, fault: Fault) -> None:
    """Let it happen; what needs the node itself waits until that is up."""
    ACTS[fault.name](nodes, world, fault)


def _bring(nodes: RealNodes, items: Iterable[Item], to: Iterable[str]) -> None:
    """Let officers carry items to nodes on a stick; each node takes them when it runs, and keeps the stick."""
    for item in items:
        for name in to:
            nodes.desks[name].brought.append(item.encoded())
            nodes.desks[name].certified.append(item.encoded())


def _rotate(nodes: RealNodes, world: World, fault: Fault) -> Descriptor:
    """Certify new keys; the node's partners hear of them from the node."""
    before = nodes.cast.latest[fault.node]
    item = nodes.cast.certify(fault.node, world.queue.now_ms)
    nodes.cast.lay_keys(fault.node, world.machines[fault.node].disk.folder)
    _bring(nodes, [item], [fault.node])
    world.counts[fault.name] += 1
    return before


def _stop(nodes: RealNodes, world: World, fault: Fault) -> None:
    """Rotate, stop the old keys everywhere, and vouch for what they have signed so far."""
    before = _rotate(nodes, world, fault)
    _bring(nodes, nodes.cast.stops(before), world.machines)
    world.queue.put(world.queue.now_ms + SETTLED_AFTER_MS, partial(_settle, nodes, world, fault.node, before))


def _stop_by_stick(nodes: RealNodes, world: World, fault: Fault) -> None:
    """Stop the keys first, by a file that each node reads as a body; rotate and settle later."""
    before = nodes.cast.latest[fault.node]
    stick = b"".join(each.encoded() for each in nodes.cast.stops(before))
    for name in world.machines:
        nodes.desks[name].certified.append(stick)
        _read(world, name, stick)
    world.queue.put(world.queue.now_ms + SETTLED_AFTER_MS // 2, partial(_rotate_later, nodes, world, fault))
    world.queue.put(world.queue.now_ms + SETTLED_AFTER_MS, partial(_settle, nodes, world, fault.node, before))


def _rotate_later(nodes: RealNodes, world: World, fault: Fault) -> None:
    _rotate(nodes, world, fault)


def _read(world: World, name: str, stick: bytes) -> None:
    if world.do(name, lambda speaker, at: speaker.receive(stick, at)) is None:
        world.queue.put(world.queue.now_ms + AGAIN_MS, partial(_read, world, name, stick))


def _settle(nodes: RealNodes, world: World, name: str, before: Descriptor) -> None:
    ends = world.do(name, lambda speaker, at: _ends())
    if ends is None:
        world.queue.put(world.queue.now_ms + AGAIN_MS, partial(_settle, nodes, world, name, before))
        return
    _bring(nodes, nodes.cast.settles(before, ends), world.machines)


def _ends() -> list[tuple[StreamName, int]]:
    return [(keeping.stream_of(row), row.size) for row in Stream.objects.filter(is_outward=True).order_by("pk")]


def _suspend(nodes: RealNodes, world: World, fault: Fault, *, is_lifted: bool = False) -> None:
    """Suspend the cards of the terms with another's administration, and lift that after a while."""
    other = fault.other
    if administration_of(other) == administration_of(fault.node):
        other = next(each for each in nodes.cast.latest if administration_of(each) != administration_of(fault.node))
    said = world.do(fault.node, lambda speaker, at: _suspended(fault.node, other, at, is_lifted=is_lifted))
    if said is None:
        again = partial(_suspend, nodes, world, fault, is_lifted=is_lifted)
        world.queue.put(world.queue.now_ms + AGAIN_MS, again)
    elif not is_lifted:
        world.counts[fault.name] += 1
        lift = partial(_suspend, nodes, world, fault, is_lifted=True)
        world.queue.put(world.queue.now_ms + LIFTED_AFTER_MS, lift)


def _suspended(name: str, other: str, at: datetime, *, is_lifted: bool) -> bool:
    key, terms = new_key(at), notes.name_of(administration_of(name), administration_of(other))
    told = {"kinds": [notes.CARD], "reason": "exercise", "is_lifted": is_lifted}
    if is_lifted:
        Suspension.objects.filter(by=name, until_at=None).update(until_at=at)
    else:
        proposing.note_suspension(name, key, at=at, terms=terms, kinds=[notes.CARD], reason="exercise", is_lifted=False)
    _leave(key, other, SUSPENSION, documents.written({**told, "terms": terms}).decode(), OPERATIONAL, at)
    return True


def _speak_newer(nodes: RealNodes, world: World, fault: Fault) -> None:
    """Leave a message of a major that the other does not know, as a node of a later version would."""

    def say(_: object, at: datetime) -> bool:
        text = documents.written({"number": 1, "subject": "newer", "text": ""}).decode()
        _leave(new_key(at), fault.other, NEWER_MAJOR, text, BUSINESS, at)
        return True

    if world.do(fault.node, say) is None:
        world.queue.put(world.queue.now_ms + AGAIN_MS, partial(_speak_newer, nodes, world, fault))
    else:
        world.counts[fault.name] += 1


def _leave(key: str, other: str, kind: str, body: str, urgency: int, at: datetime) -> None:
    Outgoing.objects.create(key=key, address=other, kind=kind, body=body, left_at=at, next_at=at, urgency=urgency)


ACTS: dict[str, Callable[[RealNodes, World, Fault], object]] = {
    "key rotated": _rotate,
    "key stopped and settled": _stop,
    "key stopped by stick": _stop_by_stick,
    "terms suspended": _suspend,
    "older version": _speak_newer,
}
ALL = tuple(ACTS)
