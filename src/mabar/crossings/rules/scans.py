"""A scan of a truck: what a scanner tells of it, and what it must tell.  It says what was seen, and decides nothing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from mabar.crossings.rules.gate import check_plate
from mabar.crossings.rules.refusals import CrossingsRefusal
from mabar.lib.identifiers import plate_key, refuse_bidi
from mabar.lib.refusals import Refusal

NOTHING_FOUND, ANOMALY = "nothing_found", "anomaly"
OUTCOMES = (NOTHING_FOUND, ANOMALY)
LONGEST_DEVICE = 48
# The longest text of each field; an image is named as its store names it.
LONGEST: Mapping[str, int] = {
    "trailer_plate": 32,
    "container": 17,
    "device": LONGEST_DEVICE,
    "operator": 48,
    "image": 200,
    "region": 120,
    "note": 500,
}
NEEDED = ("device", "operator", "image")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# Source: RFC 6838, 4.2: the two names of a media type, each of at most 127 signs
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
LONGEST_MEDIA_TYPE = 127


class NoTruckScanned(CrossingsRefusal):
    """No truck of that plate stood in the yard at the hour of the scan."""


class ScanUnfit(CrossingsRefusal):
    """A field of a scan says nothing that it could say."""


class ScanNumberReused(CrossingsRefusal):
    """The scanner sent another scan under this number before."""


class ScanSettledBefore(CrossingsRefusal):
    """Somebody has given the kept scan to a truck before, or laid it aside."""


@dataclass(frozen=True)
class Scan:
    """One scan of a truck, as the scanner tells it; the image stays in the scanner's store, named by its SHA-256."""

    event_key: str
    plate: str
    scanned_at: datetime
    device: str
    operator: str
    image: str
    image_sha256: str
    image_media_type: str
    outcome: str
    trailer_plate: str = ""
    container: str = ""
    region: str = ""
    note: str = ""
    asks_inspection: bool = False

    @property
    def facts(self) -> dict[str, Any]:
        """What is kept of it, as JSON values; the same scan told again gives the same."""
        told = {name: value for name, value in asdict(self).items() if name != "event_key"}
        return told | {"scanned_at": self.scanned_at.astimezone(UTC).isoformat()}

    @staticmethod
    def of(event_key: str, facts: Mapping[str, Any]) -> "Scan":
        """Give the scan of which these facts were kept."""
        told = {name: facts[name] for name in Scan.__dataclass_fields__ if name in facts}
        return Scan(**told | {"event_key": event_key, "scanned_at": datetime.fromisoformat(facts["scanned_at"])})


def unfit_fields(scan: Scan) -> Iterator[str]:
    """Name the fields of a scan that say nothing they could say; plate and hour are checked elsewhere."""
    for name, longest in LONGEST.items():
        if not _is_line(getattr(scan, name), longest) or (name in NEEDED and not getattr(scan, name)):
            yield name
    if not _SHA256.fullmatch(scan.image_sha256):
        yield "image_sha256"
    if len(scan.image_media_type) > LONGEST_MEDIA_TYPE or not _MEDIA_TYPE.fullmatch(scan.image_media_type):
        yield "image_media_type"
    if scan.outcome not in OUTCOMES:
        yield "outcome"
    elif bool(scan.region) != (scan.outcome == ANOMALY):
        yield "region"


def _is_line(text: str, longest: int) -> bool:
    try:
        return len(text) <= longest and refuse_bidi(text).isprintable()
    except Refusal:
        return False


def check_scan(scan: Scan) -> None:
    """Refuse a scan that does not say what it must.

    Raises:
        ScanUnfit: names the first field that is wrong, and what it says.
        NotAPlate, BidiControl: see `check_plate`.
    """
    check_plate(scan.plate)
    for name in unfit_fields(scan):
        raise ScanUnfit(field=name, given=str(getattr(scan, name)) or "–")


def check_same_scan(scan: Scan, before: Scan) -> None:
    """Refuse another scan under the number of one that was sent before.

    Raises:
        ScanNumberReused: names the number, and the plate of the one sent before.
    """
    if scan.facts != before.facts:
        raise ScanNumberReused(event_key=scan.event_key, plate=before.plate)


def is_other_trailer(told: str, known: str) -> bool:
    """Tell whether the trailer on the image is another than that of the papers, where both are known."""
    return bool(told and known) and plate_key(told) != plate_key(known)
