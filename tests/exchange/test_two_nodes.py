"""Two nodes: what one says the other holds, once, in order, and both can prove it."""

import json
import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from mabar.crossings.messages import ArrivalNotice
from mabar.exchange import accusing, contact, erasing, keeping, numbering, opening, posting, stick, taking_in, trusting
from mabar.exchange.models import (
    Agreement,
    Drill,
    Effect,
    Evidence,
    Outgoing,
    Partner,
    Received,
    Sent,
    SignedHead,
    Suspension,
)
from mabar.exchange.models import Stream as StreamRow
from mabar.exchange.own import CHECKER, own
from mabar.exchange.protocol import documents, evidence, verdicts
from mabar.exchange.protocol.answers import ANSWER
from mabar.exchange.protocol.batches import Body
from mabar.exchange.protocol.cose import key_id
from mabar.exchange.protocol.objects import Context, Type, read_item
from mabar.exchange.protocol.stops import Settle, Stop
from mabar.lib import merkle
from tests.exchange.pair import A, B, Pair
from tests.world import NOON

FAR = "01M81EKCW0P00000000000000A"


def streams(pair: Pair, code: str, urgency: int = 2) -> tuple[StreamRow, ...]:
    with pair.at(code):
        return tuple(StreamRow.objects.filter(urgency=urgency).order_by("-is_outward"))


def notice(pair: Pair, *, urgency: int = 1, **facts: str) -> str:
    told = {"passage": FAR, "place": A, "state": "arrived", "at": NOON.isoformat(), **facts}
    body = documents.written(told).decode()
    return pair.drill(kind=ArrivalNotice.KIND, body=body, purpose="crossing-control", urgency=urgency, subject=FAR)


@pytest.mark.parametrize("urgency", [0, 1, 2, 3])
def test_what_one_node_says_the_other_holds_opens_and_answers(pair, urgency) -> None:
    key = pair.drill(urgency=urgency, number=7, text="سلام")
    pair.speak()
    with pair.at(B):
        drill = Drill.objects.get()
    assert (drill.partner, drill.message, drill.number, drill.text) == (A, key, 7, "سلام")
    said = pair.sent(key)
    assert (said.said, said.stream.settled, said.stream.urgency) == ("accepted", said.seq, urgency)


def test_both_sides_hold_the_same_log_and_have_signed_its_head(pair) -> None:
    for number in range(12):
        pair.drill(number=number)
    pair.speak()
    out, _ = streams(pair, A)
    _, in_ = streams(pair, B)
    assert (out.size, out.frontier) == (12, in_.frontier)
    with pair.at(A):
        here = SignedHead.objects.filter(stream=out).latest("size")
    with pair.at(B):
        there = SignedHead.objects.filter(stream=in_).latest("size")
    assert (here.size, bytes(here.root), bytes(here.receipt)) == (12, bytes(there.root), bytes(there.receipt))


def test_messages_take_effect_in_the_order_of_their_numbers(pair) -> None:
    for number in range(30):
        pair.drill(number=number)
    pair.speak()
    with pair.at(B):
        assert list(Drill.objects.order_by("id").values_list("number", flat=True)) == list(range(30))


def test_a_body_that_comes_twice_has_one_effect(pair) -> None:
    pair.drill()
    body = pair.body()
    answers = [pair.hears(B, body) for _ in range(2)]
    pair.open(B)
    pair.open(B)
    assert len(answers) == 2
    with pair.at(B):
        assert (Drill.objects.count(), Received.objects.count(), Effect.objects.count()) == (1, 1, 1)


def test_an_answer_that_is_lost_costs_nothing_but_another_body(pair) -> None:
    key = pair.drill()
    pair.hears(B, pair.body())
    pair.later(minutes=1)
    pair.speak()
    assert pair.sent(key).said == "accepted"
    with pair.at(B):
        assert Drill.objects.count() == 1


