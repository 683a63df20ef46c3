"""A tariff is loaded whole or not at all, and what it changes is told before and kept after."""

from datetime import timedelta

import pytest

from mabar.base.keys import new_key
from mabar.base.models import JournalLine
from mabar.base.rules import NotMandated
from mabar.duties import commands, queries, rules
from mabar.duties.loading import offer
from mabar.duties.models import Table, TableRate
from mabar.lib.money import UnknownCurrency
from tests.duties.desk import DEB, SAMPLE, file, load, sample_files, sample_offer
from tests.world import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=1)


def with_line(line, *, without=""):
    """Give the sample's rates with one line more, and without those that hold a text."""
    kept = [each for each in file("rates_dz.csv").decode().splitlines() if not (without and without in each)]
    return "\n".join([*kept, line, ""]).encode()


def test_the_sample_is_loaded_and_read_back_as_it_was(world):
    made = sample_offer()
    table = load(world, made)
    assert (table.number, table.is_sample, table.rates_count) == (1, True, 23)
    row = queries.in_use("dz")
    assert (row.levies, row.groups, row.digest) == (made.levies, made.groups, made.digest)
    assert tuple(queries.all_rates(row.key)) == made.rates


@pytest.mark.parametrize("country", ["dz", "ly"])
def test_every_sample_that_ships_is_without_fault_and_says_that_it_is_none_of_the_law(country):
    currency = {"dz": "DZD", "ly": "LYD"}[country]
    made = offer(country, sample_files(country), name="sample", currency=currency)
    assert made.findings == ()
    assert all("Sample, not a law" in each.basis for each in (*made.rates, *made.levies))
    assert all("نموذج" in each.ar and "sample" in each.en for each in made.levies)


def test_the_samples_reach_who_installs_the_product():
    assert {each.name for each in SAMPLE.iterdir()} >= {"groups.csv", "levies_dz.csv", "rates_dz.csv", "rates_ly.csv"}


def test_what_a_new_table_changes_is_told_and_counted(world):
    load(world)
    newer = with_line('DD,2523,percent,12,,,,,,4,2026-12-01,,"Sample, not a law"', without="DD,2523,percent,10")
    made = sample_offer(rates=newer)
    assert [(each.after.percent, each.after.from_on.isoformat()) for each in made.changes.new] == [(12, "2026-12-01")]
    assert [each.before.percent for each in made.changes.left_out] == [10]
    table = load(world, made, at=LATER)
    assert (table.number, table.told) == (2, {"new": 1, "left_out": 1, "other": 0, "same": 22})
    assert [each.number for each in queries.loaded("dz")] == [2, 1]
    assert TableRate.objects.count() == 46


def test_levies_and_groups_that_are_not_given_stay_those_in_use(world):
    load(world)
    made = offer(
        "dz", sample_files(levies=None, groups=None, rates=with_line("", without="PAFTA")), name="2027", currency="DZD"
    )
    assert made.findings == ()
    assert [each.code for each in made.levies] == ["DD", "DS", "TVA", "RF"]
    assert set(made.groups) == {"ARAB"}


def test_the_first_tariff_needs_its_levies():
    made = offer("tn", sample_files(levies=None), name="2026", currency="TND")
    assert ("levies", "empty") in [(name, each.code) for name, each in made.findings]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('DD,2523,percent,20,,,,,,4,2026-09-01,,"Sample"', "rates-overlap"),
        ("DD,2524,percent,20,,,,,,4,2026-09-01,,", "missing"),
        ("XX,2524,percent,20,,,,,,4,2026-09-01,,law", "unknown"),
    ],
)
def test_a_table_with_a_fault_is_refused_with_its_place_and_nothing_is_stored(world, line, code):
    made = sample_offer(rates=with_line(line))
    assert [(name, each.code, each.line) for name, each in made.findings] == [("rates", code, 25)]
    with pytest.raises(rules.TariffFaulty) as refused:
        load(world, made)
    assert refused.value.details["count"] == 1
    assert not Table.objects.exists()
    assert not JournalLine.objects.filter(verb="duties.load_tariff").exists()


def test_a_report_that_another_load_has_overtaken_is_made_again(world):
    first, second = sample_offer(), sample_offer(rates=with_line("", without="PAFTA"))
    load(world, first)
    with pytest.raises(rules.TariffChanged):
        load(world, second, at=LATER)
    assert Table.objects.count() == 1


def test_what_is_in_use_is_not_loaded_again(world):
    load(world)
    with pytest.raises(rules.SameTariff):
        load(world, sample_offer(), at=LATER)


def test_a_tariff_bears_a_name(world):
    with pytest.raises(rules.TariffUnnamed):
        load(world, offer("dz", sample_files(), name="  ", currency="DZD"))


def test_amounts_are_in_a_currency_that_is(world):
    with pytest.raises(UnknownCurrency):
        offer("dz", sample_files(), name="2026", currency="QQQ")


def test_only_the_tariff_officer_of_the_administration_loads(world):
    for actor in (world.officers["assessor"], world.across["tariff_officer"], world.broker, world.stranger):
        with pytest.raises(NotMandated):
            commands.load_tariff(actor, new_key(NOON), offer=sample_offer(), place=DEB, at=NOON)


def test_where_nothing_was_loaded_the_refusal_says_so():
    with pytest.raises(rules.NoTariff):
        queries.in_use("tn")


def test_rates_are_found_by_the_beginning_of_a_code_and_page_by_page(world, monkeypatch):
    load(world)
    key = queries.in_use("dz").key
    found, after = queries.rates_page(key, prefix="2523")
    assert {each.prefix for each in found} == {"", "2523"}
    assert after is None
    monkeypatch.setattr("mabar.duties.queries.tables.PAGE", 7)
    pages, line = [], 0
    while line is not None:
        rates, line = queries.rates_page(key, after=line)
        pages.append(len(rates))
    assert pages == [7, 7, 7, 2]
    assert {each.levy for each in queries.rates_page(key, levy="TVA")[0]} == {"TVA"}
