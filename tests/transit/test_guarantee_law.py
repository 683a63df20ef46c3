"""The law of the ledger: two offices, acts in any order, news that come late and twice.

Never below zero; what is left is the sum of the entries; what is left, lent and drawn is the amount; and once all news
are heard, both offices say the same.
"""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from mabar.base.keys import new_key
from mabar.exchange import kinds, messages
from mabar.exchange.models import Outgoing
from mabar.exchange.protocol import documents
from mabar.lib.refusals import Refusal
from mabar.transit import inbox_guarantees as inbox
from mabar.transit.commands import guaranteeing, lending
from mabar.transit.models import Draw, Guarantee, Tranche
from tests.transit.keeping import DEB, GHD, Lending, draw, kept, left, lent, read, used
from tests.transit.told import letter
from tests.world import NOON

OPENERS = {
    "transit.tranche/1.0": inbox.open_tranche,
    "transit.tranche-use/1.0": inbox.open_use,
    "transit.tranche-returned/1.0": inbox.open_returned,
}
AMOUNTS = some.sampled_from([1, 40, 99, 100, 101, 250, 501])
ACTS = {
    "free": guaranteeing.free,
    "claim": guaranteeing.claim,
    "settle": lambda actor, movement, *, at: guaranteeing.settle_claim(actor, movement, payment="R", at=at),
}


class Ledgers(RuleBasedStateMachine):
    """One guarantee of 1,000 kept at Debdeb, its tranche at Ghadames, and the news between them."""

    office: Lending

    @initialize()
    def is_registered(self) -> None:
        self.key = kept(self.office.here, amount_minor=1_000).key
        self.reference = read(self.key).reference
        self.movements: list[tuple[bool, str]] = []
        self.heard = {DEB: 0, GHD: 0}
        self.lends(500)
        self.hears(GHD, 1)

    def at(self, is_home: bool, act, *args, **facts) -> object:
        """Do an act at one of both offices by its officer; a refusal is an answer too."""
        try:
            if is_home:
                return act(self.office.keeper, *args, at=NOON, **facts)
            with self.office.across.at_work():
                return act(self.office.borrower, *args, at=NOON, **facts)
        except Refusal as refusal:
            return refusal

    @rule(is_home=some.booleans(), amount=AMOUNTS)
    def draws(self, is_home: bool, amount: int) -> None:
        if not is_home and not self.is_known_there():
            return
        movement, before = new_key(NOON), self.left_at(is_home)
        done = self.at(is_home, draw, self.key, amount, movement)
        is_revoked = type(done).__name__ == "GuaranteeRevoked"
        assert isinstance(done, Draw) == (amount <= before and not is_revoked)
        self.movements += [(is_home, movement)] if isinstance(done, Draw) else []

    @rule(act=some.sampled_from(sorted(ACTS)), number=some.integers(0, 9))
    def goes_on(self, act: str, number: int) -> None:
        if self.movements:
            is_home, movement = self.movements[number % len(self.movements)]
            self.at(is_home, ACTS[act], movement)

    @rule(amount=AMOUNTS)
    def lends(self, amount: int) -> None:
        self.at(True, lending.lend_tranche, self.key, node=GHD, amount_minor=amount)

    @rule(amount=AMOUNTS)
    def returns(self, amount: int) -> None:
        if self.is_known_there():
            self.at(False, lending.return_tranche, self.key, amount_minor=amount)

    @rule(chance=some.integers(0, 12))
    def is_revoked(self, chance: int) -> None:
        if chance == 12:  # not 0, which is drawn most, so that most guarantees live long
            self.at(True, guaranteeing.revoke_guarantee, self.key, reason="x")

    @rule(node=some.sampled_from([DEB, GHD]), count=some.integers(1, 6))
    def hears(self, node: str, count: int) -> None:
        news = self.news_to(node)
        self.open(node, news[self.heard[node] : self.heard[node] + count])
        self.heard[node] = min(len(news), self.heard[node] + count)

    @rule(node=some.sampled_from([DEB, GHD]))
    def hears_again(self, node: str) -> None:
        self.open(node, self.news_to(node)[: self.heard[node]][::-1])

    def news_to(self, node: str) -> list[messages.Message]:
        """Give what was ever left for a node about the guarantee, in its order."""

        def found() -> list[messages.Message]:
            rows = Outgoing.objects.filter(address=node, subject=self.reference).order_by("key")
            return [
                messages.taken(kinds.for_partners(row.kind).message, documents.read(row.body.encode())) for row in rows
            ]

        if node == GHD:
            return found()
        with self.office.across.at_work():
            return found()

    def open(self, node: str, news: list[messages.Message]) -> None:
        for message in news:
            if node == DEB:
                OPENERS[message.KIND](message, letter(GHD))
            else:
                with self.office.across.at_work():
                    OPENERS[message.KIND](message, letter(DEB))

    def left_at(self, is_home: bool) -> int:
        if is_home:
            return left(self.key)
        with self.office.across.at_work():
            return left(self.key)

    def is_known_there(self) -> bool:
        with self.office.across.at_work():
            return Guarantee.objects.filter(key=self.key).exists()

    @invariant()
    def what_is_left_lent_and_drawn_is_the_amount(self) -> None:
        assert left(self.key) + lent(self.key) + used(self.key) == 1_000
        with self.office.across.at_work():
            if copy := Guarantee.objects.filter(key=self.key).first():
                assert left(self.key) + used(self.key) == copy.lent_minor - copy.returned_minor

    @invariant()
    def no_more_is_drawn_on_both_sides_than_there_is(self) -> None:
        here = used(self.key)
        with self.office.across.at_work():
            assert here + used(self.key) <= 1_000

    def teardown(self) -> None:
        """Let both hear all; what the one side knows of the other is then what is so there."""
        for _ in range(3):
            for node in (DEB, GHD):
                news = self.news_to(node)
                self.open(node, news[self.heard[node] :])
                self.heard[node] = len(news)
        self.office.check(self.key)
        here = {each.movement: each.state for each in Draw.objects.filter(guarantee_id=self.key, node=GHD)}
        with self.office.across.at_work():
            assert here == {each.movement: each.state for each in Draw.objects.filter(guarantee_id=self.key)}
        assert Tranche.objects.filter(guarantee_id=self.key).count() <= 1


@pytest.mark.django_db(databases="__all__")
def test_two_ledgers_agree_whatever_is_done_and_however_news_come(lent_across) -> None:
    machine = type("LedgersHere", (Ledgers,), {"office": lent_across})
    run(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),  # a failing day is told as it was: each step costs two databases
            suppress_health_check=list(HealthCheck),
        ),
    )
