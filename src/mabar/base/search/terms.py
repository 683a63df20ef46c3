"""What an entry is found by, and what a query asks for.  Pure: texts in, words and keys out."""

import re
from dataclasses import dataclass
from datetime import datetime

from mabar.lib.arabic import Word, fold, stop_words, words

LONGEST_WORD = 64
LONGEST_QUERY = 200
MOST_TERMS = 6
SHORTEST_IDENTIFIER = 3


@dataclass(frozen=True)
class Entry:
    """What a package tells about one of its subjects so that it can be found.

    Args:
        kind: what it is, beginning with the package: `declarations.declaration`.
        text: the words by which it is found; numbers in it count as words.
        identifiers: references, plates, containers, seals: found whole, from their beginning, or by a part of four.
        owner: the firm that may see it, where only one may.
    """

    kind: str
    subject: str
    title: str
    text: str
    happened_at: datetime
    identifiers: tuple[str, ...] = ()
    place: str = ""
    owner: str = ""


@dataclass(frozen=True)
class Term:
    """One thing a query asks for: a word, the beginning of an identifier, or what may be either."""

    word: str = ""
    key: str = ""


@dataclass(frozen=True)
class Question:
    """A query, read: first as one identifier written with blanks, else as terms of which each must be there."""

    whole_key: str
    terms: tuple[Term, ...]
    is_cut: bool


def identifier_key(text: str) -> str:
    """Write an identifier in a-z and 0-9 alone, so that its beginning is a range in every database's order."""
    return "".join(c if c.isascii() else f"x{ord(c):04x}" for c in fold(text) if c.isalnum())[:LONGEST_WORD]


def upper_bound(key: str) -> str:
    """Give a text that comes after every identifier that begins with `key`, in the order of any database."""
    return key + "z" * (LONGEST_WORD - len(key) + 1)


def identifier_keys(identifier: str) -> set[str]:
    """Give the keys of an identifier: the whole, and its parts of four letters or digits but years."""
    parts = re.findall(r"[^\W\d_]+|\d+", fold(identifier))
    long_parts = {identifier_key(part) for part in parts if len(part) >= 4 and not re.fullmatch(r"(19|20)\d\d", part)}
    return {key for key in {identifier_key(identifier), *long_parts} if key}


def facets(entry: Entry) -> set[str]:
    """Give the made-up words under which an entry's kind, place and owner are counted; no text can hold an `=`."""
    made_up = {facet("kind", entry.kind), facet("place", entry.place), facet("owner", entry.owner)}
    return {text for text in made_up if not text.endswith("=")}


def facet(name: str, value: str) -> str:
    """Give the made-up word of one kind, place or owner."""
    return f"{name}={value}"[:LONGEST_WORD]


def texts_of(entry: Entry) -> set[str]:
    """Give the distinct words of an entry, folded, with those of its title."""
    found = {word.text[:LONGEST_WORD] for word in words(f"{entry.title}\n{entry.text}")}
    return (found - stop_words()) | facets(entry)


def read_query(query: str) -> Question:
    """Read what a person typed."""
    short = query[:LONGEST_QUERY]
    pieces = [(found.group(), found.start(), found.end()) for found in re.finditer(r"\S+", short)]
    numbered = [piece for piece in pieces if any(c.isdigit() for c in piece[0])]
    spans = [(start, end) for _, start, end in numbered]
    found = [word for word in words(short) if word.text not in stop_words() and not _lies_in(word, spans)]
    terms = [_number_term(text) for text, _, _ in numbered] + [_word_term(word.text) for word in found]
    distinct = tuple(dict.fromkeys(term for term in terms if term != Term()))
    whole_key = identifier_key(short) if numbered and len(pieces) > 1 else ""
    return Question(whole_key, distinct[:MOST_TERMS], len(query) > LONGEST_QUERY or len(distinct) > MOST_TERMS)


def _lies_in(word: Word, spans: list[tuple[int, int]]) -> bool:
    return any(start <= word.start and word.end <= end for start, end in spans)


def _number_term(text: str) -> Term:
    runs = words(text)
    key = identifier_key(text)
    return Term(word=runs[0].text if len(runs) == 1 else "", key=key if len(key) >= SHORTEST_IDENTIFIER else "")


def _word_term(text: str) -> Term:
    is_beginning = text.isascii() and len(text) >= SHORTEST_IDENTIFIER
    return Term(word=text[:LONGEST_WORD], key=text if is_beginning else "")
