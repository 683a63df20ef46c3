"""What every request must say, and what an answer carries with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from mabar.assistance.rules.refusals import (
    AnswerMissing,
    AttachmentUnfit,
    ContentsMissing,
    MeasureUnfit,
    ReasonUntold,
)
from mabar.assistance.rules.road import KINDS, LANGUAGES

# The parts of a request.  Names and addresses are told where they are known; all others are demanded in writing.
WRITTEN = (
    "requested",
    "agreement",
    "article",
    "kind",
    "matter",
    "reason",
    "description",
    "legal_elements",
    "connection",
    "language",
    "to_official",
)
ORAL = ("requested", "agreement", "article", "kind", "matter", "reason", "language", "to_official")
PARTS = (*WRITTEN, "parties")
LONGEST = 4000  # of each part, in characters

# The limits of use that go with every answer.
USE, ONWARD = "customs-only", "with-consent"

MEDIA_TYPES = {"application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
MOST_ATTACHMENTS, LARGEST_ATTACHMENTS = 3, 512 * 1024  # bytes of all together: a message is 1 MiB, and grows by a third


def check_contents(told: Mapping[str, str], demanded: Sequence[str] = WRITTEN) -> dict[str, str]:
    """Give the parts of a request tidied at their ends.

    Raises:
        ContentsMissing: names what the agreement demands and the request lacks.
    """
    tidy = {part: str(told.get(part, "")).strip()[:LONGEST] for part in PARTS}
    missing = [part for part in demanded if not tidy[part]]
    if tidy["kind"] not in KINDS and "kind" not in missing:
        missing.append("kind")
    if tidy["language"] not in LANGUAGES and "language" not in missing:
        missing.append("language")
    if missing:
        raise ContentsMissing(missing=",".join(missing))
    return tidy


def check_missing(parts: Sequence[str]) -> list[str]:
    """Give the parts that a request is sent back for, in the order of the form.

    Raises:
        ReasonUntold: none is named, so nobody could complete it.
    """
    named = [part for part in PARTS if part in set(parts)]
    if not named:
        raise ReasonUntold()
    return named


def check_reason(reason: str) -> str:
    """Give a reason in writing.

    Raises:
        ReasonUntold: there is none.
    """
    tidy = reason.strip()[:LONGEST]
    if not tidy:
        raise ReasonUntold()
    return tidy


def check_measure(measure: str, legal_basis: str, *, ends_at: datetime, at: datetime) -> tuple[str, str]:
    """Give a precautionary measure and its legal basis.

    Raises:
        MeasureUnfit: one of them is missing, or the end is not ahead.
    """
    tidy, basis = measure.strip()[:LONGEST], " ".join(legal_basis.split())[:500]
    if not tidy or not basis or ends_at <= at:
        raise MeasureUnfit()
    return tidy, basis


def check_answer(answer: str) -> str:
    """Give the text of an answer.

    Raises:
        AnswerMissing.
    """
    tidy = answer.strip()[: LONGEST * 4]
    if not tidy:
        raise AnswerMissing()
    return tidy


def check_attachments(files: Sequence[tuple[str, bytes]]) -> list[tuple[str, str, bytes]]:
    """Give name, media type and content of each attachment, its type as its first bytes say.

    Raises:
        AttachmentUnfit: too many, too large, or neither PDF nor JPEG nor PNG.
    """
    size = sum(len(content) for _name, content in files)
    found = [(name, media_type_of(content), content) for name, content in files]
    if len(files) > MOST_ATTACHMENTS or size > LARGEST_ATTACHMENTS or not all(each[1] for each in found):
        raise AttachmentUnfit(most=MOST_ATTACHMENTS, limit_kb=LARGEST_ATTACHMENTS // 1024, size_kb=size // 1024)
    return found


def media_type_of(content: bytes) -> str:
    """Tell the media type by the first bytes; empty for a kind that is not exchanged."""
    return next((kind for kind, begins in MEDIA_TYPES.items() if content.startswith(begins)), "")
