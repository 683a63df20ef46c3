"""Boxes as a page shows them: text, mark, findings, and the values that the page may propose."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

from mabar.declarations.checks_parts import CheckFinding
from mabar.declarations.formats.findings import ERROR
from mabar.declarations.forms.boxes import Box, label_of, step_of
from mabar.declarations.forms.lists import offered
from mabar.declarations.forms.showing import shown
from mabar.lib import numbers_text
from mabar.lib.words import Sentence

MARKS = {
    "inherited": "inherited",
    "confirmed": "tick",
    "changed": "triangle",
    "new": "plus",
    "refused": "octagon-alert",
}

INHERITED, CONFIRMED = "inherited", "confirmed"
OF_A_BOX = "G-06"  # sentences that tell of a text, and not where it stands


@dataclass(frozen=True)
class Proposal:
    """A value that settles a finding: how the button names it, and what it sends."""

    text: str
    key: str


@dataclass(frozen=True)
class Told:
    """A finding as the page says it, with the way to its box."""

    code: str
    tone: str
    said: Sentence
    step: str
    anchor: str
    item: int | None
    label: str | Promise = ""
    proposals: tuple[Proposal, ...] = ()

    @property
    def item_number(self) -> int | None:
        """The number of its item as people count."""
        return None if self.item is None else self.item + 1

    @property
    def is_error(self) -> bool:
        """Whether lodging waits for it."""
        return self.tone == "refuse"


@dataclass(frozen=True)
class Cell:
    """One box of one record, ready for the page."""

    box: Box
    name: str
    text: str
    mark: str = ""
    was: str = ""
    told: tuple[Told, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def anchor(self) -> str:
        """The identifier of its input."""
        return anchor_of(self.name)

    @property
    def shape(self) -> str:
        """The shape of its mark."""
        return MARKS.get(self.mark, "")

    @property
    def is_refused(self) -> bool:
        """Whether what stands in it stops lodging."""
        return self.mark == "refused"

    @property
    def is_off_list(self) -> bool:
        """Whether a source gave a code that the list does not have; it is shown all the same."""
        return bool(self.text) and self.text not in dict(self.choices)

    @property
    def chosen(self) -> str:
        """The name of the code that is chosen."""
        return dict(self.choices).get(self.text, "")


def anchor_of(path: str) -> str:
    """Give the identifier of a box's input: `items[0].price` is `items-0-price`."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", path).strip("-")


def told(finding: CheckFinding, language: str) -> Told:
    """Say a finding in the reader's language, with what the page may propose."""
    path = finding.record_field
    number = re.match(r"items\[([0-9]+)\]", path)
    return Told(
        code=finding.code,
        tone="refuse" if finding.severity == ERROR else "warn",
        said=finding.sentence(language),
        step=step_of(path),
        anchor=anchor_of(path),
        item=int(number[1]) if number else None,
        label=label_of(path) if finding.code.startswith(OF_A_BOX) else "",
        proposals=tuple(_proposals(finding, language)),
    )


def _proposals(finding: CheckFinding, language: str) -> Iterable[Proposal]:
    path, details = finding.record_field, finding.details
    if finding.code == "G-0112":
        yield Proposal(str(details["nearest"]), f"{path}={details['nearest']}")
    if finding.code == "G-0651":
        for text in str(details.get("readings", "")).split(" / "):
            yield Proposal(numbers_text.number(Decimal(text), language), f"{path}={text}")
    if finding.code == "G-0601":
        for name in ("first", "second"):
            yield Proposal(str(details[name]), f"{path}={details[name]}")


def by_path(findings: Sequence[CheckFinding]) -> dict[str, list[CheckFinding]]:
    """Sort findings by the box they are about; that of an amount's currency is about the amount."""
    sorted_out: dict[str, list[CheckFinding]] = {}
    for finding in findings:
        path = finding.record_field
        if path.endswith("price.currency"):
            path = path.removesuffix(".currency")
        sorted_out.setdefault(path, []).append(finding)
    return sorted_out


def cells(
    record: Any,
    verbatim: Mapping[str, str],
    boxes: Iterable[Box],
    *,
    language: str,
    findings: Mapping[str, Sequence[CheckFinding]],
    prefix: str = "",
    base: Any = None,
    confirmed: Collection[str] = (),
) -> list[Cell]:
    """Give the boxes of a record with their marks.

    Args:
        prefix: where the record stands: `items[3].`, empty for the header.
        base: what the record was before the amendment, or came as from across; None where there was nothing.
        confirmed: the names of boxes whose value came from across and is confirmed.
    """
    made = [_cell(record, verbatim, box, language, findings, prefix, base) for box in boxes]
    return [replace(each, mark=CONFIRMED) if _is_confirmed(each, confirmed) else each for each in made]


def _is_confirmed(cell: Cell, confirmed: Collection[str]) -> bool:
    return cell.mark == INHERITED and cell.name in confirmed


def _cell(
    record: Any,
    verbatim: Mapping[str, str],
    box: Box,
    language: str,
    findings: Mapping[str, Sequence[CheckFinding]],
    prefix: str,
    base: Any,
) -> Cell:
    name = prefix + box.path
    text = shown(record, verbatim, box, language)
    was = shown(base, base.verbatim if hasattr(base, "verbatim") else {}, box, language) if base is not None else ""
    here = tuple(told(finding, language) for finding in findings.get(name, ()))
    mark = _mark(text, was, is_refused=any(each.is_error for each in here), has_base=base is not None)
    choices = offered(box.listed, language) if box.kind == "choice" else ()
    return Cell(box, name, text, mark, was if mark == "changed" else "", here, choices)


def _mark(text: str, was: str, *, is_refused: bool, has_base: bool) -> str:
    if is_refused:
        return "refused"
    if has_base and text == was:
        return "inherited" if text else ""
    if has_base and was:
        return "changed"
    return "new" if text else ""


def counts(rows: Iterable[Iterable[Cell]]) -> dict[str, int]:
    """Count the marks of a grid."""
    totals = dict.fromkeys(MARKS, 0)
    for row in rows:
        for cell in row:
            if cell.mark:
                totals[cell.mark] += 1
    return totals
