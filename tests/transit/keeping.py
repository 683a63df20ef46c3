"""An office of guarantee for the tests: Debdeb keeps, Ghadames across the line borrows; guarantees of a house."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from mabar.base.keys import new_key
from mabar.base.models import Actor, JournalLine
from mabar.exchange.protocol import documents
from mabar.transit.commands import guaranteeing, lending
from mabar.transit.models import Draw, Guarantee, Tranche, TrancheRequest
from tests.exchange.partner import Across
from tests.world import NOON, World, make_world

DEB, GHD = "dz.debdeb", "ly.ghadames"
HOUSE = "BROKER-OASIS"
OFFICER = "guarantee_officer"
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
DEMO_TERMS = Path(__file__).parents[2] / "src" / "mabar" / "site" / "data" / "demo_terms.json"


def kept(world: World, kind: str = "comprehensive", **facts: Any) -> Guarantee:
    """Register a guarantee of the house at Debdeb: 1,000.000 LYD, or ten titles of 100.000."""
    amounts = {"waiver": (0, 0), "voucher": (1_000_000, 100_000)}
    amount, title = amounts.get(kind, (1_000_000, 0))
    told = {"place": DEB, "kind": kind, "holder": HOUSE, "amount_minor": amount, "title_minor": title}
    told |= {"currency": "LYD", "first_on": FIRST, "last_on": LAST, "at": NOON, **facts}
    actor = told.pop("actor", world.officers[OFFICER])
    return guaranteeing.register_guarantee(actor, told.pop("key", new_key(told["at"])), **told)


def draw(actor: Actor, key: str, amount_minor: int, movement: str = "", **facts: Any) -> Draw:
    """Cover a movement of so many thousandths of a dinar."""
    told = {"currency": "LYD", "at": NOON, **facts}
    return guaranteeing.draw(actor, key, movement=movement or new_key(told["at"]), amount_minor=amount_minor, **told)


def read(key: str) -> Guarantee:
    """Read a guarantee anew."""
    return Guarantee.objects.get(key=key)


def left(key: str) -> int:
    """Give what is left at the node at work, which is what its entries add up to."""
    guarantee = read(key)
    assert guarantee.left_minor == (guarantee.entries.aggregate(total=Sum("amount_minor"))["total"] or 0)
    return guarantee.left_minor


def used(key: str) -> int:
    """Give what the open draws of the node at work take."""
    open_draws = Draw.objects.filter(guarantee_id=key, node="", state__in=("drawn", "claimed"))
    return open_draws.aggregate(total=Sum("amount_minor"))["total"] or 0


def lent(key: str) -> int:
    """Give what the home has lent and not got back."""
    return sum(each.lent_minor - each.returned_minor for each in Tranche.objects.filter(guarantee_id=key))


def lines(verb: str) -> int:
    """Count the journal's lines of a verb."""
    return JournalLine.objects.filter(verb=f"transit.{verb}").count()


def later(days: float) -> datetime:
    """Give the instant so many days after noon."""
    return NOON + timedelta(days=days)


@dataclass
class Lending:
    """Both offices at work under the demonstration's terms: Debdeb keeps, Ghadames borrows."""

    here: World
    there: World
    across: Across
    at: datetime = NOON

    @property
    def keeper(self) -> Actor:
        """The officer of the office that keeps guarantees."""
        return self.here.officers[OFFICER]

    @property
    def borrower(self) -> Actor:
        """The officer of the office that draws on tranches."""
        return self.there.across[OFFICER]

    def carry(self, days: float = 0.0) -> None:
        """Let both nodes speak until all is said."""
        self.at += timedelta(days=days, minutes=1)
        self.across.meet(self.at)

    def lend(self, key: str, amount_minor: int, **facts: Any) -> Tranche:
        """Lend Ghadames a tranche, and let it hear of it."""
        told = {"node": GHD, "amount_minor": amount_minor, "at": self.at, **facts}
        tranche = lending.lend_tranche(self.keeper, key, **told)
        self.carry()
        return tranche

    def ask(self, reference: str, amount_minor: int, **facts: Any) -> TrancheRequest:
        """Ask Debdeb for a tranche from Ghadames."""
        told = {"place": GHD, "node": DEB, "reference": reference, "amount_minor": amount_minor, "currency": "LYD"}
        with self.across.at_work():
            return lending.ask_tranche(self.borrower, new_key(self.at), **{**told, "at": self.at, **facts})

    def draw(self, key: str, amount_minor: int, movement: str = "", **facts: Any) -> Draw:
        """Draw on the tranche at Ghadames."""
        with self.across.at_work():
            return draw(self.borrower, key, amount_minor, movement, **{"at": self.at, **facts})

    def free(self, movement: str) -> Draw:
        """Free a draw at Ghadames."""
        with self.across.at_work():
            return guaranteeing.free(self.borrower, movement, at=self.at)

    def check(self, key: str) -> None:
        """See that both ledgers agree to the unit, once all is said."""
        home = read(key)
        tranche = Tranche.objects.filter(guarantee=home).first()
        assert home.amount_minor == left(key) + lent(key) + used(key)
        with self.across.at_work():
            copy = Guarantee.objects.filter(key=key).first()
            if copy is not None:
                there = (copy.lent_minor, copy.returned_minor, used(key))
                assert copy.lent_minor - copy.returned_minor == left(key) + used(key)
        if copy is not None:
            assert (tranche.lent_minor, tranche.returned_minor, tranche.used_minor) == there


@pytest.fixture
def lent_across(world: World, across: Across) -> Lending:
    """The demonstration's terms in force on both sides, and the cast at Ghadames too."""
    terms = json.loads(DEMO_TERMS.read_text(encoding="utf-8"))
    across.agree(documents.written(terms | {"valid_from": "2026-11-01"}))
    with across.at_work():
        there = make_world()
    return Lending(world, there, across)
