"""Agreements as policy, enforced at both ends: what may leave, as what, and what may be opened (section 8).

The sender numbers what `leaving` gives; the receiver opens what `require_permitted` lets pass.  Both judge by the terms
in force at the instant of numbering, which the statement tells.  What is not permitted is refused.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeAlias

from mabar.exchange.protocol import never, paths
from mabar.exchange.protocol.documents import Value
from mabar.exchange.protocol.kind_table import CONTROL_ROWS, KindRow, is_control, parts_of
from mabar.exchange.protocol.objects import FLASH, OPERATIONAL
from mabar.exchange.protocol.refused import Fact, Refused
from mabar.exchange.protocol.stated import Consent, Stated, no
from mabar.exchange.protocol.terms import KindTerms, Terms

_DAY_MS = 86_400_000
_FIRST_DAY = date(1970, 1, 1)

Kinds: TypeAlias = Mapping[tuple[str, int], KindRow]


@dataclass(frozen=True)
class Entry:
    """What terms say of a kind in one direction: version, addressees, and the tree of the fields that may pass."""

    terms: KindTerms
    minor: int
    addressees: frozenset[str]
    tree: dict[str, Any]


@dataclass(frozen=True)
class Agreement:
    """Terms made ready to judge by: entries by kind, major and sending administration; days counted from 1970."""

    terms: Terms
    agencies: Mapping[str, frozenset[str]]
    entries: Mapping[str, Mapping[int, Mapping[str, Entry]]]
    first_day: int
    last_day: int


@dataclass(frozen=True)
class Suspension:
    """That a party stopped kinds (`package.name`) of named terms at `from_ms`, and lifted it at `to_ms`."""

    terms: str
    kinds: frozenset[str]
    from_ms: int
    to_ms: int | None = None

    def stops(self, stated: Stated, terms: str) -> bool:
        """Tell whether a message was numbered under `terms` while its kind was stopped there."""
        is_meant = terms == self.terms and stated.kind.partition("/")[0] in self.kinds
        return is_meant and self.from_ms <= stated.issued_ms and (self.to_ms is None or stated.issued_ms < self.to_ms)


@dataclass(frozen=True)
class Leaving:
    """What the numberer signs and sends: the statement's terms and version filled in, the document projected."""

    stated: Stated
    payload: dict[str, Any]


def kinds_of(rows: Iterable[KindRow]) -> Kinds:
    """Make the table of the kinds that a node knows, by name and major, the control kinds among them.

    Raises:
        Refused: `policy.never`: a kind that must not be.
        ValueError: a kind stands twice.
    """
    table: dict[tuple[str, int], KindRow] = {}
    for row in (*CONTROL_ROWS, *rows):
        never.check_kind(row)
        if table.setdefault((row.name, row.major), row) is not row:
            raise ValueError(f"{row.name}/{row.major} stands twice")
    return table


def compiled(terms: Terms, kinds: Kinds) -> Agreement:
    """Make terms ready to judge by.

    Raises:
        Refused: `policy.never`: terms that must not be, whoever signed them.
    """
    never.check_terms(terms, kinds)
    agencies = {party.administration: frozenset(party.agencies) for party in terms.parties}
    entries: dict[str, dict[int, dict[str, Entry]]] = {}
    for kind in terms.kinds:
        name, major, minor = kind.parts
        tree = paths.tree(kind.fields, kind.masked)
        for sender in kind.senders:
            receivers = agencies.keys() - {sender} or {sender}
            addressees = frozenset(kind.to_agencies) & frozenset().union(*(agencies[each] for each in receivers))
            entry = Entry(kind, minor, addressees, tree)
            entries.setdefault(name, {}).setdefault(major, {})[sender] = entry
    return Agreement(terms, agencies, entries, _day_of(terms.valid_from), _day_of(terms.valid_to))


