"""The answer of customs as message Response of the WCO Data Model, in the form of the UK profile.

Elements and their order are those of the notifications published with that profile (DMSACC, DMSRCV, DMSREJ, DMSCTL,
DMSDOC, DMSROG, DMSCLE, DMSTAX, DMSEOG): no namespaces, `MetaData` around, instants of format 304.  Beside the function
code, `Status` bears our state and `AdditionalInformation` the lane, in the codes of `answers`; what a refusal says in
words stands there too, and points at its `Error`.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from lxml import etree

from mabar.declarations.formats.answers import AGREED, INDICATORS, LANES, QUERIED, Answer, Duty, plain_text, sentence_of
from mabar.declarations.formats.findings import Finding
from mabar.declarations.formats.wco_fields import DECLARATION
from mabar.declarations.sad_parts import Amount
from mabar.lib.money import money_text

MODEL: Final = "3.6"
INSTANT: Final = "304"  # CCYYMMDDHHMMSS and the zone
RECEIVED, REGISTERED, REFUSED, CONTROL, DOCUMENTS = "02", "01", "03", "05", "06"
RELEASED, CLEARED, CANCELLED, DUTIES, EXITED = "08", "09", "10", "13", "16"
# The function codes by state; the others follow from the lane.  Source: see `wco_messages.ANSWERS`.
FUNCTIONS: Final = {
    "lodged": RECEIVED,
    "registered": REGISTERED,
    "assessed": DUTIES,
    "guaranteed": DUTIES,
    "paid": DUTIES,
    "released": RELEASED,
    "refused": REFUSED,
    "cancelled": CANCELLED,
}
REASON, TOTAL, SENTENCE = "ACB", "TOT", "AAO"  # types of a statement: the first and the last as in CUSRES
# Sections at which a pointer may point, and fields within them, as far as the published messages show them.
SECTIONS: Final = {
    "Declaration": "42A",
    "GoodsShipment": "67A",
    "GovernmentAgencyGoodsItem": "68A",
    "Commodity": "23A",
    "InvoiceLine": "79A",
    "Packaging": "93A",
    "Exporter": "57A",
    "AdditionalInformation": "03A",
}
RESPONSE_SECTION, ERROR_SECTION = "07B", "53A"
TAGS: Final = {
    "TotalPackageQuantity": "146",
    "Exporter/Name": "R031",
    "GoodsShipment/GovernmentAgencyGoodsItem/AdditionalInformation/StatementDescription": "225",
    "GoodsShipment/GovernmentAgencyGoodsItem/Commodity/InvoiceLine/ItemChargeAmount": "112",
    "GoodsShipment/GovernmentAgencyGoodsItem/Packaging/QuantityQuantity": "144",
}
REPEATED: Final = frozenset({"GovernmentAgencyGoodsItem", "AdditionalInformation", "Packaging"})
_PLACE = re.compile(r"\[([0-9]+)\]")
_CHOICE = re.compile(r"\[[^\]]*\]|\*")
# what no document of XML 1.0 holds
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_response(answer: Answer, *, control: str, country: str, language: str, at: datetime) -> bytes:
    """Write a file with one answer.

    Args:
        control: the reference of the answer itself.
        country: the two letters of the administration that answers.
        language: of the sentences: ar, fr or en.
        at: when it is written; stands in it as UTC.
    """
    root = etree.Element("MetaData")
    _put(root, "WCODataModelVersionCode", MODEL)
    _put(root, "WCOTypeName", "RES")
    _put(root, "ResponsibleCountryCode", country.upper())
    _put(root, "ResponsibleAgencyName", answer.office)
    _put(root, "AgencyAssignedCustomizationCode")
    _put(root, "AgencyAssignedCustomizationVersionCode")
    _respond(_put(root, "Response"), answer, control, language, at)
    etree.indent(root, space="\t")
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def function_of(answer: Answer) -> str:
    """Give the function code of an answer: by its state, and between registration and assessment by its lane."""
    if answer.state == "closed":
        return EXITED if answer.flow == "export" else CLEARED
    if answer.state in FUNCTIONS:
        return FUNCTIONS[answer.state]
    if answer.lane == "red" and answer.state != "inspected":
        return CONTROL
    return DOCUMENTS if answer.lane == "yellow" and answer.state == "lane_assigned" else REGISTERED


def _put(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    """Add an element, with its text as far as XML can hold it."""
    element = etree.SubElement(parent, name, attributes)
    element.text = _NO_XML.sub("", text) or None
    return element


def _put_instant(parent: Any, name: str, at: datetime) -> None:
    _put(_put(parent, name), "DateTimeString", f"{at.astimezone(UTC):%Y%m%d%H%M%S}Z", formatCode=INSTANT)


def _respond(response: Any, answer: Answer, control: str, language: str, at: datetime) -> None:
    _put(response, "FunctionCode", function_of(answer))
    _put(response, "FunctionalReferenceID", control)
    _put_instant(response, "IssueDateTime", at)
    for code, text, kind in _statements(answer):
        _state(response, code, text, kind)
    for number, finding in enumerate(answer.errors, 1):
        statement = _state(response, finding.code, sentence_of(finding, language), SENTENCE)
        _point(statement, RESPONSE_SECTION, number=1)
        _point(statement, ERROR_SECTION, number=number)
    for finding in answer.errors:
        _put_error(response, finding)
    status = _put(response, "Status")
    if answer.since:
        _put_instant(status, "EffectiveDateTime", answer.since)
    _put(status, "NameCode", INDICATORS[answer.state])
    _put_declaration(response, answer)


def _statements(answer: Answer) -> Iterator[tuple[str, str, str]]:
    """Give code, text and type of each statement."""
    if answer.lane:
        yield LANES[answer.lane], "", AGREED
    if answer.is_queried:
        yield QUERIED, "", AGREED
    if answer.reason:
        yield "", plain_text(answer.reason), REASON
    if answer.assessed:
        yield "", f"{_money(answer.assessed)} {answer.assessed.currency}", TOTAL


def _state(response: Any, code: str, text: str, kind: str) -> Any:
    statement = _put(response, "AdditionalInformation")
    if code:
        _put(statement, "StatementCode", code)
    if text:
        _put(statement, "StatementDescription", text)
    _put(statement, "StatementTypeCode", kind)
    return statement


def _put_error(response: Any, finding: Finding) -> None:
    error = _put(response, "Error")
    _put(error, "ValidationCode", finding.code)
    for section, number, tag in pointers(finding.record_field):
        _point(error, section, number=number, tag=tag)


def _point(parent: Any, section: str, *, number: int | None = None, tag: str = "") -> None:
    pointer = _put(parent, "Pointer")
    if number:
        _put(pointer, "SequenceNumeric", str(number))
    _put(pointer, "DocumentSectionCode", section)
    if tag:
        _put(pointer, "TagID", tag)


def pointers(field: str) -> list[tuple[str, int | None, str]]:
    """Give section, number and tag of each pointer to a field of the record, as deep as the sections are known."""
    numbers = [int(place) + 1 for place in _PLACE.findall(field)]
    steps = _elements().get(_PLACE.sub("[]", field), "").split("/")
    if steps == [""] and numbers and field.startswith("items["):
        steps = ["GoodsShipment", "GovernmentAgencyGoodsItem"]
    found: list[tuple[str, int | None, str]] = [(SECTIONS["Declaration"], None, "")]
    for step in steps:
        if step not in SECTIONS:
            break
        number = (numbers.pop(0) if numbers else 1) if step in REPEATED else None
        found.append((SECTIONS[step], number, ""))
    tag = TAGS.get("/".join(steps), "")
    return [*found[:-1], (found[-1][0], found[-1][1], tag)]


@cache
def _elements() -> dict[str, str]:
    """Give the element of each field of the record, without what chooses among its like."""
    found: dict[str, str] = {}
    for row in DECLARATION:
        if row.field:
            found.setdefault(row.field, _CHOICE.sub("", row.path))
    return found


def _put_declaration(response: Any, answer: Answer) -> None:
    declaration = _put(response, "Declaration")
    if answer.registered_at and not answer.is_refused:
        _put_instant(declaration, "AcceptanceDateTime", answer.registered_at)
    if answer.trader_reference:
        _put(declaration, "FunctionalReferenceID", answer.trader_reference)
    _put(declaration, "ID", answer.reference)
    if answer.is_refused and answer.since:
        _put_instant(declaration, "RejectionDateTime", answer.since)
    _put(declaration, "VersionID", str(answer.version))
    if answer.duties:
        _put_duties(_put(declaration, "GoodsShipment"), answer)


def _put_duties(shipment: Any, answer: Answer) -> None:
    of_items: dict[int, list[Duty]] = {}
    for duty in answer.duties:
        of_items.setdefault(duty.item, []).append(duty)
    for number, duties in sorted(of_items.items()):
        item = _put(shipment, "GovernmentAgencyGoodsItem")
        _put(item, "SequenceNumeric", str(number))
        commodity = _put(item, "Commodity")
        for duty in duties:
            _put_duty(commodity, duty)


def _put_duty(commodity: Any, duty: Duty) -> None:
    levied = _put(commodity, "DutyTaxFee")
    if duty.base is not None:
        _put(levied, "AdValoremTaxBaseAmount", f"{duty.base:f}", currencyID=duty.amount.currency or "")
    if duty.percent is not None:
        _put(levied, "TaxRateNumeric", f"{duty.percent:f}")
    _put(levied, "TypeCode", duty.levy)
    payment = _put(levied, "Payment")
    for name in ("TaxAssessedAmount", "PaymentAmount"):
        _put(payment, name, _money(duty.amount), currencyID=duty.amount.currency or "")


def _money(amount: Amount) -> str:
    return money_text(amount.minor or 0, amount.currency or "")
