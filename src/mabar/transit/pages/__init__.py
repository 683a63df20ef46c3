"""Transit's pages."""

from mabar.transit.pages.desk import desk, mine
from mabar.transit.pages.fallbacks import end_fallback, fallbacks
from mabar.transit.pages.lodging import lodge, unannounced
from mabar.transit.pages.movement import do, movement

__all__ = ["desk", "do", "end_fallback", "fallbacks", "lodge", "mine", "movement", "unannounced"]
