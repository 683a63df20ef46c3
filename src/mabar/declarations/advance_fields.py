"""Which fields of a declaration go ahead of it to the crossing across: all but what never crosses; pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Final, get_args, get_origin, get_type_hints

from mabar.declarations.record_json import inner
from mabar.declarations.sad import Declaration
from mabar.exchange.protocol import paths
from mabar.exchange.protocol.kind_table import Holds, KindField

RECORD: Final = "record"
# What is between the declarant and his own office and bank, what only this country's tariff knows, what names a
# person, and what the source wrote around the declaration.
KEPT_BACK: Final = frozenset(
    {
        "form",
        "claimed_state",
        "office",
        "registration",
        "assessment",
        "receipt",
        "declarant_reference_year",
        "declarant_reference",
        "declared_at_place",
        "declared_on",
        "manifest_reference",
        "form_number",
        "form_count",
        "loading_list_count",
        "selected_page",
        "financial_party",
        "value_details",
        "agricultural_policy_code",
        "comments",
        "transport.goods_location",
        "payment",
        "warehouse",
        "warehouse_delay_days",
        "transit.principal",
        "transit.signed_at_place",
        "transit.signed_on",
        "transit.control_result",
        "transit.officer",
        "valuation.working_mode",
        "valuation.total_cost",
        "valuation.total_cif",
        "exit",
        "assessment_notice",
        "write_offs",
        "supplier_documents",
        "kept",
        "source",
        "items[].precision_1",
        "items[].precision_2",
        "items[].precision_3",
        "items[].precision_4",
        "items[].tariff_note",
        "items[].preference_code",
        "items[].national_procedure_code",
        "items[].value_formula",
        "items[].valuation_method",
        "items[].previous_document",
        "items[].quota_code",
        "items[].quota",
        "items[].documents[].from_rule",
        "items[].document_codes",
        "items[].supplier_link",
        "items[].free_text_1",
        "items[].free_text_2",
        "items[].tax_totals",
        "items[].taxes",
        "items[].total_cost",
        "items[].total_cif",
        "items[].adjustment_rate",
        "items[].statistical_value",
        "items[].apportionment",
        "items[].market_value",
        "items[].write_off_unit",
        "items[].write_off_quantity",
    }
)
# Kept back wherever they stand: persons, amounts in this country's money, and its rates.
NAMES_KEPT_BACK: Final = frozenset({"representative", "national", "currency_name", "rate", "verbatim"})
FREE_TEXT: Final = frozenset({"description", "commercial_description", "additional_information", "marks_1", "marks_2"})
_HOLDS: Final[Mapping[Any, Holds]] = {str: "text", int: "number", bool: "truth"}


@cache
def of_record() -> tuple[KindField, ...]:
    """List the leaves of the record that cross, by their paths, as the declaration's own types give them."""
    return tuple(_leaves(Declaration, ""))


def _leaves(record_type: Any, prefix: str) -> Iterator[KindField]:
    hints = get_type_hints(record_type)
    for each in fields(record_type):
        path = prefix + each.name
        if path in KEPT_BACK or each.name in NAMES_KEPT_BACK:
            continue
        yield from _of_hint(inner(hints[each.name]), path)


def _of_hint(kind: Any, path: str) -> Iterator[KindField]:
    if get_origin(kind) is tuple:
        yield from _of_hint(get_args(kind)[0], f"{path}[]")
    elif is_dataclass(kind):
        yield from _leaves(kind, f"{path}.")
    else:
        is_free = path.rpartition(".")[2] in FREE_TEXT
        yield KindField(f"{RECORD}.{path}", _HOLDS[kind], "free-text" if is_free else "plain")


@cache
def _tree(named: Collection[str]) -> dict[str, Any]:
    return paths.tree(named)


def crossing(record: dict[str, Any]) -> dict[str, Any]:
    """Give of a record, as JSON values, what crosses."""
    told: dict[str, Any] = paths.projected(_tree(tuple(each.path for each in of_record())), {RECORD: record})[RECORD]
    return told
