"""Formats of declarations: bytes in, records and findings out, and back.

`read` finds the format by the content, never by the name of the file; `write` gives a file back.  Nothing is stored.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from mabar.declarations.formats.readings import Reading, Traced
from mabar.declarations.sad import Declaration

__all__ = ["KINDS", "Reading", "Traced", "read", "write"]

OTHER_KINDS = {
    b"\xd0\xcf\x11\xe0": "Excel 97-2003",
    b"%PDF": "PDF",
    b"Rar!": "RAR",
    b"\x1f\x8b": "gzip",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
}


def read(data: bytes, *, name: str = "", profile: str | None = None, with_trace: bool = False) -> list[Reading]:
    """Read every declaration of a file, in whatever format that is known.

    Args:
        data: the whole file.
        name: its name, noted in kept paths of sheets and nowhere decisive.
        profile: code of the country profile or of the mapping profile to use; found from the content otherwise.
        with_trace: whether to tell of each value of the source where it went.
    Raises:
        FileRefused: the file as a whole cannot be read; a subclass says why.
    """
    from mabar.declarations.formats import refusals

    start = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not start:
        raise refusals.FileEmpty()
    for mark, kind in OTHER_KINDS.items():
        if start.startswith(mark.lstrip(b"\xff\xfe")) and data.startswith(mark[:1]):
            raise refusals.FormatUnknown(kind=kind)
    if start.startswith((b"UNA", b"UNB", b"UNH")) and is_edifact(start):
        from mabar.declarations.formats.edifact_read import read_edifact

        return read_edifact(data, profile=profile, with_trace=with_trace)
    if start.startswith(b"<"):
        return _xml(data, profile=profile, with_trace=with_trace)
    if start.startswith((b"{", b"[")):
        return _records(data)
    from mabar.declarations.formats.sheets import read_sheet

    return read_sheet(data, name=name, profile=profile, with_trace=with_trace)


def is_edifact(start: bytes) -> bool:
    """Tell whether a file begins as UN/EDIFACT does: a heading of a sheet may begin with the same letters."""
    from mabar.declarations.formats.edifact_syntax import starts_interchange

    return starts_interchange(start.decode("latin-1"))


def _xml(data: bytes, *, profile: str | None, with_trace: bool) -> list[Reading]:
    """Read an XML file by its elements: a message of the WCO Data Model, or a file of ASYCUDA World."""
    from mabar.declarations.formats import asycuda_read, wco_messages, wco_read
    from mabar.declarations.formats.asycuda_xml import parse

    document = parse(data)
    if wco_messages.is_wco(document.root):
        return wco_read.read_wco(document, with_trace=with_trace)
    return asycuda_read.read_document(document, profile=profile, with_trace=with_trace)


def _records(data: bytes) -> list[Reading]:
    """Read canonical records as `dumps` wrote them, one a line, or as other programs lay JSON out; a trace is left."""
    from mabar.declarations import sad
    from mabar.declarations.formats import refusals

    try:
        values = list(_json_values(data.decode("utf-8-sig")))
        return [Reading(sad.from_json({name: each[name] for name in each if name != "trace"})) for each in values]
    except UnicodeDecodeError as error:
        raise refusals.EncodingBroken(encoding="UTF-8", line=data[: error.start].count(b"\n") + 1) from None
    except (ValueError, TypeError, RecursionError) as error:
        raise refusals.FormatUnknown(kind=f"JSON: {error}") from None


_FILLED = re.compile(r"\S")  # looked for from a place on, so that a long file is gone through once


def _json_values(text: str) -> Iterator[dict[str, Any]]:
    """Give the objects of a text in which JSON values follow each other; those of a list one by one."""
    decoder = json.JSONDecoder()
    end = 0
    while found := _FILLED.search(text, end):
        value, end = decoder.raw_decode(text, found.start())
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(each, dict) for each in values):
            raise ValueError("objects are expected")
        yield from values


KINDS = ("asycuda", "wco")


def write(declarations: Sequence[Declaration], *, kind: str = "asycuda") -> bytes:
    """Write declarations as a file of a kind (see `KINDS`), in the dialect they came in or in the default one."""
    if kind == "asycuda":
        from mabar.declarations.formats.asycuda_write import write_asycuda

        return write_asycuda(declarations)
    if kind == "wco":
        from mabar.declarations.formats.wco_write import write_wco

        return write_wco(declarations)
    raise ValueError(f"no writer for {kind}")
