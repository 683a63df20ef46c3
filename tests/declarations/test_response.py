"""The answer as WCO Response: golden files, the structure of the published answers, pointers, reading back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mabar.declarations import formats, rules
from mabar.declarations.checks_parts import found
from mabar.declarations.formats.answers import INDICATORS, LANES, Answer, Duty
from mabar.declarations.formats.findings import Finding
from mabar.declarations.formats.wco_messages import ANSWERS
from mabar.declarations.formats.wco_response import function_of, pointers, write_response
from mabar.declarations.sad_parts import Amount
from tests.declarations.test_wco_read import SAMPLES, published

GOLDEN = Path(__file__).parent / "golden"
AT = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)
EARLIER = datetime(2026, 11, 22, 8, 0, 1, tzinfo=UTC)
PLAIN = Answer(
    "DZDEB-2026-C-000001",
    "T-0001",
    "DZDEB",
    "FIRM-1",
    "registered",
    registered_on=date(2026, 11, 22),
    key="01M81EKCW0N7MYKTMP55T0JFPZ",
    flow="import",
    version=3,
    registered_at=EARLIER,
    since=EARLIER,
)
DUTIES = (
    Duty(1, "DD", Amount(1_800_000, "DZD"), Decimal("120000.00"), Decimal(15)),
    Duty(1, "TVA", Amount(2_622_000, "DZD"), Decimal("138000.00"), Decimal(19)),
    Duty(2, "TS", Amount(50_000, "DZD")),
)
MISSING = (found("G-0411", "items[1].commodity_code", item=2), found("G-0406", "items"), Finding("F-0130"))
ANSWERED = {
    "received": replace(PLAIN, state="lodged", reference="T-0001", registered_at=None),
    "registered": PLAIN,
    "documents": replace(PLAIN, state="lane_assigned", lane="yellow", is_queried=True),
    "control": replace(PLAIN, state="documents_checked", lane="red"),
    "assessed": replace(PLAIN, state="assessed", lane="green", assessed=Amount(4_472_000, "DZD"), duties=DUTIES),
    "released": replace(PLAIN, state="released", lane="green", assessed=Amount(250_000, "DZD")),
    "cleared": replace(PLAIN, state="closed", lane="green"),
    "exited": replace(PLAIN, state="closed", lane="green", flow="export"),
    "refused": replace(PLAIN, state="refused", reason="sans facture", findings=MISSING),
    "cancelled": replace(PLAIN, state="cancelled", reason="أودع مرتين"),
}


def write(answer: Answer, language: str = "fr") -> bytes:
    return write_response(answer, control=f"{answer.key}-{answer.version}", country="dz", language=language, at=AT)


def structure() -> dict[str, list[str]]:
    known: dict[str, list[str]] = yaml.safe_load((GOLDEN / "response-structure.yaml").read_text(encoding="utf-8"))
    return known


def strangers(root: Any, known: dict[str, list[str]]) -> Iterator[str]:
    """Name what stands where the published answers have nothing, or in another order."""
    for element in root.iter():
        below = [child.tag for child in element]
        places = [known.get(element.tag, []).index(tag) if tag in known.get(element.tag, []) else -1 for tag in below]
        if -1 in places or places != sorted(places):
            yield f"{element.tag}: {below}"


@pytest.mark.parametrize("name", ANSWERED)
def test_an_answer_is_written_as_its_golden_file(name: str) -> None:
    assert write(ANSWERED[name]) == (GOLDEN / f"response-{name}.xml").read_bytes()


@pytest.mark.parametrize("name", ANSWERED)
def test_an_answer_has_no_element_that_the_published_ones_have_not(name: str) -> None:
    assert not list(strangers(etree.fromstring(write(ANSWERED[name])), structure()))


def test_a_strange_element_or_order_would_be_seen() -> None:
    known = structure()
    assert list(strangers(etree.fromstring(b"<Error><Pointer/><ValidationCode/></Error>"), known))
    assert list(strangers(etree.fromstring(b"<Error><Reason/></Error>"), known))


@published
def test_the_published_answers_have_the_structure_that_is_kept_here() -> None:
    files = sorted(SAMPLES.glob("*DMS*.xml"))
    assert files
    seen: dict[str, set[str]] = {}
    for file in files:
        root = etree.parse(str(file)).getroot()
        for element in root.iter():
            seen.setdefault(element.tag, set()).update(child.tag for child in element)
        if b"<Declaration>" in file.read_bytes():
            assert not list(strangers(root, structure())), file.name
    assert {tag: set(below) for tag, below in structure().items()} == {tag: each for tag, each in seen.items() if each}


@pytest.mark.parametrize(
    ("name", "function", "code", "claimed"),
    [
        ("received", "02", "F-0502", None),
        ("registered", "01", "F-0501", "registered"),
        ("documents", "06", "F-0505", "registered"),
        ("control", "05", "F-0504", "registered"),
        ("assessed", "13", "F-0509", None),
        ("released", "08", "F-0507", "released"),
        ("cleared", "09", "F-0508", "released"),
        ("exited", "16", "F-0510", None),
        ("refused", "03", "F-0503", "refused"),
        ("cancelled", "10", "F-0519", "cancelled"),
    ],
)
def test_our_reader_reads_the_answer_back(name: str, function: str, code: str, claimed: str | None) -> None:
    written = write(ANSWERED[name])
    (reading,) = formats.read(written)
    record = reading.declaration
    assert (record.form, record.claimed_state) == ("answer", claimed)
    assert (record.registration.number, record.declarant_reference) == (ANSWERED[name].reference, "T-0001")
    assert (reading.findings[0].code, reading.findings[0].value) == (code, function)
    # what was read is written again element by element
    again = formats.write([record], kind="wco")
    assert etree.tostring(etree.fromstring(again), method="c14n2", strip_text=True) == etree.tostring(
        etree.fromstring(written), method="c14n2", strip_text=True
    )


def test_the_reader_tells_each_error_of_a_refusal_with_its_place() -> None:
    (reading,) = formats.read(write(ANSWERED["refused"]))
    told = [(each.value, each.details["place"]) for each in reading.findings if each.code == "F-0517"]
    assert told == [("G-0411", "42A/67A/68A[2]/23A"), ("G-0406", "42A")]


def test_every_state_and_lane_is_answered_by_a_function_that_the_reader_knows() -> None:
    for state in rules.LIVING_STATES:
        for lane in ("", *rules.LANES):
            for flow in ("import", "export"):
                assert function_of(replace(PLAIN, state=state, lane=lane, flow=flow)) in ANSWERS
    red = [function_of(replace(PLAIN, state=state, lane="red")) for state in ("lane_assigned", "scanned", "inspected")]
    assert red == ["05", "05", "01"]


@pytest.mark.parametrize(
    ("field", "told"),
    [
        (
            "items[1].price",
            [("42A", None, ""), ("67A", None, ""), ("68A", 2, ""), ("23A", None, ""), ("79A", None, "112")],
        ),
        ("items[0].packages.count", [("42A", None, ""), ("67A", None, ""), ("68A", 1, ""), ("93A", 1, "144")]),
        ("package_count", [("42A", None, "146")]),
        ("exporter.name", [("42A", None, ""), ("57A", None, "R031")]),
        ("items[4].nothing_of_the_model", [("42A", None, ""), ("67A", None, ""), ("68A", 5, "")]),
        ("consignee.code", [("42A", None, ""), ("67A", None, "")]),
        ("", [("42A", None, "")]),
    ],
)
def test_a_pointer_goes_as_deep_as_the_published_sections(field: str, told: list[tuple[str, int | None, str]]) -> None:
    assert pointers(field) == told


TEXT = st.text(st.characters(codec="utf-8"), max_size=60)


@given(
    TEXT,
    TEXT,
    TEXT,
    st.sampled_from(list(INDICATORS)),
    st.sampled_from(["", *LANES]),
    st.sampled_from(["ar", "fr", "en"]),
)
def test_whatever_stands_in_it_the_answer_is_read_back(reference, trader, reason, state, lane, language) -> None:
    answer = replace(
        PLAIN,
        reference=f"R{reference}",
        trader_reference=trader,
        reason=reason,
        state=state,
        lane=lane,
        findings=MISSING,
    )
    root = etree.fromstring(write(answer, language))
    assert root.findtext("Response/Status/NameCode") == INDICATORS[state]
    codes = [each.text for each in root.iterfind("Response/AdditionalInformation/StatementCode")]
    assert (LANES[lane] in codes) if lane else not set(codes) & set(LANES.values())
    assert len(formats.read(write(answer, language))) == 1
    assert not list(strangers(root, structure()))
