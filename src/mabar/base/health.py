"""How the node is: each measure is taken here once, and shown as a page, as metrics, and as one answer to a probe."""

import ctypes
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.db import DatabaseError, connection, connections

from mabar.base import search, triggers
from mabar.base.models import JournalPending
from mabar.base.recovery import PUBLIC as RECOVERY_PUBLIC

WORKER_FILE, BACKUP_FILE, CERTIFICATE_FILE = "worker.alive", "backed-up.json", "node-tls.pem"
FIT, ALERT, STOP, UNKNOWN = "conforms", "alert", "refused", "unknown"
GIB, DAY_S = 1 << 30, 86_400


@dataclass(frozen=True)
class Measure:
    """One measure: its name, its value (none: not known), its unit, and what the value means for the work.

    `labels` tell of what it was taken, where a name stands for several: partner and class.
    """

    name: str
    value: float | None
    unit: str
    state: str
    labels: tuple[tuple[str, str], ...] = ()


Watch = Callable[[datetime], Iterator[Measure]]
_watched: list[Watch] = []


def watch(measures: Watch) -> None:
    """Let a package that stands above the ground add measures of its own (`apps.py`, `ready`)."""
    if measures not in _watched:
        _watched.append(measures)


def measures(at: datetime) -> list[Measure]:
    """Take every measure."""
    taken: list[Measure] = []
    for take in (_disk, _stores, _worker, _journal, _search, _clock, _certificate, _backup, *_watched):
        taken.extend(take(at))
    return taken


def is_alive(at: datetime) -> dict[str, bool]:
    """Answer a probe cheaply: whether the database answers, the journal is guarded, the worker works."""
    try:
        guarded = not triggers.missing(connection)
        reached = True
    except DatabaseError:
        guarded = reached = False
    worker = next(_worker(at))
    return {"database": reached, "journal_guarded": guarded, "worker": worker.state == FIT}


def above(name: str, value: float | None, unit: str, *, alert: float, stop: float) -> Measure:
    """Judge a measure that is bad when it is high."""
    if value is None:
        return Measure(name, None, unit, UNKNOWN)
    return Measure(name, value, unit, STOP if value > stop else ALERT if value > alert else FIT)


def below(name: str, value: float | None, unit: str, *, alert: float, stop: float) -> Measure:
    """Judge a measure that is bad when it is low."""
    if value is None:
        return Measure(name, None, unit, UNKNOWN)
    return Measure(name, value, unit, STOP if value < stop else ALERT if value < alert else FIT)


def labelled(measure: Measure, labels: tuple[tuple[str, str], ...]) -> Measure:
    """Tell of what a measure was taken."""
    return replace(measure, labels=labels)


def _disk(at: datetime) -> Iterator[Measure]:
    yield below("disk_free", shutil.disk_usage(_folder()).free, "bytes", alert=10 * GIB, stop=1 * GIB)


def _stores(at: datetime) -> Iterator[Measure]:
    for alias in connections:
        yield Measure(f"database_{alias}", _database_bytes(alias), "bytes", FIT)
        if connections[alias].vendor == "sqlite":
            # a WAL that keeps growing means that some reader never lets go
            wal = Path(f"{connections[alias].settings_dict['NAME']}-wal")
            size = wal.stat().st_size if wal.exists() else 0
            yield above(f"wal_{alias}", size, "bytes", alert=256 << 20, stop=2 * GIB)


def _database_bytes(alias: str) -> int:
    query = {
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        "postgresql": "SELECT pg_database_size(current_database())",
    }[connections[alias].vendor]
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def _worker(at: datetime) -> Iterator[Measure]:
    yield above("worker_age", _age_s(WORKER_FILE, at), "seconds", alert=10, stop=60)


def _journal(at: datetime) -> Iterator[Measure]:
    oldest = JournalPending.objects.order_by("line_id").values_list("line__at", flat=True).first()
    yield above("lines_unsealed", JournalPending.objects.count(), "count", alert=2_000, stop=100_000)
    yield above("sealer_lag", _seconds(oldest, at), "seconds", alert=10, stop=300)
    missing = len(triggers.missing(connection))
    yield above("triggers_missing", missing, "count", alert=0, stop=0)


