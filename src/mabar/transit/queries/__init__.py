"""What people and programs ask of transit."""

from mabar.transit.queries.movements import (
    READ,
    READ_OWN,
    counts,
    fallbacks_at,
    movement_of_number,
    movements_at,
    movements_by_key,
    movements_of_firm,
    places,
    readable_movement,
    unfinished,
)
from mabar.transit.queries.rows import (
    EventRow,
    FallbackRow,
    MovementRow,
    MovementView,
    OfficeRow,
    Page,
    QuestionRow,
    SealRow,
    movement_row,
)

__all__ = [
    "READ",
    "READ_OWN",
    "EventRow",
    "FallbackRow",
    "MovementRow",
    "MovementView",
    "OfficeRow",
    "Page",
    "QuestionRow",
    "SealRow",
    "counts",
    "fallbacks_at",
    "movement_of_number",
    "movement_row",
    "movements_at",
    "movements_by_key",
    "movements_of_firm",
    "places",
    "readable_movement",
    "unfinished",
]
