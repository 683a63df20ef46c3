"""Scans for the tests: what a scanner at Debdeb tells of the truck of the yard, and its file."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from mabar.base.models import Actor
from mabar.crossings import rules, scans
from mabar.crossings.device_files import Report
from mabar.crossings.formats.scans_csv import COLUMNS
from tests.crossings.yard import PLATE
from tests.world import NOON, World

DEB = "dz.debdeb"
SCANNED = NOON + timedelta(minutes=3)
IMAGE = sha256(b"an image").hexdigest()
CLEAN = rules.Scan(
    event_key="S-1",
    plate=PLATE,
    scanned_at=SCANNED,
    device="XR-01",
    operator="ST-2",
    image="store/2026/S-1.dcm",
    image_sha256=IMAGE,
    image_media_type="application/dicom",
    outcome="nothing_found",
)
ODD = replace(CLEAN, outcome="anomaly", region="خلف المحور الثالث", note="كثافة مختلفة", asks_inspection=True)


def line(scan: rules.Scan = CLEAN, **changes: Any) -> dict[str, str]:
    """Give a scan as the cells of a line, changed where a test says so."""
    told = {name: getattr(scan, name) for name in COLUMNS}
    cells = {
        **told,
        "scanned_at": scan.scanned_at.isoformat(),
        "asks_inspection": "yes" if scan.asks_inspection else "",
    }
    return {**cells, **changes}


def csv(*lines: dict[str, str], sign: str = ",") -> bytes:
    """Write a file of scans."""
    rows = [sign.join(COLUMNS), *(sign.join(each[name] for name in COLUMNS) for each in lines)]
    return "\n".join(rows).encode()


def take(yard: World, content: bytes, *, by: Actor | None = None, minutes: int = 10) -> Report:
    """Take a file some minutes after noon."""
    return scans.take_file(by or yard.officers["scanner_officer"], DEB, content, at=NOON + timedelta(minutes=minutes))


def outcomes(report: Report) -> list[str]:
    """Say what became of each scan."""
    return [each.outcome for each in report.taken]
