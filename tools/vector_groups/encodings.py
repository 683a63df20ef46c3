"""The vectors of the encoding: one for each thing that a decoder must refuse (section 2), and the sizes of 6.3."""

from collections.abc import Iterator

from mabar.exchange.protocol import buckets
from tools.vector_groups import Vector, bad, good, group

_GOOD = {
    "nought": ("00", "0"),
    "23-in-one-byte": ("17", "23"),
    "24-in-two-bytes": ("1818", "24"),
    "255": ("18ff", "255"),
    "256": ("190100", "256"),
    "65535": ("19ffff", "65535"),
    "65536": ("1a00010000", "65536"),
    "4294967295": ("1affffffff", "4294967295"),
    "4294967296": ("1b0000000100000000", "4294967296"),
    "largest-integer": ("1b7fffffffffffffff", "9223372036854775807"),
    "minus-one": ("20", "-1"),
    "minus-25": ("3818", "-25"),
    "least-integer": ("3b7fffffffffffffff", "-9223372036854775808"),
    "false": ("f4", "false"),
    "true": ("f5", "true"),
    "null": ("f6", "null"),
    "no-bytes": ("40", "h''"),
    "bytes": ("4401020304", "h'01020304'"),
    "no-text": ("60", '""'),
    "arabic-text": ("68d985d8b9d8a8d8b1", '"معبر"'),
    "text-beyond-the-first-plane": ("64f09f9a9b", '"🚛"'),
    "no-array": ("80", "[]"),
    "array": ("83010203", "[1, 2, 3]"),
    "no-map": ("a0", "{}"),
    "map-in-the-order-of-its-bytes": ("a50000010017001818002000", "{0: 0, 1: 0, 23: 0, 24: 0, -1: 0}"),
    "depth-of-eight": ("81" * 7 + "00", "[[[[[[[0]]]]]]]"),
    "tag-18-outermost": ("d280", "18([])"),
    "tag-98-outermost": ("d86280", "98([])"),
}
_BAD = {
    "nothing": ("", "no byte at all"),
    "something-follows": ("0000", "a second item after the outermost"),
    "cut-in-a-number": ("19ff", "a two-byte number with one byte"),
    "cut-in-bytes": ("4401", "a byte string with one byte of four"),
    "cut-in-text": ("62d9", "a text with one byte of two"),
    "cut-in-an-array": ("82001900", "an array whose second member is cut off"),
    "cut-in-a-map": ("a1001901", "a map whose value is cut off"),
    "cut-after-a-tag": ("d2", "a tag that marks nothing"),
    "undefined": ("f7", "the simple value undefined"),
    "half-float": ("f93c00", "a float of two bytes"),
    "float": ("fa3f800000", "a float of four bytes"),
    "double": ("fb3ff0000000000000", "a float of eight bytes"),
    "simple-0": ("e0", "an unassigned simple value"),
    "simple-32": ("f820", "a simple value of two bytes"),
    "simple-null-in-two-bytes": ("f816", "null as a simple value of two bytes"),
    "break": ("ff", "a break without a beginning"),
    "bytes-without-end": ("5f4100ff", "a byte string of indefinite length"),
    "text-without-end": ("7f6161ff", "a text of indefinite length"),
    "array-without-end": ("9f00ff", "an array of indefinite length"),
    "map-without-end": ("bf0000ff", "a map of indefinite length"),
    "length-28": ("1c", "a reserved length"),
    "length-30": ("5e", "a reserved length of a byte string"),
    "integer-without-end": ("1f", "an integer of indefinite length"),
    "23-in-two-bytes": ("1817", "an integer not in its shortest form"),
    "255-in-three-bytes": ("1900ff", "an integer not in its shortest form"),
    "65535-in-five-bytes": ("1a0000ffff", "an integer not in its shortest form"),
    "4294967295-in-nine-bytes": ("1b00000000ffffffff", "an integer not in its shortest form"),
    "minus-one-in-two-bytes": ("3800", "a negative integer not in its shortest form"),
    "long-length-of-bytes": ("580100", "the length of a byte string not in its shortest form"),
    "long-length-of-text": ("780161", "the length of a text not in its shortest form"),
    "long-length-of-an-array": ("980100", "the length of an array not in its shortest form"),
    "long-length-of-a-map": ("b8010000", "the length of a map not in its shortest form"),
    "long-tag": ("d81280", "tag 18 not in its shortest form"),
    "above-64-bits": ("1b8000000000000000", "9223372036854775808"),
    "below-64-bits": ("3b8000000000000000", "-9223372036854775809"),
    "bignum": ("c249010000000000000000", "a tagged bignum"),
    "tag-0": ("c06161", "a tag that is not 18 or 98"),
    "tag-24": ("d8184100", "a byte string marked as encoded CBOR"),
    "tag-within-an-array": ("81d280", "tag 18 not outermost"),
    "tag-within-a-map": ("a100d280", "tag 18 not outermost"),
    "tag-within-a-tag": ("d862d280", "tag 18 within tag 98"),
    "bytes-longer-than-the-rest": ("5b7fffffffffffffff00", "a byte string of 2^63 - 1 bytes of which one is there"),
    "array-longer-than-the-rest": ("9affffffff00", "an array of 2^32 - 1 members of which one is there"),
    "map-longer-than-the-rest": ("a20000", "a map of two keys in two bytes"),
    "not-utf-8": ("61ff", "a text that is not UTF-8"),
    "overlong-utf-8": ("62c080", "a text with a character in more bytes than it needs"),
    "surrogate-in-utf-8": ("63eda080", "a text with half a pair of surrogates"),
    "beyond-unicode": ("64f4908080", "a text with a character beyond U+10FFFF"),
    "key-of-text": ("a1616100", "a map key that is a text"),
    "key-of-bytes": ("a1416100", "a map key that is a byte string"),
    "key-of-truth": ("a1f500", "a map key that is true"),
    "key-of-array": ("a18000", "a map key that is an array"),
    "key-twice": ("a200000000", "a map key twice"),
    "keys-out-of-order": ("a201000000", "key 1 before key 0"),
    "minus-one-before-nought": ("a220000000", "key -1 before key 0"),
    "minus-one-before-24": ("a22000181800", "key -1 before key 24: the order is that of the bytes"),
    "depth-of-nine": ("81" * 8 + "00", "an item at depth nine"),
    "tag-and-depth-of-nine": ("d2" + "81" * 7 + "00", "an item at depth nine, the tag counted"),
}


