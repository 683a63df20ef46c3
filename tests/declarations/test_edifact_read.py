"""Reading UN/EDIFACT: a declaration whole, by the directory that it names, and nothing of it lost."""

import json
import re
from pathlib import Path

import pytest

from mabar.declarations import sad
from mabar.declarations.formats import edifact_directory, edifact_syntax, read, write
from mabar.declarations.formats import refusals as no
from mabar.declarations.formats.readings import Reading
from mabar.declarations.sad_parts import Amount, AttachedDocument, Kept, Packages, Party, SupplementaryUnit, Tax
from tests.declarations import edifact_samples as samples

GOLDEN = Path(__file__).parent / "golden"


def one(data: bytes, **options: object) -> Reading:
    (reading,) = read(data, **options)  # type: ignore[arg-type]
    return reading


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


def of(*segments: str, items: int = 1, **more: object) -> Reading:
    """Read a declaration whose header has these segments besides its own."""
    header = (*samples.HEADER, *segments)
    return one(samples.interchange(samples.message(samples.declaration(items=items, header=header)), **more))  # type: ignore[arg-type]


def test_the_header_is_read_box_by_box():
    declared = one(samples.cusdec()).declaration
    assert (declared.form, declared.flow, declared.regime) == ("declaration", "import", "import")
    assert (declared.type_code, declared.general_procedure_code) == ("IM", "4")
    assert (declared.office.code, declared.office.name) == ("DZDEB", "DEBDEB")
    assert (declared.declarant_reference, declared.declared_on) == ("LRN-2026-7", "2026-11-20")
    assert (declared.registration.number, declared.claimed_state) == ("C-7", "registered")
    assert declared.consignee == Party("DZ-100", "SAHRA IRRIGATION\nRUE 1\n30000 OUARGLA\nDZ")
    assert (declared.exporter.name, declared.declarant.code) == ("PONENTE POMPE SRL", "B-1")
    assert (declared.export_country.code, declared.destination_country.code) == ("LY", "DZ")
    assert (declared.transport.border.identity, declared.transport.border.nationality) == ("12345-678-39", "LY")
    assert (declared.transport.border.mode, declared.transport.delivery_terms.code) == ("3", "CIP")
    assert declared.valuation.invoice.foreign == Amount(240050, "EUR")
    assert declared.valuation.total_cif == Amount(33000000, "DZD")
    assert declared.valuation.gross_mass_g == 1_001_000
    assert (declared.item_count, declared.package_count) == (2, 20)
    assert declared.comments == "FIRST LINE\nSECOND LINE"
    assert declared.source.format == "edifact"
    assert "CUSDEC D.96B UNOC" in declared.source.evidence
    assert declared.source.profile == "dz"


def test_an_item_is_read_with_its_goods_masses_money_papers_and_taxes():
    first = one(samples.cusdec()).declaration.items[0]
    assert (first.commodity_code, first.precision_1, first.procedure_code) == ("84137000", "00", "4000")
    assert first.description == "ELECTRIC PUMPS: MODEL 'A'"
    assert first.origin_country == "IT"
    assert (first.gross_mass_g, first.net_mass_g) == (500_500, 480_000)
    assert first.verbatim["gross_mass_g"] == "500,5"
    assert first.packages == Packages(count=10, kind_code="CT", marks_1="MARKS 1\nMARKS 2")
    assert first.supplementary_units == (SupplementaryUnit(code="NMB", quantity="12"),)
    assert (first.price, first.total_cif) == (Amount(120025, "EUR"), Amount(16500000, "DZD"))
    assert first.documents == (AttachedDocument(code="380", name="INVOICE", reference="INV-1", on="2026-11-01"),)
    assert first.taxes == (Tax(code="DUT", base="165000", rate="15", amount=Amount(2475000, "DZD")),)


