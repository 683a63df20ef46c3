"""What the tests of origin may ask for."""

from tests.exchange.partner import across
from tests.origin.office import both, counter, office

__all__ = ["across", "both", "counter", "office"]
