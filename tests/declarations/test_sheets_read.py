"""Reading spreadsheets: mapping profiles by headers, in French and Arabic, whatever the encoding and the delimiter."""

import csv
import io
import json
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from mabar.declarations import sad
from mabar.declarations.formats import read, write
from mabar.declarations.formats import refusals as no

FRENCH = [
    ["Numéro de déclaration", "Date de déclaration", "Bureau", "Régime", "Importateur", "Exportateur",
     "Pays de provenance", "Pays de destination", "Monnaie", "Position tarifaire", "Désignation", "Pays d'origine",
     "Nombre de colis",
     "Poids brut", "Poids net", "Valeur facture", "Valeur en douane", "N° conteneur", "Couleur"],
    ["101", "05/04/2026", "DZDEB", "Mise à la consommation", "SARL EXEMPLE", "FOURNISSEUR", "LY", "DZ", "EUR",
     "0804.10.00.00", "Dattes", "LY", "10", "1 250,500", "1 200", "2 500,75", "350000,5", "CSQU3054383", "rouge"],
    ["102", "06/04/2026", "DZDEB", "Transit", "SARL AUTRE", "FOURNISSEUR", "LY", "DZ", "EUR",
     "25232900", "Ciment", "LY", "5", "20", "18", "100", "1000", "", ""],
    ["101", "05/04/2026", "DZDEB", "Mise à la consommation", "SARL EXEMPLE", "FOURNISSEUR", "LY", "DZ", "EUR",
     "84137000", "Pompes", "IT", "2", "40,5", "39", "1 000,00", "140000", "", "bleu"],
]  # fmt: skip
ARABIC = [
    ["رقم التصريح", "تاريخ التصريح", "رمز المكتب", "النظام", "المستورد", "العملة", "البند", "وصف البضاعة", "بلد المنشأ",
     "عدد الطرود", "الوزن القائم", "الوزن الصافي", "القيمة", "لون"],
    ["55", "٠٥/٠٤/٢٠٢٦", "LYRAJ", "إستيراد", "شركة المثال", "TND", "08041000", "تمور", "TN", "١٢", "1250.5",
     "1200", "2500.125",
     "أحمر"],
]  # fmt: skip


