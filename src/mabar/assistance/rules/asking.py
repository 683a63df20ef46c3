"""The query of one declaration: its states, what may be asked, and how often."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from mabar.assistance.rules.refusals import (
    FieldsOutsideTerms,
    NumberMissing,
    OutOfTurn,
    PurposeMissing,
    QueriesTooMany,
)

STATES = ("asked", "answered", "refused", "lapsed")

# (state, act): state.  Source: decision 33.
TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("", "ask_query"): "asked",
    ("asked", "answer_query"): "answered",
    ("asked", "refuse_query"): "refused",
    ("asked", "lapse_query"): "lapsed",
    # an answer written in time whose news came after the clock had fired
    ("lapsed", "answer_query"): "answered",
    ("lapsed", "refuse_query"): "refused",
}
GROUNDS = ("not-told", "not-for-purpose", "other")
LONGEST_NUMBER = 80

# The menu of a query: parts of the declaration by the beginnings of their paths.  What begins with no other is header.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "parties": ("record.exporter.", "record.consignee.", "record.declarant."),
    "transport": ("record.transport.", "record.transit."),
    "values": ("record.valuation.",),
    "documents": ("record.items[].documents[].", "record.items[].licence."),
    "items": ("record.items[].",),
    "containers": ("record.containers[].",),
    "header": ("record.",),
}


def after_query(act: str, state: str) -> str:
    """Give the state of a query that follows `act`.

    Raises:
        OutOfTurn: the act has no place in this state.
    """
    if (state, act) not in TRANSITIONS:
        raise OutOfTurn(verb=act, state=state, record="query")
    return TRANSITIONS[state, act]


def section_of(path: str) -> str:
    """Name the part of the declaration that a field belongs to; empty for what is not of the declaration's record."""
    return next((name for name, begins in SECTIONS.items() if path.startswith(begins)), "")


def sections_in(fields: Iterable[str]) -> list[str]:
    """List the parts of which terms name at least one field, in the order of the menu."""
    found = {section_of(path) for path in fields}
    return [name for name in SECTIONS if name in found]


def fields_of(sections: Collection[str], named: Iterable[str]) -> list[str]:
    """Give the fields that terms name of these parts."""
    return sorted(path for path in named if section_of(path) in sections)


def check_number(number: str) -> str:
    """Give the number of a declaration without blanks around it.

    Raises:
        NumberMissing.
    """
    tidy = " ".join(number.split())
    if not 3 <= len(tidy) <= LONGEST_NUMBER:
        raise NumberMissing()
    return tidy


def check_purpose(purpose: str, named: Collection[str]) -> str:
    """Give the purpose if the terms name it.

    Raises:
        PurposeMissing: names those that the terms name.
    """
    if purpose not in named:
        raise PurposeMissing(purpose=purpose or "–", named=",".join(sorted(named)))
    return purpose


def check_sections(sections: Sequence[str], fields: Iterable[str]) -> list[str]:
    """Give the parts asked for, in the order of the menu.

    Raises:
        FieldsOutsideTerms: one of which the terms name no field, or none at all.
    """
    allowed = sections_in(fields)
    outside = [name for name in sections if name not in allowed]
    if outside or not sections:
        raise FieldsOutsideTerms(sections=",".join(str(name)[:32] for name in outside))
    return [name for name in SECTIONS if name in sections]


def check_rate(asked: int, *, most: int, official: str) -> None:
    """Refuse one query more than the terms let an official ask in an hour.

    Raises:
        QueriesTooMany.
    """
    if asked >= most:
        raise QueriesTooMany(official=official, most=most)
