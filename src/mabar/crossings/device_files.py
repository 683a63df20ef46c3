"""Files of a crossing's devices: what became of one, as pages and the command line tell it."""

from collections.abc import Sequence
from dataclasses import dataclass

from mabar.crossings import commands
from mabar.crossings.formats.device_csv import Finding


@dataclass(frozen=True)
class Report:
    """What became of a file: its faults, or what became of each record."""

    findings: Sequence[Finding] = ()
    taken: Sequence[commands.Taken] = ()

    def count(self, outcome: str) -> int:
        """Count the records with an outcome."""
        return sum(1 for each in self.taken if each.outcome == outcome)
