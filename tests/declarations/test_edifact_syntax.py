"""The text of UN/EDIFACT parted into segments and put together again, whatever its marks and its contents."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mabar.declarations.formats import edifact_syntax as syntax
from mabar.declarations.formats.edifact_syntax import Marks

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=12)
MARK = st.sampled_from(":+?'*|~^!;,=\x1c\x1d\x1f/")
SEGMENT = st.lists(st.lists(TEXT, min_size=1, max_size=4), max_size=5)


@st.composite
def marks(draw: st.DrawFn) -> Marks:
    component, element, release, terminator = draw(st.lists(MARK, min_size=4, max_size=4, unique=True))
    return Marks(component, element, ".", release, "", terminator)


def bare(elements: list[list[str]]) -> list[list[str]]:
    """Leave out what a writer leaves out: empty components and elements at the end."""
    trimmed = []
    for components in elements:
        kept = list(components)
        while kept and not kept[-1]:
            kept.pop()
        trimmed.append(kept or [""])
    while trimmed and trimmed[-1] == [""]:
        trimmed.pop()
    return trimmed


def parted(text: str, used: Marks) -> list[syntax.Segment]:
    return [syntax.parted(raw, used, 1) for raw in syntax.raw_segments(text, 0, used, line=1)]


@given(st.lists(SEGMENT, min_size=1, max_size=4), marks())
def test_what_is_written_is_read_back_whatever_the_marks(segments, used):
    text = "".join(syntax.written("FTX", elements, used) for elements in segments)
    assert [each.elements for each in parted(text, used)] == [bare(elements) for elements in segments]


@given(SEGMENT)
def test_a_mark_in_a_text_is_released_and_never_parts_it(elements):
    text = syntax.written("FTX", elements, syntax.LEVEL_A)
    (segment,) = parted(text, syntax.LEVEL_A)
    assert segment.tag == "FTX"
    assert sum(map(len, segment.elements)) == sum(map(len, bare(elements)))


@given(st.text(max_size=60), marks())
def test_any_text_is_parted_and_its_characters_are_all_there(text, used):
    assume(used.terminator not in text)
    (segment,) = parted(f"FTX{used.element}{text}{used.terminator}", used) or [None]
    if segment is not None:
        left = "".join("".join(components) for components in segment.elements)
        special = {used.component, used.element, used.release, "\r", "\n"}
        assert [each for each in left if each not in special] == [each for each in text if each not in special]


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("A+b:c+d'", [["b", "c"], ["d"]]),
        ("A+b?:c+d'", [["b:c"], ["d"]]),
        ("A+b??:c'", [["b?", "c"]]),
        ("A+b?'c'", [["b'c"]]),
        ("A+b??'", [["b?"]]),
        ("A+?+?+'", [["++"]]),
        ("A++:'", [[""], ["", ""]]),
        ("A'", []),
        ("A+b\r\nc'", [["bc"]]),
        ("A+b?'", None),
        ("A+b", None),
    ],
)
def test_release_characters_and_ends(text, elements):
    found = parted(text, syntax.LEVEL_A)
    assert (found[0].elements if found else None) == elements


def test_lines_are_counted_where_segments_begin():
    assert [each.line for each in parted("A'\nB'\r\n\n C+x\ny'D'", syntax.LEVEL_A)] == [1, 2, 4, 5]


def test_repetitions_stand_beside_the_first():
    (segment,) = parted("GIS+a:1*b:2*c+d'", Marks(repetition="*"))
    assert segment.elements == [["a", "1"], ["d"]]
    assert segment.again == ((0, ["b", "2"]), (0, ["c"]))


@pytest.mark.parametrize(
    ("start", "is_edifact"),
    [
        ("UNB+UNOA:1", True),
        ("UNA:+.? 'UNB+UNOA:1", True),
        ("UNA:+.? '\r\nUNB+UNOA:1", True),
        ("UNH+1+CUSDEC", True),
        ("UNB\x1dUNOB", True),
        ("UNBEKANNT;Betrag", False),
        ("UNAVAILABLE,1", False),
        ("UNH;1", False),
        ("UNA", False),
    ],
)
def test_a_heading_of_a_sheet_is_not_taken_for_an_interchange(start, is_edifact):
    assert syntax.starts_interchange(start) is is_edifact


def test_the_advice_says_the_marks():
    assert Marks().advice == "UNA:+.?  '"[:8] + "'"
    assert syntax.advised("UNA|*,! ~UNB", 0, line=1) == (Marks("|", "*", ",", "!", "", "~"), 9)


@pytest.mark.parametrize("text", ["A+b" + "?" * 100_000 + "'", "A" + "+" * 60_000 + "'", "?'" * 50_000])
def test_long_nonsense_takes_no_time(text):
    assert len(parted(text, syntax.LEVEL_A)) <= 1
