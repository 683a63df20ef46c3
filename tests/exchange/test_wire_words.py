"""What a package tells partner nodes has its words: each kind, each purpose and each field, in three languages."""

from importlib.resources import files

import pytest
import yaml

from mabar.exchange import kinds
from mabar.exchange.protocol.kind_table import CONTROL_ROWS
from mabar.exchange.protocol.paths import is_path
from mabar.exchange.queries.kinds import field_word, fields_of, kind_word, purpose_word
from mabar.lib import words
from tests.exchange import partner

PACKAGES = ("assistance", "crossings", "declarations", "exchange", "transit")
THEIR_OWN = [each.row for each in kinds.partner_kinds() if each.row.name.partition(".")[0] in PACKAGES]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_kind_purpose_and_field_that_crosses_has_its_word(language):
    assert {row.name.partition(".")[0] for row in THEIR_OWN} == {"assistance", "crossings", "declarations", "transit"}
    nameless = [row.name for row in (*CONTROL_ROWS, *THEIR_OWN) if kind_word(row.kind, language) == row.name]
    nameless += [code for row in THEIR_OWN for code in row.purposes if purpose_word(code, language) == code]
    nameless += [
        f"{row.name} {field.path}"
        for row in THEIR_OWN
        for field in row.fields
        if field_word(row.kind, field.path, language) == field.path
    ]
    assert nameless == []


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_no_two_fields_of_a_kind_bear_the_same_word(language):
    for row in THEIR_OWN:
        said = [field_word(row.kind, field.path, language) for field in row.fields]
        assert sorted({word for word in said if said.count(word) > 1}) == [], row.name


@pytest.mark.parametrize("package", PACKAGES)
def test_no_word_names_what_does_not_cross(package):
    rows = [row for row in (*CONTROL_ROWS, *THEIR_OWN) if row.name.partition(".")[0] == package]
    known = {f"kind.{row.name}" for row in rows} | {f"purpose.{code}" for row in rows for code in row.purposes}
    known |= {f"field.{field.path}" for row in rows for field in row.fields}
    told = {key for key in words.table(package, "wire") if package != "exchange" or not key.startswith("field.")}
    assert told - known == set()


def test_no_key_stands_twice_and_each_field_is_a_path():
    for package in PACKAGES:
        text = files(f"mabar.{package}").joinpath("data", "wire.yaml").read_text(encoding="utf-8")
        nodes = [key.value for key, _ in yaml.compose(text).value]
        assert sorted(nodes) == sorted(set(nodes))
        assert all(is_path(key.removeprefix("field.")) for key in nodes if key.startswith("field."))


def test_every_part_of_proposed_terms_is_named():
    letter = b'{"signatures":["00"],"terms":' + partner.terms("dz-ly.goods.2", replaces=partner.TERMS) + b"}"
    for language in words.LANGUAGES:
        shown = fields_of("exchange.terms/1.0", letter, language)
        assert [each.path for each in shown if each.word == each.path] == []


def test_what_nobody_has_named_is_shown_by_its_code():
    assert kind_word("goods.arrival/2.0", "ar") == "goods.arrival"
    assert kind_word("9goods.arrival/2.0", "ar") == "9goods.arrival"
    assert purpose_word("statistics", "fr") == "statistics"
    assert field_word("declarations.advance/1.0", "record.nothing", "en") == "record.nothing"
