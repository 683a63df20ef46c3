"""The reading side of search: at most six queries, however much is stored.

The rarest thing that is asked for leads; where everything asked for is common, the newest entries are looked through,
one window at a time, and the page says from where to go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from mabar.base.models.search import SearchEntry, SearchIdentifier, SearchPosting
from mabar.base.search.terms import Question, facet, read_query, upper_bound
from mabar.base.search.vocabulary import Asked, words_asked

# Up to here the entries of a word are fetched and sorted, beyond it they are met while looking through a window.
RARE = 10_000
# Entries looked through at a time where nothing asked for is rare; a tenth of a second when none of them fits.
WINDOW = 100_000
# Beginnings of identifiers that are counted, the whole query read as one among them; the others are only checked.
MOST_COUNTED_KEYS = 2


@dataclass(frozen=True)
class Scope:
    """What the reader may see; None sets no bound."""

    kinds: tuple[str, ...] | None = None
    places: tuple[str, ...] | None = None
    owner: str | None = None

    def facets(self) -> list[set[str]]:
        """Give the made-up words of each bound."""
        owners = None if self.owner is None else (self.owner,)
        bounds = (("kind", self.kinds), ("place", self.places), ("owner", owners))
        return [{facet(name, value) for value in values} for name, values in bounds if values is not None]

    def condition(self) -> Q:
        """Give the same bounds as a condition on entries."""
        kinds = Q() if self.kinds is None else Q(kind__in=self.kinds)
        places = Q() if self.places is None else Q(place__in=self.places)
        return kinds & places & (Q() if self.owner is None else Q(owner=self.owner))


EVERYTHING = Scope()


@dataclass(frozen=True)
class Row:
    """One thing found."""

    kind: str
    subject: str
    title: str
    place: str
    happened_at: datetime


@dataclass(frozen=True)
class Found:
    """One page of results, newest first.

    Args:
        next_before: pass it as `before` for what follows; None at the end.  A page may be short, even empty, and go on.
        is_narrowed: the query was longer, or its words had more forms, than are looked for.
    """

    rows: tuple[Row, ...] = ()
    next_before: int | None = None
    is_narrowed: bool = False


def find(query: str, *, scope: Scope = EVERYTHING, before: int | None = None, limit: int = 50) -> Found:
    """Give what holds every word of the query in some form, or the identifier that it begins.

    Args:
        query: as typed.
        before: where the page before this one said that it goes on.
    """
    question = read_query(query)
    asked, bounds, is_narrowed = _conditions(question, scope)
    if not asked or not all(one.count for one in (*asked, *bounds)):
        return Found(is_narrowed=is_narrowed)
    candidates = SearchEntry.objects.filter(scope.condition())
    for place, one in enumerate(asked):
        candidates = _holding(candidates, one, place)
    rows, next_before = _page(candidates, _leading([*asked, *bounds]), before, limit)
    return Found(rows, next_before, is_narrowed)


def _conditions(question: Question, scope: Scope) -> tuple[list[Asked], list[Asked], bool]:
    """Read the query as one identifier if there is one that so begins, else term by term."""
    whole = _counted(Asked(key=question.whole_key)) if question.whole_key else Asked()
    terms = () if whole.count else question.terms
    asked, bounds, is_cut = words_asked(terms, scope.facets())
    if whole.count:
        return [whole], bounds, False
    left_to_count = MOST_COUNTED_KEYS - bool(question.whole_key)
    return _with_keys_counted(asked, left_to_count), bounds, question.is_cut or is_cut


def _named(key: str) -> QuerySet[SearchIdentifier]:
    return SearchIdentifier.objects.filter(text__gte=key, text__lt=upper_bound(key))


def _holding(candidates: QuerySet[SearchEntry], asked: Asked, place: int) -> QuerySet[SearchEntry]:
    """Keep the entries that fulfil a condition, asked entry by entry.

    PostgreSQL turns EXISTS into a join over all entries of the word; a single value it looks up, and stops at the page.
    """
    held, named = f"held_{place}", f"named_{place}"
    fulfilled = Q()
    if asked.words:
        postings = SearchPosting.objects.filter(entry=OuterRef("pk"), word__in=asked.words)
        candidates = candidates.alias(**{held: Subquery(postings.values("pk")[:1])})
        fulfilled |= Q(**{f"{held}__isnull": False})
    if asked.key:
        candidates = candidates.alias(
            **{named: Subquery(_named(asked.key).filter(entry=OuterRef("pk")).values("pk")[:1])}
        )
        fulfilled |= Q(**{f"{named}__isnull": False})
    return candidates.filter(fulfilled)


def _with_keys_counted(asked: Sequence[Asked], most: int) -> list[Asked]:
    with_key = [one for one in asked if one.key]
    counted = {id(one): _counted(one) for one in with_key[:most]}
    # what is not counted never leads: it is only checked
    checked = {id(one): Asked(one.words, one.key, one.count + RARE + 1) for one in with_key[most:]}
    return [counted.get(id(one)) or checked.get(id(one)) or one for one in asked]


def _counted(asked: Asked) -> Asked:
    entries = frozenset(_named(asked.key).values_list("entry_id", flat=True)[: RARE + 1])
    return Asked(asked.words, asked.key, asked.count + len(entries), entries)


def _leading(conditions: Sequence[Asked]) -> set[int] | None:
    """Give the entries of the rarest condition; None where every one is common."""
    rarest = min(conditions, key=lambda one: one.count)
    if rarest.count > RARE:
        return None
    if not rarest.words:
        return set(rarest.named)
    held = SearchPosting.objects.filter(word__in=rarest.words).values_list("entry_id", flat=True)
    return set(rarest.named).union(held)


def _page(
    candidates: QuerySet[SearchEntry], leading: set[int] | None, before: int | None, limit: int
) -> tuple[tuple[Row, ...], int | None]:
    if leading is not None:
        wanted = leading if before is None else {pk for pk in leading if pk < before}
        floor, candidates = 0, candidates.filter(pk__in=wanted)
    else:
        top = before or (SearchEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0) + 1
        floor = max(0, top - WINDOW)
        candidates = candidates.filter(pk__lt=top, pk__gte=floor)
    found = list(candidates.order_by("-pk")[: limit + 1])
    rows = tuple(Row(one.kind, one.subject, one.title, one.place, one.happened_at) for one in found[:limit])
    if len(found) > limit:
        return rows, found[limit - 1].pk
    return rows, floor if floor > 1 else None
