"""What files that are no declarations get: a refusal that names the line and what to do, and nothing half read."""

import pytest
from lxml import etree

from mabar.declarations.formats import read, write
from mabar.declarations.formats import refusals as no
from tests.declarations import samples

GOOD = samples.sad()
BOMB = (
    b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY l "lol">'
    + b"".join(
        b'<!ENTITY l%d "&l%s;&l%s;">' % (n, b"" if n == 1 else b"%d" % (n - 1), b"" if n == 1 else b"%d" % (n - 1))
        for n in range(1, 30)
    )
    + b"]><ASYCUDA>&l29;</ASYCUDA>"
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><ASYCUDA><Property>&e;</Property></ASYCUDA>'

CASES = {
    "empty": (b"", no.FileEmpty),
    "blank": (b"\xef\xbb\xbf \n", no.FileEmpty),
    "bomb": (BOMB, no.DoctypeForbidden),
    "external entity": (OUTSIDE, no.DoctypeForbidden),
    "external document type": (b'<!DOCTYPE ASYCUDA SYSTEM "http://localhost/x.dtd"><ASYCUDA/>', no.DoctypeForbidden),
    "undeclared entity": (GOOD.replace(b">REF 1<", b">&who;<"), no.XmlBroken),
    "lone ampersand": (GOOD.replace(b">REF 1<", b">A & B<"), no.XmlBroken),
    "cut off": (GOOD[: len(GOOD) // 2], no.XmlBroken),
    "cut off in a tag": (GOOD[: GOOD.rindex(b"</Item") + 4], no.XmlBroken),
    "crossed tags": (b"<ASYCUDA><Property></ASYCUDA></Property>", no.XmlBroken),
    "Latin bytes declared as UTF-8": (GOOD.replace(b">REF 1<", b">R\xe9F<"), no.EncodingBroken),
    "UTF-8 declared as UTF-16": (GOOD.replace(b"UTF-8", b"UTF-16"), no.EncodingBroken),
    "unknown encoding": (GOOD.replace(b"UTF-8", b"KLINGON"), no.EncodingBroken),
    "manifest": (b"<Awmds><General_segment/></Awmds>", no.NotADeclaration),
    "other XML": (b"<note><to>you</to></note>", no.NotADeclaration),
    "too large": (GOOD + b" " * 21_000_000, no.FileBeyondLimit),
    "portable document": (b"%PDF-1.7 ...", no.FormatUnknown),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, no.FormatUnknown),
    "control characters": (GOOD.replace(b">REF 1<", b">R\x01F<"), no.XmlBroken),
}


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_is_refused_with_its_reason_and_remedy(name):
    data, expected = CASES[name]
    with pytest.raises(expected) as refused:
        read(data, name="bad.xml")
    for language in ("ar", "fr", "en"):
        said = refused.value.sentence(language)
        assert "–" not in said.what.replace("(\u2068–\u2069)", "")
        assert said.remedy


def test_the_line_of_the_damage_is_named():
    with pytest.raises(no.EncodingBroken) as refused:
        read(GOOD.replace(b">REF 1<", b">R\xe9F<"))
    assert refused.value.details["line"] == GOOD[: GOOD.index(b">REF 1<")].count(b"\n") + 1


@pytest.mark.parametrize(
    "part",
    [
        "<a b='c'/>",
        "<a/>loose",
        "<a>x</a>",
        "<Attached_documents><Attached_document_date>x</Attached_document_date></Attached_documents>",
        "<Container><Gross_weight>-1</Gross_weight></Container>",
    ],
    ids=["attributes", "loose text", "unknown", "bad days", "negative masses"],
)
def test_a_flood_of_one_thing_is_read_and_written(part):
    data = f"<ASYCUDA><Item>{part * 4_000}</Item>{part * 4_000}</ASYCUDA>".encode()
    (reading,) = read(data)
    assert samples.leaves(etree.fromstring(write([reading.declaration]))).keys()
    told = len(reading.declaration.kept) + len([found for found in reading.findings if found.value])
    assert told >= 4_000


def test_an_unknown_profile_is_refused_with_the_known_ones():
    with pytest.raises(no.ProfileUnknown) as refused:
        read(GOOD, profile="atlantis")
    assert "jm" in refused.value.details["known"]


def test_a_hundred_megabytes_are_refused_before_they_are_parsed():
    with pytest.raises(no.FileBeyondLimit) as refused:
        read(b"<ASYCUDA>" + b"x" * 100_000_000)
    assert refused.value.details["megabytes"] == "100.0"
