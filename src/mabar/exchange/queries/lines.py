"""How each line to a partner is doing: its state, what waits on it by class, and whether both logs are the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Min, Q

from mabar.exchange import trusting
from mabar.exchange.models import Outgoing, Partner, SignedHead, Stream
from mabar.exchange.own import ms_of
from mabar.exchange.protocol import heads, objects
from mabar.exchange.protocol.descriptors import Descriptor
from mabar.exchange.protocol.objects import CLASSES
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.queries.counted import Counted, counted

SILENT = timedelta(minutes=2)  # a line that carries greets every twenty seconds
CARRIES, CUT, FAILING, SILENT_LINE, NEVER = "carries", "cut", "failing", "silent", "never"
CLOCK_SHOWN_MS, CLOCK_MARKED_MS = 5_000, 60_000  # docs/wire/mx1.md, 10.2
EXPIRES_SOON = timedelta(days=30)


@dataclass(frozen=True)
class ClassRow:
    """What is under way in one class: numbers of messages, and since when the oldest waits that is not stored there."""

    urgency: int
    waiting: int
    on_way: int
    stored: int
    answered: int
    oldest_at: datetime | None
    missing_r1: int
    missing_r2: int


@dataclass(frozen=True)
class HeadRow:
    """The last head of a stream that both sides have signed; `is_equal` is False where they signed different roots."""

    is_outward: bool
    urgency: int
    epoch: int
    size: int
    signed_size: int
    root: str
    is_equal: bool | None
    closed_at: datetime | None
    closed_code: str


@dataclass(frozen=True)
class LineRow:
    """A partner and the line to it."""

    code: str
    names: Mapping[str, str]
    state: str
    since_at: datetime | None
    fault: str
    failures: int
    heard_at: datetime | None
    offset_ms: int | None
    is_rejoining: bool
    classes: Sequence[ClassRow]
    heads: Sequence[HeadRow]
    descriptor: int | None
    valid_to: datetime | None
    is_ending: bool

    @property
    def is_down(self) -> bool:
        """Whether nothing passes now."""
        return self.state != CARRIES

    @property
    def waiting(self) -> int:
        """How many messages the partner has not stored yet."""
        return sum(row.waiting + row.on_way for row in self.classes)

    @property
    def is_clock_off(self) -> bool:
        """Whether the clocks of both nodes differ by more than is let pass without a word."""
        return abs(self.offset_ms or 0) > CLOCK_SHOWN_MS

    @property
    def offset_s(self) -> str:
        """The other's clock less ours, in seconds; empty where it was never measured."""
        return "" if self.offset_ms is None else f"{self.offset_ms / 1000:+.1f}"


def is_partner(code: str) -> bool:
    """Tell whether a node is a partner."""
    return Partner.objects.filter(code=code).exists()


def lines(at: datetime) -> list[LineRow]:
    """List the partners by code, with all that is shown of their lines."""
    partners = list(Partner.objects.order_by("code"))
    waiting, under_way = _waiting(), counted(at)
    signed = _signed_by_both()
    return [_line(partner, at, waiting, under_way, signed) for partner in partners]


def line(code: str, at: datetime) -> LineRow | None:
    """Give one partner; None where it is none."""
    return next((row for row in lines(at) if row.code == code), None)


def state_of(partner: Partner, at: datetime) -> str:
    """Name what a line does: carries, cut, failing, silent, never."""
    if partner.is_cut:
        return CUT
    if partner.heard_at is None:
        return NEVER if not partner.failures else FAILING
    if partner.failures:
        return FAILING
    return SILENT_LINE if at - partner.heard_at > SILENT else CARRIES


_Waiting = Mapping[tuple[str, int], tuple[int, datetime]]


def _waiting() -> _Waiting:
    found = Outgoing.objects.filter(done_at=None).exclude(address="here").values_list("address", "urgency")
    rows = found.annotate(count=Count("key"), oldest=Min("left_at"))
    return {(address, urgency): (count, oldest) for address, urgency, count, oldest in rows}


