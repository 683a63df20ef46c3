"""Three nodes of three countries in one process: Debdeb, Ghadames and Ras Jedir, each with a desk of transit."""

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from mabar.base import actors, node_keys, timers
from mabar.base.keys import new_key
from mabar.base.models import Actor, Agency, Firm, JournalFacts, JournalLine, Mandate, Place, Post, Timer
from mabar.exchange import ceremony_making, contact, demonstration, models, opening
from mabar.exchange.demonstration import DemoAdministration
from mabar.exchange.models import Outgoing, Partner, Received, Sent, Stream
from mabar.exchange.own import ms_of
from mabar.exchange.protocol import documents
from mabar.site import demo_nodes
from mabar.site.at_node import Desk
from mabar.site.node import Node
from mabar.transit import commands, rules
from mabar.transit import models as desks
from mabar.transit.commands import guaranteeing
from mabar.transit.models import Movement
from tests import stores
from tests.world import NOON

DEB, GHD, RAS = NODES = ("dz.debdeb", "ly.ghadames", "tn.ras-jedir")
PAIRS = (("dz", "ly"), ("dz", "tn"), ("ly", "tn"))
FUNCTIONS = {
    "D": "departure_officer", "P": "passage_officer", "A": "destination_officer", "H": "head_of_transit",
}  # fmt: skip
SEALS = (rules.Seal("DZ-0001", "Atlas Seals"), rules.Seal("DZ-0002"))
INTACT = tuple(rules.SealSeen(each.number) for each in SEALS)


