"""What the packages above know of a truck and its page shows; each names its teller when the node starts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from mabar.crossings.queries.rows import PassageRow


class Note(Protocol):
    """What is told of a truck, with the template that shows it as `note`."""

    @property
    def template(self) -> str:
        """The template's name."""


Teller = Callable[[Sequence[PassageRow]], Mapping[str, Note]]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Name who tells of trucks."""
    if teller not in _tellers:
        _tellers.append(teller)


def notes_on(trucks: Sequence[PassageRow]) -> dict[str, list[Note]]:
    """Give what is told of trucks, by the key of the passage."""
    told = [teller(trucks) for teller in _tellers] if trucks else []
    return {truck.key: [each[truck.key] for each in told if truck.key in each] for truck in trucks}
