"""A short simulated year: three nodes, bad lines, nodes off for days; and what its counting finds when it is wrong."""

from collections import Counter

import pytest
from django.db.models import F

from mabar.base.models import Timer
from mabar.transit.models import Draw, Guarantee, Movement, Tranche
from tests import stores
from tools import soak_transit, soak_transit_counting, transit_nodes

MOVEMENTS = [25, pytest.param(300, marks=pytest.mark.soak)]


@pytest.fixture
def folder(tmp_path, django_db_blocker):
    first = tmp_path / transit_nodes.CODES[0]
    first.mkdir()
    with django_db_blocker.unblock():
        stores.lay(first)
        yield tmp_path


@pytest.mark.sqlite
@pytest.mark.parametrize("movements", MOVEMENTS)
def test_a_year_ends_with_every_timer_once_every_ledger_exact_and_all_nodes_alike(folder, movements) -> None:
    year, wrong = soak_transit.simulated(folder, movements=movements, nodes=3, seed=35, days=movements // 2)
    assert wrong == []
    assert year.counts["released"] + year.counts["ended: not_released"] == movements
    assert year.counts["ended: discharged"] > 0
    assert year.counts["timers fired"] > 0
    assert year.counts["bodies lost"] * year.counts["bodies doubled"] * year.counts["answers lost"] > 0
    # the counting itself: what is planted is found
    for plant, word in PLANTS.items():
        with year.lines.desks["dz.debdeb"].open():
            undo = plant()
        assert word in " ".join(soak_transit_counting.wrong(year.lines.desks, Counter())), word
        with year.lines.desks["dz.debdeb"].open():
            undo()


def _changed(rows, **changes):
    row = rows.first()
    before = {name: getattr(row, name) for name in changes}
    type(row).objects.filter(pk=row.pk).update(**changes)
    return lambda: type(row).objects.filter(pk=row.pk).update(**before)


def one_unit_is_gone():
    return _changed(Guarantee.objects.filter(left_minor__gt=0, home="dz.debdeb"), left_minor=F("left_minor") - 1)


def a_tranche_is_told_wrong():
    return _changed(Tranche.objects.filter(lent_minor__gt=0), used_minor=1_234_567)


def a_draw_stays_open():
    return _changed(Draw.objects.filter(state="freed", node=""), state="drawn")


def a_copy_differs():
    return _changed(Movement.objects.exclude(home="dz.debdeb"), home_version=99)


def a_timer_never_fired():
    return _changed(Timer.objects.filter(verb="transit.open_enquiry", ended_at__isnull=False), ended_at=None)


PLANTS = {
    one_unit_is_gone: "the entries make",
    a_tranche_is_told_wrong: "at home",
    a_draw_stays_open: "its draw is drawn",
    a_copy_differs: "home_version",
    a_timer_never_fired: "runs on",
}