@dataclass
class Road:
    """The three desks, and the line between them; `now` moves on with each act and each carrying."""

    desks: dict[str, Desk]
    now: datetime = NOON
    officers: dict[str, Actor] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)

    @contextmanager
    def at(self, code: str) -> Iterator[Node]:
        """Work at a node."""
        with self.desks[code].open() as node:
            yield node

    def later(self, **span: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**span)
        return self.now

    def act(self, node: str, act: str, key: str, *, by: str = "", **facts: Any) -> Movement:
        """Do an act at a node, by the officer whose letter is told or whose office it is."""
        facts.setdefault("at", self.later(seconds=1))
        letter = by or {"pass_office": "P", "note_incident": "P", "replace_seal": "P", "discharge": "H"}.get(act, "")
        letter = letter or ("A" if act in (*rules.EN_ROUTE, "note_unannounced", "answer_question") else "D")
        if act in (*rules.EN_ROUTE, "note_unannounced", "answer_question"):
            facts.setdefault("office", node)
        with self.at(node):
            return getattr(commands, act)(self.officers[f"{node}-{letter}"], key, **facts)

    def released(self, offices: Sequence[str] = NODES, *, days: int = 5, home: str = "", **changed: Any) -> str:
        """Release goods for an itinerary; give the number that every node knows."""
        home, key = home or offices[0], new_key(self.later(seconds=1))
        told = {
            "offices": tuple(offices), "holder_code": "OASIS", "holder_name": "Oasis Brokers", "goods": "تمور",
            "packages": 40, "gross_mass_g": 8_000_000, "plate": "00123-116-30", "guarantee": self.guarantee(home),
            "amount_minor": 1_000, "currency": "LYD",
        }  # fmt: skip
        self.act(home, "lodge", key, lodgement=rules.Lodgement(**told | changed))
        self.act(home, "accept", key)
        return self.act(home, "release", key, days=days, seals=SEALS).number

    def guarantee(self, node: str) -> str:
        """Give the guarantee that the office of a node keeps, registered when it is first asked for."""
        with self.at(node):
            found = desks.Guarantee.objects.first()
            if found is not None:
                return found.key
            Firm.objects.get_or_create(code="OASIS", defaults={"name": "Oasis Brokers", "kind": "broker"})
            terms = {"kind": "comprehensive", "holder": "OASIS", "amount_minor": 10_000, "currency": "LYD"}
            days = {"first_on": date(2026, 1, 1), "last_on": date(2027, 12, 31)}
            key = new_key(self.now)
            return guaranteeing.register_guarantee(actors.node(), key, place=node, at=self.now, **terms, **days).key

    def left(self, node: str) -> int:
        """Give what is left of the guarantee that the office of a node keeps."""
        with self.at(node):
            return desks.Guarantee.objects.get().left_minor

    def copy(self, node: str, number: str) -> Movement:
        """Read a movement at a node by its number."""
        with self.at(node):
            return Movement.objects.get(number=number)

    def key(self, node: str, number: str) -> str:
        """Give the key of a movement at a node."""
        return self.copy(node, number).key

    def shown(self, node: str, number: str) -> dict[str, Any]:
        """Give all of a movement that every node must show alike in the end."""
        with self.at(node):
            movement = Movement.objects.get(number=number)
            names = (
                "state",
                "home_state",
                "home_version",
                "arrived_at",
                "arrived_office",
                "outcome",
                "ended_at",
                "limit_at",
            )
            events = movement.events.filter(kind__in=rules.TOLD).order_by("position")
            told = [(each.key, each.kind, each.at, each.office, each.facts, each.is_pending) for each in events]
            offices = list(movement.offices.order_by("position").values_list("office", "role"))
            return {**{name: getattr(movement, name) for name in names}, "events": told, "offices": offices}

    def agree(self, number: str, nodes: Sequence[str] = NODES) -> dict[str, Any]:
        """See that nodes show a movement alike, and give what they show."""
        first, *others = [self.shown(node, number) for node in nodes]
        for other in others:
            assert other == first
        return first

    def carry(self, rounds: int = 12) -> None:
        """Carry what waits between the nodes whose line is not cut, until nothing is left."""
        for _ in range(rounds):
            if not sum(self._speak(a, b) for a in NODES for b in NODES if a != b):
                return

    def _speak(self, sender: str, receiver: str) -> int:
        if {sender, receiver} & self.cut:
            return 0
        with self.at(sender):
            partner = Partner.objects.get(code=receiver)
            rows = Stream.objects.filter(partner=partner, is_outward=True)
            waits = Outgoing.objects.filter(address=receiver, done_at=None).exists()
            if not waits and not any(demo_nodes.posting.has_to_say(row) for row in rows):
                return 0
            body = contact.body_for(partner, self.later(seconds=1))
        with self.at(receiver):
            answer = contact.answer(body, self.later(seconds=1))
            opening.open_stored(self.later(seconds=1))
        with self.at(sender):
            contact.take(answer, self.later(seconds=1))
            opening.open_stored(self.later(seconds=1))
        return 1

    def fire(self, node: str, at: datetime) -> int:
        """Let the clock of a node fire what is due."""
        self.now = max(self.now, at)
        with self.at(node):
            return timers.fire_due(at)

    def refused(self, node: str) -> list[tuple[str, str]]:
        """List what a node has refused of what came."""
        with self.at(node):
            return list(Received.objects.filter(said="refused").values_list("kind", "code"))

    def not_sent(self, node: str) -> list[tuple[str, str]]:
        """List what of a node's messages was refused by those who got them."""
        with self.at(node):
            return list(Sent.objects.filter(said="refused").values_list("kind", "code"))

    def facts(self, node: str, verb: str) -> list[str]:
        """Give the facts of the lines of a verb at a node."""
        with self.at(node):
            found = JournalLine.objects.filter(verb=f"transit.{verb}").order_by("pk")
            return [JournalFacts.objects.get(line=line).body for line in found]


def make_road(folder: Path) -> Road:
    """Make the nodes with empty stores, certified, introduced to each other, with terms in force between each two."""
    made = {code: Desk(_node(folder / code, code)) for code in NODES}
    _make_stores(list(made.values()))
    roots = {code[:2]: DemoAdministration.made(code[:2], ("إدارة",) * 3, NOON, secrets.token_bytes) for code in NODES}
    items = [root.root_item for root in roots.values()]
    items += [roots[code[:2]].certify(Path(desk.node.folder), _wish(code)) for code, desk in made.items()]
    terms = {pair: demonstration.terms_item(_terms(pair), [roots[each] for each in pair]) for pair in PAIRS}
    road = Road(made)
    for code in NODES:
        with road.at(code):
            demonstration.introduce(items, [each for each in NODES if each != code], NOON)
            for pair, item in terms.items():
                if code[:2] in pair:
                    demonstration.bring_into_force(item, NOON)
            _enrol(road, code)
    return road


