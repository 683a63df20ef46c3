"""A file of weighings, from its bytes to what became of each; the doors for people and the command line share it.

A file with a fault is refused whole.  One without is taken weighing by weighing, each in an act of its own: when the
node stops in the middle, the same file sent again does what is left and nothing twice.
"""

from dataclasses import asdict
from datetime import datetime

from mabar.base import mandates
from mabar.base.models import Actor
from mabar.crossings import commands, queries, rules
from mabar.crossings.device_files import Report
from mabar.crossings.formats.weights_csv import read_weighings


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
    for each in reading.records:
        rules.check_not_ahead(each.weighed_at, now=at, zone=zone)
    ordered = sorted(reading.records, key=lambda each: each.weighed_at)
    return Report(taken=[commands.take_weighing(actor, place, at=at, **asdict(each)) for each in ordered])
