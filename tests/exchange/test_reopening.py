"""A stream that was closed opens again: both sides sign, nothing is lost, and nothing takes effect twice."""

from pathlib import Path

import pytest

from mabar.exchange import accusing, commands, contact, keeping, queries, refusals, rejoined, reopening, stick
from mabar.exchange.models import Drill, Effect, Evidence, Outgoing, Partner, Received, Reopening, Sent, SignedHead
from mabar.exchange.models import Stream as StreamRow
from mabar.exchange.own import own
from mabar.exchange.protocol.heads import EMPTY
from mabar.exchange.protocol.objects import read_item
from mabar.exchange.protocol.refused import Refused
from mabar.lib import merkle
from tests.exchange.officers import officers
from tests.exchange.pair import A, B, Pair, other

OUT, IN = "out", "in"


def forget_the_second(pair: Pair) -> None:
    """Debdeb forgets what it said second, and the file that would tell it so: it will say something else."""
    with pair.at(A) as node:
        row = StreamRow.objects.get(is_outward=True, urgency=2)
        Sent.objects.filter(stream=row, seq__gt=1).delete()
        SignedHead.objects.filter(stream=row, size__gt=1).delete()
        frontier, _ = merkle.Frontier().append(merkle.leaf_hash(bytes(Sent.objects.get(stream=row).statement)))
        keeping.set_frontier(row, frontier)
        row.settled = row.sent_up_to = row.told_size = 1
        row.under_way = []
        row.save()
        for mark in (Path(node.folder) / "marks").glob("*"):
            mark.unlink()


def fork(pair: Pair) -> tuple[str, str]:
    """Let Debdeb say two things under number 2; give the id that Ghadames stored, and the one that it refused."""
    pair.drill(number=1)
    pair.speak()
    first = pair.drill(number=2)
    pair.hears(B, pair.body())
    pair.open(B)
    forget_the_second(pair)
    second = pair.drill(number=99)
    pair.speak(rounds=1)
    return first, second


def agree(pair: Pair, code: str, *, times: int = 2, urgency: int = 2) -> bool:
    """Let officers of one side agree that the stream of Debdeb opens again; tell whether it is open."""
    is_open = False
    with pair.at(code):
        for officer in officers(code)[:times]:
            _, is_open = commands.reopen_stream(
                officer, other(code), direction=OUT if code == A else IN, urgency=urgency, reason="r", at=pair.now
            )
    return is_open


def epochs(pair: Pair, code: str) -> list[int]:
    with pair.at(code):
        found = StreamRow.objects.filter(is_outward=code == A, urgency=2).order_by("epoch")
        return [row.epoch for row in found if row.closed_at is None]


def numbers(pair: Pair) -> list[int]:
    with pair.at(B):
        return list(Drill.objects.order_by("id").values_list("number", flat=True))


def test_a_stream_closed_by_a_fork_is_closed_on_both_sides_and_nothing_goes(pair) -> None:
    fork(pair)
    for code, why in ((A, "partner"), (B, "claim-3")):
        with pair.at(code):
            (shown,) = queries.closed_streams()
            assert (shown.code, shown.direction, shown.is_signed) == (why, OUT if code == A else IN, False)
    with pair.at(B):
        assert (shown.guilty, shown.evidence) == (A, Evidence.objects.get().digest)
    pair.drill(number=5)
    pair.speak()
    assert numbers(pair) == [1, 2]


@pytest.mark.parametrize("first", [A, B])
def test_when_both_sides_have_signed_it_opens_and_each_message_has_one_effect(pair, first) -> None:
    _, second = fork(pair)
    waiting = pair.drill(number=5)
    assert not agree(pair, first)
    pair.speak()
    assert epochs(pair, A) == epochs(pair, B) == []
    assert agree(pair, other(first))
    pair.speak()
    assert epochs(pair, A) == epochs(pair, B) == [2]
    assert numbers(pair) == [1, 2, 99, 5]
    with pair.at(A):
        again = Sent.objects.get(message=second, stream__epoch=2)
        assert (again.said, again.seq) == ("accepted", 1)
        assert list(Sent.objects.filter(message=second, stream__epoch=1).values_list("said", flat=True)) == ["again"]
        assert Sent.objects.get(message=waiting).stream.epoch == 2
        assert queries.closed_streams() == []
        assert [row.key for row in queries.messages().rows].count(second) == 1