@pytest.mark.parametrize("place", [60, -400, -40, -3])
def test_a_body_damaged_on_the_way_changes_nothing_and_comes_again(pair, place) -> None:
    key = pair.drill()
    body = bytearray(pair.body())
    body[place] ^= 4
    with pair.at(B):
        contact.take(bytes(body), pair.later(seconds=1))
        assert not Drill.objects.exists()
    pair.later(minutes=1)
    pair.speak()
    assert pair.sent(key).said == "accepted"


def test_a_cut_line_lets_nothing_in_and_everything_waits(pair) -> None:
    key, body = pair.drill(), pair.body()
    with pair.at(B):
        Partner.objects.update(is_cut=True)
        assert contact.take(body, pair.later(seconds=1)).partner is None
        assert not Received.objects.exists()
        Partner.objects.update(is_cut=False)
    pair.later(minutes=1)
    pair.speak()
    assert pair.sent(key).said == "accepted"


def test_what_the_terms_do_not_name_never_gets_a_number_and_its_author_sees_why(pair) -> None:
    key = pair.drill(kind="crossings.exit-notice/1.0", body='{"plate":"1"}', purpose="espionage", author="DEB-0003")
    pair.speak()
    with pair.at(A):
        letter = Outgoing.objects.get(key=key)
        assert (letter.code, letter.author, letter.done_at is not None) == ("policy.purpose", "DEB-0003", True)
        assert not Sent.objects.filter(message=key).exists()


def test_a_field_that_the_terms_do_not_name_stays_at_home(pair) -> None:
    key = notice(pair, secret="never")
    pair.speak()
    assert "secret" not in json.loads(bytes(pair.sent(key).payload))


def test_what_the_desk_refuses_comes_back_with_its_reason(pair) -> None:
    key = notice(pair)
    pair.speak()
    said = pair.sent(key)
    assert (said.said, said.code, said.facts) == ("refused", "rule.no-such-truck", {"passage": FAR})


def test_a_message_past_its_time_before_it_goes_does_not_go(pair) -> None:
    key = pair.drill(expires_at=NOON)
    pair.speak()
    with pair.at(A):
        assert Outgoing.objects.get(key=key).code == "expired"


def test_suspended_kinds_wait_for_nobody_and_are_told_to_their_author(pair) -> None:
    with pair.at(A):
        Suspension.objects.create(
            key=FAR,
            agreement=Agreement.objects.get(),
            by=A,
            kinds=["crossings.arrival-notice"],
            reason="r",
            from_at=NOON,
        )
    key = notice(pair)
    pair.speak()
    with pair.at(A):
        assert Outgoing.objects.get(key=key).code == "policy.suspended"


def test_a_disk_that_is_nearly_full_takes_flash_and_refuses_the_rest(pair, monkeypatch) -> None:
    flash, bulk = pair.drill(urgency=0), pair.drill(urgency=3)
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 4, "total": 100})())
    pair.hears(B, pair.body())
    with pair.at(B):
        assert set(Received.objects.values_list("message", flat=True)) == {flash}
    monkeypatch.undo()
    pair.later(minutes=1)
    pair.speak()
    assert pair.sent(bulk).said == "accepted"


def test_an_opening_that_fails_three_times_is_held_and_the_others_go_on(pair, monkeypatch) -> None:
    from mabar.crossings import queries

    monkeypatch.setattr(queries, "facing", lambda place: 1 / 0)
    held, after = notice(pair), pair.drill(urgency=1)
    pair.speak()
    assert (pair.received(held).said, pair.received(held).code) == ("held", "fault")
    assert (pair.sent(held).said, pair.sent(after).said) == ("held", "accepted")
    monkeypatch.undo()
    row = pair.received(held)
    with pair.at(B):
        assert opening.open_again(row.stream_id, [row.seq], pair.later(seconds=1)) == 1
    pair.speak()
    assert (pair.sent(held).said, pair.sent(held).code) == ("refused", "rule.no-such-truck")


