"""Counts what came of a run, from the databases and from what the clients did, and knows nothing of the exchange.

It imports only the standard library: a fault of the exchange must not be shared by who looks for it.
"""

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

# What is read of each node.  When a table changes, its line changes here, and nothing below.
READS = {
    "effects": "SELECT message, sender, subject, number FROM simulated_effects ORDER BY id",
    # what the node said and heard: its partner, class, epoch, seq, message, signed statement, answer
    "said": (
        "SELECT st.partner_id, st.urgency, st.epoch, s.seq, s.message, s.statement, s.said FROM exchange_sent s"
        " JOIN exchange_stream st ON st.id = s.stream_id ORDER BY st.partner_id, st.urgency, st.epoch, s.seq"
    ),
    "heard": (
        "SELECT st.partner_id, st.urgency, st.epoch, s.seq, s.message, s.statement, s.said FROM exchange_received s"
        " JOIN exchange_stream st ON st.id = s.stream_id ORDER BY st.partner_id, st.urgency, st.epoch, s.seq"
    ),
    # R1s of others, of what this node said: partner, class, epoch, size, root in hexadecimal
    "receipts": (
        "SELECT st.partner_id, st.urgency, st.epoch, h.size, LOWER(HEX(h.root)) FROM exchange_signedhead h"
        " JOIN exchange_stream st ON st.id = h.stream_id WHERE st.is_outward AND h.receipt IS NOT NULL"
    ),
    # streams that this node has closed, and whom it accuses
    "closed": "SELECT partner_id, closed_code FROM exchange_stream WHERE closed_at IS NOT NULL",
    "accused": "SELECT guilty, claim FROM exchange_evidence",
    # used at each fall, so it must be quick: partner, class, epoch and the highest number
    "said_up_to": (
        "SELECT st.partner_id, st.urgency, st.epoch, (SELECT h.size FROM exchange_signedhead h"
        " WHERE h.stream_id = st.id AND h.receipt IS NOT NULL ORDER BY h.size DESC LIMIT 1) AS top"
        " FROM exchange_stream st WHERE st.is_outward AND top IS NOT NULL"
    ),
    "heard_up_to": (
        "SELECT st.partner_id, st.urgency, st.epoch, (SELECT MAX(s.seq) FROM exchange_received s"
        " WHERE s.stream_id = st.id) AS top FROM exchange_stream st WHERE top IS NOT NULL"
    ),
}
TOOK_EFFECT = ("accepted", "late")  # answers that say that a message has had its effect

Stream = tuple[str, str, int, int]  # sender, receiver, class, epoch
About = tuple[str, str, int, str]  # sender, receiver, class, subject: within what the order counts
Row = tuple[Any, ...]
Rows = Mapping[str, Mapping[str, list[Row]]]  # by node and name


@dataclass
class Findings:
    """What is wrong, each as a count that must be 0 but the first two; `details` says what the first few were."""

    handed_in: int = 0
    delivered: int = 0
    lost: int = 0
    double: int = 0
    unknown: int = 0
    misplaced: int = 0
    unfounded: int = 0
    order_errors: int = 0
    unsettled: int = 0
    false_receipts: int = 0
    differing_logs: int = 0
    false_accusations: int = 0
    broken_files: int = 0
    faults_of_nodes: int = 0
    details: list[str] = field(default_factory=list)

    def note(self, name: str, what: str) -> None:
        """Count one more of a kind."""
        setattr(self, name, getattr(self, name) + 1)
        if len(self.details) < 20:
            self.details.append(f"{name}: {what}")

    @property
    def is_clean(self) -> bool:
        """Whether everything that was handed in took effect once, in order, and nothing is wrong."""
        return not self.wrong and self.handed_in == self.delivered

    @property
    def wrong(self) -> dict[str, int]:
        """The counts that should be 0 and are not."""
        counts = {name: count for name, count in asdict(self).items() if isinstance(count, int) and count}
        return {name: count for name, count in counts.items() if name not in ("handed_in", "delivered")}


@dataclass(frozen=True)
class Handed:
    """What a client handed in, and was told that it was taken; `is_again` when he had to leave it a second time."""

    key: str
    sender: str
    receiver: str
    urgency: int
    subject: str
    number: int
    is_again: bool = False

    @property
    def about(self) -> About:
        """Within what the order counts."""
        return self.sender, self.receiver, self.urgency, self.subject


