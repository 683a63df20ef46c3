"""The exchanged list: who may send, and to whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mabar.assistance.rules.refusals import DesignationUnfit, ListOutOfOrder, NotDesignated


@dataclass(frozen=True)
class Designation:
    """An official by his code and post, with the days on which he is designated; no last day: until he is struck."""

    code: str
    post: str
    from_on: date
    to_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether he is designated on a day of his own administration."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)

    @staticmethod
    def read(told: Mapping[str, Any]) -> "Designation":
        """Read an entry of a list that came.

        Raises:
            DesignationUnfit: it is not of its form.
        """
        try:
            to_on = date.fromisoformat(told["to_on"]) if told.get("to_on") else None
            made = Designation(str(told["code"])[:48], str(told.get("post", ""))[:60], _day(told), to_on)
        except (KeyError, TypeError, ValueError):
            raise DesignationUnfit(official=str(told)[:48]) from None
        return made.checked()

    def checked(self) -> "Designation":
        """Give the designation itself.

        Raises:
            DesignationUnfit: it has no code, or ends before it begins.
        """
        if not self.code or (self.to_on is not None and self.to_on < self.from_on):
            raise DesignationUnfit(official=self.code)
        return self

    def told(self) -> dict[str, str]:
        """Give the entry as a list tells it."""
        said = {"code": self.code, "post": self.post, "from_on": self.from_on.isoformat()}
        return said if self.to_on is None else {**said, "to_on": self.to_on.isoformat()}


def _day(told: Mapping[str, Any]) -> date:
    return date.fromisoformat(told["from_on"])


def check_designated(official: str, entries: Iterable[Designation], *, administration: str, on: date) -> None:
    """Refuse an official who is not on the list of his administration on a day.

    Raises:
        NotDesignated: names him, the administration and the day.
    """
    if not any(each.code == official and each.holds_on(on) for each in entries):
        raise NotDesignated(official=official or "–", administration=administration, on=on.isoformat())


def check_newer(version: int, *, known: int) -> None:
    """Refuse a list that is not newer than the one that is known.

    Raises:
        ListOutOfOrder.
    """
    if version <= known:
        raise ListOutOfOrder(version=version, known=known)
