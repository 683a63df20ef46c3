"""What the tags of every page write."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from mabar.base.templatetags import speech
from mabar.lib.words import isolate

AT = datetime(2026, 2, 22, 8, 44, 2, tzinfo=UTC)
NARROW, WIDE = "\u202f", "\u00a0"
SPRITE = Path(__file__).parents[2] / "src" / "mabar" / "site" / "static" / "mabar" / "shapes.svg"


@dataclass
class Somewhere:
    """A place as the tags see it."""

    clock: ZoneInfo
    administration_id: str
    faces: "Somewhere | None" = None


GHADAMES = Somewhere(ZoneInfo("Africa/Tripoli"), "ly")
DEBDEB = Somewhere(ZoneInfo("Africa/Algiers"), "dz", faces=GHADAMES)


def shown(tag: str, language: str = "ar", **context: object) -> str:
    with translation.override(language):
        return Template("{% load mabar %}" + tag).render(Context({"place": DEBDEB, **context}))


@pytest.mark.parametrize(
    ("tag", "language", "written"),
    [
        ("{% ref 'DZ 0091874' %}", "ar", '<bdi dir="ltr">DZ 0091874</bdi>'),
        ("{% ref None %}", "ar", '<bdi dir="ltr">–</bdi>'),
        ("{% number 1240 %}", "ar", f'<bdi dir="ltr">1{NARROW}240</bdi>'),
        ("{% number '2.50' %}", "fr", '<bdi dir="ltr">2,50</bdi>'),
        ("{% number '2.50' %}", "en", '<bdi dir="ltr">2.50</bdi>'),
        ("{% number '' %}", "en", '<bdi dir="ltr">–</bdi>'),
        ("{% mass_kg 1510000 %}", "ar", f'<bdi dir="ltr">1{NARROW}510,000</bdi>'),
        ("{% mass_kg 1510000 'kg' %}", "ar", f"<bdi>1{NARROW}510,000{WIDE}كغ</bdi>"),
        ("{% mass_kg 1510000 'kg' %}", "en", f'<bdi dir="ltr">1{NARROW}510.000{WIDE}kg</bdi>'),
        ("{% mass_kg None %}", "en", '<bdi dir="ltr">–</bdi>'),
        ("{% money 106485750 'LYD' %}", "ar", f'<bdi dir="ltr">106{NARROW}485,750{WIDE}LYD</bdi>'),
        ("{% money 125 'DZD' 'bare' %}", "fr", '<bdi dir="ltr">1,25</bdi>'),
        ("{% money None 'DZD' %}", "fr", '<bdi dir="ltr">–</bdi>'),
        ("{% percent '0.029' %}", "ar", f'<bdi dir="ltr">2,9{WIDE}%</bdi>'),
        ("{% arrow %}", "ar", "←"),
        ("{% arrow %}", "fr", "→"),
    ],
)
def test_figures_stand_apart_from_the_direction_of_the_text(tag, language, written):
    assert shown(tag, language) == written


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("{% hour at %}", "09:44"),
        ("{% second at %}", "09:44:02"),
        ("{% day at %}", "2026-02-22"),
        ("{% stamp at %}", "2026-02-22 09:44"),
        ("{% stamp_with_offset at %}", "2026-02-22 09:44 +01:00"),
    ],
)
def test_instants_are_shown_on_the_clock_of_the_page_s_place(tag, written):
    assert f'<bdi dir="ltr">{written}</bdi></time>' in shown(tag, at=AT)
    assert shown(tag, at=None) == '<bdi dir="ltr">–</bdi>'


def test_the_same_instant_is_an_hour_later_across_the_border():
    assert "10:44" in shown("{% hour at %}", at=AT, place=GHADAMES)


def test_without_a_place_hours_are_universal():
    assert "08:44" in shown("{% hour at %}", at=AT, place=None)


def test_months_are_those_of_the_reader_s_country_and_papers_bear_both():
    on = date(2026, 2, 22)
    assert "فيفري" in shown("{% date_words on %}", on=on)
    assert "فبراير" in shown("{% date_words on %}", on=on, place=GHADAMES)
    assert shown("{% date_paper on %}", on=on) == "22 فيفري/فبراير 2026"
    assert shown("{% date_words on %}", on=None) == "–"


def test_days_are_named_in_the_reader_s_language():
    assert shown("{% weekday at %}", at=AT) == "الأحد"
    assert shown("{% weekday at %}", "fr", at=AT) == "dimanche"


def test_lengths_of_time():
    assert shown("{% duration d %}", d=timedelta(minutes=49)) == '<bdi dir="ltr">00:49</bdi>'
    assert shown("{% duration d %}", d=None) == '<bdi dir="ltr">–</bdi>'
    assert "49" in shown("{% duration_words d %}", d=timedelta(minutes=49))
    assert shown("{% duration_words d %}", d=None) == "–"
    assert "00:00" in shown("{% since at %}", at=datetime.now(UTC) + timedelta(minutes=5))


def test_a_word_is_said_as_the_country_says_it():
    assert shown("{% word 'base' 'post.declarant' %}", place=GHADAMES) == "المخلّص الجمركي"
    assert shown("{% word 'base' 'post.declarant' %}") == "المصرّح لدى الجمارك"
    assert shown("{% word 'base' 'post.nobody_has_it' %}") == "nobody_has_it"


def test_a_lane_is_word_and_shape_in_the_country_s_word():
    here, there = shown("{% lane 'red' %}"), shown("{% lane 'red' %}", place=GHADAMES)
    assert "الرواق الأحمر" in here
    assert "المسار الأحمر" in there
    assert "#octagon-x" in here
    assert "tone-red" in here
    assert "#clock" in shown("{% lane None %}")
    assert "chip" not in shown("{% lane_sign 'red' %}")


@pytest.mark.parametrize("name", speech.SIGNS)
@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_every_sign_has_a_shape_of_the_sprite_and_a_word_in_the_language(name, language):
    drawn = {symbol.get("id") for symbol in ElementTree.parse(SPRITE).getroot()}
    assert speech.SIGNS[name].shape in drawn
    with translation.override(language):
        word = str(speech.SIGNS[name].word)
    assert word
    assert (language == "ar") == speech.has_arabic(word)


def test_no_two_lanes_share_a_shape():
    lanes = [speech.SIGNS[colour].shape for colour in ("green", "blue", "yellow", "red")]
    assert len(set(lanes)) == 4


def test_details_of_a_sentence_are_isolated_and_the_sentence_is_escaped():
    said = shown("{{ text|said }}", text=f"<b> {isolate('DZ 1')} {isolate('مؤسسة')}")
    assert said == '&lt;b&gt; <bdi dir="ltr">DZ 1</bdi> <bdi>مؤسسة</bdi>'


@given(st.text(max_size=40))
def test_no_detail_of_a_sentence_opens_an_element_of_its_own(detail):
    said = str(speech.isolates_marked(f"x {isolate(detail)} y"))
    bare = said.replace('<bdi dir="ltr">', "").replace("<bdi>", "").replace("</bdi>", "")
    assert "<" not in bare
    assert ">" not in bare


def test_nothing_is_shown_as_a_dash():
    assert shown("{{ value|shown }}", value="") == "–"
    assert shown("{{ value|shown }}", value=0) == "0"


def test_a_record_says_its_name_in_the_reader_s_language():
    class Named:
        def name_in(self, language: str) -> str:
            return {"ar": "الدبداب", "fr": "Debdeb"}[language]

    assert shown("{{ record|label_of }}", record=Named()) == "الدبداب"
    assert shown("{{ record|label_of }}", "fr", record=Named()) == "Debdeb"
    assert shown("{{ record|label_of }}", record=None) == ""


def test_another_page_keeps_the_rest_of_the_question(rf):
    request = rf.get("/list/", {"q": "شاحنة", "page": "3"})
    assert shown("{% page_link query 4 %}", query=request.GET).endswith("page=4")
    assert "q=" in shown("{% page_link query 4 %}", query=request.GET)