def as_csv(rows: list[list[str]], *, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def as_workbook(rows: list[list[object]]) -> bytes:
    book, data = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(data)
    return data.getvalue()


def texts_of(value: object) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(texts_of, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(texts_of, value)) if value else set()
    return {str(value)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_rows_of_one_number_are_one_declaration(delimiter, encoding):
    first, second = read(as_csv(FRENCH, delimiter=delimiter, encoding=encoding), name="x.csv")
    declared = first.declaration
    assert (declared.source.profile, declared.source.national_currency) == ("alces", "DZD")
    assert (declared.registration.number, declared.registration.on, declared.office.code) == (
        "101",
        "2026-04-05",
        "DZDEB",
    )
    assert (declared.flow, declared.regime, declared.type_code, declared.general_procedure_code) == (
        "import", "import", "IM", "4",
    )  # fmt: skip
    assert [item.commodity_code for item in declared.items] == ["08041000", "84137000"]
    assert declared.items[0].precision_1 == "00"
    assert (declared.items[0].gross_mass_g, declared.items[0].net_mass_g) == (1_250_500, 1_200_000)
    assert declared.items[0].invoice.foreign == sad.Amount(250_075, "EUR")
    assert declared.items[0].total_cif == sad.Amount(35_000_050, "DZD")
    assert [container.identity for container in declared.containers] == ["CSQU3054383"]
    assert second.declaration.regime == "transit"


def test_every_cell_is_in_the_json():
    shown = set().union(*(texts_of(sad.to_json(reading.declaration)) for reading in read(as_csv(FRENCH))))
    assert not {cell for row in FRENCH[1:] for cell in row if cell and cell not in shown}


def test_unknown_columns_are_kept_and_told():
    first, second = read(as_csv(FRENCH))
    assert {kept.path: kept.text for kept in first.declaration.kept} == {
        "row[2]/Couleur": "rouge",
        "row[4]/Couleur": "bleu",
    }
    assert "F-0201" in [finding.code for finding in first.findings]
    assert not second.declaration.kept


@pytest.mark.parametrize("encoding", ["utf-8", "cp1256", "utf-16"])
def test_arabic_headers_and_figures(encoding):
    rows = [[cell.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")) for cell in row] for row in ARABIC]
    (reading,) = read(as_csv(rows if encoding == "cp1256" else ARABIC, encoding=encoding))
    declared = reading.declaration
    assert (declared.source.profile, declared.regime, declared.consignee.name) == ("arabic", "import", "شركة المثال")
    assert (declared.registration.on, declared.items[0].packages.count) == ("2026-04-05", 12)
    assert declared.items[0].invoice.foreign == sad.Amount(2_500_125, "TND")
    assert declared.kept[0].text == "أحمر"


def test_the_headers_of_the_tunisian_system_name_its_profile():
    rows = [["N° DDM", "Date DDM", "Bureau", "Code en douane", "NGP", "Désignation", "Poids brut", "Valeur (TND)"],
            ["7", "06/05/2026", "TNRAJ", "000A", "08041000", "Dattes", "10,5", "12,345"]]  # fmt: skip
    (reading,) = read(as_csv(rows))
    assert reading.declaration.source.profile == "sinda"
    assert reading.declaration.items[0].total_cif == sad.Amount(12_345, "TND")


def test_a_chosen_mapping_profile_and_a_chosen_country():
    (first, _) = read(as_csv(FRENCH), profile="sinda")
    assert first.declaration.source.national_currency == "TND"
    (first, _) = read(as_csv(FRENCH), profile="ly")
    assert (first.declaration.source.profile, first.declaration.source.national_currency) == ("alces", "LYD")


def test_a_workbook_with_typed_cells():
    rows: list[list[object]] = [list(row) for row in FRENCH]
    rows[1][0], rows[1][1], rows[1][13], rows[1][15] = 101, datetime(2026, 4, 5), 1250.5, 2500.125
    rows.insert(0, ["Export du 5 avril"])
    first = read(as_workbook(rows), name="x.xlsx")[0]
    declared = first.declaration
    assert (declared.source.format, declared.registration.on) == ("xlsx", "2026-04-05")
    assert (declared.items[0].gross_mass_g, declared.items[0].invoice.foreign) == (
        1_250_500,
        sad.Amount(250_013, "EUR"),
    )
    assert declared.items[0].verbatim["invoice.foreign"] == "2500,125"
    assert "F-0106" in [finding.code for finding in first.findings]


def test_a_header_that_changes_within_a_declaration_is_told_and_kept():
    rows = [row[:] for row in FRENCH]
    rows[3][4] = "SARL TROISIEME"
    first = read(as_csv(rows))[0]
    (finding,) = [finding for finding in first.findings if finding.code == "F-0202"]
    assert (finding.line, finding.value, finding.details["first"]) == (4, "SARL TROISIEME", "SARL EXEMPLE")
    assert "SARL TROISIEME" in [kept.text for kept in first.declaration.kept]


def test_a_row_without_number_joins_the_one_before():
    rows = [row[:] for row in FRENCH]
    rows[2][0] = ""
    (reading,) = read(as_csv(rows))
    assert len(reading.declaration.items) == 3
    assert "F-0203" in [finding.code for finding in reading.findings]


@pytest.mark.parametrize(("cell", "code"), [("-5", "F-0104"), ("NaN", "F-0103"), ("beaucoup", "F-0103")])
def test_a_bad_number_is_told_with_its_row_and_column(cell, code):
    rows = [row[:] for row in FRENCH]
    rows[1][13] = cell
    first = read(as_csv(rows))[0]
    (finding,) = [finding for finding in first.findings if finding.code == code]
    assert (finding.path, finding.line, finding.value) == ("row[2]/Poids brut", 2, cell)
    assert first.declaration.items[0].gross_mass_g is None


def test_the_trace_tells_of_every_cell():
    readings = read(as_csv(FRENCH), with_trace=True)
    traced = sorted(each.text for reading in readings for each in reading.trace)
    assert traced == sorted(cell for row in FRENCH[1:] for cell in row if cell)


def test_a_sheet_is_written_as_asycuda_and_read_back():
    declared = [reading.declaration for reading in read(as_csv(FRENCH))]
    again = [reading.declaration for reading in read(write(declared))]
    for before, after in zip(declared, again, strict=True):
        assert after.source.profile == "dz"
        shown = [json.loads(sad.dumps(each)) for each in (before, after)]
        for each in shown:
            for name in ("source", "verbatim", "kept"):
                each.pop(name, None)
            for item in each["items"]:
                item.pop("verbatim", None)
        if after.regime == "transit":
            shown[0]["flow"] = shown[1]["flow"]
        assert shown[0] == shown[1]


def test_headers_without_profile_are_refused_and_named():
    with pytest.raises(no.SheetProfileUnknown) as refused:
        read(as_csv([["Name", "Colour", "Shape"], ["a", "b", "c"]]))
    assert "Colour" in refused.value.details["headers"]
    assert "alces" in refused.value.details["known"]
    assert refused.value.sentence("ar").remedy


def test_a_profile_that_does_not_exist_is_refused():
    with pytest.raises(no.ProfileUnknown):
        read(as_csv(FRENCH), profile="atlantis")


def archive(**files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/") + ".xml", content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (archive(xl__sheet=b"0" * 50_000_000), no.SheetBroken),
        (
            archive(xl__workbook=b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>'),
            no.DoctypeForbidden,
        ),
        (archive(xl__workbook=b"<workbook/>"), no.SheetBroken),
        (as_workbook([["a"]])[:400], no.SheetBroken),
        (b"\x00\x01\x02binary", no.FormatUnknown),
        (as_csv(FRENCH, encoding="utf-16")[:-1], no.EncodingBroken),
    ],
    ids=["bomb", "entity", "no sheet", "cut off", "binary", "half a character"],
)
def test_a_bad_sheet_is_refused(data, expected):
    with pytest.raises(expected) as refused:
        read(data)
    assert refused.value.sentence("fr").remedy