def test_a_stick_carries_what_the_line_would_and_twice_is_once(pair, tmp_path) -> None:
    key = pair.drill(number=3)
    with pair.at(A):
        assert stick.export(Partner.objects.get(), tmp_path / "there.mx1", pair.later(seconds=1)) > 2
    for brought in (1, 0):
        with pair.at(B):
            assert stick.import_(tmp_path / "there.mx1", pair.later(seconds=1)).stored == brought
    with pair.at(B):
        stick.export(Partner.objects.get(), tmp_path / "back.mx1", pair.later(seconds=1))
        assert Drill.objects.get().number == 3
    with pair.at(A):
        stick.import_(tmp_path / "back.mx1", pair.later(seconds=1))
    assert (pair.sent(key).said, pair.sent(key).stream.settled) == ("accepted", 1)


def test_a_payload_that_is_erased_leaves_a_proof_that_still_holds(pair) -> None:
    key = pair.drill(text="to be forgotten")
    pair.speak()
    with pair.at(B):
        Received.objects.filter(message=key).update(erase_on=NOON.date())
        assert erasing.erase_due(pair.later(seconds=1)) == 1
    pair.speak()
    gone = pair.received(key)
    assert (gone.payload, gone.salt, pair.sent(key).said) == (None, None, "erased")
    with pair.at(B):
        report = verdicts.verify(bundle_of(gone).encoded(), CHECKER)
    assert (report.verdict, report.is_erased) == (verdicts.Verdict.VALID, True)


def bundle_of(row: Received) -> evidence.Bundle:
    kept = keeping.Kept(row.stream)
    head = SignedHead.objects.filter(stream=row.stream, size__gte=row.seq, receipt__isnull=False).earliest("size")
    path = merkle.inclusion_proof(row.seq - 1, head.size, kept.node)
    body = Body(bytes(row.salt), bytes(row.payload)) if row.payload else None
    signed = [read_item(bytes(each)) for each in (head.head, head.receipt)]
    item = kept.item(row.suite, row.descriptor, row.statement)
    return accusing.with_trust(evidence.of_message(item, signed, path, body))


def test_an_hour_has_its_alerts_whatever_a_clock_that_ran_ahead_has_numbered(pair) -> None:
    pair.drill(urgency=0)
    pair.body()
    key = notice(pair, urgency=0)
    with pair.at(A):
        row = StreamRow.objects.select_related("partner").get(is_outward=True, urgency=0)
        letter = Outgoing.objects.get(key=key)
        desk = numbering.Desk.at_stream(own(pair.now), row, pair.now, secrets.token_bytes)
        terms = replace(next(iter(desk.agreements.values())).terms, flash_per_hour=1)
        agreement = replace(next(iter(desk.agreements.values())), terms=terms)
        Sent.objects.update(terms="under terms", numbered_at=pair.now + timedelta(days=2))
        assert not numbering._is_over_the_cap(letter, agreement, desk)
        Sent.objects.update(numbered_at=pair.now - timedelta(minutes=59))
        assert numbering._is_over_the_cap(letter, agreement, desk)
        assert (letter.urgency, letter.code) == (1, "flash.over-cap")


def test_what_was_said_is_proved_to_a_stranger(pair) -> None:
    key = pair.drill(text="said")
    pair.speak()
    row = pair.received(key)
    with pair.at(B):
        report = verdicts.verify(bundle_of(row).encoded(), CHECKER)
    assert (report.verdict, report.claim) == (verdicts.Verdict.VALID, evidence.Claim.MESSAGE)


def stopped(pair: Pair) -> Stop:
    with pair.at(A):
        mine = own(pair.now)
        return Stop("dz", key_id(mine.book.agency_key(A, 1, 0)), 1)


def test_a_stopped_key_holds_what_it_signed_until_its_owner_settles(pair) -> None:
    before, after = pair.drill(number=1), pair.drill(number=2)
    pair.hears(B, pair.body())
    stop, root = stopped(pair), pair.roots["dz"]
    context = Context(sender="dz", descriptor=1)
    with pair.at(B):
        taking_in.take_all([root.signed(Type.STOP, context, stop.encoded())], own(pair.now), pair.now)
    pair.open(B)
    assert {pair.received(key).code for key in (before, after)} == {"key.held"}
    settle = Settle("dz", stop.key_id, ((keeping.stream_of(pair.received(before).stream), 1),))
    with pair.at(B):
        item = root.signed(Type.SETTLE, context, settle.encoded())
        taking_in.take_all([item], own(pair.now), pair.later(seconds=1))
    assert pair.received(before).said == "accepted"


