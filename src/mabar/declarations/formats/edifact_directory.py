"""The directories of UN/EDIFACT as tables: where an element stands in a segment, and which field it is."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, NamedTuple

from mabar.declarations.formats.edifact_syntax import Segment
from mabar.declarations.formats.sheet_profiles import kind_of
from mabar.lib.words import table

Place = tuple[int, int]
PARTY = "party"  # in the tables: the lines of a name and an address together
PARTY_LINES = ("3036", "3124", "3042")
PARTY_WORDS = ("3251", "3164", "3229", "3207")
_RELEASE = re.compile(r"([0-9]{2})([A-C])")
_CENTURY = 70  # directories of 1990 to 1999 bear the years 90 to 99


class Take(NamedTuple):
    """An element that has a field: where it stands (several places where it repeats), and the kind of its value."""

    places: tuple[Place, ...]
    field: str
    kind: str
    longest: int
    part: str
    name: str
    is_slotted: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """What is done with a segment whose qualifiers are as the table says.

    Attributes:
        when: place of a qualifier and the codes of which it must be one.
        shapes: place of an element and the form that its text must have.
        beside: place of what tells how a value is read: unit of a mass, format of a date, currency of an amount.
        used: all places that the rule understands; the other components of the segment are kept.
        knows: place of a code that says only what the tables say already, such as the list that a code is of.
        reach: the number of the first element that it takes; a shorter segment has nothing for it.
        unless: the field that must still be empty when all else is read; empty for a rule that does not wait.
    """

    when: tuple[tuple[Place, frozenset[str]], ...]
    shapes: tuple[tuple[Place, re.Pattern[str]], ...]
    takes: tuple[Take, ...]
    beside: Place | None
    used: frozenset[Place]
    unless: str
    knows: tuple[tuple[Place, frozenset[str]], ...]
    reach: int


@dataclass(frozen=True)
class Section:
    """The rules of a part of a message by segment, as `MOA` or, below another segment, `TAX/MOA`."""

    choices: Mapping[str, "Choice"]
    owners: Mapping[str, frozenset[str]]

    def rules(self, context: str, segment: Segment) -> tuple[Rule, ...]:
        """Give the rules that can be of a segment by its first qualifier."""
        choice = self.choices.get(context)
        if choice is None:
            return ()
        return choice.by_code.get(segment.at(*choice.place).strip().upper(), ()) if choice.place else choice.always


@dataclass(frozen=True)
class Choice:
    """The rules of a segment, by the code of the qualifier with which all of them begin; or all, where they do not."""

    place: Place | None
    by_code: Mapping[str, tuple[Rule, ...]]
    always: tuple[Rule, ...]


def _choice(rules: Sequence[Rule]) -> Choice:
    places = {rule.when[0][0] if rule.when else None for rule in rules}
    place = next(iter(places))
    if len(places) > 1 or place is None:
        return Choice(None, {}, tuple(rules))
    by_code: dict[str, list[Rule]] = {}
    for rule in rules:
        for code in rule.when[0][1]:
            by_code.setdefault(code, []).append(replace(rule, when=rule.when[1:]))  # the first is known to be met
    return Choice(place, {code: tuple(found) for code, found in by_code.items()}, ())


def known(directory: str) -> bool:
    """Tell whether the tables of a directory are known."""
    return directory in _data()["directories"]


def nearest(directory: str) -> str:
    """Name the known directory whose date is the nearest; the older one of two as near."""
    wanted = _age(directory)
    if wanted is None:
        return "D.96B"
    names: list[str] = _data()["directories"]
    return min(names, key=lambda name: (abs((_age(name) or 0) - wanted), _age(name) or 0))


def _age(directory: str) -> int | None:
    """Count the releases since 1990, three a year."""
    found = _RELEASE.search(directory)
    if not found:
        return None
    year = int(found[1])
    return (year - 90 if year >= _CENTURY else year + 10) * 3 + "ABC".index(found[2])


@lru_cache(maxsize=64)
def section(directory: str, message: str, part: str) -> Section:
    """Give the rules of a part (`header`, `item`...) of a message (`cusdec`, `cuscar`) in a known directory."""
    told = _data()["messages"][message]
    layouts = _layouts(directory)
    found: dict[str, list[Rule]] = {}
    for row in told[part]:
        tag = row["at"].rpartition("/")[2]
        for places in _occurrences(layouts[tag], row.get("each")):
            rule = _rule(row, places, directory, _BASES.get(part, ""))
            if rule not in found.setdefault(row["at"], []):
                found[row["at"]].append(rule)
    owners = {owner: frozenset(below) for owner, below in told["owners"].items()}
    return Section({at: _choice(rules) for at, rules in found.items()}, owners)


def tags(message: str) -> frozenset[str]:
    """Name the segments that a message can have; others are not of it."""
    return frozenset(_data()["messages"][message]["segments"])


def place_of(directory: str, tag: str, element: str) -> Place:
    """Give the first place of an element in a segment."""
    return _layouts(directory)[tag][element][0]


@lru_cache(maxsize=32)
def _layouts(directory: str) -> Mapping[str, Mapping[str, tuple[Place, ...]]]:
    return {tag: _places(elements) for tag, elements in _segments(directory).items()}


def _segments(directory: str) -> Mapping[str, Sequence[str]]:
    segments = dict(_data()["segments"])
    for since, changed in _data()["changes"].items():
        if (_age(since) or 0) <= (_age(directory) or 0):
            segments |= changed
    return segments


def _places(elements: Sequence[str]) -> dict[str, tuple[Place, ...]]:
    found: dict[str, tuple[Place, ...]] = {}
    composites = _data()["composites"]
    for number, element in enumerate(elements):
        for component, code in enumerate(composites.get(element, (element,))):
            found[code] = (*found.get(code, ()), (number, component))
        if element in composites:
            found[element] = (*found.get(element, ()), (number, 0))
    return found


def _occurrences(
    layout: Mapping[str, tuple[Place, ...]], each: str | None
) -> Iterator[Mapping[str, tuple[Place, ...]]]:
    """Give the layout once, or once for each occurrence of a composite with only the elements in it."""
    if each is None:
        yield layout
        return
    for number, _ in layout[each]:
        yield {code: tuple(place for place in places if place[0] == number) for code, places in layout.items()}


_BESIDE = {"mass": "6411", "date": "2379", "national": "6345", "foreign": "6345"}


_BASES = {"item": "items[].", "goods": "items[].", "equipment": "containers[]."}


def _rule(row: Mapping[str, Any], places: Mapping[str, tuple[Place, ...]], directory: str, base: str) -> Rule:
    when = tuple((places[code][0], _codes(value)) for code, value in row.get("when", {}).items())
    shapes = tuple((places[code][0], re.compile(shape)) for code, shape in row.get("shape", {}).items())
    takes = tuple(_take(code, field, places, directory, base) for code, field in row["to"].items())
    beside = next((places[_BESIDE[take.kind]][0] for take in takes if _BESIDE.get(take.kind) in places), None)
    taken = {place for take in takes for place in take.places}
    used = {place for place, _ in when} | taken | {beside or takes[0].places[0]}
    reach = min(place[0] for place in taken)
    return Rule(when, shapes, takes, beside, frozenset(used), row.get("unless", ""), _knows(row, places), reach)


def _knows(row: Mapping[str, Any], places: Mapping[str, tuple[Place, ...]]) -> tuple[tuple[Place, frozenset[str]], ...]:
    told = _data()["understood"].get(row["at"].rpartition("/")[2], {})
    return tuple((place, _codes(codes)) for code, codes in told.items() for place in places[code])


def _codes(value: str | list[str]) -> frozenset[str]:
    return frozenset([value] if isinstance(value, str) else value)


def _take(code: str, field: str, places: Mapping[str, tuple[Place, ...]], directory: str, base: str) -> Take:
    if code == PARTY:
        places_of_lines = tuple(place for each in (*PARTY_LINES, *PARTY_WORDS) for place in places[each])
        return Take(places_of_lines, field, PARTY, line_length("3036", directory), *_parted(field), is_slotted=False)
    longest = line_length(code, directory)
    is_text = len(places[code]) > 1 and longest
    kind = "lines" if is_text else kind_of(base + field.replace("[+]", "[]").replace("[=]", "[]"))
    return Take(
        places[code] if kind == "lines" else places[code][:1], field, kind, longest, *_parted(field), "[" in field
    )


def _parted(field: str) -> tuple[str, str]:
    part, _, name = field.rpartition(".")
    return part, name


@cache
def line_length(code: str, directory: str) -> int:
    """Give how long a line of a text may be in a directory; 0 where the element is no line of a text."""
    lengths = _data()["line_lengths"].get(code, {})
    since = [name for name in lengths if (_age(name) or 0) <= (_age(directory) or 0)]
    return int(lengths[since[-1]]) if since else 0


def _data() -> Mapping[str, Any]:
    return table("declarations", "edifact")
