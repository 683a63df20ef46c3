"""What a diversion refuses, each with its stable code."""

from mabar.crossings.rules.refusals import AboutAgencies, CrossingsRefusal
from mabar.lib import words


class DiversionMovedOn(CrossingsRefusal):
    """The state of the diversion does not allow the act now, or another officer has written to it meanwhile."""

    def __init__(self, *, verb: str, state: str) -> None:
        super().__init__(verb=verb, state=state)

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the trade's words for the act and the state."""
        verb = words.word("crossings", f"verb.crossings.{self.details['verb']}", language)
        state = words.word("crossings", f"state.diversion.{self.details['state']}", language)
        return words.sentence(self.package, self.code, language, {"verb": verb, "state": state})


class CrossingOpen(CrossingsRefusal):
    """Trucks are diverted from a crossing that is stated to be closed to goods, and this one is not."""


class TargetClosed(CrossingsRefusal):
    """The crossing to which trucks would go is closed to goods itself."""


class OtherAdministration(CrossingsRefusal):
    """Trucks are diverted to another crossing of the same administration."""


class NothingToDivert(CrossingsRefusal):
    """No truck is there that could be proposed."""


class AboveCapacity(CrossingsRefusal):
    """More trucks an hour than the crossing has stated that it takes."""


class NoHourFree(CrossingsRefusal):
    """The hours that would be given are full, or no truck waits for one."""


class HourTooFar(CrossingsRefusal):
    """The hours would begin further ahead than any are given."""


class NothingOffered(CrossingsRefusal):
    """No other crossing is offered to the truck."""


class AnsweredAlready(CrossingsRefusal):
    """The offer was kept or declined before."""

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the trade's word for the answer."""
        state = words.word("crossings", f"state.diverted_truck.{self.details['state']}", language)
        return words.sentence(self.package, self.code, language, {**self.details, "state": state})


class OfferExpired(CrossingsRefusal):
    """The time for an answer is over."""


class HeldNotDiverted(AboutAgencies):
    """A truck that an agency holds stays where the agency is."""


class DiversionUnreadable(CrossingsRefusal):
    """A part of what another node tells of diverted trucks is not of its form."""
