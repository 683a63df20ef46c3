"""Declarations written as WCO Data Model files read as what they were."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mabar.declarations import sad
from mabar.declarations.cli import declarations
from mabar.declarations.formats import read, write
from mabar.declarations.formats.amend import amend
from mabar.declarations.sad import Declaration
from mabar.declarations.sad_parts import Amount, AttachedDocument, Packages, Tax
from tests.declarations import samples
from tests.declarations import wco_samples as wco
from tests.declarations.records import import_record, item
from tests.declarations.test_wco_read import SAMPLES, published, texts

NS = {"d": wco.DEC}


def one(data: bytes) -> Declaration:
    (reading,) = read(data)
    return reading.declaration


def again(record: Declaration) -> Declaration:
    return one(write([record], kind="wco"))


def bare(record: Declaration) -> Declaration:
    """Take off what only tells of the file that a record came in."""
    items = tuple(replace(each, verbatim={}) for each in record.items)
    return replace(record, items=items, kept=(), verbatim={}, source=sad.Source())


@pytest.mark.parametrize("data", [wco.message(), wco.answer(errors=wco.ERROR), wco.MOVEMENT, wco.message(items=0)])
def test_a_message_that_is_written_again_has_the_same_values(data):
    record = one(data)
    written = write([record], kind="wco")
    assert one(written) == record
    assert texts(written) == texts(data)


def test_elements_keep_their_order():
    written = etree.fromstring(write([one(wco.message())], kind="wco"))
    read_first = etree.fromstring(wco.message(), etree.XMLParser(remove_comments=True))
    assert [each.tag for each in written.iter()] == [each.tag for each in read_first.iter()]


def test_a_record_from_the_store_is_written_alike():
    record = one(wco.message())
    assert write([sad.loads(sad.dumps(record))], kind="wco") == write([record], kind="wco")


def test_an_amended_value_is_written_and_its_neighbours_stay():
    record = amend(one(wco.message()), [("items[0].net_mass_g", "9.125kg"), ("exporter.name", "Exporter Two")])
    written = etree.fromstring(write([record], kind="wco"))
    masses = [each.text for each in written.iterfind(".//d:NetNetWeightMeasure", NS)]
    assert masses == ["9.125", "9.25"]
    assert written.findtext(".//d:Exporter/d:Name", namespaces=NS) == "Exporter Two"
    assert written.findtext(".//d:GrossMassMeasure", namespaces=NS) == "10.500"


def test_a_value_without_an_element_takes_its_place_in_the_order():
    record = replace(one(wco.message()), declared_at_place="DZDEB", office=sad.Office(code="DZDEB"))
    header = [etree.QName(each).localname for each in etree.fromstring(write([record], kind="wco"))[-1]]
    assert header[2:6] == ["FunctionalReferenceID", "IssueLocationID", "TypeCode", "GoodsItemQuantity"]
    assert again(record).office.code == "DZDEB"


def test_an_item_that_is_taken_off_or_added_is_written_so():
    record = one(wco.message(items=2))
    assert len(again(replace(record, items=record.items[:1])).items) == 1
    more = again(replace(record, items=(*record.items, item(commodity_code="30049000"))))
    assert [each.commodity_code for each in more.items] == ["08041000", "08041000", "30049000"]


@pytest.mark.parametrize("dialect", list(samples.DIALECTS.values()), ids=list(samples.DIALECTS))
def test_a_file_of_asycuda_world_becomes_a_file_of_the_model(dialect):
    record = one(samples.sad(dialect))
    written = again(record)
    assert [each.commodity_code for each in written.items] == [each.commodity_code for each in record.items]
    assert [each.gross_mass_g for each in written.items] == [each.gross_mass_g for each in record.items]
    assert (written.exporter, written.flow, written.type_code) == (record.exporter, record.flow, record.type_code)


def test_a_flag_and_an_export_stand_where_the_model_has_them():
    record = import_record(flow="export", type_code="EX", transport=sad.Transport(is_containerised=False))
    written = etree.fromstring(write([record], kind="wco"))
    assert written.findtext(".//d:ContainerCode", namespaces=NS) == "0"
    assert written.find(".//d:Importer", NS) is None
    assert written.findtext(".//d:Consignee/d:Name", namespaces=NS) == record.consignee.name


def test_several_declarations_stand_side_by_side():
    written = write([one(wco.message()), one(wco.message(items=1))], kind="wco")
    assert [len(each.declaration.items) for each in read(written)] == [2, 1]


def test_an_unknown_kind_is_a_slip_of_the_programmer():
    with pytest.raises(ValueError, match="no writer"):
        write([one(wco.message())], kind="docx")


def test_the_command_writes_it(tmp_path):
    path = tmp_path / "one.xml"
    path.write_bytes(samples.sad(samples.JAMAICA))
    result = CliRunner().invoke(declarations, ["write", str(path), "--as", "wco"])
    assert result.exit_code == 0, result.output
    assert len(one(result.stdout_bytes).items) == 2


CODE = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=1, max_size=12)
TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=40)
MASS = st.integers(0, 10**12)
MONEY = st.builds(Amount, st.integers(0, 10**12), st.sampled_from(["DZD", "LYD", "TND", "EUR", "JPY"]))
DOCUMENTS = st.lists(
    st.builds(
        AttachedDocument,
        code=st.from_regex(r"[A-Z]?[0-9]{3}", fullmatch=True),
        reference=CODE,
        on=st.just("2026-11-22"),
    ),
    max_size=3,
)
ITEMS = st.builds(
    sad.Item,
    commodity_code=st.from_regex(r"[0-9]{8}", fullmatch=True),
    precision_1=st.none() | st.just("00"),
    procedure_code=st.from_regex(r"[1-7][0-9]{3}", fullmatch=True),
    national_procedure_code=st.none() | st.just("000"),
    description=st.none() | TEXT,
    origin_country=st.none() | st.just("DZ"),
    packages=st.builds(Packages, count=st.none() | st.integers(0, 10**8), kind_code=st.none() | st.just("BX")),
    gross_mass_g=st.none() | MASS,
    net_mass_g=st.none() | MASS,
    price=st.none() | MONEY,
    preference_code=st.none() | CODE,
    documents=DOCUMENTS.map(tuple),
    taxes=st.lists(st.builds(Tax, code=CODE, amount=st.none() | MONEY), max_size=3).map(tuple),
)


@given(st.lists(ITEMS, min_size=1, max_size=4), st.sampled_from(["import", "export"]), CODE, st.none() | CODE)
def test_what_the_model_has_a_place_for_is_read_as_it_was_written(items, flow, reference, office):
    letters = {"import": "IM", "export": "EX"}[flow]
    record = Declaration(
        flow=flow,
        type_code=letters,
        declarant_reference=reference,
        office=sad.Office(code=office),
        items=tuple(items),
        exporter=sad.Party(code=reference),
        consignee=sad.Party(name=reference),
        declared_on="2026-11-22",
    )
    found = again(record)
    derived = {name: getattr(found, name) for name in ("regime", "general_procedure_code", "claimed_state")}
    assert bare(found) == replace(record, **derived)
    assert again(found) == found


@published
def test_every_published_message_is_written_again_with_every_value():
    for path in sorted(Path(SAMPLES).glob("*.xml")):
        readings = read(path.read_bytes())
        if len(readings) == 1:
            record = readings[0].declaration
            written = write([record], kind="wco")
            assert one(written) == record, path.name
            assert texts(written) == texts(path.read_bytes()), path.name
            assert record.form != "declaration" or bare(again(bare(record))) == bare(record), path.name
