"""Nodes of several countries in one process for the simulated year of transit, and the bad lines between them."""

import json
import random
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations, permutations
from pathlib import Path

from django.db import transaction

from mabar.base import node_keys
from mabar.exchange import ceremony_making, contact, demonstration, opening
from mabar.exchange.demonstration import DemoAdministration
from mabar.exchange.models import Outgoing, Partner, Stream
from mabar.exchange.own import ms_of
from mabar.exchange.posting import has_to_say
from mabar.exchange.protocol import documents
from mabar.site import demo_nodes
from mabar.site.at_node import Desk
from mabar.site.node import Node

CODES = ("dz.debdeb", "ly.ghadames", "tn.ras-jedir")
NAMES = ("إدارة", "administration", "administration")
MOST_ROUNDS = 40


def make(folder: Path, codes: Sequence[str], at: datetime) -> dict[str, Desk]:
    """Make nodes with stores of today's tables, certified, introduced, with terms between each two of their countries.

    Stores that lie in the first node's folder already are taken as they are.
    """
    desks = {code: Desk(_node(folder / code, code)) for code in codes}
    demo_nodes.found(list(desks.values()), at)
    roots = {code[:2]: DemoAdministration.made(code[:2], NAMES, at, secrets.token_bytes) for code in codes}
    items = [root.root_item for root in roots.values()]
    items += [roots[code[:2]].certify(Path(desk.node.folder), _wish(code, at)) for code, desk in desks.items()]
    agreed = {
        pair: demonstration.terms_item(_terms(pair, at), [roots[each] for each in pair])
        for pair in combinations(sorted(roots), 2)
    }
    for code, desk in desks.items():
        desk.trust_the_power()  # a power cut is another simulation's question
        with desk.open(), transaction.atomic():
            demonstration.introduce(items, [each for each in codes if each != code], at)
            for pair, item in agreed.items():
                if code[:2] in pair:
                    demonstration.bring_into_force(item, at)
    return desks


def _node(folder: Path, code: str) -> Node:
    folder.mkdir(exist_ok=True)
    node_keys.make(folder)
    return Node(folder, code, "localhost", 8080, "a simulation's", has_tls=False, places=(code,))


def _wish(code: str, at: datetime) -> ceremony_making.DescriptorWish:
    return ceremony_making.DescriptorWish(
        node=code,
        names=NAMES,
        urls=(),
        agencies=("customs",),
        pins=(),
        zone="Africa/Algiers",
        contact="-",
        valid_from_ms=ms_of(at - timedelta(hours=12)),
    )


def _terms(pair: tuple[str, ...], at: datetime) -> bytes:
    told = json.loads(demo_nodes.terms(at))
    told["name"] = f"{pair[0]}-{pair[1]}.goods.1"
    told["parties"] = [{"administration": code, "agencies": ["customs"]} for code in pair]
    told["kinds"] = [{**each, "from": list(pair)} for each in told["kinds"] if each["kind"].startswith("transit.")]
    told["purposes"] = sorted({purpose for each in told["kinds"] for purpose in each["purposes"]})
    return documents.written(told)


@dataclass
class Lines:
    """The lines between nodes: bodies and answers are lost, bodies come twice; a node that is off says nothing."""

    desks: dict[str, Desk]
    rng: random.Random
    lost: float = 0.05
    doubled: float = 0.05
    off: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)

    def carry(self, at: datetime) -> None:
        """Let the nodes that are on speak until nothing waits, or the line has failed too often for now."""
        for _ in range(MOST_ROUNDS):
            if not sum(self._speak(*pair, at) for pair in permutations(self.desks, 2)):
                return

    def is_silent(self) -> bool:
        """Tell whether nothing waits for anybody any more."""
        for sender, receiver in permutations(self.desks, 2):
            with self.desks[sender].open():
                if self._has_news(receiver):
                    return False
        return True

    def _has_news(self, receiver: str) -> bool:
        waits = Outgoing.objects.filter(address=receiver, done_at=None).exists()
        return waits or any(map(has_to_say, Stream.objects.filter(partner_id=receiver, is_outward=True)))

    def _speak(self, sender: str, receiver: str, at: datetime) -> int:
        if {sender, receiver} & self.off:
            return 0
        with self.desks[sender].open():
            if not self._has_news(receiver):
                return 0
            body = contact.body_for(Partner.objects.get(code=receiver), at)
        self.counts["bodies"] += 1
        if self.rng.random() < self.lost:
            self.counts["bodies lost"] += 1
            return 1
        answer = self._heard(receiver, body, at)
        if self.rng.random() < self.doubled:
            self.counts["bodies doubled"] += 1
            answer = self._heard(receiver, body, at)
        if self.rng.random() < self.lost:
            self.counts["answers lost"] += 1
            return 1
        with self.desks[sender].open():
            contact.take(answer, at)
            opening.open_stored(at)
        return 1

    def _heard(self, receiver: str, body: bytes, at: datetime) -> bytes:
        with self.desks[receiver].open():
            answer = contact.answer(body, at)
            opening.open_stored(at)
        return answer
