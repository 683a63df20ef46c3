"""The ceremony: what several holders of root keys sign, when it is enough, and how a fingerprint is read aloud.

It works on files alone, so that it can be done on a machine that no network reaches; no record of the node is touched.
What comes before the signing is in `ceremony_making`.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TypeAlias

from mabar.exchange import new_files
from mabar.exchange.protocol import cbor, cose, terms_form
from mabar.exchange.protocol.descriptors import Descriptor, read_descriptor
from mabar.exchange.protocol.objects import Context, Item, Type
from mabar.exchange.protocol.ports import Checker, Signer
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.roots import Root, read_root
from mabar.exchange.protocol.stops import Settle, Stop, read_settle, read_stop
from mabar.exchange.protocol.terms import Terms
from mabar.exchange.protocol.trust import TrustBook
from mabar.exchange.refusals import NotAccepted, NotAmongTheKeys
from mabar.exchange.signing_files import Signing

Said: TypeAlias = Root | Descriptor | Terms | Stop | Settle
_READERS: Mapping[Type, Callable[[bytes], Said]] = {
    Type.ROOT: read_root,
    Type.DESCRIPTOR: read_descriptor,
    Type.TERMS: terms_form.read,
    Type.STANDING_ORDER: terms_form.read_standing_order,
    Type.STOP: read_stop,
    Type.SETTLE: read_settle,
}


@cache
def words() -> tuple[str, ...]:
    """Give the 256 words in which a fingerprint is read aloud."""
    text = (resources.files("mabar.exchange") / "data" / "words-ar.txt").read_text(encoding="utf-8")
    return tuple(text.split())


_TYPES: Mapping[type, Type] = {
    Root: Type.ROOT,
    Descriptor: Type.DESCRIPTOR,
    Stop: Type.STOP,
    Settle: Type.SETTLE,
}


def unsigned(said: Root | Descriptor | Stop | Settle, context: Context) -> Signing:
    """Give what is to be signed, with no signature yet.

    Raises:
        NotAccepted: it breaks a rule of the protocol.
    """
    signing = Signing(_TYPES[type(said)], context, said.encoded())
    said_by(signing)
    return signing


def said_by(signing: Signing) -> Said:
    """Read what is signed.

    Raises:
        NotAccepted: it breaks a rule of the protocol, or its context, which is signed too, says otherwise than itself.
    """
    malformed = f"{signing.type.name.lower()}.malformed"
    try:
        said = _READERS[signing.type](signing.payload)
    except cbor.Malformed as fault:
        raise NotAccepted(code=malformed, facts=fault) from None
    except Refused as refused:
        raise _not_accepted(refused) from None
    if signing.context != _context_of(said, signing.context.descriptor or 0):
        raise NotAccepted(code=malformed, facts="another context")
    return said


def _context_of(said: Said, root_number: int) -> Context:
    if isinstance(said, Terms):
        first, second, *_ = (*said.administrations, None)
        return Context(sender=first, receiver=second)
    if isinstance(said, Root):
        return said.context
    number = said.root_number if isinstance(said, Stop) else root_number
    return Context(sender=said.administration, descriptor=number)


def _not_accepted(refused: Refused) -> NotAccepted:
    facts = ", ".join(f"{name}: {value}" for name, value in refused.facts.items())
    return NotAccepted(code=refused.code, facts=facts or "-")


def add_signature(signing: Signing, signer: Signer) -> Signing:
    """Add one holder's signature.

    Raises:
        HasSigned; NotAmongTheKeys: a first root record that does not name this key; NotAccepted.
    """
    said = said_by(signing)
    if isinstance(said, Root) and said.before is None and signer.public not in said.keys:
        raise NotAmongTheKeys(key=cose.key_id(signer.public).hex())
    return signing.signed(signer)


def accepted(book: TrustBook, item: Item, checker: Checker) -> TrustBook:
    """Give the book after an item that several have signed; terms and standing orders leave it as it is.

    Raises:
        Refused: a code of docs/wire/mx1.md, 4.4.
        ValueError: an item of another type.
    """
    if item.type not in (Type.TERMS, Type.STANDING_ORDER):
        return book.with_item(item, checker)
    parties = [code for code in (item.context.sender, item.context.receiver) if code is not None]
    book.require_signed(item, parties, checker)
    return book


def book_of(records: Iterable[Signing], checker: Checker) -> TrustBook:
    """Give a book that takes these root records for confirmed: to try, before a file leaves the table, if it is enough.

    Raises:
        NotAccepted: a record is none, or is not signed by enough.
    """
    book = TrustBook()
    try:
        for record in sorted(records, key=lambda each: each.context.descriptor or 0):
            book = book.with_root(record.item, checker).with_confirmed(record.digest)
    except Refused as refused:
        raise _not_accepted(refused) from None
    return book


def finish(signing: Signing, target: Path, records: Iterable[Signing], checker: Checker) -> None:
    """Write the item at `target`, once the records given show that those who had to sign have signed.

    Raises:
        NotAccepted, FileInTheWay.
    """
    try:
        accepted(book_of(records, checker), signing.item, checker)
    except Refused as refused:
        raise _not_accepted(refused) from None
    new_files.write_all({target: signing.item.encoded()})