def history(lines: Iterable[str]) -> list[Handed]:
    """Read what the clients did, one JSON object a line, in the order in which it was handed in."""
    told = (json.loads(line) for line in lines)
    return [
        Handed(one["key"], one["sender"], one["receiver"], one["urgency"], one["subject"], one["number"])
        for one in told
        if one["taken"]
    ]


def read(path: Path, name: str, reads: Mapping[str, str] = READS) -> list[Row]:
    """Read one thing from a node's database, which is opened so that nothing can be written."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute(reads[name]).fetchall()
    finally:
        connection.close()


def check(
    databases: Mapping[str, Path],
    handed: list[Handed],
    *,
    guilty: frozenset[str] = frozenset(),
    reads: Mapping[str, str] = READS,
) -> Findings:
    """Count everything at the end of a run; `guilty` are the nodes that an adversary had in hand."""
    found = Findings(handed_in=len(handed))
    rows = {node: _read_all(found, node, path, reads) for node, path in databases.items()}
    logs = _logs(rows)
    _check_effects(found, rows, handed)
    _check_order(found, rows, handed)
    _check_settled(found, rows, handed)
    _check_logs(found, logs)
    _check_receipts(found, rows, logs)
    _check_accusations(found, rows, guilty)
    return found


def _read_all(found: Findings, node: str, path: Path, reads: Mapping[str, str]) -> dict[str, list[Row]]:
    try:
        return {name: read(path, name, reads) for name in reads}
    except sqlite3.DatabaseError as broken:
        found.note("broken_files", f"{node}: {broken}")
        return {name: [] for name in reads}


def digest(databases: Mapping[str, Path], reads: Mapping[str, str] = READS) -> bytes:
    """Hash what all nodes have said, heard, signed and done: two runs of one seed must give the same."""
    rows = {node: _read_all(Findings(), node, path, reads) for node, path in sorted(databases.items())}
    return hashlib.sha256(repr(rows).encode()).digest()


def receipts_above_logs(databases: Mapping[str, Path], reads: Mapping[str, str] = READS) -> list[str]:
    """List the streams for which a node holds an R1 that reaches further than what its signer has stored."""
    stored = {
        (partner, node, urgency, epoch): size
        for node, path in databases.items()
        for partner, urgency, epoch, size in read(path, "heard_up_to", reads)
    }
    return [
        f"{node} to {partner}, class {urgency}, epoch {epoch}: R1 of {size}, stored {have}"
        for node, path in databases.items()
        for partner, urgency, epoch, size in read(path, "said_up_to", reads)
        if partner in databases and (have := stored.get((node, partner, urgency, epoch), 0)) < size
    ]


def unsettled(databases: Mapping[str, Path], handed: list[Handed], reads: Mapping[str, str] = READS) -> list[Handed]:
    """List what has no answer yet that says that it took effect."""
    settled = {
        (node, row[4]) for node, path in databases.items() for row in read(path, "said", reads) if row[6] in TOOK_EFFECT
    }
    return [each for each in handed if (each.sender, each.key) not in settled]


def _check_effects(found: Findings, rows: Rows, handed: list[Handed]) -> None:
    wanted = {each.key: each for each in handed}
    effects = [(node, *row[:2]) for node, of_node in rows.items() for row in of_node["effects"]]
    counted: Counter[str] = Counter()
    for node, key, sender in effects:
        if key not in wanted:
            found.note("unknown", f"{key} at {node}: nobody handed it in")
        elif (wanted[key].sender, wanted[key].receiver) != (sender, node):
            found.note("misplaced", f"{key} from {sender} at {node}")
        else:
            counted[key] += 1
    for key, meant in wanted.items():
        if not counted[key]:
            found.note("lost", f"{key} from {meant.sender} to {meant.receiver}")
        for _ in range(counted[key] - 1):
            found.note("double", f"{key} at {meant.receiver}")
    found.delivered = sum(times > 0 for times in counted.values())


def _check_order(found: Findings, rows: Rows, handed: list[Handed]) -> None:
    """Compare the order of effects with the stream's and, but for what went or was left again, with the clients'."""
    wanted = {each.key: each for each in handed}
    for node, of_node in rows.items():
        places = {(row[0], row[4]): row[2:4] for row in of_node["heard"] if row[6] in TOOK_EFFECT}
        times = Counter(row[4] for row in of_node["heard"])
        known = [(wanted[row[0]], *row[:2]) for row in of_node["effects"] if row[0] in wanted]
        for _, key, sender in known:
            if (sender, key) not in places:
                found.note("unfounded", f"{key} at {node}: no stored statement of it was accepted")
        by_stream = [(each.about, places[sender, key], key) for each, key, sender in known if (sender, key) in places]
        once = [(each, key) for each, key, _ in known if times[key] == 1 and not each.is_again]
        by_client = [(each.about, (each.number,), key) for each, key in once]
        for about, key in [*_falling(by_stream), *_falling(by_client)]:
            found.note("order_errors", f"{key} at {node}, about {about[3]}")


def _falling(steps: Iterable[tuple[About, Row, str]]) -> Iterator[tuple[About, str]]:
    """List the steps that lie below the one before them about the same."""
    last: dict[About, Row] = {}
    for about, place, key in steps:
        if place < last.get(about, place):
            yield about, key
        last[about] = place


def _check_settled(found: Findings, rows: Rows, handed: list[Handed]) -> None:
    settled = {(node, row[4]) for node, of_node in rows.items() for row in of_node["said"] if row[6] in TOOK_EFFECT}
    for each in handed:
        if (each.sender, each.key) not in settled:
            found.note("unsettled", f"{each.key} from {each.sender} to {each.receiver}")


Logs = dict[str, dict[Stream, list[bytes]]]


def _logs(rows: Rows) -> Logs:
    """Give the statements of each stream as both sides keep them; a number that is missing leaves an empty one."""
    logs: Logs = {"said": defaultdict(list), "heard": defaultdict(list)}
    for node, of_node in rows.items():
        for side in ("said", "heard"):
            for partner, urgency, epoch, seq, _message, statement, _answer in of_node[side]:
                pair = (node, partner) if side == "said" else (partner, node)
                log = logs[side][*pair, urgency, epoch]
                log.extend([b""] * (seq - 1 - len(log)))
                log.append(bytes(statement))
    return logs


def _check_logs(found: Findings, logs: Logs) -> None:
    for stream in sorted({*logs["said"], *logs["heard"]}):
        said, heard = logs["said"].get(stream, []), logs["heard"].get(stream, [])
        if b"" in said or b"" in heard:
            found.note("differing_logs", f"{stream}: a number is missing")
        elif heard != said[: len(heard)]:
            found.note("differing_logs", f"{stream}: {len(said)} said, {len(heard)} heard")


def _check_receipts(found: Findings, rows: Rows, logs: Logs) -> None:
    claims: dict[Stream, list[tuple[int, str]]] = defaultdict(list)
    for node, of_node in rows.items():
        for partner, urgency, epoch, size, root in of_node["receipts"]:
            claims[node, partner, urgency, epoch].append((size, root))
    for stream, said in claims.items():
        true = dict(enumerate(roots(logs["heard"].get(stream, []))))
        for size, root in said:
            if true.get(size) != root:
                found.note("false_receipts", f"{stream}: R1 of size {size}")


def _check_accusations(found: Findings, rows: Rows, guilty: frozenset[str]) -> None:
    for node, of_node in rows.items():
        for partner, code in of_node["closed"]:
            if not guilty & {node, partner}:
                found.note("false_accusations", f"{node} closed a stream with {partner}: {code}")
        for accused, claim in of_node["accused"]:
            if accused not in guilty:
                found.note("false_accusations", f"{node} accuses {accused} of claim {claim}")


def roots(statements: Iterable[bytes]) -> Iterator[str]:
    """Give the root of a log at each of its sizes from 0, in hexadecimal, after RFC 6962."""
    yield hashlib.sha256(b"").hexdigest()
    edge: list[bytes] = []
    for number, statement in enumerate(statements):
        edge.append(hashlib.sha256(b"\x00" + statement).digest())
        for _ in range((number ^ (number + 1)).bit_length() - 1):  # as many subtrees become whole
            edge[-2:] = [_joined(*edge[-2:])]
        total = edge[-1]
        for left in reversed(edge[:-1]):
            total = _joined(left, total)
        yield total.hex()


def _joined(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
