"""A proof at the import declaration: recorded, judged, and its claim assessed by what duties offer."""

from dataclasses import replace

import pytest

from mabar.base.keys import new_key
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.declarations import commands as declarations
from mabar.declarations.models import Declaration
from mabar.duties.models import Assessment
from mabar.exchange import paper_signing
from mabar.lib import base45
from mabar.origin import commands, queries, rules
from mabar.origin.commands.presenting import Shown
from mabar.origin.messages import Answer, Ended
from mabar.origin.models import PresentedProof
from tests.declarations import desk
from tests.duties.desk import load, lodged
from tests.exchange.partner import HERE
from tests.origin.imports import dates
from tests.origin.office import APPLICATION, GHD, application, later, lines
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
WHOLE, FREE = 54_800_000, 19_100_000  # with the customs duty of 30 % and its part of the VAT, and without


@pytest.fixture
def foreign(office) -> str:
    """The code of a proof that Ghadames has issued for dates."""
    from tests.world import make_world

    with office.across.at_work():
        there = make_world().across
        told = application(destination="DZ", exporter="Ghadames Dates", consignee="Sahra Foods")
        made = commands.apply(there["origin_officer"], new_key(NOON), place=GHD, application=told, at=NOON)
        commands.check(there["origin_officer"], made.key, at=NOON)
        return commands.issue(there["issuing_officer"], made.key, at=NOON).code


@pytest.fixture
def claimed(office) -> Declaration:
    """An import of dates of Libya that claims the Arab preference, to be assessed by the sample tariff."""
    load(office.world)
    return lodged(office.world, dates(origin_country="LY"))


def present(office, claimed, code: str, **facts) -> PresentedProof:
    told = {"declaration": claimed.key, "shown": Shown(code=code), "at": later(1), **facts}
    return commands.present(told.pop("actor", office.officer("verifying_officer")), new_key(NOON), **told)


def settle(office, claimed, at: float = 2, **facts) -> int:
    told = {"reason": "حالة الإثبات", "at": later(at), **facts}
    commands.settle_preference(office.officer("assessor"), claimed.key, **told)
    return Assessment.objects.filter(declaration=claimed.key).latest("pk").total_minor


def asked(office, shown, at: float = 1.5, **facts):
    told = {"presented": shown.key, "reason": "doubt", "text": "الختم", "at": later(at), **facts}
    return commands.request(office.officer("verifying_officer"), new_key(NOON), **told)


def hear(office, sent, outcome: str) -> None:
    told = Answer(sent.key, GHD, sent.serial, outcome, later(4), "مطابقة")
    commands.take_answer(office.world.node, sent.key, partner=GHD, told=told, at=later(4))


def take_back(office, serial: str) -> None:
    told = Ended(serial, GHD, "withdrawn", later(1))
    commands.take_ended(office.world.node, new_key(NOON), partner=GHD, told=told, place=HERE, at=later(1))


def by_number(office, claimed, serial: str, **facts) -> PresentedProof:
    return present(office, claimed, "", shown=Shown(serial=serial, agreement="pafta"), **facts)


def signed_by_an_unknown_key(code: str, **changed) -> str:
    """Give what a code says, with something else in it, under a key that no descriptor names here."""
    told = replace(rules.read(code).facts, descriptor=99, **changed).encoded()
    return rules.text_of(paper_signing.hand("customs", NOON).signed(told, domain=rules.DOMAIN))


def with_its_last_byte_altered(code: str) -> str:
    data = bytearray(base45.decode(code.removeprefix(rules.PREFIX)))
    data[-1] ^= 1
    return rules.text_of(bytes(data))


def test_a_valid_code_is_recorded_with_its_verdict_its_key_and_its_goods(office, claimed, foreign) -> None:
    shown = present(office, claimed, foreign)
    assert (shown.verdict, shown.state, shown.issuer, shown.origin) == ("valid", "presented", GHD, "LY")
    assert (shown.serial, shown.goods[0], shown.descriptor) == ("LY-GHADAMES-2026-000001", ["080410", "WO"], 1)
    assert lines("present") == 1


def test_a_declarant_presents_with_his_own_declaration_alone(office, claimed, foreign) -> None:
    with pytest.raises(NoSuchRecord):
        present(office, claimed, foreign, actor=office.world.rival)
    assert present(office, claimed, foreign, actor=office.world.broker).by == office.world.broker.key


