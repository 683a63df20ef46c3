"""What the desk of assistance refuses, each with its stable code."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from mabar.base import rules as ground
from mabar.lib import words
from mabar.lib.refusals import Refusal


class AssistanceRefusal(Refusal):
    """A refusal whose sentences lie with assistance."""

    package = "assistance"


class InWords(AssistanceRefusal):
    """A refusal that says some of its codes in the trade's words; `said` names the vocabulary of a detail."""

    said: ClassVar[Mapping[str, tuple[str, str]]] = {}

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the words for its codes, each code of a list by itself; a code without a word stays a code."""
        details = dict(self.details)
        for name, (table, prefix) in self.said.items():
            known = words.table("assistance", table)
            codes = [code for code in str(details[name]).split(",") if code]
            told = [str(known.get(f"{prefix}.{code}", {}).get(language, code)) for code in codes]
            details[name] = ("، " if language == "ar" else ", ").join(told) or "–"
        return words.sentence(self.package, self.code, language, details)


class OutOfTurn(ground.OutOfTurn):
    """The state of the request or query does not allow the act now, or somebody has written to it meanwhile."""

    package = "assistance"

    def __init__(self, *, verb: str, state: str, record: str = "request") -> None:
        super().__init__(verb=verb, state=state, record=record)

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the trade's words for the act and the state."""
        verb = words.word("assistance", f"verb.assistance.{self.details['verb']}", language)
        state = words.word("assistance", f"state.{self.details['record']}.{self.details['state']}", language)
        return words.sentence(self.package, self.code, language, {"verb": verb, "state": state})


class ContentsMissing(InWords):
    """A request lacks what the agreement demands of every request."""

    said = MappingProxyType({"missing": ("words", "part")})


class NotDesignated(AssistanceRefusal):
    """The official is not on the exchanged list of his administration on that day."""

    def __init__(self, *, official: str, administration: str, on: str) -> None:
        super().__init__(official=official, administration=administration, on=on)


class ListOutOfOrder(AssistanceRefusal):
    """A list of officials came that is not newer than the one that is known."""


class DesignationUnfit(AssistanceRefusal):
    """The official is unknown here, or the days of the designation do not go together."""


class NotThisSide(AssistanceRefusal):
    """The act belongs to the other administration."""


class PartnerWithoutTerms(InWords):
    """No signed terms with the partner let this kind of message pass on this day."""

    said = MappingProxyType({"kind": ("wire", "kind")})


class NotOfPartner(AssistanceRefusal):
    """The message speaks of a request that is not between these two administrations."""


class DueNotOfTerms(AssistanceRefusal):
    """The due instants that came are not those that the terms of this side give."""


class DeadlinesUnfit(InWords):
    """The deadlines of an agreement are not within bounds, or their basis is missing."""

    said = MappingProxyType({"name": ("words", "deadline")})


class PaceUnfit(InWords):
    """The pace does not suit the kind of request: origin is verified for the assessment of duties."""

    said = MappingProxyType({"pace": ("words", "pace"), "kind": ("words", "kind")})


class ReasonUntold(AssistanceRefusal):
    """The act is not taken without its reason in writing."""


class DuePast(AssistanceRefusal):
    """The instant given is not ahead of now, or not ahead of the one that counted before."""


class ConfirmationLate(AssistanceRefusal):
    """The hour by which an oral request was to be confirmed in writing has passed."""


class MeasureUnfit(AssistanceRefusal):
    """A precautionary measure lacks its legal basis or an end ahead of now."""


class AnswerMissing(AssistanceRefusal):
    """An answer without text is none."""


class ConsentStands(AssistanceRefusal):
    """This use of the answer has been asked for already, or was decided."""


class NothingToTellAgain(AssistanceRefusal):
    """The other side has refused nothing that this side told of the request."""


class PurposeMissing(InWords):
    """A query names no purpose, or none of those that the terms name."""

    said = MappingProxyType({"purpose": ("wire", "purpose"), "named": ("wire", "purpose")})


class FieldsOutsideTerms(InWords):
    """A query asks for parts of the declaration that the terms do not name, or for none."""

    said = MappingProxyType({"sections": ("words", "section")})


class NumberMissing(AssistanceRefusal):
    """A query asks by the number of one declaration, and by nothing else."""


class QueriesTooMany(AssistanceRefusal):
    """An official has asked as often in the hour as the terms let him."""


class NoDeclarationToTell(AssistanceRefusal):
    """No declaration of this number is to be told to the partner; whether there is one is not said."""


class AttachmentUnfit(AssistanceRefusal):
    """An attachment is too large, or of a kind that is not exchanged."""
