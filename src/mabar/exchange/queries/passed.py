"""What has passed the border, for oversight: who sent which fields to whom, under which terms, what for; no values."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from mabar.exchange import proposing, trusting
from mabar.exchange.models import Agreement, Received, Sent
from mabar.exchange.protocol import statements
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.terms import Article, KindTerms, Terms

MOST_DAYS = 31
MOST_READ = 20_000
MESSAGES_LISTED = 200


@dataclass(frozen=True)
class PassedRow:
    """How many messages of one kind passed on a day from one node to another, under which terms and for what.

    `fields` are those that the terms let pass, masked ones marked so; `articles` their legal basis.
    """

    day: date
    sender: str
    receiver: str
    kind: str
    terms: str
    purpose: str
    count: int
    fields: Sequence[str]
    masked: Sequence[str]
    articles: Sequence[Article]


@dataclass(frozen=True)
class PassedMessage:
    """One message that passed: when, from which agency to which, and by whose act on this side."""

    key: str
    is_outward: bool
    at: datetime
    sender: str
    receiver: str
    agency: str
    addressees: Sequence[str]
    author: str
    kind: str
    terms: str
    purpose: str


@dataclass(frozen=True)
class _Line:
    at: datetime
    sender: str
    receiver: str
    kind: str
    terms: str
    purpose: str


def passed(first: date, last: date, zone: ZoneInfo) -> list[PassedRow]:
    """Count by day, kind, direction, terms and purpose what was numbered here and stored here; newest day first.

    Args:
        first, last: days on the clock of `zone`, at most `MOST_DAYS` of them.
    """
    begins, ends = _span(first, last, zone)
    counts = Counter(
        (each.at.astimezone(zone).date(), each.sender, each.receiver, each.kind, each.terms, each.purpose)
        for each in _lines(begins, ends)
    )
    known = {name: _read(name) for _, _, _, _, name, _ in counts}
    rows = [_row(key, count, known[key[4]]) for key, count in counts.items()]
    return sorted(rows, key=lambda row: (-row.day.toordinal(), row.kind, row.sender, row.terms, row.purpose))


def passed_list(
    day: date, kind: str, zone: ZoneInfo, *, sender: str, terms: str = "", purpose: str = ""
) -> list[PassedMessage]:
    """List the messages of one kind that passed on a day, newest first, not more than are read at once."""
    begins, ends = _span(day, day, zone)
    found = _listed_sent(begins, ends, kind) if sender == settings.NODE.code else _listed_received(begins, ends, kind)
    wanted = (each for each in found if (each.sender, each.terms, each.purpose) == (sender, terms, purpose))
    return [each for each, _ in zip(wanted, range(MESSAGES_LISTED), strict=False)]


def _span(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    begins = datetime.combine(max(first, last - timedelta(days=MOST_DAYS - 1)), time(), zone)
    return begins.astimezone(UTC), datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)


def _lines(begins: datetime, ends: datetime) -> Iterator[_Line]:
    """Read what passed; control kinds go without terms and tell nothing of a record."""
    sent = Sent.objects.filter(numbered_at__gte=begins, numbered_at__lt=ends).exclude(kind__startswith="exchange.")
    for at, partner, kind, terms, purpose in sent.values_list(
        "numbered_at", "stream__partner", "kind", "terms", "purpose"
    ).iterator():
        yield _Line(at, settings.NODE.code, partner, kind, terms, purpose)
    stored = _stored(begins, ends).values_list("stored_at", "stream__partner", "kind", "statement")
    for at, partner, kind, statement in stored[:MOST_READ].iterator():
        said = statements.read(bytes(statement)).said
        yield _Line(at, partner, settings.NODE.code, kind, said.terms or "", said.purpose or "")


def _stored(begins: datetime, ends: datetime) -> QuerySet[Received]:
    found = Received.objects.filter(stored_at__gte=begins, stored_at__lt=ends)
    return found.exclude(kind__startswith="exchange.").order_by("-pk")


def _read(name: str) -> Terms | None:
    row = Agreement.objects.filter(name=name).first()
    if row is None:
        return None
    return proposing.read_terms(bytes(row.document))


def _row(key: tuple[date, str, str, str, str, str], count: int, terms: Terms | None) -> PassedRow:
    named = _kind_terms(terms, key[3], key[1])
    articles = terms.legal_basis if terms else ()
    fields, masked = (named.fields, named.masked) if named else ((), ())
    return PassedRow(*key, count, [each for each in fields if each not in masked], masked, articles)


def _kind_terms(terms: Terms | None, kind: str, sender: str) -> KindTerms | None:
    """Give what terms say of a kind in one direction; the minor of a message may lie below theirs."""
    name, _, version = kind.partition("/")
    major, administration = version.partition(".")[0], sender.partition(".")[0]
    for each in terms.kinds if terms else ():
        if each.parts[:2] == (name, int(major)) and administration in each.senders:
            return each
    return None


def _listed_sent(begins: datetime, ends: datetime, kind: str) -> Iterator[PassedMessage]:
    found = Sent.objects.filter(numbered_at__gte=begins, numbered_at__lt=ends, kind=kind)
    for row in found.select_related("stream").order_by("-pk")[:MOST_READ].iterator():
        yield _message(row, row.numbered_at, row.author, settings.NODE.code, row.stream.partner_id)


def _listed_received(begins: datetime, ends: datetime, kind: str) -> Iterator[PassedMessage]:
    for row in _stored(begins, ends).filter(kind=kind).select_related("stream")[:MOST_READ].iterator():
        yield _message(row, row.stored_at, "", row.stream.partner_id, settings.NODE.code)


def _message(row: Sent | Received, at: datetime, author: str, sender: str, receiver: str) -> PassedMessage:
    said = statements.read(bytes(row.statement)).said
    return PassedMessage(
        key=row.message,
        is_outward=sender == settings.NODE.code,
        at=at,
        sender=sender,
        receiver=receiver,
        agency=_agency(sender, row.descriptor, said.agency),
        addressees=said.addressees,
        author=author,
        kind=row.kind,
        terms=said.terms or "",
        purpose=said.purpose or "",
    )


def _agency(node: str, descriptor: int, number: int) -> str:
    try:
        return trusting.book().descriptor(node, descriptor).agency_by_number[number].code
    except (Refused, KeyError):
        return str(number)
