"""Two nodes with real keys and what each has stored of a stream: Debdeb tells, Ghadames hears."""

from dataclasses import replace
from hashlib import sha256

from mabar.exchange.protocol import cose
from mabar.exchange.protocol.batches import Body, Entry
from mabar.exchange.protocol.envelopes import Way
from mabar.exchange.protocol.frontiers import Log, head_at
from mabar.exchange.protocol.heads import Head, read_head
from mabar.exchange.protocol.objects import BUSINESS, Item, Stream
from mabar.exchange.protocol.pens import Pen
from mabar.exchange.protocol.rejoining import Standing
from mabar.exchange.protocol.sending import Draft, batch, number
from mabar.exchange.protocol.statements import digest
from mabar.exchange.protocol.taking import StreamView, Taken, take
from mabar.exchange.protocol.trust import TrustBook
from mabar.exchange.suites import Ed25519Signer, MLDSA44Signer, SealingPair, SignatureChecker, sealing_public
from mabar.lib.merkle import Frontier
from tests.exchange.protocol import certified

DEBDEB, GHADAMES = "dz.debdeb", "ly.ghadames"
STREAM = Stream(DEBDEB, GHADAMES, BUSINESS, 1)
CHECKER = SignatureChecker()
AT_MS = certified.START_MS + certified.DAY_MS
CUSTOMS, PLANT_HEALTH = 1, 2


def _seed(*names):
    return sha256(" ".join(map(str, names)).encode()).digest()


def pq_signer(node, number=1):
    """Give the ML-DSA key of a node."""
    return MLDSA44Signer(_seed(node, number, "pq"))


def pen(node, number=1):
    """Give all the signing keys that descriptor `number` of a node names."""
    agencies = {
        place: Ed25519Signer(_seed(node, number, code)) for place, code in ((1, "customs"), (2, "plant_health"))
    }
    agencies[0] = Ed25519Signer(_seed(node, number, 0))
    return Pen(number, Ed25519Signer(_seed(node, number, "node")), agencies, pq_signer(node, number))


def sealing_pair(node, number=1, place=0):
    """Give the private keys of an entry of a descriptor's sealing keys."""
    return SealingPair(_seed(node, number, "sealing", place), _seed(node, number, "hybrid", place))


def descriptor(node, number=1, **changes):
    """Give a descriptor whose keys are all real; the first six weeks have one sealing key."""
    made = certified.descriptor(node, number)
    pair = sealing_pair(node, number)
    keys = (sealing_public(1, pair.classical), sealing_public(2, pair.hybrid))
    first = replace(made.sealing_keys[0], x25519=keys[0], hybrid=keys[1])
    before = descriptor(node, number - 1).digest if number > 1 else None
    facts = {"pq_key": pq_signer(node, number).public, "sealing_keys": (first,), "before": before}
    return replace(made, **facts | changes)


def _all_trust():
    nodes = (DEBDEB, GHADAMES)
    roots = [certified.root_item(certified.root(code)) for code in ("dz", "ly")]
    return roots + [certified.descriptor_item(descriptor(node, number)) for node in nodes for number in (1, 2)]


TRUST = tuple(_all_trust())
FINGERPRINTS = {code: certified.root(code).fingerprint for code in ("dz", "ly")}


def trusting(items=TRUST):
    """Give a book that has taken these items in, and in which the first records are confirmed."""
    made = TrustBook()
    for item in items:
        made = made.with_item(item, CHECKER)
        for record in set(made.records) - {each.fingerprint for held in made.confirmed.values() for each in held}:
            made = made.with_confirmed(record)
    return made


BOOK = trusting()
WAY = Way(2, DEBDEB, GHADAMES, 1, 1, 0)
WAY_BACK = Way(2, GHADAMES, DEBDEB, 1, 1, 0)