def test_what_was_stored_there_goes_again_where_its_receipt_was_lost_and_has_no_second_effect(pair) -> None:
    lost, _ = fork(pair)
    with pair.at(A):  # it says what it had said as well: the receipt for it never came
        row = StreamRow.objects.get(is_outward=True, urgency=2)
        told = Sent.objects.get(stream=row, seq=2)
        told.message = lost
        told.save()
    with pair.at(B):
        assert Effect.objects.filter(message=lost).count() == 1
        assert reopening.last_signed(StreamRow.objects.get(is_outward=False, urgency=2)).size == 2
    agree(pair, A)
    agree(pair, B)
    pair.speak()
    with pair.at(A):
        assert Sent.objects.get(message=lost, stream__epoch=2).said == "accepted"
    with pair.at(B):
        assert (Effect.objects.filter(message=lost).count(), Received.objects.filter(message=lost).count()) == (1, 2)
    assert numbers(pair) == [1, 2]


def test_the_smaller_of_two_heads_counts_whoever_signed_it(pair) -> None:
    fork(pair)
    agree(pair, A)
    agree(pair, B)
    pair.speak()
    for code in (A, B):
        with pair.at(code):
            sides = reopening.sides_of(StreamRow.objects.get(is_outward=code == A, urgency=2, epoch=1))
            assert sides.at is not None
            assert sides.at.size == 1
            assert {sides.own.size, sides.theirs.size} == {1, 2}


def test_a_reopening_is_told_until_the_other_side_has_it_and_then_no_more(pair) -> None:
    fork(pair)
    agree(pair, A)
    with pair.at(A):
        assert len(reopening.to_tell(B)) == 1
    agree(pair, B)
    with pair.at(B):
        assert len(reopening.to_tell(A)) == 1
    pair.speak()
    for code in (A, B):
        with pair.at(code):
            assert reopening.to_tell(other(code)) == []


def test_a_stick_carries_a_reopening(pair, tmp_path) -> None:
    fork(pair)
    agree(pair, A)
    agree(pair, B)
    for sender, name in ((A, "there.mx1"), (B, "back.mx1"), (A, "again.mx1")):
        with pair.at(sender):
            stick.export(Partner.objects.get(), tmp_path / name, pair.later(seconds=1))
        with pair.at(other(sender)):
            stick.import_(tmp_path / name, pair.later(seconds=1))
    assert numbers(pair) == [1, 2, 99]


def test_two_officers_of_a_side_agree_and_one_is_not_enough(pair) -> None:
    fork(pair)
    agree(pair, A, times=1)
    with pair.at(A):
        assert reopening.to_tell(B) == []
        with pytest.raises(refusals.AgreedByYou):
            agree(pair, A, times=1)
    with pair.at(A):
        _, second = officers(A)
        commands.reopen_stream(second, B, direction=OUT, urgency=2, reason="r", at=pair.now)
        with pytest.raises(refusals.SignedForThisSide):
            commands.reopen_stream(second, B, direction=OUT, urgency=2, reason="r", at=pair.now)
        assert len(Reopening.objects.get(is_own=True).officers) == 2


def test_a_stream_that_carries_is_not_opened_again(pair) -> None:
    pair.drill(number=1)
    pair.speak()
    with pytest.raises(refusals.StreamCarries):
        agree(pair, A)
    with pytest.raises(refusals.StreamCarries):
        agree(pair, B)


def test_a_stream_that_lost_what_nobody_gives_back_opens_again_too(pair) -> None:
    pair.drill(number=1)
    pair.speak()
    lost = pair.drill(number=2)
    pair.body()  # it left the house, the answer is not known, and the disk is lost
    with pair.at(A) as node:
        kept = {path: path.read_bytes() for path in (Path(node.folder) / "marks").glob("*")}
    forget_the_second(pair)
    for path, data in kept.items():
        path.write_bytes(data.partition(b"\n")[0] + b"\n")  # and what the file had kept of its words
    with pair.at(A):
        rejoined.begin(pair.later(seconds=1))
    pair.drill(number=3)
    pair.speak()
    with pair.at(A):
        (shown,) = queries.closed_streams()
        assert (shown.code, shown.closed_at) == ("stuck", None)
    agree(pair, A)
    pair.speak()
    with pair.at(B):
        (shown,) = queries.closed_streams()
        assert shown.is_asked
    agree(pair, B)
    pair.speak()
    assert numbers(pair) == [1, 3]
    with pair.at(A):
        assert not Sent.objects.filter(message=lost).exists()


def test_a_node_restored_to_before_the_reopening_hears_of_it_from_its_partner(pair) -> None:
    fork(pair)
    agree(pair, A)
    agree(pair, B)
    pair.speak()
    with pair.at(A):  # an old copy of the database is put back
        Reopening.objects.all().delete()
        late = StreamRow.objects.get(is_outward=True, urgency=2, epoch=2)
        for model in (Sent, SignedHead):
            model.objects.filter(stream=late).delete()
        late.delete()
        StreamRow.objects.filter(is_outward=True, urgency=2).update(closed_at=None, closed_code="")
        rejoined.begin(pair.later(seconds=1))
    pair.drill(number=7)
    pair.speak(rounds=6)
    assert epochs(pair, A) == [2]
    assert numbers(pair) == [1, 2, 99, 7]


