"""How long a node takes from its start to its first page, and what it weighs when nobody works."""

import subprocess
import sys
import time
from pathlib import Path

import psutil

from bench import nodes

START_LIMIT_S, MEMORY_LIMIT_MB, ROUNDS = 5.0, 400.0, 3
SETTLE_S = 8


def main() -> None:
    """Print both figures against their limits; exit 1 when one is missed."""
    with nodes.made() as (folder, port):
        starts = [started(folder, port) for _ in range(ROUNDS)]
        with nodes.running(folder, port) as process:
            nodes.fetch(port, "/sign-in/")
            time.sleep(SETTLE_S)
            memory = weight_mb(process)
    start = sorted(starts)[ROUNDS // 2]
    print(f"start to first page: {start:.2f} s, {start / START_LIMIT_S:.2f} of the limit of {START_LIMIT_S:.0f} s")
    print(
        f"idle memory (PSS, all processes): {memory:.0f} MB, {memory / MEMORY_LIMIT_MB:.2f} of {MEMORY_LIMIT_MB:.0f} MB"
    )
    sys.exit(0 if start <= START_LIMIT_S and memory <= MEMORY_LIMIT_MB else 1)


def started(folder: Path, port: int) -> float:
    """Measure one start."""
    began = time.perf_counter()
    with nodes.running(folder, port):
        return time.perf_counter() - began


def weight_mb(process: subprocess.Popen[bytes]) -> float:
    """Add the proportional set size of a process and all that it started."""
    root = psutil.Process(process.pid)
    return sum(each.memory_full_info().pss for each in [root, *root.children(recursive=True)]) / 1e6


if __name__ == "__main__":
    main()
