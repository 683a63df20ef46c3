"""Scans as a scanner writes them to a file: CSV, one a line; a fault is told with its line and column.

| column | what it holds |
|---|---|
| `event_key` | the scanner's own number of the scan: up to 64 signs of ASCII without blanks, never used twice |
| `plate` | the plate of the truck, as it was read |
| `scanned_at` | date, hour and offset: 2026-11-22T09:30:00+01:00 |
| `device` | the scanner, by its code |
| `operator` | the operator's station, by its code; never a name |
| `image` | how the scanner's store names the image |
| `image_sha256` | the SHA-256 of the image, 64 hexadecimal figures |
| `image_media_type` | image/png, application/dicom ... |
| `outcome` | nothing_found or anomaly |
| `trailer_plate`, `container` | as they were read; may be empty |
| `region` | where an anomaly shows; empty where nothing was found |
| `note` | what the operator adds; may be empty |
| `asks_inspection` | yes where the operator asks that the goods be opened; no or empty otherwise |

The columns from `trailer_plate` on may be missing; see `device_csv` for what all such files share.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from mabar.crossings.formats.device_csv import NO, YES, Reading, Row, faults_of, instant, is_plate, read_records
from mabar.crossings.rules.scans import Scan, unfit_fields

NEEDED = (
    "event_key",
    "plate",
    "scanned_at",
    "device",
    "operator",
    "image",
    "image_sha256",
    "image_media_type",
    "outcome",
)
COLUMNS = (*NEEDED, "trailer_plate", "container", "region", "note", "asks_inspection")
CODES = {"image_sha256": "W-0121", "image_media_type": "W-0122", "outcome": "W-0123", "region": "W-0124"}
TEXT_UNFIT = "W-0125"
# Told when the file meets what the node knows already.
SENT_BEFORE, AHEAD = "W-0126", "W-0127"
ANY_HOUR = datetime(2000, 1, 1, tzinfo=UTC)


def read_scans(content: bytes) -> Reading[Scan]:
    """Read the scans of a file, and check each; a line that stands in it twice is one scan."""
    return read_records(content, needed=NEEDED, columns=COLUMNS, faults=_faults, record=_scan)


def _faults(row: Row) -> Iterator[tuple[str, str]]:
    """Name the columns of a line that are wrong, each with the code of its fault."""
    wrong = list(faults_of(row, needed=NEEDED, hour="scanned_at"))
    yield from wrong
    named = {column for column, _ in wrong}
    if row["asks_inspection"].lower() not in ("", YES, NO):
        yield "asks_inspection", "W-0111"
    if row["trailer_plate"] and not is_plate(row["trailer_plate"]):
        named.add("trailer_plate")
        yield "trailer_plate", "W-0108"
    # the hour has been checked above; the other fields are told even where it is wrong
    told = _scan_at(ANY_HOUR, row)
    yield from ((name, CODES.get(name, TEXT_UNFIT)) for name in unfit_fields(told) if name not in named)


def _scan(row: Row) -> Scan:
    return _scan_at(instant(row["scanned_at"]), row)


def _scan_at(scanned_at: datetime, row: Row) -> Scan:
    told = {name: row[name] for name in COLUMNS if name not in ("scanned_at", "asks_inspection")}
    told |= {"image_sha256": row["image_sha256"].lower(), "image_media_type": row["image_media_type"].lower()}
    asks = row["asks_inspection"].lower() == YES
    return Scan(**told, scanned_at=scanned_at, asks_inspection=asks)
