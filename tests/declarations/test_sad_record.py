"""The canonical record: to JSON and back, the same line for the same declaration."""

import json
from dataclasses import fields

import pytest

from mabar.declarations import sad
from mabar.declarations.formats import read
from mabar.declarations.formats.asycuda_fields import OTHER_PLACES, TABLE
from mabar.declarations.formats.asycuda_plan import Parts, fold
from mabar.declarations.sad_parts import Reference
from tests.declarations import samples


def test_an_empty_declaration_survives():
    assert sad.loads(sad.dumps(sad.Declaration())) == sad.Declaration()


@pytest.mark.parametrize("name", samples.DIALECTS)
def test_a_full_declaration_survives(name):
    declared = read(samples.sad(samples.DIALECTS[name]))[0].declaration
    assert sad.loads(sad.dumps(declared)) == declared
    assert sad.dumps(sad.loads(sad.dumps(declared))) == sad.dumps(declared)


def test_a_field_without_value_is_shown_as_null():
    shown = sad.to_json(sad.Declaration(registration=Reference(number="1")))
    assert shown["registration"] == {"serial": None, "number": "1", "on": None}


@pytest.mark.parametrize("given", ["{}", "[]", '{"record":"sad/9"}'])
def test_another_version_is_refused(given):
    with pytest.raises(sad.UnknownRecordVersion) as refused:
        sad.loads(given)
    assert refused.value.sentence("ar").remedy


@pytest.mark.parametrize(
    "wrong",
    [
        {"nothing": 1},
        {"item_count": "8"},
        {"item_count": 8.5},
        {"item_count": True},
        {"office": "DZDEB"},
        {"office": {"code": 5}},
        {"items": [{"gross_mass_g": 1.5}]},
        {"valuation": {"total_cif": {"minor": "1"}}},
    ],
)
def test_a_value_of_another_type_is_no_record(wrong):
    with pytest.raises(ValueError):
        sad.from_json({"record": sad.VERSION, **wrong})


def test_the_record_of_a_file_can_be_read_as_a_file():
    declared = read(samples.sad())[0].declaration
    lines = (sad.dumps(declared) + "\n") * 2
    assert [reading.declaration for reading in read(lines.encode())] == [declared, declared]


def test_every_row_of_the_table_names_a_field_of_the_record():
    for row in (*TABLE, *OTHER_PLACES):
        part, _, name = row.field.replace("[]", "[0]").rpartition(".")
        parts = Parts(sad.Declaration)
        kind = parts.found[parts.number(part)].kind
        assert name in {field.name for field in fields(kind)}, row


def test_no_two_rows_share_a_field_or_a_place():
    assert len({row.field for row in TABLE}) == len(TABLE)
    paths = {tuple(fold(step) for step in row.path.split("/")) for row in (*TABLE, *OTHER_PLACES)}
    assert len(paths) == len(TABLE) + len(OTHER_PLACES)


def test_hs6_is_what_all_countries_share():
    assert sad.Item(commodity_code="84713010").hs6 == "847130"
    assert sad.Item().hs6 is None


def test_json_is_plain():
    shown = json.loads(sad.dumps(read(samples.sad(samples.ARABIC))[0].declaration))
    assert shown["office"]["name"] == "رأس اجدير"
    assert "رأس" in sad.dumps(read(samples.sad(samples.ARABIC))[0].declaration)
