"""One part of a running node: a module run as a program that ends when the node that started it falls.

Without this, pages and stream of a killed node would live on and hold the ports at the next start.
"""

import ctypes
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def end_with_the_parent() -> None:
    """Ask Linux to end this process when its parent falls; other systems have no such request."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    end_with_the_parent()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
