"""The address "here": what an act tells upstairs is opened once, after the act, whatever fails in between."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from mabar.base.models import Firm
from mabar.exchange import inbox, outbox, queries
from mabar.exchange.models import Opened, Outgoing
from tests.exchange.news import Fault, FirmHeard, NobodyListens, broken
from tests.world import HOUSES, NOON

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def mended() -> Iterator[None]:
    """Every test begins and ends with a desk that works."""
    broken.clear()
    yield
    broken.clear()


def leave(code: str = "OASIS") -> str:
    """Leave news of a firm in an act of its own."""
    with transaction.atomic():
        return outbox.leave(outbox.HERE, FirmHeard(code, ("P1", "P2"), NOON), at=NOON)


def leave_and_fail() -> None:
    leave()
    raise Fault


def codes() -> list[str]:
    """Give the firms that were heard of, beside those of the cast."""
    known = [house.upper() for house in HOUSES]
    return list(Firm.objects.exclude(code__in=known).order_by("code").values_list("code", flat=True))


def test_news_is_opened_right_after_the_act_and_not_inside_it(transactional_db):
    with transaction.atomic():
        key = outbox.leave(outbox.HERE, FirmHeard("OASIS", (), NOON), at=NOON)
        assert codes() == []
    assert codes() == ["OASIS"]
    letter = Outgoing.objects.get(key=key)
    assert letter.done_at is not None
    assert (letter.address, letter.kind, letter.left_at, letter.failures) == ("here", FirmHeard.KIND, NOON, 0)
    assert Opened.objects.get(key=key).kind == FirmHeard.KIND


def test_an_act_that_is_undone_has_told_nothing(transactional_db):
    with pytest.raises(Fault), transaction.atomic():
        leave_and_fail()
    assert not Outgoing.objects.exists()
    assert codes() == []


def test_a_message_opened_twice_takes_effect_once(db):
    key = leave()
    assert inbox.open_one(key, NOON) is True
    assert inbox.open_one(key, NOON + SECOND) is False
    assert inbox.open_waiting(NOON + SECOND) == 0
    assert Outgoing.objects.get(key=key).done_at == NOON
    assert codes() == ["OASIS"]


def test_a_message_that_took_effect_before_its_mark_was_written_takes_none_again(db):
    key = leave()
    inbox.open_one(key, NOON)
    Outgoing.objects.update(done_at=None)
    assert inbox.open_one(key, NOON + SECOND) is False
    assert Outgoing.objects.get(key=key).done_at == NOON + SECOND
    assert codes() == ["OASIS"]


def test_four_who_open_one_message_at_once_give_it_one_effect(transactional_db):
    broken["OASIS"] = Fault()
    key = leave()
    broken.clear()

    def open_it(_: int) -> bool:
        try:
            return inbox.open_one(key, NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as four:
        assert sum(four.map(open_it, range(4))) == 1
    assert codes() == ["OASIS"]


def test_a_fault_upstairs_undoes_what_it_wrote_and_is_put_off(db):
    key = leave()
    broken["OASIS"] = Fault("the desk is shut")
    assert inbox.open_one(key, NOON) is False
    letter = Outgoing.objects.get(key=key)
    assert (letter.failures, letter.fault, letter.next_at) == (1, "Fault: the desk is shut", NOON + 2 * SECOND)
    assert letter.done_at is None
    assert codes() == []
    assert not Opened.objects.exists()


def test_what_was_put_off_is_tried_again_when_its_time_has_come(db):
    key = leave()
    broken["OASIS"] = Fault()
    inbox.open_one(key, NOON)
    broken.clear()
    assert inbox.open_waiting(NOON + SECOND) == 0
    assert inbox.open_waiting(NOON + 2 * SECOND) == 1
    assert Firm.objects.get(code="OASIS").name == "OASIS 11:00:02"


def test_what_a_clock_that_ran_ahead_has_put_off_is_tried_when_it_is_right_again(db):
    key = leave()
    broken["OASIS"] = Fault()
    inbox.open_one(key, NOON + timedelta(days=400))
    broken.clear()
    assert inbox.open_waiting(NOON) == 1


def test_each_fault_doubles_the_wait_up_to_a_quarter_of_an_hour(db):
    key = leave()
    broken["OASIS"] = Fault("x" * 500)
    waits = []
    for _ in range(12):
        inbox.open_one(key, NOON)
        waits.append((Outgoing.objects.get(key=key).next_at - NOON).total_seconds())
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
    letter = Outgoing.objects.get(key=key)
    assert letter.failures == 12
    assert len(letter.fault) == 200
    Outgoing.objects.update(failures=1000)
    inbox.open_one(key, NOON)
    assert Outgoing.objects.get(key=key).failures == 1000


def test_a_fault_in_one_message_neither_undoes_the_act_nor_stops_the_next(transactional_db):
    broken["DUNE"] = Fault()
    with transaction.atomic():
        Firm.objects.create(code="ACT", name="The act itself", kind="broker")
        outbox.leave(outbox.HERE, FirmHeard("DUNE", (), NOON), at=NOON)
        outbox.leave(outbox.HERE, FirmHeard("OASIS", (), NOON), at=NOON)
    assert codes() == ["ACT", "OASIS"]
    assert Outgoing.objects.filter(done_at=None).count() == 1


def test_a_node_killed_between_act_and_opening_opens_when_it_is_back(transactional_db):
    broken["OASIS"] = SystemExit()  # nothing catches it, as nothing catches a kill
    with pytest.raises(SystemExit):
        leave()
    letter = Outgoing.objects.get()
    assert (letter.done_at, letter.failures) == (None, 0)
    assert codes() == []
    broken.clear()
    assert inbox.open_waiting(NOON) == 1
    assert codes() == ["OASIS"]


def test_what_waits_is_opened_in_the_order_in_which_it_was_left_and_no_more_than_asked(db):
    for code in ("FIRST", "SECOND", "THIRD"):
        with transaction.atomic():
            outbox.leave(outbox.HERE, FirmHeard(code, (), NOON), at=NOON + len(Outgoing.objects.all()) * SECOND)
    assert inbox.open_waiting(NOON + 9 * SECOND, limit=2) == 2
    assert codes() == ["FIRST", "SECOND"]
    assert inbox.open_waiting(NOON + 9 * SECOND) == 1


def test_a_message_for_an_unknown_address_is_a_fault_of_the_caller(db):
    with pytest.raises(ValueError, match="to abroad has no way to go"):
        outbox.leave("abroad", FirmHeard("OASIS", (), NOON), at=NOON)
    assert not Outgoing.objects.exists()


def test_a_message_that_nobody_opens_is_a_fault_of_the_caller(db):
    with pytest.raises(ValueError, match="nobody-listens/1 to here has no way to go"):
        outbox.leave(outbox.HERE, NobodyListens("OASIS"), at=NOON)
    assert not Outgoing.objects.exists()


def test_a_message_outside_an_act_is_a_fault_of_the_caller(transactional_db):
    with pytest.raises(ValueError, match="left outside an act"):
        outbox.leave(outbox.HERE, FirmHeard("OASIS", (), NOON), at=NOON)
    assert not Outgoing.objects.exists()


def test_a_letter_of_a_kind_that_is_known_no_longer_waits_with_its_fault(db):
    key = leave()
    Outgoing.objects.update(kind="tests.forgotten/1")
    assert inbox.open_one(key, NOON) is False
    assert "tests.forgotten/1" in Outgoing.objects.get(key=key).fault


def test_a_key_that_no_letter_bears_opens_nothing(db):
    assert inbox.open_one("0" * 26, NOON) is False
    assert not Opened.objects.exists()


def test_the_node_tells_how_many_messages_wait_and_for_how_long(db):
    assert [measure.value for measure in queries.unopened(NOON)] == [0, 0.0]
    leave()
    assert [measure.value for measure in queries.unopened(NOON + 90 * SECOND)] == [1, 90.0]
    assert [measure.value for measure in queries.unopened(NOON - SECOND)] == [1, 0.0]
