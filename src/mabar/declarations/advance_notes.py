"""What an officer reads on an arriving truck of which data came ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mabar.crossings.queries.rows import PassageRow
from mabar.declarations.queries.advances import ahead_of, first_received


@dataclass(frozen=True)
class AdvanceNote:
    """That data of a truck came ahead; `minutes` before it arrived, None while it has not."""

    received_at: datetime
    minutes: int | None
    template: str = "declarations/_advance_note.html"

    @property
    def is_before(self) -> bool:
        """Whether it came before the truck."""
        return self.minutes is not None and self.minutes > 0


def notes_on(trucks: Sequence[PassageRow]) -> Mapping[str, AdvanceNote]:
    """Give what an officer reads on an arriving truck of which data came ahead."""
    received = first_received(trucks)
    return {each.key: _note(each, received[each.key]) for each in trucks if each.key in received}


def words_ahead(trucks: Sequence[PassageRow]) -> Mapping[str, Mapping[tuple[str, str], datetime]]:
    """Tell by which lines of the journal the first word of what each truck carries was received, and when."""
    return {
        passage: {("declarations.take_advance", key): at for key, at in told.items()}
        for passage, told in ahead_of(trucks).items()
    }


def _note(truck: PassageRow, received_at: datetime) -> AdvanceNote:
    came = min((at for at in (truck.queued_at, truck.gate_in_at) if at is not None), default=None)
    return AdvanceNote(received_at, None if came is None else int((came - received_at).total_seconds() // 60))
