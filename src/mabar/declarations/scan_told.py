"""What a scanner told of the trucks of a declaration, as a proposal for the officer who decides on the outcome."""

from collections.abc import Sequence

from mabar.base.reach import language
from mabar.crossings.queries import TruckScan
from mabar.crossings.rules import Scan
from mabar.lib import words


def proposal(scans: Sequence[TruckScan], *, longest_image: int, longest_outcome: int) -> dict[str, str]:
    """Give image and outcome out of each truck's newest scan, as far as there is room; nothing where there is none.

    Args:
        scans: of the declaration's trucks, the newest first.
    """
    newest = list({each.passage: each.scan for each in reversed(scans)}.values())
    while len(", ".join(scan.image for scan in newest)) > longest_image:
        newest.pop()
    if not newest:
        return {}
    outcome = "\n".join(_told_by(scan) for scan in newest)[:longest_outcome]
    return {"image": ", ".join(scan.image for scan in newest), "outcome": outcome}


def _told_by(scan: Scan) -> str:
    said = words.word("crossings", f"scan.{scan.outcome}", language())
    asked = words.word("crossings", "scan.asks_inspection", language()) if scan.asks_inspection else ""
    return f"{scan.plate}: {' · '.join(filter(None, (said, scan.region, scan.note, asked)))}"