def test_an_altered_code_is_refused_or_carries_nothing(office, claimed, foreign) -> None:
    with pytest.raises(rules.NotAProof):
        present(office, claimed, foreign[:-1])
    letter = "1" if foreign[-1] != "1" else "2"
    try:
        shown = present(office, claimed, foreign[:-1] + letter)
    except rules.NotAProof:
        return
    assert shown.verdict == "altered"
    assert not queries.carried(claimed.key)[0].is_accepted


def test_a_proof_covers_one_declaration(office, claimed, foreign) -> None:
    present(office, claimed, foreign)
    other = lodged(office.world, dates(origin_country="LY"), reference="T-0002")
    with pytest.raises(rules.PresentedBefore):
        present(office, other, foreign)
    with pytest.raises(rules.PresentedBefore):
        present(office, claimed, foreign)
    registrar = office.officer("registrar")
    declarations.cancel(registrar, claimed.key, reason="خطأ", at=later(2))
    assert present(office, other, foreign, at=later(3)).declaration_id == other.key


def test_a_proof_is_presented_with_a_living_import(office, claimed, foreign) -> None:
    from tests.declarations.records import export_record

    exported = desk.lodge(office.world, export_record())
    with pytest.raises(rules.NotAnImport):
        present(office, exported, foreign)
    declarations.cancel(office.officer("registrar"), claimed.key, reason="خطأ", at=NOON)
    with pytest.raises(rules.NotAnImport):
        present(office, claimed, foreign)


def test_a_proof_meant_for_another_country_is_not_presented_here(office, claimed) -> None:
    with pytest.raises(rules.MeantElsewhere):
        present(office, claimed, office.proof().code)
    assert not PresentedProof.objects.exists()


def test_a_number_that_is_none_or_of_no_agreement_is_refused(office, claimed) -> None:
    with pytest.raises(rules.NotAProof):
        present(office, claimed, "", shown=Shown(serial=" ", agreement="pafta"))
    with pytest.raises(rules.ApplicationUnfit):
        present(office, claimed, "", shown=Shown(serial="X-1", agreement="other"))


def test_while_a_verification_runs_the_whole_duty_is_assessed_and_a_guarantee_releases(
    office, claimed, foreign
) -> None:
    shown = present(office, claimed, foreign)
    sent = asked(office, shown)
    assert settle(office, claimed) == WHOLE
    told = {"reference": "G-1", "amount_minor": WHOLE, "currency": "DZD", "at": later(3)}
    covered = declarations.note_guarantee(office.officer("cashier"), claimed.key, **told)
    assert covered.state == "released"
    hear(office, sent, "authentic")
    assert settle(office, claimed, at=5) == FREE
    assert desk.fresh(claimed).owing.to_cover_minor <= FREE


def test_a_valid_proof_keeps_its_preference_and_one_taken_back_loses_it(office, claimed, foreign) -> None:
    shown = present(office, claimed, foreign)
    assert settle(office, claimed) == FREE
    told = Ended(shown.serial, GHD, "withdrawn", later(3))
    commands.take_ended(office.world.node, new_key(NOON), partner=GHD, told=told, place=HERE, at=later(3))
    assert settle(office, claimed, at=4) == WHOLE


@pytest.mark.parametrize("outcome", ["not_authentic", "not_confirmed"])
def test_a_negative_answer_takes_the_preference(office, claimed, foreign, outcome) -> None:
    shown = present(office, claimed, foreign)
    assert settle(office, claimed) == FREE
    hear(office, asked(office, shown), outcome)
    assert settle(office, claimed, at=5) == WHOLE


def test_a_proof_of_other_goods_or_another_origin_carries_no_claim(office, foreign) -> None:
    load(office.world)
    for number, changed in enumerate(({"commodity_code": "25232900"}, {"origin_country": "TN"})):
        other = lodged(office.world, dates(**{"origin_country": "LY", **changed}), reference=f"T-{number}")
        if number:
            PresentedProof.objects.all().delete()
        present(office, other, foreign)
        with pytest.raises(rules.ClaimDiffers):
            settle(office, other)


def test_only_the_assessor_settles(office, claimed, foreign) -> None:
    present(office, claimed, foreign)
    with pytest.raises(NotMandated):
        commands.settle_preference(office.officer("verifying_officer"), claimed.key, reason="x", at=later(2))


def test_an_unaccepted_state_is_told_by_the_rules() -> None:
    accepted = {
        state: rules.presenting.is_accepted(state, verdict)
        for state in rules.presenting.STATES
        for verdict in ("valid",)
    }
    assert accepted == {
        "presented": True, "under_verification": False, "confirmed": True, "not_confirmed": False, "revoked": False,
    }  # fmt: skip
    assert not rules.presenting.is_accepted("presented", "unchecked")
    assert APPLICATION.agreement in rules.agreements()
    assert [each for each in rules.VERDICTS if rules.presenting.is_accepted("confirmed", each)] == [
        "valid",
        "unchecked",
    ]