def _line(
    partner: Partner,
    at: datetime,
    waiting: _Waiting,
    under_way: Mapping[tuple[str, int], Counted],
    signed: Mapping[int, SignedHead],
) -> LineRow:
    known = _descriptor(partner.code, at)
    valid_to = datetime.fromtimestamp(known.valid_to_ms / 1000, tz=UTC) if known else None
    return LineRow(
        code=partner.code,
        names=_names(known),
        state=state_of(partner, at),
        since_at=partner.heard_at or partner.since_at,
        fault=partner.fault,
        failures=partner.failures,
        heard_at=partner.heard_at,
        offset_ms=partner.offset_ms,
        is_rejoining=partner.restored_ms is not None and (partner.heard_ms or 0) < partner.restored_ms,
        classes=[_class(partner.code, urgency, waiting, under_way) for urgency in CLASSES],
        heads=[_head(row, signed) for row in _streams(partner) if row.size or row.closed_at],
        descriptor=known.number if known else None,
        valid_to=valid_to,
        is_ending=valid_to is not None and valid_to - at < EXPIRES_SOON,
    )


def _descriptor(node: str, at: datetime) -> Descriptor | None:
    try:
        return trusting.book().current(node, ms_of(at))
    except Refused:
        return None


def names_of(node: str, at: datetime) -> Mapping[str, str]:
    """Give a node's name by language, as its descriptor says it; empty where there is none."""
    return _names(_descriptor(node, at))


def _names(known: Descriptor | None) -> Mapping[str, str]:
    return dict(zip(("ar", "fr", "en"), known.names, strict=True)) if known else {}


def _class(partner: str, urgency: int, waiting: _Waiting, under_way: Mapping[tuple[str, int], Counted]) -> ClassRow:
    count, oldest = waiting.get((partner, urgency), (0, None))
    gone = under_way.get((partner, urgency), Counted())
    ages = [each for each in (oldest, gone.oldest_at) if each is not None]
    return ClassRow(
        urgency=urgency,
        waiting=count,
        on_way=gone.on_way,
        stored=gone.stored,
        answered=gone.answered,
        oldest_at=min(ages, default=None),
        missing_r1=gone.missing_r1,
        missing_r2=gone.missing_r2,
    )


def _streams(partner: Partner) -> list[Stream]:
    found = Stream.objects.filter(partner=partner).order_by("urgency", "is_outward", "-epoch")
    newest: dict[tuple[int, bool], Stream] = {}
    for row in found:
        newest.setdefault((row.urgency, row.is_outward), row)
    return list(newest.values())


def _signed_by_both() -> Mapping[int, SignedHead]:
    """Give for each stream the largest head that both have signed."""
    both = SignedHead.objects.filter(head__isnull=False, receipt__isnull=False)
    largest = both.values("stream").annotate(largest=Max("size")).values_list("stream", "largest")
    wanted = Q(pk__in=[])
    for stream, size in largest:
        wanted |= Q(stream=stream, size=size)
    return {row.stream_id: row for row in SignedHead.objects.filter(wanted)}


def _head(row: Stream, signed: Mapping[int, SignedHead]) -> HeadRow:
    both = signed.get(row.pk)
    return HeadRow(
        is_outward=row.is_outward,
        urgency=row.urgency,
        epoch=row.epoch,
        size=row.size,
        signed_size=both.size if both else 0,
        root=bytes(both.root).hex()[:16] if both else "",
        is_equal=_say_the_same(both) if both else None,
        closed_at=row.closed_at,
        closed_code=row.closed_code,
    )


def _say_the_same(both: SignedHead) -> bool:
    """Compare what the two signatures cover, not what was noted beside them."""
    head = heads.read_signed_head(objects.read_item(bytes(both.head or b"")).object)
    receipt = heads.read_receipt(objects.read_item(bytes(both.receipt or b"")).object)
    return head.said == receipt.said


def own_descriptor(at: datetime) -> Descriptor | None:
    """Give this node's own descriptor in force; None before there is one."""
    return _descriptor(settings.NODE.code, at)
