"""The share of trucks whose data came an hour before them: exactly what was planted, from rows and journal alike."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from mabar.base import doors, sealer
from mabar.crossings import advance_study, cli, commands
from mabar.crossings.queries import advance_share as asking
from mabar.crossings.rules import advance_share as rules
from mabar.crossings.rules.advance_share import Arrival, Share
from mabar.crossings.rules.release_times import period
from tests.crossings import sister
from tests.crossings import yard as trucks
from tests.crossings.yard import later
from tests.languages import EACH_LANGUAGE
from tests.world import NOON, World

DEB, DAY = "dz.debdeb", date(2026, 11, 22)
HOUR = rules.LEAST_S


def plant(world: World, arrived: int, ahead: int, *, direction: str = "entry", first: int = 0) -> None:
    """Let trucks arrive, so many of them an hour after their announcement and the others a minute earlier than that."""
    for number in range(first, first + arrived):
        key = trucks.announce(world, plate=f"{number:05}-100-30", direction=direction)
        trucks.step(world, key, "queued", at=later(60 if number - first < ahead else 59))


def seal() -> None:
    while sealer.seal(later(600)):
        pass


def both(world: World, first: date = DAY, last: date = DAY) -> tuple[Share, ...]:
    """Reckon the shares of days from the rows and from the journal, which must be the same."""
    seal()
    told = rules.shares(asking.arrivals(DEB, *period(first, last, world.debdeb.clock)))
    assert advance_study.from_journal(DEB, first, last) == told
    return told


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize(("arrived", "ahead", "per_mille"), [(20, 0, 0), (20, 10, 500), (20, 19, 950)])
def test_a_planted_day_gives_exactly_its_share(yard: World, arrived: int, ahead: int, per_mille: int) -> None:
    plant(yard, arrived, ahead)
    told = both(yard)
    assert told == (Share("", arrived, ahead), Share("entry", arrived, ahead))
    assert [each.per_mille for each in told] == [per_mille] * 2


@pytest.mark.django_db(databases="__all__")
def test_each_direction_has_its_own_share(yard: World) -> None:
    plant(yard, 4, 3)
    plant(yard, 2, 0, direction="exit", first=50)
    assert both(yard) == (Share("", 6, 3), Share("entry", 4, 3), Share("exit", 2, 0))


@pytest.mark.django_db(databases="__all__")
def test_a_day_on_which_nothing_arrived_has_no_share(yard: World) -> None:
    trucks.announce(yard)  # it never came
    assert both(yard) == ()
    plant(yard, 1, 1)
    assert both(yard, DAY - timedelta(days=1), DAY - timedelta(days=1)) == ()


@pytest.mark.django_db(databases="__all__")
def test_an_arrival_that_was_corrected_counts_as_it_stands(yard: World) -> None:
    late, gone = trucks.announce(yard), trucks.announce(yard, plate="11111-100-30")
    for key in (late, gone):
        trucks.step(yard, key, "queued", at=later(10))
        commands.correct_event(yard.officers["yard_officer"], key, reason="another truck", at=later(11))
    trucks.step(yard, late, "queued", at=later(75))
    assert both(yard)[0] == Share("", 1, 1)


@pytest.mark.django_db(databases="__all__")
def test_a_truck_counts_on_the_day_of_the_crossings_clock(yard: World) -> None:
    key = trucks.announce(yard)
    trucks.step(yard, key, "queued", at=later(12 * 60 + 1))  # a minute past midnight at Debdeb
    assert (both(yard), both(yard, DAY + timedelta(days=1), DAY + timedelta(days=1))[0].arrived) == ((), 1)


@pytest.mark.django_db(databases="__all__")
def test_a_diverted_truck_was_announced_at_the_other_crossing_when_it_kept_its_hour(yard: World) -> None:
    there = sister.close_debdeb(yard)
    keys = there.trucks(2)
    there.accept(there.propose())
    moved = [there.keep(key) for key in keys]
    for key, minutes in zip(moved, (61, 60), strict=True):
        trucks.step(yard, key, "queued", at=later(minutes), actor=there.officer)
    seal()
    told = rules.shares(asking.arrivals(sister.THERE, *period(DAY, DAY, there.place.clock)))
    assert told == advance_study.from_journal(sister.THERE, DAY, DAY)
    assert told[0] == Share("", 2, 1)


ARRIVALS = st.builds(
    Arrival,
    st.text("KEY", max_size=3),
    st.sampled_from(("entry", "exit")),
    st.integers(0, 10**6),
    st.none() | st.integers(0, 10**6),
)


@given(st.lists(ARRIVALS, min_size=1))
def test_the_directions_add_up_to_the_whole(arrivals: list[Arrival]) -> None:
    whole, *parts = rules.shares(arrivals)
    assert whole.arrived == len(arrivals) == sum(each.arrived for each in parts)
    assert whole.ahead == sum(each.ahead for each in parts) <= whole.arrived
    assert 0 <= whole.per_mille <= 1000


def test_an_hour_is_an_hour_to_the_second() -> None:
    told = [Arrival("K", "entry", HOUR + more, 0).is_ahead for more in (-1, 0, 1)]
    assert (told, Arrival("K", "entry", HOUR, None).is_ahead) == ([False, True, True], False)


def test_thousandths_are_rounded_to_the_nearest() -> None:
    assert [Share("", 3, ahead).per_mille for ahead in (1, 2, 3)] == [333, 667, 1000]
    assert Share("", 2000, 1).per_mille == 1


@pytest.fixture
def run(yard: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("MABAR_NODE", str(settings.NODE.folder))

    def of(*asked: str) -> Any:
        seal()
        return CliRunner().invoke(cli.crossings, ["advance-share", "--place", DEB, *asked])

    return of


@pytest.mark.django_db(databases="__all__")
def test_the_command_tells_numerator_and_denominator(run: Any, yard: World) -> None:
    plant(yard, 20, 19)
    outcome = run("--day", "2026-11-22")
    assert outcome.exit_code == 0, outcome.output
    assert [line.split() for line in outcome.stdout.splitlines()] == [
        ["direction", "arrived", "ahead", "share"],
        ["all", "20", "19", "95.0", "%"],
        ["entry", "20", "19", "95.0", "%"],
    ]
    told = json.loads(run("--day", "2026-11-22", "--json").stdout)
    assert told["least_minutes"] == 60
    assert told["shares"][0] == {"direction": "all", "arrived": 20, "ahead": 19, "share": "0.950"}


@pytest.mark.django_db(databases="__all__")
def test_the_command_says_when_nothing_arrived(run: Any) -> None:
    assert "No truck arrived" in run("--day", "2026-11-20").stdout
    told = json.loads(run("--day", "2026-11-20", "--to", "2026-11-21", "--json").stdout)
    assert told["shares"] == [{"direction": "all", "arrived": 0, "ahead": 0, "share": None}]


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_page_shows_the_share_with_what_it_is_counted_of(
    client: Any, yard: World, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(doors, "now", lambda: NOON + timedelta(hours=5))
    reader = yard.officers["gate_officer"]
    reader.language = language
    reader.save(update_fields=["language"])
    client.force_login(reader)
    empty = client.get("/release-times/").content.decode()
    assert 'id="ahead"' in empty
    assert "95" not in empty.split('id="ahead"')[1].split("</section>")[0]
    plant(yard, 20, 19)
    text = client.get("/release-times/").content.decode().split('id="ahead"')[1].split("</section>")[0]
    for shown in ("95", ">20<", ">19<"):
        assert shown in text, shown
