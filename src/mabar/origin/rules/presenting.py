"""The road of a proof that is presented with a declaration of import, and which claims it carries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mabar.declarations import sad
from mabar.origin.rules.agreements import agreement
from mabar.origin.rules.code import MOST_GOODS
from mabar.origin.rules.refusals import ClaimDiffers, OutOfTurn
from mabar.origin.rules.verifying import AUTHENTIC

STATES = ("presented", "under_verification", "confirmed", "not_confirmed", "revoked")

TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("", "present"): "presented",
    ("presented", "request"): "under_verification",
    ("under_verification", "take_answer"): "confirmed",
    ("under_verification", "take_refusal"): "not_confirmed",
    ("presented", "revoke"): "revoked",
    ("under_verification", "revoke"): "revoked",
    ("confirmed", "revoke"): "revoked",
    # an answer that comes after the issuer took the proof back
    ("revoked", "take_answer"): "revoked",
    ("revoked", "take_refusal"): "not_confirmed",
}


@dataclass(frozen=True)
class Carried:
    """What a presented proof says of goods, and whether it carries a preference now.

    Attributes:
        origin: empty where only its number was given, and `goods` too.
    """

    agreement: str
    origin: str
    goods: tuple[str, ...]
    is_accepted: bool

    def is_for(self, item: sad.Item) -> bool:
        """Tell whether an item claims what the proof proves."""
        if item.preference_code != agreement(self.agreement).preference:
            return False
        code = (item.commodity_code or "")[:6]
        is_among = not self.goods or code in self.goods or len(self.goods) >= MOST_GOODS
        return is_among and self.origin in ("", item.origin_country)


def after(act: str, state: str) -> str:
    """Give the state of a presented proof that follows `act` in `state`.

    Raises:
        OutOfTurn: the act has no place in this state.
    """
    if (state, act) not in TRANSITIONS:
        raise OutOfTurn(verb=act, state=state, record="presentation")
    return TRANSITIONS[state, act]


def act_of(outcome: str) -> str:
    """Name what an answer is to the presented proof."""
    return "take_answer" if outcome == AUTHENTIC else "take_refusal"


def is_accepted(state: str, verdict: str) -> bool:
    """Tell whether a presented proof carries a preference: its code was true and nothing speaks against it since.

    An issuer confirms a serial, not the paper that was shown: what was judged altered, ended or over stays so.
    """
    return (state, verdict) in (("presented", "valid"), ("confirmed", "valid"), ("confirmed", "unchecked"))


def verdict_when_confirmed(verdict: str, *, ended: str, valid_until_on: date | None, presented_on: date) -> str:
    """Give the verdict once the issuer has confirmed: what was unchecked is asked what a true code is asked at once.

    Args:
        ended: `withdrawn` or `replaced` where the issuer has said so, else empty.
        valid_until_on: None where only the number was given.
    """
    if verdict != "unchecked":
        return verdict
    is_over = valid_until_on is not None and presented_on > valid_until_on
    return ended or ("expired" if is_over else verdict)


def unproved(record: sad.Declaration, proofs: Sequence[Carried]) -> tuple[int, ...]:
    """List the items, from 1, whose claim rests on presented proofs of which none carries it now.

    Raises:
        ClaimDiffers: no item claims what any of the proofs proves.
    """
    claimed = {
        number: [each.is_accepted for each in proofs if each.is_for(item)]
        for number, item in enumerate(record.items, 1)
    }
    if not any(claimed.values()):
        raise ClaimDiffers()
    return tuple(_without(claimed))


def _without(claimed: Mapping[int, Sequence[bool]]) -> Iterable[int]:
    return (number for number, accepted in claimed.items() if accepted and not any(accepted))
