"""A word that people use for goods leads to the heading of the tariff, in Arabic, French and English."""

import csv
import re
from importlib import resources

import pytest
from click.testing import CliRunner
from django.core.cache import cache

from mabar.declarations import goods_names, reference
from mabar.declarations.cli import declarations

TITLES = resources.files("mabar.declarations") / "data" / "hs_headings.csv"
ROWS = list(csv.DictReader(TITLES.read_text(encoding="utf-8").splitlines()))


def codes(query: str) -> list[str]:
    return [each.heading.code for each in goods_names.find(query)]


def test_every_heading_has_a_title_in_each_language() -> None:
    assert reference.headings() == tuple(code for code in reference._tariff() if len(code) == 4)
    for code in reference.headings():
        heading = reference.heading(code)
        assert heading
        assert all(3 <= len(heading.name(language)) <= 70 for language in ("ar", "fr", "en"))


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_no_two_headings_have_one_title(language: str) -> None:
    titles = [row[language].casefold() for row in ROWS]
    assert sorted({each for each in titles if titles.count(each) > 1}) == []


def test_titles_are_in_their_own_letters() -> None:
    assert [row["code"] for row in ROWS if not re.search("[\u0621-\u064a]", row["ar"])] == []
    assert [row["code"] for row in ROWS if re.search("[\u064b-\u0652\u0640]", row["ar"] + row["ar_words"])] == []
    assert [row["code"] for row in ROWS if re.search("[\u0600-\u06ff]", row["fr"] + row["en"])] == []


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("dates", "0804"),
        ("dattes", "0804"),
        ("تمور", "0804"),
        ("التمر", "0804"),
        ("الإسمنت", "2523"),
        ("اسمنت", "2523"),
        ("ciment", "2523"),
        ("cement", "2523"),
        ("tyres", "4011"),
        ("pneumatiques", "4011"),
        ("إطارات", "4011"),
        ("couscous", "1902"),
        ("كسكسي", "1902"),
        ("flour", "1101"),
        ("farine de blé", "1101"),
        ("olive oil", "1509"),
        ("huile d'olive", "1509"),
        ("زيت زيتون", "1509"),
        ("tomato paste", "2002"),
        ("refrigerators", "8418"),
        ("ثلاجات", "8418"),
        ("carrelage", "6907"),
        ("حليب", "0402"),
        ("sugar", "1701"),
        ("diesel", "2710"),
        ("ambulances", "8703"),
    ],
)
def test_a_word_leads_to_its_heading(word: str, code: str) -> None:
    assert code in codes(word)[:3]


NAMES = [
    (row["code"], name)
    for row in ROWS
    for column in ("ar_words", "fr_words", "en_words")
    for name in filter(None, row[column].split("|"))
]


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_a_title_finds_its_own_heading_among_the_first(language: str) -> None:
    assert [row["code"] for row in ROWS[::3] if row["code"] not in codes(row[language])[:3]] == []


def test_a_name_finds_its_own_heading() -> None:
    assert len(NAMES) > 15_000
    assert [(code, name) for code, name in NAMES[::11] if code not in codes(name)] == []


def test_a_code_finds_its_heading_and_its_chapter() -> None:
    assert codes("25.23") == ["2523"]
    assert codes("٢٥٢٣") == ["2523"]
    assert codes("252329") == ["2523"]
    assert goods_names.find("252329")[0].subheadings == ("252329",)
    assert all(code.startswith("08") for code in codes("08"))
    assert codes("9998") == []


def test_subheadings_that_have_the_word_stand_first() -> None:
    assert goods_names.find("portland cement")[0].subheadings[0] in ("252321", "252329")


def test_a_word_that_no_heading_has_finds_nothing() -> None:
    for query in ("", "   ", "xqzzy", "؟", "x" * 10_000, "\x00"):
        assert codes(query) == []


def test_where_no_heading_has_all_words_those_with_the_most_are_given() -> None:
    assert "2523" in codes("cement xqzzy")


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_the_page_finds_goods_in_the_readers_language(language, world, client) -> None:
    cache.clear()
    officer = world.officers["registrar"]
    officer.language = language
    officer.save(update_fields=["language"])
    client.force_login(officer)
    heading = reference.heading("2523")
    shown = client.get("/goods/", {"q": "ciment"}).content.decode()
    assert heading
    assert f"<strong>{heading.name(language)}</strong>" in shown
    chapter = reference.chapter("25")
    assert chapter
    assert chapter.name(language) in client.get("/goods/").content.decode()
    assert client.get("/goods/", {"q": "xqzzy"}).status_code == 200


def test_the_command_prints_headings_and_fails_without_any() -> None:
    run = CliRunner().invoke(declarations, ["goods", "portland", "cement"])
    assert run.exit_code == 0
    assert run.output.startswith("2523  ")
    assert "252329" in run.output
    assert CliRunner().invoke(declarations, ["goods", "xqzzy"]).exit_code == 1
