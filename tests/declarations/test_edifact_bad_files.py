"""Bad UN/EDIFACT: a refusal of the file, or a finding with its place; never a crash, nothing half read."""

import random

import pytest

from mabar.declarations import rules, sad
from mabar.declarations.checks import check
from mabar.declarations.formats import Reading, read
from mabar.declarations.formats import refusals as no
from mabar.declarations.formats.refusals import FileRefused
from tests.declarations import edifact_samples as samples

GOOD = samples.cusdec()
LAST = "UNT+"


def changed(old: str, new: str, *, count: int = 1) -> bytes:
    text = GOOD.decode()
    assert old in text, old
    return text.replace(old, new, count).encode()


REFUSED = {
    "cut within a segment": (GOOD[:400], no.InterchangeCut),
    "cut before UNT": (GOOD[: GOOD.index(b"UNT+")], no.InterchangeCut),
    "cut before UNZ": (GOOD[: GOOD.index(b"UNZ+")], no.InterchangeCut),
    "cut after the advice": (b"UNA:+.? 'UNB+U", no.InterchangeCut),
    "no message": (b"UNB+UNOA:1+A+B+261120:0800+1'UNZ+0+1'", no.InterchangeCut),
    "UNH twice": (changed("BGM+929", "UNH+2+CUSDEC:D:96B:UN'BGM+929"), no.InterchangeBroken),
    "UNB twice": (changed("UNH+M1", "UNB+UNOC:3+A+B+261120:0800+2'UNH+M1"), no.InterchangeBroken),
    "UNZ in a message": (changed("GIS+N", "UNZ+1+REF1'GIS+N"), no.InterchangeBroken),
    "UNT twice": (changed("UNZ+", "UNT+1+M1'UNZ+"), no.InterchangeBroken),
    "a segment between messages": (changed("UNH+M1", "FTX+AAA'UNH+M1"), no.InterchangeBroken),
    "an open group": (changed("UNH+M1", "UNG+CUSDEC+A+B+261120:0800+1+UN+D:96B'UNH+M1"), no.InterchangeBroken),
    "a group that never began": (changed("UNZ+", "UNE+1+1'UNZ+"), no.InterchangeBroken),
    "letters as separators": (b"UNAx+.? '" + GOOD, no.SeparatorsUnfit),
    "one separator twice": (b"UNA++.? '" + GOOD, no.SeparatorsUnfit),
    "bytes beyond the character set": (
        samples.cusdec(charset="UNOA:1").replace(b"PONENTE", b"\xc9rable"),
        no.EncodingBroken,
    ),
    "cut UTF-16": (GOOD.decode().encode("utf-16")[:-1], no.EncodingBroken),
    "a segment without end": (GOOD.replace(b"GIS+N:79:95'", b"GIS+" + b"x" * 70_000 + b"'"), no.InterchangeCut),
    "only other messages": (GOOD.replace(b"CUSDEC", b"INVOIC"), no.NoDeclarationMessage),
    "too large": (GOOD + b" " * 21_000_000, no.FileBeyondLimit),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_with_its_place_reason_and_remedy(name):
    data, expected = REFUSED[name]
    with pytest.raises(expected) as refused:
        read(data, name="bad.edi")
    for language in ("ar", "fr", "en"):
        said = refused.value.sentence(language)
        assert said.what
        assert said.remedy
    if expected is not no.FileBeyondLimit:
        assert refused.value.details["line"] >= 1


def test_the_message_and_the_number_of_the_segment_are_named():
    with pytest.raises(no.InterchangeBroken) as refused:
        read(REFUSED["UNZ in a message"][0])
    details = refused.value.details
    assert (details["found"], details["expected"], details["message"], details["segment"], details["line"]) == (
        "UNZ", "UNT", "M1", 9, 10,
    )  # fmt: skip


def test_more_segments_than_a_day_of_a_broker_are_refused(monkeypatch):
    monkeypatch.setattr("mabar.declarations.formats.edifact_envelope.SEGMENTS_AT_MOST", 20)
    with pytest.raises(no.TooManySegments) as refused:
        read(GOOD)
    assert refused.value.details["limit"] == 20


def test_fifty_megabytes_are_refused_before_they_are_parted():
    with pytest.raises(no.FileBeyondLimit):
        read(b"UNB+UNOA:1+" + b"x" * 50_000_000)


UNSOUND = {
    "F-0303": (changed("UNT+52", "UNT+53"), "53", "CUSDEC[1]/UNT[52]/1"),
    "F-0304": (changed("UNT+52+M1", "UNT+52+M9"), "M9", "CUSDEC[1]/UNT[52]/2"),
    "F-0305": (changed("UNZ+1", "UNZ+2"), "2", "UNZ/1"),
    "F-0306": (changed("UNZ+1+REF1", "UNZ+1+REF2"), "REF2", "UNZ/2"),
    "F-0309": (changed("BGM+929+LRN-2026-7+9'\n", "").replace(b"UNT+52", b"UNT+51"), "BGM", "CUSDEC[1]"),
    "F-0318": (changed("+REF1'", "+REF1++++++1'"), "", "UNB/11"),
    "F-0319": (changed("LRN-2026-7+9", "LRN-2026-7+1"), "1", "CUSDEC[1]/BGM[2]/3.1"),
}


@pytest.mark.parametrize("code", UNSOUND)
def test_an_unsound_message_is_shown_with_its_place_and_not_lodged_as_it_stands(code):
    data, value, path = UNSOUND[code]
    (reading,) = read(data)
    (found,) = [each for each in reading.findings if each.code == code]
    assert (found.value, found.path) == (value, path)
    assert found.line is not None
    assert found.severity == "error"
    assert reading.declaration.form in ("incomplete", "test", "change")
    assert len(reading.declaration.items) == 2
    assert "G-0400" in {each.code for each in check(reading.declaration)}
    with pytest.raises(rules.NotAWholeDeclaration):
        rules.check_content(form=reading.declaration.form, flow="import", regime="import", items=2)


def test_a_person_may_begin_a_declaration_from_it():
    (reading,) = read(UNSOUND["F-0303"][0])
    assert sad.begun(reading.declaration).form == "declaration"
    (sound,) = read(GOOD)
    assert sad.begun(sound.declaration) is sound.declaration


def test_a_missing_section_control_is_told_and_the_items_are_read():
    data = GOOD.replace(b"UNS+D'\n", b"").replace(b"UNS+S'\n", b"").replace(b"UNT+52", b"UNT+50")
    (reading,) = read(data)
    assert ("F-0309", "UNS") in {(each.code, each.value) for each in reading.findings}
    assert len(reading.declaration.items) == 2


STRAY = {
    "F-0310": (changed("GIS+N:79:95'", "XYZ+1+2'XYZ+3'"), "XYZ"),
    "F-0311": (changed("GIS+N:79:95'", "BGM+830'"), "BGM"),
    "F-0316": (changed("CST+2+", "CST+5+"), "5"),
    "F-0320": (changed("FIRST LINE", "FIRST\r\n LINE"), ""),
    "F-0321": (GOOD + b".1", ".1"),
}


@pytest.mark.parametrize("code", STRAY)
def test_what_is_strange_is_told_and_kept_and_reading_goes_on(code):
    data, value = STRAY[code]
    reading = read(data)[0]
    (found,) = [each for each in reading.findings if each.code == code]
    assert found.value == value
    assert found.line
    assert found.severity in ("warning", "note")
    assert len(reading.declaration.items) == 2
    for language in ("ar", "fr", "en"):
        assert found.sentence(language).remedy


def test_unknown_segments_of_one_kind_are_told_once_and_kept_each():
    (reading,) = read(STRAY["F-0310"][0])
    (found,) = [each for each in reading.findings if each.code == "F-0310"]
    assert found.details["count"] == 2
    assert [each.text for each in reading.declaration.kept if "XYZ" in each.path] == ["XYZ+1+2", "XYZ+3"]


def test_sections_out_of_order_are_told():
    data = GOOD.replace(b"UNS+S'", b"UNS+X'").replace(b"UNS+D'", b"UNS+D'UNS+D'")
    (reading,) = read(data)
    (found,) = [each for each in reading.findings if each.code == "F-0311"]
    assert (found.value, found.details["count"]) == ("UNS", 2)


def test_messages_without_an_interchange_are_read_with_a_finding():
    text = GOOD.decode()
    bare = text[text.index("UNH+") : text.index("UNZ+")].encode()
    (reading,) = read(bare)
    assert "F-0301" in {each.code for each in reading.findings}
    assert reading.declaration.form == "declaration"
    assert len(read(bare + bare.replace(b"M1", b"M2"))) == 2


def test_text_behind_messages_without_an_interchange_is_kept():
    text = GOOD.decode()
    (reading,) = read((text[text.index("UNH+") : text.index("UNZ+")] + "the end").encode())
    assert "the end" in {each.text for each in reading.declaration.kept}
    assert {"F-0301", "F-0321"} <= {each.code for each in reading.findings}


@pytest.mark.parametrize("is_first", [True, False])
def test_an_interchange_of_other_messages_is_kept_with_the_declaration_beside_it(is_first):
    other = samples.interchange(samples.message(["BGM+124+DEPART"], kind="CUSREP:D:99B:UN"), control="OTHER")
    (reading,) = read(other + GOOD if is_first else GOOD + other)
    assert "BGM+124+DEPART" in {each.text for each in reading.declaration.kept}
    assert "F-0308" in {each.code for each in reading.findings}
    assert reading.declaration.form == "declaration"


def test_groups_are_counted():
    text = GOOD.decode()
    grouped = text.replace("UNH+M1", "UNG+CUSDEC+A+B+261120:0800+G1+UN+D:96B'UNH+M1").replace("UNZ+1", "UNE+1+G1'UNZ+1")
    (reading,) = read(grouped.encode())
    assert reading.declaration.form == "declaration"
    (wrong,) = read(grouped.replace("UNE+1+G1", "UNE+3+G2").encode())
    assert {"F-0305", "F-0306"} <= {each.code for each in wrong.findings}


def test_hidden_characters_in_a_code_are_doubted():
    (reading,) = read(changed("LOC+35+LY", "LOC+35+L\u202eY"))
    assert reading.declaration.export_country.code is None
    assert "F-0140" in {each.code for each in reading.findings}


def _mutated(chance: random.Random) -> bytes:
    data = bytearray(
        chance.choice(
            (
                GOOD,
                GOOD[GOOD.index(b"UNH") : GOOD.index(b"UNZ")],
                samples.cuscar(),
                samples.cusdec(advice="UNA:+.? '", charset="UNOC:4"),
            )
        )
    )
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(data))
        kind = chance.randrange(5)
        if kind == 0:
            data[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del data[place : place + chance.randint(1, 40)]
        elif kind == 2:
            data[place:place] = bytes(chance.choice(b"':+?*\n\0\xff9AUN") for _ in range(chance.randint(1, 6)))
        elif kind == 3:
            data[place:place] = data[chance.randrange(len(data)) :][: chance.randint(1, 200)]
        else:
            data = data[: max(place, 12)]
        if len(data) < 12:
            break
    return bytes(data)


def _read_or_refused(data: bytes) -> list[Reading]:
    """Read a file; nothing where it is refused, which is said in Arabic."""
    try:
        return read(data, with_trace=True)
    except FileRefused as refused:
        refused.sentence("ar")
        return []


@pytest.mark.parametrize("seed", range(40))
def test_damaged_anywhere_it_is_read_or_refused_and_never_crashes(seed):
    chance = random.Random(seed)
    for _ in range(25):
        for reading in _read_or_refused(_mutated(chance)):
            assert sad.loads(sad.dumps(reading.declaration)) == reading.declaration
            assert all(each.sentence("fr").what for each in reading.findings)


def test_cut_anywhere_it_is_refused():
    for place in range(40, len(GOOD) - 3, 7):
        with pytest.raises(FileRefused):
            read(GOOD[:place])


@pytest.mark.parametrize(
    "nonsense",
    [
        b"UNB+\0\x01\x02'" * 50,
        b"UNB+UNOA:1'" + b"+" * 60_000 + b"'",
        b"UNH+1+CUSDEC:D:96B:UN'" + b"CST+1'" * 5_000 + b"UNT+5202+1'",
        b"UNH+1+CUSDEC:D:96B:UN'BGM'UNS+D'" + b"CST" + b"+1:122" * 2_000 + b"'UNT+5+1'",
        b"UNB+UNOA:1+A+B+1:1+1'UNZ+0+1'" * 3_000,
    ],
    ids=["binary", "one long segment", "many items", "many elements", "many interchanges"],
)
def test_deep_nonsense_is_read_or_refused_in_reasonable_time(nonsense):
    assert all(reading.findings for reading in _read_or_refused(nonsense))
