"""The short text: a driver's page in at most 140 signs, whatever the truck, in each language."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.crossings import rules
from mabar.crossings.queries import Followed
from mabar.crossings.short_text import LONGEST, LONGEST_IN, text_of
from mabar.lib.short_messages import Cost, cost_of
from tests.languages import EACH_LANGUAGE
from tests.world import NOON

ALGIERS, TRIPOLI = ZoneInfo("Africa/Algiers"), ZoneInfo("Africa/Tripoli")
NAMES = {"ar": "الدبداب", "fr": "Debdeb", "en": "Debdeb"}
HOUR = timedelta(hours=1)
QUEUED = Followed(
    place="dz.debdeb",
    plate="2233",
    state="queued",
    position=14,
    of=87,
    expected_at=NOON + 4 * HOUR,
    earliest_at=NOON + 3 * HOUR,
    latest_at=NOON + 6 * HOUR,
    n=24,
    gate=2,
    desk=None,
    closed_since=None,
    prepare=("declaration", "waybill", "truck_papers", "driver_papers", "seals"),
    ended_at=None,
    ends_at=None,
    at=NOON,
)
instants = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=40)).map(lambda wait: NOON + wait)
anything = st.builds(
    Followed,
    place=st.just("dz.debdeb"),
    plate=st.text(alphabet="0123456789ABCتونس", min_size=1, max_size=4),
    state=st.sampled_from(rules.STATES),
    position=st.none() | st.integers(1, 99_999),
    of=st.integers(1, 99_999),
    expected_at=st.none() | instants,
    earliest_at=st.none() | instants,
    latest_at=instants,
    n=st.integers(0, 99_999),
    gate=st.none() | st.integers(1, 32_767),
    desk=st.none() | st.text(alphabet="0123456789", max_size=3),
    closed_since=st.none() | st.just(NOON),
    prepare=st.sampled_from([(), ("declaration_missing",), ("declaration_missing", "seals"), QUEUED.prepare]),
    ended_at=st.none(),
    ends_at=st.none(),
    at=st.just(NOON),
)


def said(told, language, name=""):
    return text_of(told, name or NAMES[language], ALGIERS, language)


def test_a_waiting_truck_in_each_language() -> None:
    assert said(QUEUED, "en") == (
        "Debdeb 2233: place 14 of 87 in the queue, enters about 16:00, between 15:00 and 18:00, from 24 gate-ins,"
        " gate 2, as of 12:00."
    )
    assert said(QUEUED, "fr") == (
        "Debdeb 2233: rang 14 sur 87, entrée vers 16:00, entre 15:00 et 18:00, sur 24 entrées, portail 2,"
        " préparer papiers et scellés, état à 12:00."
    )
    assert said(QUEUED, "ar") == (
        "الدبداب 2233: الدور 14 من 87، الدخول نحو 16:00، بين 15:00 و18:00، بحسب 24 شاحنة، البوابة 2،"
        " هيّئ الوثائق والأختام، حتى الساعة 12:00."
    )


def test_arabic_counts_few_trucks_in_the_plural() -> None:
    assert "بحسب 7 شاحنات" in said(replace(QUEUED, n=7), "ar")


def test_an_hour_of_another_day_says_the_day_and_every_hour_is_that_of_the_crossing() -> None:
    late = replace(QUEUED, expected_at=NOON + 20 * HOUR)
    assert "enters about 23/11 08:00" in said(late, "en")
    assert "as of 13:00" in text_of(QUEUED, "Ghadames", TRIPOLI, "en")


def test_a_held_truck_is_told_to_wait_or_where_to_go() -> None:
    held = replace(QUEUED, state="presented", position=None, of=None, expected_at=None, earliest_at=None, gate=None)
    held = replace(held, prepare=(), desk="")
    assert said(held, "en") == "Debdeb 2233: Held, wait: an agency will call you, as of 12:00."
    assert said(replace(held, desk="7"), "fr") == "Debdeb 2233: Retenu, aller au guichet 7, état à 12:00."


def test_what_matters_least_gives_way_first_and_never_a_letter() -> None:
    long = replace(QUEUED, position=10_814, of=11_000, latest_at=NOON + 30 * HOUR, closed_since=NOON)
    text = said(long, "en", "Bordj Badji Mokhtar Centre")
    assert text.startswith("Bordj Badji Mokhtar. 2233: place 10814 of 11000 in the queue, enters about 16:00")
    assert "crossing closed" in text
    assert "have papers" not in text
    assert "gate-ins" not in text
    assert text.endswith("as of 12:00.")


@given(anything, st.text(alphabet="abéاب ", min_size=1, max_size=60), st.sampled_from(["ar", "fr", "en"]))
def test_no_text_is_longer_than_140_signs_and_arabic_ones_take_two_messages_at_most(told, name, language) -> None:
    text = said(told, language, name.strip() or "x")
    assert len(text) <= LONGEST_IN[language] <= LONGEST
    assert told.plate in text
    assert cost_of(text).messages <= {"ar": 2}.get(language, 3)
    if told.desk:
        assert told.desk in text
    if told.position is not None:
        assert str(told.position) in text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("desk", [None, "", "12"])
def test_french_and_english_keep_to_the_gsm_alphabet_and_fit_one_message(language, state, desk) -> None:
    for told in (
        QUEUED,
        replace(QUEUED, position=None, prepare=("declaration_missing",)),
        replace(QUEUED, closed_since=NOON),
    ):
        cost = cost_of(said(replace(told, state=state, desk=desk), language, "Ghadamès"))
        assert (cost.alphabet, cost.messages) == ("GSM-7", 1)


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_text_never_says_a_part_without_its_value(language) -> None:
    bare = replace(QUEUED, expected_at=None, earliest_at=None, latest_at=None, gate=None, prepare=())
    assert "None" not in said(bare, language)
    assert "{" not in said(bare, language)


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("", Cost("GSM-7", 0, 1)),
        ("a" * 160, Cost("GSM-7", 160, 1)),
        ("a" * 161, Cost("GSM-7", 161, 2)),
        ("a" * 306, Cost("GSM-7", 306, 2)),
        ("a" * 307, Cost("GSM-7", 307, 3)),
        ("é" * 140, Cost("GSM-7", 140, 1)),
        ("€" * 80, Cost("GSM-7", 160, 1)),
        ("€" * 81, Cost("GSM-7", 162, 2)),
        ("ê" * 70, Cost("UCS-2", 70, 1)),
        ("د" * 71, Cost("UCS-2", 71, 2)),
        ("د" * 134, Cost("UCS-2", 134, 2)),
        ("د" * 140, Cost("UCS-2", 140, 3)),
        ("🚚" * 35, Cost("UCS-2", 70, 1)),
    ],
)
def test_what_a_text_costs_as_short_messages(text, cost) -> None:
    assert cost_of(text) == cost
