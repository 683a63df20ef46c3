"""The tables of a tariff as files: bytes in, rates and findings out, and what a new table changes.  Pure."""

from mabar.duties.formats.changes import Change, Changes, changes
from mabar.duties.formats.levies_csv import Groups, Levies, read_groups, read_levies, write_groups, write_levies
from mabar.duties.formats.papers_csv import Requirements, read_requirements, write_requirements
from mabar.duties.formats.rates_csv import COLUMNS, Known, Reading, read_rates, write_rates
from mabar.duties.formats.table_csv import Finding

__all__ = [
    "COLUMNS",
    "Change",
    "Changes",
    "Finding",
    "Groups",
    "Known",
    "Levies",
    "Reading",
    "Requirements",
    "changes",
    "read_groups",
    "read_levies",
    "read_rates",
    "read_requirements",
    "write_groups",
    "write_levies",
    "write_rates",
    "write_requirements",
]
