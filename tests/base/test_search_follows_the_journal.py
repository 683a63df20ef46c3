"""What is sealed is found soon after, and how far search is behind can be seen."""

from datetime import timedelta

import pytest

from mabar.base import journal, mandates, sealer, search
from mabar.base.models.search import SearchCursor
from mabar.base.search import follow
from tests.world import NOON, World


@pytest.fixture
def trucks(monkeypatch):
    """What the yard knows of its passages, and the describer that tells it."""
    known = {}

    def describe(subjects):
        return {key: known[key] for key in subjects if key in known}

    monkeypatch.setattr(follow, "_describers", {})
    search.register("crossings.", describe)
    return known


def announce(world: World, known, subject, text):
    if text is not None:
        text = search.Entry("crossings.passage", subject, f"شاحنة {subject}", text, NOON, place="dz.debdeb")
    known[subject] = text
    officer = world.officers["gate_officer"]
    with journal.writes(officer, "crossings.join_queue", subject, at=NOON, place="dz.debdeb"):
        mandates.require(officer, "crossings.join_queue", place="dz.debdeb")


def subjects(query):
    return [row.subject for row in search.find(query).rows]


def test_a_sealed_act_is_found_after_the_worker_has_passed(world, trucks):
    announce(world, trucks, "P1", "تمور")
    assert search.index_from_journal(at=NOON) == 0  # nothing is followed before it is sealed
    sealer.seal(NOON)
    assert search.index_from_journal(at=NOON) == 1
    assert subjects("تمر") == ["P1"]
    assert search.index_from_journal(at=NOON) == 0


def test_a_second_act_on_a_truck_renews_what_is_found(world, trucks):
    announce(world, trucks, "P1", "تمور")
    announce(world, trucks, "P2", "إسمنت")
    announce(world, trucks, "P1", "أدوية")
    sealer.seal(NOON)
    assert search.index_from_journal(at=NOON) == 3
    assert (subjects("تمر"), subjects("دواء"), subjects("إسمنت")) == ([], ["P1"], ["P2"])


def test_what_is_there_no_longer_is_not_found(world, trucks):
    announce(world, trucks, "P1", "تمور")
    sealer.seal(NOON)
    search.index_from_journal(at=NOON)
    announce(world, trucks, "P1", None)
    sealer.seal(NOON)
    search.index_from_journal(at=NOON)
    assert subjects("تمر") == []


def test_the_worker_goes_on_where_it_stood(world, trucks):
    for number in range(5):
        announce(world, trucks, f"P{number}", "تمور")
    sealer.seal(NOON)
    followed = []
    while lines := search.index_from_journal(2, at=NOON):
        followed.append((lines, SearchCursor.objects.get().position))
    assert followed == [(2, 1), (2, 3), (1, 4)]
    assert subjects("تمر") == ["P4", "P3", "P2", "P1", "P0"]


def test_the_lag_is_told_in_lines_and_in_seconds(world, trucks):
    assert search.lag(NOON) == search.Lag(0, 0.0)
    announce(world, trucks, "P1", "تمور")
    announce(world, trucks, "P2", "تمور")
    sealer.seal(NOON)
    assert search.lag(NOON + timedelta(seconds=4)) == search.Lag(2, 4.0)
    search.index_from_journal(1, at=NOON)
    assert search.lag(NOON) == search.Lag(1, 0.0)
    search.index_from_journal(1, at=NOON)
    assert search.lag(NOON + timedelta(hours=1)) == search.Lag(0, 0.0)


def test_lines_that_nobody_describes_are_passed_by(world, trucks, monkeypatch):
    announce(world, trucks, "P1", "تمور")
    monkeypatch.setattr(follow, "_describers", {})
    search.register("declarations.", lambda subjects: pytest.fail(f"asked for {subjects} of others"))
    sealer.seal(NOON)
    assert search.index_from_journal(at=NOON) == 1
    assert subjects("تمر") == []


def test_two_packages_do_not_answer_for_the_same_verbs(trucks):
    with pytest.raises(ValueError, match="already"):
        search.register("crossings.", lambda subjects: {})
