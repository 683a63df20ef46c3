"""Why an act on a declaration is refused: the name of each class is its code, its sentences are in `refusals.yaml`."""

from typing import Any

from mabar.base import rules as ground
from mabar.crossings.rules import AboutAgencies
from mabar.lib import words
from mabar.lib.refusals import Refusal


class DeclarationRefused(Refusal):
    """A refusal whose sentences lie with declarations."""

    package = "declarations"

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the state and the act in the reader's words, not in ours."""
        return words.sentence(self.package, self.code, language, _in_words(self.details, language))


def _in_words(details: dict[str, Any], language: str) -> dict[str, Any]:
    known = words.table("declarations", "words")
    keys = {"state": "state.declaration.{}", "verb": "verb.declarations.{}"}
    named = {name: pattern.format(details[name]) for name, pattern in keys.items() if name in details}
    return {**details, **{name: known[key][language] for name, key in named.items() if key in known}}


class OutOfTurn(ground.OutOfTurn):
    """The state, the lane or a later writing does not allow the act now."""

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the state and the act in the reader's words."""
        return words.sentence(self.package, self.code, language, _in_words(self.details, language))


class NotAWholeDeclaration(DeclarationRefused):
    """A blank template, a fragment, or a record without items."""


class RegimeNotStated(DeclarationRefused):
    """The record does not say in which direction and under which regime."""


class OpenDates(DeclarationRefused):
    """A date of the record still has two readings."""


class NotAReading(DeclarationRefused):
    """The day chosen is not one of the readings of the text, or the date is not open."""


class RefusedByChecks(DeclarationRefused):
    """A check found what nobody may lodge."""


class LodgedInNationalSystem(DeclarationRefused):
    """The national system is the register: it does this, not Mabar."""


class RegisteredHere(DeclarationRefused):
    """Mabar is the register: there is no national state to note."""


class ClaimNotKnown(DeclarationRefused):
    """The claimed state is none of those that Mabar can follow."""


class QueryOpen(DeclarationRefused):
    """A query to the declarant is open."""


class NoOpenQuery(DeclarationRefused):
    """There is no query to answer or settle."""


class AmendmentTooLate(DeclarationRefused):
    """After assessment only cancelling and lodging anew changes the record."""


class LodgedBefore(DeclarationRefused):
    """A living declaration of the house declares the same content."""


class RegimeChanged(DeclarationRefused):
    """The amendment would change direction or regime."""


class LaneAlreadyDrawn(DeclarationRefused):
    """The declarant may not cancel any more."""


class LaneUnfit(DeclarationRefused):
    """There is no such lane, or the declaration is in it already."""


class HeldTrucks(AboutAgencies):
    """Another agency holds a truck of the declaration; its reason is for its own desk."""

    package = "declarations"


class AmountDiffers(DeclarationRefused):
    """What was paid or guaranteed is not what was assessed."""


class NothingOwed(DeclarationRefused):
    """Nothing is left to pay, to guarantee or to give back."""


class StillUnpaid(DeclarationRefused):
    """The guarantee stands for an amount that is not paid yet."""


class StillOwed(DeclarationRefused):
    """A part of what is owed is neither paid nor guaranteed."""


class OtherCurrency(DeclarationRefused):
    """The second assessment is in another currency than the first."""


class AmountOutOfRange(DeclarationRefused):
    """An amount below zero, or beyond what any border has seen."""


class FigureOutOfRange(DeclarationRefused):
    """A count, mass or amount below zero, or beyond what any border has seen."""


class NetAboveGross(DeclarationRefused):
    """The net masses of the items together exceed the gross mass of the declaration."""


class LongerThanAllowed(DeclarationRefused):
    """The text is longer than its field."""


class NothingSaid(DeclarationRefused):
    """The law wants a text and there is none."""


class NoSuchItem(DeclarationRefused):
    """The declaration has no item of that number."""


class TeamTooSmall(DeclarationRefused):
    """Fewer than two inspectors hold the mandate at the place today."""


class NotOfTheTeam(DeclarationRefused):
    """The inspection is another team's."""


class RegisterUnfit(DeclarationRefused):
    """Neither Mabar nor a named national system."""


class RegisterInThePast(DeclarationRefused):
    """A register changes from a day to come, for new declarations only."""


class StillOnTheWay(DeclarationRefused):
    """A truck of the declaration has not left yet."""


class FindingUnfit(DeclarationRefused):
    """The kind of finding is none that an inspection knows."""


class AdvanceUnreadable(DeclarationRefused):
    """A value that came from across is of another type than its box."""


class NoSuchAdvance(DeclarationRefused):
    """Nothing from across answers to what was typed."""


class AdvanceClaimed(DeclarationRefused):
    """Another declarant has claimed the draft before."""


class AdvanceWithdrawn(DeclarationRefused):
    """The other side has taken back the release."""


class NotReleased(DeclarationRefused):
    """There is no release order before the release, nor once the declaration is not released any more."""


class NoPackages(DeclarationRefused):
    """The declaration has no packages that could bear labels."""


class LabelsOutOfRange(DeclarationRefused):
    """The packages asked for are none of the declaration's."""


class TooManyLabels(DeclarationRefused):
    """More labels than one file holds."""
