"""An office of origin for the tests: Debdeb with certified keys, Ghadames across the line, proofs at any state."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mabar.base.keys import new_key
from mabar.base.models import JournalLine
from mabar.exchange.protocol import documents
from mabar.origin import commands, rules
from mabar.origin.models import Proof
from tests.exchange.partner import Across
from tests.world import NOON, World, make_world

DEB, GHD = "dz.debdeb", "ly.ghadames"
DEMO_TERMS = Path(__file__).parents[2] / "src" / "mabar" / "site" / "data" / "demo_terms.json"
GOODS = (
    rules.GoodsLine("DZ 1-40", "40 طرداً", "تمور دقلة نور معبأة", "080410", "WO", 8_000_000),
    rules.GoodsLine("", "10 cartons", "Pâtes alimentaires", "190219", "VA", 1_250_500, "1250 kg"),
)
APPLICATION = rules.Application(
    agreement="pafta",
    exporter="شركة الواحة للتمور، ورقلة",
    exporter_number="DZ-099812",
    consignee="Ghadames Foods, Ghadames",
    destination="LY",
    transport="شاحنة 00123-116-30",
    invoice="F-118, 2026-11-20",
    remarks="",
    goods=GOODS,
)


@dataclass
class Office:
    """Debdeb with its keys, and the node across; `world` is the cast."""

    world: World
    across: Across

    def officer(self, post: str) -> Any:
        """Give the holder of a post at Debdeb."""
        return self.world.officers[post]

    def apply(self, **facts: Any) -> Proof:
        """Apply for a proof of a house's dates and pasta."""
        told = {"place": DEB, "application": APPLICATION, "at": NOON, **facts}
        actor = told.pop("actor", self.world.broker)
        return commands.apply(actor, told.pop("key", new_key(told["at"])), **told)

    def proof(self, state: str = "issued", **facts: Any) -> Proof:
        """Bring a proof to a state: applied, checked or issued."""
        made = self.apply(**facts)
        if state != "applied":
            made = commands.check(self.officer("origin_officer"), made.key, at=later(0.01))
        if state == "issued":
            made = self.issue(made)
        return made

    def issue(self, made: Proof, **facts: Any) -> Proof:
        """Issue a checked proof."""
        return commands.issue(self.officer("issuing_officer"), made.key, **{"at": later(0.02), **facts})


@pytest.fixture
def office(world: World, across: Across) -> Office:
    """Debdeb, certified, with Ghadames for a partner."""
    return Office(world, across)


@pytest.fixture
def counter(world: World) -> Office:
    """Debdeb without keys: what is asked of an application before it is signed."""
    return Office(world, None)  # type: ignore[arg-type]


@dataclass
class Both:
    """Both sides at work under the demonstration's terms: `here` issues, `there` is the cast at Ghadames."""

    here: Office
    there: World
    across: Across
    at: datetime = NOON + timedelta(days=1)

    def carry(self, days: float = 0.0) -> None:
        """Let both nodes speak until all is said."""
        self.at += timedelta(days=days, minutes=1)
        self.across.meet(self.at)


@pytest.fixture
def both(office: Office) -> Both:
    """The demonstration's terms in force on both sides, and the cast at Ghadames too."""
    terms = json.loads(DEMO_TERMS.read_text(encoding="utf-8"))
    office.across.agree(documents.written(terms | {"valid_from": "2026-11-01"}))
    with office.across.at_work():
        there = make_world()
    return Both(office, there, office.across)


def application(**changed: Any) -> rules.Application:
    """Give the application with something else in it."""
    return replace(APPLICATION, **changed)


def later(days: float) -> datetime:
    """Give the instant so many days after noon."""
    return NOON + timedelta(days=days)


def the_proof(key: str) -> Proof:
    """Read a proof anew."""
    return Proof.objects.get(key=key)


def lines(verb: str) -> int:
    """Count the journal's lines of a verb."""
    return JournalLine.objects.filter(verb=f"origin.{verb}").count()
