"""Which element of an ASYCUDA World file is which field of the declaration: one table for the reader and the writer.

A row is (path below the root, field, kind).  The rows stand in the order in which ASYCUDA World writes its elements,
with the spelling that history fixed.  `*` marks an element that repeats; `[]` the list that its places fill.  Kinds:
  text      a name or sentence, blanks around it taken off, each line of several taken off its tabs
  code      a reference or code: as text, and searched for characters that turn the reading order
  count     a whole number           decimal  an exact decimal number, kept as text
  mass      kilograms, kept in grams flag     true or false
  national  money of the country     foreign  money in the currency of the charge, else of the invoice
  date      a day
"""

from typing import Final

from mabar.declarations.formats.asycuda_item_fields import ITEM
from mabar.declarations.formats.asycuda_rows import Row, charge_rows, rows

_REFERENCE = (("Serial_number", "serial", "code"), ("Number", "number", "code"), ("Date", "on", "date"))

_BEFORE_TRANSPORT = (
    *rows(
        "Export_release",
        "exit.",
        ("Date_of_exit", "on", "date"),
        ("Time_of_exit", "time", "text"),
        ("Actual_office_of_exit_code", "office.code", "code"),
        ("Actual_office_of_exit_name", "office.name", "text"),
        ("Exit_reference", "reference", "code"),
        ("Comments", "comments", "text"),
    ),
    *rows(
        "Assessment_notice",
        "assessment_notice.",
        ("Registration_year", "registration_year", "code"),
        ("Assessment_year", "assessment_year", "code"),
        ("Total_item_taxes", "item_taxes", "national"),
        ("Statement_number", "statement_number", "code"),
        ("Statement_date", "statement_on", "date"),
        ("Statement_serial", "statement_serial", "code"),
        ("Global_taxes", "global_taxes", "national"),
    ),
    *rows(
        "Property",
        "",
        ("Sad_flow", "flow", "flow"),
        ("Forms/Number_of_the_form", "form_number", "count"),
        ("Forms/Total_number_of_forms", "form_count", "count"),
        ("Nbers/Number_of_loading_lists", "loading_list_count", "count"),
        ("Nbers/Total_number_of_items", "item_count", "count"),
        ("Nbers/Total_number_of_packages", "package_count", "count"),
        ("Place_of_declaration", "declared_at_place", "text"),
        ("Date_of_declaration", "declared_on", "date"),
        ("Selected_page", "selected_page", "code"),
    ),
    *rows(
        "Identification",
        "",
        ("Office_segment/Customs_clearance_office_code", "office.code", "code"),
        ("Office_segment/Customs_Clearance_office_name", "office.name", "text"),
        ("Type/Type_of_declaration", "type_code", "code"),
        ("Type/Declaration_gen_procedure_code", "general_procedure_code", "code"),
        ("Type/Type_of_transit_document", "transit_document_type", "code"),
        ("Manifest_reference_number", "manifest_reference", "code"),
    ),
    *rows("Identification/Registration", "registration.", *_REFERENCE),
    *rows("Identification/Assessment", "assessment.", *_REFERENCE),
    *rows("Identification/receipt", "receipt.", *_REFERENCE),
    *rows(
        "Traders",
        "",
        ("Exporter/Exporter_code", "exporter.code", "code"),
        ("Exporter/Exporter_name", "exporter.name", "text"),
        ("Consignee/Consignee_code", "consignee.code", "code"),
        ("Consignee/Consignee_name", "consignee.name", "text"),
        ("Financial/Financial_code", "financial_party.code", "code"),
        ("Financial/Financial_name", "financial_party.name", "text"),
    ),
    *rows(
        "Declarant",
        "",
        ("Declarant_code", "declarant.code", "code"),
        ("Declarant_name", "declarant.name", "text"),
        ("Declarant_representative", "declarant.representative", "text"),
        ("Reference/Year", "declarant_reference_year", "code"),
        ("Reference/Number", "declarant_reference", "code"),
    ),
    *rows(
        "General_information",
        "",
        ("Country/Country_first_destination", "first_destination_country", "code"),
        ("Country/Trading_country", "trading_country", "code"),
        ("Country/Export/Export_country_code", "export_country.code", "code"),
        ("Country/Export/Export_country_name", "export_country.name", "text"),
        ("Country/Export/Export_country_region", "export_country.region", "text"),
        ("Country/Destination/Destination_country_code", "destination_country.code", "code"),
        ("Country/Destination/Destination_country_name", "destination_country.name", "text"),
        ("Country/Destination/Destination_country_region", "destination_country.region", "text"),
        ("Country/Country_of_origin_name", "origin_country_name", "text"),
        ("Value_details", "value_details", "text"),
        ("CAP", "agricultural_policy_code", "code"),
        ("Additional_information", "additional_information", "text"),
        ("Comments_free_text", "comments", "text"),
    ),
)

