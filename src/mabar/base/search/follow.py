"""Search follows the journal: the worker calls `index_from_journal` again and again, from where it last stood."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from mabar.base import journal
from mabar.base.models.search import SearchCursor
from mabar.base.search.terms import Entry
from mabar.base.search.writing import forget, index

# Given subject keys, what is to be found of each; None for one that is there no longer.
Describe = Callable[[Sequence[str]], Mapping[str, Entry | None]]

CURSOR = "journal"
_describers: dict[str, Describe] = {}


@dataclass(frozen=True)
class Lag:
    """How far search is behind the journal: sealed lines, and the age of the oldest of them."""

    lines: int
    seconds: float


def register(verbs: str, describe: Describe) -> None:
    """Let a package tell what is to be found of its subjects.

    Args:
        verbs: the beginning of the verbs whose subjects these are, and of the kinds of its entries: `declarations.`.
        describe: asked for the subjects that lines of these verbs name; it may leave out what is not to be found.
    Raises:
        ValueError: another package answers for these verbs already.
    """
    if _describers.get(verbs, describe) is not describe:
        raise ValueError(f"{verbs} has its describer already")
    _describers[verbs] = describe


def index_from_journal(limit: int = 500, *, at: datetime) -> int:
    """Bring the next sealed lines into search.  Return how many lines were followed; 0 when there is none.

    A crash between two batches repeats one: an entry written twice is the same entry.
    """
    lines = journal.sealed_after(_position(), limit)
    if not lines:
        return 0
    last = lines[-1].position
    for verbs, subjects in _by_describer(lines).items():
        _bring_in(verbs, subjects, last)
    with transaction.atomic():
        SearchCursor.objects.update_or_create(name=CURSOR, defaults={"position": last, "moved_at": at})
    return len(lines)


def _position() -> int:
    cursor = SearchCursor.objects.filter(name=CURSOR).first()
    return cursor.position if cursor else -1


def _by_describer(lines: Sequence[journal.SealedLine]) -> dict[str, list[str]]:
    subjects: dict[str, dict[str, None]] = defaultdict(dict)
    for line in lines:
        for verbs in _describers:
            if line.verb.startswith(verbs) and line.subject:
                subjects[verbs][line.subject] = None
    return {verbs: list(keys) for verbs, keys in subjects.items()}


def _bring_in(verbs: str, subjects: Sequence[str], position: int) -> None:
    described = _describers[verbs](subjects)
    entries = [entry for subject in subjects if (entry := described.get(subject)) is not None]
    gone = [subject for subject in subjects if subject in described and described[subject] is None]
    index(entries, position=position)
    if gone:
        forget(verbs, gone)


def lag(at: datetime) -> Lag:
    """Tell how far search is behind the journal."""
    position = _position()
    waiting = journal.sealed_after(position, 1)
    if not waiting:
        return Lag(0, 0.0)
    return Lag(journal.newest_position() - position, max(0.0, (at - waiting[0].at).total_seconds()))
