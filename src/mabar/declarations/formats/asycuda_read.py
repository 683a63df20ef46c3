"""Read ASYCUDA World files: tolerantly, by paths, never by a schema, and without losing a value.

An element goes through three steps: its shape is looked up (`asycuda_plan`), the profile of the whole file is found
(`asycuda_profiles`), and its texts become fields (`values`).  What has no field is kept with its path.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mabar.declarations.formats import asycuda_profiles, refusals
from mabar.declarations.formats.asycuda_beside import ITEM, ROOT, keep_beside, keep_outside
from mabar.declarations.formats.asycuda_derive import derived, mark_rates
from mabar.declarations.formats.asycuda_dialect import DialectWriter
from mabar.declarations.formats.asycuda_fill import Collector, Filled, assemble, fill
from mabar.declarations.formats.asycuda_plan import (
    Node,
    Plan,
    Shape,
    fold,
    list_name,
    local,
    path_steps,
    shape_of,
    trie,
)
from mabar.declarations.formats.asycuda_xml import Document, parse
from mabar.declarations.formats.readings import Reading
from mabar.declarations.formats.values import Conventions
from mabar.declarations.sad import Declaration
from mabar.declarations.sad_parts import Source

FORMAT = "asycuda"
# Files of the same world that are no declarations: named, so that their owner knows where to take them.
OTHER_ROOTS = {
    "awmds": "ASYCUDA manifest",
    "awbolds": "ASYCUDA manifest degroupage",
    "awmcds": "ASYCUDA coloader manifest",
    "sad": "SAD message of the ASYCUDA message guide",
    "universalshipment": "CargoWise shipment",
}


@dataclass(frozen=True)
class Section:
    """An element below the root, with what its shape asks to be done."""

    top: Any
    shape: Shape
    texts: Sequence[str | None]
    where: str
    list_name: str
    number: int

    @property
    def plan(self) -> Plan:
        """Give what its shape asks to be done."""
        return self.shape.plan

    @cached_property
    def elements(self) -> list[Any]:
        """Give its elements in document order again, for the few values of which something is told."""
        return self.shape.of(list(self.top.iter()))


@dataclass
class Sections:
    """The elements of one declaration."""

    found: list[Section] = field(default_factory=list)
    dialect: DialectWriter = field(default_factory=DialectWriter)


def read_asycuda(
    data: bytes, *, profile: str | None = None, with_trace: bool = False, limit: int | None = None
) -> list[Reading]:
    """Read every declaration of an XML file.

    Args:
        profile: the code of the profile to use, where the reader knows better than the file.
        with_trace: whether to tell of each value where it went.
        limit: the largest file accepted, in bytes.
    Raises:
        FileRefused: the file as a whole cannot be read.
    """
    document = parse(data, limit=limit) if limit else parse(data)
    return read_document(document, profile=profile, with_trace=with_trace)


def read_document(document: Document, *, profile: str | None = None, with_trace: bool = False) -> list[Reading]:
    """Read every declaration of a parsed file.  Raises: NotADeclaration."""
    return [
        _read(tops, path, document, profile=profile, with_trace=with_trace, is_first=number == 0)
        for number, (tops, path) in enumerate(_declarations(document))
    ]


def _declarations(document: Document) -> Iterator[tuple[list[Any], str]]:
    """Find the declarations: the root, or those directly below it; lone items side by side are one fragment."""
    root = document.root
    name = fold(root.tag)
    if name == ROOT:
        yield [root], f"/{local(root.tag)}"
        return
    if name == ITEM:
        yield [root], ""
        return
    steps = path_steps([child.tag for child in root])
    prefix = f"/{local(root.tag)}" if not document.is_wrapped else ""
    named = [(child, fold(child.tag), f"{prefix}/{step}") for child, step in zip(root, steps, strict=True)]
    whole = [([child], path) for child, kind, path in named if kind == ROOT]
    items = [child for child, kind, _ in named if kind == ITEM]
    if not whole and not items:
        raise refusals.NotADeclaration(root=local(root.tag), kind=OTHER_ROOTS.get(name, "–"), line=root.sourceline)
    yield from whole
    if items:
        yield items, prefix


def _read(
    tops: list[Any], path: str, document: Document, *, profile: str | None, with_trace: bool, is_first: bool
) -> Reading:
    is_whole = fold(tops[0].tag) == ROOT
    children = list(tops[0]) if is_whole else tops
    sections = _sections(children, path)
    collector = Collector(may_hide=document.may_hide, with_trace=with_trace)
    found = _profile(sections.found, profile)
    conventions = _conventions(sections.found, found)
    collector.found_profile(found, conventions.national_currency)
    declaration = _assembled(
        sections.found, conventions, asycuda_profiles.tax_rates(found.profile, _country(sections.found)), collector
    )
    keep_beside(tops, path, document, collector)
    if is_first and not document.is_wrapped:
        keep_outside(document.root, tops[0], collector)
    dialect = _dialect(sections, document, tops, path)
    source = Source(
        FORMAT,
        found.profile.code if found.profile else None,
        found.evidence,
        found.date_order,
        conventions.national_currency,
        dialect,
    )
    declaration, findings = derived(declaration, source, collector, is_whole=is_whole)
    return Reading(declaration, tuple(findings), tuple(collector.trace))


def _sections(children: Sequence[Any], path: str) -> Sections:
    sections = Sections()
    nodes = trie().children
    seen: set[str] = set()
    for child, step in zip(children, path_steps([child.tag for child in children]), strict=True):
        name = fold(child.tag)
        node: Node | None = nodes.get(name)
        if node and not node.repeats and name in seen:
            node = None
        seen.add(name)
        elements = list(child.iter())
        tags = [element.tag for element in elements]
        counts = list(map(len, elements))
        texts = [element.text for element in elements]
        shape = shape_of(tags, counts, texts, node)
        number = sections.dialect.number(shape)
        sections.found.append(Section(child, shape, shape.of(texts), f"{path}/{step}", list_name(node), number))
    return sections


def _profile(sections: Sequence[Section], chosen: str | None) -> asycuda_profiles.Finding:
    offices = [_text(sections, name) for name in ("office.code", "transport.border_office.code", "exit.office.code")]
    dates = (
        text.strip()
        for section in sections
        for leaf in section.plan.leaves
        if leaf.kind == "date" and (text := section.texts[leaf.index])
    )
    return asycuda_profiles.find(filter(None, offices), filter(None, dates), chosen)


def _text(sections: Sequence[Section], name: str) -> str | None:
    """Give the text of a field of the header before it is read."""
    for section in sections:
        if not section.list_name:
            for leaf in section.plan.leaves:
                text = section.texts[leaf.index]
                if leaf.field == name and text and text.strip():
                    return text.strip()
    return None


CHARGES = ("invoice", "external_freight", "internal_freight", "insurance", "other_cost", "deduction")


def _country(sections: Sequence[Section]) -> str | None:
    """Name the country in which the declaration is made: where an export leaves, where anything else arrives."""
    is_export = (_text(sections, "flow") or "").upper() == "E"
    return _text(sections, "export_country.code" if is_export else "destination_country.code")


def _conventions(sections: Sequence[Section], found: asycuda_profiles.Finding) -> Conventions:
    currencies = {name: _text(sections, f"valuation.{name}.currency") for name in CHARGES}
    return Conventions(
        date_order=found.date_order,
        national_currency=asycuda_profiles.national_currency(found.profile, _country(sections)),
        invoice_currency=currencies["invoice"],
        charge_currencies={name: code for name, code in currencies.items() if code},
    )


def _assembled(
    sections: Sequence[Section], conventions: Conventions, rates: Mapping[str, str], collector: Collector
) -> Declaration:
    header = Filled.empty(Declaration)
    lists: dict[str, list[Any]] = {}
    for section in sections:
        members = lists.setdefault(section.list_name, []) if section.list_name else []
        place = f"{section.list_name}[{len(members)}]." if section.list_name else ""
        filled = fill(section, conventions, collector, prefix=place)
        if place:
            members.append(_member(filled, place, header, conventions, rates))
        else:
            header.merge(filled)
    values = {name: tuple(members) for name, members in lists.items()}
    return assemble(header, **values, verbatim=header.verbatim)  # type: ignore[no-any-return]


def _member(filled: Filled, place: str, header: Filled, conventions: Conventions, rates: Mapping[str, str]) -> Any:
    """Build a record of a list; items carry their own verbatim texts, the others leave theirs to the declaration."""
    if place.startswith("items"):
        mark_rates(filled, rates, conventions.national_currency)
        return assemble(filled, verbatim=filled.verbatim)
    header.verbatim.update({place + name: text for name, text in filled.verbatim.items()})
    return assemble(filled)


def _dialect(sections: Sections, document: Document, tops: Sequence[Any], path: str) -> dict[str, Any]:
    is_whole = fold(tops[0].tag) == ROOT
    parent = tops[0].getparent()
    more: dict[str, Any] = {"path": path}
    if parent is not None and not document.is_wrapped:
        more["wrapper"] = parent.tag
    if tops[0].nsmap:
        more["namespaces"] = {prefix or "": uri for prefix, uri in tops[0].nsmap.items()}
    children = [section.number for section in sections.found]
    return sections.dialect.to_json(document.layout, tops[0].tag if is_whole else "", children, **more)
