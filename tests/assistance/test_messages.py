"""What crosses: the published form of each message, never rewritten."""

from datetime import timedelta
from pathlib import Path

import pytest

from mabar.assistance import messages
from mabar.assistance.wire import KINDS
from mabar.exchange import kinds
from mabar.exchange.messages import document, taken
from mabar.exchange.protocol import documents
from tests.world import NOON

GOLDEN = Path(__file__).parent / "golden"
REQUEST, DAY = "01M81EKCW0R00000000000000A", timedelta(days=1)
TOLD = {
    "request-1": messages.Request(
        REQUEST, "DEBDEB-2026-0001", "send_request", NOON, NOON + 30 * DAY, "dz", "ly", "dz-ly.goods.1", "7",
        "assessment", "normal", "ar", "قيمة تمور", "فواتير", "ثلاث إرساليات", "المادة 16", "البائع", "", "DEB-L1",
        "GHD-L1", None, NOON + DAY,
    ),
    "step-1": messages.Step(
        REQUEST, "return_incomplete", NOON, "GHD-L1", "أي موسم؟", ("description", "parties"), NOON + 30 * DAY
    ),
    "reply-1": messages.Reply(
        REQUEST, NOON, "GHD-L1", "الفواتير صحيحة", "customs-only", "with-consent",
        ({"name": "a.pdf", "media_type": "application/pdf", "sha256": "00", "content": "JVBERi0="},),
    ),
    "consent-1": messages.ConsentNote(
        REQUEST, "01M81EKCW0C00000000000000A", "ask_consent", NOON, "DEB-L1", "ملف قضائي", "محكمة", "", NOON + 30 * DAY
    ),
    "officials-1": messages.Officials(
        "dz", 2, NOON, ({"code": "DEB-L1", "post": "liaison_officer", "from_on": "2026-01-01"},)
    ),
    "query-1": messages.Query(
        "01M81EKCW0Q00000000000000A", "DEB 2026 E 17", NOON, NOON + 2 * DAY, "dz-ly.goods.1", "7", "GHD-L1", ("items",)
    ),
    "answer-1": messages.Answer(
        "01M81EKCW0Q00000000000000A", "answered", NOON, "node", "", "DZ30", "released", 0, "customs-only",
        "with-consent", {"items": [{"commodity_code": "08041000"}]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_a_message_is_written_and_read_as_it_was_published(name) -> None:
    published = (GOLDEN / f"{name}.json").read_bytes().rstrip(b"\n")
    told = document(TOLD[name])
    assert documents.written(told) == published
    read = document(taken(type(TOLD[name]), documents.read(published)))
    assert documents.written(read) == published


def test_each_kind_has_its_row_its_opener_and_its_page() -> None:
    pages = Path(__file__).parents[2] / "docs" / "wire"
    for message, row in KINDS.items():
        known = kinds.for_partners(row.kind)
        assert known is not None
        assert known.message is message
        text = (pages / f"{row.name}-1.md").read_text(encoding="utf-8")
        assert all(f"`{each.path}`" in text for each in row.fields if not each.path.startswith("record."))


def test_no_field_of_a_message_is_left_out_of_its_row() -> None:
    for name, message in TOLD.items():
        named = {each.path.split("[")[0].split(".")[0] for each in KINDS[type(message)].fields}
        assert set(document(message)) <= named, name
