"""The words of the product: three languages for each, clean, and the same in the glossary."""

import re
import unicodedata
from pathlib import Path

import pytest

from mabar.crossings.rules import road
from mabar.declarations import checks_parts, reference
from mabar.declarations.rules import conditions, states
from mabar.lib import words

PACKAGES = ("assistance", "base", "crossings", "declarations", "origin", "transit", "vehicles")
SOURCE = Path(__file__).parents[2] / "src" / "mabar"
GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
ROW = re.compile(
    r"^\| (?P<ar>.+?) \| (?P<fr>.+?) \| (?P<en>.+?) \| `(?P<package>\w+):(?P<key>[\w.]+)` \|", re.MULTILINE
)
ARABIC = re.compile("[\u0621-\u064a]")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_word_stands_in_three_languages_without_hidden_marks(package: str) -> None:
    for key, word in words.table(package, "words").items():
        assert set(word) == set(words.LANGUAGES), key
        assert ARABIC.search(word["ar"]), key
        assert not ARABIC.search(word["fr"] + word["en"]), key
        for text in word.values():
            assert text == text.strip() != "", key
            assert not [c for c in text if unicodedata.category(c) == "Cf"], key


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("table", ["words", "findings", "refusals"])
def test_no_key_stands_twice(package: str, table: str) -> None:
    file = SOURCE / package / "data" / f"{table}.yaml"
    keys = re.findall(r"^([\w.-]+):", file.read_text(encoding="utf-8") if file.is_file() else "", re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_word_of_one_country_stands_beside_the_common_word(package: str) -> None:
    table = words.table(package, "words")
    for key in table:
        common, _, country = key.rpartition(".")
        if country in ("dz", "ly", "tn") and common != "administration":
            assert common in table, key


def test_the_glossary_says_the_same_as_the_words() -> None:
    rows = [row.groupdict() for row in ROW.finditer(GLOSSARY.read_text(encoding="utf-8"))]
    assert len(rows) >= 200
    for row in rows:
        word = words.table(row["package"], "words")[row["key"]]
        assert {language: row[language] for language in words.LANGUAGES} == word, row["key"]


def test_every_lane_regime_and_severity_has_its_word() -> None:
    table = words.table("declarations", "words")
    assert {f"regime.{regime}" for regime in reference.regimes()} <= set(table)
    assert {f"lane.{lane}" for lane in states.LANES} <= set(table)
    for severity in (checks_parts.ERROR, checks_parts.WARNING, "note"):
        assert f"severity.{severity}" in table


def test_every_act_on_a_declaration_and_every_finding_of_an_inspection_has_its_word() -> None:
    table = words.table("declarations", "words")
    assert {f"verb.declarations.{act}" for _, act in states.TRANSITIONS} <= set(table)
    assert {f"inspection.{kind}" for kind in (*conditions.DISCREPANCIES, *conditions.REMARKS)} <= set(table)


def test_every_act_on_a_passage_has_its_word_as_a_button_and_as_an_event() -> None:
    table = words.table("crossings", "words")
    acts = {act for _, act in road.TRANSITIONS} | set(road.BESIDE)
    assert {f"verb.crossings.{act}" for act in acts} <= set(table)
    assert {f"event.{act}" for act in acts} <= set(table)
