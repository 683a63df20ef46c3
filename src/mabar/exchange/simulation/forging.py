"""What an adversary can make of the keys of a node: statements, heads and envelopes, as bytes, true or not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from mabar.exchange.own import PACKER, SEALER
from mabar.exchange.protocol import cose, documents, envelopes, greetings
from mabar.exchange.protocol.batches import Batch, Body, Entry
from mabar.exchange.protocol.buckets import bucket
from mabar.exchange.protocol.envelopes import Header, Way
from mabar.exchange.protocol.greetings import Greeting
from mabar.exchange.protocol.heads import Head
from mabar.exchange.protocol.objects import Context, Item, Stream, Type, administration_of
from mabar.exchange.protocol.pens import Pen
from mabar.exchange.protocol.statements import Statement, digest
from mabar.exchange.simulation import notes
from mabar.lib.merkle import Frontier, leaf_hash

if TYPE_CHECKING:
    from mabar.exchange.simulation.cast import Cast

SUITE = 1
DRILL = "exchange.drill/1.0"


@dataclass(frozen=True)
class Story:
    """A log that is told on one stream: its statements in order."""

    stream: Stream
    entries: tuple[Entry, ...] = ()

    def head(self) -> Head:
        """Give the head of the story."""
        log = Frontier()
        for each in self.entries:
            log, _ = log.append(leaf_hash(each.signed))
        return Head.of(log)

    def upto(self, size: int) -> Story:
        """Give the story as it was when it had so many statements."""
        return replace(self, entries=self.entries[:size])

    def then(self, entry: Entry) -> Story:
        """Go on with the story."""
        return replace(self, entries=(*self.entries, entry))


@dataclass(frozen=True)
class Mouth:
    """How one speaks as a node to a victim, at an instant."""

    cast: Cast
    node: str
    victim: str
    at_ms: int

    @property
    def pen(self) -> Pen:
        """The keys of the node."""
        number = self.cast.latest[self.node].number
        keys = self.cast.keys[self.node, number]
        return Pen(number, keys.node_signer, keys.agency_signers)

    def told(self, story: Story, *words: str, note: bool = False) -> Story:
        """Go on with a story by a statement for each word; as a note it has a field that no terms name."""
        for word in words:
            story = story.then(self._entry(story, word, note=note))
        return story

    def _entry(self, story: Story, word: str, *, note: bool) -> Entry:
        seq = len(story.entries) + 1
        payload = documents.written({"number": seq, "subject": word, "text": "for nobody"})
        salt, drawn = sha256(payload).digest()[:16], sha256(b"id" + payload).digest()
        ends = administration_of(self.node), administration_of(self.victim)
        said = Statement(
            seq=seq,
            message_id=b"\x01" + drawn[:15],
            kind=notes.Note.KIND if note else DRILL,
            digest=digest(salt, payload),
            size=bucket(len(payload)),
            purpose=notes.PURPOSE if note else None,
            terms=notes.name_of(*ends) if note else None,
            issued_ms=self.at_ms,
            expires_ms=None,
            handling=0,
            agency=int(note),
            addressees=(notes.AGENCY if note else "node",),
        )
        item = self.pen.statement(said, story.stream, suite=SUITE)
        return Entry(SUITE, self.pen.descriptor, item.object, Body(salt, payload))

    def batch(self, story: Story, entries: tuple[Entry, ...], head: Head) -> bytes:
        """Make the body of an envelope, under any head."""
        signed = self.pen.head(head, story.stream, suite=SUITE).object
        return Batch(story.stream.urgency, story.stream.epoch, entries, signed).encoded()

    def sent(self, body: bytes, *, most: int | None = None, packed: tuple[int, bytes] | None = None) -> bytes:
        """Greet and send a sealed body; `most` and `packed` stand in for what an honest node would say of it."""
        context = Context(SUITE, self.node, self.victim, descriptor=self.pen.descriptor)
        greeting = Item(Type.GREETING, context, greetings.sign(Greeting(self.at_ms), context, self.pen.node))
        sealed = self._sealed(most or bucket(len(body)), packed or PACKER.pack(body))
        return greeting.encoded() + sealed.encoded()

    def _sealed(self, most: int, packed: tuple[int, bytes]) -> Item:
        to = self.cast.latest[self.victim]
        number = to.sealing_number(self.at_ms) or 0
        way = Way(SUITE, self.node, self.victim, self.pen.descriptor, to.number, number)
        header = Header(way, most, self.at_ms, b"")
        public = to.sealing_keys[number].by_suite[SUITE]
        ciphertext = SEALER.seal(SUITE, public, envelopes.padded(*packed), header.info())
        signed = replace(header, digest=sha256(ciphertext).digest()).encoded()
        return Item(
            Type.ENVELOPE, way.context, cose.sign1(signed, Type.ENVELOPE, way.context, self.pen.node), ciphertext
        )
