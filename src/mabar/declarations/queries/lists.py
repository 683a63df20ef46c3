"""Lists of declarations: a page at a time, by key, each page from an index."""

from dataclasses import dataclass
from heapq import merge
from itertools import islice, product
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.declarations import rules
from mabar.declarations.models import Declaration, Draft
from mabar.declarations.queries.rows import DeclarationRow, DraftRow, declaration_row
from mabar.declarations.queries.scope import Scope, drafts_of

PAGE = 50
COUNTED = 1000  # beyond it a count is shown as "more than": exact millions help no desk and cost a scan
DRAFTS = 200  # a house with more unfinished papers finds the others once these are lodged or dropped
PLACES_MERGED = 4  # up to so many places are read each from its own index and merged


@dataclass(frozen=True)
class DeclarationPage:
    """A page of a list; `after` asks for the next page, None where there is none."""

    rows: tuple[DeclarationRow, ...]
    after: str | None


@dataclass(frozen=True)
class Filters:
    """What a reader narrows a list to; empty means all."""

    state: str = ""
    lane: str = ""
    regime: str = ""
    flow: str = ""
    place: str = ""
    is_queried: bool = False

    @property
    def conditions(self) -> dict[str, Any]:
        """The filters that are set, as conditions on rows."""
        named = {"state": self.state, "lane": self.lane, "regime": self.regime, "flow": self.flow, "place": self.place}
        queried = {"suspended_at__isnull": False} if self.is_queried else {}
        return {**{name: value for name, value in named.items() if value}, **queried}


def list_for(
    scope: Scope,
    filters: Filters = Filters(),
    *,
    after: str | None = None,
    limit: int = PAGE,
) -> DeclarationPage:
    """List the declarations within a scope, newest first."""
    found = Declaration.objects.filter(**filters.conditions).order_by("-key")
    return _page(_within(found, scope, limit, after=after), limit)


def _within(found: QuerySet[Declaration], scope: Scope, limit: int, *, after: str | None) -> list[Declaration]:
    if after:
        found = found.filter(key__lt=after)
    if scope.firm is not None or len(scope.places) > PLACES_MERGED:
        return list(found.filter(scope.condition)[: limit + 1])
    by_place = [found.filter(place=place)[: limit + 1] for place in scope.places]
    return list(islice(merge(*by_place, key=lambda each: each.key, reverse=True), limit + 1))


def _page(found: list[Declaration], limit: int) -> DeclarationPage:
    rows = tuple(declaration_row(each) for each in found[:limit])
    return DeclarationPage(rows, rows[-1].key if len(found) > limit else None)


def awaiting(act: str, place: str, *, after: str | None = None, limit: int = PAGE) -> DeclarationPage:
    """List the declarations of a place that wait for an act, oldest first; each state is read from its own index.

    Raises:
        ValueError: no state allows an act of that name.
    """
    found = Declaration.objects.filter(place=place).order_by("key")
    if act in rules.STOPPED_BY_QUERY:
        found = found.filter(suspended_at=None)
    if act in rules.OF_OUR_REGISTER:
        found = found.filter(register=rules.MABAR)
    if after:
        found = found.filter(key__gt=after)
    by_state = [found.filter(lanes, state=state)[: limit + 1] for state, lanes in _waiting_for(act).items()]
    return _page(list(islice(merge(*by_state, key=lambda each: each.key), limit + 1)), limit)


# As in the indexes that serve them: what a second assessment has left to pay, to guarantee or to give back.
_TO_COVER = Q(assessed_minor__gt=F("paid_minor") + F("guaranteed_minor"))
_LEFT = {
    "note_payment": _TO_COVER,
    "note_guarantee": _TO_COVER,
    "note_refund": Q(paid_minor__gt=F("assessed_minor")),
    "free_guarantee": Q(guaranteed_minor__gt=0, paid_minor__gte=F("assessed_minor")),
    "release": Q(assessed_minor__lte=F("paid_minor") + F("guaranteed_minor")),
}


def _waiting_for(act: str) -> dict[str, Q]:
    """Turn the table of the states into a condition for each state, lane by lane where the act depends on it."""
    states = sorted({state for state, allowed in rules.TRANSITIONS if allowed == act})
    if not states:
        raise ValueError(f"no state allows {act}")
    if act not in {*rules.CHECKED, "assess", "assign_team"}:
        return {state: _left(act, state) for state in states}
    conditions: dict[str, Q] = {}
    for state, lane, is_scan_due in product(states, rules.LANES, (False, True)):
        if act in rules.next_acts(state, lane, is_scan_due=is_scan_due):
            conditions[state] = conditions.get(state, Q()) | Q(lane=lane, is_scan_due=is_scan_due)
    return conditions


def _left(act: str, state: str) -> Q:
    """Give what must be left to do for an act of settling; before the first settlement the amount does not matter."""
    if state in rules.DEAD:
        return Q(guaranteed_minor__gt=0) if act == "free_guarantee" else Q(paid_minor__gt=0)
    return _LEFT.get(act, Q()) if state != "assessed" else Q()


def counts_by_state(scope: Scope) -> dict[str, int]:
    """Count the declarations within a scope by state, each up to `COUNTED` + 1, in one query."""
    column, owners = ("firm_id", [scope.firm]) if scope.firm is not None else ("place_id", list(scope.places))
    counted = [(state, owner) for state in rules.LIVING_STATES for owner in owners]
    if not counted:
        return {}
    one = (
        f"(SELECT COUNT(*) FROM (SELECT 1 FROM declarations_declaration WHERE {column} = %s AND state = %s LIMIT %s) c)"  # noqa: S608  names of our own
    )
    with connection.cursor() as cursor:
        parameters = [value for state, owner in counted for value in (owner, state, COUNTED + 1)]
        cursor.execute("SELECT " + ", ".join([one] * len(counted)), parameters)
        figures = cursor.fetchone()
    totals = dict.fromkeys(rules.LIVING_STATES, 0)
    for (state, _), figure in zip(counted, figures, strict=True):
        totals[state] = min(totals[state] + figure, COUNTED + 1)
    return totals


def by_reference(scope: Scope, reference: str) -> list[DeclarationRow]:
    """Find by our number, a national reference, a trader's own or a key, word for word."""
    names = ("number", "national_reference", "trader_reference", "key")
    found: dict[str, Declaration] = {}
    for name in names:
        found |= {each.key: each for each in Declaration.objects.filter(**{name: reference})[:PAGE]}
    return [
        declaration_row(each)
        for each in found.values()
        if reference and scope.holds(firm=each.firm_id, place=each.place_id)
    ]


def drafts(actor: Actor) -> list[DraftRow]:
    """List the drafts of the actor's house, the newest first."""
    return [_draft_row(draft) for draft in drafts_of(actor).defer("record").order_by("-saved_at")[:DRAFTS]]


def draft(actor: Actor, key: str) -> tuple[DraftRow, str]:
    """Give a draft of the actor's house, and its record as JSON text.

    Raises:
        NoSuchRecord: no such draft, or another house's.
    """
    found = drafts_of(actor).filter(key=key).first()
    if found is None:
        raise NoSuchRecord(key=key)
    return _draft_row(found), found.record


_SAME = tuple(name for name in DraftRow.__dataclass_fields__ if name not in {"firm", "place", "amends"})


def _draft_row(each: Draft) -> DraftRow:
    same = {name: getattr(each, name) for name in _SAME}
    return DraftRow(firm=each.firm_id, place=each.place_id, amends=each.amends_id, **same)