def test_what_waits_in_two_classes_behind_a_held_message_is_opened_with_it(pair) -> None:
    first = pair.drill(number=1, urgency=2)
    pair.hears(B, pair.body())
    stop, root = stopped(pair), pair.roots["dz"]
    context = Context(sender="dz", descriptor=1)
    with pair.at(B):
        taking_in.take_all([root.signed(Type.STOP, context, stop.encoded())], own(pair.now), pair.now)
    pair.open(B)
    # the same subject in two classes, by a key that speaks for itself: each waits for the first, neither for the other
    with pair.at(B):
        Received.objects.filter(message=first).update(said="held", code="key.held", subject="a subject")
    waiting = [pair.drill(number=number, urgency=urgency) for number, urgency in ((2, 1), (3, 3))]
    pair.hears(B, pair.body())
    pair.open(B)
    with pair.at(B):
        Received.objects.filter(message__in=waiting).update(said="held", code="after-held", subject="a subject")
    ends = [(keeping.stream_of(pair.received(key).stream), 1) for key in (*waiting, first)]
    settle = root.signed(Type.SETTLE, context, Settle("dz", stop.key_id, tuple(sorted(ends))).encoded())
    with pair.at(B):
        trusting.take(settle, at=pair.now)  # and the power goes, before the settle is applied
        opening.apply_stops_again(pair.later(seconds=1))
    assert {pair.received(key).said for key in (first, *waiting)} == {"accepted"}


def test_what_waits_is_opened_once_an_engineer_has_opened_what_it_waits_for(pair) -> None:
    first, waiting = pair.drill(number=1), pair.drill(number=2, urgency=1)
    pair.hears(B, pair.body())
    pair.open(B)
    with pair.at(B):
        Effect.objects.all().delete()
        told = {"said": "held", "subject": "a subject"}
        Received.objects.filter(message=first).update(code="fault", **told)
        Received.objects.filter(message=waiting).update(code="after-held", **told)
        opening.open_stored(pair.later(seconds=1))
        assert pair.received(waiting).said == "held"
        row = pair.received(first)
        opening.open_again(row.stream_id, [row.seq], pair.later(seconds=1))
    assert (pair.received(first).said, pair.received(waiting).said) == ("accepted", "held")
    pair.open(B)
    assert (pair.received(waiting).said, pair.received(waiting).next_at) == ("accepted", None)


def test_an_answer_that_was_held_is_opened_when_what_it_answers_is_back_in_a_restored_node(pair) -> None:
    pair.drill(number=1)
    pair.speak()
    with pair.at(A):  # an old copy of the database is put back, and the answer has been held meanwhile
        out = StreamRow.objects.get(is_outward=True, urgency=2)
        StreamRow.objects.filter(pk=out.pk).update(size=0, frontier=[])
        Effect.objects.all().delete()
        answer = Received.objects.get(kind=ANSWER)
        Received.objects.filter(pk=answer.pk).update(said="held", code="key.held")
        opening.open_again(answer.stream_id, [answer.seq], pair.later(seconds=1))
        opening.open_stored(pair.later(seconds=1))
        assert pair.received(answer.message, A).said == "held"
        StreamRow.objects.filter(pk=out.pk).update(size=out.size, frontier=out.frontier)
        opening.open_stored(pair.later(seconds=1))
        found = pair.received(answer.message, A)
    assert (found.said, found.next_at) == ("accepted", None)


def put_back(pair: Pair, lost: str) -> None:
    """Put an old copy of Debdeb's database back, of when the second message was not left yet."""
    with pair.at(A):
        row = StreamRow.objects.get(is_outward=True, urgency=2)
        Sent.objects.filter(message=lost).delete()
        SignedHead.objects.filter(stream=row, size=2).delete()
        first = Sent.objects.get(stream=row, seq=1)
        frontier, _ = merkle.Frontier().append(merkle.leaf_hash(bytes(first.statement)))
        keeping.set_frontier(row, frontier)
        row.settled = row.sent_up_to = row.told_size = 1
        row.save()
        Partner.objects.update(restored_ms=int(pair.now.timestamp() * 1000) + 1)


