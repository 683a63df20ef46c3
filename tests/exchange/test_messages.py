"""Messages as text and back: every field named, nothing guessed, nothing left out."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from mabar.exchange import messages
from mabar.exchange.protocol.refused import Refused
from tests.exchange.news import FirmHeard
from tests.world import NOON

HEARD = FirmHeard("الواحة", ("P2", "P1"), NOON)
TEXT = '{"at":"2026-11-22T11:00:00+00:00","code":"الواحة","papers":["P2","P1"]}'


def test_a_message_is_written_in_one_form_only():
    assert messages.written(HEARD) == TEXT


def test_what_was_written_is_read_back_with_its_types():
    assert messages.read(FirmHeard, TEXT) == HEARD


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"code":"A","papers":[]}', "at"),
        ('{"at":"2026-11-22T11:00:00+00:00","code":"A","papers":[],"more":1}', "more"),
    ],
)
def test_a_message_with_other_fields_is_not_read(text, field):
    with pytest.raises(ValueError, match=f"firm-heard/1 with other fields: {field}$"):
        messages.read(FirmHeard, text)


def test_a_cut_off_message_is_not_read():
    with pytest.raises(ValueError):
        messages.read(FirmHeard, TEXT[:-5])


def test_a_message_carries_no_type_that_could_be_read_two_ways():
    @dataclass(frozen=True)
    class Priced:
        KIND: ClassVar[str] = "tests.priced/1"

        price: Any

    with pytest.raises(ValueError, match="does not carry Decimal"):
        messages.written(Priced(Decimal("1.5")))


def test_what_a_partner_tells_without_a_field_that_has_no_default_is_refused():
    with pytest.raises(Refused, match=r"payload\.malformed") as refused:
        messages.taken(FirmHeard, {"code": "A", "papers": []})
    assert "at" in refused.value.facts["why"]
    with pytest.raises(Refused, match=r"payload\.malformed"):
        messages.taken(FirmHeard, {"code": "A", "papers": [], "at": "noon"})
