"""Two nodes: Debdeb keeps a guarantee, Ghadames draws on its tranche without asking; both ledgers agree to the unit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mabar.base import timers
from mabar.base.keys import new_key
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings.rules import ReasonMissing
from mabar.exchange import messages
from mabar.exchange.models import Outgoing, Received
from mabar.exchange.protocol import documents
from mabar.transit import inbox_guarantees as inbox
from mabar.transit.commands import guaranteeing, lending
from mabar.transit.messages_guarantees import TrancheAsked, TrancheNews, TrancheReturned, TrancheUse
from mabar.transit.models import Draw, Guarantee, Tranche, TrancheRequest
from mabar.transit.rules import refusals
from tests.transit.keeping import DEB, GHD, draw, kept, left, lent, lines, read, used
from tests.transit.told import letter, payloads
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
M1, M2, M3 = (f"01M81EKCW0P0000000000000{each}" for each in ("0A", "0B", "0C"))


def test_a_tranche_is_reserved_at_home_and_drawn_on_across_without_asking(lent_across) -> None:
    key = kept(lent_across.here).key
    lent_across.lend(key, 300_000)
    assert (left(key), lent(key)) == (700_000, 300_000)
    lent_across.draw(key, 120_000, M1)
    with lent_across.across.at_work():
        assert (left(key), used(key), read(key).home) == (180_000, 120_000, DEB)
    lent_across.carry()
    home = Tranche.objects.get()
    assert (home.used_minor, Draw.objects.get(movement=M1).node) == (120_000, GHD)
    assert (left(key), lent(key)) == (700_000, 300_000)
    lent_across.check(key)


def test_offline_use_ends_at_the_tranche_and_the_refusal_says_whom_to_ask(lent_across) -> None:
    key = kept(lent_across.here).key
    lent_across.lend(key, 300_000)
    lent_across.draw(key, 299_999)
    with pytest.raises(refusals.GuaranteeShort) as told:
        lent_across.draw(key, 2)
    assert (told.value.details["left"], told.value.details["office"]) == ("0.001 LYD", DEB)
    lent_across.carry()
    lent_across.check(key)


def test_more_is_asked_for_and_lent_and_the_request_is_answered_on_both_sides(lent_across) -> None:
    made = kept(lent_across.here)
    asked = lent_across.ask(made.reference, 50_000, reason="قافلة غداً")
    lent_across.carry()
    waiting = TrancheRequest.objects.get()
    assert (waiting.key, waiting.node, waiting.is_ours, waiting.state) == (asked.key, GHD, False, "asked")
    lent_across.lend(made.key, 50_000, request=asked.key)
    assert TrancheRequest.objects.get().state == "lent"
    with lent_across.across.at_work():
        assert (TrancheRequest.objects.get().state, left(made.key)) == ("lent", 50_000)
    with pytest.raises(refusals.OutOfTurn):
        lent_across.lend(made.key, 50_000, request=asked.key)
    lent_across.check(made.key)


def test_a_request_is_declined_with_its_reason(lent_across) -> None:
    made = kept(lent_across.here)
    asked = lent_across.ask(made.reference, 50_000)
    lent_across.carry()
    with pytest.raises(ReasonMissing):
        lending.decline_tranche(lent_across.keeper, asked.key, reason=" ", at=lent_across.at)
    lending.decline_tranche(lent_across.keeper, asked.key, reason="محجوز لمكتب آخر", at=lent_across.at)
    lent_across.carry()
    with lent_across.across.at_work():
        heard = TrancheRequest.objects.get()
        assert (heard.state, heard.reason, Guarantee.objects.count()) == ("declined", "محجوز لمكتب آخر", 0)


def test_what_is_unused_goes_back_and_may_be_drawn_at_home(lent_across) -> None:
    key = kept(lent_across.here).key
    lent_across.lend(key, 300_000)
    lent_across.draw(key, 100_000, M1)
    with lent_across.across.at_work():
        with pytest.raises(refusals.TooMuchReturned):
            lending.return_tranche(lent_across.borrower, key, amount_minor=200_001, at=lent_across.at)
        lending.return_tranche(lent_across.borrower, key, amount_minor=200_000, at=lent_across.at)
    lent_across.carry()
    assert (left(key), lent(key)) == (900_000, 100_000)
    lent_across.check(key)
    lent_across.free(M1)
    with lent_across.across.at_work():
        lending.return_tranche(lent_across.borrower, key, amount_minor=100_000, at=lent_across.at)
    lent_across.carry()
    assert (left(key), lent(key)) == (1_000_000, 0)
    lent_across.check(key)


def test_a_draw_made_before_the_revocation_arrives_stands_and_one_after_is_refused(lent_across) -> None:
    key = kept(lent_across.here).key
    lent_across.lend(key, 300_000)
    guaranteeing.revoke_guarantee(lent_across.keeper, key, reason="أفلس الكفيل", at=lent_across.at)
    lent_across.draw(key, 100_000, M1)
    lent_across.carry()
    with pytest.raises(refusals.GuaranteeRevoked) as told:
        lent_across.draw(key, 1, M2)
    assert (told.value.details["office"], told.value.details["reason"]) == (DEB, "أفلس الكفيل")
    # what could not be drawn any more has come back by itself
    assert (left(key), lent(key), Tranche.objects.get().used_minor) == (900_000, 100_000, 100_000)
    lent_across.free(M1)
    lent_across.carry()
    assert (left(key), lent(key)) == (1_000_000, 0)
    lent_across.check(key)


def test_an_expiry_is_told_and_what_is_left_comes_back(lent_across) -> None:
    made = kept(lent_across.here, last_on=date(2026, 11, 25))
    lent_across.lend(made.key, 300_000)
    lent_across.draw(made.key, 100_000, M1)
    lent_across.at = made.valid_until + timedelta(hours=5)
    with pytest.raises(refusals.GuaranteeNotValid):
        lent_across.draw(made.key, 1, M2)
    timers.fire_due(lent_across.at)
    lent_across.carry()
    assert (left(made.key), lent(made.key), lines("expire_guarantee")) == (900_000, 100_000, 1)
    lent_across.free(M1)
    lent_across.carry()
    assert left(made.key) == 1_000_000
    lent_across.check(made.key)


def test_a_claim_across_is_known_at_home_and_its_payment_too(lent_across) -> None:
    key = kept(lent_across.here).key
    lent_across.lend(key, 300_000)
    lent_across.draw(key, 100_000, M1)
    with lent_across.across.at_work():
        guaranteeing.claim(lent_across.borrower, M1, at=lent_across.at)
    lent_across.carry()
    assert (Draw.objects.get().state, Tranche.objects.get().used_minor) == ("claimed", 100_000)
    with pytest.raises(NoSuchRecord):
        guaranteeing.settle_claim(lent_across.keeper, M1, payment="R-1", at=lent_across.at)
    with lent_across.across.at_work():
        guaranteeing.settle_claim(lent_across.borrower, M1, payment="R-1", at=lent_across.at)
    lent_across.carry()
    assert (Draw.objects.get().state, Tranche.objects.get().used_minor) == ("settled", 0)
    lent_across.check(key)


def test_a_movement_covered_across_is_not_covered_again_at_home_and_an_individual_guarantee_is_used_up(
    lent_across,
) -> None:
    key = kept(lent_across.here, "individual").key
    lent_across.lend(key, 1_000_000)
    lent_across.draw(key, 400_000, M1)
    lent_across.free(M1)
    with lent_across.across.at_work():
        lending.return_tranche(lent_across.borrower, key, amount_minor=1_000_000, at=lent_across.at)
    lent_across.carry()
    with pytest.raises(refusals.IndividualUsed):
        draw(lent_across.keeper, key, 1, M2)
    with pytest.raises(refusals.AlreadyCovered):
        draw(lent_across.keeper, kept(lent_across.here).key, 1, M1)
    assert left(key) == 1_000_000


def test_a_waiver_is_used_across_and_each_use_is_known_at_home(lent_across) -> None:
    key = kept(lent_across.here, "waiver").key
    lent_across.lend(key, 0)
    lent_across.draw(key, 700_000, M1)
    lent_across.carry()
    known = Draw.objects.get()
    assert (known.covers_minor, known.amount_minor, known.node) == (700_000, 0, GHD)


def test_the_office_that_borrows_neither_lends_nor_revokes(lent_across) -> None:
    key = kept(lent_across.here).key
    lent_across.lend(key, 300_000)
    with lent_across.across.at_work():
        with pytest.raises(refusals.NotKeptHere):
            lending.lend_tranche(lent_across.borrower, key, node=DEB, amount_minor=1, at=lent_across.at)
        with pytest.raises(refusals.NotKeptHere):
            guaranteeing.revoke_guarantee(lent_across.borrower, key, reason="x", at=lent_across.at)
        with pytest.raises(NotMandated):
            lending.return_tranche(lent_across.there.across["examiner"], key, amount_minor=1, at=lent_across.at)
        assert left(key) == 300_000


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"reference": "26DZDEBDE00000170"}, refusals.ReferenceUnfit),
        ({"node": "tn.nowhere"}, refusals.HolderUnreachable),
        ({"amount_minor": -1}, refusals.AmountUnfit),
    ],
)
def test_a_tranche_is_asked_for_by_a_right_reference_of_a_partner(lent_across, facts, refusal) -> None:
    told = {"reference": kept(lent_across.here).reference, "amount_minor": 5, **facts}
    with pytest.raises(refusal):
        lent_across.ask(**told)


# What a partner tells twice, late, or wrongly


def use(reference: str, number: int, state: str = "drawn", used_minor: int = 100, movement: str = M1) -> TrancheUse:
    return TrancheUse(reference, number, movement, state, 100, 100, used_minor, 300_000 - used_minor, NOON)


def test_news_of_use_that_come_twice_or_in_another_order_end_in_the_same_ledger(lent_across) -> None:
    made = kept(lent_across.here)
    lent_across.lend(made.key, 300_000)
    told = [use(made.reference, 1), use(made.reference, 2, "freed", 0), use(made.reference, 3, movement=M2)]
    for message in (told[1], told[0], told[2], told[2], told[0], told[1]):
        inbox.open_use(message, letter(GHD))
    tranche = Tranche.objects.get()
    assert (tranche.used_minor, tranche.heard_number) == (100, 3)
    assert {each.movement: each.state for each in Draw.objects.all()} == {M1: "freed", M2: "drawn"}
    assert left(made.key) == 700_000


def test_a_return_told_twice_or_late_comes_back_once(lent_across) -> None:
    made = kept(lent_across.here)
    lent_across.lend(made.key, 300_000)
    first, second = (
        TrancheReturned(made.reference, number, returned, 300_000 - returned, NOON)
        for number, returned in ((1, 100_000), (2, 150_000))
    )
    for message in (second, first, second, first):
        inbox.open_returned(message, letter(GHD))
    assert (left(made.key), lent(made.key)) == (850_000, 150_000)


def test_a_tranche_told_twice_or_late_is_received_once(lent_across) -> None:
    made = kept(lent_across.here)
    lent_across.lend(made.key, 300_000)
    lent_across.lend(made.key, 50_000)
    with lent_across.across.at_work():
        heard = _tranches_heard()
        for told in (*heard, *reversed(heard)):
            inbox.open_tranche(told, letter(DEB))
        assert (left(made.key), read(made.key).lent_minor) == (350_000, 350_000)


def _tranches_heard() -> list[TrancheNews]:
    return [messages.taken(TrancheNews, documents.read(each)) for each in payloads(TrancheNews.KIND)]


def test_what_a_partner_cannot_know_or_have_is_refused_and_changes_nothing(lent_across) -> None:
    made = kept(lent_across.here)
    with pytest.raises(refusals.NotOfThisOffice):
        inbox.open_use(use(made.reference, 1), letter(GHD))
    lent_across.lend(made.key, 300_000)
    inbox.open_use(use(made.reference, 1), letter(GHD))
    wrong = [
        use(made.reference, 2, "freed", 300_001),
        use(made.reference, 2, "freed", -1),
        replace(use(made.reference, 2), amount_minor=99),
        replace(use(made.reference, 2), state="burnt"),
    ]
    for message in wrong:
        with pytest.raises(refusals.TrancheDiffers):
            inbox.open_use(message, letter(GHD))
    with pytest.raises(refusals.TrancheDiffers):
        inbox.open_returned(TrancheReturned(made.reference, 2, 299_901, 0, NOON), letter(GHD))
    with pytest.raises(NoSuchRecord):
        inbox.open_use(use("26DZDEBDE00000995", 1), letter(GHD))
    asked = TrancheAsked("26DZDEBDE00000995", new_key(NOON), 5, "LYD", NOON)
    with pytest.raises(refusals.NotOfThisOffice):
        inbox.open_asked(asked, letter(GHD))
    assert (left(made.key), Tranche.objects.get().used_minor) == (700_000, 100)


def test_a_node_that_does_not_keep_a_guarantee_cannot_lend_of_it(lent_across) -> None:
    made = kept(lent_across.here)
    told = TrancheNews(made.reference, 1, NOON, made.key, "comprehensive", GHD, "H", "House", "LYD", 10, 0, 10,
                       made.valid_from, made.valid_until)  # fmt: skip
    with pytest.raises(refusals.NotOfThisOffice):
        inbox.open_tranche(told, letter(GHD))
    for unfit in (replace(told, kind="bond"), replace(told, valid_from=None)):
        with pytest.raises(refusals.TrancheDiffers):
            inbox.open_tranche(unfit, letter(GHD))
    assert left(made.key) == 1_000_000


def test_a_home_that_takes_back_what_it_lent_without_its_return_is_refused(lent_across) -> None:
    made = kept(lent_across.here)
    lent_across.lend(made.key, 300_000)
    with lent_across.across.at_work():
        (heard,) = _tranches_heard()
        for lent_minor in (299_999, 1_000_001):
            with pytest.raises(refusals.TrancheDiffers):
                inbox.open_tranche(replace(heard, number=9, lent_minor=lent_minor), letter(DEB))
        assert left(made.key) == 300_000


def test_every_message_of_a_day_with_tranches_is_accepted(lent_across) -> None:
    key = kept(lent_across.here).key
    lent_across.lend(key, 300_000)
    for movement in (M1, M2, M3):
        lent_across.draw(key, 50_000, movement)
    lent_across.free(M2)
    lent_across.carry()
    heard = Received.objects.filter(kind__startswith="transit.")
    assert [(each.kind, each.said) for each in heard] == [("transit.tranche-use/1.0", "accepted")] * 4
    assert not Outgoing.objects.filter(kind__startswith="transit.", done_at=None).exists()
    lent_across.check(key)
