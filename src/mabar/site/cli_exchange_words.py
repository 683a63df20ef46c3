"""How the command line says the state of the lines, and the verdict on evidence."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mabar.exchange.protocol.fingerprints import digits_of
from mabar.exchange.protocol.ports import ED25519
from mabar.exchange.protocol.verdicts import Report
from mabar.lib import words

if TYPE_CHECKING:
    from mabar.exchange.queries import Alarm, ClosedStream, LineRow

ALGS = {True: "Ed25519", False: "ML-DSA-44"}


def _word(key: str) -> str:
    return words.word("exchange", key, "en")


def of_line(row: "LineRow", at: datetime) -> Iterator[str]:
    """Say how a line is doing, a row for each class on which anything is or was under way."""
    heard = "never" if row.heard_at is None else f"{row.heard_at:%Y-%m-%d %H:%M:%S} UTC"
    offset = f", clock {row.offset_s} s" if row.offset_s else ""
    yield f"{row.code}: {_word(f'line.{row.state}')}, last heard {heard}{offset}{f', {row.fault}' if row.fault else ''}"
    if row.is_rejoining:
        yield "  rejoining: nothing is numbered before the partner has answered"
    for each in row.classes:
        if each.waiting or each.on_way or each.stored or each.answered:
            oldest = "" if each.oldest_at is None else f", oldest {int((at - each.oldest_at).total_seconds())} s"
            missing = (
                f", receipts missing {each.missing_r1 + each.missing_r2}" if each.missing_r1 + each.missing_r2 else ""
            )
            yield (
                f"  {_word(f'class.{each.urgency}').lower()}: {each.waiting} wait, {each.on_way} on the way, "
                f"{each.stored} stored, {each.answered} answered{oldest}{missing}"
            )
    for head in row.heads:
        if head.is_equal is False:
            yield f"  the logs differ: {'sent' if head.is_outward else 'received'}, size {head.signed_size}"


def _reopening(stream: "ClosedStream") -> str:
    """Say how far each side is with opening a stream again."""
    if stream.is_at_odds:
        return "; both sides have signed to open it again, but of two histories: agree once more"
    if stream.is_signed:
        return "; signed to open again, the partner is awaited"
    asked = "; the partner has signed to open it again" if stream.is_asked else ""
    return f"{asked}; agreed by {stream.officers[0]}, a second officer is awaited" if stream.officers else asked


def of_alarms(found: "Alarm") -> Iterator[str]:
    """Say what calls for somebody."""
    for stream in found.closed:
        urgency, proof = _word(f"class.{stream.urgency}"), stream.evidence or "-"
        yield f"CLOSED {stream.partner} {stream.direction} {urgency}: {stream.code}, proof {proof}{_reopening(stream)}"
    kinds = {"held": found.held, "disputed": found.disputed, "refused here": found.refused_here}
    kinds |= {"refused there": found.refused_there, "not sent": found.not_sent}
    for name, rows in kinds.items():
        for row in rows:
            yield f"{name}: {row.key} {row.kind} {row.partner} {row.code}"
    if not found.count:
        yield "Nothing calls for you."


def of_report(report: Report, strange: Sequence[str]) -> Iterator[str]:
    """Say a verdict: what is claimed, each signature, and on whose word it rests."""
    yield f"verdict: {report.verdict}"
    if report.fault:
        yield f"  because: {report.fault}"
    if report.claim is not None:
        yield f"claim: {int(report.claim)}, {_word(f'claim.{int(report.claim)}').lower()}, stream {report.stream}"
        yield f"guilty: {report.guilty or 'nobody'}"
    if report.is_erased:
        yield "payload: erased; its statement and proofs stand"
    for each in report.signatures:
        stopped = ", by a key that was stopped since" if each.key in report.stopped else ""
        key = f"{ALGS[each.alg == ED25519]} {each.key.hex()}"
        yield f"  {each.checked}: {each.type.name.lower()} by {each.signer}, {key}{stopped}"
    for code, seen in report.fingerprints.items():
        mark = "  NOT among the digits that you gave" if code in strange else ""
        yield f"rests on {code}: {' '.join(digits_of(seen))}{mark}"


def as_json(report: Report, strange: Sequence[str]) -> dict[str, Any]:
    """Give a verdict for a program."""
    return {
        "verdict": str(report.verdict),
        "fault": report.fault,
        "claim": int(report.claim) if report.claim is not None else None,
        "stream": str(report.stream) if report.stream else None,
        "guilty": report.guilty,
        "follows": report.follows,
        "is_erased": report.is_erased,
        "signatures": [
            {
                "type": each.type.name.lower(),
                "signer": each.signer,
                "key": each.key.hex(),
                "alg": each.alg,
                "checked": str(each.checked),
                "is_stopped": each.key in report.stopped,
            }
            for each in report.signatures
        ],
        "fingerprints": {code: seen.hex() for code, seen in report.fingerprints.items()},
        "digits": {code: " ".join(digits_of(seen)) for code, seen in report.fingerprints.items()},
        "not_trusted": list(strange),
    }
