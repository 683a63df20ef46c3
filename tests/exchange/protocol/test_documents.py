"""A document is read in one form only, so that its digest has one meaning."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol import documents
from mabar.exchange.protocol.refused import Refused

texts = st.text(st.characters(codec="utf-8"), max_size=20)
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts
values = st.recursive(scalars, lambda each: st.lists(each, max_size=4) | st.dictionaries(texts, each, max_size=4))


def nested(levels):
    """Give a list within a list, `levels` deep."""
    value = []
    for _ in range(levels - 1):
        value = [value]
    return value


# Source: docs/wire/mx1.md, section 5.1; each of these bytes was written by hand.
GOOD = {
    b'{"a":1,"b":[true,false,null]}': {"a": 1, "b": [True, False, None]},
    '{"حمولة":"تمور"}'.encode(): {"حمولة": "تمور"},
    b'"\\"\\\\\\b\\f\\n\\r\\t/\x7f"': '"\\\b\f\n\r\t/\x7f',
    b'"\\u0000\\u001f"': "\x00\x1f",
    b'{"A":1,"a":2,"aa":3,"\xc3\xa9":4,"\xf0\x9f\x9a\x9b":5}': {"A": 1, "a": 2, "aa": 3, "é": 4, "🚛": 5},
    b'{"\xef\xbf\xbd":1,"\xf0\x9f\x9a\x9b":2}': {"\ufffd": 1, "🚛": 2},  # code points, not UTF-16 units
    b"9223372036854775807": 2**63 - 1,
    b"-9223372036854775808": -(2**63),
    b"[" * 16 + b"]" * 16: nested(16),
    b"{}": {},
}
BAD = {
    "a name twice": (b'{"a":1,"a":1}', "form"),
    "a name twice with another value": (b'{"a":1,"a":2}', "form"),
    "names out of order": (b'{"b":1,"a":2}', "form"),
    "names in the order of UTF-16": (b'{"\xf0\x9f\x9a\x9b":2,"\xef\xbf\xbd":1}', "form"),
    "a blank": (b'{"a": 1}', "form"),
    "a line's end at the end": (b"{}\n", "form"),
    "a fraction": (b"1.0", "float"),
    "an exponent": (b"1e2", "float"),
    "not a number": (b"[NaN]", "float"),
    "infinity": (b"-Infinity", "float"),
    "minus nought": (b"-0", "form"),
    "a leading nought": (b"01", "json"),
    "one beyond 64 bits": (b"9223372036854775808", "integer"),
    "one below 64 bits": (b"-9223372036854775809", "integer"),
    "a number of 5,000 digits": (b"1" * 5000, "json"),
    "a letter escaped": (b'"\\u0061"', "form"),
    "a slash escaped": (b'"\\/"', "form"),
    "a line's end as a number": (b'"\\u000a"', "form"),
    "an escape in capitals": (b'"\\u001F"', "form"),
    "delete escaped": (b'"\\u007f"', "form"),
    "a lone surrogate": (b'"\\ud800"', "form"),
    "a pair of surrogates": (b'"\\ud83d\\ude9b"', "form"),
    "a surrogate in UTF-8": (b'"\xed\xa0\x80"', "utf-8"),
    "an overlong letter": (b'"\xc0\xaf"', "utf-8"),
    "a control character": (b'"\x01"', "json"),
    "a mark of byte order": (b"\xef\xbb\xbf{}", "json"),
    "nothing": (b"", "json"),
    "something after it": (b"{}{}", "json"),
    "cut off": (b'{"a":', "json"),
    "seventeen levels": (b"[" * 17 + b"]" * 17, "depth"),
    "levels without end": (b"[" * 1_000_000, "json"),
    "objects without end": (b'{"a":' * 200_000, "json"),
    "more than 1 MiB": (b'"' + b"a" * (1 << 20) + b'"', "size"),
}


@pytest.mark.parametrize(("data", "value"), GOOD.items())
def test_a_document_is_written_and_read_in_its_one_form(data, value):
    assert documents.written(value) == data
    assert documents.read(data) == value


@pytest.mark.parametrize(("data", "why"), BAD.values(), ids=BAD.keys())
def test_everything_else_is_refused(data, why):
    with pytest.raises(Refused) as refused:
        documents.read(data)
    assert (refused.value.code, refused.value.facts) == ("payload.malformed", {"why": why})


def test_the_largest_document_is_read():
    data = b'"' + b"a" * ((1 << 20) - 2) + b'"'
    assert documents.written(documents.read(data)) == data


@given(values)
def test_what_is_written_is_read_again(value):
    assert documents.read(documents.written(value)) == value


@given(values, st.booleans(), st.sampled_from([None, 1]))
def test_what_is_read_is_written_again(value, is_escaped, indent):
    data = json.dumps(value, ensure_ascii=is_escaped, indent=indent, separators=(",", ":")).encode()
    try:
        read = documents.read(data)
    except Refused as refused:
        assert refused.code == "payload.malformed"  # noqa: PT017 - only one of two forms is refused
    else:
        assert documents.written(read) == data


@given(st.binary(max_size=40) | st.text('[]{}",:01-.eE\\ubtrue', max_size=40).map(str.encode))
def test_no_bytes_bring_the_reader_down(data):
    try:
        assert documents.written(documents.read(data)) == data
    except Refused as refused:
        assert refused.code == "payload.malformed"  # noqa: PT017 - most bytes are refused, some are a document


class Code(str):
    """A text that is more than a text."""

    __slots__ = ()


@pytest.mark.parametrize(
    "value",
    [1.0, (1,), {1: 2}, {None: 1}, 2**63, -(2**63) - 1, b"a", {"a": [1, 2.5]}, Code("a"), nested(17), "\ud800"],
    ids=repr,
)
def test_what_has_no_form_is_not_written(value):
    with pytest.raises(ValueError):
        documents.written(value)


def test_a_document_of_more_than_a_mebibyte_is_not_written():
    with pytest.raises(ValueError, match="1 MiB"):
        documents.written("ت" * (1 << 19))


def test_the_leaves_of_a_document_are_told_by_their_paths_each_once():
    document = {
        "items": [{"hs": "0804", "marks": ["A", "B"]}, {"hs": "1509", "net_mass_g": 5}],
        "seals": [],
        "trailer": {},
        "plate": None,
        "grid": [[1], [2]],
    }
    paths = ["items[].hs", "items[].marks[]", "items[].net_mass_g", "seals", "trailer", "plate", "grid[][]"]
    assert list(documents.leaves(document)) == paths


def test_a_name_never_passes_for_a_path():
    assert documents.leaves({"a.b": 1, "a[]": 2, 'a"': 3, "": 4, "اسم": 5}) == ('"a.b"', '"a[]"', '"a\\""', '""', "اسم")


@pytest.mark.parametrize("value", [1, None, {}, []])
def test_a_document_of_one_leaf_has_the_path_of_the_document(value):
    assert documents.leaves(value) == ("",)


@pytest.mark.parametrize(
    "value",
    [
        {f"name_{n}": 1 for n in range(501)},
        {"a" * 201: 1},
        {"a" * 500_000: {f"n{n}": {"b": 1} for n in range(50_000)}},
    ],
    ids=["many names", "a long name", "many names behind a long one"],
)
def test_names_without_measure_are_not_listed(value):
    with pytest.raises(Refused, match=r"payload.malformed \(why: paths\)"):
        documents.leaves(value)


def test_many_members_of_one_form_have_few_paths():
    assert documents.leaves({"items": [{"hs": "0804"}] * 50_000}) == ("items[].hs",)
