"""Messages of 4 KiB from numbering to R1 verified at the sender, between two real nodes over TLS on this machine.

Each message has an effect of one row at the receiver, committed by batch, and an answer.  Beside it stands the rate
with one real command for each message at both ends.  `MABAR_BENCH_SECONDS` sets how long is measured; ten minutes are
600.  The rate of each minute shows whether it falls while the tables grow, and the processor's time a message whether
the machine was alone with it.
"""

import os
import random
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from bench import acts, nodes
from bench.acts import A, B
from tools.ports import free_port

SECONDS = float(os.environ.get("MABAR_BENCH_SECONDS", "30"))
TRUCKS = int(os.environ.get("MABAR_BENCH_TRUCKS", "300"))
LIMIT, MINUTE = 1_000, 60.0
LENGTH, CHUNK, AHEAD = 4096, 2_000, 12_000
ROUND = 48  # of a payload, for what stands round the text
WORDS = [
    "تمور",
    "إسمنت",
    "أدوية",
    "قطع",
    "غيار",
    "صناديق",
    "طرود",
    "وزن",
    "ختم",
    "مقطورة",
    "دخول",
    "خروج",
    "بوابة",
    "مصرح",
    "carrier",
    "cement",
    "dates",
    "seal",
]


def main() -> None:
    """Print the rate against the limit; exit 1 below it, or when anything is lost or doubled."""
    road = acts.Road(TRUCKS)
    with pair(road.prepare) as desks:
        by_command = road.rate(desks)
        print(f"two nodes, TLS, one real command a message at each end: {by_command:.0f} messages/s", flush=True)
        stop = threading.Event()
        feeder = threading.Thread(target=_feed, args=(desks[A], stop), daemon=True)
        feeder.start()
        nodes.until(lambda: settled(desks[A]) >= CHUNK, within_s=120)
        rate = _measured(desks[A])
        stop.set()
        feeder.join()
        nodes.until(lambda: _is_all_answered(desks[A]), within_s=600)
        lost, doubled = _count(desks)
        print(f"acts.sqlite3 and its log: {', '.join(f'{code} {_stored_mb(desks[code]):.0f} MB' for code in (A, B))}")
    print(f"two nodes, TLS, 4 KiB, one row of effect: {rate:.0f} messages/s to R1, {rate / LIMIT:.2f} of {LIMIT}/s")
    print(f"lost {lost}, doubled {doubled}")
    sys.exit(0 if rate >= LIMIT and not lost and not doubled else 1)


def _measured(desk: object) -> float:
    """Count for as long as is asked for, a minute at a time; print each minute and what the processor did for it."""
    first, began, rates = settled(desk), time.perf_counter(), []
    while (left := SECONDS - (time.perf_counter() - began)) > 0.5:
        before, started, spent = settled(desk), time.perf_counter(), _processor_s()
        time.sleep(min(left, MINUTE))
        count = settled(desk) - before
        rates.append(count / (time.perf_counter() - started))
        cost_ms = (_processor_s() - spent) / max(count, 1) * 1000
        print(f"  {rates[-1]:.0f} messages/s; {cost_ms:.2f} ms of processor a message, the bench among it", flush=True)
    return (settled(desk) - first) / (time.perf_counter() - began)


def _processor_s() -> float:
    """Give the seconds of processor that this process and those it has started have used."""
    return sum(_processor_s_of(pid) for pid in _with_children(os.getpid()))


def _with_children(pid: int) -> list[int]:
    told = (each.read_text() for each in Path(f"/proc/{pid}/task").glob("*/children"))
    return [pid, *(each for line in told for child in line.split() for each in _with_children(int(child)))]


def _processor_s_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _stored_mb(desk: object) -> float:
    return sum(each.stat().st_size for each in Path(desk.node.folder).glob("acts.sqlite3*")) / 1e6


