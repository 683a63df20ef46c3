"""What the desks of transit refuse, each with its stable code."""

from mabar.lib.refusals import Refusal


class TransitRefusal(Refusal):
    """A refusal whose sentences lie with transit."""

    package = "transit"
