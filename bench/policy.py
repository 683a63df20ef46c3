"""Terms as policy: 100,000 drawn documents under drawn terms; no field outside leaves or enters, each within 1 ms.

What is outside is counted from the list of named paths by a walk of this file's own.  The figures say nothing of what
is written inside a field of free text.
"""

import random
import sys
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

from mabar.exchange.protocol import policy
from mabar.exchange.protocol.kind_table import KindField, KindRow
from mabar.exchange.protocol.objects import BUSINESS
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.stated import Stated
from mabar.exchange.protocol.terms import Article, Floor, KindTerms, Party, Terms

DOCUMENTS, AGREEMENTS, LEAVES = 100_000, 200, 50
LIMIT_MS = 1.0
SEED = 20_261_122
DAY = 1_795_348_800_000  # 2026-11-22

PARTS = ("header", "items[]", "items[].taxes[]", "seals[]", "border", "papers[].marks[]", "")
PATHS = [f"{part}.field_{n}".lstrip(".") for part in PARTS for n in range(8)]
ROW = KindRow("goods.drawn", 1, 0, BUSINESS, 60, ("clearance",), tuple(KindField(path) for path in PATHS))
STATED = Stated("dz.debdeb", "ly.ghadames", 2, ROW.kind, "clearance", DAY, "customs", ("customs",))


def main() -> None:
    """Print the counts and the cost of a document against its limit; exit 1 when one is missed."""
    drawn = random.Random(SEED)
    agreements = [agreement(drawn, number) for number in range(1, AGREEMENTS + 1)]
    left, entered, tampered, spent = 0, 0, 0, {"leaving": 0.0, "entering": 0.0}
    for number in range(DOCUMENTS):
        terms, payload = agreements[number % AGREEMENTS], document(drawn)
        named, masked = set(terms.terms.kinds[0].fields), set(terms.terms.kinds[0].masked)
        began = time.process_time()
        leaving = policy.leaving({terms.terms.name: terms}, ROW, STATED, payload)
        between = time.process_time()
        policy.require_permitted(terms, leaving.stated, leaving.payload, row=ROW, at_ms=DAY)
        spent["leaving"] += between - began
        spent["entering"] += time.process_time() - between
        left += sum(not is_inside(*leaf, named, masked) for leaf in leaves(leaving.payload))
        tampered += 1
        entered += enters(terms, leaving.stated, tamper(drawn, leaving.payload, named, masked))
    report(left, entered, tampered, {way: seconds / DOCUMENTS * 1000 for way, seconds in spent.items()})
    sys.exit(0 if not left and not entered and max(spent.values()) / DOCUMENTS * 1000 <= LIMIT_MS else 1)


def report(left: int, entered: int, tampered: int, cost_ms: dict[str, float]) -> None:
    """Print what was found."""
    print(f"documents: {DOCUMENTS} of up to {LEAVES} leaves, under {AGREEMENTS} drawn agreements, seed {SEED}")
    print(f"disallowed fields that left: {left} (limit 0)")
    print(f"documents with a disallowed field that entered: {entered} of {tampered} (limit 0)")
    for way, spent in cost_ms.items():
        print(f"{way}: {spent:.3f} ms of processor a document, {spent / LIMIT_MS:.3f} of the limit of {LIMIT_MS} ms")


def agreement(drawn: random.Random, number: int) -> policy.Agreement:
    """Draw terms that name some of the fields and mask some of those."""
    named = tuple(drawn.sample(PATHS, drawn.randint(1, len(PATHS) - 4)))
    masked = tuple(drawn.sample(named, drawn.randint(0, len(named) // 4)))
    kind = KindTerms(ROW.kind, ("dz",), ("customs",), ("clearance",), named, masked, 90, "never")
    terms = Terms(
        name=f"dz-ly.drawn.{number}",
        version=number,
        parties=(Party("dz", ("customs",)), Party("ly", ("customs",))),
        legal_basis=(Article("1", date(2001, 5, 8), "drawn"),),
        purposes=("clearance",),
        kinds=(kind,),
        flash_per_hour=0,
        suite_floor=(Floor(date(2026, 1, 1), 1),),
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        review_on=date(2026, 6, 30),
        oversight=("a", "b"),
        replaces=None,
    )
    return policy.compiled(terms, {})


def document(drawn: random.Random) -> dict[str, Any]:
    """Draw a document of known and unknown fields, some of another shape than the kind has."""
    made: dict[str, Any] = {}
    for _ in range(LEAVES):
        path = drawn.choice(PATHS) if drawn.random() < 0.9 else f"{drawn.choice(PATHS)}_{drawn.randint(0, 9)}"
        put(drawn, made, path.split("."))
    return made


def put(drawn: random.Random, holder: dict[str, Any], steps: list[str]) -> None:
    """Put a value at a path, through the first or a further member of the lists on the way."""
    name, is_list = steps[0].removesuffix("[]"), steps[0].endswith("[]")
    if len(steps) == 1:
        holder[name] = drawn.choice((1, "text", "*", None, True, {}, [], {"deep": 1}, ["member"], 7, "x", 2, 3))
        return
    below = holder.get(name)
    if is_list:
        members = below if isinstance(below, list) else holder.setdefault(name, [])
        if isinstance(members, list):
            if not members or drawn.random() < 0.2:
                members.append({})
            put(drawn, members[-1], steps[1:])
    else:
        put(drawn, holder.setdefault(name, {}), steps[1:])


def tamper(drawn: random.Random, payload: dict[str, Any], named: set[str], masked: set[str]) -> dict[str, Any]:
    """Put one thing into a document that the terms do not name, or take a mask off."""
    unnamed = sorted(set(PATHS) - named)
    way = drawn.randrange(4)
    if way == 0 and masked:
        path = min(masked)
    elif way == 1:
        path = f"{min(named)}.below"
    else:
        path = drawn.choice(unnamed) if way == 2 else drawn.choice(unnamed) + "_"
    return with_one_more(payload, path.split("."), drawn.choice((0, "", "secret", False)))


def with_one_more(holder: Any, steps: list[str], value: Any) -> Any:
    """Give a document with a value at a path, whatever stood on the way."""
    name, is_list = steps[0].removesuffix("[]"), steps[0].endswith("[]")
    held = holder if isinstance(holder, dict) else {}
    if len(steps) == 1:
        return {**held, name: value}
    below = held.get(name)
    if is_list:
        members = below if isinstance(below, list) else []
        return {**held, name: [*members, with_one_more({}, steps[1:], value)]}
    return {**held, name: with_one_more(below, steps[1:], value)}


def enters(terms: policy.Agreement, stated: Stated, payload: dict[str, Any]) -> bool:
    """Tell whether the receiver lets a document in."""
    try:
        policy.require_permitted(terms, stated, payload, row=ROW, at_ms=DAY)
    except Refused as refused:
        if refused.code != "policy.field":
            raise
        return False
    return True


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give each leaf with its path, where an empty object or list and null are leaves too."""
    if isinstance(value, dict) and value:
        for name, each in value.items():
            yield from leaves(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for each in value:
            yield from leaves(each, f"{path}[]")
    else:
        yield path, value


def is_inside(path: str, value: Any, named: set[str], masked: set[str]) -> bool:
    """Tell whether a leaf is named, and masked where it must be, or only says that nothing named stands here."""
    if path in named:
        return not isinstance(value, dict | list) and (path not in masked or value == "*")
    is_on_the_way = not path or any(each.startswith((f"{path}.", f"{path}[]")) for each in named)
    return value in (None, {}, []) and is_on_the_way


if __name__ == "__main__":
    main()
