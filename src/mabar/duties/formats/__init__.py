"""The tables of a tariff as files: bytes in, rates and findings out, and what a new table changes.  Pure."""

from mabar.duties.formats.changes import Change, Changes, changes
from mabar.duties.formats.levies_csv import Groups, Levies, read_groups, read_levies, write_groups, write_levies
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
    "changes",
    "read_groups",
    "read_levies",
    "read_rates",
    "write_groups",
    "write_levies",
    "write_rates",
]
