"""MX/1 beside what others would use, in one run: JWS in JWE over the same HTTP server, and NATS JetStream.

The same messages of 4 KiB, over TLS, on this machine.  Each receiver works on a disk of its own whose power can be cut
(`bench/power_cut.py`); what it had acknowledged, and what is there after a kill and after a power cut, is compared.
Bytes are those of the loopback of a network namespace of the bench's own: all that goes over the line, both ways.
`MABAR_BENCH_SECONDS` sets how long each is measured.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import psutil

from bench import peer_nats, power_cut

SECONDS = float(os.environ.get("MABAR_BENCH_SECONDS", "15"))
INSIDE = "MABAR_BENCH_INSIDE"
ALONE = ("unshare", "--net", "--mount", "sh", "-c", 'ip link set lo up && exec "$0" -m bench.peers', sys.executable)


@dataclass(frozen=True)
class Outcome:
    """What came of a peer: messages acknowledged, in how long, bytes on the line, and what is left after each end."""

    name: str
    acknowledged: int
    took_s: float
    carried: int
    after_kill: int
    after_cut: int

    def told(self) -> str:
        """Tell it in a line."""
        rate, each = self.acknowledged / self.took_s, self.carried / max(self.acknowledged, 1)
        lost = [max(self.acknowledged - left, 0) for left in (self.after_kill, self.after_cut)]
        ends = f"lost: {lost[0]} by kill -9, {lost[1]} by a power cut"
        return f"{self.name}: {rate:,.0f} messages/s, {each:,.0f} bytes each; {ends}"


def main() -> None:
    """Print a line for each; exit 1 when MX/1 loses anything."""
    if why_not := power_cut.why_not():
        print(f"not measured: {why_not}")
        return
    if INSIDE not in os.environ:
        sys.exit(subprocess.run(ALONE, env=os.environ | {INSIDE: "1"}, check=False).returncode)
    with power_cut.disk() as disk:
        mabar = mx1(disk)
    print(mabar.told(), flush=True)
    for each in chain(_jose(), _nats()):
        print(each, flush=True)
    sys.exit(1 if min(mabar.after_kill, mabar.after_cut) < mabar.acknowledged else 0)


def carried() -> int:
    """Count the bytes that have gone over the loopback."""
    (line,) = [each for each in Path("/proc/net/dev").read_text().splitlines() if each.strip().startswith("lo:")]
    return int(line.split()[1])


def mx1(disk: power_cut.Disk) -> Outcome:
    """Measure two nodes, numbering to R1 verified; the receiver's folder lies on the disk, and the sender's too."""
    tempfile.tempdir = str(disk.at)
    from bench import exchange

    with exchange.pair() as desks:
        feeding = threading.Event()
        feeder = threading.Thread(target=_feed, args=(desks[exchange.A], feeding), daemon=True)
        feeder.start()
        while exchange.settled(desks[exchange.A]) < exchange.CHUNK:
            time.sleep(0.1)
        first, before, began = exchange.settled(desks[exchange.A]), carried(), time.perf_counter()
        time.sleep(SECONDS)
        with _stopped():
            took_s, bytes_carried = time.perf_counter() - began, carried() - before
            acknowledged = exchange.settled(desks[exchange.A])
            feeding.set()
            receiver = Path(desks[exchange.B].node.folder)
            with disk.as_cut() as cut:
                after_cut = _in_store(cut / receiver.relative_to(disk.at))
        after_kill = _in_store(receiver)
    tempfile.tempdir = None
    kept = [max(acknowledged - first - max(acknowledged - left, 0), 0) for left in (after_kill, after_cut)]
    return Outcome("MX/1", acknowledged - first, took_s, bytes_carried, *kept)


def _feed(desk: object, stop: threading.Event) -> None:
    from bench import exchange

    exchange._feed(desk, stop)


@contextmanager
def _stopped() -> Iterator[None]:
    """Hold every process of the nodes still, and kill them all at the end."""
    family = psutil.Process().children(recursive=True)
    for process in family:
        process.suspend()
    try:
        yield
    finally:
        for process in family:
            process.send_signal(signal.SIGKILL)


def _in_store(folder: Path) -> int:
    """Count what a node's store has of the other's messages."""
    import sqlite3

    database = sqlite3.connect(folder / "acts.sqlite3")
    (count,) = database.execute("SELECT count(*) FROM exchange_received").fetchone()
    database.close()
    return count


def _jose() -> Iterator[str]:
    try:
        from bench import peer_jose
    except ImportError:
        yield "JWS in JWE: not measured, joserfc is not installed"
        return
    for at_once in (1, 100):
        with power_cut.disk() as disk:
            peer_jose.make_keys(disk.at)
            server, port = peer_jose.start(disk.at)
            disk.flush()
            before, began = carried(), time.perf_counter()
            done = peer_jose.send(disk.at, port, _payloads(), at_once=at_once, seconds=SECONDS)
            took_s, bytes_carried = time.perf_counter() - began, carried() - before
            with disk.as_cut() as cut:
                after_cut = len(set(done) & peer_jose.stored(cut))
            _kill(server)
            after_kill = len(set(done) & peer_jose.stored(disk.at))
        name = f"JWS in JWE (joserfc), {at_once} a request"
        yield Outcome(name, len(done), took_s, bytes_carried, after_kill, after_cut).told()


def _nats() -> Iterator[str]:
    if why_not := peer_nats.why_not():
        yield f"NATS JetStream: not measured, {why_not}"
        return
    for name, setting in (("as it comes", ""), ("flushed always", peer_nats.ALWAYS)):
        if setting and not peer_nats.knows(setting):
            yield f"NATS JetStream, {name}: not measured, this version does not know `{setting}`"
            continue
        with power_cut.disk() as disk:
            server, port = peer_nats.start(disk.at, setting)
            disk.flush()
            before, began = carried(), time.perf_counter()
            done = peer_nats.send(disk.at, port, _payloads(), seconds=SECONDS)
            took_s, bytes_carried = time.perf_counter() - began, carried() - before
            with disk.as_cut() as cut:
                after_cut = peer_nats.stored(cut)
            _kill(server)
            after_kill = peer_nats.stored(disk.at)
        yield Outcome(f"NATS JetStream, {name}", len(done), took_s, bytes_carried, after_kill, after_cut).told()


def _kill(server: subprocess.Popen[bytes]) -> None:
    for process in [*psutil.Process(server.pid).children(recursive=True), psutil.Process(server.pid)]:
        process.send_signal(signal.SIGKILL)
    server.wait()


def _payloads() -> list[bytes]:
    from bench import exchange
    from mabar.exchange.protocol import documents

    told = [{"number": number, "subject": "bench", "text": text} for number, text in enumerate(exchange.texts())]
    return [documents.written(each) for each in told]


if __name__ == "__main__":
    main()
