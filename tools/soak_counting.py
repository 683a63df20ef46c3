"""What two nodes hold after a kill, read from copies of their databases: is each R1 true, is all there, once, in order?

It counts with the checker of the simulated world, which knows nothing of the exchange.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

from mabar.exchange.simulation import checker
from mabar.exchange.simulation.checker import Findings
from mabar.site.node import Node
from tools.soak_line import Stream
from tools.soak_nodes import connected

READS = {**checker.READS, "effects": "SELECT message, partner, subject, number FROM exchange_drill ORDER BY id"}
ACTS = "acts.sqlite3"
# what the checker reads; of PostgreSQL it is copied into a file of SQLite
TABLES = {
    "exchange_drill": "id, message, partner, subject, number",
    "exchange_stream": "id, partner_id, is_outward, urgency, epoch, closed_at, closed_code",
    "exchange_sent": "stream_id, seq, message, statement, said",
    "exchange_received": "stream_id, seq, message, statement, said",
    "exchange_signedhead": "stream_id, size, root, receipt",
    "exchange_evidence": "guilty, claim",
}
_STORED = (
    "SELECT st.partner_id, st.urgency, st.epoch, r.statement FROM exchange_received r JOIN exchange_stream st"
    " ON st.id = r.stream_id ORDER BY st.partner_id, st.urgency, st.epoch, r.seq"
)


def copied(node: Node, folder: Path) -> Path:
    """Copy a node's database as it lies there; its own files stay for its own process to recover."""
    target = folder / f"{node.code}.sqlite3"
    for ending in ("", "-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    if node.database:
        _copy_postgresql(node.database, target)
        return target
    for ending in ("", "-wal"):
        source = Path(node.folder) / (ACTS + ending)
        if source.exists():
            shutil.copy(source, target.with_name(target.name + ending))
    with closing(sqlite3.connect(target)) as connection:  # takes the log in, as a node that starts does
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return target


def _copy_postgresql(address: str, target: Path) -> None:
    with connected(address) as source, source.transaction(), closing(sqlite3.connect(target)) as copy, copy:
        for table, columns in TABLES.items():
            rows = source.execute(f"SELECT {columns} FROM {table}").fetchall()
            places = ", ".join("?" * len(columns.split(",")))
            copy.execute(f"CREATE TABLE {table} ({columns})")
            told = [[str(each) if hasattr(each, "tzinfo") else each for each in row] for row in rows]
            copy.executemany(f"INSERT INTO {table} VALUES ({places})", told)


def false_receipts(code: str, database: Path, receipts: Mapping[Stream, Mapping[int, set[str]]]) -> list[str]:
    """List the R1s of a node, of all that were ever on the line, that its log does not bear out."""
    logs = _stored(code, database)
    found = []
    for stream, sizes in receipts.items():
        if stream[1] == code:
            true = dict(_roots(logs.get(stream, []), sizes))
            found += [
                f"{stream}: R1 of {size}, stored {len(logs.get(stream, []))}"
                for size, roots in sorted(sizes.items())
                if roots != {true.get(size)}
            ]
    return found


def _stored(code: str, database: Path) -> dict[Stream, list[bytes]]:
    logs: dict[Stream, list[bytes]] = {}
    with closing(sqlite3.connect(database)) as connection:
        for partner, urgency, epoch, statement in connection.execute(_STORED):
            logs.setdefault((partner, code, urgency, epoch), []).append(statement)
    return logs


def _roots(statements: Iterable[bytes], sizes: Mapping[int, object]) -> Iterator[tuple[int, str]]:
    """Give the root of a log at the sizes that are asked for, in hexadecimal, after RFC 6962."""
    if 0 in sizes:
        yield 0, sha256(b"").hexdigest()
    edge: list[bytes] = []
    for number, statement in enumerate(statements):
        edge.append(sha256(b"\x00" + statement).digest())
        for _ in range((number ^ (number + 1)).bit_length() - 1):  # as many subtrees become whole
            edge[-2:] = [sha256(b"\x01" + edge[-2] + edge[-1]).digest()]
        if number + 1 in sizes:
            total = edge[-1]
            for left in reversed(edge[:-1]):
                total = sha256(b"\x01" + left + total).digest()
            yield number + 1, total.hex()


def marked(node: Node) -> dict[Stream, dict[int, set[str]]]:
    """Give the largest R1s that a node has noted outside its database.

    Raises:
        ValueError: a mark is damaged.
    """
    found: dict[Stream, dict[int, set[str]]] = {}
    for file in (Path(node.folder) / "marks").glob(f"*-{node.code}-*"):
        if not file.name.endswith(".new"):
            line = file.read_bytes().split(b"\n")[0].decode()
            sender, receiver, urgency, epoch, _, size, root, _ = line.split()
            found[sender, receiver, int(urgency), int(epoch)] = {int(size): {root}}
    return found


def counted(databases: Mapping[str, Path], handed: Iterable[Mapping[str, Any]]) -> Findings:
    """Count everything at the end."""
    history = checker.history(json.dumps(each) for each in handed)
    return checker.check(databases, history, reads=READS)
