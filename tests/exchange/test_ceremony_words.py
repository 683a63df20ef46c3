"""The holder of a root key reads in his language all that he signs."""

from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange import ceremony, signing_files
from mabar.exchange.ceremony_words import say, shown
from mabar.exchange.protocol import terms_form
from mabar.exchange.protocol.cose import key_id
from mabar.exchange.protocol.objects import Context, Stream, Type
from mabar.exchange.protocol.stops import Settle, Stop
from mabar.exchange.refusals import NotAccepted, NotASigningFile
from mabar.exchange.signing_files import Signing
from mabar.lib import words
from tests.exchange.protocol.agreements import TERMS
from tests.exchange.protocol.certified import descriptor, root

OUT = Stream("dz.debdeb", "ly.ghadames", 2, 1)
EACH = {
    "root": ceremony.unsigned(root("dz", 2), root("dz", 2).context),
    "descriptor": ceremony.unsigned(descriptor(number=2), descriptor().context(1)),
    "calling node": ceremony.unsigned(descriptor(urls=()), descriptor().context(1)),
    "stop": ceremony.unsigned(Stop("dz", b"\x01" * 8, 1), Context(sender="dz", descriptor=1)),
    "settle": ceremony.unsigned(Settle("dz", b"\x01" * 8, ((OUT, 9),)), Context(sender="dz", descriptor=1)),
    "whole settle": ceremony.unsigned(Settle("dz", b"\x01" * 8, ()), Context(sender="dz", descriptor=1)),
    "terms": Signing(Type.TERMS, Context(sender="dz", receiver="ly"), terms_form.written(TERMS)),
    "next terms": Signing(
        Type.TERMS,
        Context(sender="dz", receiver="ly"),
        terms_form.written(replace(TERMS, name="dz-ly.goods.2", version=2, replaces="dz-ly.goods.1")),
    ),
}
TOLD = {
    "root": ["2 / 3", key_id(root("dz", 2).keys[0]).hex(), "2027"],
    "descriptor": ["dz.debdeb", "https://debdeb.example", "1 customs", "Africa/Algiers", "+213 00 00 00 00"],
    "calling node": ["dz.debdeb"],
    "stop": ["0101010101010101"],
    "settle": ["dz.debdeb -> ly.ghadames 2/1: 9"],
    "whole settle": ["0101010101010101"],
    "terms": ["dz-ly.goods.1", "dz: customs, police", "goods.declaration/1.2", "carrier (*)", "90"],
    "next terms": ["dz-ly.goods.2", "dz-ly.goods.1"],
}


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("name", EACH)
def test_everything_that_is_signed_is_shown_in_words_with_its_fingerprint(name, language):
    said = "\n".join(shown(EACH[name], language))
    said = said.replace(words.FIRST_STRONG_ISOLATE, "").replace(words.POP_ISOLATE, "")
    for told in TOLD[name]:
        assert told in said
    assert say("nobody", language) in said
    assert "{" not in said


TABLE = yaml.safe_load((Path(ceremony.__file__).parent / "data" / "ceremony.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("key", TABLE)
def test_every_word_of_the_ceremony_stands_in_three_languages_and_tells_the_same(key):
    said = TABLE[key]
    assert list(said) == list(words.LANGUAGES)
    details = {tuple(sorted(name for _, name, _, _ in Formatter().parse(text) if name)) for text in said.values()}
    assert len(details) == 1
    assert not {text.strip() for text in said.values()} & {""}


@given(st.sampled_from(sorted(EACH)), st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_signing_file_is_refused_or_says_something_else(name, place, value):
    data = bytearray(EACH[name].encoded())
    data[place % len(data)] = value
    try:
        signing = signing_files.read(bytes(data), name="damaged")
        shown(signing, "fr")
    except (NotASigningFile, NotAccepted):
        return
    assert signing.encoded() == bytes(data)
