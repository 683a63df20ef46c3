"""Run every bench, one after the other, each in a process of its own; exit 1 when one misses its limit."""

import subprocess
import sys

BENCHES = (
    *("read_asycuda", "wco", "policy", "lodge", "start", "million", "core", "exchange", "simulate"),
    *("sizes", "cut_off", "narrow", "peers", "duties", "edifact", "diversion", "vehicles", "queue", "carrier"),
    *("release_times", "release_page", "origin", "transit_ledger"),
)


def main() -> None:
    """Run the benches named on the command line, or all."""
    missed = []
    for name in sys.argv[1:] or BENCHES:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode:
            missed.append(name)
    print(f"{len(missed)} missed their limit: {', '.join(missed)}" if missed else "every limit is kept")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
