"""Read UN/EDIFACT: a CUSDEC message is a declaration, a consignment of a CUSCAR message a cargo report.

Other messages are named and kept.  The directory that a message names decides where its elements stand.  What no field
takes is kept with its place: message, segment, element, component.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mabar.declarations.formats import edifact_directory, refusals
from mabar.declarations.formats.edifact_cargo import read_cargo
from mabar.declarations.formats.edifact_cusdec import read_declaration
from mabar.declarations.formats.edifact_envelope import Interchange, Message, interchanges
from mabar.declarations.formats.edifact_fill import Notes
from mabar.declarations.formats.edifact_syntax import Segment
from mabar.declarations.formats.findings import Finding
from mabar.declarations.formats.readings import Reading
from mabar.declarations.formats.tabular import LIMIT_BYTES
from mabar.declarations.sad import Declaration
from mabar.declarations.sad_parts import Source

FORMAT = "edifact"
READERS = {"CUSDEC": read_declaration, "CUSCAR": read_cargo}
# What is told of the envelope and makes a message no whole declaration.
UNSOUND = frozenset(("F-0303", "F-0304", "F-0305", "F-0306", "F-0309"))
# Functions (1225) of a message that declares something new: empty, duplicate, original, copy, provisional, definitive.
NEW = frozenset(("", "7", "9", "31", "46", "47"))


def read_edifact(data: bytes, *, profile: str | None = None, with_trace: bool = False) -> list[Reading]:
    """Read every declaration and every consignment of a UN/EDIFACT file.

    Raises:
        FileRefused: the file as a whole cannot be read, or none of its messages declares anything.
    """
    if len(data) > LIMIT_BYTES:
        raise refusals.FileBeyondLimit(megabytes=f"{len(data) / 1e6:.1f}", limit=LIMIT_BYTES // (1024 * 1024))
    found = interchanges(data)
    readings: list[Reading] = []
    beside = Notes("", with_trace=with_trace)
    for each in found:
        own = list(_of_interchange(each, beside, profile, with_trace=with_trace))
        if own:
            own[0] = _with_beside(own[0], beside)
            beside = Notes("", with_trace=with_trace)
        readings += own
    if not readings:
        raise refusals.NoDeclarationMessage(kinds=_kinds(found), line=found[0].line)
    return [_told(each) for each in (*readings[:-1], _with_beside(readings[-1], beside))]


def _kinds(found: Sequence[Interchange]) -> str:
    kinds = dict.fromkeys(message.kind[:6] or "–" for each in found for message in each.messages)
    return ", ".join(list(kinds)[:10])


def _of_interchange(found: Interchange, beside: Notes, profile: str | None, *, with_trace: bool) -> Iterator[Reading]:
    """Read the messages of an interchange; what belongs to none that is read goes beside."""
    own = [message for message in found.messages if message.kind in READERS]
    _keep_envelope(found, beside)
    if not own:
        beside.findings += found.findings
    for message in found.messages:
        if message.kind not in READERS:
            _keep_message(message, beside)
    for message in own:
        yield from _of_message(message, found, profile, with_trace=with_trace)


def _of_message(message: Message, found: Interchange, profile: str | None, *, with_trace: bool) -> Iterator[Reading]:
    notes = Notes(message.path, with_trace=with_trace, findings=[*found.findings, *message.findings])
    given = f"{message.header.at(1, 1).strip()}.{message.header.at(1, 2).strip()}".upper()
    directory = given if edifact_directory.known(given) else edifact_directory.nearest(given)
    if directory != given:
        place = notes.where(message.header, (1, 2))
        notes.findings.append(Finding("F-0307", place, message.header.line, given, details={"directory": directory}))
    source = _source(message, given, directory, found)
    _check_function(message, notes)
    if found.is_test and found.header:
        notes.findings.append(Finding("F-0318", "UNB/11", found.header.line))
    _service(message.header, notes, {(1, 0), (1, 1), (1, 2), (1, 3)})
    if message.trailer:
        _service(message.trailer, notes, {(0, 0), (1, 0)})
    for declaration, own in READERS[message.kind](message, directory, source, notes, profile):
        yield _reading(declaration, own, is_test=found.is_test)


def _source(message: Message, given: str, directory: str, found: Interchange) -> Source:
    evidence = " ".join(filter(None, (message.kind, given, found.charset)))
    marks = {"charset": found.charset, "decimal": found.marks.decimal}
    dialect = {"message": message.kind, "directory": directory, **marks}
    return Source(FORMAT, None, (evidence,), None, None, dialect)


def _check_function(message: Message, notes: Notes) -> None:
    """Note a message that changes or cancels an earlier one: it is no new declaration."""
    head = next((each for each in message.segments if each.tag == "BGM"), None)
    if head is None or head is not message.segments[0]:
        notes.findings.append(Finding("F-0309", message.path, message.header.line, "BGM"))
    elif head.at(2).strip() not in NEW:
        notes.findings.append(Finding("F-0319", notes.where(head, (2, 0)), head.line, head.at(2)))


def _reading(declaration: Declaration, notes: Notes, *, is_test: bool) -> Reading:
    """Close a reading: its form says whether it can be lodged as it stands."""
    codes = {finding.code for finding in notes.findings}
    form = declaration.form
    if form == "declaration":
        form = "incomplete" if codes & UNSOUND else "change" if "F-0319" in codes else "test" if is_test else form
    return Reading(
        replace(declaration, form=form, kept=tuple(notes.kept)), tuple(notes.all_findings()), tuple(notes.trace)
    )


def _with_beside(reading: Reading, beside: Notes) -> Reading:
    """Keep with the first reading of an interchange what belongs to no message that is read."""
    declared = replace(reading.declaration, kept=(*beside.kept, *reading.declaration.kept))
    return Reading(declared, (*beside.all_findings(), *reading.findings), (*beside.trace, *reading.trace))


def _told(reading: Reading) -> Reading:
    """Say how much is kept, all in all."""
    kept = reading.declaration.kept
    if not kept:
        return reading
    told = Finding("F-0120", kept[0].path, details={"count": len(kept)})
    return replace(reading, findings=(*reading.findings, told))


def _keep_envelope(found: Interchange, beside: Notes) -> None:
    if found.header:
        _service(found.header, beside, {(0, 0), (0, 1), (4, 0), (10, 0)})
    for segment in found.service:
        if segment.tag in ("UNZ", "UNE"):
            _service(segment, beside, {(0, 0), (1, 0)})
        elif segment.tag == "UNG":
            _service(segment, beside, {(4, 0)})
    if found.rest:
        beside.keep_text("UNZ/following", found.rest_line, found.rest)


def _service(segment: Segment, notes: Notes, used: set[tuple[int, int]]) -> None:
    """Keep what a service segment says beyond what was checked."""
    notes.took(segment, sorted(used), "source.evidence")
    notes.keep_rest(segment, frozenset(used))


def _keep_message(message: Message, beside: Notes) -> None:
    """Keep a message of another kind, segment by segment, and name it."""
    beside.path = message.path
    beside.findings.append(Finding("F-0308", message.path, message.header.line, message.kind or "–"))
    for segment in (message.header, *message.segments, *filter(None, (message.trailer,))):
        beside.keep_all(segment)
    beside.path = ""
