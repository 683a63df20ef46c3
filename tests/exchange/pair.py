"""Debdeb and Ghadames as two nodes of two administrations, each with a database of its own, in one process."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from mabar.base import node_keys
from mabar.base.keys import new_key
from mabar.exchange import ceremony_making, contact, demonstration, models, opening
from mabar.exchange.demonstration import DemoAdministration
from mabar.exchange.models import Outgoing, Partner, Received, Sent
from mabar.exchange.own import ms_of
from mabar.exchange.protocol import documents
from mabar.exchange.protocol.objects import Item
from mabar.site import demo_nodes
from mabar.site.at_node import Desk
from mabar.site.node import Node
from tests import stores
from tests.world import NOON

A, B = "dz.debdeb", "ly.ghadames"
DRILL = "exchange.drill/1.0"


@dataclass
class Pair:
    """Both nodes, and the root keys of their administrations; `now` moves on with each contact."""

    desks: dict[str, Desk]
    roots: dict[str, DemoAdministration]
    now: datetime = NOON

    @contextmanager
    def at(self, code: str) -> Iterator[Node]:
        """Work at a node."""
        with self.desks[code].open() as node:
            yield node

    def later(self, **span: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**span)
        return self.now

    def drill(self, sender: str = A, *, urgency: int = 2, number: int = 1, text: str = "", **facts: object) -> str:
        """Leave a drill at a node for the other and return its key."""
        key = new_key(self.now)
        body = documents.written({"number": number, "subject": "s", "text": text}).decode()
        row = {"kind": DRILL, "subject": "s", "body": body, "urgency": urgency, **facts}
        with self.at(sender):
            Outgoing.objects.create(key=key, address=other(sender), left_at=self.now, next_at=self.now, **row)
        return key

    def body(self, sender: str = A, **facts: object) -> bytes:
        """Make the body that goes from a node to the other now."""
        with self.at(sender):
            return contact.body_for(Partner.objects.get(code=other(sender)), self.later(seconds=1), **facts)

    def hears(self, receiver: str, body: bytes) -> bytes:
        """Let a node take a body in, and give its answer."""
        with self.at(receiver):
            return contact.answer(body, self.later(seconds=1))

    def open(self, code: str) -> int:
        """Let a node open what it has stored."""
        with self.at(code):
            return opening.open_stored(self.later(seconds=1))

    def speak(self, rounds: int = 3) -> None:
        """Let both nodes speak with each other until nothing is left to say."""
        replies: dict[str, list[Item]] = {A: [], B: []}
        for _ in range(rounds):
            for sender in (A, B):
                answer = self.hears(other(sender), self.body(sender, replies=replies[sender]))
                with self.at(sender):
                    replies[sender] = contact.take(answer, self.later(seconds=1)).replies
                self.open(sender)
                self.open(other(sender))

    def sent(self, key: str, code: str = A) -> Sent:
        """Read what a node knows of a message that it sent."""
        with self.at(code):
            return Sent.objects.select_related("stream").get(message=key)

    def received(self, key: str, code: str = B) -> Received:
        """Read what a node has stored of a message."""
        with self.at(code):
            return Received.objects.select_related("stream").get(message=key)


def other(code: str) -> str:
    """Name the node on the other side."""
    return B if code == A else A


def make_pair(folder: Path) -> Pair:
    """Make both nodes with empty stores, certified and introduced to each other, with terms in force."""
    desks = {code: Desk(_node(folder / code, code)) for code in (A, B)}
    _make_stores(list(desks.values()))
    roots = {code: DemoAdministration.made(code, ("إدارة",) * 3, NOON, secrets.token_bytes) for code in ("dz", "ly")}
    items = [root.root_item for root in roots.values()]
    for code, desk in desks.items():
        wish = ceremony_making.DescriptorWish(
            node=code,
            names=("عقدة", "nœud", "node"),
            urls=(),
            agencies=("customs", "police"),
            pins=(),
            zone="Africa/Algiers",
            contact="-",
            valid_from_ms=ms_of(NOON - timedelta(hours=12)),
        )
        items.append(roots[code[:2]].certify(Path(desk.node.folder), wish))
    terms = demonstration.terms_item(demo_nodes.terms(NOON), list(roots.values()))
    pair = Pair(desks, roots)
    for code in desks:
        with pair.at(code):
            demonstration.introduce(items, [other(code)], NOON)
            demonstration.bring_into_force(terms, NOON)
    return pair


def _node(folder: Path, code: str) -> Node:
    folder.mkdir()
    node_keys.make(folder)
    name = f"mabar_pair_{code[:2]}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    database = os.environ.get("MABAR_TEST_DATABASE", "")
    address = urlunsplit(urlsplit(database)._replace(path=f"/{name}")) if database else ""
    return Node(
        folder,
        code,
        "localhost",
        8080,
        "tests only",
        database=address,
        has_tls=False,
        places=(code,),
        second_factor="offered",
    )


def _make_stores(desks: list[Desk]) -> None:
    if not desks[0].node.database:
        stores.lay(desks[0].node.folder)
        demo_nodes.found(desks, NOON)
        return
    from mabar.site import founding

    for desk in desks:
        stores.create(urlsplit(desk.node.database).path.lstrip("/"))
        with desk.open():
            founding.lay_out((desk.node.code,), NOON)


def empty(pair: Pair) -> None:
    """Let both nodes forget what they have said and heard, but not each other."""
    for code in (A, B):
        with pair.at(code) as node:
            for model in (
                models.Evidence, models.Reopening, models.SignedHead, models.LogNode, models.Sent, models.Received,
                models.Effect, models.Drill, models.Suspension, models.Outgoing, models.Stream,
            ):  # fmt: skip
                model.objects.all().delete()
            models.TrustItem.objects.filter(type__gte=11).delete()
            Partner.objects.update(
                is_cut=False, heard_ms=None, greeted_ms=None, restored_ms=None, wanted=[], offset_ms=None
            )
            for mark in (Path(node.folder) / "marks").glob("*"):
                mark.unlink()
    pair.now = NOON


__all__ = ["DRILL", "A", "B", "Pair", "empty", "make_pair", "other"]
