"""The refusals of the exchange that a person at the command line or a page meets."""

from collections.abc import Iterator
from contextlib import contextmanager

from mabar.exchange import findings
from mabar.exchange.protocol.cbor import Malformed
from mabar.exchange.protocol.refused import Refused
from mabar.lib import words
from mabar.lib.refusals import Refusal


class ExchangeRefusal(Refusal):
    """A refusal whose sentences lie with the exchange."""

    package = "exchange"


class FileInTheWay(ExchangeRefusal):
    """Something lies where a new file would go; a ceremony never writes over anything."""


class PassphraseTooShort(ExchangeRefusal):
    """The passphrase would not keep a root key."""


class KeyNotOpened(ExchangeRefusal):
    """The passphrase is wrong, or the file is no key."""


class NotASigningFile(ExchangeRefusal):
    """The file is neither a signing file nor an item that several sign."""


class HasSigned(ExchangeRefusal):
    """A key signs once."""


class NotAmongTheKeys(ExchangeRefusal):
    """The record names its keys, and this is none of them."""


class NotAccepted(ExchangeRefusal):
    """What would be signed, or was, breaks a rule of the protocol."""


class NotANode(ExchangeRefusal):
    """The code is not that of a node."""


class PartnerKnown(ExchangeRefusal):
    """The node is a partner already."""


class OwnNode(ExchangeRefusal):
    """A node is no partner of its own."""


class LineAlreadyCut(ExchangeRefusal):
    """An engineer has cut the line before."""


class LineNotCut(ExchangeRefusal):
    """Nobody has cut the line."""


class ReasonNeeded(ExchangeRefusal):
    """An act that stops others is told with its reason."""


class NotOfTrust(ExchangeRefusal):
    """The file is neither a root record, a descriptor, a stop nor a settle."""


class DigitsDiffer(ExchangeRefusal):
    """The digits that were typed are not those of the record: another record, or a slip."""


class ConfirmedByYou(ExchangeRefusal):
    """The record waits for a second officer, and this is the first one."""


class ConfirmedBefore(ExchangeRefusal):
    """Two officers have confirmed the record."""


class StreamCarries(ExchangeRefusal):
    """Only a stream that is closed, or that can number nothing any more, is opened again."""


class AgreedByYou(ExchangeRefusal):
    """The reopening waits for a second officer, and this is the first one."""


class SignedForThisSide(ExchangeRefusal):
    """Two officers of this side have signed; the other side is awaited."""


class NotHeld(ExchangeRefusal):
    """Only a message that is held is opened again."""


class TermsInForce(ExchangeRefusal):
    """All have signed these terms."""


class TermsNotSigned(ExchangeRefusal):
    """Only terms that all have signed can be suspended."""


class NotASignatureOfThese(ExchangeRefusal):
    """The signing file is of other terms, or bears no signature."""


class KindNotInTerms(ExchangeRefusal):
    """The terms do not name the kind."""


class NothingSuspended(ExchangeRefusal):
    """No suspension by this side is in force."""


class NoProofYet(ExchangeRefusal):
    """A message can be proved from the moment at which a head that covers it was signed."""


class NotTaken(ExchangeRefusal):
    """What the protocol refuses, said to a person: its code is that of docs/wire/mx1.md."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(**details)
        self._code = code

    @property
    def code(self) -> str:
        """The code of the protocol."""
        return self._code

    def sentence(self, language: str) -> words.Sentence:
        """Say the finding that the code stands for."""
        return findings.say(self._code, self.details, language)


@contextmanager
def said_to_people() -> Iterator[None]:
    """Turn a no of the protocol into a refusal that a person can read; the doors stand inside this.

    Raises:
        NotTaken.
    """
    try:
        yield
    except Refused as refused:
        raise NotTaken(refused.code, **refused.facts) from refused
    except Malformed as fault:
        raise NotTaken("item.malformed", why=str(fault)) from fault