def struck(terms: Terms) -> Agreement:
    """Make ready terms that a never-line strikes though they were signed: they permit nothing.

    What they replace ends all the same, since both parties have signed that it does.
    """
    return Agreement(terms, {}, {}, _day_of(terms.valid_from), _day_of(terms.valid_to))


def _day_of(day: date) -> int:
    return (day - _FIRST_DAY).days


def in_turn(agreements: Iterable[Agreement]) -> dict[str, Agreement]:
    """Put agreements under their names; what another replaces ends on the day before that one begins."""
    book = {agreement.terms.name: agreement for agreement in agreements}
    for later in tuple(book.values()):
        earlier = book.get(later.terms.replaces or "")
        if earlier is not None:
            last_day = min(earlier.last_day, later.first_day - 1)
            book[earlier.terms.name] = replace(earlier, last_day=last_day)
    return book


def leaving(
    book: Mapping[str, Agreement],
    row: KindRow,
    stated: Stated,
    payload: Value,
    *,
    suspensions: Collection[Suspension] = (),
    consents: Collection[Consent] = (),
) -> Leaving:
    """Make of a document what may leave: under which terms, in which version, with which fields.

    Raises:
        Refused: `policy.*`; `payload.malformed`: the document is no object.
    """
    stated, goes = replace(stated, kind=row.kind, terms=None), _object(payload)
    if is_control(row.kind):
        stated = replace(stated, purpose=None)
    else:
        if stated.purpose not in row.purposes:
            raise no("policy.purpose", stated, purpose=stated.purpose or "")
        # A newer minor only adds fields, and flows only after the terms name it: until then the older one is sent.
        stated = replace(stated, kind=f"{row.name}/{row.major}.0")
        agreement = choose(book, stated, suspensions)
        minor = min(row.minor, _entry(agreement, stated).minor)
        stated = replace(stated, kind=f"{row.name}/{row.major}.{minor}", terms=agreement.terms.name)
        goes = project(agreement, stated, goes)
    never.check_leaving(row, stated, goes, consents)
    return Leaving(stated, goes)


def choose(book: Mapping[str, Agreement], stated: Stated, suspensions: Collection[Suspension] = ()) -> Agreement:
    """Choose the terms under which a message may be numbered: of several the latest.

    Raises:
        Refused: `policy.*`, by those terms that came nearest to permitting it.
    """
    refused = [no("policy.no-terms", stated)]
    for agreement in sorted(book.values(), key=lambda each: (each.first_day, each.terms.name), reverse=True):
        try:
            _require_terms(agreement, stated, suspensions, stated.issued_ms)
        except Refused as refusal:
            refused.append(refusal)
        else:
            return agreement
    raise max(refused, key=lambda each: _ORDER.index(each.code))


def project(agreement: Agreement, stated: Stated, payload: Value) -> dict[str, Any]:
    """Give exactly the fields that the terms name for this kind and direction, masked as they say.

    Raises:
        Refused: `policy.*`: the terms do not name the kind; `payload.malformed`: the document is no object.
    """
    return paths.projected(_entry(agreement, stated).tree, _object(payload))


def require_permitted(
    agreement: Agreement | None,
    stated: Stated,
    payload: Value,
    *,
    row: KindRow | None,
    suspensions: Collection[Suspension] = (),
    at_ms: int,
) -> None:
    """Let pass what the terms that the statement names permit; `agreement` and `row` are None where this node has none.

    Raises:
        Refused: `policy.*`, with the path for `policy.field`; `payload.malformed`: the document is no object.
    """
    document = _object(payload)
    if is_control(stated.kind):
        if stated.terms is not None:
            raise no("policy.kind", stated)
    else:
        if agreement is None or agreement.terms.name != stated.terms:
            raise no("policy.no-terms", stated)
        entry = _require_terms(agreement, stated, suspensions, at_ms)
        field = paths.outside(entry.tree, document)
        if field is not None:
            raise no("policy.field", stated, field=field)
    never.check_entering(row, stated, document)


def _object(payload: Value) -> dict[str, Any]:
    if not isinstance(payload, dict):
        raise Refused("payload.malformed", why="object")
    return payload


