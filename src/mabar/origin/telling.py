"""What partner nodes are told of proofs, in the act that it tells of."""

from datetime import datetime

from mabar.exchange import outbox
from mabar.origin import messages, rules
from mabar.origin.models import Proof, Verification
from mabar.origin.wire import PURPOSE


def tell_ended(proof: Proof, *, at: datetime, replacement: str = "") -> None:
    """Tell every node of the country that the proof was meant for, and whoever asked of it, that it has ended."""
    asked = Verification.objects.filter(proof=proof).values_list("partner", flat=True)
    told = {*outbox.partners_of(proof.destination.lower()), *(each for each in asked if outbox.knows(each))}
    news = messages.Ended(
        serial=proof.serial,
        place=proof.place_id,
        state=proof.state,
        ended_at=at,
        replacement=replacement,
        reason="" if replacement else proof.end_reason,
    )
    for node in sorted(told):
        outbox.leave_for_partner(node, news, purpose=PURPOSE, at=at)


def tell_request(asked: Verification, *, at: datetime) -> None:
    """Ask the node that issued a proof."""
    news = messages.Request(
        request=asked.request,
        place=asked.place_id,
        serial=asked.serial,
        agreement=asked.agreement,
        reason=asked.reason,
        asked_at=asked.asked_at,
        due_at=asked.due_at,
        digest=asked.digest,
        text=asked.text,
    )
    outbox.leave_for_partner(asked.partner, news, purpose=PURPOSE, at=at)


def tell_answer(answered: Verification, *, at: datetime) -> None:
    """Answer the node that asked."""
    news = messages.Answer(
        request=answered.request,
        place=answered.place_id,
        serial=answered.serial,
        outcome=answered.outcome,
        answered_at=at,
        findings=answered.findings,
    )
    outbox.leave_for_partner(answered.partner, news, purpose=PURPOSE, at=at)


def reachable(node: str) -> str:
    """Give the node if messages can go there.

    Raises:
        IssuerUnreachable: it is no partner of this one.
    """
    if not node or not outbox.knows(node):
        raise rules.IssuerUnreachable(node=node or "–")
    return node
