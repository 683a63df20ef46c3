"""Sender and receiver over a line that loses, doubles, delays and reorders, from crashes and backups, against lists."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from mabar.exchange.protocol import checking, rejoining, sending
from mabar.exchange.protocol.batches import Batch
from mabar.exchange.protocol.comparing import Fork, Gap, Taken
from mabar.exchange.protocol.greetings import Greeting, Stored
from mabar.exchange.protocol.heads import Head, read_signed_head
from mabar.exchange.protocol.rejoining import Mark, Returned
from mabar.exchange.protocol.sending import Behind, Diverged, Flight
from mabar.exchange.protocol.statements import read as read_statement
from mabar.exchange.protocol.verdicts import accuses
from tests.exchange.protocol.reference import Reference, root_of
from tests.exchange.protocol.streams import (
    AT_MS,
    BOOK,
    CHECKER,
    DEBDEB,
    FINGERPRINTS,
    GHADAMES,
    STREAM,
    TRUST,
    WAY_BACK,
    Hearer,
    Teller,
    draft,
    said_by,
)

MOST_STEPS_TO_HEAL = 200


class Sender(Teller):
    """The sender, with what it keeps in its database (backed up) and in its file outside (not)."""

    def __init__(self):
        super().__init__()
        self.flight, self.mark, self.waiting, self.heard_ms = Flight(), None, [], None
        self.backup = self.saved()

    def saved(self):
        """Give what a backup holds."""
        return self.shelf.copy(), self.standing, self.flight, list(self.waiting)

    def restore(self, at_ms):
        """Go on from the backup."""
        shelf, standing, self.flight, waiting = self.backup
        self.shelf, self.waiting = shelf.copy(), list(waiting)
        self.standing = replace(standing, mark=self.mark, restored_ms=at_ms, heard_ms=None, peer_size=0)

    def number(self, model):
        """Number what waits, if that may be."""
        if self.waiting and rejoining.may_number(replace(self.standing, mark=self.mark)):
            made = self.tell(*self.waiting)
            model.say(triples(made.statements, made.items))
            self.waiting = []

    def next_batch(self, most):
        """Give the next batch to send; the mark is written before it leaves."""
        first, last = self.flight.sent + 1, min(self.flight.sent + most, self.shelf.frontier.size)
        if not self.flight.may_send or first > last:
            return None
        self.flight = self.flight.after_sending(last)
        self.write_mark(last)
        return self.batch(first, last)

    def head_alone(self):
        """Give the head of what was sent, as a silent stream repeats it."""
        size = min(self.flight.sent, self.shelf.frontier.size)
        self.write_mark(size)
        return self.batch(size + 1, size, self.head(size))

    def write_mark(self, size):
        """Write down what leaves."""
        if size and (self.mark is None or self.mark.seq < size):
            self.mark = Mark(STREAM, size, self.head(size))

    def take_back(self, batch, model):
        """Take own statements back."""
        standing = replace(self.standing, mark=self.mark)
        back = rejoining.take_back(standing, batch, WAY_BACK, BOOK, self.shelf, checker=CHECKER)
        if isinstance(back, Returned):
            self.shelf.add(
                [each.item(STREAM) for each in back.told],
                [each.entry.body for each in back.told],
                back.frontier,
                back.nodes,
            )
            most = max(self.standing.peer_size, back.receipt.head.size)
            self.standing = replace(self.standing, frontier=back.frontier, peer_size=most)
            numbered = rejoining.numbered_before(back.told, [draft(place)[0].message_id for place in self.waiting])
            self.waiting = [place for place in self.waiting if draft(place)[0].message_id not in numbered]
        return back

    def hear_receipt(self, item):
        """Hear an R1."""
        receipt = checking.receipt_of(item, BOOK, CHECKER)
        result = sending.hear_receipt(self.flight, receipt, self.shelf.frontier, self.shelf)
        self.standing = replace(self.standing, peer_size=max(self.standing.peer_size, receipt.head.size))
        if isinstance(result, Flight):
            self.flight = result
            self.shelf.receipts.setdefault(receipt.head.size, item)
        return result


def triples(statements, items):
    """Give what the reference wants to know of statements."""
    return [(said.seq, said.message_id, item.object) for said, item in zip(statements, items, strict=True)]


class Line(RuleBasedStateMachine):
    """Honest nodes; only the line and the disks are bad."""

    def __init__(self):
        super().__init__()
        self.model, self.sender, self.receiver = Reference(), Sender(), Hearer()
        self.to_receiver, self.to_sender, self.recorded = [], [], []
        self.clock_ms, self.places = AT_MS, 0
        self.receiver_mark, self.receiver_backup, self.receiver_heard = (
            None,
            (self.receiver.shelf.copy(), self.receiver.view),
            None,
        )

    def now(self):
        """Give an instant that was never given before."""
        self.clock_ms += 1
        return self.clock_ms

    # What the nodes do

    @rule(count=st.integers(1, 4))
    def messages_wait(self, count):
        for _ in range(count):
            self.places += 1
            self.sender.waiting.append(self.places)
            self.model.leave(draft(self.places)[0].message_id)

    @rule()
    def the_sender_numbers(self):
        self.sender.number(self.model)

    @rule(count=st.integers(0, 3), back=st.booleans())
    def all_goes_well_for_a_while(self, count, back):
        if count:
            self.messages_wait(count)
        self.both_greet()
        self.deliver_all(back=back)
        self.sender.number(self.model)
        self.the_sender_sends(5)
        self.deliver_all(back=back)

    def deliver_all(self, *, back):
        """Let everything arrive, in order; what goes back only if it may."""
        while self.to_receiver:
            self.at_receiver(self.to_receiver.pop(0))
        while back and self.to_sender:
            self.at_sender(self.to_sender.pop(0))

    @rule(most=st.integers(1, 5))
    def the_sender_sends(self, most):
        batch = self.sender.next_batch(most)
        if batch is not None:
            self.to_receiver.append(batch)

    @rule()
    def a_silent_stream_repeats_its_head(self):
        self.to_receiver.append(self.sender.head_alone())

    @rule()
    def the_sender_gives_up_waiting(self):
        self.sender.flight = self.sender.flight.after_silence()

    @rule()
    def both_greet(self):
        wanted = rejoining.wanted(replace(self.sender.standing, mark=self.sender.mark))
        self.to_receiver.append(Greeting(self.now(), self.sender.heard_ms, (), (wanted,) if wanted else ()))
        stored = Stored(STREAM.urgency, STREAM.epoch, self.receiver.view.frontier.size)
        self.to_sender.append(Greeting(self.now(), self.receiver_heard, (stored,)))

    # What the line does

    @precondition(lambda self: self.to_receiver)
    @rule(data=st.data())
    def something_reaches_the_receiver(self, data):
        self.at_receiver(self.drawn(self.to_receiver, data))

    @precondition(lambda self: self.to_sender)
    @rule(data=st.data())
    def something_reaches_the_sender(self, data):
        self.at_sender(self.drawn(self.to_sender, data))

    def drawn(self, wire, data):
        """Take anything that is on its way, in any order; it may come once more."""
        place = data.draw(st.integers(0, len(wire) - 1), label="place on the line")
        return wire[place] if data.draw(st.booleans(), label="comes again") else wire.pop(place)

    @precondition(lambda self: self.recorded)
    @rule(data=st.data())
    def something_recorded_is_played_again(self, data):
        is_to_sender, thing = data.draw(st.sampled_from(self.recorded))
        (self.at_sender if is_to_sender else self.at_receiver)(thing)

    @precondition(lambda self: self.to_receiver or self.to_sender)
    @rule(data=st.data())
    def something_is_lost(self, data):
        wire = data.draw(st.sampled_from([each for each in (self.to_receiver, self.to_sender) if each]))
        wire.pop(data.draw(st.integers(0, len(wire) - 1)))

    def at_receiver(self, thing):
        """Let the receiver have what comes."""
        self.recorded.append((False, thing))
        if isinstance(thing, Greeting):
            self.receiver_heard = max(self.receiver_heard or 0, thing.instant_ms)
            for wanted in thing.wanted:
                self.give_back(wanted.first, 3)
            return
        result = self.receiver.hear(thing)
        if isinstance(result, Taken):
            self.model.store(
                [(each.statement.seq, each.statement.message_id, each.entry.signed) for each in result.told]
            )
        self.judge(result)
        if isinstance(result, Taken | Gap) and result.receipt is not None:
            head = said_by(result.receipt)
            self.model.receipt(head.size, head.root)
            self.receiver_mark = (
                head if not self.receiver_mark or head.size > self.receiver_mark.size else self.receiver_mark
            )
            self.receiver.view = replace(self.receiver.view, mark=self.receiver_mark)
            self.to_sender.append(result.receipt)

    def give_back(self, first, most):
        """Give the sender its own statements back."""
        if self.receiver.view.receipt is not None:
            last = min(first + most - 1, self.receiver.view.frontier.size)
            entries = self.receiver.shelf.entries(first, last)
            head = said_by(self.receiver.view.receipt)
            self.to_sender.append(rejoining.give_back(STREAM, entries, head, pen=self.receiver.pen, suite=2))

    def at_sender(self, thing):
        """Let the sender have what comes."""
        self.recorded.append((True, thing))
        if isinstance(thing, Greeting):
            self.sender.heard_ms = max(self.sender.heard_ms or 0, thing.instant_ms)
            self.sender.standing = rejoining.after_greeting(self.sender.standing, thing)
            size = rejoining.stored_size(STREAM, thing)
            if size <= self.sender.shelf.frontier.size:
                self.sender.flight = self.sender.flight.after_greeting(size)
        elif isinstance(thing, Batch):
            self.judge(self.sender.take_back(thing, self.model))
        else:
            self.judge(self.sender.hear_receipt(thing))

    def judge(self, result):
        """Honest nodes never find a fork."""
        assert isinstance(result, Taken | Gap | Returned | Flight | Behind), result

    # What the disks do

    @rule()
    def the_sender_is_backed_up(self):
        self.sender.backup = self.sender.saved()

    @rule()
    def the_receiver_is_backed_up(self):
        self.receiver_backup = (self.receiver.shelf.copy(), self.receiver.view)

    def all_that_left_is_stored(self):
        """Tell whether the receiver has all that the sender can lose; else only officers can open the stream again."""
        left = self.sender.mark.seq if self.sender.mark else 0
        return self.receiver.view.frontier.size >= left

    @precondition(all_that_left_is_stored)
    @rule(keeps_mark=st.booleans())
    def the_sender_is_restored(self, keeps_mark):
        if not keeps_mark:
            self.sender.mark = None
        self.sender.restore(self.now())
        waiting = [draft(place)[0].message_id for place in self.sender.waiting]
        self.model.lose_what_never_left(max(self.receiver.view.frontier.size, self.sender.shelf.frontier.size), waiting)

    def the_sender_has_all(self):
        """Tell whether the sender can still tell all that the receiver can lose."""
        return self.sender.shelf.frontier.size >= self.receiver.view.frontier.size

    @precondition(the_sender_has_all)
    @rule()
    def the_receiver_is_restored(self):
        shelf, view = self.receiver_backup
        self.receiver.shelf, self.receiver.view = shelf.copy(), replace(view, mark=self.receiver_mark)
        self.model.lose_all_after(view.frontier.size)

    # How it ends

    def teardown(self):
        """Heal the line; then all that waits arrives within a bound."""
        self.to_receiver, self.to_sender = [], []
        for _ in range(MOST_STEPS_TO_HEAL):
            self.sender.flight = self.sender.flight.after_silence()
            self.both_greet()
            self.deliver_all(back=True)
            self.sender.number(self.model)
            done = {self.sender.flight.settled, self.sender.flight.sent, self.receiver.view.frontier.size}
            if done == {len(self.model.left)}:
                break
            self.to_receiver.append(self.sender.next_batch(5) or self.sender.head_alone())
        self.model.end()
        assert self.sender.head(len(self.model.said)) == self.receiver_mark or not self.model.said


class Liars(RuleBasedStateMachine):
    """A sender with two stories, and a receiver who may sign for what never was; whoever lies is found, nobody else."""

    def __init__(self):
        super().__init__()
        self.one, self.places, self.signed, self.heads = Teller(), 0, {}, []
        self.one.tell(*self.new_places(2))
        self.other = Teller()
        self.other.shelf, self.other.standing = self.one.shelf.copy(), self.one.standing
        self.hearer, self.backup, self.is_closed, self.was_restored = Hearer(), Hearer(), False, False

    def new_places(self, count):
        """Give messages that were never told."""
        self.places += count
        return range(self.places - count + 1, self.places + 1)

    @rule(count=st.integers(1, 3), is_other=st.booleans())
    def one_of_the_stories_goes_on(self, count, is_other):
        (self.other if is_other else self.one).tell(*self.new_places(count))

    @precondition(lambda self: not self.is_closed)
    @rule(is_other=st.booleans(), count=st.integers(0, 3))
    def one_of_the_stories_arrives(self, is_other, count):
        teller = self.other if is_other else self.one
        first = min(self.hearer.view.frontier.size, teller.shelf.frontier.size) + 1
        last = min(first + count - 1, teller.shelf.frontier.size)
        self.tell(teller.batch(first, last))

    @precondition(lambda self: not self.is_closed)
    @rule(data=st.data())
    def a_mixed_batch_arrives(self, data):
        teller, under = (data.draw(st.sampled_from([self.one, self.other])) for _ in range(2))
        most = teller.shelf.frontier.size
        near = min(self.hearer.view.frontier.size, most)
        first = data.draw(st.integers(max(1, near - 1), min(near + 2, most + 1)))
        last = data.draw(st.integers(first - 1, min(first + 2, most)))
        head = data.draw(st.integers(0, under.shelf.frontier.size))
        self.tell(teller.batch(first, last, under.head(head)))

    def tell(self, batch):
        """Let the receiver judge a batch, and judge the receiver."""
        result = self.hearer.hear(batch)
        if isinstance(result, Fork):
            self.is_closed = True
            assert result.bundle is not None or self.was_restored
            self.require_proof(result.bundle, DEBDEB)
            return
        if isinstance(result, Taken):
            self.require_one_story(batch)
        if result.receipt is not None:
            head = said_by(result.receipt)
            assert self.signed.setdefault(head.size, head.root) == head.root, "an honest receiver could be accused"
            mark = max(head, self.hearer.view.mark or head, key=lambda each: each.size)
            self.hearer.view = replace(self.hearer.view, mark=mark)

    def require_one_story(self, batch):
        """What was taken without a word does not contradict what is stored, nor any head that came before."""
        stored = [item.object for item in self.hearer.shelf.items]
        self.heads.append(read_signed_head(batch.head).said)
        told = [(read_statement(each.signed).said.seq, each.signed) for each in batch.entries]
        assert all(stored[seq - 1] == signed for seq, signed in told if seq <= len(stored))
        if not self.was_restored:
            assert all(root_of(stored[: each.size]) == each.root for each in self.heads if each.size <= len(stored))

    def require_proof(self, bundle, guilty):
        """Let a stranger judge a bundle."""
        if bundle is not None:
            assert accuses(bundle.resting_on(TRUST).encoded(), CHECKER, FINGERPRINTS) == guilty

    @rule()
    def the_receiver_is_backed_up(self):
        self.backup = Hearer()
        self.backup.shelf, self.backup.view = self.hearer.shelf.copy(), self.hearer.view

    @precondition(lambda self: not self.is_closed)
    @rule()
    def the_receiver_is_restored(self):
        mark, self.was_restored = self.hearer.view.mark, True
        self.hearer.shelf, self.hearer.view = self.backup.shelf.copy(), replace(self.backup.view, mark=mark)

    @precondition(lambda self: self.signed)
    @rule(data=st.data())
    def the_receiver_signs_for_another_log(self, data):
        size = data.draw(st.integers(1, self.one.shelf.frontier.size))
        true, false = (
            self.hearer.pen.receipt(head, STREAM, suite=2) for head in (self.one.head(size), Head(size, bytes(32)))
        )
        log, frontier = self.one.shelf.copy(), self.one.shelf.frontier
        lie = checking.receipt_of(false, BOOK, CHECKER)
        assert sending.hear_receipt(Flight(), lie, frontier, log) == Diverged(None)
        log.receipts[size] = true
        self.require_proof(sending.hear_receipt(Flight(), lie, frontier, log).bundle, GHADAMES)

    def teardown(self):
        """Show the receiver both heads of what it has stored: unless there is one story only, it finds the fork."""
        size = self.hearer.view.frontier.size
        tellers = [each for each in (self.one, self.other) if each.shelf.frontier.size >= size > 2]
        for teller in tellers:
            if not self.is_closed:
                self.tell(teller.batch(size + 1, size, teller.head(size)))
        assert self.is_closed or len(tellers) < 2


TestLiars = Liars.TestCase
TestLiars.settings = settings(max_examples=100, stateful_step_count=20, deadline=None)
TestLine = Line.TestCase
TestLine.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
