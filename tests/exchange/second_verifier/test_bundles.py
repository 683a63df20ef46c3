"""Evidence as an arbiter sees it: the second verifier, which shares no line with the product, judges it."""

import subprocess
from typing import Any

import pytest

from mabar.exchange.protocol import cbor
from tests.exchange.second_verifier.asked import BAD, GOOD, Ask, ask, node
from tests.exchange.second_verifier.bundles import ALWAYS_GOOD, FAIL, HOLD, SMALL_ORDER

__all__ = ["ask", "node"]


Verdict = list[Any]
"""The word, and the faults that led to it."""


@pytest.fixture(scope="session")
def judged(ask: Ask) -> dict[str, Verdict]:
    """Have every bundle judged at once."""
    bundles = HOLD | {name: make for name, (make, _) in FAIL.items()}
    answers = ask("judge", [make().hex() for make in bundles.values()])
    return dict(zip(bundles, answers, strict=True))


@pytest.mark.parametrize("name", HOLD)
def test_evidence_that_proves_its_claim_is_valid(name: str, judged: dict[str, Verdict]) -> None:
    assert judged[name] == [GOOD, []]


@pytest.mark.parametrize("name", FAIL)
def test_evidence_that_proves_nothing_is_not_valid(name: str, judged: dict[str, Verdict]) -> None:
    _, fault = FAIL[name]
    verdict, faults = judged[name]
    assert verdict == BAD
    assert fault in " | ".join(faults)


def test_what_a_machine_cannot_check_keeps_a_bundle_from_being_valid(ask: Ask) -> None:
    classical, post_quantum = HOLD["two heads"](), HOLD["a message under post-quantum heads"]()
    spoilt = HOLD["a message under post-quantum heads"]()[:-1] + b"?"
    answers = ask("judge-without-shake", [each.hex() for each in (classical, post_quantum, spoilt)])
    assert [verdict for verdict, _ in answers] == [GOOD, "valid but for what is unchecked", BAD]


def test_what_signatures_cover_is_written_as_the_product_writes_it(ask: Ask) -> None:
    edges = [edge + step for edge in (0, 24, 2**8, 2**16, 2**32) for step in (-1, 0, 1)]
    numbers = [*edges, *(-1 - edge for edge in edges), 2**63 - 1, -(2**63)]
    texts = ["ع" * length for length in (0, 1, 11, 12, 127, 128, 32767, 32768)]
    answer = ask("encode", [{"number": str(number)} for number in numbers] + texts)
    assert answer == [cbor.encode(value).hex() for value in [*numbers, *texts]]


def test_a_key_of_small_order_would_sign_anything_if_it_were_not_refused(node: str) -> None:
    script = """
        const { createPublicKey, verify } = require('node:crypto');
        const x = Buffer.from(process.argv[1], 'hex').toString('base64url');
        const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
        console.log(verify(null, Buffer.from('anything'), key, Buffer.from(process.argv[2], 'hex')));
    """
    run = subprocess.run([node, "-e", script, SMALL_ORDER.hex(), ALWAYS_GOOD.hex()], capture_output=True, text=True)
    assert run.stdout.strip() == "true"
