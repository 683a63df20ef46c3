"""Stays of trucks as they may have been, and the lines of the journal that tell of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from mabar.crossings.rules.stays import Held, Paper, Stay

NOON_S = 1_795_345_200  # 22 November 2026, noon at Debdeb
WAITS = st.integers(0, 20_000)
AGENCIES = ("dz.police", "dz.plant_health")
ROAD = ("announce", "join_queue", "note_gate_in", "note_weight", "present", "note_gate_out")


@st.composite
def papers_told(draw: st.DrawFn, arrived: int) -> Paper:
    """Draw a paper, lodged before or after the arrival, perhaps without a lane or a known release."""
    lodged = arrived + draw(st.integers(-90_000, 9_000))
    lane_s = lodged + draw(WAITS) if draw(st.booleans()) else None
    released = draw(st.none() | WAITS)
    asked = lodged + draw(WAITS)
    queried = ((asked, asked + draw(WAITS)),) if draw(st.integers(0, 3)) == 0 else ()
    return Paper(
        lodged_s=lodged,
        lane_s=lane_s,
        released_s=None if released is None else (lane_s or lodged) + released,
        lane=draw(st.sampled_from(("green", "blue", "yellow", "red"))) if lane_s is not None else "",
        regime=draw(st.sampled_from(("import", "export", "transit"))),
        queried_s=queried,
    )


@st.composite
def stays_told(draw: st.DrawFn) -> Stay:
    """Draw a truck that came and has left."""
    stamps = [NOON_S + draw(st.integers(0, 20 * 86_400))]
    for _ in range(4):
        stamps.append(stamps[-1] + draw(WAITS))
    papers = draw(st.lists(papers_told(stamps[0]), max_size=3))
    holds = draw(st.lists(holds_told(stamps[0]), max_size=2, unique_by=lambda hold: hold.agency))
    return Stay("P", draw(st.sampled_from(("entry", "exit"))), *stamps, papers=tuple(papers), holds=tuple(holds))


@st.composite
def holds_told(draw: st.DrawFn, arrived: int) -> Held:
    """Draw a hold, perhaps on a truck that had not come yet."""
    placed = arrived + draw(st.integers(-5_000, 60_000))
    return Held(draw(st.sampled_from(AGENCIES)), placed, placed + draw(WAITS))


@dataclass
class Told:
    """Lines of a journal and what its trucks are split by, as they are exported."""

    lines: list[tuple[Any, ...]]
    passages: list[tuple[Any, ...]]
    papers: list[tuple[Any, ...]]


def tell(trucks: list[Stay], *, undone: int = 0) -> Told:
    """Write the lines that lead to some stays; after each step `undone` more are taken and corrected again."""
    told = Told([], [], [])
    for number, stay in enumerate(trucks):
        key = f"P{number}"
        told.passages.append((key, stay.direction))
        for verb, subject, agency, at_s in _lines(replace(stay, key=key), undone, told):
            told.lines.append((len(told.lines), verb, subject, agency, "dz.debdeb", at_s * 1_000_000 + number % 1000))
    return told


def _lines(stay: Stay, undone: int, told: Told) -> Iterator[tuple[str, str, str, int]]:
    stamps = (stay.arrived_s, stay.gate_in_s, stay.weighed_s, stay.presented_s, stay.gate_out_s)
    for act, at_s in zip(ROAD, (stay.arrived_s - 60, *stamps), strict=True):
        yield f"crossings.{act}", stay.key, "", at_s
        yield from _wrong(stay.key, undone, at_s)
        if act != "announce" and undone:
            yield "crossings.correct_event", stay.key, "", at_s + 3
            yield f"crossings.{act}", stay.key, "", at_s
    for number, paper in enumerate(stay.papers):
        yield from _paper(stay, f"{stay.key}-{number}", paper, told)
    for hold in sorted(stay.holds, key=lambda each: each.from_s):
        yield "crossings.hold", stay.key, hold.agency, hold.from_s
        yield "crossings.lift_hold", stay.key, hold.agency, hold.until_s


def _wrong(key: str, undone: int, at_s: int) -> Iterator[tuple[str, str, str, int]]:
    """Take steps that were recorded in error, and undo them, the newest first."""
    for number in range(undone):
        yield f"crossings.{('turn_back', 'note_gate_out', 'present')[number % 3]}", key, "", at_s + 7 + number
    for number in range(undone):
        yield "crossings.correct_event", key, "", at_s + 9 + number


def _paper(stay: Stay, key: str, paper: Paper, told: Told) -> Iterator[tuple[str, str, str, int]]:
    # a paper without a lane is one of the national system, whose release the clearing of the truck tells
    is_national = paper.lane_s is None
    told.papers.append((stay.key, key, paper.lane, paper.regime, int(is_national)))
    assert paper.lodged_s is not None
    yield "declarations.lodge", key, "", paper.lodged_s
    if paper.lane_s is not None:
        yield "declarations.draw_lane", key, "", paper.lane_s
    for asked_s, settled_s in paper.queried_s:
        yield "declarations.query", key, "", asked_s
        yield "declarations.settle_query", key, "", settled_s
    if paper.released_s is not None and is_national:
        yield "declarations.note_national_state", key, "", paper.lodged_s
        yield "crossings.clear", stay.key, "", paper.released_s
        yield "declarations.note_national_state", key, "", paper.released_s
    elif paper.released_s is not None:
        yield "crossings.clear", stay.key, "", paper.released_s
        yield "declarations.release", key, "", paper.released_s
