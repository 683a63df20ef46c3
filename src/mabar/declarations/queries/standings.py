"""Where a declaration stands: its state, its register, what may be done with it now, what is owed."""

from dataclasses import dataclass

from mabar.base.rules import NoSuchRecord
from mabar.declarations import rules
from mabar.declarations.models import Declaration


@dataclass(frozen=True)
class Standing:
    """The state of a declaration and the acts that it allows now."""

    state: str
    lane: str
    register: str
    acts: tuple[str, ...]
    assessed_minor: int
    assessed_currency: str


def standing(key: str) -> Standing:
    """Tell where the declaration stands.

    Raises:
        NoSuchRecord: no declaration bears the key.
    """
    declaration = Declaration.objects.filter(key=key).first()
    if declaration is None:
        raise NoSuchRecord(key=key)
    acts = rules.next_acts(
        declaration.state,
        declaration.lane,
        is_scan_due=declaration.is_scan_due,
        is_queried=declaration.suspended_at is not None,
        register=declaration.register,
        owing=declaration.owing,
    )
    return Standing(
        declaration.state,
        declaration.lane,
        declaration.register,
        acts,
        declaration.assessed_minor or 0,
        declaration.assessed_currency,
    )
