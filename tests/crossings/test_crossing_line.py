"""The crossing line: what it says, for whom it turns, and that its words never touch."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mabar.crossings import crossing_line_axis as axes
from mabar.crossings import crossing_line_ink as ink
from mabar.crossings.crossing_line import Event, Message, Side, Story, draw

ALGIERS, TRIPOLI, TUNIS = ZoneInfo("Africa/Algiers"), ZoneInfo("Africa/Tripoli"), ZoneInfo("Africa/Tunis")
MORNING = datetime(2026, 11, 22, 5, 50, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 8, 42, tzinfo=UTC)
FORMS = ("wide", "medium", "narrow", "print", "small")
SVG = "{http://www.w3.org/2000/svg}"


def at(minutes: float) -> datetime:
    return MORNING + timedelta(minutes=minutes)


STORY = Story(
    key="DZ-DEB-26-P-000017",
    a=Side("الدبداب", ALGIERS, "الجزائر · تصدير"),
    b=Side("غدامس", TRIPOLI, "ليبيا · استيراد"),
    here="A",
    events=(
        Event("A", at(0), "وصول", then="wait"),
        Event("A", at(48), "بوابة"),
        Event("A", at(56), "وزن", is_minor=True),
        Event("A", at(122), "خروج"),
        Event("B", at(134), "وصول", then="late"),
        Event("B", at(161), "المسار الأحمر", lane="red"),
        Event("B", at(260), "رفع اليد المتوقَّع", is_expected=True),
    ),
    messages=(Message("A", at(122), "إشعار خروج", receipts=2),),
)


def drawing(form: str, language: str = "ar", story: Story = STORY) -> ElementTree.Element:
    return ElementTree.fromstring(draw(story, language=language, form=form, now=NOW))


def texts(picture: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in picture.iter("text")]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_every_form_is_a_picture_with_one_sentence_and_nothing_that_the_content_policy_forbids(form, language):
    picture = drawing(form, language)
    assert picture.get("role") == "img"
    assert "الدبداب" in picture.get("aria-label", "")
    assert not [element for element in picture.iter() if element.get("style") or element.tag in ("script", "style")]
    assert picture.get("direction") == ("rtl" if language == "ar" else "ltr")


def test_the_pictures_of_one_page_share_no_id():
    other = replace(STORY, key="DZ-DEB-26-P-000018")
    pictures = [drawing(form, story=story) for story in (STORY, other) for form in FORMS]
    ids = [element.get("id") for picture in pictures for element in picture.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == 2 * len(pictures)


@pytest.mark.parametrize("form", FORMS)
def test_every_hatch_that_is_used_is_defined_in_the_same_picture(form):
    picture = drawing(form)
    used = {element.get("fill", "")[5:-1] for element in picture.iter() if element.get("fill", "").startswith("url(#")}
    assert used <= {element.get("id") for element in picture.iter("pattern")}


@pytest.mark.parametrize("form", ["wide", "medium", "print", "small"])
def test_time_flows_with_the_reading(form):
    """The same picture for the other direction of reading is its mirror."""

    def dots(language: str) -> list[float]:
        picture = drawing(form, language, replace(STORY, messages=()))
        return sorted(float(circle.get("cx", "0")) for circle in picture.iter("circle"))

    width = float(drawing(form).get("width", "0"))
    assert dots("ar") == pytest.approx(sorted(width - x for x in dots("fr")), abs=0.2)


def test_on_the_phone_the_sides_change_places_with_the_reading():
    def heading(language: str) -> float:
        named = [text for text in drawing("narrow", language).iter("text") if text.text == "الدبداب"]
        return float(named[0].get("x", "0"))

    assert heading("ar") > 183 > heading("fr")


def test_two_clocks_get_two_scales_and_equal_clocks_one():
    hours = re.compile(r"\d\d:\d\d")

    def scale(zone: ZoneInfo) -> list[str]:
        story = replace(STORY, b=replace(STORY.b, zone=zone), events=STORY.events[:1])
        return [said for said in texts(drawing("wide", story=story)) if hours.fullmatch(said) and said.endswith(":00")]

    assert {"07:00", "08:00", "09:00"} <= set(scale(TRIPOLI))
    assert sorted(scale(TRIPOLI)) != sorted(set(scale(TRIPOLI)))  # 08:00 stands on both scales
    assert sorted(scale(TUNIS)) == sorted(set(scale(TUNIS)))


@pytest.mark.parametrize("here", ["A", "B"])
def test_each_side_has_its_own_hours_at_its_own_edge(here):
    picture = drawing("wide", story=replace(STORY, here=here, events=STORY.events[:1]))
    plain = [text for text in picture.iter("text") if text.get("font-weight") == "400"]
    edges = {text.text: text.get("y") for text in plain if text.text in ("الدبداب", "غدامس")}
    assert float(edges["الدبداب"]) < float(edges["غدامس"]), "the exporting side lies above, and so does its scale"
    assert {text.get("y") for text in plain if text.text == "08:00"} == set(edges.values())
    assert {text.get("y") for text in plain if text.text == "07:00"} == {edges["الدبداب"]}


def test_what_the_line_of_now_would_strike_is_left_out_or_has_a_halo():
    newest = replace(STORY.events[0], at=NOW - timedelta(minutes=1))
    later = replace(STORY, events=(STORY.events[0], newest), messages=())
    halos = [text.text for text in drawing("wide", story=later).iter("text") if text.get("paint-order") == "stroke"]
    assert halos == ["وصول", "09:41"]

    def upper(now: datetime) -> list[str]:
        svg = draw(replace(STORY, events=STORY.events[:1], messages=()), language="ar", form="wide", now=now)
        said = [text for text in ElementTree.fromstring(svg).iter("text") if re.fullmatch(r"\d\d:00", text.text or "")]
        return [text.text or "" for text in said if text.get("y") == min((one.get("y", "") for one in said), key=float)]

    on_the_hour = NOW.replace(minute=0)
    assert "09:00" in upper(NOW)
    assert "09:00" not in upper(on_the_hour)


def test_two_acts_in_a_row_have_no_wait_between_them_on_the_phone():
    first = STORY.events[0]
    after = replace(first, at=first.at + timedelta(seconds=20), word="حجز")
    story = replace(STORY, events=(first, after), messages=())
    waits = [said for said in texts(drawing("narrow", story=story)) if "انتظار" in said]
    assert len(waits) == 1, "the wait from the second act until now"


def test_event_hours_are_those_of_the_page_on_both_bands():
    there = replace(STORY, here="B")
    assert "06:50" in texts(drawing("wide"))
    assert "07:50" in texts(drawing("wide", story=there))
    assert "06:50" not in texts(drawing("wide", story=there))


def test_a_missing_receipt_is_red_and_dashed():
    picture = drawing("wide")
    missing = [path for path in picture.iter("path") if path.get("stroke-dasharray") == "3 2.5"]
    assert len(missing) == 1
    assert missing[0].get("stroke") == "var(--refuse)"


def test_a_story_that_is_over_has_no_now():
    assert any("الآن" in said for said in texts(drawing("wide")))
    over = replace(STORY, is_over=True, events=STORY.events[:-1])
    assert not any("الآن" in said for form in ("wide", "narrow") for said in texts(drawing(form, story=over)))


def test_a_line_without_an_event_that_happened_is_a_programmers_error():
    with pytest.raises(ValueError, match="begins with an event"):
        draw(replace(STORY, events=()), language="ar", form="wide", now=NOW)


def test_a_paper_is_drawn_without_the_style_sheet():
    assert "var(--" not in draw(STORY, language="fr", form="print", now=NOW)


def test_no_word_is_smaller_than_13_pixels():
    for form in FORMS:
        assert all(float(text.get("font-size", "0")) >= 13 for text in drawing(form).iter("text"))


def test_a_stay_of_days_breaks_the_axis_and_says_no_hour_within_the_break():
    stops = [MORNING, at(60), at(60 + 3 * 24 * 60), at(120 + 3 * 24 * 60)]
    axis = axes.axis(stops, 0, 600)
    assert len(axis.breaks()) == 1
    assert all(hour <= at(60) or hour >= at(60 + 3 * 24 * 60) for hour in axis.ticks(ALGIERS, apart=0))


BEGUN = replace(STORY, events=(Event("A", NOW - timedelta(minutes=17), "وصول", then="wait"),), messages=())


@pytest.mark.parametrize("form", ["wide", "medium", "narrow", "print"])
@pytest.mark.parametrize("minutes", [0, 3, 17, 55])
@pytest.mark.parametrize("is_over", [True, False])
def test_a_short_stay_has_a_scale_too(form, minutes, is_over):
    came = Event("A", NOW - timedelta(minutes=minutes), "وصول", then="wait")
    picture = drawing(form, story=replace(BEGUN, events=(came, replace(came, at=NOW, word="خروج")), is_over=is_over))
    told = [said for said in texts(picture) if re.fullmatch(r"\d\d:\d[05]", said)]
    assert len(set(told)) >= 2


def _hatched(picture: ElementTree.Element, measure: str) -> float:
    return sum(float(box.get(measure, "0")) for box in picture.iter("rect") if "url(#" in box.get("fill", ""))


@pytest.mark.parametrize(("form", "measure"), [("wide", "width"), ("narrow", "height")])
def test_a_truck_that_has_just_come_does_not_fill_the_picture_and_its_way_ahead_is_dotted(form, measure):
    picture = drawing(form, story=BEGUN)
    assert _hatched(picture, measure) < 0.2 * float(picture.get(measure, "0"))
    assert [path for path in picture.iter("path") if path.get("stroke-dasharray") == "0.1 7"]


@pytest.mark.parametrize("minutes", [1, 8, 17, 40])
def test_on_the_phone_the_line_of_now_strikes_through_no_label(minutes):
    came = Event("A", NOW - timedelta(minutes=minutes), "وصول", then="wait")
    picture = drawing("narrow", "fr", replace(BEGUN, events=(came,)))
    now = next(path for path in picture.iter("path") if path.get("stroke") == "var(--accent)")
    start, y = map(float, re.findall(r"[\d.]+", now.get("d", ""))[:2])
    labels = [
        text for text in picture.iter("text") if text.get("text-anchor") == "end" and "font-weight" in text.attrib
    ]
    own = [label for label in labels if float(label.get("x", "0")) < 183 and float(label.get("y", "0")) > 50]
    struck = [label for label in own if -11 < y - float(label.get("y", "0")) < 5]
    assert len(own) >= 2
    assert not struck or start > max(float(label.get("x", "0")) for label in struck)


def test_nothing_is_dotted_where_the_truck_has_crossed_and_nothing_is_expected():
    crossed = replace(STORY, events=STORY.events[:-1])
    assert not [path for path in drawing("wide", story=crossed).iter("path") if path.get("stroke-dasharray") == "0.1 7"]


@settings(deadline=None)
@given(
    st.integers(1, 40_000),
    st.integers(0, 59),
    st.sampled_from([ALGIERS, TRIPOLI, ZoneInfo("Asia/Kolkata")]),
    st.sampled_from([180.0, 478.0, 1070.0]),
)
def test_ticks_are_round_lie_on_the_axis_and_keep_their_distance(span, late, zone, length):
    axis = axes.axis([at(late), at(late + max(span, 30))], 0, length)
    ticks = axis.ticks(zone, apart=38)
    places = [axis.place(tick) for tick in ticks]
    assert all(axis.stops[0] <= tick <= axis.stops[-1] and tick.minute % 5 == 0 for tick in ticks)
    assert all(after - before >= 38 for before, after in pairwise(places))
    assert len(ticks) >= 2 or axis.breaks()


def test_words_in_the_crossing_line_come_escaped():
    named = replace(STORY, a=replace(STORY.a, name="<b>&"))
    assert "<b>" not in draw(named, language="fr", form="wide", now=NOW)


minutes = st.lists(st.integers(0, 5000), min_size=1, max_size=14, unique=True)
spoken = st.sampled_from(["وصول", "التقديم إلى الجمارك", "gate", "Présentation en douane", "المسار الأحمر"])


@st.composite
def stories(draw_one) -> Story:
    """Any order of events on both sides, as close together as it comes."""
    when = sorted(draw_one(minutes))
    crossed = draw_one(st.integers(0, len(when)))
    events = tuple(
        Event(
            "A" if number < crossed else "B",
            at(minute),
            draw_one(spoken),
            then=draw_one(st.sampled_from(["work", "wait", "late"])),
            is_minor=draw_one(st.booleans()),
        )
        for number, minute in enumerate(when)
    )
    return replace(STORY, events=events, messages=())


def _box(text: ElementTree.Element, language: str) -> tuple[float, float, float, float]:
    """Give left, right, top and bottom of a text, by the estimate that the drawing itself uses."""
    x, y, said = float(text.get("x", "0")), float(text.get("y", "0")), text.text or ""
    long = ink.width_of(said, 13)
    to_right = {"start": 1.0, "middle": 0.5, "end": 0.0}[text.get("text-anchor", "start")]
    to_right = 1 - to_right if language == "ar" else to_right
    return x - long * (1 - to_right), x + long * to_right, y - 10, y + 4


def _labels(picture: ElementTree.Element) -> list[ElementTree.Element]:
    said = {"وصول", "التقديم إلى الجمارك", "gate", "Présentation en douane", "المسار الأحمر"}
    return [text for text in picture.iter("text") if any((text.text or "").startswith(word) for word in said)]


@settings(deadline=None)
@given(stories(), st.sampled_from(["ar", "fr"]), st.sampled_from(["wide", "medium", "print", "narrow"]))
def test_no_two_labels_touch_however_close_the_events(story, language, form):
    boxes = [_box(label, language) for label in _labels(drawing(form, language, story))]
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert one[1] <= other[0] + 0.2 or other[1] <= one[0] + 0.2 or one[3] <= other[2] or other[3] <= one[2]


@settings(deadline=None)
@given(stories())
def test_on_the_phone_labels_of_one_side_keep_19_pixels_apart(story):
    picture = drawing("narrow", "fr", story)
    for anchor in ("start", "end"):
        lines = sorted(float(label.get("y", "0")) for label in _labels(picture) if label.get("text-anchor") == anchor)
        assert all(after - before >= 19 - 0.2 for before, after in pairwise(lines))


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(1, 90)), max_size=12))
def test_labels_spread_inside_their_room_without_overlap_and_in_order(wanted):
    wanted.sort()
    sizes = [size for _, size in wanted]
    kept = axes.fitting(sizes, 500)
    middles = axes.spread([wanted[index][0] for index in kept], [sizes[index] for index in kept], 0, 500)
    edges = [
        (middle - sizes[index] / 2, middle + sizes[index] / 2) for index, middle in zip(kept, middles, strict=True)
    ]
    assert all(before[1] <= after[0] + 1e-6 for before, after in pairwise(edges))
    assert all(start >= -1e-6 and end <= 500 + 1e-6 for start, end in edges)


def test_labels_longer_than_their_room_are_a_programmers_error():
    with pytest.raises(ValueError, match="longer than the room"):
        axes.spread([1, 2], [60, 60], 0, 100)


@given(st.lists(st.integers(0, 100_000), min_size=2, max_size=12, unique=True))
def test_later_instants_never_stand_before_earlier_ones(moments):
    axis = axes.axis([at(moment) for moment in moments], 10, 1000)
    places = [axis.place(at(moment)) for moment in sorted(moments)]
    assert places == sorted(places)
    assert places[0] == pytest.approx(10)
    assert places[-1] == pytest.approx(1000)
