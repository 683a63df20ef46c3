"""Ghadames as a node of its own across the line: real keys, real bodies, its own database."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import transaction

from mabar.exchange import agreeing, contact, node_secrets, opening, outbox, proposing, trusting
from mabar.exchange import demonstration as demo
from mabar.exchange.ceremony_making import DescriptorWish
from mabar.exchange.demonstration import DemoAdministration
from mabar.exchange.messages import Message
from mabar.exchange.models import Agreement, Partner
from mabar.exchange.own import ms_of
from mabar.exchange.protocol import documents
from mabar.exchange.protocol.objects import Item
from mabar.exchange.simulation.disk import Disk
from mabar.exchange.simulation.nodes_in_one import Machine, make_template, on
from mabar.site import stores
from tests import stores as laid
from tests.world import NOON, World

HERE, THERE, SISTER = "dz.debdeb", "ly.ghadames", "dz.tin-alkoum"
NAMES = {"dz": ("الجزائر", "Algérie", "Algeria"), "ly": ("ليبيا", "Libye", "Libya")}
NODE_NAMES = {
    HERE: ("الدبداب", "Debdeb", "Debdeb"),
    THERE: ("غدامس", "Ghadamès", "Ghadames"),
    SISTER: ("تين الكوم", "Tin Alkoum", "Tin Alkoum"),
}
OPTIONS = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": stores.ACTS_PRAGMAS}
TERMS = "dz-ly.goods.1"
KINDS = ("crossings.exit-notice/1.0", "crossings.arrival-notice/1.0")


@cache
def template() -> Path:
    """Give an empty database of today's tables."""
    folder = Path(mkdtemp(prefix="mabar-partner-"))
    laid.lay(folder)
    return make_template(folder, OPTIONS)


def administration(code: str) -> DemoAdministration:
    """Make an administration; the same one each time."""
    return DemoAdministration.made(code, NAMES[code], NOON, Random(code).randbytes)


def certified(root: DemoAdministration, folder: Path, node: str) -> Item:
    """Make a node's keys and its descriptor."""
    begins = ms_of(NOON - timedelta(days=1))
    wish = DescriptorWish(node, NODE_NAMES[node], (), ("customs",), (), "Africa/Algiers", "engineer", begins)
    return root.certify(folder, wish)


def terms(name: str = TERMS, **changed: object) -> bytes:
    """Write terms for what crosses with a truck."""
    version = int(name.rpartition(".")[2])
    kinds = [
        {
            "kind": kind,
            "from": ["dz", "ly"],
            "to_agencies": ["customs"],
            "purposes": ["crossing-control"],
            "fields": ["passage", "place", "plate", "at", "state", "left_at", "seals[]", "carrier"],
            "masked": ["carrier"],
            "retention_days": 365,
            "onward": "never",
        }
        for kind in KINDS
    ]
    told = {
        "name": name,
        "version": version,
        "parties": [{"administration": code, "agencies": ["customs"]} for code in ("dz", "ly")],
        "legal_basis": [{"article": "7", "date": "2026-01-05", "text": "اتفاقية التعاون الجمركي"}],
        "purposes": ["crossing-control"],
        "kinds": kinds,
        "flash_per_hour": 20,
        "suite_floor": [{"from": "2026-01-01", "suite": 1}],
        "valid_from": "2026-11-01",
        "valid_to": "2028-12-31",
        "review_on": "2027-11-01",
        "oversight": ["oversight@dz", "oversight@ly"],
        "replaces": None,
    }
    return documents.written(told | changed)


class Across:
    """The node at Ghadames, or another, and the line between it and the node of the tests."""

    def __init__(self, folder: Path, there: str = THERE) -> None:
        self.there = there
        self.roots = {code: administration(code) for code in NAMES}
        (folder / "keys").mkdir(parents=True)
        shutil.copy(template(), folder / "acts.sqlite3")
        self.items = [each.root_item for each in self.roots.values()]
        self.own = certified(self.roots["dz"], Path(settings.NODE.folder), HERE)
        self.theirs = certified(self.roots[there[:2]], folder, there)
        self.items += [self.own, self.theirs]
        node = SimpleNamespace(folder=folder, code=there)
        self.machine = Machine(there, Disk(folder), OPTIONS, node=node)
        with self.at_work():
            demo.introduce(self.items, [HERE], NOON)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let everything inside happen across the line."""
        with on(self.machine):
            yield

    def greet(self) -> None:
        """Let the node of the tests trust both administrations and have the other node for a partner."""
        demo.introduce(self.items, [self.there], NOON)

    def agree(self, document: bytes = b"") -> Agreement:
        """Bring terms into force at both nodes."""
        item = demo.terms_item(document or terms(), list(self.roots.values()))
        demo.bring_into_force(item, NOON)
        with self.at_work():
            demo.bring_into_force(item, NOON)
        return Agreement.objects.get(name=proposing.read_terms(document or terms()).name)

    def agree_alone(self, document: bytes) -> None:
        """Bring a standing order of one administration into force at both nodes."""
        item = demo.terms_item(document, [self.roots["dz"]])
        demo.bring_into_force(item, NOON)
        with self.at_work():
            demo.bring_into_force(item, NOON)

    def say(self, message: Message) -> None:
        """Leave a message of Ghadames for the node of the tests."""
        with self.at_work(), transaction.atomic():
            outbox.leave_for_partner(HERE, message, purpose="crossing-control", at=NOON)

    def meet(self, at: datetime, *, rounds: int = 4) -> None:
        """Let both nodes call each other until all is said, and open what came."""
        for number in range(rounds):
            moment = at + timedelta(seconds=number)
            self._call_there(moment)
            with self.at_work():
                opening.open_stored(moment)
                body = contact.body_for(Partner.objects.get(code=HERE), moment)
            answer = contact.answer(body, moment)
            opening.open_stored(moment)
            with self.at_work():
                contact.take(answer, moment)

    def _call_there(self, moment: datetime) -> None:
        body = contact.body_for(Partner.objects.get(code=self.there), moment)
        with self.at_work():
            answer = contact.answer(body, moment)
        contact.take(answer, moment)

    def close(self) -> None:
        """Take the node away."""
        self.machine.close()


@pytest.fixture
def across(world: World, tmp_path: Path) -> Iterator[Across]:
    """Ghadames as a partner, with trust on both sides and an empty line."""
    yield from _met(Across(tmp_path / "ghadames"))


@pytest.fixture
def sister(world: World, tmp_path: Path) -> Iterator[Across]:
    """Another node of the same administration, with trust on both sides and an empty line."""
    yield from _met(Across(tmp_path / "tin-alkoum", SISTER))


def _met(made: Across) -> Iterator[Across]:
    _forget()
    made.greet()
    yield made
    made.close()
    shutil.rmtree(Path(settings.NODE.folder) / "marks", ignore_errors=True)
    shutil.rmtree(node_secrets.folder_of(Path(settings.NODE.folder)), ignore_errors=True)
    _forget()


def _forget() -> None:
    """Forget the books that were made of another test's tables."""
    trusting._books.clear()
    agreeing._books.clear()
