"""A proof at the import declaration: recorded, judged, and its claim assessed by what duties offer."""

import pytest

from mabar.base.keys import new_key
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.declarations import commands as declarations
from mabar.declarations.models import Declaration
from mabar.duties.models import Assessment
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


def asked(office, shown, at: float = 1.5):
    told = {"presented": shown.key, "reason": "doubt", "text": "الختم", "at": later(at)}
    return commands.request(office.officer("verifying_officer"), new_key(NOON), **told)


def hear(office, sent, outcome: str) -> None:
    told = Answer(sent.key, GHD, sent.serial, outcome, later(4), "مطابقة")
    commands.take_answer(office.world.node, sent.key, partner=GHD, told=told, at=later(4))


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
