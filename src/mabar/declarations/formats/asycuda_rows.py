"""A row of the table of ASYCUDA fields, and rows that come in families."""

from typing import NamedTuple


class Row(NamedTuple):
    """One element and its field."""

    path: str
    field: str
    kind: str


def charge_rows(element: str, field: str) -> tuple[Row, ...]:
    """Put the five rows of a part of the value below an element."""
    return (
        Row(f"{element}/Amount_national_currency", f"{field}.national", "national"),
        Row(f"{element}/Amount_foreign_currency", f"{field}.foreign", "foreign"),
        Row(f"{element}/Currency_code", f"{field}.currency", "code"),
        Row(f"{element}/Currency_name", f"{field}.currency_name", "text"),
        Row(f"{element}/Currency_rate", f"{field}.rate", "decimal"),
    )


def rows(element: str, field: str, *below: tuple[str, str, str]) -> tuple[Row, ...]:
    """Put rows below an element and a part of the declaration."""
    return tuple(Row(f"{element}/{path}", f"{field}{name}", kind) for path, name, kind in below)
