"""What each step of the form shows: its cells, its findings, and where one goes from here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse

from mabar.declarations.checks_parts import CheckFinding
from mabar.declarations.forms import inherited, lists, rows, steps
from mabar.declarations.forms.boxes import (
    CONTAINERS,
    DOCUMENTS,
    GROUPS,
    ITEM_MORE,
    ITEMS,
    STEP_WORDS,
    STEPS,
    Box,
    Group,
    boxes_of,
)
from mabar.declarations.forms.cells import Cell, Told, by_path, cells, counts, told
from mabar.declarations.pages.desk import Desk
from mabar.declarations.sad import Item
from mabar.declarations.sad_parts import AttachedDocument, Container
from mabar.lib.refusals import Refusal

Sheet = dict[str, Any]
Typed = Mapping[str, str]
ITEMS_A_PAGE = 50  # so that an old machine shows the grid at once
SUMMED_UP = 8  # findings named in the summary; the others stand at their rows
SPARE_ROWS = 3  # empty rows under containers and documents


def template_of(step: str) -> str:
    """Name the template of a step."""
    return f"declarations/lodge_{step if step in ('items', 'documents') else 'boxes'}.html"


def page_of(index: int) -> int:
    """Give the page of the grid on which an item stands."""
    return index // ITEMS_A_PAGE + 1


def items_on(page: int) -> range:
    """Give the items that stand on a page of the grid, counted from 0."""
    return range((page - 1) * ITEMS_A_PAGE, page * ITEMS_A_PAGE)


def step_sheet(
    desk: Desk, step: str, *, page: int = 1, typed: Typed | None = None, refusal: Refusal | None = None
) -> Sheet:
    """Give what a step shows.

    Args:
        typed: what the reader has just typed, where the save was refused; it stands in the boxes.
    """
    findings = steps.findings_of(desk.record, today=desk.today)
    sheet = frame(desk, step, findings, refusal=refusal)
    if step == "items":
        return sheet | _items(desk, page, by_path(findings), typed or {})
    if step == "documents":
        return sheet | _documents(desk, page, by_path(findings), typed or {})
    groups = [_group(desk, group, by_path(findings), typed or {}) for group in GROUPS[step]]
    sheet |= {"groups": groups, "lists": _lists(desk, boxes_of(GROUPS[step]))}
    return sheet | (_containers(desk, by_path(findings), typed or {}) if step == "transport" else {})


def item_sheet(desk: Desk, number: int, *, typed: Typed | None = None, refusal: Refusal | None = None) -> Sheet:
    """Give what the page of one item shows."""
    findings = steps.findings_of(desk.record, today=desk.today)
    index = number - 1
    own = [each for each in findings if each.record_field.startswith(f"items[{index}].")]
    sheet = frame(desk, "items", own, refusal=refusal)
    return sheet | {
        "groups": [_item_group(desk, index, group, _stripped(own), typed or {}) for group in ITEM_MORE],
        "lists": _lists(desk, boxes_of(ITEM_MORE)),
        "number": number,
        "back": page_of(index),
    }


def _item_group(desk: Desk, index: int, group: Group, own: Mapping[str, list[CheckFinding]], typed: Typed) -> Sheet:
    item = desk.record.items[index]
    made = cells(
        item,
        item.verbatim,
        group.boxes,
        language=desk.language,
        findings=own,
        base=_base_item(desk, index),
        confirmed=desk.confirmed(f"items[{index}]."),
    )
    return {"title": group.title, "cells": _typed_over(made, typed)}


def _stripped(findings: Sequence[CheckFinding]) -> dict[str, list[CheckFinding]]:
    """Sort an item's findings by the box on the item's own page, where names have no prefix."""
    return {path.partition("].")[2]: found for path, found in by_path(findings).items()}


def frame(desk: Desk, step: str, findings: Sequence[CheckFinding], *, refusal: Refusal | None = None) -> Sheet:
    """Give what every step shows around its boxes."""
    all_told = [told(finding, desk.language) for finding in findings]
    here = [each for each in all_told if each.step == step or step == "review"]
    errors = [each for each in here if each.is_error]
    links = [{"told": each, "url": url_of(desk, each, step)} for each in errors[:SUMMED_UP]]
    return {
        "draft": desk.draft,
        "record": desk.record,
        "place": desk.place,
        "step": step,
        "step_word": STEP_WORDS[step],
        "steps": _steps(step, all_told),
        "before": STEP_WORDS[STEPS[STEPS.index(step) - 1]] if step != STEPS[0] else "",
        "after": STEP_WORDS[STEPS[STEPS.index(step) + 1]] if step != STEPS[-1] else "",
        "errors": errors,
        "warnings": [each for each in here if not each.is_error],
        "links": links,
        "more": len(errors) - len(links),
        "said": refusal.sentence(desk.language) if refusal else None,
        "code": refusal.code if refusal else "",
        "advance": desk.advance,
        "came": inherited.counts_of(desk.inherited, step) if desk.advance else {},
        "lists": {},
    }


def _steps(here: str, all_told: Sequence[Told]) -> list[dict[str, Any]]:
    refused = {each.step for each in all_told if each.is_error}
    return [
        {
            "name": name,
            "word": STEP_WORDS[name],
            "is_now": name == here,
            "is_done": STEPS.index(name) < STEPS.index(here),
            "is_refused": name in refused,
        }
        for name in STEPS
    ]


def url_of(desk: Desk, each: Told, here: str) -> str:
    """Give the way from a finding to its box."""
    own_page = each.step == here and each.step not in ("items", "documents")
    base = "" if own_page else reverse("declarations:draft_step", args=[desk.draft.key, each.step])
    page = f"?page={page_of(each.item)}" if each.step == "items" and each.item is not None else ""
    return f"{base}{page}#{each.anchor}"


def _group(desk: Desk, group: Group, findings: Mapping[str, list[CheckFinding]], typed: Typed) -> Sheet:
    made = cells(
        desk.record,
        desk.record.verbatim,
        group.boxes,
        language=desk.language,
        findings=findings,
        base=desk.base,
        confirmed=desk.confirmed(),
    )
    return {"title": group.title, "cells": _typed_over(made, typed)}


def _typed_over(made: list[Cell], typed: Typed) -> list[Cell]:
    return [replace(cell, text=typed[cell.name]) if cell.name in typed else cell for cell in made]


def _lists(desk: Desk, boxes: Sequence[Box]) -> dict[str, Any]:
    """Give the lists of codes that inputs offer; those of a choice stand in the choice itself."""
    listed = {box.listed for box in boxes if box.listed and box.kind != "choice"}
    return {name: lists.offered(name, desk.language) for name in sorted(listed)}


def _base_item(desk: Desk, index: int) -> Item | None:
    if desk.base is None:
        return None
    return desk.base.items[index] if index < len(desk.base.items) else Item()


def _items(desk: Desk, page: int, findings: Mapping[str, list[CheckFinding]], typed: Typed) -> Sheet:
    shown = Paginator(range(len(desk.record.items)), ITEMS_A_PAGE).get_page(page)
    grid = [_item_row(desk, index, findings, typed) for index in shown]
    return {
        "page": shown,
        "grid": grid,
        "counts": counts(row["cells"] for row in grid),
        "totals": steps.totals_of(desk.record),
        "currency": rows.currency_of(desk.record),
        "columns": ITEMS,
        "lists": _lists(desk, ITEMS),
        "entries": len(desk.record.items) * len(ITEMS),
        "limit": rows.MOST_ITEMS,
    }


def _item_row(desk: Desk, index: int, findings: Mapping[str, list[CheckFinding]], typed: Typed) -> Sheet:
    item, prefix = desk.record.items[index], f"items[{index}]."
    made = cells(
        item,
        item.verbatim,
        ITEMS,
        language=desk.language,
        findings=findings,
        prefix=prefix,
        base=_base_item(desk, index),
        confirmed=desk.confirmed(),
    )
    of_item = [finding for path, found in findings.items() if path.startswith(prefix) for finding in found]
    why = [told(each, desk.language) for each in of_item if ".documents[" not in each.record_field]
    return {"number": index + 1, "index": index, "cells": _typed_over(made, typed), "why": why}


def _came(table: Sequence[Any], place: int) -> Any:
    return table[place] if place < len(table) else None


def _containers(desk: Desk, findings: Mapping[str, list[CheckFinding]], typed: Typed) -> Sheet:
    standing = [*desk.record.containers, *([Container()] * SPARE_ROWS)]
    table = []
    for place, container in enumerate(standing):
        prefix = f"containers[{place}]."
        own = {
            path.removeprefix(prefix): text for path, text in desk.record.verbatim.items() if path.startswith(prefix)
        }
        came = _came(desk.base.containers, place) if desk.advance and desk.base else None
        made = cells(
            container,
            own,
            CONTAINERS,
            language=desk.language,
            findings=findings,
            prefix=prefix,
            base=came,
            confirmed=desk.confirmed(),
        )
        table.append({"number": place + 1, "cells": _typed_over(made, typed), "why": _why(made)})
    return {"containers": table, "container_columns": CONTAINERS, "of_table": desk.record.containers}


def _why(made: Sequence[Cell]) -> list[Told]:
    return [each for cell in made for each in cell.told]


def _documents(desk: Desk, page: int, findings: Mapping[str, list[CheckFinding]], typed: Typed) -> Sheet:
    papers = [
        (index, place, paper)
        for index, item in enumerate(desk.record.items)
        for place, paper in enumerate(rows.papers_of(item))
    ]
    shown = Paginator(papers, ITEMS_A_PAGE).get_page(page)
    table = [_document_row(desk, number, *paper, findings, typed) for number, paper in enumerate(shown)]
    spare: tuple[AttachedDocument, dict[str, str]] = (AttachedDocument(), {})
    table += [
        _document_row(desk, len(table) + number, None, number, spare, findings, typed) for number in range(SPARE_ROWS)
    ]
    return {
        "page": shown,
        "documents": table if desk.record.items else [],
        "document_columns": DOCUMENTS,
        "lists": _lists(desk, DOCUMENTS),
    }


def _document_row(
    desk: Desk,
    number: int,
    index: int | None,
    place: int,
    paper: tuple[AttachedDocument, dict[str, str]],
    findings: Mapping[str, list[CheckFinding]],
    typed: Typed,
) -> Sheet:
    """Make a row; it is named by its number on the page, and its findings by where the document stands."""
    at = f"items[{index}].documents[{place}]." if index is not None else ""
    own = {path.removeprefix(at): found for path, found in findings.items() if at and path.startswith(at)}
    of_item = _base_item(desk, index) if desk.advance and index is not None else None
    came = _came(of_item.documents, place) if of_item else None
    made = cells(
        paper[0], paper[1], DOCUMENTS, language=desk.language, findings=own, base=came, confirmed=desk.confirmed(at)
    )
    named = [replace(cell, name=f"documents[{number}].{cell.name}") for cell in made]
    return {
        "number": number,
        "from": f"{index}.{place}" if index is not None else "",
        "item": typed.get(f"documents[{number}].item", "" if index is None else str(index + 1)),
        "cells": _typed_over(named, typed),
        "why": _why(made),
    }
