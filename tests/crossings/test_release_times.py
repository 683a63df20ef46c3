"""Release times of real acts: from the rows and, by DuckDB, from the journal; corrections, days, queries and holds."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from mabar.base import sealer
from mabar.crossings import commands as yard_acts
from mabar.crossings.models import Passage
from mabar.crossings.queries import release_times as asking
from mabar.crossings.rules import release_times
from mabar.crossings.rules.counting import Count
from mabar.crossings.rules.release_times import Row
from mabar.declarations import commands as papers
from mabar.declarations.models import Declaration
from tests.crossings import km0
from tests.crossings import yard as trucks
from tests.crossings.yard import later
from tests.declarations import desk
from tests.world import NOON, World

DEB = "dz.debdeb"
DAY = date(2026, 11, 22)


def reckoned(world: World, split: str = "", first: date = DAY, last: date = DAY) -> tuple[Row, ...]:
    """Give the table from the rows."""
    zone = world.debdeb.clock
    return release_times.tabulate(asking.stays(DEB, *release_times.period(first, last, zone)), zone, split=split)


def minutes(rows: tuple[Row, ...]) -> dict[str, int]:
    """Give the sum of each step in minutes."""
    return {row.step: row.figures.total_s // 60 for row in rows}


def from_journal(tmp_path: Any, split: str = "", **facts: Any) -> tuple[Row, ...]:
    """Give the table from the sealed journal."""
    pytest.importorskip("duckdb")
    from mabar.crossings.release_study import Study, from_journal

    while sealer.seal(later(600)):
        pass
    return from_journal(Study(DEB, facts.pop("first", DAY), facts.pop("last", DAY), split, **facts), tmp_path / "parts")


def attach(world: World, key: str, declaration: Declaration, at: datetime) -> None:
    """Put all of a declaration on a truck."""
    whole = {"packages": declaration.packages, "gross_mass_g": declaration.gross_mass_g}
    papers.attach(world.broker, declaration.key, passage=key, at=at, **whole)


def settle(world: World, declaration: Declaration, at: datetime) -> None:
    """Assess, have paid, and release unless it releases itself."""
    officers, key = world.officers, declaration.key
    papers.assess(officers["assessor"], key, amount_minor=250_000, currency="DZD", at=at)
    paid = papers.note_payment(
        officers["cashier"], key, reference="R-1", amount_minor=250_000, currency="DZD", at=at + timedelta(minutes=1)
    )
    if paid.state != "released":
        papers.release(officers["release_officer"], key, at=at + timedelta(minutes=2))


@pytest.fixture
def crossed(yard: World) -> str:
    """A truck with two papers, one lodged before it came; queried, held, a step undone; gone at 18:00 of Debdeb."""
    early = desk.lodge(yard, desk.record_for("green", "T-1"), at=NOON)
    key = trucks.announce(yard, at=later(10), seals=[])
    attach(yard, key, early, later(11))
    trucks.step(yard, key, "queued", at=later(60))
    late = desk.lodge(yard, desk.record_for("yellow", "T-2"), at=later(90))
    attach(yard, key, late, later(91))
    trucks.step(yard, key, "gate_in", at=later(100), seals=[])
    trucks.step(yard, key, "weighed", at=later(104))
    yard_acts.correct_event(yard.officers["yard_officer"], key, reason="the wrong truck", at=later(105))
    trucks.step(yard, key, "weighed", at=later(110))
    trucks.step(yard, key, "presented", at=later(120))
    number = trucks.hold(yard, key, at=later(125))
    yard_acts.lift_hold(yard.officers["police_officer"], key, hold=number, note="", at=later(155))
    settle(yard, early, later(160))
    papers.query(yard.officers["examiner"], late.key, text="the invoice?", at=later(165))
    papers.answer_query(yard.broker, late.key, answer="here", at=later(180))
    papers.settle_query(yard.officers["examiner"], late.key, at=later(190))
    papers.check_documents(yard.officers["examiner"], late.key, at=later(200))
    settle(yard, late, later(210))
    trucks.step(yard, key, "closed", at=later(240), seals=[])
    return key


def test_a_truck_with_two_papers_through_every_desk(yard: World, crossed: str) -> None:
    assert minutes(reckoned(yard)) == {
        "arrival_gate_in": 40,
        "gate_in_weighed": 10,  # to the weighing that stands, not to the one that was undone
        "weighed_presented": 10,
        "presented_released": 92,  # the last release counts, at 212
        "released_gate_out": 28,
        "arrival_gate_out": 180,
        "held": 30,
        "lead": 60,
        "arrival_lodged": 30,
        "lodged_lane": 0,
        "lane_released": 161 + 122,
        "queried": 25,
    }


@pytest.mark.parametrize("split", release_times.ALL_SPLITS)
def test_the_journal_gives_the_same_table_as_the_rows(yard: World, crossed: str, tmp_path: Any, split: str) -> None:
    found = from_journal(tmp_path, split)
    assert found == reckoned(yard, split)
    assert found


def test_what_is_sealed_later_is_added_to_the_parts(yard: World, crossed: str, tmp_path: Any) -> None:
    before = from_journal(tmp_path)
    assert [row.figures.n for row in before if row.step == "arrival_gate_out"] == [1]
    for number in range(2):
        key = trucks.announce(yard, plate=f"{number}-77", at=later(250))
        facts = {"plate": f"{number}-77"}
        trucks.step(yard, key, "queued", at=later(251))
        trucks.step(yard, key, "gate_in", at=later(252), **facts)
        trucks.step(yard, key, "weighed", at=later(253), is_empty=True)
        trucks.step(yard, key, "presented", at=later(254))
        trucks.step(yard, key, "closed", at=later(255))
    assert from_journal(tmp_path) == reckoned(yard)
    assert [row.figures.n for row in reckoned(yard) if row.step == "arrival_gate_out"] == [3]
    assert len(list((tmp_path / "parts").glob("*"))) == 1


def test_a_journal_that_went_on_otherwise_is_read_anew(yard: World, crossed: str, tmp_path: Any) -> None:
    from_journal(tmp_path)
    (part,) = (tmp_path / "parts").glob("*.parquet")
    other = part.with_name(part.name.replace(part.stem[-16:], "0" * 16))
    part.rename(other)  # as if a backup had been restored after it was written
    assert from_journal(tmp_path) == reckoned(yard)
    assert not other.exists()


def test_the_exported_parts_hold_no_fact_and_nobodys_name(yard: World, crossed: str, tmp_path: Any) -> None:
    from_journal(tmp_path)
    (part,) = (tmp_path / "parts").glob("*.parquet")
    import duckdb

    store = duckdb.connect()
    relation = store.read_parquet(str(part))
    assert relation.columns == ["position", "verb", "subject", "agency", "place", "at_us"]
    told = {str(value) for row in relation.fetchall() for value in row}
    store.close()
    actors = {actor.key for actor in [*yard.officers.values(), yard.broker]}
    assert not told & {*actors, trucks.PLATE, "the chassis number", "a tip"}
    assert "dz.police" in told


def test_a_gate_out_undone_is_no_exit_and_the_later_one_counts(yard: World, crossed: str, tmp_path: Any) -> None:
    yard_acts.correct_event(yard.officers["yard_officer"], crossed, reason="it came back", at=later(245))
    assert reckoned(yard) == from_journal(tmp_path) == ()
    trucks.step(yard, crossed, "closed", at=later(300), seals=[])
    assert minutes(reckoned(yard))["arrival_gate_out"] == 240
    assert reckoned(yard) == from_journal(tmp_path)


def test_a_truck_counts_on_the_day_of_the_place_on_which_it_left(yard: World, crossed: str, tmp_path: Any) -> None:
    # half an hour after midnight at Debdeb it is still the day before in UTC
    night = datetime.fromisoformat("2026-11-22T23:30:00+00:00")
    Passage.objects.filter(key=crossed).update(gate_out_at=night)
    after = date(2026, 11, 23)
    assert reckoned(yard) == ()
    assert minutes(reckoned(yard, first=after, last=after))["arrival_gate_out"] == 690
    # the row was changed by hand: the journal still tells what happened
    assert minutes(from_journal(tmp_path))["arrival_gate_out"] == 180


def national(world: World, seals: list[str], truck_at: int = 2) -> tuple[str, Declaration]:
    """Bring a truck to customs with a paper that the national system keeps."""
    change = {"keeper": "national", "system": "SINDA", "from_on": DAY, "at": NOON}
    papers.change_register(world.officers["node_administrator"], DEB, **change)
    declaration = desk.lodge(world, at=later(1))
    key = trucks.announce(world, at=later(truck_at), seals=seals)
    attach(world, key, declaration, later(truck_at + 1))
    return key, declaration


def to_customs(world: World, key: str, **at_the_gate: Any) -> None:
    """Bring a truck from the road to customs."""
    for minute, state in enumerate(("queued", "gate_in", "weighed", "presented"), start=10):
        trucks.step(world, key, state, at=later(minute), **(at_the_gate if state == "gate_in" else {}))


def claim(world: World, declaration: Declaration, *, since: int) -> None:
    """Tell what the national system says of a paper, up to its release 20 minutes after `since`."""
    told = {"reference": "C 1", "on": DAY, "received_from": "SINDA"}
    for minute, claimed in ((0, "registered"), (5, "assessed"), (10, "receipted"), (20, "released")):
        at = later(since + minute)
        papers.note_national_state(world.officers["registrar"], declaration.key, claimed=claimed, at=at, **told)


def test_what_the_national_system_released_is_told_by_the_clearing(yard: World, tmp_path: Any) -> None:
    key, declaration = national(yard, [])
    to_customs(yard, key, seals=[])
    claim(yard, declaration, since=20)
    trucks.step(yard, key, "closed", at=later(50), seals=[])
    assert minutes(reckoned(yard))["presented_released"] == 27
    assert reckoned(yard) == from_journal(tmp_path)


def test_what_was_released_on_another_truck_is_left_out_both_ways(yard: World, tmp_path: Any) -> None:
    unloaded, declaration = national(km0.alone(yard), [trucks.SEAL])
    to_customs(yard, unloaded)
    onward = trucks.announce(yard, at=later(2), plate=km0.ONWARD, seals=[])
    to_customs(yard, onward, plate=km0.ONWARD, seals=[])
    claim(yard, declaration, since=20)
    counted = (Count(declaration.key, declaration.packages, declaration.gross_mass_g),)
    key = km0.opened(yard, unloaded, onward, at=later(45))
    km0.unload(yard, key, at=later(46))
    km0.tally(yard, key, counted, at=later(47))
    km0.confirm(yard, key, at=later(48))
    km0.load(yard, key, onward, counted, at=later(49))
    km0.sign(yard, key, at=later(50))
    km0.countersign(yard, key, at=later(51))
    trucks.step(yard, onward, "closed", at=later(60), seals=[km0.NEW_SEAL])
    assert Passage.objects.get(key=onward).declarations.get().cleared_at == later(51)
    assert minutes(reckoned(yard))["arrival_gate_out"] == 50
    assert reckoned(yard) == from_journal(tmp_path)


def test_working_hours_are_counted_alone_both_ways(yard: World, crossed: str, tmp_path: Any) -> None:
    # until 14:00 at Debdeb, an hour after the truck came
    slots = {"slot_min": 60, "trucks_a_slot": 4, "tolerance_min": 30}
    hours = {"days": [7], "opens_min": 480, "closes_min": 840, **slots, "at": NOON}
    yard_acts.change_hours(yard.officers["place_administrator"], DEB, **hours)
    zone = yard.debdeb.clock
    stays = asking.stays(DEB, *release_times.period(DAY, DAY, zone))
    clock = asking.calendar_of(asking.hours_stated(DEB, zone), zone, stays)
    rows = release_times.tabulate(stays, zone, clock=clock)
    assert (minutes(rows)["arrival_gate_out"], minutes(rows)["held"]) == (60, 0)
    assert rows == from_journal(tmp_path, is_in_working_hours=True)


def test_many_trucks_are_asked_for_in_as_many_questions_as_one(
    yard: World, crossed: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(6):
        reckoned(yard)
    for number in range(5):
        trucks.truck(yard, "closed", plate=f"{number}-55")
    with django_assert_num_queries(6):
        assert len(reckoned(yard)) == 12
