"""A partner's word on a firm that was recognised: what ends the recognition, and what is not kept at all."""

from dataclasses import replace
from typing import Any

import pytest

from mabar.base.rules import NoSuchRecord
from mabar.crossings import commands as crossings
from mabar.declarations import inbox_operators, queries
from mabar.declarations.models import OperatorStatus
from mabar.declarations.rules import operator_refusals as refused
from mabar.exchange.models import Partner
from tests.crossings.across_nodes import DEB, GHA
from tests.declarations.test_operators import KEY, STATUS, STOPPED, in_force, letter, recognise
from tests.world import NOON, World

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def here(world: World) -> World:
    """Debdeb, with Ghadames at a partner's node."""
    crossings.establish(world.node, DEB, gates=2, at=NOON)
    Partner.objects.create(code=GHA, since_at=NOON)
    return world


@pytest.mark.parametrize(
    "changed",
    [{"kind": "customs"}, {"valid_from": "2026-10-01"}, {"valid_until": "2030-10-31"}, {"terms": "كل المستودعات"}],
)
def test_a_status_that_is_no_longer_what_was_recognised_is_recognised_anew(here: World, changed: Any) -> None:
    inbox_operators.open_status(STATUS, letter())
    recognise(here)
    inbox_operators.open_status(replace(STATUS, number=2, **changed), letter(minutes=1))
    row = OperatorStatus.objects.get()
    assert (row.recognised_by, row.recognised_at, row.recognised_under) == ("", None, "")
    assert not in_force()
    recognise(here)
    assert in_force()


def test_a_status_told_again_as_it_was_recognised_stays_recognised(here: World) -> None:
    inbox_operators.open_status(STATUS, letter())
    recognise(here)
    inbox_operators.open_status(replace(STATUS, number=2, reason="after an audit"), letter(minutes=1))
    assert queries.operator(KEY).number == 2
    assert in_force()


def test_a_key_that_is_known_is_of_one_firm(here: World) -> None:
    inbox_operators.open_status(STATUS, letter())
    recognise(here)
    with pytest.raises(NoSuchRecord):
        inbox_operators.open_status(replace(STATUS, number=2, firm="EXP-0099"), letter())
    with pytest.raises(NoSuchRecord):
        inbox_operators.open_stopped(replace(STOPPED, firm="EXP-0099"), letter())
    assert OperatorStatus.objects.get().firm == "EXP-0045"
    assert in_force()


def test_the_node_that_told_of_a_status_alone_tells_of_it_again(here: World) -> None:
    inbox_operators.open_status(STATUS, letter())
    recognise(here)
    sibling = letter("ly.ras-jedir")
    with pytest.raises(NoSuchRecord):
        inbox_operators.open_status(replace(STATUS, number=2), sibling)
    with pytest.raises(NoSuchRecord):
        inbox_operators.open_stopped(STOPPED, sibling)
    assert OperatorStatus.objects.get().number == 1


def test_a_stop_issues_nothing(here: World) -> None:
    with pytest.raises(refused.OperatorUnreadable):
        inbox_operators.open_stopped(replace(STOPPED, state="issued"), letter())
    assert not OperatorStatus.objects.exists()


def test_what_only_a_stop_has_told_of_is_not_recognised(here: World) -> None:
    inbox_operators.open_stopped(STOPPED, letter())
    with pytest.raises(refused.StatusStopped):
        recognise(here)
    OperatorStatus.objects.update(state="issued")  # as a stop that issued could leave it
    with pytest.raises(NoSuchRecord):
        recognise(here)
