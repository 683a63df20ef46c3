"""Break rules, commands and messages in 200 places drawn from a seed, and count what the tests notice.

    tools/mutants.py [SEED]

mutmut makes the mutants and knows which tests reach each.  What survives is named with the command that shows it.
"""

import json
import random
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUTANTS = ROOT / "mutants"
MUTMUT = Path(sys.executable).with_name("mutmut")
LEARNT = MUTANTS / "mutmut-stats.json"  # which tests reach what; mutmut writes it once all of them have passed
LAST_WORDS = 40
COUNT = 200
AT_LEAST = 0.95
NOBODY = "mabar.no.such.mutant"  # asks for no mutant, so that mutmut only makes them and learns which test reaches what
NOTICED = {1, 3, 24, -24, 36, 37, 152, 255}  # a test failed, or the mutant ran until its time was up


def verdicts() -> dict[str, int | None]:
    """Read what mutmut knows of each mutant; none where it was not tried."""
    known: dict[str, int | None] = {}
    for file in sorted(MUTANTS.rglob("*.meta")):
        known |= json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
    return known


def main(seed: int) -> int:
    """Make, choose, try and count; the status tells whether enough was noticed."""
    print("Making the mutants, and learning which tests reach each; some minutes ...", flush=True)
    run = subprocess.run([MUTMUT, "run", NOBODY], cwd=ROOT, check=False, capture_output=True, text=True)
    made = sorted(verdicts())
    if len(made) < COUNT or not LEARNT.exists():
        print(*(run.stdout + run.stderr).splitlines()[-LAST_WORDS:], sep="\n")
        print(f"{len(made)} mutants made; the tests must pass in mutants/ before they can judge")
        return 1
    chosen = random.Random(seed).sample(made, COUNT)
    print(f"{len(made)} mutants made, {COUNT} drawn with seed {seed}", flush=True)
    subprocess.run([MUTMUT, "run", "--max-children", "2", *chosen], cwd=ROOT, check=False)
    return _count(chosen)


def _count(chosen: list[str]) -> int:
    known = verdicts()
    if untried := [name for name in chosen if known.get(name) is None]:
        print(f"{len(untried)} mutants were not tried: the tests must pass before they can judge")
        return 1
    survived = [name for name in chosen if known.get(name) not in NOTICED]
    share = 1 - len(survived) / len(chosen)
    for name in sorted(survived):
        print(f"not noticed: {MUTMUT.name} show {name}")
    print(f"{len(chosen) - len(survived)} of {len(chosen)} noticed ({share:.1%}); asked for: {AT_LEAST:.0%}")
    return int(share < AT_LEAST)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20261122))
