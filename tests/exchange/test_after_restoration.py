"""What a node knows again after a restoration: whether its log fits its marks, the time, stops; and when it rests."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mabar.exchange import contact, node_secrets, old_keys, rejoined, taking_in
from mabar.exchange.links import Link
from mabar.exchange.models import Partner, TrustItem
from mabar.exchange.models import Stream as StreamRow
from mabar.exchange.numbering import standing_of
from mabar.exchange.own import ms_of, own
from mabar.exchange.protocol.cose import key_id
from mabar.exchange.protocol.objects import Context, Type
from mabar.exchange.protocol.rejoining import may_number
from mabar.exchange.protocol.stops import Settle, Stop
from tests.exchange.pair import A, B, Pair
from tests.world import NOON


def row_of(pair: Pair, code: str) -> StreamRow:
    with pair.at(code):
        return StreamRow.objects.select_related("partner").get(is_outward=code == A, urgency=2)


@pytest.mark.parametrize("code", [A, B])
def test_a_log_that_is_not_the_one_of_its_mark_closes_when_the_node_starts(pair, code) -> None:
    pair.drill(number=1)
    pair.speak()
    with pair.at(code):
        assert rejoined.check_marks(pair.now) == []
        row = StreamRow.objects.get(is_outward=code == A, urgency=2)
        row.frontier = ["00" * 32]  # a copy of a time that was itself undone
        row.save()
        assert rejoined.check_marks(pair.now) == [str(row)]
        assert rejoined.check_marks(pair.now) == []
    assert row_of(pair, code).closed_code == "mark"


def test_a_mark_that_cannot_be_read_closes_its_stream(pair) -> None:
    pair.drill(number=1)
    pair.speak()
    with pair.at(A) as node:
        stream = StreamRow.objects.get(is_outward=True, urgency=2)
        (file,) = (Path(node.folder) / "marks").glob(f"{A}-{B}-2-*")
        file.write_bytes(b"torn\n")
        assert rejoined.check_marks(pair.now) == [str(stream)]
    assert row_of(pair, A).closed_code == "mark"


def test_a_clock_that_was_ahead_at_the_restoration_is_answered_all_the_same(pair) -> None:
    pair.drill(number=1)
    pair.speak()
    with pair.at(A):
        rejoined.begin(pair.now + timedelta(days=400))
    late = pair.drill(number=2)
    pair.speak()
    assert pair.sent(late).said == "accepted"


def test_a_greeting_of_ours_that_lies_ahead_of_our_clock_answers_nothing(pair) -> None:
    pair.drill(number=1)
    pair.speak()
    with pair.at(B):
        Partner.objects.update(greeted_ms=ms_of(pair.now + timedelta(days=400)))
        replay = contact.body_for(Partner.objects.get(), pair.now)
    with pair.at(A):
        rejoined.begin(pair.later(seconds=1))
        contact.take(replay, pair.later(seconds=1))
        assert not may_number(standing_of(StreamRow.objects.get(is_outward=True, urgency=2)))


def stopped(pair: Pair) -> tuple[Stop, Settle]:
    """Tell both nodes of a stop and a settle of Debdeb's keys."""
    root, context = pair.roots["dz"], Context(sender="dz", descriptor=1)
    with pair.at(A):
        key = key_id(own(pair.now).book.agency_key(A, 1, 1))
    stop, settle = Stop("dz", key, 1), Settle("dz", key, ())
    items = [root.signed(Type.STOP, context, stop.encoded()), root.signed(Type.SETTLE, context, settle.encoded())]
    for code in (A, B):
        with pair.at(code):
            taking_in.take_all(items, own(pair.now), pair.now)
    return stop, settle


def of_stops(pair: Pair, code: str) -> int:
    with pair.at(code):
        return TrustItem.objects.filter(type__gte=Type.STOP).count()


@pytest.mark.parametrize("code", [A, B])
def test_a_restored_node_hears_again_of_stops_and_settles(pair, code) -> None:
    pair.drill(number=1)
    pair.speak()
    stopped(pair)
    with pair.at(code):
        TrustItem.objects.filter(type__gte=Type.STOP).delete()
        rejoined.begin(pair.later(seconds=1))
    assert of_stops(pair, code) == 0
    pair.speak()
    assert of_stops(pair, code) == 2


def test_a_partner_that_hears_who_we_are_hears_of_stops(pair) -> None:
    stopped(pair)
    with pair.at(B):
        TrustItem.objects.filter(type__gte=Type.STOP).delete()
    pair.hears(B, pair.body())
    assert of_stops(pair, B) == 0
    pair.hears(B, pair.body(tells_descriptors=True))
    assert of_stops(pair, B) == 2


class Counting:
    """A line that counts the contacts and carries them to the other node."""

    def __init__(self, pair: Pair) -> None:
        self.pair, self.posts, self.url, self.timeout_s = pair, 0, "", 0.0

    def open(self) -> None:
        """Stand open already."""

    def post(self, body: bytes, *, classes: str, when_said: Callable[[], object]) -> bytes:
        self.posts += 1
        when_said()
        with self.pair.at(B):
            return contact.answer(body, self.pair.later(seconds=1))


def test_letters_that_may_not_be_numbered_let_the_line_rest(pair) -> None:
    pair.drill(number=1)
    pair.speak()
    with pair.at(A):
        row = StreamRow.objects.get(is_outward=True, urgency=2)
        row.closed_at, row.closed_code = pair.now, "partner"
        row.save()
    pair.drill(number=2)
    link = Link(B, (1, 2, 3))
    line = Counting(pair)
    with pair.at(A):
        partner = Partner.objects.get()
        assert link._is_due(partner)
        for _ in range(2):
            link._contact(partner, line)
        link.replies = []
        assert link._is_stalled(partner)
        assert not link._is_due(partner)
    pair.drill(number=3, urgency=1)
    with pair.at(A):
        assert link._is_due(partner)
    assert line.posts == 2


def test_old_sealing_keys_are_destroyed_and_a_backup_says_until_when_it_holds_the_others(pair) -> None:
    with pair.at(A) as node:
        folder = Path(node.folder)
        first = node_secrets.load(folder).by_number[1]
        try:
            due = old_keys.next_due()
            assert due is not None
            assert old_keys.destroy_due(due) == 0
            assert old_keys.destroy_due(due + timedelta(seconds=1)) == 1
            assert sorted(node_secrets.load(folder).by_number[1].sealing) == list(range(1, 13))
            later = old_keys.next_due()
            assert later is not None
            assert later - due == timedelta(days=30)
        finally:
            place = node_secrets.folder_of(folder) / "1" / "sealing-0.key"
            pair_of = first.sealing[0]
            place.write_text(f"{pair_of.classical.hex()}\n{pair_of.hybrid.hex()}\n", encoding="ascii")


@pytest.mark.django_db
def test_a_node_without_a_descriptor_has_no_keys_to_destroy() -> None:
    assert old_keys.destroy_due(NOON) == 0
    assert old_keys.next_due() is None
