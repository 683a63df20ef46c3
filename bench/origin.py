"""Codes of proofs of origin: 10,000 altered ones of which none is valid, and what a check takes, against a limit.

The limit is a second at the counter, from the scan to the verdict; `mabar origin verify` starts a program for each.
"""

import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import nodes

ALTERED, LOOKS, STARTS, SEED = 10_000, 400, 5, 33
LIMIT_S = 1.0
NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)


def main() -> None:
    """Print the count of altered codes that passed, and each time beside its limit; exit 1 when one misses it."""
    with nodes.made() as (folder, _port):
        code = _issued(folder)
        passed, words = _alterations(code)
        spent_s = _p95(code)
        start_s = _started(folder, code)
    print(f"{ALTERED} codes altered by a byte or a letter: {passed} valid   {', '.join(words)}")
    print(f"the code: {len(code)} letters")
    for name, took_s in (("one check (p95)", spent_s), ("mabar origin verify", start_s)):
        print(f"{name:<24} {took_s * 1000:8.1f} ms   {took_s / LIMIT_S:.3f} of the limit of {LIMIT_S:.0f} s")
    sys.exit(0 if passed == 0 and max(spent_s, start_s) <= LIMIT_S else 1)


def _issued(folder: Path) -> str:
    """Certify the node, and sign the code of a proof with five kinds of goods."""
    from mabar.exchange import demonstration, paper_signing
    from mabar.exchange.ceremony_making import DescriptorWish
    from mabar.exchange.demonstration import DemoAdministration
    from mabar.exchange.own import ms_of
    from mabar.origin import rules

    drawn = random.Random(SEED)
    root = DemoAdministration.made("dz", ("الجزائر", "Algérie", "Algeria"), NOW, drawn.randbytes)
    begins = ms_of(NOW - timedelta(days=1))
    wish = DescriptorWish(nodes.PLACE, ("أ", "a", "a"), (), ("customs",), (), "Africa/Algiers", "-", begins)
    demonstration.introduce([root.root_item, root.certify(folder, wish)], [], NOW)
    hand = paper_signing.hand(rules.AGENCY, NOW)
    if hand is None:
        raise ValueError("the node has no key of customs")
    facts = rules.ProofFacts(
        hand.node, hand.descriptor, "DZ-DEBDEB-2026-000001", 1, "DZ", "LY", NOW.date(), NOW.date() + timedelta(180),
        "شركة واحة التمور، ورقلة", tuple((f"0804{n}0", "WO") for n in range(1, 6)), 5, 8_200_000, drawn.randbytes(32),
    )  # fmt: skip
    return rules.text_of(hand.signed(facts.encoded(), domain=rules.DOMAIN))


def _alterations(code: str) -> tuple[int, list[str]]:
    from tests.origin.altering import altered, verdict

    drawn, told = random.Random(SEED), dict[str, int]()
    if verdict(code, NOW.date()) != "valid":
        raise ValueError("the code itself is not valid")
    for _ in range(ALTERED):
        word = verdict(altered(code, drawn), NOW.date())
        told[word] = told.get(word, 0) + 1
    return told.get("valid", 0), [f"{word} {count}" for word, count in sorted(told.items())]


def _p95(code: str) -> float:
    from mabar.origin import queries

    spent_s = [_timed(lambda: queries.judged(code, today=NOW.date())) for _ in range(LOOKS)]
    return sorted(spent_s)[LOOKS * 95 // 100]


def _timed(ask: Any) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def _started(folder: Path, code: str) -> float:
    """Give the median of whole runs of the command line, the start of the program included."""
    command = [sys.executable, "-c", "from mabar.site.cli import main; main()", "origin", "verify", code]
    command += ["--node", str(folder)]

    def run() -> None:
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        if "[" not in told.stdout:
            raise ValueError(told.stderr)

    return sorted(_timed(run) for _ in range(STARTS))[STARTS // 2]


if __name__ == "__main__":
    main()
