"""Rows by the hundred, put in without an object of the model for each: those cost more than the rows themselves."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, router
from django.db.models import Field, Model

_AS_THEY_ARE = (int, str, bytes, type(None))


def insert(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]], **same: Any) -> None:
    """Insert rows; what neither `names` nor `same` tells has the default of its field.

    Args:
        model: of the table, whose key the database gives.
        names: of the fields that differ from row to row; a field of JSON is not among them.
        rows: the values, in the order of the names.
        same: fields that all rows share.
    """
    connection = connections[router.db_for_write(model)]
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
    own = [fields.pop(name) for name in names]
    shared = [
        each.get_db_prep_save(same.pop(each.attname) if each.attname in same else each.get_default(), connection)
        for each in fields.values()
    ]
    if same:
        raise ValueError(f"{model.__name__} has no " + ", ".join(same))
    columns = ", ".join(connection.ops.quote_name(each.column or "") for each in (*own, *fields.values()))
    places = ", ".join(["%s"] * (len(own) + len(shared)))
    statement = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608  # names of the model's own
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[*_written(row, own, connection), *shared] for row in rows])


def _written(row: Sequence[Any], fields: Sequence["Field[Any, Any]"], connection: Any) -> list[Any]:
    return [
        value if type(value) in _AS_THEY_ARE else field.get_db_prep_save(value, connection)
        for value, field in zip(row, fields, strict=True)
    ]
