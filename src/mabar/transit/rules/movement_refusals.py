"""What the offices of departure, passage and destination refuse, each with its stable code."""

from mabar.lib import words
from mabar.transit.rules.refusals import TransitRefusal


class LodgementUnfit(TransitRefusal):
    """A box of the declaration for transit is empty or unfit."""

    def __init__(self, *, box: str) -> None:
        super().__init__(box=box)

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the word for the box."""
        box = words.word("transit", f"box.{self.details['box']}", language)
        return words.sentence(self.package, self.code, language, {"box": box})


class ItineraryUnfit(TransitRefusal):
    """The itinerary names fewer than two offices, one of them twice, or a place that this node does not know."""


class StampUnfit(TransitRefusal):
    """The number of the continuity stamp is missing, or has other signs than letters, digits and hyphens."""


class ContinuityNotDeclared(TransitRefusal):
    """At the instant of the paper no fallback was declared at the office of departure."""


class StaysOnPaper(TransitRefusal):
    """A movement begun on paper stays in that procedure until it is discharged."""


class OvertakenByFallback(TransitRefusal):
    """An electronic record that a fallback found unfinished is cancelled, not gone on with."""


class FallbackUnfit(TransitRefusal):
    """A fallback is open at the office already, none is open, or its beginning lies ahead."""


class GuaranteeMissing(TransitRefusal):
    """No guarantee is named for what the goods may owe."""


class LimitUnfit(TransitRefusal):
    """The days of the time limit are fewer than one or more than the terms allow."""


class SealUnfit(TransitRefusal):
    """The number of a seal is missing, too long, stands twice, or is in force already."""


class SealNotInForce(TransitRefusal):
    """The seal that is to be replaced is none of those in force."""


class NotOnItinerary(TransitRefusal):
    """The office does not stand on the itinerary of the movement."""


class NotAtDestination(TransitRefusal):
    """The goods arrive at another office than that of destination, and nobody has said why."""


class ArrivedBeforeDeparture(TransitRefusal):
    """The goods would arrive, or cross, before they were released."""


class NotAtHome(TransitRefusal):
    """The act belongs to the office of departure, whose node alone writes to the movement."""


class NotAtThisNode(TransitRefusal):
    """The office is not worked at this node: its numbers are not given here, and nothing is recorded for it."""


class HomeUnknown(TransitRefusal):
    """The node of the office of departure is no partner of this one, so that nobody could be told."""


class MrnUnfit(TransitRefusal):
    """The number has not the shape of a movement reference number, or its check digit is wrong."""


class KnownAlready(TransitRefusal):
    """The movement is known here by its number."""


class NotTheirMovement(TransitRefusal):
    """The partner tells of a movement, or of an office, that is not his."""


class EventUnfit(TransitRefusal):
    """A partner tells of an event in a form that is not agreed."""


class NothingAsked(TransitRefusal):
    """No question about the movement waits for an answer."""
