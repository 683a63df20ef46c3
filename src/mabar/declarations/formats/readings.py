"""What a reader gives for each declaration of a file."""

from dataclasses import dataclass

from mabar.declarations.formats.findings import Finding
from mabar.declarations.sad import Declaration


@dataclass(frozen=True, slots=True)
class Traced:
    """One value of the source: where it stood, its text, and the field it went to, or "kept"."""

    path: str
    line: int | None
    text: str
    field: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One declaration of a file, what was found on the way, and, where asked for, the way of each value."""

    declaration: Declaration
    findings: tuple[Finding, ...] = ()
    trace: tuple[Traced, ...] = ()
