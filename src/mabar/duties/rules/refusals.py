"""What duties refuse, each with its stable code."""

from mabar.lib.refusals import Refusal


class DutiesRefusal(Refusal):
    """A refusal whose sentences lie with the duties."""

    package = "duties"


class QuantityMissing(DutiesRefusal):
    """A rate is by a unit in which the item tells no quantity."""

    def __init__(self, *, item: int, unit: str, levy: str) -> None:
        super().__init__(item=item, unit=unit, levy=levy)