# In the order in which terms are asked.  Those terms that get furthest tell the author best what stands in the way.
_ORDER = tuple(
    f"policy.{each}"
    for each in ("no-terms", "kind", "direction", "version", "not-in-force", "suspended", "agency", "purpose", "suite")
)


def _require_terms(agreement: Agreement, stated: Stated, suspensions: Collection[Suspension], at_ms: int) -> Entry:
    entry = _entry(agreement, stated)
    for code, stands, facts in _objections(agreement, entry, stated, suspensions):
        if stands:
            raise no(code, stated, **{"terms": agreement.terms.name, "at_ms": at_ms, **facts})
    return entry


def _entry(agreement: Agreement, stated: Stated) -> Entry:
    if agreement.agencies.keys() != {stated.from_, stated.to}:
        raise no("policy.no-terms", stated)
    name, major, minor = parts_of(stated.kind) or ("", 0, 0)
    told = agreement.terms.name
    majors = agreement.entries.get(name)
    if majors is None:
        raise no("policy.kind", stated, terms=told)
    if major not in majors:
        raise no("policy.version", stated, terms=told, named=", ".join(map(str, sorted(majors))))
    entry = majors[major].get(stated.from_)
    if entry is None:
        raise no("policy.direction", stated, terms=told)
    if minor > entry.minor:
        raise no("policy.version", stated, terms=told, named=f"{major}.{entry.minor}")
    return entry


def _objections(
    agreement: Agreement, entry: Entry, stated: Stated, suspensions: Collection[Suspension]
) -> Iterator[tuple[str, bool, dict[str, Fact]]]:
    """Give what can stand against a message, whether it does, and what to tell; in the order in which it is asked."""
    in_force = agreement.first_day <= stated.issued_ms // _DAY_MS <= agreement.last_day
    span: dict[str, Fact] = {"from": str(agreement.terms.valid_from), "to": str(_date_of(agreement.last_day))}
    yield "policy.not-in-force", not in_force, {"issued_ms": stated.issued_ms, **span}
    is_stopped = any(each.stops(stated, agreement.terms.name) for each in suspensions)
    yield "policy.suspended", is_stopped, {"issued_ms": stated.issued_ms}
    yield "policy.agency", stated.agency not in agreement.agencies[stated.from_], {"agency": stated.agency}
    strangers = [each for each in stated.addressees if each not in entry.addressees] or [""]
    is_addressed = bool(stated.addressees) and strangers == [""]
    yield "policy.agency", not is_addressed, {"agency": strangers[0]}
    yield "policy.purpose", stated.purpose not in entry.terms.purposes, {"purpose": stated.purpose or ""}
    lowest = suite_floor(agreement, stated.issued_ms)
    yield "policy.suite", stated.suite < lowest, {"suite": stated.suite, "lowest": lowest}


def _date_of(day: int) -> date:
    return _FIRST_DAY + timedelta(days=day)


def suite_floor(agreement: Agreement, at_ms: int) -> int:
    """Give the lowest suite in which both sides may write at an instant."""
    day, floors = at_ms // _DAY_MS, agreement.terms.suite_floor
    return max((each.suite for each in floors if _day_of(each.from_on) <= day), default=floors[0].suite)


def carried_as(agreement: Agreement, urgency: int, *, flash_last_hour: int) -> int:
    """Give the class in which a message goes: flash beyond what the terms allow an hour goes as operational."""
    is_over = flash_last_hour >= agreement.terms.flash_per_hour
    return OPERATIONAL if urgency == FLASH and is_over else urgency


def erase_on(agreement: Agreement, stated: Stated, *, at_ms: int) -> date:
    """Give the day (of UTC) on which what was stored at an instant must be erased.

    Raises:
        Refused: `policy.*`: the terms do not name the kind.
    """
    kept_days = _entry(agreement, stated).terms.retention_days
    return _date_of(at_ms // _DAY_MS + kept_days)
