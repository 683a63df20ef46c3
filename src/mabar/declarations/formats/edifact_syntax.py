"""UN/EDIFACT as ISO 9735 writes it: service characters, character sets, and text parted into segments and back.

Segments are found one by one from a place on, so that a file is gone through once however many interchanges it holds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from mabar.declarations.formats import refusals
from mabar.lib.words import table

SEGMENT_AT_MOST = 65_536  # characters; the longest segment of the directories has some five thousand
_BLANK = " \t\r\n\0\x1a\ufeff"
_LINE_ENDS = re.compile(r"[\r\n]+")
_START = re.compile(r"UN[BH]")


class Segment(NamedTuple):
    """A segment: its tag, its data elements as lists of components, its number in the message, its line in the file.

    `again` holds the further repetitions of an element (syntax 4), each with the number of the element.
    """

    tag: str
    elements: list[list[str]]
    number: int
    line: int
    again: tuple[tuple[int, list[str]], ...] = ()

    def at(self, element: int, component: int = 0) -> str:
        """Give the text at a place, counted from 0; empty where the segment does not reach so far."""
        if element >= len(self.elements) or component >= len(self.elements[element]):
            return ""
        return self.elements[element][component]


@dataclass(frozen=True)
class Marks:
    """The service characters of an interchange; a release or repetition character that is not used is empty."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = ""
    terminator: str = "'"

    @property
    def advice(self) -> str:
        """Write them as a service string advice (UNA)."""
        pair = f"{self.release or ' '}{self.repetition or ' '}"
        return f"UNA{self.component}{self.element}{self.decimal}{pair}{self.terminator}"


LEVEL_A = Marks()
# Level B without a service string advice: the information separators of ISO 646, and no release character.
LEVEL_B = Marks(component="\x1f", element="\x1d", release="", terminator="\x1c")


class Raw(NamedTuple):
    """The text of a segment without its terminator, the line it starts on, and where the next one starts."""

    text: str
    line: int
    end: int


def advised(text: str, start: int, *, line: int) -> tuple[Marks, int]:
    """Give the service characters of the interchange at a place, and where its first segment stands.

    Raises:
        SeparatorsUnfit: the service string advice names letters, digits or one character twice.
    """
    if not text.startswith("UNA", start):
        return (LEVEL_B if text[start + 3 : start + 4] == LEVEL_B.element else LEVEL_A), start
    given = text[start + 3 : start + 9]
    if len(given) < 6:
        raise refusals.InterchangeCut(segment="UNA", message="–", line=line)
    marks = Marks(given[0], given[1], given[2], given[3].strip(" "), given[4].strip(" "), given[5])
    parting = [marks.component, marks.element, marks.release, marks.terminator]
    filled = [each for each in parting if each]
    if len({*filled}) < len(filled) or any(each.isalnum() or each == " " for each in filled):
        raise refusals.SeparatorsUnfit(given=given, line=line)
    return marks, start + 9


def for_syntax(marks: Marks, version: str, *, is_advised: bool) -> Marks:
    """Let the repetition separator hold from syntax version 4 on, where it is an asterisk unless advised otherwise."""
    if version < "4":
        return replace(marks, repetition="")
    return marks if marks.repetition or is_advised else replace(marks, repetition="*")


def raw_segments(text: str, start: int, marks: Marks, *, line: int) -> Iterator[Raw]:
    """Give the segments from a place on, without the line ends between them; what has no terminator is left out."""
    place, length = start, len(text)
    while place < length:
        end = _end(text, place, marks)
        if end < 0 or end - place > SEGMENT_AT_MOST:
            return
        raw = text[place:end]
        bare = raw.lstrip(_BLANK)
        line += raw.count("\n", 0, len(raw) - len(bare))
        yield Raw(bare, line, end + 1)
        line += bare.count("\n") + (marks.terminator == "\n")
        place = end + 1


