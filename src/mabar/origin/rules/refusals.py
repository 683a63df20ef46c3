"""What the desks of origin refuse, each with its stable code."""

from mabar.base import rules as ground
from mabar.lib import words
from mabar.lib.refusals import Refusal


class OriginRefusal(Refusal):
    """A refusal whose sentences lie with origin."""

    package = "origin"


class OutOfTurn(ground.OutOfTurn):
    """The state of the record does not allow the act now, or somebody has written to it meanwhile."""

    package = "origin"

    def __init__(self, *, verb: str, state: str, record: str) -> None:
        super().__init__(verb=verb, state=state, record=record)

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the trade's words for the act and the state."""
        verb = words.word("origin", f"verb.origin.{self.details['verb']}", language)
        state = words.word("origin", f"state.{self.details['record']}.{self.details['state']}", language)
        return words.sentence(self.package, self.code, language, {"verb": verb, "state": state})


class ApplicationUnfit(OriginRefusal):
    """A box that the certificate needs is empty, too long, or holds what it cannot hold."""

    def __init__(self, *, box: str, line: int = 0) -> None:
        super().__init__(box=box, line=line or "–")

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the word for the box."""
        box = words.word("origin", f"box.{self.details['box']}", language)
        return words.sentence(self.package, self.code, language, {**self.details, "box": box})


class NotACriterion(OriginRefusal):
    """The agreement knows no such origin criterion."""


class NoSigningKey(OriginRefusal):
    """The node has no certified key by which its customs service signs."""


class NotAProof(OriginRefusal):
    """What was scanned or typed is neither the code of a proof nor a serial."""


class PresentedBefore(OriginRefusal):
    """A proof covers one consignment, and another declaration has presented it."""


class MeantElsewhere(OriginRefusal):
    """A proof names the country that it is meant for, and this is another."""


class NotAnImport(OriginRefusal):
    """A proof is presented with a declaration of import that still lives."""


class IssuerUnreachable(OriginRefusal):
    """The node that issued the proof is no partner of this one, so that no request goes there."""


class ClockTooShort(OriginRefusal):
    """A partner asks for an answer sooner than the agreement gives."""


class ClaimDiffers(OriginRefusal):
    """No item of the declaration claims what the proof proves: goods, origin and preference."""


class AnswerUnfit(OriginRefusal):
    """An answer is one of three, and this is none of them."""