# What the issuer's word on a serial does not mend


@pytest.mark.parametrize("verdict", ["altered", "expired", "withdrawn"])
def test_a_serial_that_is_confirmed_does_not_mend_what_was_shown(office, claimed, foreign, verdict) -> None:
    if verdict == "withdrawn":
        take_back(office, rules.read(foreign).facts.serial)
    code = with_its_last_byte_altered(foreign) if verdict == "altered" else foreign
    shown = present(office, claimed, code, at=later(200 if verdict == "expired" else 1))
    assert shown.verdict == verdict
    hear(office, asked(office, shown), "authentic")
    shown.refresh_from_db()
    assert (shown.state, shown.verdict) == ("confirmed", verdict)
    assert not queries.carried(claimed.key)[0].is_accepted
    assert settle(office, claimed, at=5) == WHOLE


def test_a_number_that_is_confirmed_carries_nothing_once_its_issuer_took_it_back(office, claimed, foreign) -> None:
    serial = rules.read(foreign).facts.serial
    take_back(office, serial)
    shown = by_number(office, claimed, serial.lower())
    assert (shown.verdict, shown.serial) == ("unchecked", serial)
    hear(office, asked(office, shown, partner=GHD), "authentic")
    shown.refresh_from_db()
    assert shown.verdict == "withdrawn"
    assert not queries.carried(claimed.key)[0].is_accepted


@pytest.mark.parametrize(("last", "is_accepted"), [(later(-1).date(), False), (later(90).date(), True)])
def test_an_unknown_key_that_is_confirmed_carries_what_was_not_over(
    office, claimed, foreign, last, is_accepted
) -> None:
    shown = present(office, claimed, signed_by_an_unknown_key(foreign, issued_on=later(-9).date(), valid_until_on=last))
    assert shown.verdict == "unchecked"
    hear(office, asked(office, shown), "authentic")
    assert queries.carried(claimed.key)[0].is_accepted is is_accepted


# One proof, by its code and by its number


@pytest.mark.parametrize("is_code_first", [True, False])
def test_a_proof_shown_by_code_and_by_number_covers_one_declaration(office, claimed, foreign, is_code_first) -> None:
    other = lodged(office.world, dates(origin_country="LY"), reference="T-0002")
    serial = rules.read(foreign).facts.serial.title()
    if is_code_first:
        present(office, claimed, foreign)
        with pytest.raises(rules.PresentedBefore):
            by_number(office, other, serial)
    else:
        by_number(office, claimed, serial)
        with pytest.raises(rules.PresentedBefore):
            present(office, other, foreign)
    assert PresentedProof.objects.count() == 1


def test_a_number_of_another_issuer_is_another_proof(office, claimed, foreign) -> None:
    other = lodged(office.world, dates(origin_country="LY"), reference="T-0002")
    present(office, claimed, foreign)
    PresentedProof.objects.update(issuer="tn.hazoua")
    assert present(office, other, foreign).declaration_id == other.key


def test_a_number_is_of_the_partner_that_is_asked_and_is_asked_for_one_declaration(office, claimed, foreign) -> None:
    other = lodged(office.world, dates(origin_country="LY"), reference="T-0002")
    present(office, claimed, foreign)
    second = by_number(office, other, "OLD-1")
    PresentedProof.objects.filter(key=second.key).update(serial=rules.read(foreign).facts.serial.lower())
    with pytest.raises(rules.PresentedBefore):
        asked(office, second, partner=GHD)
    third = by_number(office, other, "OLD-2")
    asked(office, third, partner=GHD)
    third.refresh_from_db()
    assert (third.state, third.issuer) == ("under_verification", GHD)


@pytest.mark.parametrize("is_written_before", [False, True])
def test_a_number_that_was_confirmed_is_revoked_when_its_issuer_takes_it_back(
    office, claimed, foreign, is_written_before
) -> None:
    shown = by_number(office, claimed, rules.read(foreign).facts.serial)
    hear(office, asked(office, shown, partner=GHD), "authentic")
    assert queries.carried(claimed.key)[0].is_accepted
    if is_written_before:  # a row of a time when the issuer of a number was not kept
        PresentedProof.objects.update(issuer="")
    take_back(office, shown.serial)
    shown.refresh_from_db()
    assert shown.state == "revoked"
