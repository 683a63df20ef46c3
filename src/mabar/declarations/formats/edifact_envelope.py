"""Interchanges, groups and messages of a UN/EDIFACT file: their service segments, and whether these tell the truth.

A message that is cut off, or that stands where none can stand, refuses the file: nothing of it is half read.  Counts
and references that do not agree are findings with their place; the message is then shown, and is no whole declaration.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from mabar.declarations.formats import edifact_syntax as syntax
from mabar.declarations.formats import refusals
from mabar.declarations.formats.edifact_syntax import Marks, Raw, Segment
from mabar.declarations.formats.findings import Finding

SEGMENTS_AT_MOST = 1_000_000  # of a file: some four thousand declarations of twenty items
SERVICE = frozenset(("UNB", "UNZ", "UNG", "UNE", "UNH", "UNT"))
IS_TEST = "1"


@dataclass
class Message:
    """One message: from UNH to UNT, without these two, and what was found about its envelope."""

    header: Segment
    place: int
    segments: list[Segment] = field(default_factory=list)
    trailer: Segment | None = None
    findings: list[Finding] = field(default_factory=list)
    has_broken_lines: bool = False

    @property
    def kind(self) -> str:
        """Name its type: CUSDEC, CUSCAR..."""
        return self.header.at(1).strip()

    @property
    def path(self) -> str:
        """Name it as findings and kept values do."""
        return f"{self.kind or 'UNH'}[{self.place}]"


@dataclass
class Interchange:
    """One interchange: its header, messages, service segments in between, and what was found about it."""

    marks: Marks
    header: Segment | None = None
    messages: list[Message] = field(default_factory=list)
    service: list[Segment] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    encoding: str = "ascii"
    rest: str = ""
    rest_line: int = 1

    @property
    def charset(self) -> str:
        """Name its character set: UNOA, UNOC..."""
        return self.header.at(0).strip().upper() if self.header else ""

    @property
    def line(self) -> int:
        """Give the line on which it begins."""
        return self.header.line if self.header else self.messages[0].header.line if self.messages else 1

    @property
    def is_test(self) -> bool:
        """Whether its sender marked it as a test (0035)."""
        return self.header is not None and self.header.at(10).strip() == IS_TEST


def interchanges(data: bytes) -> list[Interchange]:
    """Part a file into its interchanges and check what their service segments say.

    Raises:
        InterchangeCut, InterchangeBroken, SeparatorsUnfit, EncodingBroken, TooManySegments: the file as a whole.
    """
    text, is_unicode = _text(data)
    reader = _Reader(text, is_unicode=is_unicode)
    found = list(reader.all())
    if not any(each.messages for each in found):
        raise refusals.InterchangeCut(segment="UNH", message="–", line=1)
    return found


def _text(data: bytes) -> tuple[str, bool]:
    """Give the file a character a byte, so that each interchange can be read in its own character set."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), True
        except UnicodeDecodeError:
            raise refusals.EncodingBroken(encoding="UTF-16", line=1) from None
    return data.removeprefix(b"\xef\xbb\xbf").decode("latin-1"), False


class _Reader:
    """Goes through the text of a file once."""

    def __init__(self, text: str, *, is_unicode: bool) -> None:
        self.text, self.is_unicode = text, is_unicode
        self.place = syntax.skip_blank(text, 0)
        self.line = 1 + text.count("\n", 0, self.place)
        self.segments = self.messages = 0

    def all(self) -> Iterator[Interchange]:
        """Give the interchanges one after the other; what stands behind the last is kept with it."""
        while True:
            found = self._one()
            after = syntax.skip_blank(self.text, self.place)
            self.line += self.text.count("\n", self.place, after)
            self.place = after
            if after < len(self.text) and not syntax.starts_interchange(self.text, after):
                found.rest, found.rest_line = self.text[after:], self.line
                found.findings.append(Finding("F-0321", line=self.line, value=found.rest[:80]))
                self.place = after = len(self.text)
            yield found
            if after >= len(self.text):
                return

    def _one(self) -> Interchange:
        marks, start = syntax.advised(self.text, self.place, line=self.line)
        start_line, is_advised = self.line, start > self.place
        first = next(syntax.raw_segments(self.text, start, marks, line=start_line), None)
        if first is None:
            raise refusals.InterchangeCut(segment=self.text[start : start + 3], message="–", line=start_line)
        head = syntax.parted(first, marks, 0)
        if head.tag == "UNB":
            marks = syntax.for_syntax(marks, head.at(0, 1).strip(), is_advised=is_advised)
        found = Interchange(marks, head if head.tag == "UNB" else None)
        _Envelope(found, self).run(syntax.raw_segments(self.text, start, marks, line=start_line), start)
        return found