def _encodings() -> Iterator[Vector]:
    for name, (data, diagnostic) in _GOOD.items():
        yield good(name, f"{diagnostic} in its one form", "cbor", bytes=bytes.fromhex(data), diagnostic=diagnostic)
    for name, (data, what) in _BAD.items():
        yield bad(name, what, "cbor", "malformed", bytes=bytes.fromhex(data))
    yield good("no-sequence", "a sequence of nothing", "cbor-sequence", bytes=b"", items=[])
    yield good(
        "sequence",
        "three items, one after the other",
        "cbor-sequence",
        bytes=b"\x00\x81\x01\x40",
        items=[b"\x00", b"\x81\x01", b"\x40"],
    )
    yield bad("cut-sequence", "the second item is cut off", "cbor-sequence", "malformed", bytes=b"\x00\x82\x01")
    yield bad(
        "sequence-of-tags", "a tag within the second item", "cbor-sequence", "malformed", bytes=b"\x00\x81\xd2\x80"
    )


def _buckets() -> Iterator[Vector]:
    lengths = [0, 1, 63, 64, 65, 127, 128, 1000, 1023, 1024, 1025, 1088, 1089, 2047, 2048, 2049, 4096, 4097, 65_535]
    lengths += [65_536, 65_537, 100_000, 1_048_575, 1_048_576, 1_048_577, 8_388_607, 8_388_608]
    for length in lengths:
        yield good(f"{length}", f"the bucket of {length} bytes", "bucket", length=length, bucket=buckets.bucket(length))


group("cbor", "Section 2: what a decoder takes, and each thing that it refuses.", _encodings)
group("buckets", "Section 6.3: the length up to which a length is padded.", _buckets)
