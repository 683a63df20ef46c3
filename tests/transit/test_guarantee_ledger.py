"""The ledger of a guarantee at the office that keeps it: drawn, freed, claimed, settled; never below zero."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from mabar.base import timers
from mabar.base.keys import new_key
from mabar.base.models import JournalLine, Timer
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings.rules import ReasonMissing
from mabar.lib.money import UnknownCurrency
from mabar.lib.words import LANGUAGES
from mabar.transit.commands import guaranteeing, lending
from mabar.transit.models import Draw, Guarantee, LedgerEntry
from mabar.transit.rules import refusals
from tests.transit.keeping import FIRST, GHD, LAST, OFFICER, draw, kept, later, left, lines, read, used
from tests.world import NOON

M1, M2 = "01M81EKCW0P00000000000000A", "01M81EKCW0P00000000000000B"


@pytest.fixture
def officer(world):
    return world.officers[OFFICER]


def test_a_guarantee_is_registered_with_a_reference_and_all_of_its_amount_is_left(world) -> None:
    first, second = kept(world), kept(world)
    assert (first.reference[:9], second.reference[:9]) == ("26DZDEBDE",) * 2
    assert first.reference != second.reference
    assert (left(first.key), first.home, first.holder) == (1_000_000, "dz.debdeb", "BROKER-OASIS")
    assert Timer.objects.get(subject=first.key).due_at == first.valid_until


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"holder": "NOBODY"}, refusals.HolderUnknown),
        ({"currency": "QQQ"}, UnknownCurrency),
        ({"amount_minor": 0}, refusals.AmountUnfit),
        ({"last_on": date(2025, 12, 31)}, refusals.DaysUnfit),
    ],
)
def test_a_guarantee_that_does_not_hold_together_is_not_registered(world, facts, refusal) -> None:
    with pytest.raises(refusal):
        kept(world, **facts)
    assert not Guarantee.objects.exists()


def test_a_movement_draws_and_is_freed_once_however_often_it_is_said(world, officer) -> None:
    key = kept(world).key
    assert draw(officer, key, 400_000, M1).amount_minor == 400_000
    assert (left(key), used(key)) == (600_000, 400_000)
    for _ in range(3):
        assert guaranteeing.free(officer, M1, at=later(1)).state == "freed"
    assert (left(key), used(key)) == (1_000_000, 0)
    assert [each.kind for each in LedgerEntry.objects.order_by("pk")] == ["registered", "drawn", "freed"]
    assert read(key).entries.get(kind="drawn").left_minor == 600_000


def test_a_draw_that_is_not_covered_says_what_is_left_and_whom_to_ask_and_leaves_no_trace(world, officer) -> None:
    key = kept(world).key
    draw(officer, key, 999_999)
    with pytest.raises(refusals.GuaranteeShort) as told:
        draw(officer, key, 2)
    for language in LANGUAGES:
        said = told.value.sentence(language)
        assert "0.001 LYD" in said.what
        assert "dz.debdeb" in said.remedy
    assert (left(key), Draw.objects.count(), lines("draw")) == (1, 1, 1)


def test_a_draw_to_the_last_unit_is_covered(world, officer) -> None:
    key = kept(world).key
    draw(officer, key, 1_000_000)
    assert left(key) == 0


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"at": later(-200)}, refusals.GuaranteeNotValid),
        ({"at": later(1000)}, refusals.GuaranteeNotValid),
        ({"currency": "DZD"}, refusals.CurrencyDiffers),
        ({"amount_minor": 0}, refusals.AmountUnfit),
        ({"amount_minor": -5}, refusals.AmountUnfit),
    ],
)
def test_a_draw_outside_the_days_or_in_another_currency_is_refused(world, officer, facts, refusal) -> None:
    key = kept(world, first_on=date(2026, 11, 1)).key
    amount = facts.pop("amount_minor", 100)
    with pytest.raises(refusal):
        draw(officer, key, amount, **facts)
    assert left(key) == 1_000_000


def test_the_last_second_of_the_last_day_is_covered_and_the_next_is_not(world, officer) -> None:
    made = kept(world)
    draw(officer, made.key, 1, at=made.valid_until - timedelta(seconds=1))
    with pytest.raises(refusals.GuaranteeNotValid) as told:
        draw(officer, made.key, 1, at=made.valid_until)
    assert told.value.details["first"] == f"{FIRST} 00:00"
    assert told.value.details["last"] == f"{LAST} 23:59"


def test_a_guarantee_is_drawn_on_by_the_reference_of_its_title_too(world, officer) -> None:
    made = kept(world)
    assert draw(officer, made.reference.lower(), 100).guarantee_id == made.key
    with pytest.raises(NoSuchRecord):
        draw(officer, "26DZDEBDE00000995", 100)


def test_a_movement_draws_once_on_whatever_guarantee(world, officer) -> None:
    first, second = kept(world), kept(world)
    draw(officer, first.key, 100, M1)
    for key in (first.key, second.key):
        with pytest.raises(refusals.AlreadyCovered):
            draw(officer, key, 100, M1)
    guaranteeing.free(officer, M1, at=later(1))
    with pytest.raises(refusals.AlreadyCovered):
        draw(officer, second.key, 100, M1)


def test_an_individual_guarantee_covers_one_movement_even_when_it_is_free_again(world, officer) -> None:
    key = kept(world, "individual").key
    draw(officer, key, 400, M1)
    guaranteeing.free(officer, M1, at=later(1))
    with pytest.raises(refusals.IndividualUsed):
        draw(officer, key, 400, M2)


def test_vouchers_are_taken_in_whole_titles(world, officer) -> None:
    key = kept(world, "voucher").key
    taken = draw(officer, key, 150_000, M1)
    assert (taken.amount_minor, taken.covers_minor, left(key)) == (200_000, 150_000, 800_000)
    with pytest.raises(refusals.GuaranteeShort):
        draw(officer, key, 800_001, M2)


def test_a_waiver_takes_nothing_and_is_recorded(world, officer) -> None:
    key = kept(world, "waiver").key
    taken = draw(officer, key, 5_000_000, M1)
    assert (taken.amount_minor, taken.covers_minor, left(key)) == (0, 5_000_000, 0)
    assert read(key).entries.get(kind="drawn").amount_minor == 0


def test_what_is_claimed_comes_back_by_its_payment_alone(world, officer) -> None:
    key = kept(world).key
    draw(officer, key, 300_000, M1)
    for _ in range(2):
        assert guaranteeing.claim(officer, M1, at=later(40)).state == "claimed"
    with pytest.raises(refusals.OutOfTurn):
        guaranteeing.free(officer, M1, at=later(41))
    assert left(key) == 700_000
    with pytest.raises(ReasonMissing):
        guaranteeing.settle_claim(officer, M1, payment=" ", at=later(50))
    assert guaranteeing.settle_claim(officer, M1, payment="R-7", at=later(50)).state == "settled"
    guaranteeing.free(officer, M1, at=later(51))
    assert (left(key), Draw.objects.get().state) == (1_000_000, "settled")


def test_what_was_never_claimed_is_not_settled_and_what_is_free_is_not_claimed(world, officer) -> None:
    draw(officer, kept(world).key, 300, M1)
    with pytest.raises(refusals.OutOfTurn):
        guaranteeing.settle_claim(officer, M1, payment="R-7", at=later(1))
    guaranteeing.free(officer, M1, at=later(1))
    with pytest.raises(refusals.OutOfTurn) as told:
        guaranteeing.claim(officer, M1, at=later(2))
    assert "Freed" in told.value.sentence("en").what
    for act in (guaranteeing.free, guaranteeing.claim):
        with pytest.raises(NoSuchRecord):
            act(officer, M2, at=later(2))


def test_a_revoked_guarantee_covers_nothing_more_and_what_is_drawn_stays_drawn(world, officer) -> None:
    made = kept(world)
    draw(officer, made.key, 300, M1)
    with pytest.raises(ReasonMissing):
        guaranteeing.revoke_guarantee(officer, made.key, reason="", at=later(1))
    guaranteeing.revoke_guarantee(officer, made.key, reason="أفلس الكفيل", at=later(1))
    with pytest.raises(refusals.GuaranteeRevoked):
        draw(officer, made.key, 1, M2, at=later(2))
    with pytest.raises(refusals.OutOfTurn):
        guaranteeing.revoke_guarantee(officer, made.key, reason="again", at=later(2))
    with pytest.raises(refusals.GuaranteeRevoked):
        lending.lend_tranche(officer, made.key, node=GHD, amount_minor=1, at=later(2))
    assert used(made.key) == 300
    assert not Timer.objects.filter(subject=made.key, ended_at=None).exists()
    guaranteeing.free(officer, M1, at=later(3))
    assert left(made.key) == 1_000_000


def test_the_clock_notes_once_that_a_guarantee_has_expired(world) -> None:
    made = kept(world, last_on=date(2026, 11, 30))
    late = made.valid_until + timedelta(days=3)
    for _ in range(2):
        timers.fire_due(late)
    line = JournalLine.objects.get(verb="transit.expire_guarantee")
    assert (line.at, read(made.key).expired_at) == (late, made.valid_until)
    assert made.valid_until.isoformat() in line.facts.body


def test_who_has_no_mandate_neither_registers_nor_draws(world, officer) -> None:
    key = kept(world).key
    for actor in (world.officers["police_officer"], world.broker, world.stranger, world.across[OFFICER]):
        with pytest.raises(NotMandated):
            kept(world, actor=actor)
        with pytest.raises(NotMandated):
            draw(actor, key, 1)
        with pytest.raises(NotMandated):
            guaranteeing.revoke_guarantee(actor, key, reason="x", at=NOON)
    assert left(key) == 1_000_000


def test_two_officers_who_saw_the_same_page_do_not_both_write(world, officer) -> None:
    made = kept(world)
    guaranteeing.revoke_guarantee(officer, made.key, reason="x", at=NOON, version=read(made.key).version)
    with pytest.raises(refusals.OutOfTurn):
        lending.lend_tranche(officer, made.key, node=GHD, amount_minor=1, at=NOON, version=made.version)


def test_a_tranche_goes_to_a_partner_only_and_never_more_than_is_left(world, officer) -> None:
    key = kept(world).key
    with pytest.raises(refusals.HolderUnreachable):
        lending.lend_tranche(officer, key, node=GHD, amount_minor=1, at=NOON)
    with pytest.raises(refusals.TooMuchLent):
        lending.lend_tranche(officer, key, node=GHD, amount_minor=1_000_001, at=NOON)
    with pytest.raises(refusals.NotKeptHere):
        lending.return_tranche(officer, key, amount_minor=1, at=NOON)
    assert left(key) == 1_000_000


@pytest.mark.parametrize(("kind", "amount"), [("individual", 500), ("voucher", 150_000), ("waiver", 1), ("voucher", 0)])
def test_a_part_of_what_is_one_is_not_lent(world, officer, kind, amount) -> None:
    with pytest.raises(refusals.AmountUnfit):
        lending.lend_tranche(officer, kept(world, kind).key, node=GHD, amount_minor=amount, at=NOON)


def test_the_database_itself_lets_no_ledger_fall_below_zero(world) -> None:
    key = kept(world).key
    with pytest.raises(IntegrityError), transaction.atomic():
        Guarantee.objects.filter(key=key).update(left_minor=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Guarantee.objects.filter(key=key).update(left_minor=1_000_001)


def test_a_draw_falls_with_the_act_that_it_belongs_to(world, officer) -> None:
    key, movement = kept(world).key, new_key(NOON)

    def release_that_is_refused() -> None:
        with transaction.atomic():
            draw(officer, key, 400, movement)
            guaranteeing.claim(world.stranger, movement, at=NOON)

    with pytest.raises(NotMandated):
        release_that_is_refused()
    assert (left(key), Draw.objects.count(), lines("draw")) == (1_000_000, 0, 0)


def test_an_individual_guarantee_that_has_covered_its_movement_is_lent_to_nobody(world, officer) -> None:
    key = kept(world, kind="individual").key
    draw(officer, key, 1_000_000, M1)
    guaranteeing.free(officer, M1, at=later(1))
    with pytest.raises(refusals.IndividualUsed):
        lending.lend_tranche(officer, key, node=GHD, amount_minor=1_000_000, at=later(2))


def test_what_an_office_drew_for_its_own_movement_it_may_free(world) -> None:
    key = kept(world).key
    across = world.across["departure_officer"]
    draw(across, key, 1_000, M1, place=GHD)
    with pytest.raises(NotMandated):
        guaranteeing.free(across, M1, at=later(1))
    guaranteeing.free(across, M1, at=later(1), place=GHD)
    assert left(key) == 1_000_000
