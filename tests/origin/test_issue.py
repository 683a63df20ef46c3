"""The road of a proof: applied for, checked, issued with its serial, and its ends."""

import re
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from mabar.base.models import Timer
from mabar.base.rules import IncompatibleMandates, NoSuchRecord, NotMandated, check_combination, verbs_of
from mabar.crossings.rules import EventKeyReused, ReasonMissing
from mabar.lib.identifiers import BidiControl
from mabar.origin import commands, queries, rules
from mabar.origin.models import Proof
from tests.origin.office import APPLICATION, DEB, GHD, GOODS, application, later, lines, the_proof
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_proof_is_issued_with_the_serial_of_its_office_its_term_and_its_code(office) -> None:
    made = office.proof()
    assert (made.state, made.serial) == ("issued", "DZ-DEBDEB-2026-000001")
    assert (made.issued_on, made.valid_until_on) == (date(2026, 11, 22), date(2027, 5, 22))
    assert re.fullmatch(r"MO1:[0-9A-Z $%*+./:-]+", made.code)
    watched = Timer.objects.get(verb="origin.expire", subject=made.key, ended_at=None)
    assert watched.due_at.isoformat() == "2027-05-22T23:00:00+00:00"
    assert [each.kind for each in made.events.order_by("pk")] == ["apply", "check", "issue"]
    assert [lines(verb) for verb in ("apply", "check", "issue")] == [1, 1, 1]


def test_afcfta_proofs_last_twelve_months(office) -> None:
    goods = (rules.GoodsLine("", "in bulk", "Ciment", "252329", "WP", 30_000_000),)
    made = office.proof(application=application(agreement="afcfta", goods=goods, destination="TN"))
    assert made.valid_until_on == date(2027, 11, 22)


@pytest.mark.parametrize(("on", "months", "last"), [
    (date(2026, 8, 31), 6, date(2027, 2, 28)), (date(2027, 8, 31), 6, date(2028, 2, 29)),
    (date(2026, 12, 31), 12, date(2027, 12, 31)), (date(2026, 5, 31), 6, date(2026, 11, 30)),
])  # fmt: skip
def test_a_term_that_ends_in_a_shorter_month_ends_with_it(on, months, last) -> None:
    assert rules.last_day(on, months) == last


