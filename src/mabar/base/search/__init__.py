"""Search: what the node holds, found by Arabic, French and English words and by numbers; fed from the journal."""

from mabar.base.search.follow import Lag, index_from_journal, lag, register
from mabar.base.search.reading import EVERYTHING, Found, Row, Scope, find
from mabar.base.search.terms import Entry
from mabar.base.search.writing import forget, index

__all__ = [
    "EVERYTHING",
    "Entry",
    "Found",
    "Lag",
    "Row",
    "Scope",
    "find",
    "forget",
    "index",
    "index_from_journal",
    "lag",
    "register",
]
