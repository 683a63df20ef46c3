"""A declaration is assessed by the tariff in use, every line kept, and again when something else was found."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from mabar.base.models import JournalLine
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.declarations import commands as declarations
from mabar.declarations import queries as papers
from mabar.declarations import rules as states
from mabar.declarations.models import Declaration
from mabar.declarations.sad_parts import Amount, Charge, SupplementaryUnit
from mabar.duties import commands, queries, rules
from mabar.duties.models import Assessment
from mabar.duties.rules import Found
from tests.declarations.desk import fresh, pay
from tests.declarations.records import import_record
from tests.duties.desk import DEB, cement, load, lodged, pumps, sample_offer
from tests.world import NOON

LATER = NOON + timedelta(hours=1)


def assess(world, declaration, *found, **facts):
    return commands.assess(world.officers["assessor"], declaration.key, found=found, at=NOON, **facts)


def reassess(world, declaration, *found, reason="Analyse du laboratoire", **facts):
    facts = {"at": LATER, **facts}
    return commands.reassess(world.officers["assessor"], declaration.key, found=found, reason=reason, **facts)


def test_a_worked_example_of_two_items(world):
    # cement: 120,000.00 at 10 % and 0.60 a kilogram for 15,000 kg; pumps: 1,000,000.00 at 5 %; VAT 19 % on top; one fee
    load(world)
    declaration = lodged(world)
    assessment = assess(world, declaration)
    assert assessment.totals == {"DD": 6_200_000, "DS": 900_000, "TVA": 22_629_000, "RF": 100_000}
    assert assessment.total_minor == 29_829_000
    declaration = fresh(declaration)
    assert (declaration.state, declaration.assessed_minor, declaration.assessed_currency) == (
        "assessed",
        29_829_000,
        "DZD",
    )


def test_the_lines_are_read_again_as_they_were(world):
    load(world)
    declaration = lodged(world)
    assess(world, declaration)
    scope = papers.Scope(places=(DEB,))
    row = papers.row(scope, declaration.key)
    again = queries.reckon(row, scope, queries.newest_assessment(declaration.key).day).result
    kept = queries.newest_assessment(declaration.key).lines
    assert kept == again.lines
    assert sum(line.minor for line in kept) == again.total_minor


def test_the_rate_is_that_of_the_day_of_registration_at_the_place(world):
    load(world)
    declaration = lodged(world, cement())
    # 23:30 UTC of the thirtieth of June is the first of July at Debdeb: 10 %, no longer 15 %
    for hour, duty in (("2026-06-30T22:30:00Z", 1_800_000), ("2026-06-30T23:30:00Z", 1_200_000)):
        Declaration.objects.filter(key=declaration.key).update(registered_at=hour)
        scope = papers.Scope(places=(DEB,))
        row = papers.row(scope, declaration.key)
        day = queries.day_of(row, world.debdeb.clock)
        assert queries.reckon(row, scope, day).result.totals["DD"] == duty


def test_a_claim_with_its_proof_is_exempt_and_without_it_is_not(world):
    load(world)
    proved = lodged(world, pumps(origin_country="TN", preference_code="PAFTA"))
    assert assess(world, proved).totals["DD"] == 0
    bare = lodged(world, pumps(origin_country="TN", preference_code="PAFTA", documents=()), reference="T-2")
    assessment = assess(world, bare)
    assert assessment.totals["DD"] == 5_000_000
    assert [line["unproved"]["proof"] for line in assessment.lines if line["unproved"]] == ["861"]


def test_what_was_found_takes_the_place_of_what_is_declared(world):
    load(world)
    declaration = lodged(world, cement())
    found = Found(1, code="25231000", value_minor=20_000_000, net_mass_g=20_000_000)
    assessment = assess(world, declaration, found)
    # 200,000.00 at 10 %, 0.60 for 20,000 kg; VAT 19 % of 232,000.00
    assert assessment.totals == {"DD": 2_000_000, "DS": 1_200_000, "TVA": 4_408_000, "RF": 100_000}
    assert assessment.found == [{"item": 1, "code": "25231000", "value_minor": 20_000_000, "net_mass_g": 20_000_000}]


def test_a_second_assessment_tells_the_difference_and_the_first_stays(world):
    load(world)
    declaration = lodged(world)
    first = assess(world, declaration)
    pay(world, fresh(declaration), amount_minor=first.total_minor)
    second = reassess(world, declaration, Found(2, value_minor=120_000_000))
    # 200,000.00 more: 10,000.00 of duty, 39,900.00 of VAT
    assert (second.number, second.before_minor, second.total_minor) == (2, 29_829_000, 29_829_000 + 4_990_000)
    row = queries.newest_assessment(declaration.key)
    assert (row.difference_minor, row.reason) == (4_990_000, "Analyse du laboratoire")
    assert fresh(declaration).owing.to_cover_minor == 4_990_000
    assert [each.number for each in queries.assessments(declaration.key)] == [2, 1]
    assert queries.assessment(declaration.key, 1).total_minor == 29_829_000
    with pytest.raises(NoSuchRecord):
        queries.assessment(declaration.key, 3)


def test_it_bears_the_tariff_of_the_second_act_and_the_day_of_the_first(world):
    load(world)
    declaration = lodged(world, cement())
    assess(world, declaration)
    load(world, sample_offer(rates=_without_specific_duty()), at=LATER)
    second = reassess(world, declaration)
    assert second.totals["DS"] == 0
    assert second.day == queries.assessment(declaration.key, 1).day
    assert queries.newest_assessment(declaration.key).table.number == 2


def _without_specific_duty():
    from tests.duties.desk import file

    return b"\n".join(line for line in file("rates_dz.csv").splitlines() if not line.startswith(b"DS,2523"))


def test_an_export_owes_nothing_of_what_is_for_imports_and_is_settled_at_once(world):
    from tests.declarations.desk import lodge
    from tests.declarations.records import export_record

    load(world)
    record = export_record()
    goods = replace(record.items[0], invoice=Charge(national=Amount(12_000_000, "DZD")))
    declaration = lodge(world, replace(record, items=(goods,)))
    Declaration.objects.filter(key=declaration.key).update(lane="green", state="lane_assigned")
    assert assess(world, declaration).totals == {}
    assert fresh(declaration).settled_at == NOON


@pytest.mark.parametrize(
    ("found", "refusal"),
    [
        (Found(1, code="98989898"), rules.FoundUnfit),
        (Found(1, code="2523"), rules.FoundUnfit),
        (Found(1, origin="QQ"), rules.FoundUnfit),
        (Found(1, value_minor=-1), rules.FoundUnfit),
        (Found(1, net_mass_g=-1), rules.FoundUnfit),
        (Found(1, quantities={"LTR": Decimal(-1)}), rules.FoundUnfit),
        (Found(1, quantities={"KG": Decimal(5)}), rules.FoundUnfit),
        (Found(1, quantities={"": Decimal(5)}), rules.FoundUnfit),
        (Found(3, origin="TN"), states.NoSuchItem),
        (Found(0, origin="TN"), states.NoSuchItem),
    ],
)
def test_what_cannot_have_been_found_is_refused_and_leaves_no_trace(world, found, refusal):
    load(world)
    declaration = lodged(world)
    with pytest.raises(refusal):
        assess(world, declaration, found)
    assert fresh(declaration).state == "lane_assigned"
    assert not Assessment.objects.exists()
    assert not JournalLine.objects.filter(verb="duties.assess").exists()


def test_an_item_is_told_once_among_what_was_found(world):
    load(world)
    with pytest.raises(rules.FoundUnfit):
        assess(world, lodged(world), Found(1, origin="IT"), Found(1, origin="TN"))


def test_an_item_without_a_customs_value_names_the_item(world):
    load(world)
    declaration = lodged(world, cement(), pumps(invoice=Charge(), external_freight=Charge()))
    with pytest.raises(rules.ValueMissing) as refused:
        assess(world, declaration)
    assert refused.value.details == {"item": 2, "currency": "DZD"}
    assert assess(world, declaration, Found(2, value_minor=100_000_000)).total_minor == 29_829_000


def test_the_cif_value_goes_before_the_sum_of_the_costs(world):
    load(world)
    declaration = lodged(world, pumps(total_cif=Amount(200_000_000, "DZD")))
    assert assess(world, declaration).totals["DD"] == 10_000_000


def test_a_quantity_in_the_unit_of_the_rate_is_asked_for(world):
    load(world)
    tyres = {"commodity_code": "40112000", "net_mass_g": None}
    declaration = lodged(world, cement(**tyres))
    with pytest.raises(rules.QuantityMissing):
        assess(world, declaration)
    told = (SupplementaryUnit(code="KGM", quantity="1000"),)
    declaration = lodged(world, cement(**tyres, supplementary_units=told), reference="T-2")
    assert assess(world, declaration).totals["DS"] == 120_000 + 1_250_000  # 1 % of 120,000.00, and 12.50 a kilogram


def test_a_gap_in_the_tariff_is_no_exemption(world):
    load(world)
    declaration = lodged(world, cement(procedure_code="8000"), pumps())
    with pytest.raises(rules.NoRate) as refused:
        assess(world, declaration)
    assert refused.value.details["items"] == "1"
    suspended = lodged(world, cement(procedure_code="7100"), reference="T-2")
    assert assess(world, suspended).totals["DD"] == 0


EUROS = Charge(foreign=Amount(5_000, "EUR"), currency="EUR")
MORE_THAN_ALL = Charge(national=Amount(10**9, "DZD"))


@pytest.mark.parametrize("goods", [cement(external_freight=EUROS), cement(deduction=MORE_THAN_ALL)])
def test_costs_in_another_currency_or_above_the_invoice_leave_the_value_unknown(world, goods):
    load(world)
    with pytest.raises(rules.ValueMissing):
        assess(world, lodged(world, goods))


def test_costs_that_only_the_header_tells_leave_the_value_unknown():
    record = import_record("T-9", items=(cement(),))
    header = replace(record.valuation, invoice=Charge(), insurance=Charge(national=Amount(7_000, "DZD")))
    with pytest.raises(rules.ValueMissing):
        rules.items_of(replace(record, valuation=header), (), currency="DZD")
    told = rules.items_of(replace(record, valuation=header), (Found(1, value_minor=1),), currency="DZD")
    assert told[0].value_minor == 1


def test_without_a_tariff_the_amount_is_assessed_by_hand(world):
    declaration = lodged(world)
    with pytest.raises(rules.NoTariff):
        assess(world, declaration)
    owed = {"amount_minor": 1, "currency": "DZD"}
    assert declarations.assess(world.officers["assessor"], declaration.key, at=NOON, **owed).state == "assessed"


def test_nothing_is_assessed_again_without_a_reason(world):
    load(world)
    declaration = lodged(world)
    assess(world, declaration)
    with pytest.raises(states.NothingSaid):
        reassess(world, declaration, reason=" ")
    assert Assessment.objects.count() == 1


def test_nobody_assesses_twice_nor_from_an_older_version(world):
    load(world)
    declaration = lodged(world)
    with pytest.raises(states.OutOfTurn):
        assess(world, declaration, version=99)
    assess(world, declaration)
    with pytest.raises(states.OutOfTurn):
        assess(world, declaration)
    with pytest.raises(states.OutOfTurn):
        reassess(world, declaration, version=99)


def test_only_the_assessor_of_the_place_does_it(world):
    load(world)
    declaration = lodged(world)
    with pytest.raises(NotMandated):
        commands.assess(world.officers["cashier"], declaration.key, at=NOON)
    with pytest.raises(NoSuchRecord):
        commands.assess(world.across["assessor"], declaration.key, at=NOON)
    with pytest.raises(NoSuchRecord):
        commands.assess(world.rival, declaration.key, at=NOON)
    with pytest.raises(NotMandated):
        commands.assess(world.broker, declaration.key, at=NOON)
    assess(world, declaration)
    with pytest.raises(NotMandated):
        commands.reassess(world.officers["cashier"], declaration.key, found=(), reason="…", at=NOON)