def lose_the_second(pair: Pair) -> str:
    """Let Debdeb say two messages and forget the second; give its key."""
    pair.drill(number=1)
    pair.speak()
    lost = pair.drill(number=2)
    pair.speak()
    put_back(pair, lost)
    return lost


def test_a_restored_node_asks_its_own_words_back_and_uses_no_number_twice(pair) -> None:
    lost = lose_the_second(pair)
    later = pair.drill(number=3)
    pair.speak(rounds=4)
    assert (pair.sent(lost).seq, pair.sent(later).seq) == (2, 3)
    with pair.at(B):
        assert list(Drill.objects.order_by("id").values_list("number", flat=True)) == [1, 2, 3]
        assert not Evidence.objects.exists()


def test_what_did_not_go_before_a_restoration_does_not_go_after_what_came_later(pair) -> None:
    pair.drill(number=1)
    pair.speak()
    expired, other = pair.drill(number=2), pair.drill(number=2, subject="other")
    overtaker = pair.drill(number=3)
    with pair.at(A):
        waiting = Outgoing.objects.filter(key__in=[expired, other])
        waiting.update(done_at=pair.now, code="expired")
        pair.speak()
        put_back(pair, overtaker)
        waiting.update(done_at=None, code="")  # as the copy has them
    pair.speak(rounds=4)
    with pair.at(A):
        letter = Outgoing.objects.get(key=expired)
        assert (letter.code, letter.facts) == ("overtaken", {"by": overtaker})
        assert [pair.sent(key).subject for key in (overtaker, other)] == ["s", "other"]
    with pair.at(B):
        assert list(Drill.objects.order_by("id").values_list("number", flat=True)) == [1, 3, 2]


def test_what_is_left_after_a_restoration_goes_though_the_clock_lags(pair) -> None:
    lose_the_second(pair)
    pair.later(hours=-1)
    with pair.at(A):
        Partner.objects.update(restored_ms=int(pair.now.timestamp() * 1000), heard_ms=None)
    pair.later(minutes=1)
    mine = pair.drill(number=3)
    pair.speak(rounds=4)
    assert pair.sent(mine).said == "accepted"


def test_a_partner_that_signs_two_logs_is_proved_guilty_and_its_stream_closes(pair) -> None:
    pair.drill(number=1)
    pair.speak()
    pair.drill(number=2)
    pair.hears(B, pair.body())
    with pair.at(A):  # Debdeb forgets on purpose what it said second, and says something else
        row = StreamRow.objects.get(is_outward=True, urgency=2)
        Sent.objects.filter(stream=row, seq=2).delete()
        frontier, _ = merkle.Frontier().append(merkle.leaf_hash(bytes(Sent.objects.get(stream=row).statement)))
        keeping.set_frontier(row, frontier)
        row.settled = row.sent_up_to = row.told_size = 1
        row.under_way = []
        row.save()
        from pathlib import Path

        for mark in (Path(pair.desks[A].node.folder) / "marks").glob("*"):
            mark.unlink()
    pair.drill(number=99)
    with pair.at(B):
        contact.take(pair.body(), pair.later(seconds=1))
        proof, row = Evidence.objects.get(), StreamRow.objects.get(is_outward=False, urgency=2)
        report = verdicts.verify(bytes(proof.bundle), CHECKER)
    assert (report.verdict, report.guilty, row.closed_code) == (verdicts.Verdict.VALID, A, "claim-3")
    pair.drill(urgency=0, number=5)
    pair.speak()
    with pair.at(B):
        assert Drill.objects.filter(number=5).exists()


def test_a_silent_stream_repeats_its_head(pair) -> None:
    pair.drill()
    pair.speak()
    with pair.at(A):
        mine = own(pair.later(minutes=2))
        items = posting.envelopes_for(Partner.objects.get(), [2], mine, pair.now)
    assert len(items) == 1
