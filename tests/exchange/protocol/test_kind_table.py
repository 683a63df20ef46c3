"""A kind says what it is, once, and the control kinds are a closed list."""

from dataclasses import replace

import pytest

from mabar.exchange.protocol import policy
from mabar.exchange.protocol.kind_table import CONTROL, CONTROL_ROWS, KindField, is_control, parts_of
from mabar.exchange.protocol.objects import CLASSES
from tests.exchange.protocol.agreements import DECLARATION


def test_a_kind_has_a_name_a_major_and_a_minor():
    assert parts_of("goods.declaration/1.12") == ("goods.declaration", 1, 12)
    assert DECLARATION.kind == "goods.declaration/1.3"


@pytest.mark.parametrize("kind", ["goods.declaration/1", "goods/1.0", "Goods.a/1.0", "goods.a/01.0", "goods.a/1.0 "])
def test_what_has_another_form_is_no_kind(kind):
    assert parts_of(kind) is None


# Source: docs/wire/mx1.md, section 7.3.
def test_the_control_kinds_are_a_closed_list():
    names = ("acted", "answer", "drill", "erase", "erased", "suspension", "terms")
    assert {f"exchange.{name}" for name in names} == CONTROL
    assert is_control("exchange.answer/1.0")
    assert not is_control("exchange.answers/1.0")
    assert not is_control("goods.declaration/1.0")


def test_an_answer_goes_in_the_class_of_what_it_answers_and_all_else_in_its_own():
    assert [row.name for row in CONTROL_ROWS if row.urgency not in CLASSES] == ["exchange.answer", "exchange.acted"]


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "declaration"},
        {"major": -1},
        {"urgency": None},
        {"urgency": 4},
        {"fields": (KindField("items[]."),)},
        {"fields": (KindField("key"), KindField("key"))},
        {"fields": tuple(KindField(f"field_{n}") for n in range(501))},
        {"origin": "origin"},
        {"consent": "consents[]"},
    ],
    ids=str,
)
def test_a_kind_that_makes_no_sense_is_an_error_of_its_package(changed):
    with pytest.raises(ValueError, match=r"^(goods\.)?declaration/"):
        replace(DECLARATION, **changed)


def test_a_kind_is_registered_once():
    kinds = policy.kinds_of([DECLARATION, replace(DECLARATION, major=2)])
    assert kinds["goods.declaration", 1] is DECLARATION
    assert len(kinds) == len(CONTROL_ROWS) + 2
    with pytest.raises(ValueError, match="stands twice"):
        policy.kinds_of([DECLARATION, replace(DECLARATION, minor=4)])
