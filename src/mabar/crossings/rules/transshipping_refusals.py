"""What is refused at kilometre zero, each with its stable code."""

from mabar.crossings.rules.refusals import CrossingsRefusal, NothingToCorrect, OutOfTurn
from mabar.lib import words


class TransshipmentOutOfTurn(OutOfTurn):
    """The state of the transshipment does not allow the act now, or somebody has written to it meanwhile."""

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the trade's words for the act and the state."""
        verb = words.word("crossings", f"verb.crossings.{self.details['verb']}", language)
        state = words.word("crossings", f"state.transshipment.{self.details['state']}", language)
        return words.sentence(self.package, self.code, language, {"verb": verb, "state": state})


class TransshipmentUnderWay(CrossingsRefusal):
    """The goods of the truck are changing truck, or are being loaded on it."""


class ProtocolSigned(NothingToCorrect):
    """Both have signed that the goods are on another truck; one side alone does not undo that."""


class SameTruck(CrossingsRefusal):
    """Goods do not change from a truck to itself."""


class WaysDiffer(CrossingsRefusal):
    """The other truck goes the other way."""


class NotAtThisCrossing(CrossingsRefusal):
    """The other truck is not at this crossing."""


class NothingToTransship(CrossingsRefusal):
    """The truck bears no declaration, so that nothing says what is to be counted."""


class SameOfficer(CrossingsRefusal):
    """The second pair of eyes is the first."""


class OtherServiceNeeded(CrossingsRefusal):
    """Both services work at this node, and both must see it."""


class TallyIncomplete(CrossingsRefusal):
    """The count leaves a declaration out, or names one that the truck does not carry."""


class SurplusUndeclared(CrossingsRefusal):
    """More packages were found than are declared."""


class BulkSurplusUndeclared(CrossingsRefusal):
    """More was found of goods in bulk than is declared, beyond the tolerance."""


class LoadDiffers(CrossingsRefusal):
    """What lies on the other trucks is not what came off this one."""


class PapersChanged(CrossingsRefusal):
    """The papers of the truck are not those against which its goods were counted."""


class SomethingLoaded(CrossingsRefusal):
    """Goods lie on other trucks."""


class NotResealed(CrossingsRefusal):
    """Goods came under seal and would go on without one."""


class LeftEmptyBefore(CrossingsRefusal):
    """The empty truck has left before."""


class TallyOutOfTurn(OutOfTurn):
    """The tally of both sides was withdrawn, or somebody has written to it meanwhile."""

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the trade's words for the act and the state."""
        verb = words.word("crossings", f"verb.crossings.{self.details['verb']}", language)
        state = words.word("crossings", f"state.two_sided_tally.{self.details['state']}", language)
        return words.sentence(self.package, self.code, language, {"verb": verb, "state": state})


class TalliesDisagree(CrossingsRefusal):
    """The other customs has counted the same goods differently."""


class NothingToSettle(CrossingsRefusal):
    """The two tallies do not differ, or this side has settled them already."""


class TallyUnreadable(CrossingsRefusal):
    """A line of the other side's tally is not of its form."""


class CountedByHome(CrossingsRefusal):
    """This node unloads the truck itself: its tally is the joint one of the transshipment."""


class TallyNumberReused(CrossingsRefusal):
    """The other side has told other figures under the same number before."""
