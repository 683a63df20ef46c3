"""A file of scans, from its bytes to what became of each; the doors for people and the command line share it.

A file with a fault is refused whole, also where a line meets what the node knows: an hour to come, or a number under
which the scanner sent another scan.  One without is taken scan by scan, each in an act of its own: when the node stops
in the middle, the same file sent again does what is left and nothing twice.
"""

from collections.abc import Iterator
from datetime import datetime

from mabar.base import mandates
from mabar.base.models import Actor
from mabar.crossings import commands, queries, rules
from mabar.crossings.device_files import Report
from mabar.crossings.formats.device_csv import Finding, Reading
from mabar.crossings.formats.scans_csv import AHEAD, SENT_BEFORE, read_scans
from mabar.crossings.rules.scans import Scan


def take_file(actor: Actor, place: str, content: bytes, *, at: datetime) -> Report:
    """Take the scans of a file at a place.

    Raises:
        NotMandated.
    """
    mandates.require(actor, "crossings.note_scan", place=place, at=at)
    reading = read_scans(content)
    findings = reading.findings or tuple(_against_the_node(reading, place, at))
    if findings:
        return Report(findings=findings)
    ordered = sorted(reading.records, key=lambda each: each.scanned_at)
    return Report(taken=[commands.take_scan(actor, place, scan=each, at=at) for each in ordered])


def _against_the_node(reading: Reading[Scan], place: str, at: datetime) -> Iterator[Finding]:
    zone = queries.crossing_place(place).clock
    for scan in reading.records:
        line = reading.lines[scan.event_key]
        try:
            rules.check_not_ahead(scan.scanned_at, now=at, zone=zone)
        except rules.HourOutOfOrder:
            yield Finding(AHEAD, line, "scanned_at", scan.scanned_at.isoformat())
        received = queries.scan_received(place, scan)
        if received and received[0].facts != scan.facts:
            yield Finding(SENT_BEFORE, line, "event_key", scan.event_key)
