"""The second verifier is short enough to be read by whoever doubts it."""

from tests.exchange.second_verifier.asked import VERIFIER

FOR_VECTORS = {"exchanged.mjs", "vectors.mjs"}
MOST_LINES = 900  # docs/decisions/0017-the-size-of-the-second-verifier.md


def code_lines(name: str) -> int:
    lines = (line.strip() for line in (VERIFIER / name).read_text(encoding="utf-8").splitlines())
    return sum(bool(line) and not line.startswith(("//", "/**", "*")) for line in lines)


def test_what_a_verdict_rests_on_has_at_most_900_lines() -> None:
    counted = {path.name: code_lines(path.name) for path in VERIFIER.glob("*.mjs") if path.name not in FOR_VECTORS}
    assert {"bundle.mjs", "mldsa44.mjs", "verify.mjs"} <= counted.keys()
    assert sum(counted.values()) <= MOST_LINES, counted
