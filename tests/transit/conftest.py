"""What the tests of transit may ask for."""

from tests.exchange.partner import across
from tests.transit.keeping import lent_across

__all__ = ["across", "lent_across"]
