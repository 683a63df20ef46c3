"""The outbox: a message is left in the transaction of the act, and opened right after it has been committed."""

from datetime import datetime
from functools import partial

from django.db import transaction

from mabar.base.keys import new_key
from mabar.exchange import inbox, kinds, messages
from mabar.exchange.models import Outgoing

HERE = "here"


def leave(address: str, message: messages.Message, *, at: datetime) -> str:
    """Leave `message` for `address` and return its key.

    Raises:
        ValueError: nobody knows the address or the kind, or no transaction is under way to carry it.
    """
    if address != HERE or not kinds.is_known(message.KIND):
        raise ValueError(f"{message.KIND} to {address} has no way to go")
    if not transaction.get_connection().in_atomic_block:
        raise ValueError(f"{message.KIND} left outside an act")
    key = new_key(at)
    Outgoing.objects.create(
        key=key, address=address, kind=message.KIND, body=messages.written(message), left_at=at, next_at=at
    )
    transaction.on_commit(partial(inbox.open_one, key), robust=True)
    return key
