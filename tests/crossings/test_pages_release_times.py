"""The page of the release times, its file, and what is published: for whom each is, in the three languages."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.cache import cache

from mabar.base import doors
from mabar.crossings.pages import release_times as page
from tests.crossings import yard as trucks
from tests.crossings.yard import later
from tests.languages import EACH_LANGUAGE
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
PAGE, FILE, OPEN = "/release-times/", "/release-times/table.csv", "/wall/dz.debdeb/release-times/"


@pytest.fixture
def enter(client, yard, monkeypatch):
    cache.clear()
    page._published.cache_clear()
    monkeypatch.setattr(doors, "now", lambda: later(300))

    def as_actor(actor, language="en"):
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_actor


@pytest.fixture
def gone(yard):
    """Six trucks that have left, one of them held, each ten minutes slower than the one before."""
    for number in range(6):
        plate = f"{number}{number}-77"
        key = trucks.announce(yard, plate=plate, direction="exit" if number == 5 else "entry")
        trucks.attach(yard, key, lane="red" if number == 0 else "green", is_cleared=True)
        for minute, state in enumerate(("queued", "gate_in", "weighed", "presented", "closed"), start=1):
            if state == "closed" and number == 2:
                hold = trucks.hold(yard, key, at=later(41))
                from mabar.crossings import commands

                commands.lift_hold(yard.officers["police_officer"], key, hold=hold, note="", at=later(44))
            facts = {"plate": plate} if state == "gate_in" else {}
            trucks.step(yard, key, state, at=later(minute * 10 * (number + 1)), **facts)


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_page_opens_in_each_language_for_every_split(enter, yard, gone, language):
    reader = enter(yard.officers["gate_officer"], language)
    for split in ("", "lane", "regime", "direction", "hour", "readiness", "agency"):
        answer = reader.get(PAGE, {"split": split, "hours": "working"})
        text = answer.content.decode()
        assert answer.status_code == 200, split
        assert f'lang="{language}"' in text
        assert text.count("<h1") == 1
        assert ' style="' not in text
        assert text.count('class="release-chart') == (2 if split in ("",) else 4), split


def test_the_table_tells_each_step_with_its_number_and_owner(enter, yard, gone):
    text = enter(yard.officers["oversight_reader"]).get(PAGE).content.decode()
    for shown in ("Arrival to gate-in", "Gate-in to weighing", "Arrival to gate-out", "Time held", "Weighbridge"):
        assert shown in text
    assert "6</bdi> trucks left" in text
    # arrival to gate-out takes 40 minutes for the fastest and four hours for the slowest
    assert "04:00" in text
    assert "02:20" in text


def test_conditions_choose_the_trucks(enter, yard, gone):
    reader = enter(yard.officers["gate_officer"])
    for asked, number in (({"direction": "exit"}, 1), ({"lane": "red"}, 1), ({"agency": "dz.police"}, 1), ({}, 6)):
        told = f"{number}</bdi> truck{'s' if number > 1 else ''} left"
        assert told in reader.get(PAGE, asked).content.decode(), asked
    assert "No truck left in these days" in reader.get(PAGE, {"regime": "transit"}).content.decode()


def test_a_page_of_no_day_says_so(enter, yard):
    assert "No truck left in these days" in enter(yard.officers["gate_officer"]).get(PAGE).content.decode()


def test_days_in_the_wrong_order_or_too_many_are_refused_with_a_remedy(enter, yard, gone):
    reader = enter(yard.officers["gate_officer"])
    for first in ("2026-11-23", "2020-01-01"):
        answer = reader.get(PAGE, {"first": first, "last": "2026-11-22"})
        assert answer.status_code == 422
        assert "PeriodUnfit" in answer.content.decode()
        assert reader.get(FILE, {"first": first, "last": "2026-11-22"}).status_code == 422
    for bad in ({"first": "yesterday"}, {"split": "person"}, {"lane": "purple"}):
        assert reader.get(PAGE, bad).status_code == 422, bad
        assert reader.get(FILE, bad).status_code == 422, bad


def test_who_has_no_desk_at_the_place_reads_nothing(client, enter, yard, gone):
    assert client.get(PAGE)["Location"].startswith("/sign-in/?next=/")
    for actor in (yard.stranger, yard.broker):
        for address in (PAGE, FILE):
            assert enter(actor).get(address).status_code == 403
    assert enter(yard.across["gate_officer"]).get(PAGE, {"place": "dz.debdeb"}).status_code == 403


def test_the_file_tells_every_step_in_every_group(enter, yard, gone):
    answer = enter(yard.officers["gate_officer"], "ar").get(FILE, {"split": "lane"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "release-times-dz.debdeb-2026-11-16-2026-11-22.csv" in answer["Content-Disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert tuple(lines[0]) == page.CSV_HEAD
    whole = next(line for line in lines if line["step"] == "arrival_gate_out" and not line["split"])
    assert [whole[name] for name in ("n", "mean_s", "median_s", "p75_s", "p90_s", "max_s")] == [
        "6", "8400.00", "8400.00", "11400.00", "13200.00", "14400",
    ]  # fmt: skip
    assert whole["step_name"] == "من الوصول إلى الخروج"
    assert {line["group"] for line in lines if line["split"]} == {"green", "red"}


def test_everybody_reads_the_averages_of_enough_trucks_and_no_others(client, enter, yard, gone, monkeypatch):
    monkeypatch.setattr(doors, "now", lambda: NOON + timedelta(days=1))
    text = client.get(OPEN).content.decode()
    assert "Inbound" in text or "دخول" in text
    # the one truck that went out is not told of
    assert "خروج</td>" not in text
    assert "Outbound" not in text
    assert text.count("<tr") == 5  # the head; three steps before the release, whose hour is not known, and the whole


@pytest.mark.parametrize(
    ("language", "said"), [("ar", "لا عبور بعد"), ("fr", "Aucun passage"), ("en", "No passages yet")]
)
def test_of_a_crossing_s_first_day_it_is_said_that_nothing_has_passed_and_no_interval_is_shown(
    client, enter, language, said
):
    client.cookies["mabar_language"] = language
    answer = client.get("/wall/ly.ghadames/release-times/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert said in text
    assert ("<table" in text, "<time" in text) == (False, False)
    assert client.get("/wall/dz.nowhere/release-times/").status_code == 404


def test_of_too_few_trucks_no_figure_and_no_interval_is_shown(client, enter, yard, gone, monkeypatch):
    monkeypatch.setattr(page.release_times, "LEAST_SHOWN", 1000)
    monkeypatch.setattr(doors, "now", lambda: NOON + timedelta(days=1))
    client.cookies["mabar_language"] = "en"
    text = client.get("/wall/dz.debdeb/release-times/").content.decode()
    assert "Too few trucks left in these days" in text
    assert ("<table" in text, "<time" in text, "No passages yet" in text) == (False, False, False)


def test_reading_asks_little_and_writes_nothing(enter, yard, gone, django_assert_max_num_queries):
    reader = enter(yard.officers["gate_officer"])
    reader.get("/account/")
    with django_assert_max_num_queries(22) as asked:
        reader.get(PAGE, {"split": "agency"})
    assert not [query for query in asked if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
