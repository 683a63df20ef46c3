"""The exchange in a simulated world: 100 seeds of 200 messages with every fault; no claim breaks, in 3 minutes."""

import json
import subprocess
import sys

MESSAGES, SEEDS, LIMIT_S = 20_000, 100, 180.0
COMMAND = ("-m", "mabar", "exchange", "simulate", "--messages", str(MESSAGES), "--seeds", str(SEEDS), "--faults", "all")


def main() -> None:
    """Print what came of it and the time against its limit; exit 1 when a claim breaks or it takes too long."""
    run = subprocess.run([sys.executable, *COMMAND], stdout=subprocess.PIPE, text=True, check=False)
    last = run.stdout.splitlines()[-1] if run.stdout else "{}"
    print(last)
    took_s = json.loads(last).get("wall_s", 0.0)
    print(f"{SEEDS} seeds in {took_s:.0f} s, {took_s / LIMIT_S:.2f} of the limit of {LIMIT_S:.0f} s")
    sys.exit(1 if run.returncode or took_s > LIMIT_S else 0)


if __name__ == "__main__":
    main()
