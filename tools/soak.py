"""Kill a working node again and again, and look for an act that was confirmed and is gone, or stands twice.

    python -m tools.soak [ROUNDS]

Each round starts the node (pages, live stream, worker) and a writer that announces trucks and says each key only after
the command has returned; after a random while all of them are killed at once.  What the writer said must be there.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import psutil

from tools.ports import free_port

MABAR = Path(sys.executable).with_name("mabar")
PLACE = "dz.debdeb"
ROUNDS = 12
SHORTEST_S, LONGEST_S = 2.0, 6.0
ROOT = Path(__file__).resolve().parent.parent


def write(folder: Path) -> None:
    """Announce trucks until killed, saying each key once its act is confirmed."""
    _enter(folder)
    from mabar.base import actors
    from mabar.base.keys import new_key
    from mabar.crossings import commands, rules

    while True:
        at = datetime.now(UTC)
        key = new_key(at)
        commands.announce(actors.node(), key, place=PLACE, direction=rules.DIRECTIONS[0], plate=f"{key[-10:]} 1", at=at)
        print(key, flush=True)


def _enter(folder: Path) -> None:
    import django

    os.environ["MABAR_NODE"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "mabar.site.settings"
    django.setup()


def main(rounds: int) -> int:
    """Make a node, kill it `rounds` times, and compare what was said with what is there."""
    with tempfile.TemporaryDirectory(prefix="mabar-soak-") as passing:
        folder = Path(passing) / "node"
        _make(folder, Path(passing) / "soak.recovery.key")
        said: list[str] = []
        for number in range(1, rounds + 1):
            said += _one_round(folder)
            print(f"round {number} of {rounds}: {len(said)} acts confirmed so far", flush=True)
        return _compare(folder, said)


def _make(folder: Path, recovery_key: Path) -> None:
    wish = f"--host localhost --http --port {free_port()} --place {PLACE} --recovery-key".split()
    subprocess.run([MABAR, "init", str(folder), *wish, str(recovery_key)], check=True, stdout=subprocess.DEVNULL)


def _one_round(folder: Path) -> list[str]:
    node = subprocess.Popen([MABAR, "start", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    writing = [sys.executable, "-m", "tools.soak", "--write", str(folder)]
    writer = subprocess.Popen(writing, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    said: list[str] = []
    listening = threading.Thread(target=lambda: said.extend(line.strip() for line in writer.stdout or ()))
    listening.start()
    time.sleep(random.uniform(SHORTEST_S, LONGEST_S))
    _kill([node.pid, writer.pid])
    node.wait()
    writer.wait()
    listening.join()
    # the last line may have been cut in the middle of its key
    return [key for key in said if len(key) == 26]


def _kill(roots: list[int]) -> None:
    family = [psutil.Process(pid) for pid in roots]
    family += [child for parent in list(family) for child in parent.children(recursive=True)]
    for process in family:
        try:
            process.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, timeout=10)


def _compare(folder: Path, said: list[str]) -> int:
    _enter(folder)
    from mabar.base import sealer, verification
    from mabar.base.models import JournalLine
    from mabar.crossings.models import Passage

    while sealer.seal(datetime.now(UTC)):
        pass
    lines = Counter(JournalLine.objects.filter(verb="crossings.announce").values_list("subject", flat=True))
    stored = set(Passage.objects.values_list("key", flat=True))
    lost = [key for key in said if key not in stored or not lines[key]]
    twice = [key for key, count in lines.items() if count > 1]
    halves = stored.symmetric_difference(lines)
    outcome = verification.verify(sealer.heads_file(folder))
    print(f"{len(said)} acts confirmed, {len(lost)} lost, {len(twice)} twice, {len(halves)} half-stored")
    print(
        f"journal of {outcome.size} lines, {outcome.heads} heads: {'sound' if outcome.is_sound else outcome.faults[:5]}"
    )
    return int(bool(lost or twice or halves) or not outcome.is_sound or not said)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]))
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
