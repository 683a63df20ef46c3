"""The sample trade: drawn from a seed, plausible, and plainly fictitious."""

from datetime import date, timedelta

import pytest

from mabar.declarations import sad
from mabar.lib import identifiers
from mabar.site import generator

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def trucks() -> list[generator.Truckload]:
    return generator.truckloads(7, 500, place="dz.debdeb", day=DAY)


def test_the_same_seed_gives_the_same_day(trucks):
    assert generator.truckloads(7, 500, place="dz.debdeb", day=DAY) == trucks
    assert generator.truckloads(8, 500, place="dz.debdeb", day=DAY) != trucks


def test_the_day_has_its_trucks_in_the_order_of_arrival(trucks):
    arrivals = [truck.arrives_after for truck in trucks]
    assert len(trucks) == 500
    assert arrivals == sorted(arrivals)
    assert arrivals[-1] < timedelta(days=1)


def test_no_truck_carries_more_than_the_road_allows(trucks):
    assert max(truck.goods_mass_g for truck in trucks) < 60_000_000  # two declarations, at most 30 t each
    assert min(truck.goods_mass_g for truck in trucks) > 0


def test_header_and_items_agree(trucks):
    for declaration in (d for truck in trucks for d in truck.declarations):
        assert declaration.item_count == len(declaration.items)
        assert declaration.package_count == sum(item.packages.count for item in declaration.items)
        assert declaration.valuation.gross_mass_g == sum(item.gross_mass_g for item in declaration.items)
        assert declaration.valuation.invoice_total.minor == sum(item.price.minor for item in declaration.items)
        assert all(item.net_mass_g <= item.gross_mass_g for item in declaration.items)


def test_every_firm_says_that_it_is_an_example(trucks):
    names = {party.name for t in trucks for d in t.declarations for party in (d.exporter, d.consignee, d.declarant)}
    marks = ("مثال", "تجريبية", "Exemple", "Example", "Fictive")
    assert all(any(mark in name for mark in marks) for name in names)


def test_containers_have_their_check_digit(trucks):
    numbers = [c.identity for t in trucks for d in t.declarations for c in d.containers]
    assert numbers
    assert all(identifiers.container_number(number) == number for number in numbers)


def test_a_drawn_declaration_survives_its_own_text(trucks):
    declaration = trucks[0].declarations[0]
    assert sad.loads(sad.dumps(declaration)) == declaration
