"""Base45: the examples of RFC 9285, and that each text is read in one way only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.lib import base45

EXAMPLES = {b"AB": "BB8", b"Hello!!": "%69 VD92EX0", b"base-45": "UJCLQE7W581", b"ietf!": "QED8WEX0"}


@pytest.mark.parametrize("data", EXAMPLES)
def test_the_examples_of_the_standard_are_written_and_read(data) -> None:
    assert base45.encode(data) == EXAMPLES[data]
    assert base45.decode(EXAMPLES[data]) == data


@given(st.binary(max_size=80))
def test_what_is_written_is_read_again(data) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(st.text(alphabet=base45.ALPHABET + "abcé", max_size=40))
def test_a_text_that_is_read_is_the_only_one_of_its_bytes(text) -> None:
    try:
        data = base45.decode(text)
    except ValueError:
        return
    assert base45.encode(data) == text


@pytest.mark.parametrize("text", ["GGW", ":::", "A", "bb8", "::"])
def test_what_no_encoding_gives_is_refused(text) -> None:
    with pytest.raises(ValueError, match="base45"):
        base45.decode(text)
