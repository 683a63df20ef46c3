"""Read declarations from spreadsheets: one row an item, rows of one declaration found by its number.

The columns are mapped by a profile (`data/sheets.yaml`), chosen by the headers.  What has no column is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mabar.declarations.formats import asycuda_profiles, refusals
from mabar.declarations.formats.asycuda_fill import Collector, Filled, assemble, fill
from mabar.declarations.formats.asycuda_plan import Plan
from mabar.declarations.formats.findings import Finding
from mabar.declarations.formats.readings import Reading, Traced
from mabar.declarations.formats.sheet_plan import RowPlans, plans_of
from mabar.declarations.formats.sheet_profiles import SheetProfile, best_fit, fold, sheet_profiles
from mabar.declarations.formats.tabular import NUMBER_MARK, Row, Table, read_tables
from mabar.declarations.formats.values import Conventions
from mabar.declarations.sad import Declaration, Item
from mabar.declarations.sad_parts import Container, Kept, Source
from mabar.lib.decimals import Marks

FLOW_OF_TYPE = {"IM": "import", "EX": "export"}


@dataclass(frozen=True)
class Cell:
    """A cell as findings name it."""

    sourceline: int


@dataclass(frozen=True)
class RowSection:
    """A row with the plan of one of its records."""

    plan: Plan
    texts: Sequence[str]
    where: str
    number: int

    @property
    def elements(self) -> list[Cell]:
        """Give the cells; all stand on the row."""
        return [Cell(self.number)] * len(self.texts)


@dataclass
class Group:
    """The rows of one declaration."""

    key: str
    rows: list[Row] = field(default_factory=list)
    before: Sequence[Row] = ()


def read_sheet(data: bytes, *, name: str = "", profile: str | None = None, with_trace: bool = False) -> list[Reading]:
    """Read every declaration of a CSV or XLSX file.

    Raises:
        FileRefused: no table, no profile for its headers, or a profile that does not exist.
    """
    readings = [
        reading for table in _named(read_tables(data)) for reading in _read(table, profile, with_trace=with_trace)
    ]
    if not readings:
        raise refusals.FileEmpty()
    return readings


def _named(tables: Sequence[Table]) -> Sequence[Table]:
    """Let each row name its sheet where several are read."""
    if len(tables) == 1:
        return tables
    return [replace(each, rows=[replace(row, sheet=each.sheet) for row in each.rows]) for each in tables]


def _read(table: Table, profile: str | None, *, with_trace: bool) -> list[Reading]:
    mapping = _mapping(table, profile)
    country = profile if profile in asycuda_profiles.profiles() else None
    conventions = _conventions(mapping, country)
    plans = plans_of(mapping, table.header.cells)
    return [
        _reading(group, table, mapping, plans, conventions, with_trace=with_trace)
        for group in _groups(table, mapping, plans)
    ]


def _mapping(table: Table, chosen: str | None) -> SheetProfile:
    known = sheet_profiles()
    if chosen and chosen in known:
        return known[chosen]
    if chosen and chosen not in asycuda_profiles.profiles():
        both = ", ".join([*sorted(known), *sorted(asycuda_profiles.profiles())])
        raise refusals.ProfileUnknown(given=chosen, known=both)
    found = best_fit(table.header.cells)[1]
    if found is None:
        headers = ", ".join(cell.strip() for cell in table.header.cells if cell.strip())
        raise refusals.SheetProfileUnknown(headers=headers[:400], known=", ".join(known), line=table.header.number)
    return found


def _conventions(mapping: SheetProfile, country: str | None) -> Conventions:
    known = asycuda_profiles.profile(country or mapping.country.lower())
    return Conventions(
        date_order=known.date_order or mapping.date_order,
        national_currency=known.currency,
        marks=Marks(mapping.decimal),
    )


def _groups(table: Table, mapping: SheetProfile, plans: RowPlans) -> list[Group]:
    """Put rows of the same declaration together, also where they do not follow each other."""
    groups: dict[str, Group] = {}
    last: Group | None = None
    for row in table.rows:
        key = _cell(row, plans.group_column).strip()
        if not key and last:
            last.rows.append(row)
            continue
        last = groups.setdefault(key, Group(key))
        last.rows.append(row)
    found = list(groups.values())
    for first in found[:1]:
        first.before = table.before
    return found


def _cell(row: Row, column: int | None) -> str:
    return row.cells[column] if column is not None and column < len(row.cells) else ""


def _reading(
    group: Group, table: Table, mapping: SheetProfile, plans: RowPlans, conventions: Conventions, *, with_trace: bool
) -> Reading:
    collector = Collector(with_trace=with_trace)
    header = Filled.empty(Declaration)
    first = _header(group, plans, conventions, collector, header)
    conventions = replace(conventions, invoice_currency=first)
    items = [_item(row, place, plans, conventions, collector) for place, row in enumerate(group.rows)]
    containers = _containers(group, plans, conventions, collector, header)
    _keep_columns(group, table, plans, collector)
    declaration = assemble(header, items=tuple(items), containers=containers, verbatim=header.verbatim)
    source = _source(table, mapping, conventions)
    complete = _completed(declaration, mapping, source, collector)
    grouped = [
        replace(found[0], details={**found[0].details, "count": len(found)}) for found in collector.grouped.values()
    ]
    return Reading(complete, (*collector.findings, *grouped), tuple(collector.trace))


def _header(
    group: Group, plans: RowPlans, conventions: Conventions, collector: Collector, header: Filled
) -> str | None:
    """Fill the header from the first row, keep and tell what a later one says otherwise; give the invoice currency."""
    seen: dict[str, str] = {}
    for row in group.rows:
        if not _cell(row, plans.group_column).strip():
            collector.findings.append(Finding("F-0203", line=row.number))
        texts = _texts(row, conventions, plans.width)
        news = _news(texts, plans.header, seen, row, collector)
        if any(news):
            found = fill(RowSection(plans.header, news, row.path, row.number), conventions, collector, prefix="")
            header.merge(found)
    return seen.get("valuation.invoice.currency")


def _texts(row: Row, conventions: Conventions, width: int) -> list[str]:
    """Give the texts of a row, as many as the table is wide; numbers of a workbook get the profile's decimal mark."""
    decimal = conventions.marks.decimal if conventions.marks else "."
    return [
        cell.removeprefix(NUMBER_MARK).replace(".", decimal) if cell.startswith(NUMBER_MARK) else cell
        for cell in row.cells
    ] + [""] * (width - len(row.cells))


