"""Files from far away: doubled marks, huge numbers, short rows, several sheets; each is read, or refused by name."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook

from mabar.declarations import sad
from mabar.declarations.cli import declarations
from mabar.declarations.formats import read, refusals, write
from mabar.declarations.formats.amend import amend
from mabar.declarations.formats.readings import Reading
from mabar.declarations.forms.filling import CODES
from mabar.declarations.summary import open_dates
from mabar.lib import words
from tests.declarations import samples

GOOD = samples.sad(samples.GRENADA)
BODY = GOOD.partition(b"?>")[2]
MARK = b"\xef\xbb\xbf"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(declarations, [str(each) for each in arguments])


def one(data: bytes) -> Reading:
    (reading,) = read(data)
    return reading


def codes(reading: Reading) -> list[str]:
    return [each.code for each in reading.findings]


@pytest.mark.parametrize(
    "data",
    [
        MARK + b"\n  " + GOOD,
        MARK + MARK + GOOD,
        b"\r\n\t" + GOOD,
        MARK + GOOD.replace(b"UTF-8", b"ISO-8859-1"),
        b"<?xml version='1.1' encoding='UTF-8'?>" + BODY,
        ('<?xml version="1.0" encoding="UTF-16"?>' + BODY.decode()).encode("utf-16-le"),
        ('<?xml version="1.0" encoding="UTF-16BE"?>' + BODY.decode()).encode("utf-16-be"),
        BODY.strip().decode().encode("utf-16-le"),
    ],
    ids=[
        "blanks behind the mark",
        "two marks",
        "blanks first",
        "mark against declaration",
        "1.1",
        "LE",
        "BE",
        "no word",
    ],
)
def test_what_stands_before_a_file_does_not_hide_it(data):
    reading = one(data)
    assert sad.to_json(one(write([reading.declaration])).declaration) == sad.to_json(reading.declaration)
    assert reading.declaration.items == one(GOOD).declaration.items


NUMBERS = ("Gross_weight_itm", "Total_CIF_itm", "Item_price", "Number_of_packages", "Total_weight")


@pytest.mark.parametrize("tag", NUMBERS)
@pytest.mark.parametrize("text", ["9" * 25, "9" * 40, "9" * 6000, "1E30", "1E99", "٩" * 30])
def test_a_number_that_nothing_can_hold_is_told_and_written_back(tag, text):
    before = GOOD.partition(f"<{tag}>".encode())
    data = before[0] + before[1] + text.encode() + b"</" + before[2].partition(b"</")[2]
    reading = one(data)
    assert {"F-0109", "F-0103"} & set(codes(reading))
    assert f">{text}<".encode() in write([sad.loads(sad.dumps(reading.declaration))])


def test_the_largest_number_is_kept_and_the_next_is_not():
    largest = f"{2**63 - 1}"
    text = f"{largest[:-3]}.{largest[-3:]}"
    data = GOOD.replace(b"<Net_weight_itm>9.25<", f"<Net_weight_itm>{text}<".encode(), 1)
    assert one(data).declaration.items[0].net_mass_g == 2**63 - 1
    assert codes(one(data.replace(text.encode(), text[:-1].encode() + b"8"))).count("F-0109") == 1


def test_a_text_that_ends_lines_stays_in_the_line_of_its_declaration(tmp_path):
    path = tmp_path / "lines.xml"
    path.write_bytes(GOOD.replace(b"EXPORTER ONE", "A\u2028B\u0085C\u2029D".encode()))
    shown = run("read", path, "--json").stdout
    assert len(shown.splitlines()) == 1
    assert json.loads(shown)["exporter"]["name"] == "A\u2028B\u0085C\u2029D"
    assert one(shown.encode()).declaration == one(path.read_bytes()).declaration


@pytest.mark.parametrize(
    "text", ["[]", "[1]", "{", '{"record": "sad/1"} x', "[" * 100_000, '{"record":"sad/1","items":5}']
)
def test_json_that_is_no_record_is_refused(text):
    with pytest.raises(refusals.FormatUnknown):
        read(text.encode())


def test_files_that_cannot_be_opened_are_named_and_the_others_shown(tmp_path):
    good = tmp_path / "good.xml"
    good.write_bytes(GOOD)
    result = run("read", good, tmp_path, tmp_path / "none.xml", good, "--json")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert result.stderr.count("refused FileUnreadable") == 2
    assert run("write", tmp_path, "--as", "asycuda").exit_code == 1


def test_a_source_without_end_is_refused():
    result = run("read", "/dev/zero", "--json")
    assert result.exit_code == 1
    assert "FileBeyondLimit" in result.stderr


@pytest.mark.parametrize(
    "change", ["x:y=1", "consignee.name=a\x01b", "consignee.name=a\udcffb", "items[0].price=5.00 EUR"]
)
def test_an_amendment_that_cannot_be_written_is_refused(tmp_path, change):
    path = tmp_path / "good.xml"
    path.write_bytes(GOOD)
    result = run("write", path, "--as", "asycuda", "--set", change)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "refused" in result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    ("path", "text"),
    [("foreign", "100.250 TND"), ("currency", "TND"), ("foreign.currency", "TND")],
)
def test_a_charge_keeps_one_currency_whichever_side_is_set(path, text):
    amended = amend(one(GOOD).declaration, [(f"items[0].invoice.{path}", text)])
    charge = one(write([amended])).declaration.items[0].invoice
    assert charge.currency == "TND"
    assert charge == amended.items[0].invoice
    assert charge.foreign is not None
    assert charge.foreign.currency == "TND"


def test_an_amount_that_the_new_currency_cannot_hold_is_refused():
    with pytest.raises(refusals.ValueUnfit):
        amend(one(GOOD).declaration, [("items[0].invoice.currency", "JPY")])


def test_a_day_that_the_profile_decided_is_not_open():
    decided = samples.sad(samples.GRENADA, dates=("4/7/15", "4/6/15", ""))
    assert one(decided).declaration.registration.on == "2015-04-07"
    assert open_dates(one(decided).declaration) == []
    left = samples.sad(samples.GRENADA, dates=("4/7/15", "4/6/15", ""), office="10100")
    assert [each.path for each in open_dates(one(left).declaration)] == ["registration.on", "assessment.on"]


def test_a_day_of_an_item_is_open_until_it_has_a_day():
    date_of = "<Attached_document_date>4/7/15</Attached_document_date>"
    left = samples.with_element(
        samples.sad(samples.GRENADA, office="10100", dates=("", "", "")), "</Attached_document_reference>", date_of
    )
    assert [each.path for each in open_dates(one(left).declaration)] == ["items[0].documents[0].on"]
    chosen = amend(one(left).declaration, [("items[0].documents[0].on", "2015-07-04")])
    assert open_dates(chosen) == []


HEADERS = "N° déclaration;Date de déclaration;Importateur;Position tarifaire;Désignation;Poids net"
ROW = "101;05/04/2026;SARL EXEMPLE;2523290000;Ciment;1200"


def sheet(*rows: str, encoding: str = "utf-8") -> bytes:
    return ("\n".join(rows) + "\n").encode(encoding)


def texts(declaration: sad.Declaration) -> str:
    return sad.dumps(declaration)


def test_a_row_shorter_than_its_headers_is_read():
    declaration = one(sheet(HEADERS, "101;05/04/2026")).declaration
    assert (declaration.registration.on, declaration.items[0].net_mass_g) == ("2026-04-05", None)


def test_headers_without_a_row_are_refused_as_empty(tmp_path):
    path = tmp_path / "headers.csv"
    path.write_bytes(sheet(HEADERS))
    for arguments in (("read", path, "--json"), ("write", path, "--as", "asycuda")):
        result = run(*arguments)
        assert result.exit_code == 1
        assert "FileEmpty" in result.stderr


def test_french_capitals_are_not_taken_for_arabic_and_arabic_is():
    french = one(sheet(HEADERS, ROW.replace("SARL", "ÉTABLISSEMENTS ÇA ÎLE"), encoding="cp1252")).declaration
    assert french.consignee.name == "ÉTABLISSEMENTS ÇA ÎLE EXEMPLE"
    arabic = one(sheet(HEADERS, ROW.replace("SARL", "شركة المثال"), encoding="cp1256")).declaration
    assert arabic.consignee.name == "شركة المثال EXEMPLE"


def test_what_stands_above_the_headers_is_kept():
    declaration = one(sheet("Export du mois", "", HEADERS, ROW)).declaration
    assert [(each.path, each.text) for each in declaration.kept] == [("row[1]/1", "Export du mois")]


def test_a_character_that_xml_cannot_hold_is_written_as_unreadable():
    declaration = one(sheet(HEADERS, ROW.replace("SARL", "SA\x01RL"))).declaration
    assert declaration.consignee.name == "SA\x01RL EXEMPLE"
    assert one(write([declaration])).declaration.consignee.name == "SA\ufffdRL EXEMPLE"


def book(fill: Callable[[Workbook], None]) -> bytes:
    workbook, written = Workbook(), io.BytesIO()
    fill(workbook)
    workbook.save(written)
    return written.getvalue()


def rows(number: int, name: str) -> list[list[Any]]:
    return [HEADERS.split(";"), [number, date(2026, 4, 5), name, 2523290000, "Ciment", 1200.5]]


def test_every_sheet_that_is_shown_is_read_and_a_hidden_copy_is_not():
    def fill(workbook: Workbook) -> None:
        for place, (title, number) in enumerate((("mars", 1), ("avril", 2), ("copie", 1))):
            added = workbook.create_sheet(title)
            for row in rows(number, title):
                added.append([*row, *(["de plus"] if place == 1 else [])])
        workbook["copie"].sheet_state = "hidden"

    readings = read(book(fill))
    assert [each.declaration.consignee.name for each in readings] == ["mars", "avril"]
    assert [each.path for each in readings[1].declaration.kept] == ["avril!row[2]/de plus"]


def test_a_formula_that_was_never_computed_is_shown_and_told():
    def fill(workbook: Workbook) -> None:
        for row in rows(7, "SARL"):
            workbook.active.append(row)  # type: ignore[union-attr]
        workbook.active["F2"] = "=600*2"  # type: ignore[index]

    reading = one(book(fill))
    assert reading.declaration.items[0].verbatim["net_mass_g"] == "=600*2"
    assert "F-0103" in codes(reading)


def test_macros_are_passed_over():
    with zipfile.ZipFile(
        io.BytesIO(book(lambda workbook: [workbook.active.append(row) for row in rows(7, "SARL")]))
    ) as old:  # type: ignore[func-returns-value,union-attr]
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w") as new:
            for name in old.namelist():
                new.writestr(name, old.read(name))
            new.writestr("xl/vbaProject.bin", b"\0" * 100)
    assert one(written.getvalue()).declaration.consignee.name == "SARL"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2015-04-07+02:00", "2015-04-07"),
        ("2015-04-07T10:11:12+01:00", "2015-04-07"),
        ("2015-04-07T10:11:12Z", "2015-04-07"),
        ("Apr 7, 2015", "2015-04-07"),
        ("7-APR-15", "2015-04-07"),
        ("29/02/2016", "2016-02-29"),
        ("2/29/15", None),
        ("17/4/0015", None),
        ("2015-13-04", None),
        ("1428832800000", None),
    ],
)
def test_a_day_is_read_in_every_form_that_has_one_reading(text, day):
    reading = one(samples.sad(samples.GRENADA, office="10100", dates=(text, "", "")))
    assert reading.declaration.registration.on == day
    assert ("F-0102" in codes(reading)) == (day is None)


def test_a_number_that_nothing_can_hold_has_its_sentence_on_the_form_too():
    sentences = {
        words.sentence("declarations", CODES["F-0109"], language, {"value": "9"}).what for language in words.LANGUAGES
    }
    assert len(sentences) == 3
    assert all("9" in said for said in sentences)
