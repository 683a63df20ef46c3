"""Arabic text as it is searched: folded spelling, words with their places, and light stems.

The same word is written in many ways (أحمد, احمد; شاحنة, شاحنه) and bears its article, prepositions and pronouns as
letters.  Nothing here is for showing: what people read stays as it was written.
"""

import csv
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from mabar.lib.identifiers import western_digits

# What decomposition leaves: letters that readers and keyboards of the region take for one another.
_SAME_LETTER = str.maketrans(
    {"ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ٱ": "ا", "ک": "ك", "گ": "ك"}
    | {"ڤ": "ف", "ڥ": "ف", "ڨ": "ق", "پ": "ب", "چ": "ج", "ژ": "ز", "ء": "", "ـ": ""}
    | {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
)
_DROPPED = frozenset(("Mn", "Me", "Cf", "Cc"))  # vowel signs, joiners, marks of direction


@dataclass(frozen=True)
class Word:
    """A folded word and where it stands in the original text."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    before, folded = "", character
    while folded != before:
        before = folded
        parts = unicodedata.normalize("NFKD", western_digits(folded).casefold())
        folded = "".join(c for c in parts if unicodedata.category(c) not in _DROPPED or c in "\n\t\r")
        folded = folded.translate(_SAME_LETTER)
    return folded


def fold(text: str) -> str:
    """Write text in its one searchable spelling: no vowel signs, one alif, Western digits, Latin without accents."""
    return "".join(map(_fold_character, text))


def words(text: str) -> list[Word]:
    """Split text into folded words with their places; عبد المجيد and نور الدين count as one word each."""
    return list(_joined(list(_runs(text))))


def _runs(text: str) -> Iterator[Word]:
    letters: list[str] = []
    start = 0
    for place, character in enumerate(text + " "):
        folded = _fold_character(character)
        if folded.isalnum():
            start = start if letters else place
            letters.append(folded)
        elif letters and (folded or character == " "):  # a dropped sign inside a word does not end it
            yield Word("".join(letters), start, place)
            letters = []


# Names of two parts that people write in one or in two words.
_BEFORE_THE_FAITH = frozenset(
    ("نور", "صلاح", "عز", "خير", "شمس", "جمال", "سيف", "محي", "محيي", "علا", "بدر", "فخر", "تقي", "ضيا", "كمال", "شرف")
)


def _joined(runs: list[Word]) -> Iterator[Word]:
    place = 0
    while place < len(runs):
        word = runs[place]
        after = runs[place + 1] if place + 1 < len(runs) else None
        if after and _is_one_name(word.text, after.text):
            yield Word(word.text + after.text, word.start, after.end)
            place += 1
        else:
            yield word
        place += 1


def _is_one_name(first: str, second: str) -> bool:
    if second == "الدين":
        return first in _BEFORE_THE_FAITH
    return first == "عبد" and second.startswith("ال") and len(second) > 3


@cache
def _irregular() -> Mapping[str, str]:
    """Read folded forms and the stem under which each is found: words kept whole, singulars, broken plurals."""
    found = {fold(row["word"]): fold(row["as"]) for row in _rows("kept.csv")}
    pairs = [(fold(row["plural"]), fold(row["singular"])) for row in _rows("plurals.csv")]
    for _, singular in pairs:
        found.setdefault(singular, singular)
    for plural, singular in pairs:
        found.setdefault(plural, found[singular])
    return found


@cache
def _known_stems() -> frozenset[str]:
    return frozenset(_irregular().values())


def _rows(name: str) -> Iterator[dict[str, str]]:
    source = resources.files("mabar.lib") / "data" / name
    return csv.DictReader(source.read_text(encoding="utf-8").splitlines())


@cache
def stop_words() -> frozenset[str]:
    """Give the folded words that stand in every text of the three languages and find nothing."""
    return frozenset(fold(row["word"]) for row in _rows("stop_words.csv"))


# The article with what may stand before it, the longest first; what is left must still be a word.
ARTICLES = ("وبال", "فبال", "ولل", "فلل", "وكال", "بال", "كال", "فال", "وال", "لل", "ال")
PARTICLES = ("وب", "ول", "فل", "و", "ف", "ب", "ل", "ك")
# suffix, folded -> letters that must be left
SUFFIXES = {
    "اتهما": 3, "اتهم": 3, "اتها": 3, "اتنا": 3, "اته": 3, "تهما": 3, "تهم": 3, "تها": 3, "تنا": 3,
    "هما": 3, "كما": 3, "هم": 3, "هن": 3, "كم": 3, "ها": 3, "نا": 4, "ته": 3,
    "يات": 3, "ات": 3, "يون": 3, "يين": 3, "تان": 3, "تين": 3, "ان": 4, "ون": 4, "ين": 4, "وا": 3,
    "يه": 3, "ه": 3, "ي": 3,
}  # fmt: skip


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Give the light stem of a folded word: what its inflections share.

    Args:
        word: one word as `words` gives it.
    """
    if not _is_arabic(word):
        return _latin_stem(word)
    return _listed_stem(word) or _without_suffix(_without_article(word))


def _listed_stem(word: str) -> str | None:
    """Give the stem of a word that the lists hold, whatever stands before and after it."""
    return _known(word) or _after_article(word) or _after_particle(word)


def _is_arabic(word: str) -> bool:
    return any("\u0600" <= character <= "\u06ff" for character in word)


def _latin_stem(word: str) -> str:
    """Drop the plural s of French and English; all else stays."""
    return word[:-1] if len(word) > 4 and word.isalpha() and word.endswith("s") and not word.endswith("ss") else word


def _known(word: str) -> str | None:
    """Look the word up as it is, then without each ending that leaves enough of it."""
    found = _irregular().get(word)
    if found:
        return found
    for suffix, least in SUFFIXES.items():
        if word.endswith(suffix) and len(word) - len(suffix) >= least:
            for body in _bodies(word[: -len(suffix)], suffix):
                if body in _irregular():
                    return _irregular()[body]
    return None


def _bodies(rest: str, suffix: str) -> Iterator[str]:
    """Give what may have stood before the ending, the likeliest first."""
    is_feminine = suffix[0] in "تا" and suffix != "ان"  # شاحنتين is of شاحنة, not of شاحن
    yield from (rest + "ه", rest) if is_feminine else (rest, rest + "ه")
    if rest.endswith("اي"):
        yield rest[:-1]  # the hamza of دواء takes a seat before an ending: دوائي


def _bare_of_article(word: str) -> tuple[str, str]:
    for article in ARTICLES:
        bare = word.removeprefix(article)
        if bare != word and len(bare) >= 3:
            return article, bare
    return "", word


def _without_article(word: str) -> str:
    return _bare_of_article(word)[1]


def _after_article(word: str) -> str | None:
    article, bare = _bare_of_article(word)
    if not article:
        return None
    # the article swallows a first lam: للجنة is ل and لجنة
    return (_known("ل" + bare) if article.endswith("لل") else None) or _known(bare)


def _after_particle(word: str) -> str | None:
    """Take a one-letter word off only where a known word is left: وثيقة begins with its own waw."""
    for particle in PARTICLES:
        bare = word.removeprefix(particle)
        if bare != word and len(bare) >= 3:
            found = _known(bare)
            if found:
                return found
    return None


def _without_suffix(word: str) -> str:
    for suffix, least in SUFFIXES.items():
        if word.endswith(suffix) and len(word) - len(suffix) >= least:
            return word[: -len(suffix)]
    return word


# Letters that may stand before and after a short stem in an inflection of it, verbs included.
_BEFORE = frozenset(
    ["", *ARTICLES, *PARTICLES, *"يتنس", *("و" + c for c in "يتن"), *("س" + c for c in "يتن"), "وسي", "وست", "لي", "لت"]
)
_AFTER = frozenset(["", "ا", "ت", "تم", "ك", "يا", "تا", *SUFFIXES])


def core(stem: str) -> str:
    """Give the part of a stem that all its forms show: without the feminine ending, where enough is left."""
    return stem[:-1] if stem.endswith("ه") and len(stem) > 3 else stem


def is_inflection(word: str, stem: str) -> bool:
    """Tell whether a folded word may be a form of `stem`, where stemming alone does not show it.

    A core of four letters or more counts wherever it stands in the word; a shorter one only between letters that
    inflection adds, since three letters in a row are in many words.
    """
    part = core(stem)
    place = word.find(part)
    if place < 0 or len(part) < 3 or _belongs_to_another(word, stem):
        return False
    return len(part) >= 4 or (word[:place] in _BEFORE and word[place + len(part) :] in _AFTER)


def _belongs_to_another(word: str, stem: str) -> bool:
    """Two words of the lists are told apart by the lists: تمر is not in تمرين, nor مركب in مركبة."""
    return stem in _known_stems() and (_listed_stem(word) or stem) != stem


def trigrams(text: str) -> frozenset[str]:
    """Give the distinct runs of three letters in a word."""
    return frozenset(text[place : place + 3] for place in range(len(text) - 2))
