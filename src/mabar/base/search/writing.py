"""The writing side of search.  The worker is its only writer."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from django.db import transaction
from django.db.models import F

from mabar.base.models.search import SearchEntry, SearchIdentifier, SearchPosting, SearchTrigram, SearchWord
from mabar.base.search.terms import Entry, identifier_keys, texts_of
from mabar.lib import arabic

# Small enough that an officer's act never waits long for the worker's transaction.
BATCH = 200
# SQLite takes 32766 values in a statement; a declaration of 2,000 items has more words than that allows for a batch.
MOST_VALUES = 5_000
Value = TypeVar("Value")
_SHOWN = ("place", "owner", "title", "happened_at", "position")


def index(entries: Iterable[Entry], *, position: int) -> int:
    """Write entries so that they can be found; one that is there already is replaced.  Return how many.

    Args:
        position: the journal line up to which the entries are true.
    """
    newest = {(entry.kind, entry.subject): entry for entry in entries}
    rows = list(newest.values())
    for start in range(0, len(rows), BATCH):
        with transaction.atomic():
            _write(rows[start : start + BATCH], position)
    return len(newest)


def forget(kind: str, subjects: Sequence[str]) -> int:
    """Take entries out of search; `kind` may be the beginning of several.  Return how many were there."""
    with transaction.atomic():
        gone = list(
            SearchEntry.objects.filter(kind__startswith=kind, subject__in=subjects).values_list("pk", flat=True)
        )
        _write_postings({pk: set() for pk in gone})
        SearchIdentifier.objects.filter(entry__in=gone).delete()
        SearchEntry.objects.filter(pk__in=gone).delete()
    return len(gone)


def _write(batch: Sequence[Entry], position: int) -> None:
    pks = _write_entries(batch, position)
    texts = {pks[entry.kind, entry.subject]: texts_of(entry) for entry in batch}
    keys = {pks[entry.kind, entry.subject]: _keys_of(entry) for entry in batch}
    _write_postings(texts)
    _write_identifiers(keys)


def _write_entries(batch: Sequence[Entry], position: int) -> dict[tuple[str, str], int]:
    rows = [
        SearchEntry(
            kind=entry.kind,
            subject=entry.subject,
            place=entry.place,
            owner=entry.owner,
            title=entry.title[:200],
            happened_at=entry.happened_at,
            position=position,
        )
        for entry in batch
    ]
    SearchEntry.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["kind", "subject"], update_fields=list(_SHOWN)
    )
    wanted = {(entry.kind, entry.subject) for entry in batch}
    there = SearchEntry.objects.filter(subject__in={subject for _, subject in wanted})
    found = there.values_list("kind", "subject", "pk")
    return {(kind, subject): pk for kind, subject, pk in found if (kind, subject) in wanted}


def _keys_of(entry: Entry) -> set[str]:
    return set().union(*map(identifier_keys, entry.identifiers))


def _write_postings(texts: Mapping[int, set[str]]) -> None:
    """Make the postings of entries those of the given words, and keep the counts of the words true."""
    word_pks = _word_pks(set().union(*texts.values()))
    wanted = {(word_pks[text], entry) for entry, held in texts.items() for text in held}
    rows = SearchPosting.objects.filter(entry__in=texts).values_list("pk", "word_id", "entry_id")
    there = {(word, entry): pk for pk, word, entry in rows}
    new, stale = wanted - there.keys(), there.keys() - wanted
    SearchPosting.objects.bulk_create(SearchPosting(word_id=word, entry_id=entry) for word, entry in sorted(new))
    for part in _parts([there[pair] for pair in stale]):
        SearchPosting.objects.filter(pk__in=part).delete()
    change = Counter(word for word, _ in new)
    change.subtract(word for word, _ in stale)
    _count(change)


def _count(change: Mapping[int, int]) -> None:
    # one statement for each size of change: most words of a batch are in one entry more
    words_by_change: dict[int, list[int]] = defaultdict(list)
    for word, by in change.items():
        words_by_change[by].append(word)
    for by, words in words_by_change.items():
        for part in _parts(words):
            SearchWord.objects.filter(pk__in=part).update(entries=F("entries") + by)


def _word_pks(texts: set[str]) -> dict[str, int]:
    """Find the words, and make those that are new, with their trigrams."""
    known = _known_words(texts)
    new = sorted(texts - known.keys())
    if not new:
        return known
    SearchWord.objects.bulk_create(SearchWord(text=text, stem=_stem_of(text)) for text in new)
    made = _known_words(set(new))
    trigrams = ((three, pk) for text, pk in made.items() for three in sorted(_trigrams_of(text)))
    SearchTrigram.objects.bulk_create(SearchTrigram(trigram=three, word_id=pk) for three, pk in trigrams)
    return known | made


def _known_words(texts: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in _parts(sorted(texts)):
        found.update(SearchWord.objects.filter(text__in=part).values_list("text", "pk"))
    return found


def _parts(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    return (values[start : start + MOST_VALUES] for start in range(0, len(values), MOST_VALUES))


def _stem_of(text: str) -> str:
    return text if "=" in text else arabic.stem(text)


def _trigrams_of(text: str) -> frozenset[str]:
    """Numbers have none: they are found whole or from their beginning."""
    return frozenset() if "=" in text or any(c.isdigit() for c in text) else arabic.trigrams(text)


def _write_identifiers(keys: Mapping[int, set[str]]) -> None:
    wanted = {(key, entry) for entry, held in keys.items() for key in held}
    rows = SearchIdentifier.objects.filter(entry__in=keys).values_list("pk", "text", "entry_id")
    there = {(text, entry): pk for pk, text, entry in rows}
    new = sorted(wanted - there.keys())
    SearchIdentifier.objects.bulk_create(SearchIdentifier(text=text, entry_id=entry) for text, entry in new)
    for part in _parts([there[pair] for pair in there.keys() - wanted]):
        SearchIdentifier.objects.filter(pk__in=part).delete()