def _news(texts: Sequence[str], plan: Plan, seen: dict[str, str], row: Row, collector: Collector) -> list[str]:
    """Give the header texts of a row that no earlier row has given."""
    news = [""] * len(texts)
    for leaf in plan.leaves:
        text = texts[leaf.index].strip() if leaf.index < len(texts) else ""
        if not text:
            continue
        first = seen.setdefault(leaf.field, text)
        path = f"{row.path}{leaf.where}"
        if first is text:
            news[leaf.index] = texts[leaf.index]
        elif first != text:
            collector.findings.append(Finding("F-0202", path, row.number, text, leaf.field, {"first": first}))
            collector.kept.append(Kept(path, texts[leaf.index]))
        elif collector.with_trace:
            collector.trace.append(Traced(path, row.number, texts[leaf.index], leaf.field))
    return news


def _item(row: Row, place: int, plans: RowPlans, conventions: Conventions, collector: Collector) -> Item:
    texts = _texts(row, conventions, plans.width)
    filled = fill(
        RowSection(plans.item, texts, row.path, row.number),
        conventions,
        collector,
        prefix=f"items[{place}].",
    )
    _part_tariff(filled)
    return assemble(filled, verbatim=filled.verbatim)  # type: ignore[no-any-return]


def _part_tariff(filled: Filled) -> None:
    """Part a national tariff code of ten digits: eight are the commodity code, the rest continues it."""
    bucket = filled.buckets[0] or {}
    code = bucket.get("commodity_code")
    if not isinstance(code, str):
        return
    digits = "".join(each for each in code if each not in ". -\u00a0")
    if digits.isascii() and digits.isdecimal():
        if digits != code or len(digits) > 8:
            filled.verbatim.setdefault("commodity_code", code)
        bucket["commodity_code"] = digits[:8]
        if len(digits) > 8:
            bucket["precision_1"] = digits[8:]


def _containers(
    group: Group, plans: RowPlans, conventions: Conventions, collector: Collector, header: Filled
) -> tuple[Container, ...]:
    if plans.container is None:
        return ()
    found: dict[str | None, Container] = {}
    for place, row in enumerate(group.rows, start=1):
        texts = _texts(row, conventions, plans.width)
        section = RowSection(plans.container, texts, row.path, row.number)
        base = f"containers[{len(found)}]."
        filled = fill(section, conventions, collector, prefix=base)
        container = assemble(filled)
        if filled.buckets[0] and container.identity not in found:
            header.verbatim.update({base + name: text for name, text in filled.verbatim.items()})
            found[container.identity] = replace(container, item_number=place)
    return tuple(found.values())


def _keep_columns(group: Group, table: Table, plans: RowPlans, collector: Collector) -> None:
    unknown: dict[str, None] = {}
    for row in group.rows:
        for column, text in enumerate(row.cells):
            if text.strip() and column not in plans.known:
                title = table.header.cells[column].strip() if column < len(table.header.cells) else ""
                unknown[title or f"#{column + 1}"] = None
                collector.keep(f"{row.path}/{title or column + 1}", text.removeprefix(NUMBER_MARK), Cell(row.number))
    for row in group.before:
        for column, text in enumerate(row.cells):
            if text.strip():
                collector.keep(f"{row.path}/{column + 1}", text.removeprefix(NUMBER_MARK), Cell(row.number))
    if unknown:
        collector.findings.append(Finding("F-0201", details={"columns": ", ".join(unknown)}))


def _source(table: Table, mapping: SheetProfile, conventions: Conventions) -> Source:
    known = sum(1 for each in mapping.fields(table.header.cells) if each)
    evidence = (f"headers: {known} known, row {table.header.number}",)
    dialect: Mapping[str, Any] = {"decimal": mapping.decimal, "encoding": table.encoding, "delimiter": table.delimiter}
    return Source(table.format, mapping.code, evidence, conventions.date_order, conventions.national_currency, dialect)


def _completed(declaration: Declaration, mapping: SheetProfile, source: Source, collector: Collector) -> Declaration:
    """Derive direction, regime and claimed state from what the columns say."""
    by_type = asycuda_profiles.regime(declaration.type_code, declaration.general_procedure_code)
    regime = mapping.regimes.get(fold(declaration.regime or "")) or by_type
    type_code, procedure = asycuda_profiles.codes_of(regime)
    is_coded = declaration.type_code or declaration.general_procedure_code
    letters = (declaration.type_code or type_code or "")[:2].upper()
    told = {"regime": declaration.regime} if declaration.regime and declaration.regime != regime else {}
    return replace(
        declaration,
        flow=declaration.flow or (FLOW_OF_TYPE.get(letters) if regime != "transit" else None),
        regime=regime,
        type_code=declaration.type_code if is_coded else type_code,
        general_procedure_code=declaration.general_procedure_code if is_coded else procedure,
        verbatim={**declaration.verbatim, **told},
        claimed_state="registered" if declaration.registration.number else "draft",
        kept=tuple(collector.kept),
        source=source,
    )