class _Envelope:
    """Puts the segments of one interchange into messages; `open` is the message that has begun."""

    def __init__(self, found: Interchange, reader: _Reader) -> None:
        self.found, self.reader = found, reader
        self.open: Message | None = None
        self.decoder = _Decoder(found, is_unicode=reader.is_unicode)
        self.group: Segment | None = None
        self.in_group = 0

    def run(self, raws: Iterator[Raw], start: int) -> None:
        """Go through the segments up to the end of the interchange."""
        reader, last = self.reader, start
        for raw in raws:
            reader.place, reader.segments = raw.end, reader.segments + 1
            reader.line = raw.line + raw.text.count("\n")
            if reader.segments > SEGMENTS_AT_MOST:
                raise refusals.TooManySegments(limit=SEGMENTS_AT_MOST, line=raw.line)
            if self._take(raw):
                return
            last = raw.end
            if self.found.header is None and self._ends_bare(raw.end):
                return
        self._ended(last)

    def _take(self, raw: Raw) -> bool:
        """Put one segment where it belongs; tell whether the interchange ends with it."""
        segment = self.decoder.part(raw, self.open)
        if segment.tag not in SERVICE:
            if self.open is None:
                raise self._broken(segment, "UNH")
            self.open.segments.append(segment)
            return False
        return bool(getattr(self, f"_{segment.tag.lower()}")(segment))

    def _unb(self, segment: Segment) -> None:
        if segment.number or self.found.messages or self.found.service or self.open:
            raise self._broken(segment, "UNT" if self.open else "UNZ")
        self.found.service.append(segment)

    def _ung(self, segment: Segment) -> None:
        if self.open or self.group:
            raise self._broken(segment, "UNT" if self.open else "UNE")
        self.group, self.in_group = segment, 0
        self.found.service.append(segment)

    def _unh(self, segment: Segment) -> None:
        if self.open:
            raise self._broken(segment, "UNT")
        self.reader.messages += 1
        self.open = Message(segment._replace(number=1), self.reader.messages)

    def _unt(self, segment: Segment) -> None:
        if self.open is None:
            raise self._broken(segment, "UNH")
        message, self.open = self.open, None
        message.trailer = segment
        self.in_group += 1
        counted = str(len(message.segments) + 2)
        _compare(message.findings, "F-0303", segment, 0, counted, message.path)
        _compare(message.findings, "F-0304", segment, 1, message.header.at(0), message.path)
        self.found.messages.append(message)

    def _une(self, segment: Segment) -> None:
        if self.open or self.group is None:
            raise self._broken(segment, "UNT" if self.open else "UNG")
        _compare(self.found.findings, "F-0305", segment, 0, str(self.in_group), "UNE")
        _compare(self.found.findings, "F-0306", segment, 1, self.group.at(4), "UNE")
        self.group = None
        self.found.service.append(segment)

    def _unz(self, segment: Segment) -> bool:
        if self.open or self.group or self.found.header is None:
            raise self._broken(segment, "UNT" if self.open else "UNE" if self.group else "UNB")
        groups = sum(1 for each in self.found.service if each.tag == "UNG")
        _compare(self.found.findings, "F-0305", segment, 0, str(groups or len(self.found.messages)), "UNZ")
        _compare(self.found.findings, "F-0306", segment, 1, self.found.header.at(4), "UNZ")
        self.found.service.append(segment)
        return True

    def _broken(self, segment: Segment, expected: str) -> refusals.FileRefused:
        message = self.open.header.at(0) if self.open else "–"
        number = segment.number or 1
        return refusals.InterchangeBroken(
            found=segment.tag[:10] or "–", expected=expected, message=message, segment=number, line=segment.line
        )

    def _ends_bare(self, end: int) -> bool:
        """Tell whether messages without an interchange end here: nothing follows, or an interchange does."""
        if self.open:
            return False
        text = self.reader.text
        after = syntax.skip_blank(text, end)
        is_end = after >= len(text) or not text.startswith(("UNH", "UNT", "UNZ"), after)
        if is_end and self.found.messages:
            self.found.findings.append(Finding("F-0301", line=self.found.messages[0].header.line))
        return is_end

    def _ended(self, last: int) -> None:
        """Refuse what ends before its time: the rest of the text has no terminator, or the trailer is missing."""
        rest = self.reader.text[last : last + 12].strip()
        message = self.open
        missing = "UNT" if message else "UNZ"
        number = len(message.segments) + 2 if message else 1
        raise refusals.InterchangeCut(
            segment=rest[:3] or missing,
            message=message.header.at(0) if message else "–",
            line=self.reader.line,
            number=number,
        )


