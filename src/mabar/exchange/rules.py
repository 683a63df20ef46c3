"""What the duty engineer and the terms officer may not do, whatever their mandate."""

from collections.abc import Sequence

from mabar.exchange.protocol import fingerprints
from mabar.exchange.protocol.objects import NODE
from mabar.exchange.refusals import (
    AgreedByYou,
    ConfirmedBefore,
    ConfirmedByYou,
    DigitsDiffer,
    NotANode,
    OwnNode,
    ReasonNeeded,
    SignedForThisSide,
    StreamCarries,
)

OFFICERS_OF_A_CEREMONY = 2
OFFICERS_OF_A_REOPENING = 2
LONGEST_REASON = 200


def check_partner(code: str, *, own: str) -> str:
    """Give the code of a node that may be a partner.

    Raises:
        NotANode; OwnNode.
    """
    typed = code.strip()
    if NODE.fullmatch(typed) is None:
        raise NotANode(node=typed[:32])
    if typed == own:
        raise OwnNode(node=typed)
    return typed


def check_reason(reason: str) -> str:
    """Give the reason of an act that stops others.

    Raises:
        ReasonNeeded.
    """
    told = " ".join(reason.split())[:LONGEST_REASON]
    if not told:
        raise ReasonNeeded()
    return told


def check_confirmation(fingerprint: bytes, typed: str, *, officer: str, before: Sequence[str]) -> list[str]:
    """Give who has confirmed a root record, this officer included; two different ones are enough.

    Raises:
        ConfirmedBefore; ConfirmedByYou; DigitsDiffer: with the numbers of the groups.
    """
    if len(before) >= OFFICERS_OF_A_CEREMONY:
        raise ConfirmedBefore()
    if officer in before:
        raise ConfirmedByYou(officer=officer)
    wrong = fingerprints.differing_groups(fingerprint, typed)
    if wrong:
        raise DigitsDiffer(groups=", ".join(map(str, wrong)))
    return [*before, officer]


def check_reopening(*, is_called_for: bool, is_signed: bool, officer: str, before: Sequence[str]) -> list[str]:
    """Give who of this side wants a stream to open again, this officer included; two different ones are enough.

    Raises:
        StreamCarries: nothing has closed it; SignedForThisSide; AgreedByYou.
    """
    if not is_called_for:
        raise StreamCarries()
    if is_signed:
        raise SignedForThisSide()
    if officer in before:
        raise AgreedByYou(officer=officer)
    return [*before, officer]
