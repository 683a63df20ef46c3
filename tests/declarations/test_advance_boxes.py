"""What goes ahead of a declaration, and the fixed list of boxes that a draft of import has from it."""

import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mabar.declarations import advance_boxes, advance_fields, inheriting, rules, sad
from mabar.declarations.forms.boxes import HEADER, ITEM_MORE, PARTIES, TRANSPORT, boxes_of
from mabar.declarations.inheriting import Exported
from mabar.declarations.messages import Advance
from mabar.declarations.sad_parts import Amount, Charge, Kept, Party, Payment
from mabar.declarations.wire import ADVANCE
from mabar.exchange import kinds, messages
from mabar.exchange.protocol import documents, never
from tests.declarations.advancing import PLATE, export, exports, message

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "wire" / "declarations.advance-1.md").read_text(encoding="utf-8")
GOLDEN = Path(__file__).parent / "golden"


def exported(record):
    values = advance_fields.crossing(sad.to_json(record))
    return Exported(values, "DZDEB-2026-C-7", "LYGHD")


def test_the_kind_is_registered_and_the_never_list_lets_it_pass() -> None:
    kind = kinds.for_partners("declarations.advance/1.0")
    assert (kind.row, kind.agency, kind.to_agencies) == (ADVANCE, "customs", ("customs",))
    assert (kind.subject, kind.row.lives_s, kind.row.purposes) == ("declaration", 604_800, ("advance-cargo",))
    assert kind.eraser is not None
    never.check_kind(ADVANCE)
    assert len(ADVANCE.fields) <= documents.MOST_PATHS


def test_what_never_crosses_is_no_field_of_the_kind() -> None:
    paths = " ".join(field.path for field in ADVANCE.fields)
    for word in ("verbatim", "kept", "source", "bank", "payment", "assessment", "tax", ".national", "representative"):
        assert word not in paths.replace("nationality", ""), word
    assert "record.exporter.name" in paths
    described = {field.path: field.content for field in ADVANCE.fields}
    assert described["record.items[].description"] == "free-text"
    assert described["record.consignee.name"] == "plain"


def test_what_is_kept_back_names_parts_that_the_record_has() -> None:
    crossing = {field.path for field in advance_fields.of_record()}
    for path in advance_fields.KEPT_BACK:
        assert not any(each == f"record.{path}" or each.startswith(f"record.{path}.") for each in crossing), path
        here = sad.Item if path.startswith("items[].") else sad.Declaration
        first = path.removeprefix("items[].").partition(".")[0].partition("[")[0]
        assert first in here.__dataclass_fields__, path


def test_a_record_crosses_without_what_never_crosses() -> None:
    money = Charge(Amount(9, "DZD"), Amount(7, "USD"), "USD", "Dollar", "132.5")
    full = replace(
        export(),
        payment=Payment(terms_code="90"),
        kept=(Kept("a", "b"),),
        verbatim={"declared_on": "01/02/2026"},
        exporter=Party("DZ-1", "Firm", "Somebody"),
    )
    full = replace(full, valuation=replace(full.valuation, invoice=money))
    told = advance_fields.crossing(sad.to_json(full))
    assert not {"payment", "kept", "verbatim", "source", "record", "declarant_reference"} & told.keys()
    assert told["exporter"] == {"code": "DZ-1", "name": "Firm"}
    assert told["valuation"]["invoice"] == {"foreign": {"minor": 7, "currency": "USD"}, "currency": "USD"}


def test_two_hundred_exports_fill_at_least_85_percent_of_the_boxes_each(record_property) -> None:
    drawn = exports(200)
    shares = [inheriting.share_filled(inheriting.record_of(inheriting.taken_over(exported(each)))) for each in drawn]
    assert len(shares) == 200
    record_property("mean share of boxes filled", round(sum(shares) / len(shares), 4))
    assert min(shares) >= 0.85


def test_an_empty_export_fills_next_to_nothing() -> None:
    record = inheriting.record_of(inheriting.taken_over(Exported({}, "", "LYGHD")))
    assert 0 < inheriting.share_filled(record) < 0.2


