"""What the desks of transit refuse, each with its stable code."""

from mabar.base import rules as ground
from mabar.lib import words
from mabar.lib.refusals import Refusal


class TransitRefusal(Refusal):
    """A refusal whose sentences lie with transit."""

    package = "transit"


class OutOfTurn(ground.OutOfTurn):
    """The state of the record does not allow the act now, or somebody has written to it meanwhile."""

    package = "transit"

    def __init__(self, *, verb: str, state: str, record: str = "movement") -> None:
        super().__init__(verb=verb, state=state, record=record)

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the trade's words for the act and the state."""
        verb = words.word("transit", f"verb.transit.{self.details['verb']}", language)
        state = words.word("transit", f"state.{self.details['record']}.{self.details['state']}", language)
        return words.sentence(self.package, self.code, language, {"verb": verb, "state": state})


class GuaranteeShort(TransitRefusal):
    """Less is left on the guarantee, or on the tranche of this office, than the movement needs."""


class GuaranteeNotValid(TransitRefusal):
    """The guarantee is not valid yet at this instant, or not any more."""


class GuaranteeRevoked(TransitRefusal):
    """The office that keeps the guarantee has revoked it."""


class CurrencyDiffers(TransitRefusal):
    """The amount is in another currency than the guarantee."""


class AlreadyCovered(TransitRefusal):
    """The movement draws on a guarantee already."""


class HolderDiffers(TransitRefusal):
    """The guarantee is another firm's than the one that answers for the movement."""


class IndividualUsed(TransitRefusal):
    """An individual guarantee covers one movement, and has covered it."""


class ReferenceUnfit(TransitRefusal):
    """The text is no reference of a guarantee, or its check digit does not follow."""


class AmountUnfit(TransitRefusal):
    """The amount does not suit the kind of the guarantee."""


class DaysUnfit(TransitRefusal):
    """The last day of a guarantee comes before its first."""


class HolderUnknown(TransitRefusal):
    """No firm of this code is known to the office."""


class HolderUnreachable(TransitRefusal):
    """The office is no partner of this node, so that nothing can be lent to it or asked of it."""


class TooMuchLent(TransitRefusal):
    """More would be lent than is left at the office that keeps the guarantee."""


class TooMuchReturned(TransitRefusal):
    """More would be returned than is left on the tranche."""


class NotKeptHere(TransitRefusal):
    """The act belongs to the office that keeps the guarantee, or to one that holds a tranche, and this is the other."""


class NotOfThisOffice(TransitRefusal):
    """A node tells of a guarantee that it neither keeps nor holds a tranche of."""


class TrancheDiffers(TransitRefusal):
    """What a node tells of its tranche does not agree with what was lent."""
