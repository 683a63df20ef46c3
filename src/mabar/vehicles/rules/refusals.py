"""What the vehicle counter refuses, each with its stable code."""

from mabar.base import rules as ground
from mabar.lib import words
from mabar.lib.refusals import Refusal


class VehiclesRefusal(Refusal):
    """A refusal whose sentences lie with the vehicles."""

    package = "vehicles"


class OutOfTurn(ground.OutOfTurn):
    """The state of the pass does not allow the act now, or somebody has written to it meanwhile."""

    package = "vehicles"

    def __init__(self, *, verb: str, state: str) -> None:
        super().__init__(verb=verb, state=state)

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the trade's words for the act and the state."""
        verb = words.word("vehicles", f"verb.vehicles.{self.details['verb']}", language)
        state = words.word("vehicles", f"state.pass.{self.details['state']}", language)
        return words.sentence(self.package, self.code, language, {"verb": verb, "state": state})


class PassLive(VehiclesRefusal):
    """The vehicle, or its plate, has a pass that is prefilled or in force."""


class PassLiveElsewhere(VehiclesRefusal):
    """The vehicle, or its plate, has a live pass that the sender may not read: he is told what he sent alone."""


class TermMissing(VehiclesRefusal):
    """The administration has not entered how many days this kind of vehicle may stay for this purpose."""

    def __init__(self, *, kind: str, purpose: str, place: str) -> None:
        super().__init__(kind=kind, purpose=purpose, place=place)

    def sentence(self, language: str) -> words.Sentence:
        """Say it with the words for the kind of vehicle and the purpose."""
        said = {name: words.word("vehicles", f"{name}.{self.details[name]}", language) for name in ("kind", "purpose")}
        return words.sentence(self.package, self.code, language, {**self.details, **said})


class TermUnfit(VehiclesRefusal):
    """The days of a term do not go together, its legal basis is missing, or its first day is past."""


class BeyondTerm(VehiclesRefusal):
    """More days are asked for than the term allows."""


class StayOver(VehiclesRefusal):
    """The last day of the stay is past: it is regularised, not extended."""


class ChassisNotOfPass(VehiclesRefusal):
    """The chassis read on the vehicle is not that of the pass."""


class PlateNotOfPass(VehiclesRefusal):
    """The plate seen on the vehicle is not that of the pass."""


class NotACountry(VehiclesRefusal):
    """The two letters name no country."""


class HolderMissing(VehiclesRefusal):
    """The paper names nobody to whom the vehicle is entrusted."""


class OutcomeUnfit(VehiclesRefusal):
    """The outcome does not suit where the vehicle is: still in the country, or gone."""


class ReceiptMissing(VehiclesRefusal):
    """A stay is not regularised without the reference of its receipt or decision."""
