"""The outbox: a message is left in the transaction of the act; for "here" it is opened right after the commit."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from mabar.base import journal
from mabar.base.keys import key_after, new_key
from mabar.exchange import inbox, kinds, messages, prepared
from mabar.exchange.inbox import HERE
from mabar.exchange.models import Outgoing, Partner
from mabar.exchange.protocol import documents

__all__ = ["HERE", "knows", "leave", "leave_for_partner", "next_key", "partners_of"]


def knows(node: str) -> bool:
    """Tell whether messages can go to a node: it is a partner of this one."""
    return Partner.objects.filter(code=node).exists()


def partners_of(administration: str) -> list[str]:
    """List the nodes of an administration to which messages can go."""
    return sorted(Partner.objects.filter(code__startswith=f"{administration}.").values_list("code", flat=True))


def leave(address: str, message: messages.Message, *, at: datetime) -> str:
    """Leave `message` for the address "here" and return its key.

    Raises:
        ValueError: nobody knows the address or the kind, or no transaction is under way to carry it.
    """
    if address != HERE or not kinds.is_known(message.KIND):
        raise ValueError(f"{message.KIND} to {address} has no way to go")
    _require_act(message.KIND)
    key = new_key(at)
    Outgoing.objects.create(
        key=key, address=address, kind=message.KIND, body=messages.written(message), left_at=at, next_at=at
    )
    transaction.on_commit(partial(inbox.open_one, key), robust=True)
    return key


def leave_for_partner(node: str, message: messages.Message, *, purpose: str, at: datetime) -> str:
    """Leave `message` for a partner node and return its key; the numberer judges it by the terms when it goes.

    Whose act it is, the open journal line tells; he sees what becomes of it.

    Raises:
        ValueError: the node is no partner, the kind does not cross the border, or no transaction is under way.
    """
    kind = kinds.for_partners(message.KIND)
    if kind is None or not knows(node):
        raise ValueError(f"{message.KIND} to {node} has no way to go")
    _require_act(message.KIND)
    line, key = journal.current(), next_key(node, kind.urgency, at)
    told = messages.document(message)
    Outgoing.objects.create(
        key=key,
        address=node,
        kind=message.KIND,
        subject=kinds.subject_of(message.KIND, told),
        body=documents.written(told).decode(),
        left_at=at,
        next_at=at,
        urgency=kind.urgency,
        purpose=purpose,
        expires_at=at + timedelta(seconds=kind.row.lives_s) if kind.row.lives_s else None,
        author=line.actor.key if line else "",
    )
    return key


def next_key(node: str, urgency: int, at: datetime) -> str:
    """Make the key of a letter that goes after all that wait for a partner in a class, though the clock was set back.

    The numberer takes them in the order of their keys.
    """
    ((last,),) = prepared.values(_LAST_WAITING, node, urgency)
    key = new_key(at)
    return key if last is None or key > last else key_after(last)


_LAST_WAITING = "SELECT MAX(key) FROM exchange_outgoing WHERE address = %s AND urgency = %s AND done_at IS NULL"


def _require_act(kind: str) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise ValueError(f"{kind} left outside an act")
