"""What the office says of a declaration: the one source of every answer, whichever message it is written as.

States and lanes are codes of three characters that both sides agree; every message of an answer bears the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from mabar.declarations.formats.findings import ERROR, Finding
from mabar.declarations.sad_parts import Amount
from mabar.lib.words import FIRST_STRONG_ISOLATE, POP_ISOLATE

INDICATORS: Final[Mapping[str, str]] = {
    "lodged": "LOD",
    "registered": "REG",
    "lane_assigned": "LAN",
    "documents_checked": "DOC",
    "scanned": "SCN",
    "inspected": "INS",
    "assessed": "ASS",
    "guaranteed": "GUA",
    "paid": "PAI",
    "released": "REL",
    "closed": "CLO",
    "refused": "REF",
    "cancelled": "CAN",
}
LANES: Final[Mapping[str, str]] = {"green": "GRN", "blue": "BLU", "yellow": "YEL", "red": "RED"}
QUERIED: Final = "QUE"
AGREED: Final = "ZZZ"  # a code as both sides have agreed; UN/EDIFACT data element 3055
MOST_ERRORS: Final = 999


@dataclass(frozen=True)
class Duty:
    """A levy on an item: `base` in whole units of the currency, `percent` where the rate is one."""

    item: int
    levy: str
    amount: Amount
    base: Decimal | None = None
    percent: Decimal | None = None


@dataclass(frozen=True)
class Answer:
    """What the office says of a declaration; `since` is the instant of its state, `assessed` what it owes in all."""

    reference: str
    trader_reference: str
    office: str
    declarant: str
    state: str
    lane: str = ""
    is_queried: bool = False
    reason: str = ""
    registered_on: date | None = None
    findings: Sequence[Finding] = ()
    key: str = ""
    flow: str = ""
    version: int = 1
    registered_at: datetime | None = None
    since: datetime | None = None
    assessed: Amount | None = None
    duties: Sequence[Duty] = ()

    @property
    def is_refused(self) -> bool:
        """Whether the declaration was refused."""
        return self.state == "refused"

    @property
    def errors(self) -> list[Finding]:
        """What stopped it, as far as a message has room."""
        return [each for each in self.findings if each.severity == ERROR][:MOST_ERRORS]


def plain_text(text: str) -> str:
    """Give a text on one line, without the marks that keep its parts apart on a screen."""
    return " ".join(text.replace(FIRST_STRONG_ISOLATE, "").replace(POP_ISOLATE, "").split())


def sentence_of(finding: Finding, language: str) -> str:
    """Say what was found and what to do as one plain text."""
    said = finding.sentence(language)
    return plain_text(f"{said.what} {said.remedy}")
