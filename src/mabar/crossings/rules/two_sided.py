"""The tally of both sides at kilometre zero: what each customs has counted under its own signature, compared.  Pure.

Each side counts for itself and tells the other; the state follows from the newest tally of each, whatever came first.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mabar.crossings.rules.transshipping_refusals import (
    NothingToSettle,
    TalliesDisagree,
    TallyIncomplete,
    TallyNumberReused,
    TallyOutOfTurn,
    TallyUnreadable,
)
from mabar.crossings.rules.yard import Load
from mabar.lib.identifiers import compact

STATES = ("awaited", "agreed", "disagreed", "settled", "withdrawn")
# `agree` and `differ`: what a tally of either side does beside the newest of the other; `settle`: the second reason.
TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("", "ask"): "awaited",
    ("awaited", "agree"): "agreed",
    ("awaited", "differ"): "disagreed",
    ("agreed", "differ"): "disagreed",
    ("agreed", "agree"): "agreed",
    ("disagreed", "agree"): "agreed",
    ("disagreed", "differ"): "disagreed",
    ("disagreed", "settle"): "settled",
    ("settled", "agree"): "agreed",
    ("settled", "differ"): "disagreed",
    **{(state, "withdraw"): "withdrawn" for state in STATES[:4]},
}
OURS, THEIRS = "ours", "theirs"
SIDES = (OURS, THEIRS)
ASKED, WITHDRAWN = "asked", "withdrawn"
MOST_LINES, MOST_NUMBERED, LONGEST_REFERENCE = 200, 10_000, 64
MOST_PACKAGES, MOST_MASS_G = 10**6, 10**12


@dataclass(frozen=True)
class SideTally:
    """The tally of one side: its number there, what was counted by reference of declaration, and the seals read."""

    number: int
    counted: Mapping[str, Load]
    seals: tuple[str, ...]


@dataclass(frozen=True)
class Settlement:
    """That the head of one side lets two tallies stand beside each other, by their numbers."""

    side: str
    ours: int
    theirs: int


@dataclass(frozen=True)
class Compared:
    """One declaration as each side found it; what a side has not counted is None."""

    reference: str
    declared: Load | None
    ours: Load | None
    theirs: Load | None

    @property
    def is_different(self) -> bool:
        """Whether both sides have counted it, and not the same."""
        return self.ours is not None and self.theirs is not None and self.ours != self.theirs


def state_of(ours: SideTally | None, theirs: SideTally | None, settlements: Collection[Settlement]) -> str:
    """Give the state that the newest tally of each side makes, with what the heads have settled."""
    if ours is None or theirs is None:
        return "awaited"
    if is_same(ours, theirs):
        return "agreed"
    both = {Settlement(side, ours.number, theirs.number) for side in SIDES}
    return "settled" if both <= set(settlements) else "disagreed"


def is_same(ours: SideTally, theirs: SideTally) -> bool:
    """Tell whether two tallies are one: each declaration's packages and grams, and the seals however written."""
    return dict(ours.counted) == dict(theirs.counted) and seals_of(ours) == seals_of(theirs)


def seals_of(tally: SideTally) -> frozenset[str]:
    """Give the seals of a tally, however they are written."""
    return frozenset(map(compact, tally.seals))


def compared(declared: Mapping[str, Load], ours: SideTally | None, theirs: SideTally | None) -> tuple[Compared, ...]:
    """Put the figures of both sides beside each other, in the order of the references."""
    mine, other = (each.counted if each else {} for each in (ours, theirs))
    every = sorted({*declared, *mine, *other})
    nothing = Load(0, 0)
    return tuple(
        Compared(
            reference,
            declared.get(reference),
            mine.get(reference, nothing) if ours else None,
            other.get(reference, nothing) if theirs else None,
        )
        for reference in every
    )


def check_open(act: str, state: str, *, seen: int | None, now: int) -> None:
    """Refuse an act on a tally that was withdrawn, or that has changed since the actor saw it.

    Raises:
        TallyOutOfTurn.
    """
    if state == WITHDRAWN or (seen is not None and seen != now):
        raise TallyOutOfTurn(verb=act, state=state)


def check_each_reference(counted: Sequence[str], declared: Collection[str]) -> None:
    """Refuse a count that leaves a declaration out, names one twice, or one that nobody asked for.

    Raises:
        TallyIncomplete: names what is missing or too much.
    """
    if sorted(counted) != sorted(declared):
        odd = [each for each in dict.fromkeys(counted) if each not in declared or counted.count(each) > 1]
        raise TallyIncomplete(references=", ".join([*(each for each in declared if each not in counted), *odd]))


def check_settleable(state: str, *, is_settled_here: bool) -> None:
    """Refuse to settle where nothing differs, or what this side has settled already.

    Raises:
        NothingToSettle.
    """
    if state != "disagreed" or is_settled_here:
        raise NothingToSettle()


def check_same_number(kept: SideTally, told: SideTally) -> None:
    """Refuse other figures under a number that stands: a recount has a number of its own.

    Raises:
        TallyNumberReused.
    """
    if not is_same(kept, told):
        raise TallyNumberReused(number=kept.number)


def check_no_disagreement(lines: Iterable[Compared], *, state: str) -> None:
    """Refuse to sign for goods that the two sides have counted differently.

    Raises:
        TalliesDisagree: names the declarations; where only the seals differ, a dash.
    """
    if state == "disagreed":
        raise TalliesDisagree(references=", ".join(each.reference for each in lines if each.is_different) or "–")


def read_number(told: object) -> int:
    """Read the number that a side gives its tally.

    Raises:
        TallyUnreadable: it is none.
    """
    if not _is_figure(told, MOST_NUMBERED) or told == 0:
        raise TallyUnreadable(line=0)
    return int(str(told))


def read_counts(told: Iterable[object]) -> dict[str, Load]:
    """Read the counts of a partner's message, each `reference`, `packages` and `gross_mass_g`.

    Raises:
        TallyUnreadable: one is not of its form, or stands twice.
    """
    found: dict[str, Load] = {}
    for number, each in enumerate(told, start=1):
        reference, load = _read_count(each, number)
        if reference in found or number > MOST_LINES:
            raise TallyUnreadable(line=number)
        found[reference] = load
    return found


def _read_count(told: object, number: int) -> tuple[str, Load]:
    reference, packages, mass = (
        (told.get(name) for name in ("reference", "packages", "gross_mass_g"))
        if isinstance(told, Mapping)
        else (None, None, None)
    )
    if not isinstance(reference, str) or not 0 < len(reference) <= LONGEST_REFERENCE:
        raise TallyUnreadable(line=number)
    if not _is_figure(packages, MOST_PACKAGES) or not _is_figure(mass, MOST_MASS_G):
        raise TallyUnreadable(line=number)
    return reference, Load(int(str(packages)), int(str(mass)))


def _is_figure(told: object, most: int) -> bool:
    return isinstance(told, int) and not isinstance(told, bool) and 0 <= told <= most
