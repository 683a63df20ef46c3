"""The tables of a tariff as files: bytes in, rates and findings out, and what a new table changes.  Pure."""

from mabar.duties.formats.changes import Change, Changes, changes
from mabar.duties.formats.rates_csv import COLUMNS, Finding, Reading, read_rates, write_rates

__all__ = ["COLUMNS", "Change", "Changes", "Finding", "Reading", "changes", "read_rates", "write_rates"]
