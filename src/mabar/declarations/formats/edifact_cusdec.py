"""A customs declaration message (CUSDEC) into one record: header, items, summary."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from mabar.declarations.formats import asycuda_profiles, edifact_directory
from mabar.declarations.formats.asycuda_plan import Parts
from mabar.declarations.formats.edifact_envelope import Message
from mabar.declarations.formats.edifact_fill import Filling, Notes, context_of
from mabar.declarations.formats.edifact_syntax import Segment
from mabar.declarations.formats.findings import Finding
from mabar.declarations.formats.values import Conventions
from mabar.declarations.sad import Declaration, Item
from mabar.declarations.sad_parts import Source

# Kinds of documents (1001) that say the direction by themselves.
DIRECTIONS = {"929": "import", "830": "export"}
DIRECTION_OF_TYPE = {"IM": "import", "EX": "export"}
_MONEY = frozenset(("MOA", "CUX"))
HEADER, DETAIL, SUMMARY = "header", "detail", "summary"


def read_declaration(
    message: Message, directory: str, source: Source, notes: Notes, profile: str | None
) -> Iterator[tuple[Declaration, Notes]]:
    """Read the one declaration of a CUSDEC message."""
    yield _Cusdec(message, directory, notes, profile).read(source), notes


@dataclass
class _State:
    """Where the reader stands: the part of the message, and the segment that owns what follows."""

    part: str = HEADER
    owner: str = ""


class _Cusdec:
    def __init__(self, message: Message, directory: str, notes: Notes, profile: str | None) -> None:
        self.message, self.notes, self.profile = message, notes, profile
        self.header_rules = edifact_directory.section(directory, "cusdec", "header")
        self.item_rules = edifact_directory.section(directory, "cusdec", "item")
        self.tags = edifact_directory.tags("cusdec")
        self.header = Filling(Declaration, notes)
        self.items: list[Filling] = []
        self.item_parts = Parts(Item)
        self.late: list[tuple[str, Segment]] = []
        self.money = Conventions()
        self.state = _State()
        self.has_sections = any(each.tag == "UNS" for each in message.segments)

    def read(self, source: Source) -> Declaration:
        """Go through the segments, then close the header and the items."""
        for place, segment in enumerate(self.message.segments):
            self._take(segment, is_first=place == 0)
        if self.state.part == HEADER:
            self._close_header()
        if not self.has_sections:
            self.notes.findings.append(Finding("F-0309", self.message.path, self.message.header.line, "UNS"))
        self._settle_late()
        self.header.settle(self.money)
        for item in self.items:
            item.settle(self.money)
        return self._declaration(source)

    def _take(self, segment: Segment, *, is_first: bool) -> None:
        tag = segment.tag
        if tag not in self.tags:
            self.notes.stray("F-0310", segment)
        elif tag == "UNS":
            self._turn(segment)
        elif tag == "BGM" and not is_first:
            self.notes.stray("F-0311", segment)
        elif tag == "CST" and self._begins_item(segment):
            self._begin_item(segment)
        elif self.state.part == DETAIL and self.items:
            self._into_item(segment)
        elif self.state.part == DETAIL or (self.state.part == SUMMARY and tag == "CST"):
            self.notes.stray("F-0311", segment)
        else:
            self._into_header(segment)

    def _turn(self, segment: Segment) -> None:
        """Go on to the part that a section control names."""
        part = {"D": DETAIL, "S": SUMMARY}.get(segment.at(0).strip())
        is_next = part and not (part == self.state.part or self.state.part == SUMMARY)
        if not is_next:
            self.notes.stray("F-0311", segment)
            return
        if self.state.part == HEADER:
            self._close_header()
        self.state = _State(part or SUMMARY)
        self.notes.took(segment, [(0, 0)], "items")
        self.notes.keep_rest(segment, frozenset(((0, 0),)))

    def _begins_item(self, segment: Segment) -> bool:
        return self.state.part == DETAIL or (
            self.state.part == HEADER and not self.has_sections and bool(segment.at(0).strip())
        )

    def _begin_item(self, segment: Segment) -> None:
        if self.state.part == HEADER:
            self._close_header()
            self.state = _State(DETAIL)
        number = len(self.items)
        said = segment.at(0).strip()
        if said and said.lstrip("0") != str(number + 1):
            self.notes.doubt("F-0316", segment, (0, 0), said, f"items[{number}]", expected=number + 1)
        self.items.append(Filling(Item, self.notes, f"items[{number}].", self.item_parts))
        self.state.owner = ""
        self._into_item(segment)

    def _into_item(self, segment: Segment) -> None:
        context, self.state.owner = context_of(self.item_rules, self.state.owner, segment.tag)
        used = self.items[-1].take(segment, self.item_rules.rules(context, segment), self.money)
        if segment.tag == "CST":
            self.notes.took(segment, [(0, 0)], f"items[{len(self.items) - 1}]")
            used |= {(0, 0)}
        self.notes.keep_rest(segment, used)

    def _into_header(self, segment: Segment) -> None:
        context, self.state.owner = context_of(self.header_rules, self.state.owner, segment.tag)
        if segment.tag in _MONEY:
            self.late.append((context, segment))
            return
        used = self.header.take(segment, self.header_rules.rules(context, segment), self.money)
        if context == "BGM" and segment.at(0) in DIRECTIONS:
            self.header.put("flow", DIRECTIONS[segment.at(0)])
            self.notes.took(segment, [(0, 0)], "flow")
            used |= {(0, 0)}
        if context == "BGM" and segment.at(2):
            self.notes.took(segment, [(2, 0)], "form")
            used |= {(2, 0)}
        self.notes.keep_rest(segment, used)

    def _close_header(self) -> None:
        """Find out in which money the amounts are, then read those of the header."""
        self._part_type()
        header = self.header
        offices = [header.value("office.code"), header.value("transport.border_office.code")]
        found = asycuda_profiles.find(filter(None, offices), (), self.profile)
        waiting = {rule.unless: segment for rule, segment in header.waiting}
        country = header.value(
            "export_country.code" if header.value("flow") == "export" else "destination_country.code"
        )
        if country is None and "destination_country.code" in waiting and header.value("flow") != "export":
            country = waiting["destination_country.code"].at(1).strip()
        self.found = found
        national = asycuda_profiles.national_currency(found.profile, country)
        if national is None:
            self.notes.findings.append(Finding("F-0112"))
        self.money = Conventions(national_currency=national, invoice_currency=self._invoice_currency())
        self._settle_late()

    def _invoice_currency(self) -> str | None:
        """Give the currency of the invoice total, else that of the first currency segment."""
        stated = [segment.at(0, 2) for _, segment in self.late if segment.tag == "MOA" and segment.at(0) == "39"]
        stated += [segment.at(0, 1) for _, segment in self.late if segment.tag == "CUX"]
        return next((each.strip().upper() for each in stated if each.strip()), None)

    def _settle_late(self) -> None:
        for context, segment in self.late:
            used = self.header.take(segment, self.header_rules.rules(context, segment), self.money)
            self.notes.keep_rest(segment, used)
        self.late.clear()

    def _part_type(self) -> None:
        """Part a type such as IM4 into its letters and the general procedure; let the letters tell the direction."""
        stated = self.header.value("type_code") or ""
        if len(stated) > 2 and stated[:-1].isalpha() and stated[-1].isdecimal():
            self.header.put("type_code", stated[:-1])
            self.header.put("general_procedure_code", stated[-1])
            self.header.verbatim.setdefault("type_code", stated)
        direction = DIRECTION_OF_TYPE.get(stated[:2].upper())
        if direction and self.header.value("flow") is None:
            self.header.put("flow", direction)

    def _declaration(self, source: Source) -> Declaration:
        header = self.header
        items = tuple(self._item(each) for each in self.items)
        found = self.found
        declared: Declaration = header.built(items=items, verbatim=header.verbatim)
        if not items:
            self.notes.findings.append(Finding("F-0132"))
        return replace(
            declared,
            regime=asycuda_profiles.regime(declared.type_code, declared.general_procedure_code),
            claimed_state="registered" if declared.registration.number else "draft",
            source=replace(
                source,
                profile=found.profile.code if found.profile else None,
                evidence=(*source.evidence, *found.evidence),
                national_currency=self.money.national_currency,
            ),
        )

    def _item(self, filling: Filling) -> Any:
        part_tariff(filling)
        return filling.built(verbatim=filling.verbatim)


def part_tariff(filling: Filling) -> None:
    """Part a national tariff code: eight digits are the commodity code, the rest continues it."""
    code = filling.value("commodity_code")
    if not isinstance(code, str):
        return
    digits = code.replace(".", "").replace(" ", "")
    if digits.isascii() and digits.isdecimal() and (digits != code or len(digits) > 8):
        filling.verbatim.setdefault("commodity_code", code)
        filling.put("commodity_code", digits[:8])
        if len(digits) > 8:
            filling.put("precision_1", digits[8:])
