"""Messages of the WCO Data Model are read with every value, and named for what they are."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from mabar.declarations import sad
from mabar.declarations.cli import declarations
from mabar.declarations.formats import read, refusals
from mabar.declarations.formats.asycuda_plan import local
from mabar.declarations.formats.readings import Reading
from mabar.declarations.sad_parts import Amount
from mabar.lib.refusals import Refusal
from mabar.lib.words import LANGUAGES
from tests.declarations import wco_samples as wco

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "customs" / "hmrc_wco"
published = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the published samples are not on this machine")
FORMS = {"response": {"answer"}, "movement": {"movement"}, "status_report": {"status"}}
OF_TYPE = {"COR": "amendment", "INV": "cancellation", "GPR": "presentation"}


def one(data: bytes) -> Reading:
    (reading,) = read(data, with_trace=True)
    return reading


def codes(reading: Reading) -> list[str]:
    return [each.code for each in reading.findings]


def texts(data: bytes) -> list[str]:
    """List every value of a file, of elements and attributes alike."""
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True))
    found = [text for element in root.iter() for text in (element.text, *element.attrib.values())]
    return sorted(text for text in found if text and text.strip())


def test_a_declaration_is_read_into_the_record():
    record = one(wco.message()).declaration
    assert (record.form, record.type_code, record.flow, record.regime) == ("declaration", "IM", "import", "import")
    assert (record.declarant_reference, record.registration.on) == ("T-0001", "2026-11-22")
    assert (record.exporter.name, record.consignee.code, record.export_country.code) == ("Exporter One", "DZ002", "LY")
    assert record.transport.departure.identity == "99417-322-33"
    assert record.transport.is_containerised is True
    assert record.containers[0].identity == "CSQU3054383"
    assert record.source.format == "wco"


def test_an_item_is_read_with_its_masses_money_and_documents():
    item = one(wco.message()).declaration.items[1]
    assert (item.commodity_code, item.procedure_code, item.national_procedure_code) == ("08041000", "4000", "000")
    assert (item.gross_mass_g, item.net_mass_g) == (10_500, 9_250)
    # the dinar of Libya has three decimals, that of Algeria two
    assert (item.price, item.statistical_value) == (Amount(1_250, "LYD"), Amount(1_250_050, "DZD"))
    assert [(each.code, each.reference) for each in item.documents] == [("N380", "INV-7"), ("C505", "L-1")]
    assert (item.packages.count, item.packages.kind_code, item.packages.marks_1) == (5, "BX", "ابج")
    assert (item.supplementary_units[0].quantity, item.supplementary_units[0].code) == ("40", "NAR")
    assert (item.preference_code, item.taxes[0].code, item.taxes[0].payment_mode) == ("100", "A00", "E")


@pytest.mark.parametrize(
    "data", [wco.message(), wco.answer(errors=wco.ERROR), wco.MOVEMENT], ids=["declaration", "answer", "movement"]
)
def test_every_value_has_gone_to_a_field_or_is_kept(data):
    reading = one(data)
    assert sorted(each.text for each in reading.trace) == texts(data)
    kept = {each.path: each.text for each in reading.declaration.kept}
    assert kept == {each.path: each.text for each in reading.trace if each.field == "kept"}


def test_what_has_no_field_is_kept_with_its_place():
    kept = {each.path: each.text for each in one(wco.message()).declaration.kept}
    item = "/MetaData/Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]"
    assert kept[f"{item}/AdditionalDocument[2]/LPCOExemptionCode"] == "AC"
    assert kept[f"{item}/Commodity/Classification[2]/ID"] == "X9"
    assert kept["/MetaData/Declaration/Exporter/Address/CityName"] == "Ghadames"


@pytest.mark.parametrize(("unit", "text", "grams"), [("KGM", "1.5", 1500), ("TNE", "1.5", 1_500_000), ("GRM", "7", 7)])
def test_a_mass_is_read_in_the_unit_that_it_names(unit, text, grams):
    header = f'<TotalGrossMassMeasure unitCode="{unit}">{text}</TotalGrossMassMeasure>'
    assert one(wco.message(header=header)).declaration.valuation.gross_mass_g == grams


@pytest.mark.parametrize(
    ("header", "code", "value"),
    [
        ('<TotalGrossMassMeasure unitCode="LBR">12</TotalGrossMassMeasure>', "F-0108", "12"),
        ("<TotalGrossMassMeasure>twelve</TotalGrossMassMeasure>", "F-0103", "twelve"),
        ("<TotalGrossMassMeasure>-1</TotalGrossMassMeasure>", "F-0104", "-1"),
        ("<TotalGrossMassMeasure>0.1234</TotalGrossMassMeasure>", "F-0106", "0.1234"),
        ("<LoadingListQuantity>1.5</LoadingListQuantity>", "F-0107", "1.5"),
        ("<IssueDateTime><DateTimeString>20261301</DateTimeString></IssueDateTime>", "F-0102", "20261301"),
    ],
)
def test_a_value_that_cannot_be_read_is_told_with_element_and_line(header, code, value):
    (found,) = [each for each in one(wco.message(header=header)).findings if each.code == code]
    assert (found.value, found.line) == (value, 8)
    assert found.path.startswith("/MetaData/Declaration/")
    assert all(value in found.sentence(language).what for language in LANGUAGES)


def test_several_packagings_of_an_item_are_told_and_kept():
    more = "<Packaging><QuantityQuantity>3</QuantityQuantity><TypeCode>PX</TypeCode></Packaging>"
    reading = one(wco.message(more=more, items=1))
    assert "F-0518" in codes(reading)
    assert reading.declaration.items[0].packages.count == 5
    assert "3" in [each.text for each in reading.declaration.kept]


@pytest.mark.parametrize(
    ("function", "code", "claimed"),
    [
        ("01", "F-0501", "registered"),
        ("02", "F-0502", None),
        ("03", "F-0503", "refused"),
        ("05", "F-0504", "registered"),
        ("06", "F-0505", "registered"),
        ("07", "F-0506", None),
        ("08", "F-0507", "released"),
        ("09", "F-0508", "released"),
        ("13", "F-0509", None),
        ("16", "F-0510", None),
        ("77", "F-0511", None),
    ],
)
def test_an_answer_of_customs_is_named_with_what_it_says(function, code, claimed):
    reading = one(wco.answer(function))
    record = reading.declaration
    assert (record.form, record.claimed_state, record.registration.number) == ("answer", claimed, "26DZ001")
    assert codes(reading)[0] == code
    assert all("26DZ001" in reading.findings[0].sentence(language).what for language in LANGUAGES)


def test_a_refusing_answer_names_the_rule_and_the_place():
    (found,) = [each for each in one(wco.answer(errors=wco.ERROR)).findings if each.code == "F-0517"]
    assert "CDS12005" in found.sentence("en").what
    assert "42A/17C[1].R144" in found.sentence("en").what


@pytest.mark.parametrize(
    ("type_code", "form", "code"),
    [("COR", "amendment", "F-0512"), ("INV", "cancellation", "F-0513"), ("GPR", "presentation", "F-0514")],
)
def test_a_message_about_another_declaration_is_named_and_cannot_be_lodged(type_code, form, code):
    reading = one(wco.message(type_code=type_code, function="13"))
    assert (reading.declaration.form, reading.declaration.type_code) == (form, type_code)
    assert code in codes(reading)


def test_a_report_of_the_state_gives_each_version():
    readings = read(wco.STATUS)
    assert [each.declaration.form for each in readings] == ["status", "status"]
    assert all("F-0515" in codes(each) for each in readings)
    assert {each.declaration.registration.number for each in readings} == {"26DZ001"}


def test_a_movement_message_is_named():
    reading = one(wco.MOVEMENT)
    assert (reading.declaration.form, codes(reading)[0]) == ("movement", "F-0516")
    assert "M-1" in reading.findings[0].sentence("ar").what


@pytest.mark.parametrize(
    ("data", "refusal", "said"),
    [
        (wco.message()[:900], refusals.XmlBroken, "line"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + wco.answer(), refusals.DoctypeForbidden, "line"),
        (b"<MetaData><WCOTypeName>XYZ</WCOTypeName></MetaData>", refusals.NotADeclaration, "XYZ"),
        (b"<MetaData><WCOTypeName>XYZ</WCOTypeName></MetaDat>", refusals.XmlBroken, "line"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(data, refusal, said):
    with pytest.raises(refusal) as refused:
        read(data)
    assert said in refused.value.sentence("en").what
    assert all(refused.value.sentence(language).remedy for language in LANGUAGES)


def test_a_declaration_is_shown_by_the_command(tmp_path):
    path = tmp_path / "wco.xml"
    path.write_bytes(wco.message())
    result = CliRunner().invoke(declarations, ["read", str(path), "--json"])
    assert result.exit_code == 0, result.output
    assert sad.from_json(json.loads(result.stdout.splitlines()[0])) == one(wco.message()).declaration


@published
def test_every_published_message_is_read_for_what_its_index_says():
    rows = [row for row in csv.DictReader((SAMPLES / "index.csv").open()) if (SAMPLES / row["file"]).is_file()]
    assert len(rows) >= 29
    for row in rows:
        readings = read((SAMPLES / row["file"]).read_bytes(), with_trace=True)
        expected = FORMS.get(row["kind"]) or {OF_TYPE.get(row["type_code"], "declaration")}
        assert {each.declaration.form for each in readings} == expected, row["file"]
        if row["kind"] == "declaration":
            assert len(readings[0].declaration.items) == int(row["goods_items"]), row["file"]
            assert not [each for each in readings[0].findings if each.severity == "error"], row["file"]


@published
def test_no_value_of_a_published_message_is_lost():
    for path in sorted(SAMPLES.glob("*.xml")):
        readings = read(path.read_bytes(), with_trace=True)
        told = sorted(each.text for reading in readings for each in reading.trace)
        assert told == texts(path.read_bytes()), path.name
        assert local(etree.parse(path).getroot().tag)


def test_lodging_refuses_what_is_no_declaration():
    from mabar.declarations import rules

    with pytest.raises(Refusal):
        rules.check_content(form="answer", flow="import", regime="import", items=1)