def test_each_rule_does_what_it_says() -> None:
    export_ = export()
    draft = inheriting.record_of(inheriting.taken_over(exported(export_)))
    assert (draft.flow, draft.regime, draft.type_code, draft.general_procedure_code) == ("import", "import", "IM", "4")
    assert (draft.exporter, draft.consignee) == (export_.exporter, export_.consignee)
    assert (draft.export_country.code, draft.destination_country.code) == ("DZ", "LY")
    assert (draft.office.code, draft.transport.border_office.code) == ("LYGHD", "LYGHD")
    assert {item.previous_document.summary_declaration for item in draft.items} == {"DZDEB-2026-C-7"}
    assert {item.procedure_code for item in draft.items} == {"4000"}
    assert [item.price for item in draft.items] == [item.price for item in export_.items]
    assert draft.declarant == Party()
    assert draft.declared_on is None


def test_regimes_and_procedures_are_proposed_by_the_table() -> None:
    assert advance_boxes.regime_across("temporary_export") == "temporary_admission"
    assert advance_boxes.regime_across(None) == "import"
    assert advance_boxes.procedure_across("2100", digit="5") == "5100"
    assert advance_boxes.procedure_across("1000", digit="4") == "4000"


def test_the_page_shows_the_list_as_the_program_reads_it() -> None:
    told = {"inherited as is": "inherited", "turned": "turned", "not inherited": "own"}
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("|")]
    listed = [row for row in rows if len(row) == 8 and row[6] in told]
    shown = [
        (row[0], row[1], row[2], row[3], row[4].strip("`").replace("–", ""), row[5].strip("`"), told[row[6]], row[7])
        for row in listed
    ]
    wanted = [
        (box.box, *box.name.values(), box.source, box.to, box.rule, "yes" if box.bears_on_duty else "no")
        for box in advance_boxes.wanted()
    ]
    assert shown == wanted


def test_the_page_shows_every_field_that_crosses() -> None:
    rows = re.findall(r"^\| `(record\.[^`]+)` \| (\w+) \| ([\w-]+) \|$", PAGE, re.MULTILINE)
    assert rows == [(each.path, each.holds, each.content) for each in advance_fields.of_record()]


def test_each_box_has_a_known_rule_and_what_bears_on_duty_is_shown_where_it_is_confirmed() -> None:
    shown = {box.path for box in boxes_of((*HEADER, *PARTIES, *TRANSPORT))}
    shown |= {f"items[].{box.path}" for box in boxes_of(ITEM_MORE)}
    for box in advance_boxes.every():
        assert box.rule in advance_boxes.RULES
        assert (box.rule == advance_boxes.OWN) == (not box.source)
        assert (box.rule == advance_boxes.TURNED) == bool(box.turn)
    assert advance_boxes.bearing_on_duty() <= shown


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("advance-1", message(export(1))),
        ("advance-1-withdrawn", message(state="withdrawn", released_at=None, passages=(), record={})),
    ],
)
def test_a_message_is_written_and_read_as_it_was_published(name, told) -> None:
    published = (GOLDEN / f"{name}.json").read_bytes().rstrip(b"\n")
    assert documents.written(messages.document(told)) == published
    read = messages.taken(Advance, documents.read(published))
    assert (read.declaration, read.state, read.released_at) == (told.declaration, told.state, told.released_at)
    assert tuple(each["plate"] for each in read.passages) == ((PLATE,) if told.passages else ())


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*sad.Item.__dataclass_fields__, *sad.Declaration.__dataclass_fields__]), inner
        )
    ),
    max_leaves=20,
)


@given(values)
@settings(max_examples=300)
def test_whatever_a_partner_sends_gives_a_record_or_a_refusal(value) -> None:
    record = value if isinstance(value, dict) else {"items": value, "flow": value, "exporter": value}
    with suppress(rules.AdvanceUnreadable):
        assert inheriting.record_of(inheriting.taken_over(Exported(record, "R", "LYGHD"))).flow == "import"
