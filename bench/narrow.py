"""Two nodes over a line of 64 kbit/s, 600 ms there and back, 5 % of the packets lost: alerts, declarations, a backlog.

The line is made of real packets between two network namespaces (`bench/slow_line.py`).  Each way has the rate for
itself.  `MABAR_BENCH_SECONDS` sets for how long alerts are sent and declarations are counted; 600 are ten minutes.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

from bench import nodes, pairs, slow_line, trade
from bench.exchange import texts
from bench.pairs import DRILL, A, B
from bench.slow_line import Shape, SlowLine

SECONDS = float(os.environ.get("MABAR_BENCH_SECONDS", "150"))
SEED, KBIT = 22, 1000 / 8
NARROW = Shape(64 * KBIT, delay_s=0.3, loss=0.05)
WIDER = replace(NARROW, bytes_per_s=256 * KBIT)
OPEN = replace(NARROW, bytes_per_s=10_000 * KBIT, loss=0.0, queue=10**7)  # only between two measurements
FLASH_EVERY_S, FLASH_LIMIT_S, DECLARATIONS_LIMIT, BACKLOG_LIMIT_S = 3.0, 3.0, 10.0, 300.0
TRUCKS = 1_500
START = (sys.executable, "-c", "from mabar.site.cli import main; main()", "start")


def main() -> None:
    """Print each figure against its limit; exit 1 when one is missed."""
    if why_not := slow_line.why_not():
        print(f"not measured: {why_not}")
        return
    hosts = dict(zip((A, B), slow_line.HOSTS, strict=True))
    measures = {"alerts": alerts, "declarations": declarations, "backlog": backlog}
    with pairs.made(hosts) as desks, slow_line.laid(NARROW, SEED) as line:
        kept = [_measured(measures[name], desks, line) for name in sys.argv[1:] or measures]
    sys.exit(0 if all(kept) else 1)


def _measured(measure: Callable[[dict[str, object], SlowLine], bool], desks: dict[str, object], line: SlowLine) -> bool:
    """Measure with nodes that know nothing yet of the line."""
    since = datetime.now(UTC)
    with _running(desks, line):
        nodes.until(lambda: all(_has_heard(desk, since) for desk in desks.values()), within_s=120)
        return measure(desks, line)


@contextmanager
def _running(desks: dict[str, object], line: SlowLine) -> Iterator[None]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": None if os.environ.get("MABAR_BENCH_LOG") else subprocess.DEVNULL}
    folders = [str(desk.node.folder) for desk in desks.values()]
    running = [subprocess.Popen(line.command(place, *START, each), **quiet) for place, each in enumerate(folders)]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)


def _has_heard(desk: object, since: datetime) -> bool:
    from mabar.exchange.models import Partner

    with desk.open():
        return Partner.objects.filter(heard_at__gte=since).exists()


def alerts(desks: dict[str, object], line: SlowLine) -> bool:
    """Send alerts while attachments fill the line; tell whether they come through in time."""
    stop, dice, keys = threading.Event(), random.Random(SEED), []
    feeder = threading.Thread(target=_fill, args=(desks[A], stop))
    line.shape = NARROW
    feeder.start()
    time.sleep(30)
    way, end = line.ways[0], time.monotonic() + SECONDS
    carried, packets, lost = way.carried, way.packets, way.lost
    way.waits_s.clear()
    while time.monotonic() < end:
        keys += pairs.leave(desks[A], [_drill(dice, 300)], urgency=0)
        time.sleep(dice.uniform(0.5, 1.5) * FLASH_EVERY_S)
    load = (way.carried - carried) / SECONDS / NARROW.bytes_per_s
    packets, lost = way.packets - packets, way.lost - lost
    waits_s = sorted(way.waits_s)
    stop.set()
    feeder.join()
    nodes.until(lambda: len(_times(desks, keys)) == len(keys), within_s=60)
    times = sorted(_times(desks, keys), key=sum)
    took_s = [sum(each) for each in times]
    line.shape = OPEN
    _empty(desks[A])
    half, last = took_s[len(took_s) // 2], took_s[min(int(len(took_s) * 0.99), len(took_s) - 1)]
    print(f"line: 64 kbit/s each way, 600 ms, {lost / packets:.1%} of {packets} packets lost, {load:.0%} full")
    print(f"a packet waited for the line {waits_s[len(waits_s) // 2]:.2f} s (p50), at most {waits_s[-1]:.2f} s")
    print(f"{len(keys)} alerts, left to opened: p50 {half:.2f} s, longest {took_s[-1]:.2f} s")
    numbered_s, stored_s, opened_s = (sorted(each)[len(each) // 2] for each in zip(*times, strict=True))
    print(f"p50 of its parts: {numbered_s:.2f} s to a number, {stored_s:.2f} s to there, {opened_s:.2f} s to opening")
    print("slowest: " + "; ".join(" + ".join(f"{part:.2f}" for part in each) for each in times[-5:]))
    print(f"p99 {last:.2f} s, {last / FLASH_LIMIT_S:.2f} of the limit of {FLASH_LIMIT_S:.0f} s")
    return last <= FLASH_LIMIT_S


def _fill(desk: object, stop: threading.Event) -> None:
    from mabar.exchange.models import Outgoing

    dice = random.Random(SEED)
    while not stop.is_set():
        with desk.open():
            waiting = Outgoing.objects.filter(done_at=None, urgency=3).count()
        if waiting < 500:
            pairs.leave(desk, [_drill(dice, 4096) for _ in range(500)], urgency=3)
        stop.wait(1)


def _drill(dice: random.Random, length: int) -> trade.Told:
    from mabar.exchange.protocol import documents

    told = {"number": dice.randrange(10**9), "subject": "bench", "text": dice.choice(texts())[:length]}
    return DRILL, "", documents.written(told).decode(), ""


def _times(desks: dict[str, object], keys: list[str]) -> list[tuple[float, float, float]]:
    """Give the seconds from leaving to numbering, to storing and to opening of those that have been opened."""
    from mabar.exchange.models import Received, Sent

    with desks[A].open():
        sent = Sent.objects.filter(message__in=keys).values_list("message", "left_at", "numbered_at")
        left = {key: instants for key, *instants in sent}
    with desks[B].open():
        opened = Received.objects.filter(message__in=keys, opened_at__isnull=False)
        told = [(*left[key], *instants) for key, *instants in opened.values_list("message", "stored_at", "opened_at")]
    return [tuple((b - a).total_seconds() for a, b in pairwise(instants)) for instants in told]


def declarations(desks: dict[str, object], line: SlowLine) -> bool:
    """Send the advance declarations of a long day; tell whether enough of them come through a second."""
    line.shape = NARROW
    pairs.leave(desks[A], trade.advances(TRUCKS), urgency=2)
    time.sleep(20)
    first, began = _settled(desks[A]), time.monotonic()
    carried = line.ways[0].carried
    time.sleep(min(SECONDS, 100))
    done = _settled(desks[A]) - first
    rate = done / (time.monotonic() - began)
    each = (line.ways[0].carried - carried) / max(done, 1)
    line.shape = OPEN
    _empty(desks[A])
    print(f"declarations: {rate:.1f}/s to R1, {rate / DECLARATIONS_LIMIT:.2f} of {DECLARATIONS_LIMIT:.0f}/s")
    print(f"{each:.0f} bytes each on the line, with what is lost and sent again")
    return rate >= DECLARATIONS_LIMIT


def backlog(desks: dict[str, object], line: SlowLine) -> bool:
    """Let what 1,500 trucks have told go at once over 256 kbit/s; tell whether it is gone in time."""
    notices, papers = trade.exit_notices(TRUCKS), trade.advances(TRUCKS)
    line.shape = WIDER
    began, first = time.monotonic(), _settled(desks[A])
    pairs.leave(desks[A], notices, urgency=1)
    pairs.leave(desks[A], papers, urgency=2)
    whole = first + len(notices) + len(papers)
    nodes.until(lambda: _settled(desks[A]) >= whole, within_s=3 * BACKLOG_LIMIT_S)
    took_s = time.monotonic() - began
    print(f"{TRUCKS} trucks at 256 kbit/s, 600 ms, 5 % lost: {len(notices)} notices, {len(papers)} declarations")
    print(
        f"all stored across in {took_s:.0f} s, {took_s / BACKLOG_LIMIT_S:.2f} of the limit of {BACKLOG_LIMIT_S:.0f} s"
    )
    return took_s <= BACKLOG_LIMIT_S


def _settled(desk: object) -> int:
    from mabar.exchange.models import Stream

    with desk.open():
        found = Stream.objects.filter(is_outward=True, urgency__in=(1, 2))
        return sum(found.values_list("settled", flat=True))


def _empty(desk: object) -> None:
    """Take back what is not numbered yet, and wait until the rest has gone."""
    from mabar.exchange.models import Outgoing, Stream

    with desk.open():
        Outgoing.objects.filter(done_at=None, address=B).delete()

    def is_gone() -> bool:
        with desk.open():
            return all(row.settled == row.size for row in Stream.objects.filter(is_outward=True))

    nodes.until(is_gone, within_s=600)


if __name__ == "__main__":
    main()
