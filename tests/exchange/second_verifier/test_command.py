"""The command of the second verifier: what an arbiter types, and what he reads."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.exchange.second_verifier import made
from tests.exchange.second_verifier.asked import VERIFIER, node
from tests.exchange.second_verifier.bundles import HOLD, against, of_payload

__all__ = ["node"]

Run = Callable[..., subprocess.CompletedProcess[str]]
DZ, LY = made.digits(made.root("dz")), made.digits(made.root("ly"))


@pytest.fixture
def verify(node: str, tmp_path: Path) -> Run:
    """Type the command for a bundle."""

    def run(bundle: bytes, *words: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "bundle").write_bytes(bundle)
        command = [node, str(VERIFIER / "verify.mjs"), str(tmp_path / "bundle"), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    return run


def test_the_verdict_stands_in_the_last_line_and_in_the_exit(verify: Run) -> None:
    good, bad = verify(made.message()), verify(against(made.head(6, b"?" * 32)))
    assert (good.returncode, good.stdout.splitlines()[-1]) == (0, "Verdict  valid")
    assert (bad.returncode, bad.stdout.splitlines()[-1]) == (1, "Verdict  not valid")


def test_an_arbiter_reads_claim_stream_guilty_node_signatures_and_fingerprints(verify: Run) -> None:
    lines = verify(against(made.head(5, b"?" * 32))).stdout.splitlines()
    assert lines[0].startswith("Claim    2 two heads")
    assert "dz.debdeb to ly.ghadames, class 1 operational, epoch 1" in lines[1]
    assert lines[2] == "Guilty   dz.debdeb"
    assert sum("head of 5 by dz.debdeb, Ed25519" in line and line.startswith("  good") for line in lines) == 2
    assert any(line.startswith(f"  dz  {DZ}  (compare it)") for line in lines)


def test_fingerprints_that_the_arbiter_knows_must_be_those_of_the_bundle(verify: Run) -> None:
    assert "(as given)" in verify(made.message(), "--root", DZ, "--root", LY).stdout
    assert verify(made.message(), "--root", *DZ.split(), *LY.split()).returncode == 0
    assert verify(made.message(), "--root", DZ).returncode == 1
    other = made.digits(made.root("dz", _5=3, signers=made.officers("dz")))
    assert "fingerprint of dz: is not one of those given" in verify(made.message(), "--root", other, LY).stdout


def test_the_fingerprint_of_the_innocent_side_need_not_be_known(verify: Run) -> None:
    assert verify(against(made.head(5, b"?" * 32)), "--root", DZ).returncode == 0


def test_a_signature_that_could_not_be_checked_is_said_to_be_so(verify: Run) -> None:
    without = verify(against(made.head(5, b"?" * 32), _5=[made.root("dz")]))
    assert without.returncode == 1
    assert "unchecked  head of 5 by dz.debdeb" in without.stdout


def test_a_stop_and_what_its_owner_vouches_for_are_told(verify: Run) -> None:
    told = verify(HOLD["a stop and a settle beside it"]()).stdout
    assert "it signed head of 5 by dz.debdeb, head of 5 by dz.debdeb" in told
    assert "vouches up to 4" in told


def test_an_erased_payload_and_a_demonstration_are_named(verify: Run) -> None:
    assert "payload: erased" in verify(HOLD["an erased message"]()).stdout
    assert "DEMONSTRATION ONLY" in verify(HOLD["records of a demonstration"]()).stdout


def test_a_payload_cannot_steer_the_terminal(verify: Run) -> None:
    told = verify(of_payload("\x1b[2JVerdict\u202e\nVerdict  valid".encode())).stdout
    assert "payload: \\u{1b}[2JVerdict\\u{202e}\\u{a}Verdict  valid" in told


def test_a_program_reads_the_same(verify: Run) -> None:
    read = json.loads(verify(made.message(), "--json").stdout)
    assert (read["verdict"], read["stream"], read["faults"]) == ("valid", made.STREAM, [])
    assert [one["digits"] for one in read["administrations"]] == [DZ, LY]
    assert {one["state"] for one in read["signatures"]} == {"good"}


@pytest.mark.parametrize("words", [["second"], ["--root"], ["--root", "12345"], ["--root", "dz"]])
def test_a_command_that_is_not_understood_says_how_it_goes(words: list[str], verify: Run) -> None:
    run = verify(made.message(), *words)
    assert (run.returncode, run.stderr.startswith("usage:")) == (2, True)


def test_a_file_that_is_not_there_is_no_evidence(node: str, tmp_path: Path) -> None:
    run = subprocess.run([node, str(VERIFIER / "verify.mjs"), str(tmp_path / "none")], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (2, "")


def test_the_command_is_found_through_a_link(node: str, tmp_path: Path) -> None:
    (tmp_path / "verify").symlink_to(VERIFIER / "verify.mjs")
    (tmp_path / "bundle").write_bytes(b"\xa0")
    run = subprocess.run([node, str(tmp_path / "verify"), str(tmp_path / "bundle")], capture_output=True, text=True)
    assert (run.returncode, run.stdout.splitlines()[-1]) == (1, "Verdict  not valid")
