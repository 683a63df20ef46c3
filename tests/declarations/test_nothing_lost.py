"""Nothing of a file is lost: asked from outside, of the command line alone, with a reader of XML that knows no fields.

Every text and attribute of the source must be in the JSON, at the field that the trace names, and at its place in the
file that is written back; from the JSON alone as from the file.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from mabar.declarations.cli import declarations
from tests.declarations import samples

SCANS = (
    "<SW_scans_items><Item_number>1</Item_number><Document_reference_date>24/02/2026</Document_reference_date>"
    "<Document_reference>SCAN-77</Document_reference><Document_type_code><null/></Document_type_code>"
    "<Document_id>900001</Document_id></SW_scans_items>"
)
SUPPLIER = (
    "<Supplier_documents><Invoice_supplier_name>SUPPLIER TWO</Invoice_supplier_name>"
    "<Invoice_supplier_country><null/></Invoice_supplier_country><Invoice_supplier_city>NOWHERE</Invoice_supplier_city>"
    "<Invoice_suppliert_email_address>a@b.example</Invoice_suppliert_email_address></Supplier_documents>"
)


def airport() -> bytes:
    """Write a file of an office whose code does not begin with its country: shares of packages, scans, marked names."""
    text = samples.sad(samples.NEPAL, office="TIA00", office_name="Airport", items=3).decode()
    text = text.replace("<Number_of_packages>5<", "<Number_of_packages>0.06<").replace(
        "EXPORTER ONE", "A &amp; B\nC&lt;"
    )
    text = text.replace(">0+0+0+0-0<", ">2,045.01+0.00+20.57+0.00-0.00<").replace("</ASYCUDA>", f"{SCANS}</ASYCUDA>")
    return re.sub(r"<Supplier_documents>.*</Supplier_documents>", SUPPLIER, text, flags=re.DOTALL).encode()


def month_first() -> bytes:
    """Write a file whose dates, and not its office, show their order; codes with line ends, indented by tabs."""
    text = samples.sad(samples.ALBANIA, dates=("10/14/16", "8/8/16", "9/12/16"), no_text="<null />").decode()
    text = text.replace(">AL102000<", ">AL102000\n\t\t\t<").replace("<ASYCUDA>", '<ASYCUDA id="3870103">')
    return re.sub(r">\n<", ">\n\t<", text).encode()


def exit_from_warehouse() -> bytes:
    """Write a declaration that writes off an earlier one."""
    written = "".join(
        f"<Prev_decl_{name}>{value}</Prev_decl_{name}>"
        for name, value in (
            ("office_code", "GDSGO"), ("reg_year", "2014"), ("reg_serial", "C"), ("reg_number", "11971"),
            ("item_number", "111"), ("HS_code", "32089050"), ("HS_prec", "00"), ("country_origin", "QN"),
            ("number_packages", "1"), ("weight", "0.167"), ("supp_quantity", "1.0"),
            ("ref_value", "61.09833333333333"), ("current_item", "1"), ("number_packages_written_off", "0"),
            ("weight_written_off", "1.0"), ("ref_value_written_off", "61.09833333333333"),
        )
    )  # fmt: skip
    return samples.with_element(samples.sad(samples.GRENADA), "</Valuation>", f"<Prev_decl>{written}</Prev_decl>")


def strange() -> bytes:
    """Write what no system writes, but any program may: namespaces, unknown trees, marked text, doubled sections."""
    text = samples.sad(samples.ARABIC).decode()
    text = text.replace("<ASYCUDA>", '<a:ASYCUDA xmlns:a="urn:example" xmlns:n="urn:nil" n:nil="true" id="7">')
    text = text.replace("</ASYCUDA>", '<More to="2026"><Deep k="v"><x>1</x>loose<x>2</x></Deep></More></a:ASYCUDA>')
    text = text.replace("EXPORTER ONE", "<![CDATA[<شركة> & ]]>&#x2028;\u0085&#13;&#10;end")
    text = text.replace(
        "<Traders>",
        "<Identification><Type><Type_of_declaration>ZZ</Type_of_declaration></Type></Identification><Traders>",
    )
    return text.replace("REF 1", "R\u202e1").replace(">5<", ">٥<").encode()


def encoded(dialect: samples.Dialect, encoding: str) -> bytes:
    return samples.sad(dialect, head=f'<?xml version="1.0" encoding="{encoding}"?>\n').decode().encode(encoding)


FILES = {
    **{name: samples.sad(dialect, items=2) for name, dialect in samples.DIALECTS.items()},
    "airport": airport(),
    "month first": month_first(),
    "exit from warehouse": exit_from_warehouse(),
    "strange": strange(),
    "lone item": samples.item().encode(),
    "fragment": f"<Goods>{samples.item()}{samples.item(samples.GRENADA, 1)}</Goods>".encode(),
    "several": ("<Export>" + samples.sad(head="").decode() * 2 + "<Seal>77</Seal></Export>").encode(),
    "several, with words around": (
        "<Export of='2'>first"
        + samples.sad(head="").decode()
        + "then"
        + samples.item()
        + "<Seal by='7'>77<Of>office</Of>8</Seal>last</Export>"
    ).encode(),
    "lines of another system": samples.sad(samples.GRENADA).replace(b"\n", b"\r\n"),
    "Windows Arabic": encoded(samples.ARABIC, "windows-1256"),
    "Latin 1": encoded(samples.ALBANIA, "ISO-8859-1"),
    "UTF-16": encoded(samples.JAMAICA, "UTF-16"),
}


def run(*arguments: object, source: bytes) -> Result:
    return CliRunner().invoke(declarations, [str(each) for each in arguments], input=source)


def tree(data: bytes) -> ElementTree.Element:
    bare = data.removeprefix(b"\xef\xbb\xbf")
    encoding = re.match(rb"<\?xml[^>]*encoding=[\"']windows-1256", bare)
    return ElementTree.fromstring(bare.decode("cp1256").partition("?>")[2] if encoding else bare)


def leaves(element: ElementTree.Element, path: str = "") -> Iterator[tuple[str, str]]:
    """Give every text and attribute that is not blank, at its path with the places among siblings of its name."""
    yield from ((f"{path}/@{name}", text) for name, text in element.attrib.items() if filled(text))
    if filled(element.text):
        yield path, str(element.text)
    seen: Counter[str] = Counter()
    for child in element:
        seen[child.tag] += 1
        below = f"{path}/{child.tag}[{seen[child.tag]}]"
        yield from leaves(child, below)
        if filled(child.tail):
            yield f"{below}/after", str(child.tail)


def filled(text: str | None) -> bool:
    return bool(text and text.strip(" \t\r\n\u00a0"))


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif value is not None:
        yield str(value)


def at(record: Any, path: str) -> Any:
    """Give what a field of the JSON holds; nothing where the JSON leaves an empty part out."""
    for step in re.findall(r"[^.\[\]]+", path):
        if record is None:
            return None
        record = record[int(step)] if isinstance(record, list) else record.get(step)
    return record


def verbatim(record: dict[str, Any], path: str) -> str | None:
    item = re.fullmatch(r"items\[([0-9]+)\]\.(.+)", path)
    held = record["items"][int(item[1])] if item else record
    text: str | None = held.get("verbatim", {}).get(item[2] if item else path)
    return text


@pytest.fixture(params=FILES)
def source(request) -> bytes:
    return FILES[request.param]


def read(data: bytes) -> list[dict[str, Any]]:
    result = run("read", "-", "--json", "--trace", source=data)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_text_of_the_source_is_in_the_json(source):
    shown = Counter(text for record in read(source) for text in texts({**record, "trace": None}))
    lost = {path: text for path, text in leaves(tree(source)) if text not in shown}
    assert not lost


def test_the_trace_names_every_text_once_and_the_field_that_holds_it(source):
    records = read(source)
    traced = [(record, each) for record in records for each in record["trace"] if filled(each["text"])]
    assert sorted(each["text"] for _, each in traced) == sorted(text for _, text in leaves(tree(source)))
    for record, each in traced:
        if each["field"] == "kept":
            assert {"path": each["path"], "text": each["text"]} in record["kept"]
        else:
            value = at(record, each["field"])
            assert verbatim(record, each["field"]) == each["text"] or str(value) == each["text"], each


def test_written_back_every_text_stands_at_its_place(source):
    result = run("write", "-", "--as", "asycuda", source=source)
    assert result.exit_code == 0, result.stderr
    assert dict(leaves(tree(result.stdout_bytes))) == dict(leaves(tree(source)))


def test_the_json_alone_is_enough_to_write_the_file(source):
    stored = run("read", "-", "--json", "--trace", source=source).stdout_bytes
    laid_out = json.dumps([json.loads(line) for line in stored.splitlines()], indent=1).encode()
    for form in (stored, laid_out):
        written = run("write", "-", "--as", "asycuda", source=form)
        assert dict(leaves(tree(written.stdout_bytes))) == dict(leaves(tree(source)))


def test_read_again_it_is_the_same_declaration(source):
    first = run("read", "-", "--json", source=source)
    again = run("read", "-", "--json", source=run("write", "-", "--as", "asycuda", source=source).stdout_bytes)
    assert again.stdout == first.stdout


def test_every_mapped_field_survives_without_the_kept_source(source):
    """Written by what the fields say alone, in the default dialect: neither the tree, nor texts, nor what was kept."""
    bare = [without_source(record) for record in read(source) if record["form"] == "declaration"]
    for record in bare:
        written = run("write", "-", "--as", "asycuda", source=json.dumps(record).encode())
        assert written.exit_code == 0, written.stderr
        (again,) = read(written.stdout_bytes)
        assert without_source(again) == record


def without_source(record: dict[str, Any]) -> dict[str, Any]:
    items = [{name: value for name, value in item.items() if name != "verbatim"} for item in record.get("items", [])]
    rest = {
        name: value for name, value in record.items() if name not in ("trace", "kept", "verbatim", "source", "items")
    }
    return {**rest, "items": items}


def test_an_amendment_changes_its_leaf_and_the_totals_alone():
    for name, path, text in (
        ("airport", "items[1].gross_mass_g=11000", "11.0"),
        ("month first", "registration.on=2026-03-04", "3/4/26"),
        ("albania", "registration.on=2026-03-04", "04/03/2026"),
        ("grenada", "items[1].gross_mass_g=11000", "11.00"),
        ("Windows Arabic", "items[1].gross_mass_g=11kg", "11.0"),
    ):
        before = dict(leaves(tree(FILES[name])))
        result = run("write", "-", "--as", "asycuda", "--set", path, source=FILES[name])
        after = dict(leaves(tree(result.stdout_bytes)))
        changed = {place: value for place, value in after.items() if before.get(place) != value}
        assert changed.pop(next(place for place in changed if "Gross_weight_itm" in place or "Date" in place)) == text
        assert all("eight" in place for place in changed), (name, changed)
        assert set(before) == set(after)
