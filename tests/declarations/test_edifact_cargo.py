"""A cargo report (CUSCAR): a record a consignment, of a form of its own, which begins a draft and is never lodged."""

import pytest

from mabar.declarations import rules, sad
from mabar.declarations.checks import check
from mabar.declarations.formats import read
from mabar.declarations.sad_parts import Container, Kept, Packages, PreviousDocument
from tests.declarations import edifact_samples as samples


def test_each_consignment_is_a_record_with_its_own_goods():
    first, second = (reading.declaration for reading in read(samples.cuscar()))
    assert (first.form, first.regime, first.claimed_state) == ("cargo", None, None)
    assert (first.manifest_reference, second.manifest_reference) == ("MANIFEST-9", "MANIFEST-9")
    assert (first.exporter.name, first.consignee.code) == ("PONENTE POMPE SRL", "DZ-100")
    assert first.valuation.gross_mass_g == 1_000_000
    assert first.transport.border.identity == second.transport.border.identity == "12345-678-39"
    assert [each.description for each in first.items] == ["PUMPS", "HOSES"]
    assert [each.gross_mass_g for each in first.items] == [600_000, 400_000]
    assert first.items[0].commodity_code == "841370"
    assert first.items[0].packages == Packages(count=10, kind_code="CT", kind_name="CARTONS", marks_1="MARKS")
    assert first.items[1].previous_document == PreviousDocument(summary_line="1", reference="BL-1")


def test_what_stands_before_a_single_goods_item_belongs_to_it():
    second = read(samples.cuscar())[1].declaration
    (only,) = second.items
    assert (only.description, only.commodity_code, only.packages.count) == ("DATES", "08041000", 3)
    assert only.previous_document.reference == "BL-2"


def test_what_stands_before_several_goods_items_is_kept():
    segments = [*samples.CARGO, "GID+2+4:BG"]
    second = read(samples.interchange(samples.message(segments, kind="CUSCAR:D:95B:UN")))[1].declaration
    assert [each.description for each in second.items] == [None, None]
    assert Kept("CUSCAR[1]/CNI[2]/description", "DATES") in second.kept


def test_a_container_goes_with_the_consignment_that_names_it_with_its_seals():
    first, second = (reading.declaration for reading in read(samples.cuscar()))
    assert first.containers == (Container(identity="CSQU3054383", kind="22G1", fullness="5", gross_mass_g=1_000_000),)
    assert (first.transit.seals, first.transit.seal_count) == ("SEAL-1, SEAL-2", 2)
    assert second.containers == ()


def test_containers_that_no_goods_name_are_told_with_the_first_consignment():
    segments = [each for each in samples.CARGO if not each.startswith("SGP")]
    first, second = read(samples.interchange(samples.message(segments, kind="CUSCAR:D:95B:UN")))
    assert [each.identity for each in first.declaration.containers] == ["CSQU3054383"]
    assert second.declaration.containers == ()


def test_it_is_said_that_this_is_no_declaration_and_what_to_do():
    for number, reading in enumerate(read(samples.cuscar()), start=1):
        (found,) = [each for each in reading.findings if each.code == "F-0314"]
        assert (found.severity, found.details["number"], found.details["count"]) == ("note", number, 2)
        assert "draft" in found.sentence("en").remedy
        assert {each.code for each in check(reading.declaration)} & {"G-0400"}
        (whole,) = [each for each in check(reading.declaration) if each.code == "G-0400"]
        assert "تقرير حمولة" in whole.sentence("ar").what
        with pytest.raises(rules.NotAWholeDeclaration):
            rules.check_content(form=reading.declaration.form, flow="import", regime="import", items=1)


def test_a_report_without_a_consignment_is_told():
    segments = samples.CARGO[:3]
    (reading,) = read(samples.interchange(samples.message(segments, kind="CUSCAR:D:95B:UN")))
    assert ("F-0309", "CNI") in {(each.code, each.value) for each in reading.findings}


def test_unknown_and_misplaced_segments_are_kept_with_their_consignment():
    segments = [*samples.CARGO, "XYZ+1", "BGM+85"]
    second = read(samples.interchange(samples.message(segments, kind="CUSCAR:D:95B:UN")))[1]
    assert {"F-0310", "F-0311"} <= {each.code for each in second.findings}
    assert {"XYZ+1", "BGM+85"} <= {each.text for each in second.declaration.kept}


def test_the_record_survives_its_json():
    for reading in read(samples.cuscar()):
        assert sad.loads(sad.dumps(reading.declaration)) == reading.declaration