def _end(text: str, place: int, marks: Marks) -> int:
    """Find the terminator that no release character takes its meaning from."""
    terminator, release = marks.terminator, marks.release
    end = text.find(terminator, place, place + SEGMENT_AT_MOST + 2)
    while end > place and text[end - 1] == release:
        before = text[max(place, end - 1024) : end]
        if (len(before) - len(before.rstrip(release))) % 2 == 0:
            break
        end = text.find(terminator, end + 1, place + SEGMENT_AT_MOST + 2)
    return end


def parted(raw: Raw, marks: Marks, number: int) -> Segment:
    """Part a segment into its elements and components; line ends that wrap it are no part of it."""
    text = raw.text
    if "\n" in text or "\r" in text:
        text = _LINE_ENDS.sub("", text)
    if marks.repetition and marks.repetition in text:
        return _repeated(text, raw.line, marks, number)
    if not marks.release or marks.release not in text:
        parts = text.split(marks.element)
        return Segment(parts[0].strip(), [part.split(marks.component) for part in parts[1:]], number, raw.line)
    tag, *elements = _split(text, marks.element, marks.release)
    return Segment(tag.strip(), [_components(each, marks) for each in elements], number, raw.line)


def _repeated(text: str, line: int, marks: Marks, number: int) -> Segment:
    tag, *elements = _split(text, marks.element, marks.release)
    repeated = [_split(each, marks.repetition, marks.release) for each in elements]
    again = [
        (place, _components(more, marks)) for place, (_, *others) in enumerate(repeated) for more in others if more
    ]
    return Segment(tag.strip(), [_components(each[0], marks) for each in repeated], number, line, tuple(again))


def _components(text: str, marks: Marks) -> list[str]:
    parts = _split(text, marks.component, marks.release)
    return [_released(marks.release).sub(r"\1", part) for part in parts] if marks.release in text else parts


@lru_cache(maxsize=32)
def _released(release: str) -> re.Pattern[str]:
    return re.compile(re.escape(release) + "(.?)", re.DOTALL)


def _split(text: str, mark: str, release: str) -> list[str]:
    """Split a text at a mark, where no release character takes its meaning from it."""
    parts = text.split(mark)
    if not release or release not in text:
        return parts
    whole: list[str] = []
    is_open = False
    for part in parts:
        if is_open:
            whole[-1] = f"{whole[-1]}{mark}{part}"
        else:
            whole.append(part)
        is_open = (len(part) - len(part.rstrip(release))) % 2 == 1
    return whole


def written(tag: str, elements: Sequence[Sequence[str]], marks: Marks) -> str:
    """Write a segment; empty components and elements at its end are left out."""
    texts = [marks.component.join(_with_release(each, marks) for each in _bare(components)) for components in elements]
    while texts and not texts[-1]:
        texts.pop()
    return marks.element.join((tag, *texts)) + marks.terminator


def _bare(components: Sequence[str]) -> Sequence[str]:
    """Leave out the empty components at the end; taken from the written text, a mark that is released would go too."""
    filled = max((place for place, each in enumerate(components, 1) if each), default=0)
    return components[:filled]


def _with_release(text: str, marks: Marks) -> str:
    special = "".join((marks.component, marks.element, marks.release, marks.repetition, marks.terminator))
    return re.sub(f"([{re.escape(special)}])", lambda found: marks.release + found.group(), text) if text else ""


def starts_interchange(text: str, place: int = 0) -> bool:
    """Tell whether an interchange, or a message without one, can start here; what follows the tag decides."""
    if text.startswith("UNA", place):
        return _START.match(text[place + 9 : place + 40].lstrip(_BLANK)) is not None
    after = text[place + 3 : place + 4]
    return _START.match(text, place) is not None and after in (LEVEL_A.element, LEVEL_B.element)


def skip_blank(text: str, place: int) -> int:
    """Give the first place from here on that is not blank."""
    length = len(text)
    while place < length and text[place] in _BLANK:
        place += 1
    return place


def encoding_of(syntax: str) -> str | None:
    """Name the encoding of a character set (UNOA to UNOY) as programs do; null for one that is not known."""
    found: str | None = table("declarations", "edifact")["encodings"].get(syntax)
    return found
