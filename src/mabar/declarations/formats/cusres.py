"""The answer of customs as UN/EDIFACT message CUSRES, directory D.96B.

Segments stand in the order of the directory's segment table: BGM, DTM, FTX, LOC, GIS, NAD, then references (RFF and
DTM) and errors (ERP, ERC, FTX).  States and lanes are codes that both sides agree (agency ZZZ), three characters as
data element 7365 allows; `answers` has their list.  Texts that Latin 1 holds go as UNOC of syntax 3, others, so
Arabic, as UNOW (UTF-8) of syntax 4.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from mabar.declarations.formats.answers import (
    AGREED,
    INDICATORS,
    LANES,
    QUERIED,
    Answer,
    plain_text,
    sentence_of,
)
from mabar.declarations.formats.findings import Finding

MESSAGE: Final = "CUSRES:D:96B:UN"
ANSWERED, IN_ERROR = "962", "963"  # data element 1001: document response, error response (customs)
MINUTE, DAY = "203", "102"  # data element 2379: CCYYMMDDHHMM, CCYYMMDD
HEADING, DETAIL = "1", "2"  # data element 9166: the section of the message that holds the error
LONGEST, PARTS, LINE = 35, 5, 70  # of an identifier; of a free text, in its parts
_RELEASE = str.maketrans({sign: f"?{sign}" for sign in "?+:'"})


def write_cusres(answer: Answer, *, sender: str, recipient: str, control: str, language: str, at: datetime) -> bytes:
    """Write an interchange with one answer.

    Args:
        control: the reference of the interchange, at most 14 characters.
        language: of the sentences: ar, fr or en.
        at: when it is written; stands in it as UTC.
    """
    body = [["UNH", "1", MESSAGE], *_message(answer, language, at)]
    body.append(["UNT", str(len(body) + 1), "1"])
    text = "".join(map(_written, body))
    is_latin = _is_latin(text + sender + recipient)
    level, day = ("UNOC:3", at.strftime("%y%m%d")) if is_latin else ("UNOW:4", at.strftime("%Y%m%d"))
    head = ["UNB", level, _plain(sender), _plain(recipient), f"{day}:{at:%H%M}", _plain(control)]
    written = f"UNA:+.? '{_written(head)}{text}{_written(['UNZ', '1', _plain(control)])}"
    return written.encode("latin-1" if is_latin else "utf-8")


def _message(answer: Answer, language: str, at: datetime) -> Iterable[list[str]]:
    yield ["BGM", IN_ERROR if answer.is_refused else ANSWERED, _plain(answer.reference)]
    yield ["DTM", f"137:{at:%Y%m%d%H%M}:{MINUTE}"]
    if answer.reason:
        yield _free_text("ACB", answer.reason, language)
    yield ["LOC", "22", _plain(answer.office)]
    yield ["GIS", f"{INDICATORS[answer.state]}::{AGREED}"]
    if answer.lane:
        yield ["GIS", f"{LANES[answer.lane]}::{AGREED}"]
    if answer.is_queried:
        yield ["GIS", f"{QUERIED}::{AGREED}"]
    if answer.declarant:
        yield ["NAD", "DT", f"{_plain(answer.declarant)}::{AGREED}"]
    yield ["RFF", f"ABT:{_plain(answer.reference)}"]
    if answer.registered_on:
        yield ["DTM", f"137:{answer.registered_on:%Y%m%d}:{DAY}"]
    if answer.trader_reference:
        yield ["RFF", f"ABE:{_plain(answer.trader_reference)}"]
    for finding in answer.errors:
        yield from _error(finding, language)


def _error(finding: Finding, language: str) -> Iterable[list[str]]:
    item = finding.details.get("item")
    yield ["ERP", f"{DETAIL}:{item}" if item else HEADING]
    yield ["ERC", f"{_plain(finding.code)}::{AGREED}"]
    yield _free_text("AAO", sentence_of(finding, language), language)


def _free_text(subject: str, text: str, language: str) -> list[str]:
    """Write a text in parts of at most seventy characters, cut after the fifth."""
    plain = plain_text(text)
    parts = [plain[start : start + LINE] for start in range(0, len(plain), LINE)][:PARTS]
    return ["FTX", subject, "", "", ":".join(part.translate(_RELEASE) for part in parts), language.upper()]


def _plain(text: str) -> str:
    """Give an identifier on one line, no longer than it may be, with the signs of the syntax released."""
    return " ".join(text.split())[:LONGEST].translate(_RELEASE)


def _is_latin(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _written(segment: Sequence[str]) -> str:
    return "+".join(segment) + "'"
