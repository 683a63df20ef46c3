"""Bytes of a CSV or XLSX file to rows of texts, in the encoding and delimiter under which the headers are known."""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from mabar.declarations.formats import refusals
from mabar.declarations.formats.sheet_profiles import best_fit

LIMIT_BYTES = 20 * 1024 * 1024
# An honest sheet opens into ten to twenty times its size; these bounds stop one that opens into memory.
OPENED_AT_MOST, RATIO_AT_MOST = 200 * 1024 * 1024, 200
ROWS_AT_MOST, COLUMNS_AT_MOST = 200_000, 500
HEADER_AMONG = 15
DELIMITERS = (";", ",", "\t", "|")
# Without a mark at the start: UTF-8 where the bytes allow it, else the Windows code pages of Arabic and of French.
ARABIC_FIRST, LATIN_FIRST = ("utf-8", "cp1256", "cp1252"), ("utf-8", "cp1252", "cp1256")
# French capitals with accents are Arabic letters in the other code page, but never several side by side.
_ARABIC_WORD = re.compile("[\u0621-\u063a\u0641-\u064a]{3}")


@dataclass(frozen=True)
class Row:
    """A row: its number in its sheet, its texts, and the name of its sheet where the file has several."""

    number: int
    cells: Sequence[str]
    sheet: str = ""

    @property
    def path(self) -> str:
        """Name the row as findings and kept values do."""
        return f"{self.sheet}!row[{self.number}]" if self.sheet else f"row[{self.number}]"


@dataclass(frozen=True)
class Table:
    """Rows of a file, the header row first."""

    format: str
    header: Row
    rows: Sequence[Row]
    fit: int
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    is_hidden: bool = False
    before: Sequence[Row] = ()


def read_tables(data: bytes) -> list[Table]:
    """Read the tables of a file whose headers are known: of texts the best, of a workbook every sheet that is shown.

    Raises:
        FileBeyondLimit, FormatUnknown, SheetBroken, FileEmpty.
    """
    if len(data) > LIMIT_BYTES:
        raise refusals.FileBeyondLimit(megabytes=f"{len(data) / 1e6:.1f}", limit=LIMIT_BYTES // (1024 * 1024))
    tables = list(_workbook(data) if data.startswith(b"PK\x03\x04") else _texts(data))
    if not tables:
        raise refusals.FileEmpty()
    fitting = [table for table in tables if table.fit and table.format == "xlsx"]
    shown = [table for table in fitting if not table.is_hidden] or fitting
    return shown if len(shown) > 1 else [shown[0] if shown else max(tables, key=lambda table: table.fit)]


def _texts(data: bytes) -> Iterator[Table]:
    for encoding, text in _decoded(data):
        for delimiter in DELIMITERS:
            table = _table("csv", list(_csv_rows(text, delimiter)))
            if table:
                yield replace(table, encoding=encoding, delimiter=delimiter)


def _decoded(data: bytes) -> Iterator[tuple[str, str]]:
    marked = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    encodings = next(((name,) for mark, name in marked.items() if data.startswith(mark)), None) or _guessed(data)
    for encoding in encodings:
        try:
            yield encoding, data.decode(encoding)
        except UnicodeDecodeError as error:
            if len(encodings) == 1:
                line = data[: error.start].count(b"\n") + 1
                raise refusals.EncodingBroken(encoding=encoding, line=line) from None
        else:
            if encoding.startswith("utf"):
                return


def _guessed(data: bytes) -> Sequence[str]:
    if b"\0" in data:
        raise refusals.FormatUnknown(kind="binary")
    return ARABIC_FIRST if _ARABIC_WORD.search(data.decode("cp1256")) else LATIN_FIRST


def _csv_rows(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        start = 1
        for cells in reader:
            yield Row(start, cells)
            start = reader.line_num + 1
    except csv.Error as error:
        raise refusals.SheetBroken(reason=str(error)) from None


def _table(kind: str, rows: Sequence[Row], sheet: str = "") -> Table | None:
    """Find the header row among the first rows."""
    if len(rows) > ROWS_AT_MOST:
        raise refusals.SheetBroken(reason=f"{len(rows)} > {ROWS_AT_MOST}")
    filled = [row for row in rows if any(cell.strip() for cell in row.cells)]
    if not filled:
        return None
    fits = [(best_fit(row.cells)[0], -place) for place, row in enumerate(filled[:HEADER_AMONG])]
    fit, place = max(fits)
    return Table(kind, filled[-place], filled[-place + 1 :], fit, sheet=sheet, before=filled[:-place])


def _workbook(data: bytes) -> Iterator[Table]:
    _refuse_bombs(data)
    from openpyxl import load_workbook  # only for those who read workbooks

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that the reader passes over
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            written = load_workbook(io.BytesIO(data), read_only=True) if _has_formulas(data) else book
            pairs = zip(book.worksheets, written.worksheets, strict=True)
            sheets = [(sheet, list(_sheet_rows(sheet, formulas))) for sheet, formulas in pairs]
    except refusals.FileRefused:
        raise
    except Exception as error:  # the library raises whatever it meets in a damaged file
        raise refusals.SheetBroken(reason=type(error).__name__) from None
    for sheet, rows in sheets:
        table = _table("xlsx", rows, sheet.title)
        if table:
            yield replace(table, is_hidden=sheet.sheet_state != "visible")


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(re.search(rb"<f[ />]", archive.read(name)) for name in names)


def _refuse_bombs(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            opened = 0
            for each in archive.infolist():
                opened += each.file_size
                if opened > OPENED_AT_MOST or each.file_size > RATIO_AT_MOST * max(each.compress_size, 1024):
                    raise refusals.SheetBroken(reason=f"{each.filename}: {each.file_size:,} B")
                if each.filename.endswith((".xml", ".rels")):
                    with archive.open(each) as part:
                        start = part.read(65536).upper()
                    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                        raise refusals.DoctypeForbidden(line=1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise refusals.SheetBroken(reason=type(error).__name__) from None


def _sheet_rows(sheet: Any, formulas: Any) -> Iterator[Row]:
    """Give the rows of a sheet; a formula that was never computed stands for its value, so that it is not lost."""
    for number, (values, written) in enumerate(zip(_values(sheet), _values(formulas), strict=True), start=1):
        if number > ROWS_AT_MOST:
            raise refusals.SheetBroken(reason=f"{number} > {ROWS_AT_MOST}")
        cells = [value if value is not None else text for value, text in zip_longest(values, written)]
        if any(cell is not None for cell in cells):
            yield Row(number, [_text(cell) for cell in cells])


def _values(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # some programs write a wrong size of the sheet
    yield from sheet.iter_rows(values_only=True, max_col=COLUMNS_AT_MOST)


def _text(cell: Any) -> str:
    """Give the text of a typed cell; numbers with a point, marked so that the reader takes it for nothing else."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if not (cell.hour or cell.minute or cell.second) else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else NUMBER_MARK + repr(cell)
    return str(cell)


# Before a number that the workbook itself holds as one: its point is decimal whatever the profile says.
NUMBER_MARK = "\ue000"
