"""Stays of trucks drawn from a seed, and the files in which the release times are asked of them."""

import csv
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from mabar.crossings import release_analysis
from mabar.crossings.rules.release_times import SPLITS
from mabar.crossings.rules.stays import Held, Paper, Stay

ZONE = ZoneInfo("Africa/Algiers")
FIRST_S = 1_735_686_000  # 2025-01-01 at Debdeb
APART_S = 30  # from one arrival to the next
LANES, SHARES = ("green", "blue", "yellow", "red"), (50, 20, 20, 10)
REGIMES = ("import", "export", "transit", "temporary")
COLUMNS = {
    "trucks": (
        *("passage", "direction", "hour", "arrived_s", "gate_in_s", "weighed_s", "presented_s", "gate_out_s"),
        *("papers", "released_s", "lane", "regime", "readiness"),
    ),
    "sheets": (
        *("passage", "declaration", "lane", "regime", "direction", "hour", "arrived_s", "lodged_s", "lane_s"),
        *("released_s", "readiness"),
    ),
    "held": ("agency", "passage", "from_s", "until_s", "direction", "hour", "lane", "regime", "readiness"),
    "queried": (*("passage", "declaration", "lane", "regime", "direction", "hour", "readiness", "from_s", "until_s"),),
}


def drawn(number: int, seed: int) -> Iterator[Stay]:
    """Draw the stays of so many trucks, one after the other."""
    rng = random.Random(seed)
    for each in range(number):
        yield _stay(each, rng)


def _stay(number: int, rng: random.Random) -> Stay:
    arrived = FIRST_S + number * APART_S + rng.randrange(APART_S)
    gate_in = arrived + rng.randrange(60, 9000)
    weighed = gate_in + rng.randrange(60, 900)
    presented = weighed + rng.randrange(30, 600)
    papers = tuple(_paper(arrived, rng) for _ in range(rng.choice((1, 1, 1, 2))))
    holds: tuple[Held, ...] = ()
    if rng.random() < 0.05:
        placed = presented + rng.randrange(600)
        holds = (Held(rng.choice(("dz.police", "dz.plant_health")), placed, placed + rng.randrange(600, 6000)),)
    free = max([presented, *(paper.released_s or 0 for paper in papers), *(hold.until_s for hold in holds)])
    direction = rng.choice(("entry", "exit"))
    gate_out = free + rng.randrange(60, 1800)
    return Stay(f"{number:026}", direction, arrived, gate_in, weighed, presented, gate_out, papers, holds)


def _paper(arrived: int, rng: random.Random) -> Paper:
    lodged = arrived + rng.randrange(-86_400, 7200)
    lane = lodged + rng.randrange(2)
    released = lane + rng.randrange(600, 20_000)
    queried = ((lane + 60, lane + 60 + rng.randrange(500)),) if rng.random() < 0.03 else ()
    return Paper(lodged, lane, released, rng.choices(LANES, SHARES)[0], rng.choice(REGIMES), queried)


def write(stays: Iterable[Stay], folder: Path, zone: ZoneInfo = ZONE) -> None:
    """Write the stamps of stays as the product keeps them, a Parquet file for each table."""
    files = {name: (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") for name in COLUMNS}
    writers = {name: csv.writer(file) for name, file in files.items()}
    for name, writer in writers.items():
        writer.writerow(COLUMNS[name])
    for stay in stays:
        for name, row in _rows(stay, zone):
            writers[name].writerow(row)
    for file in files.values():
        file.close()
    store = release_analysis.connect(folder)
    for name in COLUMNS:
        types = {each: "BIGINT" for each in COLUMNS[name] if each.endswith("_s") or each == "papers"}
        types |= {each: "VARCHAR" for each in COLUMNS[name] if each not in types}
        read = store.read_csv(str(folder / f"{name}.csv"), header=True, dtype=types)
        read.project(_without_null_texts(COLUMNS[name])).write_parquet(str(folder / f"{name}.parquet"))
    store.close()


def _without_null_texts(columns: Iterable[str]) -> str:
    texts = ("lane", "regime", "agency")
    return ", ".join(f"coalesce({each}, '') AS {each}" if each in texts else each for each in columns)


def _rows(stay: Stay, zone: ZoneInfo) -> Iterator[tuple[str, tuple[object, ...]]]:
    hour = SPLITS["hour"][0](stay, zone)
    stamps = (stay.arrived_s, stay.gate_in_s, stay.weighed_s, stay.presented_s, stay.gate_out_s)
    of_truck = (stay.lane, stay.regime, stay.readiness)
    yield "trucks", (stay.key, stay.direction, hour, *stamps, len(stay.papers), stay.last_release_s, *of_truck)
    for number, paper in enumerate(stay.papers):
        key, ready = f"{stay.key}-{number}", stay.readiness_of(paper)
        where = (paper.lane, paper.regime, stay.direction, hour)
        times = (stay.arrived_s, paper.lodged_s, paper.lane_s, paper.released_s)
        yield "sheets", (stay.key, key, *where, *times, ready)
        for span in paper.queried_s:
            yield "queried", (stay.key, key, *where, ready, *span)
    for hold in stay.holds:
        span = max(hold.from_s, stay.arrived_s), min(hold.until_s, stay.gate_out_s)
        for agency in ("", hold.agency):
            yield "held", (agency, stay.key, *span, stay.direction, hour, *of_truck)