_TRANSPORT_AND_MONEY = (
    *rows(
        "Transport",
        "transport.",
        ("Means_of_transport/Departure_arrival_information/Identity", "departure.identity", "code"),
        ("Means_of_transport/Departure_arrival_information/Nationality", "departure.nationality", "code"),
        ("Means_of_transport/Border_information/Identity", "border.identity", "code"),
        ("Means_of_transport/Border_information/Nationality", "border.nationality", "code"),
        ("Means_of_transport/Border_information/Mode", "border.mode", "code"),
        ("Means_of_transport/Inland_mode_of_transport", "inland_mode", "code"),
        ("Container_flag", "is_containerised", "flag"),
        ("Single_waybill_flag", "is_single_waybill", "flag"),
        ("Delivery_terms/Code", "delivery_terms.code", "code"),
        ("Delivery_terms/Place", "delivery_terms.place", "text"),
        ("Delivery_terms/Situation", "delivery_terms.situation", "text"),
        ("Border_office/Code", "border_office.code", "code"),
        ("Border_office/Name", "border_office.name", "text"),
        ("Place_of_loading/Code", "loading.code", "code"),
        ("Place_of_loading/Name", "loading.name", "text"),
        ("Place_of_loading/Country", "loading.country", "text"),
        ("Location_of_goods", "goods_location", "code"),
    ),
    *rows(
        "Financial",
        "payment.",
        ("Financial_transaction/code1", "transaction_code_1", "code"),
        ("Financial_transaction/code2", "transaction_code_2", "code"),
        ("Bank/Code", "bank.code", "code"),
        ("Bank/Name", "bank.name", "text"),
        ("Bank/Branch", "bank.branch", "text"),
        ("Bank/Reference", "bank.reference", "code"),
        ("Terms/Code", "terms_code", "code"),
        ("Terms/Description", "terms_description", "text"),
        ("Total_invoice", "invoice_total", "foreign"),
        ("Deffered_payment_reference", "deferred_reference", "code"),
        ("Mode_of_payment", "mode", "text"),
        ("Amounts/Total_manual_taxes", "manual_taxes", "national"),
        ("Amounts/Global_taxes", "global_taxes", "national"),
        ("Amounts/Totals_taxes", "total_taxes", "national"),
        ("Guarantee/Name", "guarantee.name", "text"),
        ("Guarantee/Amount", "guarantee.amount", "national"),
        ("Guarantee/Date", "guarantee.on", "date"),
        ("Guarantee/Excluded_country/Code", "guarantee.excluded_country.code", "code"),
        ("Guarantee/Excluded_country/Name", "guarantee.excluded_country.name", "text"),
    ),
    *rows("Warehouse", "", ("Identification", "warehouse", "code"), ("Delay", "warehouse_delay_days", "count")),
    *rows(
        "Transit",
        "transit.",
        ("Principal/Code", "principal.code", "code"),
        ("Principal/Name", "principal.name", "text"),
        ("Principal/Representative", "principal.representative", "text"),
        ("Signature/Place", "signed_at_place", "text"),
        ("Signature/Date", "signed_on", "date"),
        ("Destination/Office", "destination_office", "code"),
        ("Destination/Country", "destination_country", "code"),
        ("Seals/Number", "seal_count", "count"),
        ("Seals/Identity", "seals", "code"),
        ("Result_of_control", "control_result", "text"),
        ("Time_limit", "time_limit", "text"),
        ("Officer_name", "officer", "text"),
    ),
    *rows(
        "Valuation",
        "valuation.",
        ("Calculation_working_mode", "working_mode", "code"),
        ("Weight/Gross_weight", "gross_mass_g", "mass"),
        ("Total_cost", "total_cost", "national"),
        ("Total_CIF", "total_cif", "national"),
    ),
    *charge_rows("Valuation/Gs_Invoice", "valuation.invoice"),
    *charge_rows("Valuation/Gs_external_freight", "valuation.external_freight"),
    *charge_rows("Valuation/Gs_internal_freight", "valuation.internal_freight"),
    *charge_rows("Valuation/Gs_insurance", "valuation.insurance"),
    *charge_rows("Valuation/Gs_other_cost", "valuation.other_cost"),
    *charge_rows("Valuation/Gs_deduction", "valuation.deduction"),
    Row("Valuation/Total/Total_invoice", "valuation.invoice_total", "foreign"),
    Row("Valuation/Total/Total_weight", "valuation.total_mass_g", "mass"),
)