def test_the_receiver_restored_to_before_the_reopening_hears_of_it_too(pair) -> None:
    fork(pair)
    agree(pair, A)
    agree(pair, B)
    with pair.at(B):
        copy = list(Reopening.objects.all())
    pair.speak()
    assert len(copy) == 1
    with pair.at(B):
        late = StreamRow.objects.get(is_outward=False, urgency=2, epoch=2)
        for model in (Received, SignedHead):
            model.objects.filter(stream=late).delete()
        late.delete()
        Reopening.objects.all().delete()
        Drill.objects.filter(number=99).delete()
        Effect.objects.filter(partner=A).exclude(message__in=Received.objects.values("message")).delete()
    pair.drill(number=7)
    pair.speak(rounds=6)
    assert epochs(pair, B) == [2]
    assert numbers(pair) == [1, 2, 99, 7]


def test_two_histories_need_the_officers_once_more_and_then_all_goes_again(pair) -> None:
    fork(pair)
    agree(pair, B)
    with pair.at(B):
        told = Reopening.objects.get(is_own=True)
    with pair.at(A):
        row = StreamRow.objects.get(is_outward=True, urgency=2)
        Reopening.objects.create(stream=row, is_own=False, size=1, root=b"\1" * 32, item=bytes(told.item), at=pair.now)
        assert reopening.closing_head(row) == EMPTY
    agree(pair, A)
    with pair.at(A):
        assert Reopening.objects.get(is_own=True).size == 0
        again = Sent.objects.filter(stream__epoch=1, stream__urgency=2, said="again")
        assert (again.count(), Outgoing.objects.filter(urgency=2).count()) == (2, 2)


def test_a_side_that_has_signed_another_history_asks_two_officers_anew(pair) -> None:
    fork(pair)
    agree(pair, A)
    with pair.at(A):
        (signed,) = Reopening.objects.filter(is_own=True)
        row = StreamRow.objects.get(is_outward=True, urgency=2)
        Reopening.objects.create(
            stream=row, is_own=False, size=1, root=b"\1" * 32, item=bytes(signed.item), at=pair.now
        )
    with pair.at(A):
        first, second = officers(A)[:2]
        told = {"direction": OUT, "urgency": 2, "reason": "r", "at": pair.now}
        record, is_open = commands.reopen_stream(first, B, **told)
        assert (record.officers, is_open) == ([first.key], False)
        commands.reopen_stream(second, B, **told)
    with pair.at(A):
        (again,) = Reopening.objects.filter(is_own=True)
        assert (len(again.officers), again.size, bytes(again.item) == bytes(signed.item)) == (2, 0, False)


def signed_item(pair: Pair, code: str):
    with pair.at(code):
        return read_item(bytes(Reopening.objects.get(is_own=True).item))


@pytest.mark.parametrize(
    ("bend", "refused"),
    [
        (lambda item: item.context.__class__(*item.context.parts()[:4], 9, item.context.descriptor), "malformed"),
        (lambda item: item.context.__class__(*item.context.parts()[:3], 1, *item.context.parts()[4:]), "signature"),
        (lambda item: item.context.__class__(*item.context.parts()[:5], 9), "signature"),
        (lambda item: item.context.__class__(1, A, "ly.sebha", *item.context.parts()[3:]), "signature"),
    ],
)
def test_what_neither_side_has_signed_opens_nothing(pair, bend, refused) -> None:
    fork(pair)
    agree(pair, A)
    item = signed_item(pair, A)
    strange = item.__class__(item.type, bend(item), item.object)
    with pair.at(B):
        with pytest.raises(Refused, match=rf"reopening\.{refused}"):
            reopening.take(strange, own(pair.now), pair.now)
        contact.take(strange.encoded(), pair.now)
        assert not Reopening.objects.exists()


def test_a_refusal_that_names_another_stream_closes_none(pair) -> None:
    pair.drill(number=1)
    pair.speak()
    with pair.at(A):
        mine, partner = own(pair.now), Partner.objects.get()
        for facts in (
            {"sender": B, "urgency": 2, "epoch": 1},
            {"sender": A, "urgency": 2, "epoch": 2},
            {"sender": A, "urgency": "2", "epoch": 1},
            {"sender": A},
        ):
            accusing.note_closed_there(partner, facts, mine, pair.now)
        assert not StreamRow.objects.exclude(closed_at=None).exists()
        accusing.note_closed_there(partner, {"sender": A, "urgency": 2, "epoch": 1}, mine, pair.now)
        assert StreamRow.objects.exclude(closed_at=None).count() == 1
