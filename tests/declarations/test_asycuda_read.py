"""Reading ASYCUDA World files: every dialect, every quirk, nothing lost."""

import json

import pytest
from lxml import etree

from mabar.declarations import sad
from mabar.declarations.formats import read
from mabar.declarations.formats.readings import Reading
from tests.declarations import samples
from tests.declarations.samples import ALBANIA, ARABIC, DIALECTS, GRENADA, JAMAICA, NEPAL


def one(data: bytes, **options: object) -> Reading:
    (reading,) = read(data, **options)  # type: ignore[arg-type]
    return reading


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


def texts_of(value: object) -> set[str]:
    """Give every text and number in a JSON value."""
    if isinstance(value, dict):
        return set().union(*map(texts_of, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(texts_of, value)) if value else set()
    return {value} if isinstance(value, str) else {str(value)}


@pytest.mark.parametrize("name", DIALECTS)
def test_every_value_of_the_source_is_in_the_json(name):
    data = samples.sad(DIALECTS[name], items=3)
    shown = texts_of(sad.to_json(one(data).declaration))
    missing = {text for text in samples.leaves(etree.fromstring(data)).values() if text not in shown}
    assert not missing


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_gives_the_same_goods(name):
    declared = one(samples.sad(DIALECTS[name], items=2)).declaration
    item = declared.items[1]
    assert (declared.type_code, declared.flow, declared.regime) == ("IM", "import", "import")
    assert (item.commodity_code, item.precision_1, item.precision_4, item.hs6) == ("84713010", "00", "ART-1", "847130")
    assert (item.gross_mass_g, item.net_mass_g, item.packages.count) == (10_500, 9_250, 5)
    assert item.invoice.foreign == sad.Amount(
        {"TND": 100_250}.get(DIALECTS[name].currency, 10_025), DIALECTS[name].currency
    )
    assert declared.valuation.gross_mass_g == 21_000
    assert item.apportionment == "0.005263157894736842"
    assert item.value_formula == "0+0+0+0-0"


@pytest.mark.parametrize(
    "null",
    ["<X><null/></X>", "<X/>", "", "<X>  \n </X>", "<X>\u00a0</X>"],
    ids=["null", "empty", "missing", "blank", "nbsp"],
)
def test_five_ways_to_say_no_value(null):
    data = samples.with_element(samples.sad(), "</Container_flag>", null.replace("X", "Location_of_goods"))
    assert one(data).declaration.transport.goods_location is None
    assert not one(data).declaration.kept


def test_spelling_and_case_variants_reach_the_same_fields():
    data = (
        samples.sad(ALBANIA).replace(b"Free_text_1", b"Free_Text_1").replace(b"<Free_Text_1>", b"<Free_Text_1>remark")
    )
    data = data.replace(b"Deffered_payment", b"Deferred_payment").replace(b"Suppplementary", b"Supplementary")
    declared = one(data).declaration
    assert declared.items[0].free_text_1 == "remark"
    assert declared.payment.deferred_reference == "DP1"
    assert declared.items[0].supplementary_units[0].code == "NMB"
    assert declared.valuation.external_freight.national == sad.Amount(0, "ALL")
    assert declared.items[0].external_freight.foreign == sad.Amount(0, "EUR")


def test_quota_as_a_code_and_as_a_segment():
    data = samples.sad(items=1).replace(b"<Quota_code><null/></Quota_code>", b"<Quota_code>NEW</Quota_code>")
    assert one(data).declaration.items[0].quota_code == "NEW"
    segment = b"<Quota><QuotaCode>Q1</QuotaCode><QuotaId>7</QuotaId><QuotaItem><ItmNbr>2</ItmNbr></QuotaItem></Quota>"
    quota = one(data.replace(b"<Quota_code>NEW</Quota_code>", segment)).declaration.items[0].quota
    assert (quota.code, quota.key, quota.item) == ("Q1", "7", "2")


@pytest.mark.parametrize("tag", ["Suppliers_document", "Supplier_document"])
def test_supplier_documents_in_both_spellings(tag):
    data = samples.sad().replace(b"Suppliers_document", tag.encode())
    (supplier,) = one(data).declaration.supplier_documents
    assert (supplier.name, supplier.invoice_number) == ("SUPPLIER ONE", "INV-1")


def test_names_over_several_lines_lose_their_tabs_and_keep_their_text():
    declared = one(samples.sad(ALBANIA)).declaration
    assert declared.consignee.name == "SHEMBULL SHPK\nRRUGA E PARË\nTIRANË"
    assert declared.verbatim["consignee.name"] == ALBANIA.name


def test_arabic_with_a_byte_order_mark():
    declared = one(samples.sad(ARABIC)).declaration
    assert (declared.office.name, declared.items[0].description) == ("رأس اجدير", "تمور طازجة")
    assert declared.items[0].invoice.foreign == sad.Amount(100_250, "TND")
    assert declared.items[0].invoice.national == sad.Amount(200_500, "LYD")


@pytest.mark.parametrize("encoding", ["UTF-16", "ISO-8859-1", "windows-1252"])
def test_other_encodings_that_the_file_declares(encoding):
    data = samples.sad(ALBANIA).decode().replace("UTF-8", encoding).encode(encoding)
    assert one(data).declaration.items[0].description.endswith("të përdorura")


def test_a_month_that_the_office_decides():
    reading = one(samples.sad(dates=("04/07/15", "05/06/15", "")))
    assert reading.declaration.registration.on == "2015-04-07"
    assert reading.declaration.source.profile == "jm"
    assert reading.declaration.source.evidence == ("month first: office code JMKAJ",)


@pytest.mark.parametrize(
    ("dates", "profile", "order", "read_as"),
    [
        (("4/7/15", "4/17/15", ""), "month-first", "mdy", "2015-04-07"),
        (("4/7/2015", "17/4/2015", ""), "day-first", "dmy", "2015-07-04"),
    ],
)
def test_dates_with_one_reading_name_the_profile(dates, profile, order, read_as):
    declared = one(samples.sad(office="10100", dates=dates)).declaration
    assert (declared.source.profile, declared.source.date_order) == (profile, order)
    assert declared.registration.on == read_as
    assert dates[1] in declared.source.evidence[0]


def test_a_date_with_two_readings_is_null_and_told_with_line_element_and_both():
    data = samples.sad(office="10100", dates=("4/7/15", "", ""))
    reading = one(data)
    assert reading.declaration.registration.on is None
    assert reading.declaration.verbatim["registration.on"] == "4/7/15"
    (finding,) = [finding for finding in reading.findings if finding.code == "F-0101"]
    assert finding.path == "/ASYCUDA/Identification/Registration/Date"
    assert finding.line == data.split(b"4/7/15")[0].count(b"\n") + 1
    assert (finding.details["first"], finding.details["second"]) == ("2015-04-07", "2015-07-04")
    assert finding.severity == "error"


def test_dates_that_point_both_ways_give_no_profile():
    reading = one(samples.sad(office="10100", dates=("4/17/15", "17/4/15", "4/7/15")))
    assert reading.declaration.source.profile is None
    assert reading.declaration.declared_on is None
    assert reading.declaration.registration.on == "2015-04-17"
    assert "F-0110" in codes(reading)


def test_the_same_day_both_ways_and_iso_need_no_order():
    declared = one(samples.sad(office="10100", dates=("4/4/15", "2015-07-04", ""))).declaration
    assert (declared.registration.on, declared.assessment.on) == ("2015-04-04", "2015-07-04")


def test_a_chosen_profile_decides():
    reading = one(samples.sad(office="10100", dates=("4/7/15", "", "")), profile="dz")
    assert reading.declaration.registration.on == "2015-07-04"
    assert reading.declaration.source.evidence == ("chosen: dz",)


@pytest.mark.parametrize("text", ["17-APR-15", "17 April 2015", "20150417", "2015-04-17T10:00:00Z", "4/17/15 10:22 AM"])
def test_other_ways_to_write_a_day(text):
    assert one(samples.sad(office="10100", dates=(text, "", ""))).declaration.registration.on == "2015-04-17"


def test_zero_dates_are_no_dates():
    reading = one(samples.sad(dates=("11/19/25", "0/0/00", "")))
    assert reading.declaration.assessment.on is None
    assert not {"F-0101", "F-0102"} & set(codes(reading))


@pytest.mark.parametrize(
    ("text", "grams"),
    [("1", 1_000), ("1.0", 1_000), ("0.00", 0), ("1.0E3", 1_000_000), ("186,9", 186_900), ("١٢٫٥", 12_500)],
)
def test_masses_as_programs_and_people_write_them(text, grams):
    data = samples.sad(items=1).replace(b"<Gross_weight_itm>10.5<", f"<Gross_weight_itm>{text}<".encode())
    assert one(data).declaration.items[0].gross_mass_g == grams


@pytest.mark.parametrize(
    ("text", "code"),
    [("NaN", "F-0103"), ("-5", "F-0104"), ("1,500", "F-0105"), ("abc", "F-0103"), ("Infinity", "F-0103")],
)
def test_numbers_that_cannot_be_trusted_are_null_and_told(text, code):
    data = samples.sad(items=1).replace(b"<Gross_weight_itm>10.5<", f"<Gross_weight_itm>{text}<".encode())
    reading = one(data)
    assert reading.declaration.items[0].gross_mass_g is None
    assert reading.declaration.items[0].verbatim["gross_mass_g"] == text
    (finding,) = [finding for finding in reading.findings if finding.code == code]
    assert (finding.value, finding.record_field) == (text, "items[0].gross_mass_g")
    assert finding.path == "/ASYCUDA/Item/Valuation_item/Weight_itm/Gross_weight_itm"


@pytest.mark.parametrize(
    ("old", "new"), [("<Container_flag>false", "<Container_flag>perhaps"), ("<Sad_flow>I", "<Sad_flow>X")]
)
def test_a_word_that_is_not_allowed_is_null_and_told(old, new):
    reading = one(samples.sad().replace(old.encode(), new.encode()))
    (finding,) = [finding for finding in reading.findings if finding.code == "F-0108"]
    assert finding.value in new
    assert None in (reading.declaration.flow, reading.declaration.transport.is_containerised)


def test_what_the_file_does_not_tell_is_said():
    reading = one(samples.sad(office="77", country="", dates=("", "", "")))
    assert {"F-0111", "F-0112"} <= set(codes(reading))
    assert reading.declaration.items[0].total_cif == sad.Amount(20_050, None)


def test_half_a_package_is_no_count():
    reading = one(samples.sad(items=1).replace(b"<Number_of_packages>5<", b"<Number_of_packages>5.5<"))
    assert reading.declaration.items[0].packages.count is None
    assert "F-0107" in codes(reading)


def test_values_finer_than_their_unit_are_rounded_told_once_and_kept():
    data = samples.sad(items=3).replace(b"<Total_CIF_itm>200.5<", b"<Total_CIF_itm>200.50449<")
    reading = one(data)
    assert [item.total_cif.minor for item in reading.declaration.items] == [20_050] * 3
    assert reading.declaration.items[2].verbatim["total_cif"] == "200.50449"
    (finding,) = [finding for finding in reading.findings if finding.code == "F-0106"]
    assert finding.details["count"] == 3


def test_the_filled_places_of_eight_tax_lines():
    data = samples.sad(items=1)
    (tax,) = one(data).declaration.items[0].taxes
    assert (tax.code, tax.amount, tax.payment_mode) == ("DUT", sad.Amount(3_000, "JMD"), "1")


def test_a_gap_among_tax_lines_keeps_the_places():
    empty = b"<Taxation_line>\n<Duty_tax_code><null/></Duty_tax_code>\n"
    data = samples.sad(items=1)
    place = data.rindex(empty)
    data = data[:place] + data[place:].replace(b"<null/>", b"VAT", 1)
    taxes = one(data).declaration.items[0].taxes
    assert [tax.code for tax in taxes] == ["DUT", None, None, None, None, None, None, "VAT"]


@pytest.mark.parametrize(
    ("base", "rate", "amount", "means"),
    [
        ("200", "15", "30", "percent"),
        ("150", "0.2", "30", "fraction"),
        ("10", "3", "30", "per_unit"),
        ("10", "3", "55", None),
    ],
)
def test_three_meanings_of_a_rate(base, rate, amount, means):
    data = samples.sad(items=1).replace(b"<Duty_tax_Base>200.5<", f"<Duty_tax_Base>{base}<".encode())
    data = data.replace(b"<Duty_tax_rate>14.96<", f"<Duty_tax_rate>{rate}<".encode())
    data = data.replace(b"<Duty_tax_amount>30<", f"<Duty_tax_amount>{amount}<".encode())
    assert one(data).declaration.items[0].taxes[0].rate_means == means


def test_the_profile_says_what_the_figures_hide():
    data = samples.sad(ALBANIA, items=1).replace(b">DUT<", b">TAM<")
    assert one(data).declaration.items[0].taxes[0].rate_means == "per_unit"


def test_the_country_says_what_the_figures_hide_where_the_office_is_unknown():
    data = samples.sad(ALBANIA, items=1, office="77").replace(b">DUT<", b">TVS<")
    assert one(data).declaration.items[0].taxes[0].rate_means == "fraction"


def test_segments_of_single_countries():
    nepal = one(samples.sad(NEPAL)).declaration
    assert [kept.text for kept in nepal.kept] == ["one.pdf", "two.pdf"]
    assert "F-0120" in codes(one(samples.sad(NEPAL)))
    assert nepal.kept[1].path == "/ASYCUDA/SW_scans_general_segment/SW_scan[2]/Scan_name"
    assert (nepal.items[0].write_off_unit, nepal.items[0].write_off_quantity) == ("KGM", "12.5")
    jamaica = one(samples.sad(JAMAICA, items=2)).declaration
    assert jamaica.assessment_notice.item_taxes == sad.Amount(6_000, "JMD")


def test_items_without_currency_take_that_of_the_header():
    assert one(samples.sad(NEPAL)).declaration.items[0].invoice.foreign == sad.Amount(10_025, "INR")


@pytest.mark.parametrize(
    ("dates", "state"),
    [(("", "", ""), "draft"), (("1/13/25", "", ""), "registered"), (("1/13/25", "1/14/25", ""), "assessed")],
)
def test_the_state_that_the_file_claims(dates, state):
    assert one(samples.sad(dates=dates)).declaration.claimed_state == state


def test_financial_stands_among_traders_and_at_the_top():
    declared = one(samples.sad()).declaration
    assert (declared.financial_party.name, declared.payment.total_taxes) == ("BANK FIRM", sad.Amount(16_000, "JMD"))


def test_containers_and_written_off_items_repeat():
    more = "".join(
        f"<Container><Item_Number>1</Item_Number><Container_identity>{name}</Container_identity></Container>"
        for name in ("CSQU3054383", "MSKU0000001")
    )
    more += (
        "<Prev_decl><Prev_decl_reg_number>5</Prev_decl_reg_number><Prev_decl_weight>2.5</Prev_decl_weight></Prev_decl>"
    )
    declared = one(samples.with_element(samples.sad(), "</Valuation>", more)).declaration
    assert [container.identity for container in declared.containers] == ["CSQU3054383", "MSKU0000001"]
    assert (declared.write_offs[0].number, declared.write_offs[0].mass_g) == ("5", 2_500)
    assert declared.verbatim["write_offs[0].mass_g"] == "2.5"


def test_attributes_mixed_text_unknown_and_repeated_elements_are_kept():
    data = samples.sad(items=1).replace(b"<ASYCUDA>", b'<ASYCUDA id="5893622">')
    data = samples.with_element(data, "</Value_details>", "loose<New><Deep>a</Deep><Deep>b</Deep></New>")
    data = samples.with_element(data, "</Value_details>", "<Value_details>9</Value_details>")
    data = samples.with_element(data, "<Taxation>", "inside")
    kept = {kept.path: kept.text for kept in one(data).declaration.kept}
    assert kept["/ASYCUDA/@id"] == "5893622"
    assert kept["/ASYCUDA/General_information/New/Deep[2]"] == "b"
    assert kept["/ASYCUDA/General_information/Value_details[2]"] == "9"
    assert "loose" in kept.values()
    assert kept["/ASYCUDA/Item/Taxation/text()"].strip() == "inside"


def test_comments_and_processing_instructions_are_no_values():
    data = samples.with_element(samples.sad(), "</Value_details>", "<!-- a remark --><?print now?>")
    assert not one(data).declaration.kept


def test_a_header_without_items():
    reading = one(samples.sad(items=0))
    assert reading.declaration.items == ()
    assert "F-0132" in codes(reading)


def test_lone_items_are_a_fragment():
    reading = one(samples.item().encode())
    assert (reading.declaration.form, reading.declaration.claimed_state) == ("fragment", None)
    assert reading.declaration.items[0].gross_mass_g == 10_500
    assert "F-0131" in codes(reading)


def test_several_items_without_a_root_are_one_fragment():
    reading = one(('<?xml version="1.0"?>' + samples.item() + samples.item(number=1)).encode())
    assert [item.precision_4 for item in reading.declaration.items] == ["ART-0", "ART-1"]


def test_items_below_another_root_are_a_fragment():
    (reading,) = read(f"<Rows>{samples.item()}{samples.item(number=1)}</Rows>".encode())
    assert len(reading.declaration.items) == 2


def test_several_declarations_in_one_file():
    bare = [samples.sad(head="", dates=(day, "", "")).decode() for day in ("1/13/25", "1/14/25")]
    for text in ("<Export by='x'>" + "".join(bare) + "</Export>", "".join(bare)):
        readings = read(text.encode())
        assert [reading.declaration.registration.on for reading in readings] == ["2025-01-13", "2025-01-14"]


def test_a_hundred_and_ninety_items():
    declared = one(samples.sad(items=190)).declaration
    assert len(declared.items) == 190
    assert sum(item.gross_mass_g for item in declared.items) == declared.valuation.gross_mass_g


def test_two_thousand_items_are_read_and_told():
    reading = one(samples.sad(items=2_000))
    assert len(reading.declaration.items) == 2_000
    assert "F-0160" in codes(reading)


@pytest.mark.parametrize("character", ["\u202e", "\u200f", "\u2066", "\u200b"])
def test_hidden_characters_in_a_reference_are_refused_and_in_a_name_kept(character):
    data = samples.sad().replace(b">REF 1<", f">REF{character} 1<".encode())
    reading = one(data.replace(b">BROKER<", f">BRO{character}KER<".encode()))
    assert reading.declaration.declarant_reference is None
    assert reading.declaration.verbatim["declarant_reference"] == f"REF{character} 1"
    assert reading.declaration.declarant.name == f"BRO{character}KER"
    assert "F-0140" in codes(reading)


def test_hidden_characters_also_as_character_references():
    reading = one(samples.sad().replace(b">REF 1<", b">REF&#8238; 1<"))
    assert "F-0140" in codes(reading)


def test_the_trace_tells_of_each_value_where_it_went():
    data = samples.sad(NEPAL, items=2)
    trace = one(data, with_trace=True).trace
    assert {each.path: each.text for each in trace} == samples.leaves(etree.fromstring(data))
    by_path = {each.path: each for each in trace}
    mass = by_path["/ASYCUDA/Item[2]/Valuation_item/Weight_itm/Gross_weight_itm"]
    assert mass.field == "items[1].gross_mass_g"
    assert mass.line == data[: data.rindex(b"<Gross_weight_itm>")].count(b"\n") + 1
    assert by_path["/ASYCUDA/SW_scans_general_segment/SW_scan[1]/Scan_name"].field == "kept"


def test_reading_twice_gives_the_same_line_of_json():
    data = samples.sad(GRENADA)
    line = sad.dumps(one(data).declaration)
    assert line == sad.dumps(one(data).declaration)
    assert json.loads(line)["record"] == "sad/1"


def test_findings_speak_three_languages():
    reading = one(samples.sad(office="10100", dates=("4/7/15", "", "")))
    for finding in reading.findings:
        said = {language: finding.sentence(language).what for language in ("ar", "fr", "en")}
        assert len(set(said.values())) == 3


def test_real_files_are_read_without_loss(shared_data):
    for path in sorted((shared_data / "customs/asycuda").glob("*.xml")):
        data = path.read_bytes()
        shown = texts_of(sad.to_json(one(data).declaration))
        assert not {text for text in samples.leaves(etree.fromstring(data)).values() if text not in shown}


def test_the_real_relief_file_is_jamaican_by_its_office(shared_data):
    declared = one((shared_data / "customs/asycuda/jamaica_imr4_relief.xml").read_bytes()).declaration
    assert (declared.source.profile, declared.registration.on) == ("jm", "2025-11-19")
    assert declared.payment.total_taxes == sad.Amount(1_044_547, "JMD")


def test_the_real_blank_template_is_named(shared_data):
    reading = one((shared_data / "customs/asycuda/jamaica_blank_template.xml").read_bytes())
    assert reading.declaration.form == "template"
    assert "F-0130" in codes(reading)
