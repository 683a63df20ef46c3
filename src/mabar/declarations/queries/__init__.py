"""What people and programs ask about declarations."""

from mabar.declarations.formats.answers import Duty
from mabar.declarations.lanes import reason_text
from mabar.declarations.queries.across import CrossingDeclaration, crossing_declaration, record_that_crosses
from mabar.declarations.queries.advances import AdvanceRow, advance, advances, first_received, inherited
from mabar.declarations.queries.details import (
    Detail,
    after_act,
    detail,
    findings_of,
    key_of,
    record,
    row,
    source_format,
)
from mabar.declarations.queries.finding import DescribedDeclaration, described
from mabar.declarations.queries.known import Known, known
from mabar.declarations.queries.lists import (
    COUNTED,
    PAGE,
    DeclarationPage,
    Filters,
    awaiting,
    by_reference,
    counts_by_state,
    draft,
    drafts,
    list_for,
)
from mabar.declarations.queries.operators import OperatorRow, operator, operators_at, operators_named
from mabar.declarations.queries.records import newest_version, record_of
from mabar.declarations.queries.registers import RegisterRow, VoidRow, registers, void_serials
from mabar.declarations.queries.rows import (
    DeclarationRow,
    DraftRow,
    DrawRow,
    InspectionRow,
    ItemRow,
    LineRow,
    QueryRow,
    ReadingRow,
    SettlementRow,
    VersionRow,
    declaration_row,
)
from mabar.declarations.queries.scope import Scope, declarations_of, scope_of
from mabar.declarations.queries.sheets import Sheet, sheet
from mabar.declarations.queries.standings import Standing, standing
from mabar.declarations.queries.trucks import closed_among, released_among, wholly_gone
from mabar.declarations.summary import OpenDate, open_dates

__all__ = [
    "COUNTED",
    "PAGE",
    "AdvanceRow",
    "CrossingDeclaration",
    "DeclarationPage",
    "DeclarationRow",
    "DescribedDeclaration",
    "Detail",
    "DraftRow",
    "DrawRow",
    "Duty",
    "Filters",
    "InspectionRow",
    "ItemRow",
    "Known",
    "LineRow",
    "OpenDate",
    "OperatorRow",
    "QueryRow",
    "ReadingRow",
    "RegisterRow",
    "Scope",
    "SettlementRow",
    "Sheet",
    "Standing",
    "VersionRow",
    "VoidRow",
    "advance",
    "advances",
    "after_act",
    "awaiting",
    "by_reference",
    "closed_among",
    "counts_by_state",
    "crossing_declaration",
    "declaration_row",
    "declarations_of",
    "described",
    "detail",
    "draft",
    "drafts",
    "findings_of",
    "first_received",
    "inherited",
    "key_of",
    "known",
    "list_for",
    "newest_version",
    "open_dates",
    "operator",
    "operators_at",
    "operators_named",
    "reason_text",
    "record",
    "record_of",
    "record_that_crosses",
    "registers",
    "released_among",
    "row",
    "scope_of",
    "sheet",
    "source_format",
    "standing",
    "void_serials",
    "wholly_gone",
]
