"""What has passed the border, for oversight: who sent which fields to whom, under which terms, what for; no values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, QuerySet

from mabar.exchange import agreeing, trusting
from mabar.exchange.models import Agreement, Received, Sent
from mabar.exchange.protocol import statements
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.terms import Article, KindTerms, Terms

MOST_DAYS = 31
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
class PassedPage:
    """Messages that passed; `after` is where the next page begins, 0 at the end."""

    rows: Sequence[PassedMessage]
    after: int


@dataclass(frozen=True)
class _Line:
    day: date
    sender: str
    receiver: str
    kind: str
    terms: str
    purpose: str


def passed(first: date, last: date, zone: ZoneInfo) -> list[PassedRow]:
    """Count by day, kind, direction, terms and purpose what was numbered here and stored here; newest day first.

    Control kinds go without terms and tell nothing of a record: they are not counted.

    Args:
        first, last: days on the clock of `zone`, at most `MOST_DAYS` of them.
    """
    counts = [each for day in _days(first, last) for each in _counted(day, zone)]
    known = {name: _read(name) for name in {each.terms for each, _ in counts}}
    rows = [_row(line, count, known[line.terms]) for line, count in counts]
    return sorted(rows, key=lambda row: (-row.day.toordinal(), row.kind, row.sender, row.terms, row.purpose))


def passed_list(
    day: date, kind: str, zone: ZoneInfo, *, sender: str, terms: str, purpose: str, after: int = 0
) -> PassedPage:
    """List the messages behind one count, newest first, from `after` on where that is told."""
    begins, ends = _span(day, zone)
    what = {"kind": kind, "terms": terms, "purpose": purpose} | ({"pk__lt": after} if after else {})
    if sender == settings.NODE.code:
        found: QuerySet[Any] = Sent.objects.filter(numbered_at__gte=begins, numbered_at__lt=ends, **what)
    else:
        found = Received.objects.filter(stored_at__gte=begins, stored_at__lt=ends, stream__partner=sender, **what)
    rows = list(found.select_related("stream").order_by("-pk")[: MESSAGES_LISTED + 1])
    listed = rows[:MESSAGES_LISTED]
    return PassedPage([_message(each) for each in listed], listed[-1].pk if len(rows) > MESSAGES_LISTED else 0)


def _days(first: date, last: date) -> list[date]:
    return [last - timedelta(days=back) for back in range(min((last - first).days + 1, MOST_DAYS))]


def _span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    begins, ends = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
    return begins.astimezone(UTC), ends.astimezone(UTC)


def _counted(day: date, zone: ZoneInfo) -> Iterator[tuple[_Line, int]]:
    """Count a day by an index that holds all that is asked, so that no message is read."""
    (begins, ends), here = _span(day, zone), settings.NODE.code
    what = ("stream__partner", "kind", "terms", "purpose")
    sent = Sent.objects.filter(numbered_at__gte=begins, numbered_at__lt=ends).exclude(terms="")
    for partner, *told, count in sent.order_by().values_list(*what).annotate(Count("pk")):
        yield _Line(day, here, partner, *told), count
    stored = Received.objects.filter(stored_at__gte=begins, stored_at__lt=ends).exclude(terms="")
    for partner, *told, count in stored.order_by().values_list(*what).annotate(Count("pk")):
        yield _Line(day, partner, here, *told), count


def _read(name: str) -> Terms | None:
    row = Agreement.objects.filter(name=name).first()
    return None if row is None else agreeing.terms_of(row)  # struck ones too: what passed under them has passed


def _row(line: _Line, count: int, terms: Terms | None) -> PassedRow:
    named = _kind_terms(terms, line.kind, line.sender)
    articles = terms.legal_basis if terms else ()
    fields, masked = (named.fields, named.masked) if named else ((), ())
    clear = [each for each in fields if each not in masked]
    return PassedRow(**vars(line), count=count, fields=clear, masked=masked, articles=articles)


def _kind_terms(terms: Terms | None, kind: str, sender: str) -> KindTerms | None:
    """Give what terms say of a kind in one direction; the minor of a message may lie below theirs."""
    name, _, version = kind.partition("/")
    major, administration = version.partition(".")[0], sender.partition(".")[0]
    for each in terms.kinds if terms else ():
        if each.parts[:2] == (name, int(major)) and administration in each.senders:
            return each
    return None


def _message(row: Sent | Received) -> PassedMessage:
    here, there = settings.NODE.code, row.stream.partner_id
    is_outward = isinstance(row, Sent)
    sender, receiver = (here, there) if is_outward else (there, here)
    said = statements.read(bytes(row.statement)).said
    return PassedMessage(
        key=row.message,
        is_outward=is_outward,
        at=row.numbered_at if isinstance(row, Sent) else row.stored_at,
        sender=sender,
        receiver=receiver,
        agency=_agency(sender, row.descriptor, said.agency),
        addressees=said.addressees,
        author=row.author if isinstance(row, Sent) else "",
        kind=row.kind,
        terms=row.terms,
        purpose=row.purpose,
    )


def _agency(node: str, descriptor: int, number: int) -> str:
    try:
        return trusting.book().descriptor(node, descriptor).agency_by_number[number].code
    except (Refused, KeyError):
        return str(number)
