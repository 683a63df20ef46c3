"""What the package that keeps declarations tells of those on trucks; it names its teller when the node starts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Func, QuerySet

from mabar.crossings.models import PassageDeclaration

Keys = QuerySet[PassageDeclaration, str]


class EpochSeconds(Func):
    """An instant in whole seconds since 1970, reckoned by the store: in Python most of the reading went into dates."""

    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Cut off what is beyond the second first: SQLite would round it.  The sign stands for no value."""
        asked = "CAST(strftime('%%%%s', substr(%(expressions)s, 1, 19)) AS INTEGER)"
        return self.as_sql(compiler, connection, template=asked, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Count from the same instant."""
        asked = "CAST(floor(extract(epoch FROM %(expressions)s)) AS bigint)"
        return self.as_sql(compiler, connection, template=asked, **context)


@dataclass(frozen=True)
class PaperStamps:
    """When a declaration was lodged, first got a lane and was released, and from when to when it stood queried."""

    regime: str
    is_national: bool
    lodged_s: int
    lane_s: int | None
    released_s: int | None
    queried_s: tuple[tuple[int, int], ...] = ()


Teller = Callable[[Keys], Mapping[str, PaperStamps]]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Name who tells of declarations: given their keys as a query, it answers by key."""
    if teller not in _tellers:
        _tellers.append(teller)


def stamps_of(keys: Keys) -> dict[str, PaperStamps]:
    """Give the stamps of declarations by their keys."""
    told: dict[str, PaperStamps] = {}
    for teller in _tellers:
        told |= teller(keys)
    return told