class Shelf(Log):
    """What a node has stored of one stream; `copy` is its backup."""

    def __init__(self, stream=STREAM):
        self.stream, self.frontier = stream, Frontier()
        self.items, self.bodies, self.nodes, self.heads, self.receipts = [], [], {}, {}, {}

    def statements(self, first, last):
        return self.items[first - 1 : last]

    def node(self, level, index):
        return self.nodes[level, index]

    def head_up_to(self, size):
        return self.heads.get(max((each for each in self.heads if 0 < each <= size), default=None))

    def receipt_of(self, size):
        return self.receipts.get(size)

    def add(self, items, bodies, frontier, nodes):
        """Store what was numbered, taken or taken back."""
        self.items += items
        self.bodies += bodies
        self.frontier = frontier
        self.nodes.update({(node.level, node.index): node.hash for node in nodes})

    def entries(self, first, last):
        """Give what goes into a batch."""
        return [
            Entry(item.context.suite, item.context.descriptor, item.object, body)
            for item, body in zip(self.items[first - 1 : last], self.bodies[first - 1 : last], strict=True)
        ]

    def copy(self):
        """Give a backup."""
        made = Shelf(self.stream)
        made.__dict__ |= {
            name: value.copy() if isinstance(value, list | dict) else value for name, value in self.__dict__.items()
        }
        return made


def draft(place, payload=None, **changes):
    """Give a message that waits, and its body."""
    body = Body(_seed("salt", place)[:16], payload if payload is not None else f'{{"truck":{place}}}'.encode())
    message_id = (AT_MS + place).to_bytes(6, "big") + _seed("id", place)[:10]
    made = Draft(message_id, "crossings.gate-out/1.0", digest(body.salt, body.payload), len(body.payload), ("customs",))
    facts = {"agency": CUSTOMS, "purpose": "transit", "terms": "dz-ly.goods.1"}
    return replace(made, **facts | changes), body


class Teller:
    """The sender of a stream."""

    def __init__(self, stream=STREAM, **standing):
        self.shelf, self.pen = Shelf(stream), pen(stream.sender)
        self.standing = Standing(stream, **standing)

    @property
    def stream(self):
        """The stream that it writes."""
        return self.standing.stream

    def tell(self, *places, payload=None):
        """Number messages."""
        waiting = [draft(place, payload) for place in places]
        made = number([each for each, _ in waiting], self.standing, pen=self.pen, suite=2, issued_ms=AT_MS)
        bodies = {each.digest: body for each, body in waiting}
        self.shelf.add(made.items, [bodies[each.digest] for each in made.statements], made.frontier, made.nodes)
        self.standing = replace(self.standing, frontier=made.frontier)
        return made

    def head(self, size):
        """Give the head of the log as it was."""
        return head_at(size, self.shelf.frontier, self.shelf)

    def batch(self, first, last, head=None):
        """Give the batch of these numbers, under the head at its end or another."""
        head = head or self.head(last)
        return batch(self.stream, self.shelf.entries(first, last), head, pen=self.pen, suite=2)


class Hearer:
    """The receiver of a stream."""

    def __init__(self, stream=STREAM, **view):
        self.shelf, self.pen = Shelf(stream), pen(stream.receiver)
        self.view = StreamView(stream, **view)

    def hear(self, made, way=WAY, book=BOOK):
        """Take a batch in and store what there is to store."""
        result = take(self.view, made, way, book, self.shelf, pen=self.pen, checker=CHECKER)
        if isinstance(result, Taken):
            self.view = result.view
            items = [each.item(self.view.stream) for each in result.told]
            self.shelf.add(items, [each.entry.body for each in result.told], self.view.frontier, result.nodes)
            self.shelf.heads.update({size_of(item): item for item in result.heads})
            if result.receipt is not None:
                self.shelf.receipts[size_of(result.receipt)] = result.receipt
        return result


def size_of(item: Item) -> int:
    """Give the size that a head or a receipt names."""
    return said_by(item).size


def said_by(item: Item) -> Head:
    """Give what a head or a receipt says."""
    return read_head(cose.read1(item.object).payload)