def _wish(code: str) -> ceremony_making.DescriptorWish:
    begins = ms_of(NOON - timedelta(hours=12))
    agencies = ("customs", "police")
    return ceremony_making.DescriptorWish(
        node=code, names=("عقدة", "nœud", "node"), urls=(), agencies=agencies, pins=(), zone="Africa/Algiers",
        contact="-", valid_from_ms=begins,
    )  # fmt: skip


def _terms(pair: tuple[str, str]) -> bytes:
    """Write the demonstration's terms for two administrations."""
    told = json.loads(demo_nodes.terms(NOON))
    told["name"] = f"{pair[0]}-{pair[1]}.goods.1"
    told["parties"] = [{"administration": code, "agencies": ["customs"]} for code in pair]
    told["kinds"] = [{**each, "from": list(pair)} for each in told["kinds"] if each["kind"].startswith("transit.")]
    told["purposes"] = sorted({purpose for each in told["kinds"] for purpose in each["purposes"]})
    return documents.written(told)


def _node(folder: Path, code: str) -> Node:
    folder.mkdir()
    node_keys.make(folder)
    name = f"mabar_road_{code[:2]}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    database = os.environ.get("MABAR_TEST_DATABASE", "")
    address = urlunsplit(urlsplit(database)._replace(path=f"/{name}")) if database else ""
    return Node(
        folder, code, "localhost", 8080, "tests only", database=address, has_tls=False, places=(code,),
        second_factor="offered",
    )  # fmt: skip


def _make_stores(made: list[Desk]) -> None:
    from mabar.site import founding

    if not made[0].node.database:
        stores.lay(made[0].node.folder)
        demo_nodes.found(made, NOON)
        return
    for desk in made:
        stores.create(urlsplit(desk.node.database).path.lstrip("/"))
        with desk.open():
            founding.lay_out((desk.node.code,), NOON)


def _enrol(road: Road, code: str) -> None:
    agency, place = Agency.objects.get(code=f"{code[:2]}.customs"), Place.objects.get(code=code)
    for letter, function in FUNCTIONS.items():
        told = {"kind": "officer", "name": function, "agency": agency, "place": place, "password": "!"}
        actor = Actor.objects.create(key=f"{code[3:6].upper()}-{letter}1", **told)
        post, _ = Post.objects.get_or_create(agency=agency, function=function)
        Mandate.objects.create(actor=actor, post=post, place=place, from_on=date(2026, 1, 1))
        road.officers[f"{code}-{letter}"] = actor


def empty(road: Road) -> None:
    """Let every desk and line forget what was, but not each other."""
    for code in NODES:
        with road.at(code) as node:
            for model in (
                models.Evidence, models.Reopening, models.SignedHead, models.LogNode, models.Sent, models.Received,
                models.Effect, models.Drill, models.Suspension, models.Outgoing, models.Stream,
                desks.MovementQuestion, desks.MovementEvent, desks.MovementOffice, desks.Movement,
                desks.MovementSerial, desks.TrancheRequest, desks.Draw, desks.LedgerEntry, desks.Tranche,
                desks.Guarantee, desks.GuaranteeCount, Timer,
            ):  # fmt: skip
                model.objects.all().delete()
            models.TrustItem.objects.filter(type__gte=11).delete()
            Partner.objects.update(
                is_cut=False, heard_ms=None, greeted_ms=None, restored_ms=None, wanted=[], offset_ms=None
            )
            for mark in (Path(node.folder) / "marks").glob("*"):
                mark.unlink()
    road.now, road.cut = NOON, set()
