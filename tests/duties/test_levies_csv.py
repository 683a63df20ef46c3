"""Levies and groups are read whole or not at all, in the order in which they are worked out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.duties.formats import read_groups, read_levies, write_groups, write_levies
from mabar.duties.formats.levies_csv import LEVIES, MOST_LEVIES
from mabar.duties.rules import FLOWS, VALUE, Levy, RoundedAt, Rounding
from mabar.lib import words

GOOD = {
    "code": "DD", "ar": "رسم", "fr": "droit", "en": "duty", "base": "value", "flow": "import", "rounded_at": "total",
    "rounding": "half_up", "step": "0.01", "once": "no", "basis": "law 1",
}  # fmt: skip


def read(*rows, decimals=2):
    lines = [",".join(LEVIES.known), *(",".join({**GOOD, **row}[name] for name in LEVIES.known) for row in rows)]
    return read_levies("\n".join(lines).encode(), decimals=decimals)


def test_levies_are_read_in_their_order():
    found = read({}, {"code": "VAT", "base": "value DD", "rounding": "down", "step": "1", "flow": "", "once": "yes"})
    assert found.findings == ()
    assert [levy.code for levy in found.levies] == ["DD", "VAT"]
    vat = found.levies[1]
    assert (vat.base, vat.rounding, vat.step_minor, vat.is_once) == (("value", "DD"), Rounding.DOWN, 100, True)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ({"code": ""}, "missing", "code"),
        ({"basis": ""}, "missing", "basis"),
        ({"ar": "x" * 201}, "too-long-text", "ar"),
        ({"flow": "sideways"}, "word", "flow"),
        ({"rounded_at": "page"}, "word", "rounded_at"),
        ({"rounding": "often"}, "word", "rounding"),
        ({"once": "perhaps"}, "word", "once"),
        ({"code": VALUE}, "levy-code", "code"),
        ({"code": "DD-1"}, "levy-code", "code"),
        ({"code": "رسم"}, "levy-code", "code"),
        ({"code": "TOOLONGCODE"}, "levy-code", "code"),
        ({"base": "VAT"}, "base", "base"),
        ({"step": "0"}, "step", "step"),
        ({"step": "0.001"}, "step", "step"),
        ({"step": "one"}, "step", "step"),
    ],
)
def test_a_fault_names_its_line_and_column(row, code, column):
    found = read(row)
    assert [(each.code, each.line, each.column) for each in found.findings] == [(code, 2, column)]
    assert found.levies == ()


def test_a_code_stands_once_and_a_base_names_what_comes_before():
    assert [(each.code, each.line) for each in read({}, {}).findings] == [("twice", 3)]
    assert [each.code for each in read({"base": "VAT"}, {"code": "VAT"}).findings] == ["base"]


def test_a_thousandth_is_a_step_where_the_currency_has_three_decimals():
    assert read({"step": "0.001"}, decimals=3).levies[0].step_minor == 1


def test_an_empty_file_and_one_without_end_are_faults():
    assert [each.code for each in read().findings] == ["empty"]
    many = [{"code": f"L{number}", "base": ""} for number in range(MOST_LEVIES + 1)]
    assert [each.code for each in read(*many).findings] == ["too-long"]


def test_groups_name_countries_that_are():
    assert read_groups(b"group,countries\nARAB,DZ LY\n").groups == {"ARAB": frozenset({"DZ", "LY"})}
    faults = {
        b"ARAB,DZ QQ": ("unknown", "countries"),
        b"ARAB,": ("missing", "countries"),
        b",DZ": ("missing", "group"),
        b"DZ,LY": ("twice", "group"),
    }
    for line, (code, column) in faults.items():
        found = read_groups(b"group,countries\n" + line + b"\n").findings
        assert [(each.code, each.column) for each in found] == [(code, column)], line
    assert [each.code for each in read_groups(b"group,countries\nA,DZ\nA,LY\n").findings] == ["twice"]


codes = st.lists(st.text("ABCDEFGH12345", min_size=1, max_size=8), min_size=1, max_size=6, unique=True)
names = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=1, max_size=20)


@given(codes, names, st.sampled_from(FLOWS), st.sampled_from(Rounding), st.integers(1, 10**6), st.booleans())
def test_what_is_written_reads_as_it_was(codes, name, flow, rounding, step, is_once):
    made = tuple(
        Levy(code, name, name, name, (VALUE, *codes[:place]), RoundedAt.TOTAL, rounding, step, name, is_once, flow)
        for place, code in enumerate(codes)
    )
    assert read_levies(write_levies(made, decimals=2), decimals=2).levies == made


@given(
    st.dictionaries(st.text("ABC", min_size=3, max_size=6), st.sets(st.sampled_from(["DZ", "LY", "TN"]), min_size=1))
)
def test_groups_written_read_as_they_were(told):
    groups = {name: frozenset(countries) for name, countries in told.items()}
    assert read_groups(write_groups(groups)).groups == groups


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_every_fault_is_said_with_its_remedy(language):
    for code in words.table("duties", "findings"):
        said = words.sentence("duties", code, language, {"line": 1, "column": "code", "value": "x", "other": 2})
        assert said.what
        assert said.remedy
