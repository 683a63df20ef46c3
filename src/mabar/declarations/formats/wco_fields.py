"""Which element of a WCO Data Model declaration is which field: one table for the reader and the writer.

The rows stand in the order of the UK profile of the model (namespace `urn:wco:datamodel:WCO:DEC-DMS:2`).  `*` marks an
element that repeats, `[]` the list that its places fill, and `[Child=Value]` chooses among elements of one name by what
a child says (`?` stands for any one character).  Kinds beside those of `values` (text, code, count, decimal, flag):
  mass      kilograms, grams or tonnes by the unit that the element names, kept in grams
  money     an amount in the currency that the element names
  instant   a day, with or without its hour: CCYYMMDD...
  type      two letters of the declaration, one of its kind (IMA): the letters
  place     the place in its list, counted from 1
  is        always the text that stands in `when`
  pair      two children that are one code together: `head`, `tail`, and how many characters the head has
Else `when` names the flow for which the writer chooses this place of a field that has several; "read" never is chosen.
"""

from typing import Final, NamedTuple


class WcoRow(NamedTuple):
    """One element and its field."""

    path: str
    field: str
    kind: str
    when: str = ""


class Pair(NamedTuple):
    """Two children of an element that are one code together; without letters to tell the head, all is the tail."""

    path: str
    field: str
    head: str
    tail: str
    width: int
    has_letters: bool


_HEADER: Final = (
    WcoRow("AcceptanceDateTime/DateTimeString", "registration.on", "instant"),
    WcoRow("FunctionCode", "", "is", "9"),
    WcoRow("FunctionalReferenceID", "declarant_reference", "code"),
    WcoRow("ID", "registration.number", "code"),
    WcoRow("IssueDateTime/DateTimeString", "declared_on", "instant"),
    WcoRow("IssueLocationID", "declared_at_place", "text"),
    WcoRow("TypeCode", "type_code", "type"),
    WcoRow("GoodsItemQuantity", "item_count", "count"),
    WcoRow("DeclarationOfficeID", "office.code", "code"),
    WcoRow("InvoiceAmount", "valuation.invoice.foreign", "money"),
    WcoRow("LoadingListQuantity", "loading_list_count", "count"),
    WcoRow("TotalGrossMassMeasure", "valuation.gross_mass_g", "mass"),
    WcoRow("TotalPackageQuantity", "package_count", "count"),
    WcoRow("AdditionalDocument[TypeCode=DAN]/ID", "payment.deferred_reference", "code"),
    WcoRow("Agent/Name", "declarant.representative", "text"),
    WcoRow("Agent/ID", "declarant.representative", "text", "read"),
    WcoRow("BorderTransportMeans/ID", "transport.border.identity", "code"),
    WcoRow("BorderTransportMeans/RegistrationNationalityCode", "transport.border.nationality", "code"),
    WcoRow("BorderTransportMeans/ModeCode", "transport.border.mode", "code"),
    WcoRow("CurrencyExchange/RateNumeric", "valuation.invoice.rate", "decimal"),
    WcoRow("Declarant/Name", "declarant.name", "text"),
    WcoRow("Declarant/ID", "declarant.code", "code"),
    WcoRow("ExitOffice/ID", "exit.office.code", "code"),
    WcoRow("Exporter/Name", "exporter.name", "text"),
    WcoRow("Exporter/ID", "exporter.code", "code"),
)

_SHIPMENT: Final = (
    WcoRow("TransactionNatureCode", "payment.transaction_code_1", "code"),
    WcoRow("Consignee/Name", "consignee.name", "text", "export"),
    WcoRow("Consignee/ID", "consignee.code", "code", "export"),
    WcoRow("Consignment/ContainerCode", "transport.is_containerised", "flag"),
    WcoRow("Consignment/ArrivalTransportMeans/ID", "transport.departure.identity", "code", "import"),
    WcoRow(
        "Consignment/ArrivalTransportMeans/RegistrationNationalityCode",
        "transport.departure.nationality",
        "code",
        "import",
    ),
    WcoRow("Consignment/ArrivalTransportMeans/ModeCode", "transport.inland_mode", "code", "import"),
    WcoRow("Consignment/DepartureTransportMeans/ID", "transport.departure.identity", "code", "export"),
    WcoRow(
        "Consignment/DepartureTransportMeans/RegistrationNationalityCode",
        "transport.departure.nationality",
        "code",
        "export",
    ),
    WcoRow("Consignment/DepartureTransportMeans/ModeCode", "transport.inland_mode", "code", "export"),
    WcoRow("Consignment/GoodsLocation/Name", "transport.goods_location", "code"),
    WcoRow("Consignment/LoadingLocation/Name", "transport.loading.name", "text"),
    WcoRow("Consignment/LoadingLocation/ID", "transport.loading.code", "code"),
    WcoRow("Consignment/TransportEquipment*/SequenceNumeric", "", "place"),
    WcoRow("Consignment/TransportEquipment*/ID", "containers[].identity", "code"),
    WcoRow("Destination/CountryCode", "destination_country.code", "code"),
    WcoRow("ExportCountry/ID", "export_country.code", "code"),
)

