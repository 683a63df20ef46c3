"""What has passed is told whole: each message is counted once and listed, page by page, also one stored long ago."""

from datetime import date, timedelta
from importlib import import_module
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import connection

from mabar.exchange import commands, queries
from mabar.exchange.models import Received, Sent
from tests.exchange.partner import HERE, KINDS, TERMS, THERE
from tests.exchange.trade import exit_notice, leave_exit_notice
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
ALGIERS, TODAY = ZoneInfo("Africa/Algiers"), date(2026, 11, 22)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ASKED = {"terms": TERMS, "purpose": "crossing-control"}


@pytest.fixture
def both_ways(across, world):
    """Three notices that left and five that came, and a drill each way."""
    across.agree()
    for number in range(3):
        leave_exit_notice(world.officers["yard_officer"], f"P{number}")
    for number in range(5):
        across.say(exit_notice(f"Q{number}"))
    commands.send_drill(world.officers["duty_engineer"], THERE, text="check", at=NOON)
    across.meet(NOON + MINUTE)
    return across


def counted(first=TODAY, last=TODAY):
    return [(row.sender, row.receiver, row.count) for row in queries.passed(first, last, ALGIERS)]


def listed(sender, day=TODAY):
    found, after = [], 0
    while True:
        shown = queries.passed_list(day, KINDS[0], ALGIERS, sender=sender, **ASKED, after=after)
        found += shown.rows
        after = shown.after
        if not after:
            return found


def test_every_message_under_terms_is_counted_and_drills_are_not(both_ways):
    assert sorted(counted()) == [(HERE, THERE, 3), (THERE, HERE, 5)]
    for row in queries.passed(TODAY, TODAY, ALGIERS):
        assert (row.kind, row.terms, row.purpose) == (KINDS[0], TERMS, "crossing-control")
        assert ("plate" in row.fields, row.masked, row.articles[0].article) == (True, ("carrier",), "7")


def test_the_list_behind_a_count_goes_page_by_page_to_its_end(both_ways, monkeypatch):
    monkeypatch.setattr(import_module("mabar.exchange.queries.passed"), "MESSAGES_LISTED", 2)
    came = listed(THERE)
    assert {each.key for each in came} == {row.message for row in Received.objects.filter(kind=KINDS[0])}
    assert len(came) == 5
    assert {(each.sender, each.agency, each.addressees) for each in came} == {(THERE, "customs", ("customs",))}
    left = listed(HERE)
    assert [each.key for each in left] == list(
        Sent.objects.filter(kind=KINDS[0]).order_by("-pk").values_list("message", flat=True)
    )
    assert {each.author for each in left} == {"DEB-0003"}


def test_a_day_ends_at_midnight_on_the_clock_of_the_place(both_ways):
    Received.objects.filter(kind=KINDS[0]).update(stored_at=NOON.replace(hour=23, minute=0))
    tomorrow = TODAY + DAY
    assert counted(tomorrow, tomorrow) == [(THERE, HERE, 5)]
    assert [len(listed(THERE, day)) for day in (TODAY, tomorrow)] == [0, 5]
    assert sorted(counted(TODAY, tomorrow)) == [(HERE, THERE, 3), (THERE, HERE, 5)]


def test_what_was_stored_before_the_columns_is_filled_from_its_statement(both_ways):
    Received.objects.update(terms="", purpose="")
    assert counted() == [(HERE, THERE, 3)]
    migration = import_module("mabar.exchange.migrations.0005_what_passed_before")
    migration.fill(apps, SimpleNamespace(connection=connection))
    assert sorted(counted()) == [(HERE, THERE, 3), (THERE, HERE, 5)]
    assert not Received.objects.filter(kind__startswith="exchange.").exclude(terms="", purpose="").exists()


@pytest.mark.sqlite
def test_a_day_is_counted_without_reading_a_message(both_ways, django_assert_num_queries):
    with django_assert_num_queries(3) as asked:
        queries.passed(TODAY, TODAY, ALGIERS)
    for query in asked.captured_queries[:2]:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plan = " ".join(row[3] for row in cursor.fetchall())
        assert "_under_terms" in plan, plan
        assert "COVERING INDEX" in plan, plan