@contextmanager
def pair(prepare: Callable[[dict[str, object]], None] | None = None) -> Iterator[dict[str, object]]:
    """Make two nodes, bring them together, prepare what is wanted there and run them; gives their desks."""
    from mabar.site.making import Wish, make_folder
    from mabar.site.node import read_node

    with tempfile.TemporaryDirectory(prefix="mabar-bench-") as passing:
        ports, at = {code: free_port() for code in (A, B)}, datetime.now(UTC)
        for code, port in ports.items():
            wish = Wish("localhost", code, (code,), port, second_factor="offered")
            make_folder(Path(passing) / code, wish, Path(passing) / f"{code}.key", at=at)
        os.environ |= {"MABAR_NODE": str(Path(passing) / A), "DJANGO_SETTINGS_MODULE": "mabar.site.settings"}
        import django

        django.setup()
        from mabar.site import demo_nodes
        from mabar.site.at_node import Desk

        desks = {code: Desk(read_node(Path(passing) / code)) for code in ports}
        demo_nodes.found(list(desks.values()), at)
        demo_nodes.bring_together(desks, at)
        if prepare is not None:
            prepare(desks)
        with _running(desks):
            yield desks
        for desk in desks.values():
            desk.close()


@contextmanager
def _running(desks: dict[str, object]) -> Iterator[None]:
    from mabar.site import running

    stop = threading.Event()
    threads = [
        threading.Thread(target=running.run, args=(desk.node,), kwargs={"stop": stop}) for desk in desks.values()
    ]
    for thread in threads:
        thread.start()
    try:
        for desk in desks.values():
            nodes.until(lambda port=desk.node.port: _answers(port), within_s=120)
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


@cache
def texts() -> list[str]:
    """Write texts of words and numbers, as packable as a declaration; as many as are left at once, no two alike."""
    rng = random.Random(22)
    return [_text(rng) for _ in range(CHUNK)]


def _text(rng: random.Random) -> str:
    told = " ".join(f"{rng.choice(WORDS)} {rng.getrandbits(40)}" for _ in range(LENGTH // 12))
    return told.encode()[: LENGTH - ROUND].decode(errors="ignore")


def leave(desk: object, *, urgency: int = 2) -> None:
    """Leave drills for the other node, as many acts would."""
    from mabar.base.keys import new_key
    from mabar.exchange.models import Outgoing
    from mabar.exchange.protocol import documents

    now = datetime.now(UTC)
    with desk.open():
        Outgoing.objects.bulk_create(
            Outgoing(
                key=new_key(now),
                address=B,
                kind="exchange.drill/1.0",
                subject="bench",
                body=documents.written({"number": number, "subject": "bench", "text": each}).decode(),
                left_at=now,
                next_at=now,
                urgency=urgency,
            )
            for number, each in enumerate(texts())
        )


def _feed(desk: object, stop: threading.Event) -> None:
    from mabar.exchange.models import Outgoing

    while not stop.is_set():
        with desk.open():
            waiting = Outgoing.objects.filter(done_at=None).count()
        if waiting < AHEAD:
            leave(desk)
        else:
            stop.wait(0.5)


def settled(desk: object) -> int:
    """Count the messages whose R1 the sender has verified."""
    from mabar.exchange.models import Stream

    with desk.open():
        return sum(Stream.objects.filter(is_outward=True).values_list("settled", flat=True))


def _is_all_answered(desk: object) -> bool:
    from mabar.exchange.models import Outgoing, Sent

    with desk.open():
        waits = Outgoing.objects.filter(done_at=None).exists()
        return not waits and not Sent.objects.filter(said="", kind="exchange.drill/1.0").exists()


def _count(desks: dict[str, object]) -> tuple[int, int]:
    from mabar.exchange.models import Drill, Sent

    with desks[A].open():
        sent = Sent.objects.filter(kind="exchange.drill/1.0").count()
    with desks[B].open():
        effects, messages = Drill.objects.count(), Drill.objects.values("message").distinct().count()
    return sent - messages, effects - messages


if __name__ == "__main__":
    main()
