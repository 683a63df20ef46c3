"""Letters about the same leave in the order of the acts, also where the clock of the node was set back between them."""

from datetime import timedelta

import pytest

from mabar.exchange import commands, outbox
from mabar.exchange.models import Outgoing, Sent
from mabar.exchange.protocol.objects import OPERATIONAL
from tests.exchange.partner import THERE
from tests.exchange.trade import leave_exit_notice
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
BEFORE = NOON - timedelta(hours=3)


def test_what_is_left_after_the_clock_was_set_back_leaves_after_what_waits(across, world) -> None:
    across.agree()
    officer = world.officers["yard_officer"]
    left = [leave_exit_notice(officer, "P1", at=at) for at in (NOON, BEFORE, BEFORE)]
    assert left == sorted(left)
    across.meet(NOON)
    assert list(Sent.objects.filter(message__in=left).order_by("seq").values_list("message", flat=True)) == left


@pytest.fixture
def engineer(world):
    return world.officers["duty_engineer"]


def test_a_drill_goes_after_what_waits_in_its_class(across, engineer) -> None:
    first = commands.send_drill(engineer, THERE, text="", at=NOON)
    assert commands.send_drill(engineer, THERE, text="", at=BEFORE) > first


def test_what_has_gone_or_goes_in_another_class_does_not_count(across, engineer) -> None:
    first = commands.send_drill(engineer, THERE, text="", at=NOON)
    assert outbox.next_key(THERE, OPERATIONAL + 1, BEFORE) < first
    Outgoing.objects.update(done_at=NOON)
    assert outbox.next_key(THERE, OPERATIONAL, BEFORE) < first
