"""Guarantees as their offices and their holder read them: what is left, what moved it, and who holds tranches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum

from mabar.base import mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.exchange.queries import partners_for
from mabar.transit import ledger
from mabar.transit.messages_guarantees import TrancheAsked, TrancheNews
from mabar.transit.models import Draw, Guarantee, LedgerEntry, Movement, Tranche, TrancheRequest
from mabar.transit.rules import guarantees as rules

PAGE, MOST_ENTRIES = 50, 200
READ, READ_OWN = "transit.read_guarantees", "transit.read_own_guarantees"


@dataclass(frozen=True)
class GuaranteeRow:
    """A guarantee as this node may use it; `lent_minor` is what is reserved for others, or what was lent here."""

    key: str
    reference: str
    kind: str
    home: str
    office: str
    place: str
    holder: str
    holder_name: str
    currency: str
    amount_minor: int
    title_minor: int
    left_minor: int
    lent_minor: int
    used_minor: int
    valid_from: datetime
    valid_until: datetime
    revoked_at: datetime | None
    reason: str
    told_at: datetime | None
    version: int
    phase: str
    is_kept_here: bool

    @property
    def last_at(self) -> datetime:
        """The last second of its last day."""
        return self.valid_until - timedelta(seconds=1)


@dataclass(frozen=True)
class Guarantees:
    """A page of guarantees, newest first, and the key before which the next begins."""

    rows: tuple[GuaranteeRow, ...]
    after: str | None


@dataclass(frozen=True)
class TrancheRow:
    """What a node holds of a guarantee, as it has told last."""

    node: str
    reserved_minor: int
    used_minor: int
    lent_at: datetime
    heard_at: datetime | None

    @property
    def left_minor(self) -> int:
        """What was left there by its last news."""
        return self.reserved_minor - self.used_minor


@dataclass(frozen=True)
class DrawRow:
    """What a movement takes of a guarantee."""

    movement: str
    node: str
    state: str
    covers_minor: int
    amount_minor: int
    drawn_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class RequestRow:
    """A request for a tranche."""

    key: str
    guarantee: str | None
    reference: str
    node: str
    is_ours: bool
    amount_minor: int
    currency: str
    state: str
    reason: str
    asked_at: datetime


@dataclass(frozen=True)
class GuaranteeView:
    """One guarantee with its ledger, its draws that still take, its tranches and requests."""

    row: GuaranteeRow
    entries: tuple[LedgerEntry, ...]
    draws: tuple[DrawRow, ...]
    tranches: tuple[TrancheRow, ...]
    requests: tuple[RequestRow, ...]
    numbers: Mapping[str, str]  # of the movements that this node knows, by their keys

    @property
    def claimed(self) -> tuple[str, ...]:
        """The movements drawn on here whose draw is claimed."""
        return tuple(each.movement for each in self.draws if each.state == "claimed" and not each.node)

    @property
    def waiting(self) -> tuple[RequestRow, ...]:
        """The requests that this office has not answered."""
        return tuple(each for each in self.requests if each.state == "asked" and not each.is_ours)


def key_of_reference(reference: str) -> str | None:
    """Give the key of the guarantee that bears a reference at this node."""
    return Guarantee.objects.filter(reference=reference).values_list("key", flat=True).first()


def guarantees_at(places: Sequence[str], *, after: str | None = None) -> Guarantees:
    """List the guarantees that are used at places, newest first, a page at a time."""
    return _page(Guarantee.objects.filter(place__in=places), after)


def guarantees_of_firm(firm: str, *, after: str | None = None) -> Guarantees:
    """List the guarantees for which a house is liable, newest first, a page at a time."""
    return _page(Guarantee.objects.filter(holder=firm), after)


def _page(found: QuerySet[Guarantee], after: str | None) -> Guarantees:
    older = found.filter(key__lt=after) if after else found
    some = list(older.order_by("-key")[: PAGE + 1])
    used, lent = _used([each.key for each in some]), _lent([each.key for each in some])
    rows = [_row(each, used.get(each.key, 0), lent.get(each.key, 0)) for each in some]
    return Guarantees(tuple(rows[:PAGE]), rows[PAGE - 1].key if len(rows) > PAGE else None)


def _used(keys: Sequence[str]) -> dict[str, int]:
    taken = Draw.objects.filter(guarantee__in=keys, node="", state__in=rules.TAKEN)
    return dict(taken.values_list("guarantee").annotate(total=Sum("amount_minor")).order_by("guarantee"))


def _lent(keys: Sequence[str]) -> dict[str, int]:
    sums = Tranche.objects.filter(guarantee__in=keys).values_list("guarantee").order_by("guarantee")
    return {key: lent - back for key, lent, back in sums.annotate(a=Sum("lent_minor"), b=Sum("returned_minor"))}


def _row(guarantee: Guarantee, used_minor: int, lent_minor: int) -> GuaranteeRow:
    is_kept_here = ledger.is_kept_here(guarantee)
    names = set(GuaranteeRow.__dataclass_fields__) & {field.name for field in Guarantee._meta.fields}
    told = {name: getattr(guarantee, name) for name in names}
    told |= {"place": guarantee.place_id, "used_minor": used_minor, "reason": guarantee.revoke_reason}
    borrowed = guarantee.lent_minor - guarantee.returned_minor
    told |= {"lent_minor": lent_minor if is_kept_here else borrowed, "is_kept_here": is_kept_here}
    return GuaranteeRow(**told, phase=ledger.phase(guarantee))


def readable_guarantee(actor: Actor, key: str, at: datetime) -> GuaranteeView:
    """Give a guarantee to an officer of its office, or to a declarant of the house that is liable.

    Raises:
        NoSuchRecord: there is none, or the reader may not know of it.
    """
    found = Guarantee.objects.filter(key=key).first()
    if found is None or not _may_read(actor, found, at):
        raise NoSuchRecord(key=key)
    row = _row(found, _used([key]).get(key, 0), _lent([key]).get(key, 0))
    draws = tuple(_draw(each) for each in found.draws.filter(state__in=rules.TAKEN).order_by("-pk")[:MOST_ENTRIES])
    entries = tuple(found.entries.order_by("-pk")[:MOST_ENTRIES])
    return GuaranteeView(
        row,
        entries,
        draws,
        tuple(_tranche(each) for each in found.tranches.order_by("node")),
        tuple(_request(each) for each in found.requests.order_by("-key")[:PAGE]),
        _numbers({each.movement for each in draws} | {each.movement for each in entries}),
    )


def _numbers(movements: set[str]) -> Mapping[str, str]:
    known = Movement.objects.filter(key__in=movements - {""}).exclude(number="")
    return dict(known.values_list("key", "number"))


def _may_read(actor: Actor, guarantee: Guarantee, at: datetime) -> bool:
    if actor.kind == Actor.DECLARANT:
        return guarantee.holder == actor.firm_id and mandates.may(actor, READ_OWN, at=at)
    return mandates.may(actor, READ, place=guarantee.place_id, at=at)


def _draw(draw: Draw) -> DrawRow:
    return DrawRow(**{name: getattr(draw, name) for name in DrawRow.__dataclass_fields__})


def _tranche(tranche: Tranche) -> TrancheRow:
    reserved = tranche.lent_minor - tranche.returned_minor
    return TrancheRow(tranche.node, reserved, tranche.used_minor, tranche.lent_at, tranche.heard_at)


def _request(asked: TrancheRequest) -> RequestRow:
    told = {name: getattr(asked, name) for name in RequestRow.__dataclass_fields__ if name != "guarantee"}
    return RequestRow(guarantee=asked.guarantee_id, **told)


def requests_waiting(places: Sequence[str]) -> list[RequestRow]:
    """List what other offices ask of these, the oldest first."""
    waiting = TrancheRequest.objects.filter(place__in=places, is_ours=False, state="asked").order_by("key")
    return [_request(each) for each in waiting[:PAGE]]


def nodes_to_lend(at: datetime) -> list[str]:
    """List the nodes to which terms in force let a tranche go."""
    return partners_for(TrancheNews.KIND, at=at)


def nodes_to_ask(at: datetime) -> list[str]:
    """List the nodes that terms in force let this one ask for a tranche."""
    return partners_for(TrancheAsked.KIND, at=at)
