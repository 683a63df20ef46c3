"""The boxes of the single administrative document that a broker types into, step by step; `number` is as printed."""

import re
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mabar.lib.words import isolate

STEPS: Final = ("header", "parties", "transport", "items", "documents", "review")
STEP_WORDS: Final = {
    "header": _("Header"),
    "parties": _("Parties"),
    "transport": _("Transport and containers"),
    "items": _("Items"),
    "documents": _("Documents"),
    "review": _("Review and lodging"),
}

# isolated: after an Arabic word a day would else be read from its end
DAY_HINT: Final = format_lazy(_("Year, month, day: {example}"), example=isolate("2026-11-22"))


@dataclass(frozen=True)
class Box:
    """One box: where its value stands in the record (or in its row), how it is read, what it is called.

    Kinds: text, long, code, tariff, count, mass, foreign (money of the invoice), decimal, day, choice.
    """

    path: str
    kind: str
    label: str | Promise
    number: str = ""
    listed: str = ""
    longest: int = 200
    is_wide: bool = False
    hint: str | Promise = ""

    @property
    def is_figure(self) -> bool:
        """Whether it is written from left to right in every language."""
        return self.kind not in ("text", "long", "choice")


@dataclass(frozen=True)
class Group:
    """Boxes that stand under one title."""

    title: str | Promise
    boxes: tuple[Box, ...]


def _party(path: str, title: str | Promise, number: str) -> Group:
    name = Box(f"{path}.name", "text", _("Name and address"), number, longest=500, is_wide=True)
    return Group(title, (Box(f"{path}.code", "code", _("Tax or trade number"), number, longest=40), name))


REGIME: Final = Box("regime", "choice", _("Procedure"), "1", listed="regimes")
FLOW: Final = Box("flow", "choice", _("Direction"), "1", listed="flows")

