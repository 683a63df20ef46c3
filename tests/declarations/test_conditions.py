"""What stops an act, whatever the state."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.crossings.rules import AgencyName, Load
from mabar.declarations import rules
from mabar.lib.money import CurrencyWithoutMinorUnit, UnknownCurrency

WHOLE = {"form": "declaration", "flow": "import", "regime": "import", "items": 1}


def test_a_whole_declaration_passes():
    rules.check_content(**WHOLE)
    rules.check_open_dates([])
    rules.check_findings([])


@pytest.mark.parametrize("missing", [{"form": "template"}, {"items": 0}])
def test_templates_and_fragments_are_no_declarations(missing):
    with pytest.raises(rules.NotAWholeDeclaration):
        rules.check_content(**{**WHOLE, **missing})


@pytest.mark.parametrize("missing", [{"flow": None}, {"regime": None}, {"flow": "sideways"}, {"regime": ""}])
def test_direction_and_regime_are_stated(missing):
    with pytest.raises(rules.RegimeNotStated):
        rules.check_content(**{**WHOLE, **missing})


def test_open_dates_and_findings_are_named():
    with pytest.raises(rules.OpenDates) as dates:
        rules.check_open_dates(["registration.on", "items[0].documents[1].on"])
    assert dates.value.details == {"paths": "registration.on, items[0].documents[1].on", "count": 2}
    with pytest.raises(rules.RefusedByChecks) as findings:
        rules.check_findings(["G-0101", "G-0301", "G-0101"])
    assert findings.value.details == {"codes": "G-0101, G-0301", "count": 3}


@pytest.mark.parametrize("state", ["lodged", "registered"])
def test_a_declarant_cancels_until_the_lane_is_drawn(state):
    rules.check_cancellable(state, is_declarant=True)


@pytest.mark.parametrize("state", ["lane_assigned", "inspected", "paid"])
def test_after_the_lane_only_the_office_cancels(state):
    rules.check_cancellable(state, is_declarant=False)
    with pytest.raises(rules.LaneAlreadyDrawn):
        rules.check_cancellable(state, is_declarant=True)


def test_a_hold_is_named_by_its_agency_in_the_readers_language():
    plants = AgencyName("dz.plant_health", "الصحة النباتية", "Protection des végétaux", "Plant health")
    rules.check_holds([])
    with pytest.raises(rules.HeldTrucks) as refused:
        rules.check_holds([plants, plants])
    assert refused.value.sentence("ar").what.count("الصحة النباتية") == 1
    assert "Protection des végétaux" in refused.value.sentence("fr").what


OWED = rules.Owing(assessed_minor=100)
PAID = {"act": "note_payment", "amount_minor": 100, "currency": "DZD", "assessed_currency": "DZD"}


@pytest.mark.parametrize("change", [{}, {"act": "note_guarantee"}, {"act": "note_guarantee", "amount_minor": 101}])
def test_what_is_paid_or_covered_settles(change):
    rules.check_settlement(OWED, **{**PAID, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"amount_minor": 99},
        {"amount_minor": 101},
        {"currency": "LYD"},
        {"act": "note_guarantee", "amount_minor": 99},
        {"act": "note_guarantee", "currency": "LYD"},
    ],
)
def test_another_amount_or_currency_settles_nothing(change):
    with pytest.raises(rules.AmountDiffers):
        rules.check_settlement(OWED, **{**PAID, **change})


@pytest.mark.parametrize("amount_minor", [-1, rules.LARGEST + 1])
def test_no_amount_lies_outside_the_range(amount_minor):
    with pytest.raises(rules.AmountOutOfRange):
        rules.check_amount(amount_minor, "DZD")


def test_nothing_is_owed_in_gold_or_in_an_unknown_currency():
    rules.check_amount(0, "DZD")
    rules.check_amount(rules.LARGEST, "LYD")
    with pytest.raises(UnknownCurrency):
        rules.check_amount(1, "QQQ")
    with pytest.raises(CurrencyWithoutMinorUnit):
        rules.check_amount(1, "XAU")


@given(st.text(alphabet=" \t\n", max_size=5))
def test_blanks_say_nothing(text):
    with pytest.raises(rules.NothingSaid):
        rules.check_said(text, what="reason")


def test_a_text_has_its_length():
    rules.check_said("x" * 500, what="reason")
    with pytest.raises(rules.LongerThanAllowed):
        rules.check_said("x" * 501, what="reason")


@pytest.mark.parametrize("figures", [[-1], [rules.LARGEST + 1], [5, -3]])
def test_figures_that_no_consignment_has(figures):
    with pytest.raises(rules.FigureOutOfRange):
        rules.check_figures(figures, net_mass_g=0, gross_mass_g=0)


def test_net_never_exceeds_gross():
    rules.check_figures([0, rules.LARGEST], net_mass_g=5, gross_mass_g=5)
    with pytest.raises(rules.NetAboveGross):
        rules.check_figures([], net_mass_g=6, gross_mass_g=5)


@pytest.mark.parametrize("lane", ["violet", "", "green"])
def test_a_lane_must_exist_and_differ(lane):
    with pytest.raises(rules.LaneUnfit):
        rules.check_lane(lane, "green")
    rules.check_lane("red", "green")


def test_findings_stand_on_items_that_exist():
    rules.check_item_numbers([None, 1, 3], items=3)
    with pytest.raises(rules.NoSuchItem) as refused:
        rules.check_item_numbers([0, 4, 4, 2], items=3)
    assert refused.value.details["numbers"] == "0, 4"


@given(st.sets(st.text(min_size=1, max_size=5), min_size=2, max_size=8), st.text(max_size=8))
def test_a_team_is_two_of_those_there_and_the_same_for_the_same_seed(inspectors, seed):
    team = rules.draw_team(sorted(inspectors), seed=seed)
    assert len(set(team)) == 2
    assert set(team) <= inspectors
    assert team == rules.draw_team(sorted(inspectors, reverse=True), seed=seed)


@pytest.mark.parametrize("inspectors", [[], ["A"], ["A", "A"]])
def test_one_inspector_is_no_team(inspectors):
    with pytest.raises(rules.TeamTooSmall):
        rules.draw_team(inspectors, seed="s")


def test_only_the_team_inspects():
    rules.check_team("A", ["A", "B"])
    for team in ([], ["B", "C"]):
        with pytest.raises(rules.NotOfTheTeam):
            rules.check_team("A", team)


@pytest.mark.parametrize(
    ("kinds", "result"),
    [
        ([], "conforms"),
        (["sample", "photo", "conforms"], "conforms"),
        (["sample", "mass"], "discrepancy"),
        (["undeclared"], "discrepancy"),
    ],
)
def test_one_difference_makes_a_discrepancy(kinds, result):
    assert rules.result_of(kinds) == result


def test_a_kind_of_finding_that_nobody_knows():
    with pytest.raises(rules.FindingUnfit):
        rules.result_of(["mass", "smell"])


def test_only_an_open_date_has_readings():
    rules.check_reading("2026-04-05", ("2026-04-05", "2026-05-04"), path="registration.on")
    for readings in ((), ("2026-05-04", "2026-06-04")):
        with pytest.raises(rules.NotAReading):
            rules.check_reading("2026-04-05", readings, path="registration.on")


def test_an_amendment_is_new_and_keeps_its_regime():
    rules.check_new_content([])
    rules.check_same_regime(("import", "transit"), ("import", "transit"))
    with pytest.raises(rules.LodgedBefore):
        rules.check_new_content(["DZDEB-2026-C-000001"])
    with pytest.raises(rules.RegimeChanged):
        rules.check_same_regime(("import", "transit"), ("import", "import"))


@pytest.mark.parametrize(
    ("gone", "whole", "is_gone"),
    [
        (Load(10, 900), Load(10, 1000), True),
        (Load(9, 1000), Load(10, 1000), False),
        (Load(0, 1000), Load(0, 1000), True),
        (Load(0, 999), Load(0, 1000), False),
        (Load(0, 0), Load(0, 0), False),
    ],
)
def test_packages_tell_when_all_is_gone_and_mass_where_goods_are_in_bulk(gone, whole, is_gone):
    assert rules.is_wholly_gone(gone, whole=whole) is is_gone
    if is_gone:
        rules.check_gone(gone, whole=whole)
    else:
        with pytest.raises(rules.StillOnTheWay):
            rules.check_gone(gone, whole=whole)


@pytest.mark.parametrize(("keeper", "system"), [("mabar", ""), ("national", "ALCES")])
def test_mabar_or_a_named_system_registers(keeper, system):
    rules.check_keeper(keeper, system=system)


@pytest.mark.parametrize(("keeper", "system"), [("mabar", "ALCES"), ("national", ""), ("nobody", "")])
def test_nothing_else_registers(keeper, system):
    with pytest.raises(rules.RegisterUnfit):
        rules.check_keeper(keeper, system=system)


def test_a_register_begins_today_at_the_earliest():
    today = date(2026, 11, 22)
    rules.check_first_day(today, today=today)
    with pytest.raises(rules.RegisterInThePast):
        rules.check_first_day(date(2026, 11, 21), today=today)


DAY = date(2026, 11, 22)
ROWS = [
    ("", "", date(2026, 1, 1), 1),
    ("", "import", date(2026, 1, 1), 2),
    ("transit", "", date(2026, 1, 1), 3),
    ("transit", "", date(2026, 6, 1), 4),
    ("transit", "", date(2026, 12, 1), 5),
]


@pytest.mark.parametrize(
    ("regime", "flow", "number"),
    [("export", "export", 1), ("import", "import", 2), ("transit", "export", 4), ("transit", "import", 4)],
)
def test_the_row_that_says_most_and_is_newest_names_the_keeper(regime, flow, number):
    assert rules.keeper_on(DAY, ROWS, regime=regime, flow=flow) == number


def test_no_row_names_nobody():
    assert rules.keeper_on(date(2025, 1, 1), ROWS, regime="import", flow="import") is None


@pytest.mark.parametrize(
    ("place", "office"),
    [("dz.debdeb", "DZDEB"), ("ly.ghadames", "LYGHA"), ("dz.tin-alkoum", "DZTIN"), ("dz.in", "DZIN")],
)
def test_an_office_that_states_no_code_is_called_after_its_place(place, office):
    assert rules.office_of(place) == office


def test_a_number_tells_office_year_letter_and_serial():
    assert rules.number_of("DZDEB", 2026, "C", 123) == "DZDEB-2026-C-000123"
    assert rules.number_of("DZDEB", 2026, "C", 12_345_678) == "DZDEB-2026-C-12345678"


def test_somebody_wrote_meanwhile():
    rules.check_version(None, 3, act="assess", state="lane_assigned")
    rules.check_version(3, 3, act="assess", state="lane_assigned")
    with pytest.raises(rules.OutOfTurn):
        rules.check_version(2, 3, act="assess", state="lane_assigned")


@pytest.mark.parametrize("act", sorted(rules.OF_OUR_REGISTER))
def test_the_national_system_does_the_acts_of_its_register(act):
    rules.check_register(act, rules.MABAR, system="")
    with pytest.raises(rules.LodgedInNationalSystem) as refused:
        rules.check_register(act, rules.NATIONAL, system="ALCES")
    assert refused.value.details["system"] == "ALCES"


def test_our_register_has_no_national_state():
    rules.check_register("note_national_state", rules.NATIONAL, system="ALCES")
    rules.check_register("attach", rules.NATIONAL, system="ALCES")
    with pytest.raises(rules.RegisteredHere):
        rules.check_register("note_national_state", rules.MABAR, system="")


@pytest.mark.parametrize("act", sorted(rules.STOPPED_BY_QUERY))
def test_a_query_stops_each_step(act):
    rules.check_query(act, is_queried=False)
    with pytest.raises(rules.QueryOpen):
        rules.check_query(act, is_queried=True)


def test_a_query_does_not_stop_its_answer():
    rules.check_query("answer_query", is_queried=True)
