"""What every act on a guarantee shares: its lock, its entries, its draws, and what the other node is told of it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from mabar.base.models import Place
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import write
from mabar.exchange import outbox
from mabar.exchange.messages import Message
from mabar.transit.messages_guarantees import TrancheNews, TrancheReturned, TrancheUse
from mabar.transit.models import Draw, Guarantee, GuaranteeCount, LedgerEntry, Tranche
from mabar.transit.rules import guarantees, refusals
from mabar.transit.wire_guarantees import PURPOSE

EXPIRE = "transit.expire_guarantee"


@dataclass(frozen=True)
class Step:
    """Who moves a ledger, when, and for which movement or node."""

    by: str
    at: datetime
    movement: str = ""
    node: str = ""


def own_node() -> str:
    """Name this node."""
    return str(settings.NODE.code)


def is_kept_here(guarantee: Guarantee) -> bool:
    """Tell whether this node keeps the guarantee, and does not only hold a tranche of it."""
    return guarantee.home == own_node()


def place(code: str) -> Place:
    """Give a place of this node.

    Raises:
        NoSuchRecord.
    """
    found = Place.objects.filter(code=code).first()
    if found is None:
        raise NoSuchRecord(key=code)
    return found


def take(key: str, *, act: str = "", version: int | None = None) -> Guarantee:
    """Lock a guarantee, and see that nobody has written to it since the actor saw it.

    Raises:
        NoSuchRecord: no guarantee bears the key.
        OutOfTurn: somebody has written to it meanwhile.
    """
    found = Guarantee.objects.select_for_update().filter(key=key).first()
    if found is None:
        raise NoSuchRecord(key=key)
    if version is not None and version != found.version:
        raise refusals.OutOfTurn(verb=act, state=phase(found), record="guarantee")
    return found


def named(key: str) -> str:
    """Give the key of a guarantee that is named by its key, or by its reference as the firm's title shows it."""
    told = "".join(key.split()).upper()
    return Guarantee.objects.filter(reference=told).values_list("key", flat=True).first() or key


def take_kept(key: str, *, act: str, version: int | None = None) -> Guarantee:
    """Lock a guarantee that is kept here.

    Raises:
        NoSuchRecord, OutOfTurn.
        NotKeptHere: it is another node that keeps it.
    """
    found = take(key, act=act, version=version)
    if not is_kept_here(found):
        raise refusals.NotKeptHere(reference=found.reference, office=found.office)
    return found


def drawn_on(movement: str) -> str:
    """Give the key of the guarantee on which a movement draws at this node.

    Raises:
        NoSuchRecord: it draws on none here.
    """
    known = Draw.objects.filter(movement=movement, node="").values_list("guarantee_id", flat=True).first()
    if known is None:
        raise NoSuchRecord(key=movement)
    return known


def phase(guarantee: Guarantee) -> str:
    """Say how a guarantee stands: in force, revoked or expired."""
    return "revoked" if guarantee.revoked_at else "expired" if guarantee.expired_at else "in_force"


def cover(guarantee: Guarantee) -> guarantees.Cover:
    """Give a guarantee as the rules see it."""
    return guarantees.Cover(
        reference=guarantee.reference,
        kind=guarantee.kind,
        office=guarantee.office,
        currency=guarantee.currency,
        left_minor=guarantee.left_minor,
        title_minor=guarantee.title_minor,
        valid_from=guarantee.valid_from,
        valid_until=guarantee.valid_until,
        zone=guarantee.place.clock,
        revoked_at=guarantee.revoked_at,
        reason=guarantee.revoke_reason,
    )


def next_reference(office: Place, year: int) -> str:
    """Give the next reference of an office; only inside the act that uses it, which it falls with."""
    GuaranteeCount.objects.get_or_create(place=office, year=year)
    row = GuaranteeCount.objects.select_for_update().get(place=office, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return guarantees.reference_of(office.code, year, row.last)


def move(guarantee: Guarantee, kind: str, amount_minor: int, step: Step, **changes: int) -> None:
    """Write one entry, and with it what is left; the guarantee is locked."""
    left_minor = guarantee.left_minor + amount_minor
    LedgerEntry.objects.create(
        guarantee=guarantee,
        kind=kind,
        amount_minor=amount_minor,
        left_minor=left_minor,
        movement=step.movement,
        node=step.node,
        at=step.at,
        by=step.by,
    )
    write(guarantee, left_minor=left_minor, **changes)


def give_back(guarantee: Guarantee, amount_minor: int, step: Step) -> None:
    """Return so much of a tranche, and tell the office that keeps the guarantee."""
    returned = guarantee.returned_minor + amount_minor
    number = guarantee.number + 1
    move(guarantee, "given_back", -amount_minor, step, returned_minor=returned, number=number)
    news = TrancheReturned(guarantee.reference, number, returned, guarantee.left_minor, step.at)
    tell(guarantee.home, news, at=step.at)


def give_back_unusable(guarantee: Guarantee, step: Step) -> None:
    """Return what is left of a tranche that can be drawn on no more: its guarantee is revoked, or its days are over."""
    is_ended = guarantee.revoked_at is not None or guarantee.expired_at is not None
    is_over = is_ended or step.at >= guarantee.valid_until
    if is_over and guarantee.left_minor and not is_kept_here(guarantee):
        give_back(guarantee, guarantee.left_minor, step)


def tell_use(guarantee: Guarantee, draw: Draw, step: Step) -> None:
    """Tell the office that keeps the guarantee what became of a draw on its tranche; at that office nobody is told."""
    if is_kept_here(guarantee):
        return
    write(guarantee, number=guarantee.number + 1)
    news = TrancheUse(
        reference=guarantee.reference,
        number=guarantee.number,
        movement=draw.movement,
        state=draw.state,
        covers_minor=draw.covers_minor,
        amount_minor=draw.amount_minor,
        used_minor=guarantee.lent_minor - guarantee.returned_minor - guarantee.left_minor,
        left_minor=guarantee.left_minor,
        at=step.at,
    )
    tell(guarantee.home, news, at=step.at)


def tell_tranche(guarantee: Guarantee, tranche: Tranche, *, at: datetime, request: str = "") -> None:
    """Tell the node that holds a tranche how it and its guarantee stand now."""
    write_number(tranche)
    news = TrancheNews(
        reference=guarantee.reference,
        number=tranche.number,
        at=at,
        guarantee=guarantee.key,
        kind=guarantee.kind,
        office=guarantee.office,
        holder=guarantee.holder,
        holder_name=guarantee.holder_name,
        currency=guarantee.currency,
        amount_minor=guarantee.amount_minor,
        title_minor=guarantee.title_minor,
        lent_minor=tranche.lent_minor,
        valid_from=guarantee.valid_from,
        valid_until=guarantee.valid_until,
        revoked_at=guarantee.revoked_at,
        reason=guarantee.revoke_reason,
        request=request,
        answer="lent" if request else "",
    )
    tell(tranche.node, news, at=at)


def write_number(tranche: Tranche) -> None:
    """Number the next news to the node that holds a tranche."""
    tranche.number += 1
    tranche.save(update_fields=["number"])


def tell(node: str, message: Message, *, at: datetime) -> None:
    """Leave a message for another node."""
    outbox.leave_for_partner(node, message, purpose=PURPOSE, at=at)


def reachable(node: str) -> str:
    """Give the node if messages can go there.

    Raises:
        HolderUnreachable: it is no partner of this one.
    """
    if not node or not outbox.knows(node):
        raise refusals.HolderUnreachable(node=node or "–")
    return node
