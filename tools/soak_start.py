"""Starts the parts of one node from a process that has read the code already, so that a start after a kill is quick.

It is run with MABAR_NODE set and holds no store open itself.  For each line on its standard input, the words of a
part's command, it forks a process that runs the part as `mabar.site.part` does, and says its number.
"""

import importlib
import os
import random
import runpy
import shlex
import signal
import sys

from mabar.site.part import end_with_the_parent

READ_BEFOREHAND = (
    "granian.cli", "granian.server", "mabar.site.wsgi", "mabar.site.urls", "mabar.base.sealer",
    "mabar.base.search", "mabar.base.timers", "mabar.base.erasure", "mabar.exchange.links", "mabar.exchange.opening",
    "mabar.exchange.inbox", "mabar.exchange.erasing",
)  # fmt: skip


def main() -> None:
    """Fork until the input ends."""
    import django

    django.setup()
    for name in READ_BEFOREHAND:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they have ended
    print("ready", flush=True)
    for line in sys.stdin:
        if child := os.fork():
            print(child, flush=True)
        else:
            _run(shlex.split(line))


def _run(command: list[str]) -> None:
    os.setsid()
    end_with_the_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    random.seed()
    sys.argv = command
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)
    sys.exit(0)


if __name__ == "__main__":
    main()
