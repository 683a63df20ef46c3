"""What the yard refuses, each with its stable code."""

from collections.abc import Sequence
from dataclasses import dataclass

from mabar.base import rules as ground
from mabar.lib import words
from mabar.lib.refusals import Refusal


class CrossingsRefusal(Refusal):
    """A refusal whose sentences lie with the crossings."""

    package = "crossings"


class OutOfTurn(ground.OutOfTurn):
    """The state of the passage does not allow the act now, or somebody has written to it meanwhile."""

    package = "crossings"

    def __init__(self, *, verb: str, state: str) -> None:
        super().__init__(verb=verb, state=state)

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the trade's words for the act and the state."""
        verb = words.word("crossings", f"verb.crossings.{self.details['verb']}", language)
        state = words.word("crossings", f"state.passage.{self.details['state']}", language)
        return words.sentence(self.package, self.code, language, {"verb": verb, "state": state})


@dataclass(frozen=True)
class AgencyName:
    """An agency by its code and its names."""

    code: str
    ar: str
    fr: str
    en: str


class AboutAgencies(CrossingsRefusal):
    """A refusal that names agencies, each in the reader's language."""

    def __init__(self, agencies: Sequence[AgencyName], **details: object) -> None:
        super().__init__(agencies=", ".join(agency.code for agency in agencies), **details)
        self.named = tuple(agencies)

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the agencies' names."""
        comma = "، " if language == "ar" else ", "
        names = comma.join(str(getattr(agency, language)) for agency in self.named)
        return words.sentence(self.package, self.code, language, {**self.details, "agencies": names})


class Held(AboutAgencies):
    """Agencies hold the truck; their reasons are for their own desks."""


class HoldNotYours(AboutAgencies):
    """An agency lifts its own holds only."""


class HoldLiftedBefore(CrossingsRefusal):
    """The hold has been lifted before."""


class NotCleared(CrossingsRefusal):
    """A declaration of the truck is not cleared."""


class NothingDeclared(NotCleared):
    """A laden truck has no declaration at all."""


class ClearedBefore(CrossingsRefusal):
    """The declaration has been cleared on this truck before."""


class AttachedBefore(CrossingsRefusal):
    """The declaration is on this truck already."""


class MassesExceeded(CrossingsRefusal):
    """All trucks together would carry more than the declaration says."""


class SealBroken(CrossingsRefusal):
    """The seals read are not those on record."""


class NotASeal(CrossingsRefusal):
    """The text is no seal number."""


class NotADesk(CrossingsRefusal):
    """The text is no number of a desk; a desk is read by everybody in the yard."""


class PlateDiffers(CrossingsRefusal):
    """The plate seen at the gate is not that of the passage."""


class AnnouncedBefore(CrossingsRefusal):
    """The truck is at this crossing already, or announced there."""


class CrossingClosed(CrossingsRefusal):
    """The crossing is closed to goods."""


class MassImpossible(CrossingsRefusal):
    """The weighbridge cannot have shown these figures."""


class NoTruckToWeigh(CrossingsRefusal):
    """No truck of that plate has come in and awaits its weighing."""


class WeighingSettledBefore(CrossingsRefusal):
    """Somebody has recorded the kept weighing on a truck before, or laid it aside."""


class AtAnotherPlace(CrossingsRefusal):
    """The truck is not at the crossing whose device told of it."""


class HourOutOfOrder(CrossingsRefusal):
    """The event would come before the one that precedes it, or after now."""


class NothingToCorrect(CrossingsRefusal):
    """No event stands that could be undone."""


class ReasonMissing(CrossingsRefusal):
    """The act needs a reason in words."""


class EventKeyReused(CrossingsRefusal):
    """The sender used one event key for two different events."""


class NotAcross(CrossingsRefusal):
    """A partner tells of a crossing that is not its own, or that no crossing here faces."""


class NoSuchTruck(CrossingsRefusal):
    """A partner tells of a truck that never left here towards it."""


class HoursImpossible(CrossingsRefusal):
    """No crossing can work by these hours and slots."""


class NoSlots(CrossingsRefusal):
    """The crossing has stated no slots, so it gives no appointments."""


class NotASlot(CrossingsRefusal):
    """No slot of the crossing begins at that hour."""


class SlotPast(CrossingsRefusal):
    """The slot has begun, or lies too far ahead."""


class SlotFull(CrossingsRefusal):
    """The slot has no room left."""


class AppointmentStands(CrossingsRefusal):
    """The truck has an appointment already."""


class NoAppointment(CrossingsRefusal):
    """The truck has no appointment that stands."""


class NotAReason(CrossingsRefusal):
    """An exception from the order needs a reason of the short list."""


class ExceptionStands(CrossingsRefusal):
    """The truck stands under an exception already."""


class NotExcepted(CrossingsRefusal):
    """The truck stands under no exception."""


class NothingToFollow(CrossingsRefusal):
    """The link opens nothing: never given, withdrawn, or over; which of these is told to nobody."""


class NoLinkGiven(CrossingsRefusal):
    """No link to follow the truck is in force that could be withdrawn."""


class PageAltered(CrossingsRefusal):
    """A status page does not bear the node's signature over what it says."""


class PageRenamed(CrossingsRefusal):
    """A status page bears a true signature, and another name than the one that was signed."""


class PeriodUnfit(CrossingsRefusal):
    """The days asked for are in the wrong order, or too many for a page."""