_PREFIX = "Prev_decl*/Prev_decl_"
_LISTS = (
    *(
        Row(_PREFIX + path, f"write_offs[].{name}", kind)
        for path, name, kind in (
            ("office_code", "office", "code"),
            ("reg_year", "year", "code"),
            ("reg_serial", "serial", "code"),
            ("reg_number", "number", "code"),
            ("item_number", "item_number", "count"),
            ("HS_code", "commodity_code", "code"),
            ("HS_prec", "precision", "code"),
            ("HS_spec", "specification", "code"),
            ("country_origin", "origin_country", "code"),
            ("number_packages", "packages_count", "count"),
            ("weight", "mass_g", "mass"),
            ("supp_quantity", "quantity", "decimal"),
            ("ref_value", "value", "decimal"),
            ("current_item", "current_item_number", "count"),
            ("number_packages_written_off", "written_off_packages_count", "count"),
            ("weight_written_off", "written_off_mass_g", "mass"),
            ("supp_quantity_written_off", "written_off_quantity", "decimal"),
            ("ref_value_written_off", "written_off_value", "decimal"),
        )
    ),
    *rows(
        "Container*",
        "containers[].",
        ("Item_Number", "item_number", "count"),
        ("Container_identity", "identity", "code"),
        ("Container_type", "kind", "code"),
        ("Empty_full_indicator", "fullness", "code"),
        ("Gross_weight", "gross_mass_g", "mass"),
        ("Goods_description", "description", "text"),
        ("Packages_type", "packages_kind", "code"),
        ("Packages_number", "packages_count", "count"),
        ("Packages_weight", "packages_mass_g", "mass"),
    ),
)

_SUPPLIERS = (
    *(
        Row(f"Suppliers_documents*/Suppliers_document_{path}", f"supplier_documents[].{name}", kind)
        for path, name, kind in (
            ("itmlink", "item_link", "code"),
            ("code", "code", "code"),
            ("name", "name", "text"),
            ("country", "country", "text"),
            ("city", "city", "text"),
            ("street", "street", "text"),
            ("telephone", "telephone", "code"),
            ("fax", "fax", "code"),
            ("zip_code", "zip_code", "code"),
            ("invoice_nbr", "invoice_number", "code"),
            ("invoice_amt", "invoice_amount", "decimal"),
            ("type_code", "kind", "code"),
            ("date", "on", "date"),
        )
    ),
    Row("Suppliers_documents*/Invoice_suppliert_email_address", "supplier_documents[].email", "code"),
)

TABLE: Final = (*_BEFORE_TRANSPORT, *_TRANSPORT_AND_MONEY, *_LISTS, *ITEM, *_SUPPLIERS)

# Elements that some dialects nest otherwise, or name otherwise than by letter case, dots and doubled letters.
OTHER_PLACES: Final = (
    *(
        Row(f"Supplier_documents*/Invoice_supplier_{path}", f"supplier_documents[].{name}", kind)
        for path, name, kind in (
            ("code", "code", "code"),
            ("name", "name", "text"),
            ("country", "country", "text"),
            ("city", "city", "text"),
            ("street", "street", "text"),
            ("telephone", "telephone", "code"),
            ("fax", "fax", "code"),
            ("zip_code", "zip_code", "code"),
        )
    ),
    Row("Item*/Licence_number/Licence_number", "items[].licence.number", "code"),
    Row("Item*/Licence_number/Amount_deducted_from_licence", "items[].licence.amount", "decimal"),
    Row("Item*/Licence_number/Quantity_deducted_from_licence", "items[].licence.quantity", "decimal"),
    Row("Item*/Suppliers_link", "items[].supplier_link", "code"),
    Row("Item*/Tarification/write_off_unit/write_off_unit_code", "items[].write_off_unit", "code"),
    Row("Item*/Tarification/write_off_unit/write_off_unit_qty", "items[].write_off_quantity", "decimal"),
    Row("Item*/Tarification/HScode/Precision", "items[].precision_1", "code"),
    Row("Export_release/Actual_office_of_exit/Code", "exit.office.code", "code"),
    Row("Export_release/Actual_office_of_exit/Name", "exit.office.name", "text"),
)
SPELLINGS: Final = {"adjustement": "adjustment", "supliers": "suplier", "supliert": "suplier"}
