"""Trust: what certifies nodes is taken in from a file, and a root record counts when two officers have confirmed it."""

from datetime import datetime

from django.conf import settings

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.exchange import opening, rules, trusting
from mabar.exchange.models import TrustItem
from mabar.exchange.protocol.objects import Item, Type
from mabar.exchange.refusals import NotOfTrust
from mabar.exchange.rules import OFFICERS_OF_A_CEREMONY

OF_TRUST = (Type.ROOT, Type.DESCRIPTOR, Type.STOP, Type.SETTLE)


def take_trust(actor: Actor, item: Item, *, at: datetime) -> TrustItem:
    """Keep a root record, descriptor, stop or settle that came in a file; a root record still awaits its officers.

    Raises:
        NotMandated, NotOfTrust.
        Refused: a code of docs/wire/mx1.md, 4.4.
    """
    digest = trusting.digest_of(item) if item.type in OF_TRUST else ""
    with journal.writes(actor, "exchange.take_trust", digest[:16], at=at, type=item.type.name.lower()) as line:
        mandates.require(actor, "exchange.take_trust", place=settings.NODE.code)
        if item.type not in OF_TRUST:
            raise NotOfTrust(type=item.type.name.lower())
        is_new = trusting.take(item, at=at)
        kept = TrustItem.objects.get(digest=digest)
        line.note(of=kept.of, number=kept.number, digest=digest, is_new=is_new)
        if is_new and item.type in (Type.STOP, Type.SETTLE):
            opening.apply_stops(kept.of, at)
    return kept


def confirm_root(actor: Actor, digest: str, *, digits: str, at: datetime) -> TrustItem:
    """Confirm a root record by the digits that the other side has read aloud; with the second officer it counts.

    Raises:
        NotMandated, NoSuchRecord, ConfirmedBefore, ConfirmedByYou, DigitsDiffer.
        Refused: `root.other`, or `root.unconfirmed` for the record before.
    """
    with journal.writes(actor, "exchange.confirm_root", digest[:16], at=at) as line:
        mandates.require(actor, "exchange.confirm_root", place=settings.NODE.code)
        record = TrustItem.objects.select_for_update().filter(digest=digest, type=Type.ROOT).first()
        if record is None:
            raise NoSuchRecord(key=digest[:16])
        fingerprint = bytes.fromhex(digest)
        record.confirmed_by = rules.check_confirmation(
            fingerprint, digits, officer=actor.key, before=record.confirmed_by
        )
        trusting.book().with_confirmed(fingerprint)
        if len(record.confirmed_by) >= OFFICERS_OF_A_CEREMONY:
            record.confirmed_at = at
        record.save(update_fields=["confirmed_by", "confirmed_at"])
        line.note(of=record.of, number=record.number, officers=record.confirmed_by)
    return record