HEADER: Final = (
    Group(
        _("The declaration"),
        (
            FLOW,
            REGIME,
            Box("office.code", "code", _("Customs office"), "A", longest=16),
            Box("declarant_reference", "text", _("Your own reference"), "7", longest=80),
            Box("declared_on", "day", _("Day of the declaration"), "54", hint=DAY_HINT),
            Box("manifest_reference", "code", _("Manifest"), "A", longest=60),
        ),
    ),
    Group(
        _("Countries"),
        (
            Box("export_country.code", "code", _("Country of dispatch"), "15", listed="countries", longest=2),
            Box("destination_country.code", "code", _("Country of destination"), "17", listed="countries", longest=2),
            Box("trading_country", "code", _("Trading country"), "11", listed="countries", longest=2),
        ),
    ),
    Group(
        _("Totals that the papers state"),
        (
            Box("package_count", "count", _("Packages"), "6"),
            Box("valuation.gross_mass_g", "mass", _("Gross mass (kg)"), "35"),
            Box(
                "valuation.invoice.currency", "code", _("Currency of the invoice"), "22", listed="currencies", longest=3
            ),
            Box("valuation.invoice.foreign", "foreign", _("Total of the invoice"), "22"),
            Box("valuation.invoice.rate", "decimal", _("Exchange rate"), "23"),
        ),
    ),
    Group(
        _("Warehouse and remarks"),
        (
            Box("warehouse", "code", _("Warehouse"), "49", longest=40),
            Box("additional_information", "long", _("Remarks"), "44", longest=2000, is_wide=True),
        ),
    ),
)
PARTIES: Final = (
    _party("exporter", _("Exporter"), "2"),
    _party("consignee", _("Consignee"), "8"),
    _party("declarant", _("Declarant"), "14"),
    _party("financial_party", _("Who pays"), "9"),
)
TRANSPORT: Final = (
    Group(
        _("Truck and border"),
        (
            Box("transport.departure.identity", "code", _("Plate at departure"), "18", longest=60),
            Box("transport.departure.nationality", "code", _("Its country"), "18", listed="countries", longest=2),
            Box("transport.border.identity", "code", _("Plate at the border"), "21", longest=60),
            Box("transport.border.nationality", "code", _("Its country"), "21", listed="countries", longest=2),
            Box("transport.border.mode", "choice", _("Mode at the border"), "25", listed="modes"),
            Box("transport.inland_mode", "choice", _("Mode inland"), "26", listed="modes"),
        ),
    ),
    Group(
        _("Delivery and place of the goods"),
        (
            Box("transport.delivery_terms.code", "choice", _("Delivery terms"), "20", listed="incoterms"),
            Box("transport.delivery_terms.place", "text", _("Place of delivery"), "20"),
            Box("transport.loading.name", "text", _("Place of loading"), "27"),
            Box("transport.border_office.code", "code", _("Office at the border"), "29", longest=16),
            Box("transport.goods_location", "text", _("Where the goods lie"), "30"),
        ),
    ),
    Group(
        _("Seals and transit"),
        (
            Box("transit.seals", "text", _("Seals"), "D", longest=400, hint=_("Several seals: a comma between them.")),
            Box("transit.seal_count", "count", _("Number of seals"), "D"),
            Box("transit.principal.code", "code", _("Principal of the transit: number"), "50", longest=40),
            Box("transit.principal.name", "text", _("Principal of the transit: name"), "50"),
            Box("transit.destination_office", "code", _("Office of destination"), "53", longest=16),
            Box("transit.time_limit", "text", _("Time limit"), "D", longest=40),
        ),
    ),
)
CONTAINERS: Final = (
    Box("identity", "code", _("Container"), "19", longest=40),
    Box("item_number", "count", _("Item")),
    Box("kind", "code", _("Type"), longest=8),
    Box("gross_mass_g", "mass", _("Gross mass (kg)")),
)
ITEMS: Final = (
    Box("commodity_code", "tariff", _("HS code"), "33", longest=24),
    Box("description", "text", _("Commercial description"), "31", longest=1000, is_wide=True),
    Box("origin_country", "code", _("Origin"), "34", listed="countries", longest=2),
    Box("packages.count", "count", _("Packages"), "31"),
    Box("net_mass_g", "mass", _("Net mass (kg)"), "38"),
    Box("gross_mass_g", "mass", _("Gross mass (kg)"), "35"),
    Box("price", "foreign", _("Value"), "42"),
    Box("procedure_code", "code", _("Procedure"), "37", listed="procedures", longest=8),
)
ITEM_MORE: Final = (
    Group(_("Goods"), ITEMS),
    Group(
        _("Packages and tariff"),
        (
            Box("packages.kind_code", "code", _("Kind of packages"), "31", listed="package_kinds", longest=8),
            Box("packages.marks_1", "text", _("Marks and numbers"), "31"),
            Box("commercial_description", "text", _("Further description"), "31", longest=1000, is_wide=True),
            Box("preference_code", "code", _("Preference"), "36", longest=16),
            Box("additional_information_code", "code", _("Additional information"), "44", longest=16),
            Box("quota_code", "code", _("Quota"), "39", longest=40),
        ),
    ),
    Group(
        _("Papers before and value"),
        (
            Box("previous_document.summary_declaration", "text", _("Previous document"), "40", longest=80),
            Box("previous_document.summary_line", "code", _("Its line"), "40", longest=16),
            Box("licence.number", "text", _("Licence"), "44", longest=80),
            Box("valuation_method", "code", _("Valuation method"), "43", longest=4),
        ),
    ),
)
DOCUMENTS: Final = (
    Box("code", "choice", _("Kind of document"), "44", listed="documents"),
    Box("reference", "text", _("Reference"), longest=120),
    Box("on", "day", _("Date")),
)
GROUPS: Final = {"header": HEADER, "parties": PARTIES, "transport": TRANSPORT}


def boxes_of(groups: tuple[Group, ...]) -> tuple[Box, ...]:
    """Give the boxes of groups in their order."""
    return tuple(box for group in groups for box in group.boxes)


# Where a finding on a field that no box shows is mended; the longest beginning wins.
_STEPS: Final = {
    "exporter": "parties",
    "consignee": "parties",
    "declarant.": "parties",
    "financial_party": "parties",
    "transport": "transport",
    "transit": "transport",
    "containers": "transport",
    "items": "items",
}


def step_of(path: str) -> str:
    """Name the step in which a field is written."""
    if path.startswith("items[") and ".documents[" in path:
        return "documents"
    return next((step for start, step in _STEPS.items() if path.startswith(start)), "header")


def label_of(path: str) -> str | Promise:
    """Give the label of the box at a path of the record; empty where no box shows it."""
    return _LABELS.get(re.sub(r"^items\[[0-9]+\]\.documents\[[0-9]+\]\.|^(items|containers)\[[0-9]+\]\.", "", path), "")


_TABLES: Final = (*boxes_of((*HEADER, *PARTIES, *TRANSPORT, *ITEM_MORE)), *CONTAINERS)
_LABELS: Final = {**{box.path: box.label for box in DOCUMENTS}, **{box.path: box.label for box in _TABLES}}
