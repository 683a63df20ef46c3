"""Rows by SQL whose text is made once: Django makes it anew for each question, which costs more than the answer.

Only for the few questions that every contact with a partner asks; all others go by way of the ORM.
"""

from collections.abc import Callable, Iterable, Sequence, Sized
from functools import cache, cached_property
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

    def __init__(self, model: type[M], where: str, *, names: Sequence[str] = (), locks: bool = False) -> None:
        self._model, self._where, self._named, self._locks = model, where, names, locks
        # by vendor: nodes of both kinds may be at work in one process
        self._made: dict[str, tuple[str, _Converters]] = {}

    def all(self, *given: Any) -> list[M]:
        """Give all of them."""
        return [self._model.from_db("default", self._names, row) for row in self.tuples(*given)]

    def tuples(self, *given: Any) -> list[list[Any]]:
        """Give the fields of each, those of `names` or all, without making the model's objects."""
        sql, converters = self._told()
        return [_converted(row, converters) for row in values(sql, *given)]

    def first(self, *given: Any) -> M | None:
        """Give the first of them; None where there is none."""
        return next(iter(self.all(*given)), None)

    def _told(self) -> tuple[str, _Converters]:
        made = self._made.get(connection.vendor)
        if made is None:
            made = self._made[connection.vendor] = (self._text(), self._converters())
        return made

    def _text(self) -> str:
        named = ", ".join(map(_quoted, self._fields))
        # keys never change: the weaker lock lets the check of a foreign key pass, which else waits at a commit and may
        # close a circle with who waits for that commit
        lock = " FOR NO KEY UPDATE" if self._locks and connection.features.has_select_for_update else ""
        return f"SELECT {named} FROM {self._model._meta.db_table} WHERE {self._where}{lock}"  # noqa: S608

    @cached_property
    def _fields(self) -> list[Any]:
        meta = self._model._meta
        return [meta.get_field(each) for each in self._named] or list(meta.concrete_fields)

    @cached_property
    def _names(self) -> list[str]:
        return [each.attname for each in self._fields]

    def _converters(self) -> _Converters:
        """Give what makes a column's value of the database's, for the columns where that is not the same."""
        found: _Converters = []
        for place, column in enumerate(self._fields):
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
    told = names or [each.attname for each in row._meta.concrete_fields if not each.primary_key]
    change(type(row), f"{_quoted(row._meta.pk)} = %s", row.pk, **{name: getattr(row, name) for name in told})


def change(model: type[Model], where: str, *given: Any, **told: Any) -> int:
    """Write fields of all rows that fit a condition; return of how many."""
    fields = [(_field(model, name), value) for name, value in told.items()]
    changed = ", ".join(f"{_quoted(field)} = %s" for field, _ in fields)
    put = [field.get_db_prep_save(value, connection) for field, value in fields]
    return do(f"UPDATE {model._meta.db_table} SET {changed} WHERE {where}", *put, *given)  # noqa: S608


def put(model: type[Model], **told: Any) -> bool:
    """Put a row in, unless it is there already; tell whether it was put.  What is not told has the field's default."""
    fields = [each for each in model._meta.concrete_fields if not each.primary_key or each.attname in told]
    row = [told.pop(each.attname) if each.attname in told else each.get_default() for each in fields]
    if told:
        raise ValueError(f"{model.__name__} has no " + ", ".join(told))
    given = [each.get_db_prep_save(value, connection) for each, value in zip(fields, row, strict=True)]
    names = ", ".join(map(_quoted, fields))
    sql = f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({places(fields)}) ON CONFLICT DO NOTHING"  # noqa: S608
    return do(sql, *given) == 1


@cache
def _field(model: type[Model], name: str) -> Any:
    return next(each for each in model._meta.concrete_fields if name in (each.name, each.attname))


def places(given: Sized) -> str:
    """Write a place for each of what is given, for `IN (...)`."""
    return ", ".join(["%s"] * len(given))


def _quoted(column: "Field[Any, Any]") -> str:
    return str(connection.ops.quote_name(column.column or column.name))
