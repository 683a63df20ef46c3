"""The book of trust as this node keeps it: what came, and what two officers have confirmed."""

from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from django.conf import settings

from mabar.exchange import prepared
from mabar.exchange.models import TrustItem
from mabar.exchange.protocol import cose, objects
from mabar.exchange.protocol.descriptors import read_descriptor
from mabar.exchange.protocol.objects import Item, Type, administration_of
from mabar.exchange.protocol.trust import TrustBook
from mabar.exchange.suites import SignatureChecker

_Version = tuple[object, ...]
_books: dict[str, tuple[_Version, TrustBook]] = {}
_NEWEST = "SELECT COUNT(*), COUNT(confirmed_at), MAX(arrived_at) FROM exchange_trustitem"


def book() -> TrustBook:
    """Give the book; it is made anew only when an item has come or was confirmed."""
    version, held = prepared.values(_NEWEST)[0], _books.get(_own_name())
    return held[1] if held is not None and held[0] == version else _hold(_made())


def _own_name() -> str:
    return f"{settings.NODE.folder} {settings.NODE.code}"


def _hold(made: TrustBook) -> TrustBook:
    _books[_own_name()] = (prepared.values(_NEWEST)[0], made)
    return made


def _made() -> TrustBook:
    """Take every item in again, its signatures too: what lies in the table is not believed for lying there."""
    rows = prepared.values(_ALL)
    confirmed = frozenset(digest for digest, _, confirmed_at in rows if confirmed_at is not None)
    return _checked(tuple(bytes(item) for _, item, _ in rows), confirmed)


@lru_cache(maxsize=16)
def _checked(items: tuple[bytes, ...], confirmed: frozenset[str]) -> TrustBook:
    read = [objects.read_item(item) for item in items]
    return TrustBook.made(read, [bytes.fromhex(each) for each in confirmed], SignatureChecker())


_ALL = 'SELECT digest, item, confirmed_at FROM exchange_trustitem ORDER BY type, "of", number'
_KNOWN = "SELECT 1 FROM exchange_trustitem WHERE digest = %s"


def take(item: Item, *, at: datetime) -> bool:
    """Keep a root record, descriptor, stop or settle; return whether it was new.  Nothing rests on an unconfirmed root.

    Raises:
        Refused: a code of docs/wire/mx1.md, 4.4.
    """
    if prepared.values(_KNOWN, digest_of(item)):
        return False
    after = book().with_item(item, SignatureChecker())
    of, number = _place(item)
    place = {"type": int(item.type), "of": of, "number": number}
    is_new = prepared.put(TrustItem, digest=digest_of(item), item=item.encoded(), arrived_at=at, **place)
    _hold(after)
    return is_new


def digest_of(item: Item) -> str:
    """Name an item by the digest of what it says; of a root record this is the fingerprint."""
    return sha256(cose.read(item.object).payload).hexdigest()


def _place(item: Item) -> tuple[str, int]:
    if item.type is Type.DESCRIPTOR:
        said = read_descriptor(cose.read(item.object).payload)
        return said.node, said.number
    return item.context.sender or "", item.context.descriptor or 0


def items_of(node: str, number: int) -> list[Item]:
    """Give what a partner needs to know a descriptor: the root records of its administration, and those up to it.

    Those before it are told too: what it has not stored yet, or has lost with its database, may be signed under them.
    """
    roots = prepared.values(_ITEMS, int(Type.ROOT), administration_of(node), LARGEST)
    descriptors = prepared.values(_ITEMS, int(Type.DESCRIPTOR), node, number)
    return [objects.read_item(bytes(item)) for (item,) in (*roots, *descriptors)]


_ITEMS = 'SELECT item FROM exchange_trustitem WHERE type = %s AND "of" = %s AND number <= %s ORDER BY number'
LARGEST = 2**31 - 1  # that the column holds


def stops_for(partner: str) -> list[Item]:
    """Give the stops and settles of both administrations: a restored node has lost those that came since its backup."""
    codes = {administration_of(settings.NODE.code), administration_of(partner)}
    rows = TrustItem.objects.filter(type__in=[Type.STOP, Type.SETTLE], of__in=codes).order_by("type", "digest")
    return [objects.read_item(bytes(row.item)) for row in rows]
