"""Queries of one declaration: found by key, listed by desk and by who asked; never by what the declaration says."""

from dataclasses import dataclass
from typing import Any

from mabar.assistance.models import DeclarationQuery
from mabar.assistance.queries.rows import QueryRow, query_row
from mabar.base.rules import NoSuchRecord

PAGE = 50


@dataclass(frozen=True)
class QueryView:
    """A query with what came in answer, until it is erased."""

    row: QueryRow
    record: dict[str, Any]


def query(key: str) -> QueryView:
    """Give a query.

    Raises:
        NoSuchRecord: none bears the key.
    """
    found = DeclarationQuery.objects.filter(key=key).first()
    if found is None:
        raise NoSuchRecord(key=key)
    return QueryView(query_row(found), dict(found.record))


def queries_asked(place: str, *, by: str) -> list[QueryRow]:
    """List the queries that an official asked, newest first."""
    found = DeclarationQuery.objects.filter(place=place, is_outward=True, asked_by=by).defer("record")
    return [query_row(each) for each in found.order_by("-key")[:PAGE]]


def queries_waiting(place: str) -> list[QueryRow]:
    """List the queries of partners that wait for an officer, the next due first."""
    found = DeclarationQuery.objects.filter(place=place, is_outward=False, state="asked").defer("record")
    return [query_row(each) for each in found.order_by("due_at", "key")[:PAGE]]
