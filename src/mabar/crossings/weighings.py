"""A file of weighings, from its bytes to what became of each; the doors for people and the command line share it.

A file with a fault is refused whole.  One without is taken weighing by weighing, each in an act of its own: when the
node stops in the middle, the same file sent again does what is left and nothing twice.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from mabar.base import mandates
from mabar.base.models import Actor
from mabar.crossings import commands, queries, rules
from mabar.crossings.formats.weights_csv import Finding, read_weighings


@dataclass(frozen=True)
class Report:
    """What became of a file: its faults, or what became of each weighing."""

    findings: Sequence[Finding] = ()
    taken: Sequence[commands.Taken] = ()

    def count(self, outcome: str) -> int:
        """Count the weighings with an outcome."""
        return sum(1 for each in self.taken if each.outcome == outcome)


def take_file(actor: Actor, place: str, content: bytes, *, at: datetime) -> Report:
    """Take the weighings of a file at a place.

    Raises:
        NotMandated, HourOutOfOrder: a weighing is of an hour to come; nothing is taken then.
    """
    mandates.require(actor, "crossings.note_weight", place=place, at=at)
    reading = read_weighings(content)
    if reading.findings:
        return Report(findings=reading.findings)
    zone = queries.crossing_place(place).clock
    for each in reading.weighings:
        rules.check_not_ahead(each.weighed_at, now=at, zone=zone)
    ordered = sorted(reading.weighings, key=lambda each: each.weighed_at)
    return Report(taken=[commands.take_weighing(actor, place, at=at, **asdict(each)) for each in ordered])
