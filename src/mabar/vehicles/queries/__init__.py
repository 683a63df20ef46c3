"""What people and programs ask the vehicles.  No question names a holder: each finds by plate, chassis, key or day."""

from mabar.vehicles.queries.days import day_counts, overdue, places, term_of, terms
from mabar.vehicles.queries.passes import (
    found,
    holder_of,
    may_read,
    passes_by_key,
    passes_of_firm,
    readable_pass,
    vehicle_pass,
)
from mabar.vehicles.queries.rows import (
    DayCounts,
    EventRow,
    Holder,
    OverdueRow,
    PassEnds,
    PassPage,
    PassRow,
    TermRow,
    pass_row,
)

__all__ = [
    "DayCounts",
    "EventRow",
    "Holder",
    "OverdueRow",
    "PassEnds",
    "PassPage",
    "PassRow",
    "TermRow",
    "day_counts",
    "found",
    "holder_of",
    "may_read",
    "overdue",
    "pass_row",
    "passes_by_key",
    "passes_of_firm",
    "places",
    "readable_pass",
    "term_of",
    "terms",
    "vehicle_pass",
]