class _Decoder:
    """Parts segments and reads their bytes in the character set of the interchange."""

    def __init__(self, found: Interchange, *, is_unicode: bool) -> None:
        self.found, self.is_unicode = found, is_unicode
        self.declared = syntax.encoding_of(found.charset) if found.charset else "ascii"
        found.encoding = "utf-16" if is_unicode else (self.declared or "utf-8")

    def part(self, raw: Raw, message: Message | None) -> Segment:
        """Part one segment; its number is its place in the message, UNH being 1."""
        if not raw.text.isascii() and not self.is_unicode:
            raw = raw._replace(text=self._decoded(raw))
        if message and not message.has_broken_lines and ("\n" in raw.text or "\r" in raw.text):
            message.has_broken_lines = True
            message.findings.append(Finding("F-0320", message.path, raw.line))
        return syntax.parted(raw, self.found.marks, len(message.segments) + 2 if message else 0)

    def _decoded(self, raw: Raw) -> str:
        """Read bytes as declared; those that are UTF-8 whatever was declared are read so, with a finding."""
        data = raw.text.encode("latin-1")
        try:
            as_unicode: str | None = data.decode("utf-8")
        except UnicodeDecodeError:
            as_unicode = None
        if as_unicode is not None:
            self._note_unicode(raw)
            return as_unicode
        try:
            return data.decode("ascii" if self.declared == "utf-8" else self.declared or "ascii")
        except UnicodeDecodeError:
            raise refusals.EncodingBroken(encoding=self.found.charset or "UNOA", line=raw.line) from None

    def _note_unicode(self, raw: Raw) -> None:
        if self.declared != "utf-8" and self.found.encoding != "utf-8":
            self.found.encoding = "utf-8"
            self.found.findings.append(Finding("F-0302", "UNB", raw.line, self.found.charset))


def _compare(findings: list[Finding], code: str, segment: Segment, element: int, counted: str, path: str) -> None:
    """Note a count or reference of a trailer that is not what was counted or what its header says."""
    said = segment.at(element).strip()
    is_same = said.lstrip("0") == counted.lstrip("0") if code in ("F-0303", "F-0305") else said == counted.strip()
    if not is_same:
        number = segment.number or 1
        where = f"{path}/{segment.tag}[{number}]/{element + 1}" if segment.tag == "UNT" else f"{path}/{element + 1}"
        findings.append(Finding(code, where, segment.line, said, details={"counted": counted, "segment": segment.tag}))
