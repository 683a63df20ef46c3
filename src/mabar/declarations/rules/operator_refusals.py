"""What is refused of trusted operators, each with its stable code."""

from mabar.declarations.rules.refusals import DeclarationRefused, OutOfTurn
from mabar.lib import words


class OperatorOutOfTurn(OutOfTurn):
    """The state of the status does not allow the act, or somebody has written to it meanwhile."""

    package = "declarations"

    def __init__(self, *, verb: str, state: str) -> None:
        super().__init__(verb=verb, state=state)

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the state and the act in the reader's words."""
        known = words.table("declarations", "words")
        verb = known[f"verb.declarations.{self.details['verb']}"][language]
        state = known.get(f"state.operator.{self.details['state']}", {}).get(language, "–")
        return words.sentence(self.package, self.code, language, {"verb": verb, "state": state})


class NotAFirmCode(DeclarationRefused):
    """A status is a firm's, by its code in the register of firms; a person has none."""


class UnknownFirm(DeclarationRefused):
    """No firm of the register bears the code."""


class OperatorStands(DeclarationRefused):
    """The firm has a status that stands."""


class ValidityUnfit(DeclarationRefused):
    """The days of a status are none."""


class StatusStopped(DeclarationRefused):
    """The customs that issued it has suspended or withdrawn it."""

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the state in the reader's words."""
        state = words.word("declarations", f"state.operator.{self.details['state']}", language)
        return words.sentence(self.package, self.code, language, {**self.details, "state": state})


class StatusExpired(DeclarationRefused):
    """The last day of the status is over."""


class RecognisedBefore(DeclarationRefused):
    """The status is recognised here already, or is this side's own."""


class NotRecognised(DeclarationRefused):
    """The status is not recognised here, so that nothing ends."""


class OperatorUnreadable(DeclarationRefused):
    """A part of what a partner tells of an operator is not of its form."""