def test_serials_of_an_office_go_on_and_are_never_given_again(office) -> None:
    first, second = office.proof(), office.proof()
    assert [first.serial[-6:], second.serial[-6:]] == ["000001", "000002"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Proof.objects.filter(key=second.key).update(serial=first.serial)


def test_a_refused_issue_leaves_no_gap_and_no_line(office) -> None:
    made = office.proof("applied")
    with pytest.raises(rules.OutOfTurn):
        office.issue(made)
    assert office.proof().serial.endswith("000001")
    assert lines("issue") == 1


def test_who_issues_neither_applies_nor_checks_nor_answers(office) -> None:
    for other in ("origin.apply", "origin.check", "origin.answer"):
        with pytest.raises(IncompatibleMandates):
            check_combination(["origin.issue", other])
    assert "origin.issue" not in verbs_of("origin_officer")
    made = office.proof("checked")
    with pytest.raises(NotMandated):
        commands.issue(office.officer("origin_officer"), made.key, at=later(1))
    with pytest.raises(NotMandated):
        commands.check(office.world.broker, office.proof("applied").key, at=later(1))
    assert the_proof(made.key).state == "checked"


def test_a_node_without_a_certified_key_issues_nothing(world) -> None:
    made = commands.apply(world.broker, "0" * 26, place=DEB, application=APPLICATION, at=NOON)
    commands.check(world.officers["origin_officer"], made.key, at=NOON)
    with pytest.raises(rules.NoSigningKey):
        commands.issue(world.officers["issuing_officer"], made.key, at=NOON)
    assert the_proof(made.key).state == "checked"


def test_a_node_signs_for_no_other_administration(office) -> None:
    across = office.world.across
    made = office.apply(place=GHD, actor=across["origin_officer"], application=application(destination="DZ"))
    commands.check(across["origin_officer"], made.key, at=later(1))
    with pytest.raises(rules.NoSigningKey):
        commands.issue(across["issuing_officer"], made.key, at=later(1))


def test_an_application_is_refused_with_its_reason_and_ends(office) -> None:
    made = office.proof("checked")
    with pytest.raises(ReasonMissing):
        commands.refuse(office.officer("issuing_officer"), made.key, reason=" ", at=later(1))
    ended = commands.refuse(office.officer("issuing_officer"), made.key, reason="الفاتورة ناقصة", at=later(1))
    assert (ended.state, ended.end_reason) == ("refused", "الفاتورة ناقصة")
    with pytest.raises(rules.OutOfTurn):
        office.issue(made)


def test_a_proof_is_withdrawn_and_its_clock_ends(office) -> None:
    made = office.proof()
    commands.withdraw(office.officer("issuing_officer"), made.key, reason="goods not loaded", at=later(2))
    assert the_proof(made.key).state == "withdrawn"
    assert not Timer.objects.filter(verb="origin.expire", ended_at=None).exists()


def test_a_correction_is_a_replacement_that_ends_the_first_when_it_is_signed(office) -> None:
    first = office.proof()
    second = office.proof("checked", replaces=first.key, application=application(invoice="F-119, 2026-11-21"))
    assert the_proof(first.key).state == "issued"
    with pytest.raises(rules.OutOfTurn):
        office.apply(replaces=first.key)
    second = office.issue(second, at=later(3))
    assert the_proof(first.key).state == "replaced"
    assert (second.replaces_id, second.serial[-6:]) == (first.key, "000002")
    ends = queries.readable_proof(office.officer("issuing_officer"), first.key, later(3))
    assert ends.replaced_by is not None
    assert ends.replaced_by.serial == second.serial


def test_nobody_replaces_the_proof_of_another_house(office) -> None:
    first = office.proof()
    with pytest.raises(NoSuchRecord):
        office.apply(actor=office.world.rival, replaces=first.key)


def test_the_clock_lets_a_proof_expire_at_its_last_instant(office) -> None:
    made = office.proof()
    due = Timer.objects.get(verb="origin.expire", subject=made.key).due_at
    commands.expire(office.world.node, made.key, due_at=due, at=due)
    assert (the_proof(made.key).state, the_proof(made.key).ended_at) == ("expired", due)


def test_the_same_application_sent_twice_is_one_and_another_under_its_key_is_refused(office) -> None:
    first = office.apply(event_key="e-1")
    assert office.apply(event_key="e-1").key == first.key
    assert Proof.objects.count() == 1
    with pytest.raises(EventKeyReused):
        office.apply(event_key="e-1", application=application(remarks="other"))


def test_an_act_rests_on_what_the_officer_saw(office) -> None:
    made = office.proof("checked")
    with pytest.raises(rules.OutOfTurn):
        office.issue(made, version=1)


def test_a_house_sees_its_own_proofs_alone(office) -> None:
    made = office.proof()
    assert queries.readable_proof(office.world.broker, made.key, later(1)).row.serial == made.serial
    for reader in (office.world.rival, office.world.stranger):
        with pytest.raises((NoSuchRecord, NotMandated)):
            queries.readable_proof(reader, made.key, later(1))


GOOD = GOODS[0]
UNFIT = {
    "agreement": {"agreement": "other"},
    "exporter": {"exporter": "  "},
    "destination": {"destination": "DZ"},
    "invoice": {"invoice": ""},
    "goods": {"goods": ()},
    "too many": {"goods": (GOOD,) * 21},
    "hs6": {"goods": (rules.GoodsLine("", "1", "x", "123456", "WO", 1),)},
    "gross_mass": {"goods": (rules.GoodsLine("", "1", "x", "080410", "WO", 0),)},
    "description": {"goods": (rules.GoodsLine("", "1", "", "080410", "WO", 1),)},
    "packages": {"goods": (rules.GoodsLine("", "", "x", "080410", "WO", 1),)},
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_box_that_the_certificate_needs_is_asked_for(counter, name) -> None:
    with pytest.raises(rules.ApplicationUnfit) as refused:
        counter.apply(application=application(**UNFIT[name]))
    for language in ("ar", "fr", "en"):
        assert refused.value.sentence(language).remedy
    assert Proof.objects.count() == 0


def test_a_criterion_of_another_agreement_is_refused(counter) -> None:
    with pytest.raises(rules.NotACriterion):
        counter.apply(application=application(goods=(rules.GoodsLine("", "1", "x", "080410", "SX", 1),)))


def test_a_name_that_turns_the_direction_is_refused(counter) -> None:
    with pytest.raises(BidiControl):
        counter.apply(application=application(exporter="Oasis\u202e"))