def _search(at: datetime) -> Iterator[Measure]:
    lag = search.lag(at)
    yield above("search_lines_behind", lag.lines, "count", alert=10_000, stop=1_000_000)
    yield above("search_lag", lag.seconds, "seconds", alert=10, stop=3_600)


def _clock(at: datetime) -> Iterator[Measure]:
    """The kernel's own word on the clock, and, where the database is a server, how far its clock lies from ours."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs((cursor.fetchone()[0] - datetime.now(UTC)).total_seconds())
        yield above("clock_apart_from_database", apart, "seconds", alert=1, stop=30)
    told = kernel_clock()
    if told is None:
        yield Measure("clock_synchronised", None, "fact", UNKNOWN)
        yield Measure("clock_error", None, "seconds", UNKNOWN)
        return
    yield Measure("clock_synchronised", float(told.is_synchronised), "fact", FIT if told.is_synchronised else ALERT)
    yield above("clock_error", told.error_s if told.is_synchronised else None, "seconds", alert=1, stop=30)


def _certificate(at: datetime) -> Iterator[Measure]:
    if not settings.NODE.has_tls:
        return
    pem = (_folder() / "keys" / CERTIFICATE_FILE).read_bytes()
    left = (x509.load_pem_x509_certificate(pem).not_valid_after_utc - at).total_seconds()
    yield below("certificate_left", left, "seconds", alert=30 * DAY_S, stop=0)


def _backup(at: datetime) -> Iterator[Measure]:
    age = _age_s(BACKUP_FILE, at)
    never = Measure("backup_age", None, "seconds", ALERT)
    yield never if age is None else above("backup_age", age, "seconds", alert=30 * 3_600, stop=7 * DAY_S)
    made = (_folder() / "keys" / RECOVERY_PUBLIC).exists()
    yield Measure("recovery_key_made", float(made), "fact", FIT if made else ALERT)


def _folder() -> Path:
    return Path(settings.NODE.folder)


def _age_s(name: str, at: datetime) -> float | None:
    """Give the age of the instant that a file of the node's folder tells; none where there is no such file."""
    try:
        told = json.loads((_folder() / name).read_text(encoding="utf-8"))
        return _seconds(datetime.fromisoformat(told["at"]), at)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _seconds(since: datetime | None, at: datetime) -> float:
    return max((at - since).total_seconds(), 0.0) if since else 0.0


@dataclass(frozen=True)
class KernelClock:
    """Whether something keeps the kernel's clock in step, and how far off it can be at most."""

    is_synchronised: bool
    error_s: float


class _Timex(ctypes.Structure):
    # the head of `struct timex` of Linux on 64 bits (uapi/linux/timex.h); the rest is room for what the kernel writes
    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


_UNSYNCHRONISED = 0x0040  # STA_UNSYNC
_ERROR = -1


def kernel_clock() -> KernelClock | None:
    """Ask the kernel (`adjtimex`, reading only); none where there is no such call."""
    try:
        ask = ctypes.CDLL(None, use_errno=True).adjtimex
    except (AttributeError, OSError):
        return None
    told = _Timex()
    if ask(ctypes.byref(told)) == _ERROR:
        return None
    return KernelClock(not told.status & _UNSYNCHRONISED, told.maxerror / 1e6)


def as_metrics(taken: list[Measure]) -> str:
    """Write measures in the text form that Prometheus reads; what is not known is left out."""
    lines: dict[str, list[str]] = {}
    for measure in taken:
        if measure.value is not None:
            name = f"mabar_{measure.name}" + ("" if measure.unit in ("count", "fact") else f"_{measure.unit}")
            told = ",".join(f'{label}="{value}"' for label, value in measure.labels)
            samples = lines.setdefault(name, [f"# TYPE {name} gauge"])
            samples.append(f"{name}{{{told}}} {measure.value:.10g}" if told else f"{name} {measure.value:.10g}")
    return "\n".join(line for samples in lines.values() for line in samples) + "\n"