_ITEM: Final = (
    WcoRow("SequenceNumeric", "", "place"),
    WcoRow("StatisticalValueAmount", "statistical_value", "money"),
    Pair("AdditionalDocument*", "documents[].code", "CategoryCode", "TypeCode", 1, has_letters=True),
    WcoRow("AdditionalDocument*/ID", "documents[].reference", "code"),
    WcoRow("AdditionalDocument*/Name", "documents[].name", "text"),
    WcoRow("AdditionalDocument*/EffectiveDateTime/DateTimeString", "documents[].on", "instant"),
    WcoRow("AdditionalInformation/StatementCode", "additional_information_code", "code"),
    WcoRow("AdditionalInformation/StatementDescription", "free_text_1", "text"),
    WcoRow("Commodity/Description", "description", "text"),
    WcoRow("Commodity/Classification[IdentificationTypeCode=TSP]/ID", "commodity_code", "code"),
    WcoRow("Commodity/Classification[IdentificationTypeCode=TRC]/ID", "precision_1", "code"),
    WcoRow("Commodity/Classification[IdentificationTypeCode=TRA]/ID", "precision_2", "code"),
    WcoRow("Commodity/Classification[IdentificationTypeCode=GN]/ID", "precision_3", "code"),
    WcoRow("Commodity/DutyTaxFee*/AdValoremTaxBaseAmount", "taxes[].base", "decimal"),
    WcoRow("Commodity/DutyTaxFee*/DutyRegimeCode", "preference_code", "code"),
    WcoRow("Commodity/DutyTaxFee*/SpecificTaxBaseQuantity", "taxes[].base", "decimal", "read"),
    WcoRow("Commodity/DutyTaxFee*/TaxRateNumeric", "taxes[].rate", "decimal"),
    WcoRow("Commodity/DutyTaxFee*/TypeCode", "taxes[].code", "code"),
    WcoRow("Commodity/DutyTaxFee*/Payment/MethodCode", "taxes[].payment_mode", "code"),
    WcoRow("Commodity/DutyTaxFee*/Payment/TaxAssessedAmount", "taxes[].amount", "money"),
    WcoRow("Commodity/GoodsMeasure/GrossMassMeasure", "gross_mass_g", "mass"),
    WcoRow("Commodity/GoodsMeasure/NetNetWeightMeasure", "net_mass_g", "mass"),
    WcoRow("Commodity/GoodsMeasure/TariffQuantity", "supplementary_units[0].quantity", "decimal"),
    WcoRow("Commodity/GoodsMeasure/TariffQuantity/@unitCode", "supplementary_units[0].code", "code"),
    WcoRow("Commodity/InvoiceLine/ItemChargeAmount", "price", "money"),
    WcoRow("CustomsValuation/MethodCode", "valuation_method", "code"),
    Pair("GovernmentProcedure[CurrentCode=??]", "procedure_code", "CurrentCode", "PreviousCode", 2, has_letters=False),
    WcoRow("GovernmentProcedure[CurrentCode=???]/CurrentCode", "national_procedure_code", "code"),
    WcoRow("Origin/CountryCode", "origin_country", "code"),
    WcoRow("Origin/RegionID", "origin_region", "text"),
    WcoRow("Packaging/SequenceNumeric", "", "is", "1"),
    WcoRow("Packaging/MarksNumbersID", "packages.marks_1", "text"),
    WcoRow("Packaging/QuantityQuantity", "packages.count", "count"),
    WcoRow("Packaging/TypeCode", "packages.kind_code", "code"),
    WcoRow("PreviousDocument/ID", "previous_document.reference", "code"),
    WcoRow("PreviousDocument/LineNumeric", "previous_document.summary_line", "code"),
)

_AFTER_ITEMS: Final = (
    WcoRow("Importer/Name", "consignee.name", "text", "import"),
    WcoRow("Importer/ID", "consignee.code", "code", "import"),
    WcoRow("TradeTerms/ConditionCode", "transport.delivery_terms.code", "code"),
    WcoRow("TradeTerms/LocationID", "transport.delivery_terms.place", "text"),
    WcoRow("TradeTerms/LocationName", "transport.delivery_terms.place", "text", "read"),
    WcoRow("Warehouse/ID", "warehouse", "code"),
)

_ENDING: Final = (
    WcoRow("ObligationGuarantee/AmountAmount", "payment.guarantee.amount", "money"),
    WcoRow("ObligationGuarantee/ID", "payment.guarantee.name", "code"),
)

Rows = tuple[WcoRow | Pair, ...]


def _below(element: str, field: str, rows: Rows) -> Rows:
    """Put rows below an element, and their fields into a part of the declaration."""
    return tuple(
        row._replace(path=f"{element}/{row.path}", field=f"{field}{row.field}" if row.field else "") for row in rows
    )


DECLARATION: Final[Rows] = (
    *_HEADER,
    *_below("GoodsShipment", "", _SHIPMENT),
    *_below("GoodsShipment/GovernmentAgencyGoodsItem*", "items[].", _ITEM),
    *_below("GoodsShipment", "", _AFTER_ITEMS),
    *_ENDING,
)
# Of an answer, what says which declaration it is about; the rest is kept as it stands.
ANSWER: Final[Rows] = (
    WcoRow("Declaration/AcceptanceDateTime/DateTimeString", "registration.on", "instant"),
    WcoRow("Declaration/FunctionalReferenceID", "declarant_reference", "code"),
    WcoRow("Declaration/ID", "registration.number", "code"),
)
# Of a version in a report of the state of a declaration.
STATUS: Final[Rows] = _below(
    "Declaration*",
    "",
    (
        WcoRow("ID", "registration.number", "code"),
        WcoRow("LRN", "declarant_reference", "code"),
        WcoRow("TypeCode", "type_code", "code"),
        WcoRow("GoodsShipment/Consignment/GoodsLocation/Name", "transport.goods_location", "code"),
    ),
)
