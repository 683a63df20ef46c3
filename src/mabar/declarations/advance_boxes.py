"""The fixed list of boxes that a draft of import wants of an export that came ahead of its truck; pure."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from mabar.lib import words

INHERITED, TURNED, OWN = "inherited", "turned", "own"
RULES: Final = (INHERITED, TURNED, OWN)


@dataclass(frozen=True)
class ListedBox:
    """A box of the list: its printed number, where its value goes, by which rule and from where it comes."""

    box: str
    to: str
    rule: str
    names: tuple[tuple[str, str], ...]
    source: str = ""
    turn: str = ""
    bears_on_duty: bool = False

    @property
    def name(self) -> dict[str, str]:
        """Its name by language."""
        return dict(self.names)


@cache
def wanted() -> tuple[ListedBox, ...]:
    """Give the boxes that every draft of import wants."""
    return tuple(_listed(each) for each in words.table("declarations", "advance_boxes")["wanted"])


@cache
def every() -> tuple[ListedBox, ...]:
    """Give those, and the ones that are taken over where the export has them."""
    beside = words.table("declarations", "advance_boxes")["beside"]
    return (*wanted(), *(_listed(each) for each in beside))


@cache
def bearing_on_duty() -> frozenset[str]:
    """Give the paths of the boxes that bear on the duty."""
    return frozenset(each.to for each in every() if each.bears_on_duty)


def regime_across(regime: str | None) -> str:
    """Propose the regime of the import for that of the export."""
    known: dict[str, str] = words.table("declarations", "advance_boxes")["regimes"]
    return known.get(regime or "", "import")


def procedure_across(procedure: str | None, *, digit: str) -> str:
    """Propose the extended procedure of an item for that of the export; `digit` is that of the regime proposed."""
    known: dict[str, str] = words.table("declarations", "advance_boxes")["procedures"]
    return known.get(procedure or "", f"{digit}000")


def _listed(told: dict[str, Any]) -> ListedBox:
    return ListedBox(
        box=told["box"],
        to=told["to"],
        rule=told["rule"],
        names=tuple((language, told[language]) for language in words.LANGUAGES),
        source=told.get("from", ""),
        turn=told.get("turn", ""),
        bears_on_duty=told.get("bears_on_duty", False),
    )
