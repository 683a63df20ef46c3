"""Writing ASYCUDA World files: the same leaves at the same places, from the record alone, amended in its form."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mabar.declarations import sad
from mabar.declarations.formats import read, write
from mabar.declarations.formats.amend import amend
from mabar.declarations.formats.refusals import PathUnknown, ValueUnfit
from mabar.declarations.sad import Declaration, Item
from mabar.declarations.sad_parts import (
    Amount,
    AttachedDocument,
    Charge,
    Container,
    Country,
    Office,
    Packages,
    Party,
    Reference,
    Tax,
)
from tests.declarations import samples
from tests.declarations.samples import ALBANIA, ARABIC, DIALECTS, GRENADA, leaves


def stored(data: bytes) -> list[Declaration]:
    """Read a file and bring its declarations through their JSON, as if the file were no longer there."""
    return [sad.loads(sad.dumps(reading.declaration)) for reading in read(data)]


def written(data: bytes, *changes: str) -> dict[str, str]:
    """Give the leaves of a file that is written again, amended."""
    pairs = [tuple(change.split("=", 1)) for change in changes]
    return leaves(etree.fromstring(write([amend(declared, pairs) for declared in stored(data)])))


def changed(data: bytes, *changes: str) -> dict[str, tuple[str | None, str | None]]:
    """Give what differs after an amendment: path -> text before and after."""
    before, after = leaves(etree.fromstring(data)), written(data, *changes)
    return {path: (before.get(path), after.get(path)) for path in before | after if before.get(path) != after.get(path)}


@pytest.mark.parametrize("name", DIALECTS)
def test_every_leaf_comes_back_at_its_place_with_its_text(name):
    data = samples.sad(DIALECTS[name], items=3)
    again = write(stored(data))
    assert leaves(etree.fromstring(again)) == leaves(etree.fromstring(data))
    assert [e.tag for e in etree.fromstring(again).iter()] == [e.tag for e in etree.fromstring(data).iter()]


@pytest.mark.parametrize("name", DIALECTS)
def test_reading_what_was_written_gives_the_same_record(name):
    declared = stored(samples.sad(DIALECTS[name], items=2))
    assert stored(write(declared)) == declared


def test_the_head_of_the_file_stays():
    assert write(stored(samples.sad(GRENADA))).startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<ASYCUDA>")
    assert write(stored(samples.sad(ARABIC))).startswith(b"\xef\xbb\xbf<?xml")


@pytest.mark.parametrize("encoding", ["UTF-16", "ISO-8859-1"])
def test_the_encoding_stays(encoding):
    data = samples.sad(ALBANIA).decode().replace("UTF-8", encoding).encode(encoding)
    again = write(stored(data))
    assert again.decode(encoding).startswith("<?xml")
    assert leaves(etree.fromstring(again)) == leaves(etree.fromstring(data))


def test_attributes_mixed_text_and_unknown_elements_come_back():
    data = samples.sad(items=2).replace(b"<ASYCUDA>", b'<ASYCUDA id="5893622" xmlns:x="urn:x" x:y="1">top', 1)
    data = samples.with_element(data, "</Value_details>", "loose<New a='1'><Deep>a</Deep><Deep>b</Deep></New>")
    data = samples.with_element(data, "</Value_details>", "<Value_details>9</Value_details>")
    data = samples.with_element(data, "<Taxation>", "inside")
    assert leaves(etree.fromstring(write(stored(data)))) == leaves(etree.fromstring(data))


def test_namespaces_come_back():
    data = samples.sad(items=1).replace(b"<ASYCUDA>", b'<ASYCUDA xmlns="urn:some">', 1)
    (declared,) = stored(data)
    assert declared.items[0].gross_mass_g == 10_500
    assert leaves(etree.fromstring(write([declared]))) == leaves(etree.fromstring(data))


@pytest.mark.parametrize("count", [1, 3])
def test_fragments_and_files_of_several_declarations_come_back(count):
    items = f"<Rows who='me'><Note>n</Note>{''.join(samples.item(number=n) for n in range(count))}</Rows>"
    several = f"<Export by='x'>{''.join(samples.sad(head='').decode() for _ in range(count))}</Export>"
    for text in (items, several):
        assert leaves(etree.fromstring(write(stored(text.encode())))) == leaves(etree.fromstring(text))


def test_real_files_come_back(shared_data):
    for path in sorted((shared_data / "customs/asycuda").glob("*.xml")):
        data = path.read_bytes()
        declared = stored(data)
        assert leaves(etree.fromstring(write(declared))) == leaves(etree.fromstring(data))
        assert stored(write(declared)) == declared


name_of = st.text("abcdefgXYZ", min_size=1, max_size=8).map(lambda text: "U_" + text)
some_text = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zs", "Zl", "Zp")), min_size=1, max_size=12
)
unknown = st.recursive(
    some_text, lambda inner: st.lists(st.tuples(name_of, inner), min_size=1, max_size=3), max_leaves=8
)


def xml_of(content: object) -> str:
    if isinstance(content, str):
        return content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"<{name}>{xml_of(inner)}</{name}>" for name, inner in content)


@settings(max_examples=30, deadline=None)
@given(where=st.sampled_from(["</Value_details>", "</HScode>", "</Traders>", "<Item>", "</Packages>"]), content=unknown)
def test_whatever_element_a_country_adds_is_kept_and_given_back(where, content):
    added = f"<U_more>{xml_of(content)}</U_more>"
    data = samples.with_element(samples.sad(items=2), where, added)
    expected = leaves(etree.fromstring(data))
    assert leaves(etree.fromstring(write(stored(data)))) == expected
    shown = {kept.text for kept in stored(data)[0].kept}
    assert {text for path, text in expected.items() if "/U_" in path} <= shown


amount = st.one_of(st.none(), st.integers(0, 10**12).map(lambda minor: Amount(minor, "DZD")))
words = st.one_of(st.none(), st.text("abc déفي-/.123", max_size=15).map(lambda text: f"w{text}".strip()))
mass = st.one_of(st.none(), st.integers(0, 10**9))
euros = st.one_of(st.none(), st.integers(0, 10**9).map(lambda minor: Amount(minor, "EUR")))
# Two digits of a year are read by a fixed pivot, so the days are those that all forms can write.
days = st.one_of(st.none(), st.dates(date(1970, 1, 1), date(2069, 12, 31)).map(date.isoformat))
generated_item = st.builds(
    Item,
    commodity_code=st.from_regex("[0-9]{8}", fullmatch=True),
    description=words,
    gross_mass_g=mass,
    net_mass_g=mass,
    packages=st.builds(Packages, count=st.one_of(st.none(), st.integers(0, 9999)), marks_1=words),
    invoice=st.builds(lambda national, foreign: Charge(national, foreign, "EUR"), amount, euros),
    documents=st.lists(st.builds(AttachedDocument, code=st.just("380"), reference=words, on=days), max_size=3).map(
        tuple
    ),
    taxes=st.lists(st.builds(Tax, code=st.just("TVA"), base=st.just("100"), amount=amount), max_size=3).map(tuple),
)
generated = st.builds(
    Declaration,
    flow=st.sampled_from(["import", "export"]),
    type_code=st.just("IM"),
    general_procedure_code=st.sampled_from(["4", "5", "7"]),
    office=st.builds(Office, code=st.sampled_from(["DZDEB", "XX1"]), name=words),
    export_country=st.just(Country(code="DZ")),
    registration=st.builds(Reference, serial=st.just("C"), number=st.just("12"), on=days),
    consignee=st.builds(Party, code=st.just("1"), name=words),
    destination_country=st.just(Country(code="DZ")),
    items=st.lists(generated_item, min_size=1, max_size=3).map(tuple),
    containers=st.lists(st.builds(Container, identity=st.just("CSQU3054383"), gross_mass_g=mass), max_size=2).map(
        tuple
    ),
)


def declared_values(declaration: Declaration) -> Declaration:
    """Leave out what is about the source and not declared."""
    items = tuple(replace(item, verbatim={}) for item in declaration.items)
    return replace(declaration, source=sad.Declaration().source, verbatim={}, kept=(), items=items)


@settings(max_examples=30, deadline=None)
@given(generated)
def test_a_declaration_made_elsewhere_is_the_same_after_writing_and_reading(declaration):
    (again,) = stored(write([declaration]))
    expected = replace(declaration, regime=again.regime, claimed_state=again.claimed_state)
    assert sad.to_json(_bare(declared_values(again))) == sad.to_json(_bare(expected))
    assert stored(write([again])) == [again]


def _bare(declaration: Declaration) -> Declaration:
    """Leave out the meaning of rates, which is found again, and units without value that a full file has."""
    items = tuple(
        replace(item, taxes=tuple(replace(tax, rate_means=None) for tax in item.taxes)) for item in declaration.items
    )
    return replace(declaration, items=items)


def test_an_amended_mass_moves_the_header_weights_and_nothing_else():
    assert changed(samples.sad(items=2), "items[1].gross_mass_g=12.25kg") == {
        "/ASYCUDA/Item[2]/Valuation_item/Weight_itm/Gross_weight_itm": ("10.5", "12.25"),
        "/ASYCUDA/Valuation/Weight/Gross_weight": ("21", "22.75"),
        "/ASYCUDA/Valuation/Total/Total_weight": ("21", "22.75"),
    }


def test_numbers_are_written_in_the_form_of_the_file():
    data = samples.sad(GRENADA, items=2).replace(b">9.25<", b">9.0<")
    assert changed(data, "items[0].net_mass_g=8000") == {
        "/ASYCUDA/Item[1]/Valuation_item/Weight_itm/Net_weight_itm": ("9.0", "8.0")
    }


def test_a_file_of_two_decimals_gets_two_decimals():
    data = samples.sad(items=2, number=lambda value: f"{value:.2f}")
    after = changed(data.replace(b">1.0<", b">1.00<"), "items[0].gross_mass_g=8kg")
    assert {text for _, text in after.values()} == {"8.00", "18.50"}


def test_packages_invoice_and_cif_move_their_totals():
    after = changed(
        samples.sad(items=2), "items.0.packages.count=7", "items[0].invoice.foreign=110.25", "items[0].total_cif=21050"
    )
    assert after == {
        "/ASYCUDA/Item[1]/Packages/Number_of_packages": ("5", "7"),
        "/ASYCUDA/Property/Nbers/Total_number_of_packages": ("10", "12"),
        "/ASYCUDA/Item[1]/Valuation_item/Item_Invoice/Amount_foreign_currency": ("100.25", "110.25"),
        "/ASYCUDA/Valuation/Gs_Invoice/Amount_foreign_currency": ("200.5", "210.5"),
        "/ASYCUDA/Valuation/Total/Total_invoice": ("200.5", "210.5"),
        "/ASYCUDA/Item[1]/Valuation_item/Total_CIF_itm": ("200.5", "210.5"),
        "/ASYCUDA/Valuation/Total_CIF": ("401", "411"),
    }


def test_an_amended_tax_line_moves_item_and_header_taxes():
    after = changed(samples.sad(items=2), "items[1].taxes[0].amount=35.5")
    assert {text for _, text in after.values()} == {"35.5", "65.5", "165.5"}


def test_a_total_that_is_set_stays_as_set():
    after = changed(samples.sad(items=2), "items[1].gross_mass_g=12000", "valuation.gross_mass_g=5kg")
    assert after["/ASYCUDA/Valuation/Weight/Gross_weight"] == ("21", "5")


@pytest.mark.parametrize(
    ("dialect", "text"),
    [(samples.JAMAICA, "02/03/26"), (GRENADA, "2/3/26"), (ALBANIA, "03/02/2026"), (ARABIC, "03/02/2026")],
)
def test_an_amended_day_is_written_as_the_file_writes_days(dialect, text):
    after = changed(samples.sad(dialect), "registration.on=2026-02-03")
    assert after["/ASYCUDA/Identification/Registration/Date"][1] == text


def test_a_choice_between_two_readings_is_an_amendment():
    data = samples.sad(office="10100", dates=("4/7/15", "", ""))
    (declared,) = stored(data)
    chosen = amend(declared, [("registration.on", "2015-07-04")])
    assert chosen.registration.on == "2015-07-04"
    assert leaves(etree.fromstring(write([declared])))["/ASYCUDA/Identification/Registration/Date"] == "4/7/15"


def test_a_value_is_put_where_the_file_had_none():
    data = samples.sad(items=1)
    assert changed(data, "transport.loading.code=LYLTD", "items[0].packages.marks_2=X", "transit.seal_count=2") == {
        "/ASYCUDA/Transport/Place_of_loading/Code": (None, "LYLTD"),
        "/ASYCUDA/Item/Packages/Marks2_of_packages": (None, "X"),
        "/ASYCUDA/Transit/Seals/Number": (None, "2"),
    }


@pytest.mark.parametrize("name", DIALECTS)
def test_items_that_were_added_or_taken_off_follow(name):
    (declared,) = stored(samples.sad(DIALECTS[name], items=2).replace(b"<Item>", b'<Item no="1">'))
    longer = replace(declared, items=(*declared.items, replace(declared.items[0], precision_4="ART-9")))
    (again,) = stored(write([longer]))
    assert [item.precision_4 for item in again.items] == ["ART-0", "ART-1", "ART-9"]
    assert again.items[2].gross_mass_g == 10_500
    (again,) = stored(write([replace(declared, items=declared.items[:1])]))
    assert [item.precision_4 for item in again.items] == ["ART-0"]


def test_a_value_is_put_into_the_namespace_of_the_file():
    data = samples.sad(items=1).replace(b"<ASYCUDA>", b'<ASYCUDA xmlns="urn:some">', 1)
    (declared,) = stored(data)
    (again,) = stored(write([amend(declared, [("transit.seal_count", "2"), ("office.name", "X")])]))
    assert (again.transit.seal_count, again.office.name) == (2, "X")


def test_an_emptied_value_leaves_its_element_empty():
    assert changed(samples.sad(), "declarant_reference=null") == {
        "/ASYCUDA/Declarant/Reference/Number": ("REF 1", None)
    }


def test_an_amended_record_reads_back_as_amended():
    (declared,) = stored(samples.sad(ALBANIA, items=2))
    amended = amend(declared, [("items[0].invoice.foreign", "99.99"), ("consignee.name", "شركة")])
    (again,) = stored(write([amended]))
    assert (again.items[0].invoice.foreign, again.consignee.name) == (Amount(9_999, "EUR"), "شركة")


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "items",
        "items[9].net_mass_g",
        "items[0]",
        "office",
        "office.code.x",
        "kept",
        "source.profile",
        "",
        "[0]",
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path):
    (declared,) = stored(samples.sad())
    with pytest.raises(PathUnknown):
        amend(declared, [(path, "1")])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("items[0].net_mass_g", "-5"),
        ("items[0].net_mass_g", "NaN"),
        ("items[0].net_mass_g", "1.5"),
        ("items[0].packages.count", "two"),
        ("registration.on", "4/7/15"),
        ("items[0].taxes[0].rate", "high"),
        ("items.0.apportionment", "-0.5"),
        ("consignee.code", "12\u202e"),
        ("flow", "sideways"),
        ("transport.is_containerised", "maybe"),
        ("valuation.total_cif", "1.234"),
        ("valuation.total_cif", "1,5"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(path, text):
    (declared,) = stored(samples.sad())
    with pytest.raises(ValueUnfit) as refused:
        amend(declared, [(path, text)])
    assert refused.value.sentence("ar").remedy
