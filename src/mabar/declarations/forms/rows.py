"""Tables that a broker types: items, containers, documents; an empty row is no row."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mabar.declarations import rules
from mabar.declarations.forms.boxes import CONTAINERS, DOCUMENTS, ITEMS, Box
from mabar.declarations.forms.filling import fill
from mabar.declarations.sad import Declaration, Item
from mabar.declarations.sad_parts import AttachedDocument, Container
from mabar.lib.refusals import Refusal

MOST_ITEMS = 2000  # in the form; a file may have more
Row = Mapping[str, str]
LAST = 100_000  # places a new document behind those that stand
_NAME = re.compile(r"(items|containers|documents)\[([0-9]{1,5})\]\.([a-z0-9_.]+)", re.ASCII)


def typed_rows(posted: Iterable[tuple[str, str]], table: str) -> dict[int, dict[str, str]]:
    """Collect the typed cells of a table by row: `items[3].price` is row 3, box `price`."""
    rows: dict[int, dict[str, str]] = {}
    for name, text in posted:
        shape = _NAME.fullmatch(name)
        if shape and shape[1] == table:
            rows.setdefault(int(shape[2]), {})[shape[3]] = text
    return rows


def currency_of(record: Declaration) -> str | None:
    """Name the currency in which the amounts of the form are typed."""
    return record.valuation.invoice.currency


def with_items(record: Declaration, typed: Mapping[int, Row]) -> Declaration:
    """Put typed rows into the items that stand there; a row beyond them is not added."""
    items = list(record.items)
    for index, row in typed.items():
        if index < len(items):
            items[index] = filled_item(items[index], row, currency=currency_of(record))
    return replace(record, items=tuple(items))


def filled_item(item: Item, row: Row, *, currency: str | None, boxes: Sequence[Box] = ITEMS) -> Item:
    """Put typed boxes into an item; the invoice of the item follows its price where they were the same."""
    own = item.price.currency if item.price and item.price.currency else currency
    filled = fill(item, item.verbatim, boxes, row, currency=own)
    changed: Item = replace(filled.record, verbatim=filled.verbatim)
    if item.price is not None and item.invoice.foreign == item.price and changed.price != item.price:
        changed = replace(changed, invoice=replace(changed.invoice, foreign=changed.price))
    return changed


def with_new_items(record: Declaration, count: int) -> Declaration:
    """Add empty items, each under the procedure of the declaration.  Raises: FormFull."""
    digit = record.general_procedure_code
    fresh = Item(procedure_code=f"{digit}000" if digit else None)
    return _counted(record, (*record.items, *([fresh] * count)))


def without_item(record: Declaration, index: int) -> Declaration:
    """Take an item out; containers of later items keep their goods."""
    containers = tuple(_after_removal(each, index + 1) for each in record.containers)
    changed = _counted(record, tuple(item for place, item in enumerate(record.items) if place != index))
    return replace(changed, containers=containers)


def _after_removal(container: Container, number: int) -> Container:
    at = container.item_number
    if at is None or at < number:
        return container
    return replace(container, item_number=None if at == number else at - 1)


class FormFull(Refusal):
    """The form would have more items than it is made for."""

    package = "declarations"


def _counted(record: Declaration, items: tuple[Item, ...]) -> Declaration:
    """Let the number of items follow, where it was not stated otherwise."""
    if len(items) > max(MOST_ITEMS, len(record.items)):
        raise FormFull(items=len(items), limit=MOST_ITEMS)
    agreed = record.item_count in (None, len(record.items))
    return replace(record, items=items, item_count=len(items) if agreed else record.item_count)


def pasted_items(record: Declaration, text: str) -> Declaration:
    """Add the rows of a spreadsheet, their columns in the order of the grid, parted by tabs or semicolons.

    Raises:
        FormFull, LongerThanAllowed.
    """
    fresh = with_new_items(replace(record, items=(), item_count=0), 1).items[0]
    rows = [line for line in text.splitlines() if line.strip()]
    if len(record.items) + len(rows) > MOST_ITEMS:
        raise FormFull(items=len(record.items) + len(rows), limit=MOST_ITEMS)
    items = tuple(filled_item(fresh, _columns(line), currency=currency_of(record)) for line in rows)
    return _counted(record, (*record.items, *items))


def _columns(line: str) -> dict[str, str]:
    mark = "\t" if "\t" in line else ";"
    return {box.path: text for box, text in zip(ITEMS, line.split(mark), strict=False) if text.strip()}


def with_containers(record: Declaration, typed: Mapping[int, Row]) -> Declaration:
    """Put the typed containers in place of those that stood there."""
    kept: list[Container] = []
    verbatim = {path: text for path, text in record.verbatim.items() if not path.startswith("containers[")}
    for index in sorted(typed):
        row = typed[index]
        if not any(text.strip() for text in row.values()):
            continue
        old = record.containers[index] if index < len(record.containers) else Container()
        filled = fill(old, _under(record.verbatim, f"containers[{index}]."), CONTAINERS, row, currency=None)
        verbatim |= {f"containers[{len(kept)}].{path}": text for path, text in filled.verbatim.items()}
        kept.append(filled.record)
    return replace(record, containers=tuple(kept), verbatim=verbatim)


def _under(verbatim: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {path.removeprefix(prefix): text for path, text in verbatim.items() if path.startswith(prefix)}


Paper = tuple[AttachedDocument, dict[str, str]]


def papers_of(item: Item) -> list[Paper]:
    """Give the documents of an item, each with its texts that gave no value."""
    return [(each, _under(item.verbatim, f"documents[{place}].")) for place, each in enumerate(item.documents)]


def with_documents(record: Declaration, typed: Mapping[int, Row]) -> Declaration:
    """Put the typed documents in place; each row says where it stood (`from`) and to which item it belongs.

    Raises:
        NoSuchItem: a row names an item that the declaration does not have.
    """
    in_order = [(index, paper) for index, _row, paper in _in_order(record, typed)]
    return replace(record, items=tuple(_with_papers(item, n, in_order) for n, item in enumerate(record.items)))


def places_of_documents(record: Declaration, typed: Mapping[int, Row]) -> dict[str, str]:
    """Tell where each typed row stands after `with_documents`, so that it is not added a second time.

    Args:
        record: as it was before.
    """
    seen: Counter[int] = Counter()
    places = {}
    for index, row, _paper in _in_order(record, typed):
        if row is not None:
            places[f"documents[{row}].from"] = f"{index}.{seen[index]}"
        seen[index] += 1
    return places


def _in_order(record: Declaration, typed: Mapping[int, Row]) -> list[tuple[int, int | None, Paper]]:
    """List all documents as they will stand: the item, the typed row (None for those not on the page), the document."""
    standing: dict[tuple[int, int], tuple[int | None, Paper]] = {
        (index, place): (None, paper)
        for index, item in enumerate(record.items)
        for place, paper in enumerate(papers_of(item))
    }
    for number, row in typed.items():
        was = _place(row.get("from", "")) or (-1, -1)
        _none, old = standing.pop(was, (None, (AttachedDocument(), {})))
        if any(row.get(box.path, "").strip() for box in DOCUMENTS):
            index = _index(row, record)
            filled = fill(old[0], old[1], DOCUMENTS, row, currency=None)
            at = was if was[0] == index else (index, LAST + number)
            standing[at] = (number, (filled.record, dict(filled.verbatim)))
    return [(at[0], *standing[at]) for at in sorted(standing)]


def _place(text: str) -> tuple[int, int] | None:
    shape = re.fullmatch(r"([0-9]{1,5})\.([0-9]{1,5})", text, re.ASCII)
    return (int(shape[1]), int(shape[2])) if shape else None


def _index(row: Row, record: Declaration) -> int:
    text = row.get("item", "").strip() or "1"
    number = int(text) if text.isdecimal() else 0
    rules.check_item_numbers([number], items=len(record.items))
    return number - 1


def _with_papers(item: Item, index: int, placed: Sequence[tuple[int, Paper]]) -> Item:
    papers = [paper for at, paper in placed if at == index]
    rest = {path: text for path, text in item.verbatim.items() if not path.startswith("documents[")}
    open_texts = {
        f"documents[{place}].{path}": text for place, paper in enumerate(papers) for path, text in paper[1].items()
    }
    return replace(item, documents=tuple(paper[0] for paper in papers), verbatim={**rest, **open_texts})
