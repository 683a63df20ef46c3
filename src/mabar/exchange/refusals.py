"""The refusals of the exchange that a person at the command line or a page meets."""

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
