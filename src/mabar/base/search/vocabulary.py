"""From the terms of a query to the words that entries really hold: by stem, and by the letters within."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import IntegerField, Q, QuerySet, Value

from mabar.base.models.search import SearchWord
from mabar.base.search.terms import Term
from mabar.lib import arabic

# Distinct words that one query may grow to; the commonest first.
MOST_WORDS = 1_000


@dataclass(frozen=True)
class Asked:
    """One condition: the words and the beginning of an identifier that fulfil it, and about how many entries do."""

    words: frozenset[int] = frozenset()
    key: str = ""
    count: int = 0
    named: frozenset[int] = frozenset()


def words_asked(terms: Sequence[Term], facets: Sequence[set[str]]) -> tuple[list[Asked], list[Asked], bool]:
    """Look up the words of the terms, and the made-up words of the reader's bounds, in two queries.

    Returns:
        a condition a term, a condition a bound, and whether there were more forms than are looked for.
    """
    stems = [arabic.stem(term.word) if term.word else "" for term in terms]
    listed = list(_listed(set(stems) - {""}, set().union(*facets)))
    inner, is_cut = _with_letters_inside(stems)
    asked = []
    for place, term in enumerate(terms):
        forms = {pk: count for pk, text, stem, count in listed if stem == stems[place] != "" and "=" not in text}
        asked.append(_asked(forms | inner.get(place, {}), term.key))
    bounds = [_asked({pk: count for pk, text, _, count in listed if text in bound}) for bound in facets]
    return asked, bounds, is_cut


def _asked(counts: Mapping[int, int], key: str = "") -> Asked:
    held = {pk: count for pk, count in counts.items() if count}
    return Asked(frozenset(held), key, sum(held.values()))


def _listed(stems: set[str], facets: set[str]) -> Iterable[tuple[int, str, str, int]]:
    if not stems and not facets:
        return []
    found = SearchWord.objects.filter(Q(stem__in=stems) | Q(text__in=facets))
    return found.values_list("pk", "text", "stem", "entries")


def _with_letters_inside(stems: Sequence[str]) -> tuple[dict[int, dict[int, int]], bool]:
    """Find, for each stem, the words in whose letters it stands, whatever their own stem is."""
    parts = [_sharing_letters(stem, place) for place, stem in enumerate(stems) if _has_letters(stem)]
    if not parts:
        return {}, False
    rows = list(parts[0].union(*parts[1:], all=True).order_by("-entries", "text")[: MOST_WORDS + 1])
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for pk, text, entries, place in rows[:MOST_WORDS]:
        if arabic.is_inflection(text, stems[place]):
            found[place][pk] = entries
    return found, len(rows) > MOST_WORDS


def _has_letters(stem: str) -> bool:
    return len(arabic.core(stem)) >= 3 and not any(c.isdigit() for c in stem)


def _sharing_letters(stem: str, place: int) -> QuerySet[SearchWord, tuple[int, str, int, int]]:
    """Find words with the first, the middle and the last trigram; that they stand together is checked afterwards."""
    core = arabic.core(stem)
    middle = (len(core) - 3) // 2
    words = SearchWord.objects.filter(entries__gt=0)
    for three in dict.fromkeys((core[:3], core[middle : middle + 3], core[-3:])):
        words = words.filter(trigrams__trigram=three)
    return words.annotate(place=Value(place, output_field=IntegerField())).values_list("pk", "text", "entries", "place")