def test_a_sound_message_has_nothing_to_tell_but_what_is_kept():
    reading = one(samples.cusdec())
    assert codes(reading) == ["F-0120"]
    assert reading.findings[0].details["count"] == len(reading.declaration.kept)
    assert Kept("CUSDEC[1]/GIS[9]", "GIS+N:79:95") in reading.declaration.kept
    assert Kept("UNB/2.1", "BROKER") in reading.declaration.kept


@pytest.mark.parametrize("name", ["cusdec", "cuscar"])
def test_what_is_read_is_what_was_read_before(name):
    shown = [sad.to_json(reading.declaration) for reading in read(getattr(samples, name)())]
    assert shown == json.loads((GOLDEN / f"edifact-{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("data", [samples.cusdec(), samples.cuscar(), samples.cusdec(between="")])
def test_every_component_of_the_file_is_told_of_with_its_place(data):
    told = "\n".join(each.text for reading in read(data, with_trace=True) for each in reading.trace)
    marks = edifact_syntax.LEVEL_A
    for raw in edifact_syntax.raw_segments(data.decode(), 0, marks, line=1):
        segment = edifact_syntax.parted(raw, marks, 1)
        for text in (each for components in segment.elements for each in components if each):
            assert text in told, raw.text


def test_every_component_is_in_the_record_itself():
    reading = one(samples.cusdec(), with_trace=True)
    shown = json.dumps(sad.to_json(reading.declaration), ensure_ascii=False)
    for each in reading.trace:
        if each.field not in ("source.evidence", "form", "flow", "items") and not re.fullmatch(
            r"items\[[0-9]+\]", each.field
        ):
            qualifier = re.search(r"/(LOC|DTM|MEA|MOA|NAD|RFF|TDT|CNT|FTX|CST|TAX)\[[0-9]+\]/[0-9]\.[0-9]$", each.path)
            assert each.text in shown or qualifier or each.text in each.field, each


def test_the_place_of_a_value_is_message_segment_element_component_and_line():
    reading = one(samples.cusdec(), with_trace=True)
    (gross,) = [each for each in reading.trace if each.field == "items[0].gross_mass_g" and each.text == "500,5"]
    assert (gross.path, gross.line) == ("CUSDEC[1]/MEA[23]/3.2", 24)


@pytest.mark.parametrize(
    ("written", "day", "code"),
    [
        ("20261120:102", "2026-11-20", None),
        ("202611201430:203", "2026-11-20", None),
        ("20261120143059:204", "2026-11-20", None),
        ("261120:101", "2026-11-20", None),
        ("201126:2", "2026-11-20", None),
        ("2611201430:201", "2026-11-20", None),
        ("20261120", "2026-11-20", None),
        ("20261320:102", None, "F-0102"),
        ("2026112:102", None, "F-0102"),
        ("20261120:999", None, "F-0312"),
        ("1430:401", None, "F-0312"),
    ],
)
def test_a_day_is_read_by_its_format(written, day, code):
    header = [each for each in samples.HEADER if not each.startswith("DTM")]
    segments = samples.declaration(header=[*header, f"DTM+137:{written}"])
    reading = one(samples.interchange(samples.message(segments)))
    assert reading.declaration.declared_on == day
    assert (code in codes(reading)) is (code is not None)
    if day is None:
        assert reading.declaration.verbatim["declared_on"] == written.partition(":")[0]


@pytest.mark.parametrize(
    ("written", "grams", "code"),
    [
        ("KGM:500.5", 500_500, None),
        ("KG:0,5", 500, None),
        ("TNE:1.25", 1_250_000, None),
        ("GRM:12500", 12_500, None),
        ("GRM:5", 5, None),
        ("KGM:1.500", 1_500, None),
        ("LBR:10", None, "F-0313"),
        ("KGM:1O", None, "F-0103"),
        ("KGM:1 000", None, "F-0103"),
        ("KGM:-3", None, "F-0104"),
    ],
)
def test_a_mass_is_read_in_its_unit_and_a_mark_never_parts_thousands(written, grams, code):
    segments = [f"MEA+WT+AAB+{written}" if each.startswith("MEA+WT+AAB") else each for each in samples.declaration()]
    reading = one(samples.interchange(samples.message(segments)))
    assert reading.declaration.items[0].gross_mass_g == grams
    assert (code in codes(reading)) is (code is not None)


def test_what_contradicts_an_earlier_segment_is_kept_and_told():
    reading = of("LOC+35+TN::5")
    assert reading.declaration.export_country.code == "LY"
    (found,) = [each for each in reading.findings if each.code == "F-0315"]
    assert (found.value, found.details["first"], found.path) == ("TN", "LY", "CUSDEC[1]/LOC[19]/2.1")
    assert Kept("CUSDEC[1]/LOC[19]/2.1", "TN") in reading.declaration.kept


def test_an_importer_stands_in_for_a_consignee_that_is_not_named_and_is_kept_where_one_is():
    header = [each for each in samples.HEADER if not each.startswith("NAD+CN")]
    alone = one(samples.interchange(samples.message(samples.declaration(header=[*header, "NAD+IM+DZ-7++TAMANRASSET"]))))
    assert alone.declaration.consignee == Party("DZ-7", "TAMANRASSET")
    both = of("NAD+IM+DZ-7++TAMANRASSET").declaration
    assert both.consignee.code == "DZ-100"
    assert "DZ-7" in {each.text for each in both.kept}


def test_a_full_line_goes_on_in_the_next_without_a_break():
    assert of(f"FTX+AAI+++{'x' * 70}:tail").declaration.comments == f"FIRST LINE\nSECOND LINE\n{'x' * 70}tail"


def test_an_unknown_directory_is_read_by_the_nearest_with_a_finding():
    reading = one(samples.interchange(samples.message(samples.declaration(), kind="CUSDEC:D:94B:UN")))
    (found,) = [each for each in reading.findings if each.code == "F-0307"]
    assert (found.value, found.details["directory"], found.path) == ("D.94B", "D.95B", "CUSDEC[1]/UNH[1]/2.3")
    assert reading.declaration.items[1].gross_mass_g == 500_500


@pytest.mark.parametrize(
    ("given", "nearest"),
    [("D.93A", "D.95B"), ("D.01A", "D.01A"), ("D.09B", "D.13A"), ("D.24A", "D.17B"), ("90.1", "D.96B"), (".", "D.96B")],
)
def test_the_nearest_directory_is_that_of_the_nearest_date(given, nearest):
    assert edifact_directory.nearest(given) == nearest


def test_a_newer_directory_has_another_table_of_the_means_of_transport():
    old = edifact_directory.place_of("D.96B", "TDT", "8178")
    new = edifact_directory.place_of("D.17B", "TDT", "8178")
    assert (old, new) == ((3, 1), (3, 3))


def test_several_messages_and_several_interchanges_are_as_many_declarations():
    two = samples.interchange(
        samples.message(samples.declaration()), samples.message(samples.declaration(), reference="M2")
    )
    readings = read(two + samples.cusdec(advice="UNA:+.? '"))
    assert [each.declaration.form for each in readings] == ["declaration"] * 3
    assert [each.declaration.kept[0].path.partition("/")[0] for each in readings] == ["UNB", "CUSDEC[2]", "UNB"]


def test_other_messages_of_the_file_are_named_and_kept_whole():
    other = samples.message(["BGM+124+DEPART"], kind="CUSREP:D:99B:UN", reference="M2")
    reading = one(samples.interchange(samples.message(samples.declaration()), other))
    (found,) = [each for each in reading.findings if each.code == "F-0308"]
    assert found.value == "CUSREP"
    assert Kept("CUSREP[2]/BGM[2]", "BGM+124+DEPART") in reading.declaration.kept


def test_a_file_of_other_messages_alone_is_refused_and_named():
    with pytest.raises(no.NoDeclarationMessage) as refused:
        read(samples.interchange(samples.message(["BGM+124"], kind="CUSREP:D:99B:UN")))
    assert refused.value.details["kinds"] == "CUSREP"


def test_a_declaration_of_edifact_is_written_as_asycuda_and_read_back():
    declared = one(samples.cusdec()).declaration
    again = one(write([declared])).declaration
    assert [each.gross_mass_g for each in again.items] == [500_500, 500_500]
    assert (again.consignee.name, again.items[0].price) == (declared.consignee.name, declared.items[0].price)
    assert again.items[0].documents == declared.items[0].documents


@pytest.mark.parametrize(
    ("charset", "encoding", "name"),
    [
        ("UNOC:3", "latin-1", "Société Érable"),
        ("UNOD:3", "iso8859-2", "Łódź"),
        ("UNOE:3", "iso8859-5", "Москва"),
        ("UNOI:3", "iso8859-6", "شركة الصحراء"),
        ("UNOW:4", "utf-8", "شركة الصحراء"),
        ("UNOY:4", "utf-8", "شركة الصحراء"),
    ],
)
def test_the_declared_character_set_is_read(charset, encoding, name):
    data = samples.cusdec(charset=charset).replace(b"PONENTE POMPE SRL", name.encode(encoding))
    reading = one(data)
    assert reading.declaration.exporter.name == name
    assert "F-0302" not in codes(reading)


def test_bytes_that_are_utf_8_whatever_was_declared_are_read_so_with_a_finding():
    reading = one(samples.cusdec().replace(b"PONENTE POMPE SRL", "شركة".encode()))
    assert reading.declaration.exporter.name == "شركة"
    assert "F-0302" in codes(reading)


def test_a_file_in_utf_16_with_its_mark_is_read():
    assert one(samples.cusdec().decode().encode("utf-16")).declaration.office.code == "DZDEB"


@pytest.mark.parametrize("advice", ["UNA:+.? '", "UNA:+,? '", "UNA|*,! ~", "UNA\x1f\x1d.? \x1c", "UNA:+.? \n"])
def test_any_separators_that_are_advised_are_honoured(advice):
    component, element, _decimal, release, _reserved, terminator = advice[3:]
    text = samples.cusdec(between="").decode()
    swap = str.maketrans({":": component, "+": element, "?": release, "'": terminator})
    data = (advice + text.translate(swap)).encode()
    declared = one(data).declaration
    assert (declared.form, declared.declarant_reference) == ("declaration", "LRN-2026-7")
    assert [each.gross_mass_g for each in declared.items] == [500_500, 500_500]


def test_the_repetition_separator_holds_from_syntax_4_on():
    segments = samples.declaration(header=(*samples.HEADER, "GIS+A:1*B:2"))
    three = one(samples.interchange(samples.message(segments))).declaration
    four = one(samples.interchange(samples.message(segments), charset="UNOC:4")).declaration
    assert "GIS+A:1*B:2" in {each.text for each in three.kept}
    assert "GIS+A:1*B:2" in {each.text for each in four.kept}
    assert four.items == three.items


def test_real_messages_of_others_are_read_without_loss(shared_data):
    for name in ("cusdec", "cuscar"):
        path = shared_data / f"customs/edifact/{name}_d99b.edi"
        (reading,) = read(path.read_bytes(), with_trace=True)
        told = "\n".join(each.text for each in reading.trace)
        assert all(part in told for part in re.split(r"[+:'\n]", path.read_text())[1:] if len(part) > 3)
        assert reading.declaration.items[0].commodity_code == "03026200"
        assert "F-0318" in codes(reading)  # its sender marked it as a test


def test_the_real_conveyance_report_is_named(shared_data):
    with pytest.raises(no.NoDeclarationMessage):
        read((shared_data / "customs/edifact/cusrep_d99b.edi").read_bytes())
