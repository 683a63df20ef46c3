"""Rows by SQL whose text is made once: Django makes it anew for each question, which costs more than the answer.

Only for the few questions that every contact with a partner asks; all others go by way of the ORM.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Field, Model

M = TypeVar("M", bound=Model)
_Converter = Callable[[Any, Any, Any], Any]
_Converters = list[tuple[int, Any, Sequence[_Converter]]]


def values(sql: str, *given: Any) -> list[tuple[Any, ...]]:
    """Ask a question and give the rows as the database has them."""
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def do(sql: str, *given: Any) -> int:
    """Change something; return in how many rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return int(cursor.rowcount)


class Rows(Generic[M]):
    """The rows of a model that fit a condition, `where` and what follows it, with `%s` for what is given."""

    def __init__(self, model: type[M], where: str, *, locks: bool = False) -> None:
        self._model, self._where, self._locks = model, where, locks
        # by vendor: nodes of both kinds may be at work in one process
        self._made: dict[str, tuple[str, _Converters]] = {}

    def all(self, *given: Any) -> list[M]:
        """Give all of them."""
        sql, converters = self._told()
        rows = values(sql, *given)
        return [self._model.from_db("default", self._names, _converted(row, converters)) for row in rows]

    def first(self, *given: Any) -> M | None:
        """Give the first of them; None where there is none."""
        return next(iter(self.all(*given)), None)

    def _told(self) -> tuple[str, _Converters]:
        made = self._made.get(connection.vendor)
        if made is None:
            made = self._made[connection.vendor] = (self._text(), self._converters())
        return made

    def _text(self) -> str:
        named = ", ".join(map(_quoted, self._model._meta.concrete_fields))
        # keys never change: the weaker lock lets the check of a foreign key pass, which else waits at a commit and may
        # close a circle with who waits for that commit
        lock = " FOR NO KEY UPDATE" if self._locks and connection.features.has_select_for_update else ""
        return f"SELECT {named} FROM {self._model._meta.db_table} WHERE {self._where}{lock}"  # noqa: S608

    @cached_property
    def _names(self) -> list[str]:
        return [each.attname for each in self._model._meta.concrete_fields]

    def _converters(self) -> _Converters:
        """Give what makes a column's value of the database's, for the columns where that is not the same."""
        found: _Converters = []
        for place, column in enumerate(self._model._meta.concrete_fields):
            expression = column.get_col(self._model._meta.db_table)
            makers = [*connection.ops.get_db_converters(expression), *expression.get_db_converters(connection)]
            found += [(place, expression, makers)] if makers else []
        return found


def _converted(row: Iterable[Any], converters: _Converters) -> list[Any]:
    told = list(row)
    for place, expression, makers in converters:
        for maker in makers:
            told[place] = maker(told[place], expression, connection)
    return told


def save(row: Model, *names: str) -> None:
    """Write some fields of a row that is there, or all of them where none is named."""
    written = _written(type(row), names)
    given = [each.get_db_prep_save(getattr(row, each.attname), connection) for each in written]
    changed = ", ".join(f"{_quoted(each)} = %s" for each in written)
    key = row._meta.pk
    do(f"UPDATE {row._meta.db_table} SET {changed} WHERE {_quoted(key)} = %s", *given, row.pk)  # noqa: S608


def _written(model: type[Model], names: Sequence[str]) -> list[Any]:
    meta = model._meta
    return [meta.get_field(each) for each in names] or [each for each in meta.concrete_fields if not each.primary_key]


def _quoted(column: "Field[Any, Any]") -> str:
    return str(connection.ops.quote_name(column.column or column.name))
