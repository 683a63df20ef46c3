"""Files of declarations as five countries' systems write them, made here; names, numbers and goods are invented.

The dialects differ as real exports do: nulls, spelling, case, quotes, order of dates, forms of numbers, segments.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

NULL = "<null/>"
CHARGES = ("external_freight", "internal_freight", "insurance", "other_cost", "deduction")


@dataclass(frozen=True)
class Dialect:
    """How one country's files differ from the others'."""

    head: str = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    no_text: str = NULL
    office: str = "JMKAJ"
    office_name: str = "KINGSTON"
    country: str = "JM"
    country_name: str = "Jamaica"
    dates: tuple[str, str, str] = ("11/19/25", "11/20/25", "")
    number: Callable[[float], str] = field(default=lambda value: f"{value:g}")
    spelled: tuple[tuple[str, str], ...] = ()
    has_item_currency: bool = True
    name: str = "IMPORTER ONE LTD"
    description: str = "Portable machines"
    currency: str = "USD"
    more_general: str = ""
    more_item: str = ""
    assessed_by: str = "A"


JAMAICA = Dialect(more_general="<Assessment_notice><Total_item_taxes>{taxes}</Total_item_taxes></Assessment_notice>")
GRENADA = Dialect(
    head="<?xml version='1.0' encoding='UTF-8'?>\n",
    office="GDSGO",
    office_name="Port St. George",
    country="GD",
    country_name="Grenada",
    dates=("4/7/15", "4/17/15", ""),
    number=lambda value: f"{value:.2f}" if value % 1 else f"{value:.1f}",
    assessed_by="L",
)
ALBANIA = Dialect(
    office="AL102000",
    office_name="Doganë Ë",
    country="AL",
    country_name="Shqipëria",
    dates=("16/09/2013", "17/09/2013", "05/06/2013"),
    spelled=(("Gs_external_freight", "Gs_External_freight"), ("item_external_freight", "item_External_freight")),
    description="Pajisje\n\t\t\telektronike të përdorura",
    name="SHEMBULL SHPK\n\t\tRRUGA E PARË\n\t\tTIRANË",
    currency="EUR",
    no_text="",
    assessed_by="L",
)
NEPAL = Dialect(
    office="NPBRG",
    office_name="Birgunj",
    country="NP",
    country_name="Nepal",
    dates=("", "", ""),
    has_item_currency=False,
    currency="INR",
    spelled=(("A.I._code", "AI_code"), ("Suppliers_", "Supplier_")),
    more_general="<SW_scans_general_segment><SW_scan><Scan_name>one.pdf</Scan_name></SW_scan>"
    "<SW_scan><Scan_name>two.pdf</Scan_name></SW_scan></SW_scans_general_segment>",
    more_item="<write_off_unit><write_off_unit_code>KGM</write_off_unit_code><write_off_unit_qty>12.5</write_off_unit_qty>"
    "</write_off_unit>",
)
ARABIC = Dialect(
    head='\ufeff<?xml version="1.0" encoding="UTF-8"?>\n',
    office="LYRAJ",
    office_name="رأس اجدير",
    country="LY",
    country_name="ليبيا",
    dates=("05/04/2026", "25/04/2026", ""),
    name="شركة المثال للتجارة\n\t\tطرابلس",
    description="تمور طازجة",
    currency="TND",
    no_text="\u00a0",
)
DIALECTS = {"jamaica": JAMAICA, "grenada": GRENADA, "albania": ALBANIA, "nepal": NEPAL, "arabic": ARABIC}


def sad(dialect: Dialect = JAMAICA, *, items: int = 2, **changed: object) -> bytes:
    """Write a whole declaration in a dialect; every item weighs 10.5 kg gross, 9.25 kg net and costs 100.25."""
    dialect = replace(dialect, **changed)  # type: ignore[arg-type]
    text = dialect.head + "<ASYCUDA>\n" + _header(dialect, items) + "".join(_item(dialect, n) for n in range(items))
    text += _suppliers(dialect) + "</ASYCUDA>\n"
    for common, own in dialect.spelled:
        text = text.replace(f"<{common}", f"<{own}").replace(f"</{common}", f"</{own}")
    return text.encode()


def item(dialect: Dialect = JAMAICA, number: int = 0) -> str:
    """Write a lone item."""
    return _item(dialect, number)


def _text(dialect: Dialect, tag: str, value: str) -> str:
    return f"<{tag}>{value or dialect.no_text}</{tag}>\n"


def _texts(dialect: Dialect, **values: str) -> str:
    return "".join(_text(dialect, tag, value) for tag, value in values.items())


def _plain(**values: object) -> str:
    return "".join(f"<{tag}>{value}</{tag}>\n" if value != "" else f"<{tag}/>\n" for tag, value in values.items())


def _charge(dialect: Dialect, tag: str, amount: float, *, in_item: bool) -> str:
    currency = dialect.currency if amount else ""
    body = _plain(Amount_national_currency=dialect.number(amount * 2), Amount_foreign_currency=dialect.number(amount))
    if dialect.has_item_currency or not in_item:
        body += _text(dialect, "Currency_code", currency)
    body += _text(dialect, "Currency_name", "No foreign currency")
    if dialect.has_item_currency or not in_item:
        body += _plain(Currency_rate=2 if amount else 0)
    return f"<{tag}>\n{body}</{tag}>\n"


def _header(dialect: Dialect, items: int) -> str:
    registered, assessed, declared = dialect.dates
    taxes = dialect.number(items * 30.0)
    serial = "C" if registered else ""
    return (
        dialect.more_general.replace("{taxes}", taxes)
        + "<Property>\n<Sad_flow>I</Sad_flow>\n<Nbers>\n"
        + _plain(Number_of_loading_lists="", Total_number_of_items=items, Total_number_of_packages=items * 5)
        + f"</Nbers>\n{_plain(Date_of_declaration=declared)}</Property>\n<Identification>\n<Office_segment>\n"
        + _texts(
            dialect,
            Customs_clearance_office_code=dialect.office,
            Customs_Clearance_office_name=dialect.office_name,
        )
        + "</Office_segment>\n<Type>\n"
        + _texts(dialect, Type_of_declaration="IM", Declaration_gen_procedure_code="4", Type_of_transit_document="")
        + f"</Type>\n{_text(dialect, 'Manifest_reference_number', '')}<Registration>\n"
        + _text(dialect, "Serial_number", serial)
        + _plain(Number=101 if registered else "", Date=registered)
        + f"</Registration>\n<Assessment>\n{_text(dialect, 'Serial_number', dialect.assessed_by if assessed else '')}"
        + _plain(Number=7 if assessed else "", Date=assessed)
        + f"</Assessment>\n<receipt>\n{_text(dialect, 'Serial_number', '')}<Number/>\n<Date/>\n</receipt>\n"
        + "</Identification>\n<Traders>\n<Exporter>\n"
        + _texts(dialect, Exporter_code="", Exporter_name="EXPORTER ONE")
        + f"</Exporter>\n<Consignee>\n{_texts(dialect, Consignee_code='0012', Consignee_name=dialect.name)}"
        + "</Consignee>\n"
        + f"<Financial>\n{_texts(dialect, Financial_code='', Financial_name='BANK FIRM')}</Financial>\n</Traders>\n"
        + f"<Declarant>\n{_texts(dialect, Declarant_code='B7', Declarant_name='BROKER')}<Reference>\n"
        + f"{_text(dialect, 'Number', 'REF 1')}</Reference>\n</Declarant>\n"
        + "<General_information>\n<Country>\n<Destination>\n"
        + _texts(dialect, Destination_country_code=dialect.country, Destination_country_name=dialect.country_name)
        + "</Destination>\n</Country>\n<Value_details>0</Value_details>\n</General_information>\n<Transport>\n"
        + "<Container_flag>false</Container_flag>\n</Transport>\n<Financial>\n<Total_invoice/>\n"
        + f"{_text(dialect, 'Deffered_payment_reference', 'DP1')}<Amounts>\n<Global_taxes>100</Global_taxes>\n"
        + f"<Totals_taxes>{dialect.number(items * 30.0 + 100)}</Totals_taxes>\n</Amounts>\n</Financial>\n<Valuation>\n"
        + f"<Weight>\n<Gross_weight>{dialect.number(items * 10.5)}</Gross_weight>\n</Weight>\n"
        + f"<Total_CIF>{dialect.number(items * 200.5)}</Total_CIF>\n"
        + _charge(dialect, "Gs_Invoice", items * 100.25, in_item=False)
        + "".join(_charge(dialect, f"Gs_{name}", 0, in_item=False) for name in CHARGES)
        + f"<Total>\n<Total_invoice>{dialect.number(items * 100.25)}</Total_invoice>\n"
        + f"<Total_weight>{dialect.number(items * 10.5)}</Total_weight>\n</Total>\n</Valuation>\n"
    )


def _tax(dialect: Dialect, code: str = "", base: str = "", rate: str = "", amount: str = "", mode: str = "") -> str:
    return (
        "<Taxation_line>\n"
        + _text(dialect, "Duty_tax_code", code)
        + _plain(Duty_tax_Base=base, Duty_tax_rate=rate, Duty_tax_amount=amount)
        + _texts(dialect, Duty_tax_MP=mode, Duty_tax_Type_of_calculation="")
        + "</Taxation_line>\n"
    )


def _item(dialect: Dialect, number: int) -> str:
    lines = [_tax(dialect, "DUT", "200.5", "14.96", "30", "1")] + [_tax(dialect) for _ in range(7)]
    units = "".join(_unit(dialect, code) for code in ("NMB", "", ""))
    return (
        "<Item>\n<Attached_documents>\n"
        + _texts(
            dialect, Attached_document_code="IV05", Attached_document_name="Invoice", Attached_document_reference="9"
        )
        + "</Attached_documents>\n<Packages>\n<Number_of_packages>5</Number_of_packages>\n"
        + _texts(dialect, Marks1_of_packages="MARKS", Marks2_of_packages="", Kind_of_packages_code="PK")
        + "</Packages>\n<Tarification>\n<HScode>\n"
        + _texts(dialect, Commodity_code="84713010", Precision_1="00", Precision_4=f"ART-{number}")
        + f"</HScode>\n{_text(dialect, 'Extended_customs_procedure', '4000')}"
        + f"<Quota_code>{dialect.no_text}</Quota_code>\n{units}"
        + f"<Item_price>{dialect.number(100.25)}</Item_price>\n<Value_item>0+0+0+0-0</Value_item>\n"
        + f"{_text(dialect, 'A.I._code', '')}</Tarification>\n<Goods_description>\n"
        + _texts(
            dialect, Country_of_origin_code="US", Description_of_goods=dialect.description, Commercial_Description=""
        )
        + f"</Goods_description>\n{_text(dialect, 'Free_text_1', '')}<Taxation>\n"
        + f"<Item_taxes_amount>{dialect.number(30.0)}</Item_taxes_amount>\n{''.join(lines)}"
        + "</Taxation>\n<Valuation_item>\n"
        + f"<Weight_itm>\n<Gross_weight_itm>{dialect.number(10.5)}</Gross_weight_itm>\n"
        + f"<Net_weight_itm>{dialect.number(9.25)}</Net_weight_itm>\n</Weight_itm>\n"
        + f"<Total_CIF_itm>{dialect.number(200.5)}</Total_CIF_itm>\n<Rate_of_adjustement>1.0</Rate_of_adjustement>\n"
        + "<Alpha_coeficient_of_apportionment>0.005263157894736842</Alpha_coeficient_of_apportionment>\n"
        + _charge(dialect, "Item_Invoice", 100.25, in_item=True)
        + "".join(_charge(dialect, f"item_{name}", 0, in_item=True) for name in CHARGES)
        + f"</Valuation_item>\n{dialect.more_item}</Item>\n"
    )


def _unit(dialect: Dialect, code: str) -> str:
    return (
        "<Supplementary_unit>\n"
        + _text(dialect, "Suppplementary_unit_code", code)
        + _plain(Suppplementary_unit_quantity=dialect.number(5.0) if code else "")
        + "</Supplementary_unit>\n"
    )


def _suppliers(dialect: Dialect) -> str:
    return (
        "<Suppliers_documents>\n"
        + _texts(dialect, Suppliers_document_name="SUPPLIER ONE", Suppliers_document_invoice_nbr="INV-1")
        + "</Suppliers_documents>\n"
    )


def with_element(data: bytes, after: str, element: str) -> bytes:
    """Put an element behind the first occurrence of a closing tag."""
    assert after.encode() in data
    return data.replace(after.encode(), f"{after}{element}".encode(), 1)


def leaves(root: object) -> dict[str, str]:
    """Give every non-empty text and attribute of a tree by its path, siblings of one name numbered."""
    found: dict[str, str] = {}
    _gather(root, f"/{root.tag}", found)  # type: ignore[attr-defined]
    return found


def _gather(element: object, path: str, found: dict[str, str]) -> None:
    for name, value in element.attrib.items():  # type: ignore[attr-defined]
        found[f"{path}/@{name}"] = value
    if element.text and element.text.strip():  # type: ignore[attr-defined]
        found[path] = element.text  # type: ignore[attr-defined]
    children: Sequence[Any] = [child for child in element if isinstance(child.tag, str)]  # type: ignore[attr-defined]
    total = Counter(child.tag for child in children)
    seen: Counter[str] = Counter()
    for place, child in enumerate(children):
        seen[child.tag] += 1
        number = f"[{seen[child.tag]}]" if total[child.tag] > 1 else ""
        _gather(child, f"{path}/{child.tag}{number}", found)
        if child.tail and child.tail.strip():
            found[f"{path}/after[{place}]"] = child.tail
