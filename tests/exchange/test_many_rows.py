"""Rows that are put in by the hundred are the same as those of the model."""

from datetime import UTC, date, datetime

import pytest

from mabar.exchange import many_rows
from mabar.exchange.models import Partner, Sent, Stream

AT = datetime(2026, 11, 22, 10, 30, 15, 123456, tzinfo=UTC)
NAMES = ("seq", "message", "kind", "statement", "payload", "left_at", "erase_on")


@pytest.fixture
def stream(db):
    partner = Partner.objects.create(code="ly.ghadames", since_at=AT)
    return Stream.objects.create(partner=partner, is_outward=True, urgency=2)


def _told(row):
    told = {field.attname: getattr(row, field.attname) for field in Sent._meta.concrete_fields if field.attname != "id"}
    return told | {name: bytes(told[name] or b"") for name in ("statement", "salt", "payload")}


def test_rows_have_what_was_told_and_else_the_defaults_of_their_fields(stream):
    of_each = {"kind": "exchange.drill/1.0", "statement": b"\x00\xff", "payload": "قطع غيار".encode(), "left_at": AT}
    of_all = {"stream_id": stream.pk, "suite": 2, "descriptor": 1, "numbered_at": AT}
    last = {"erase_on": date(2027, 1, 1)}
    rows = [(1, "A" * 26, *of_each.values(), None), (2, "B" * 26, *of_each.values(), *last.values())]
    many_rows.insert(Sent, NAMES, rows, **of_all)
    Sent.objects.create(seq=3, message="C" * 26, **of_each, **of_all, **last)
    first, second, third = (_told(row) for row in Sent.objects.order_by("seq"))
    assert second | {"seq": 3, "message": "C" * 26} == third
    assert first | {"seq": 2, "message": "B" * 26} | last == second


def test_no_rows_cost_no_fault(stream):
    many_rows.insert(Sent, NAMES, [], stream_id=stream.pk, suite=2, descriptor=1, numbered_at=AT)
    assert not Sent.objects.exists()


def test_a_field_that_the_table_does_not_have_is_a_programmers_fault(stream):
    with pytest.raises(ValueError, match="Sent has no colour"):
        many_rows.insert(Sent, NAMES, [], stream_id=stream.pk, suite=2, descriptor=1, numbered_at=AT, colour="red")
