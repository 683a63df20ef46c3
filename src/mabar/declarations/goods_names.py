"""Headings of the tariff found by the word that people use for the goods, in Arabic, French or English.

The titles and the words beside them are the product's own (see `data/README.md`): a help for finding the code, never
the legal text.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log

from mabar.declarations import reference
from mabar.lib import arabic
from mabar.lib.identifiers import western_digits

LONGEST_QUERY = 200
MOST_FOUND = 20
# How much a word tells of a heading by where it stands; a word alone in its place tells more than one of many.
_TITLE, _NAME, _SUBHEADING, _CHAPTER = 6.0, 6.0, 2.0, 1.0
_HEAD = 4.0  # the noun that a title is about says most of all
_WHOLE = 4.0  # all that was asked for is its title, or one of its names


@dataclass(frozen=True)
class Found:
    """A heading that fits what was asked, the subheadings that fit it best, and how well it fits."""

    heading: reference.Heading
    subheadings: tuple[str, ...]
    weight: float


def find(query: str, limit: int = MOST_FOUND) -> list[Found]:
    """Find headings by words for the goods, or by the first digits of a code; the likeliest first.

    Every word counts; where no heading has them all, those with the most of them are given.
    """
    asked = query.strip()[:LONGEST_QUERY]
    digits = "".join(character for character in western_digits(asked) if character not in " .")
    if digits.isascii() and digits.isdigit():
        return _by_code(digits)[:limit]
    stems = tuple(dict.fromkeys(_stems(asked)))
    weights = _weights(stems)
    most = max((len(each) for each in weights.values()), default=0)
    whole = _index().names.get(frozenset(stems), frozenset())
    weighed = {
        code: sum(by_stem.values()) + _WHOLE * (code in whole)
        for code, by_stem in weights.items()
        if len(by_stem) == most
    }
    likeliest = sorted(weighed, key=lambda code: (-weighed[code], code))[:limit]
    return [
        Found(heading, _subheadings(code, stems), weighed[code])
        for code in likeliest
        if (heading := reference.heading(code)) is not None
    ]


def _by_code(digits: str) -> list[Found]:
    codes = [code for code in reference.headings() if code.startswith(digits[:4])]
    return [Found(heading, _below(code, digits), 0.0) for code in codes if (heading := reference.heading(code))]


def _below(heading: str, digits: str) -> tuple[str, ...]:
    if len(digits) <= len(heading):
        return ()
    return tuple(code for code in reference.subheadings(heading) if code.startswith(digits[:6]))


@dataclass(frozen=True)
class _Index:
    """What each stem tells of which headings, the stems of each subheading, and the headings of whole names."""

    weights: Mapping[str, Mapping[str, float]]
    subheadings: Mapping[str, frozenset[str]]
    names: Mapping[frozenset[str], frozenset[str]]


def _weights(stems: Sequence[str]) -> dict[str, dict[str, float]]:
    """Weigh each heading by each stem that it has; a stem that many have tells less."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for stem in stems:
        bearers = _index().weights.get(stem, {})
        for code, weight in bearers.items():
            found[code][stem] = weight * log(1 + len(reference.headings()) / len(bearers))
    return found


def _subheadings(heading: str, stems: Iterable[str]) -> tuple[str, ...]:
    """Give the subheadings that have some of the words in their own text, the most of them first."""
    asked, told = frozenset(stems), _index().subheadings
    shared = {code: len(asked & told[code]) for code in reference.subheadings(heading)}
    return tuple(sorted((code for code in shared if shared[code]), key=lambda code: (-shared[code], code)))


@cache
def _index() -> _Index:
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    names: dict[frozenset[str], set[str]] = defaultdict(set)
    for code in reference.headings():
        for text, weight, head in _texts(code):
            stems = tuple(dict.fromkeys(_stems(text)))
            for stem in stems:
                told = weight / len(stems) ** 0.5 + _HEAD * (stem == head)
                weights[stem][code] = max(weights[stem].get(code, 0.0), told)
            if weight in (_TITLE, _NAME):
                names[frozenset(stems)].add(code)
    below = {each: frozenset(_stems(reference.hs_text(each) or "")) for each in reference.all_subheadings()}
    return _Index(weights, below, {stems: frozenset(codes) for stems, codes in names.items()})


def _texts(code: str) -> Iterator[tuple[str, float, str]]:
    """Give the texts by which a heading is found, what a word in each tells, and the stem of what it is about."""
    heading, chapter = reference.heading(code), reference.chapter(code)
    if heading is not None:
        yield from ((title, _TITLE, next(_stems(title), "")) for title in (heading.ar, heading.fr))
        yield heading.en, _TITLE, _head_of_english(heading.en)
        yield from ((name, _NAME, "") for name in heading.names)
    yield from ((reference.hs_text(each) or "", _SUBHEADING, "") for each in reference.subheadings(code))
    if chapter is not None:
        yield from ((title, _CHAPTER, "") for title in (chapter.ar, chapter.fr, chapter.en))


_ENDS_A_NAME = re.compile(r"[,;(]| (?:and|or|of|for|with|in|on|from) ")


def _head_of_english(title: str) -> str:
    """Give the stem of the noun, which in English ends the name: flour in Wheat flour, cement in Cement and clinker."""
    *_, last = ("", *_stems(_ENDS_A_NAME.split(title, maxsplit=1)[0]))
    return last


def _stems(text: str) -> Iterator[str]:
    for word in arabic.words(text):
        if word.text not in arabic.stop_words() and len(word.text) > 1:
            yield arabic.core(arabic.stem(word.text))
