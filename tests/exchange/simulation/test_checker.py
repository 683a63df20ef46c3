"""The checker finds what is wrong in the databases, and nothing where nothing is."""

import ast
import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mabar.exchange.simulation import checker
from mabar.lib.merkle import Frontier, leaf_hash

KEYS = ("K1", "K2", "K3")
TABLES = """
CREATE TABLE exchange_stream (id INTEGER PRIMARY KEY, partner_id, is_outward, urgency, epoch, closed_at, closed_code);
CREATE TABLE exchange_sent (stream_id, seq, message, statement, said);
CREATE TABLE exchange_received (stream_id, seq, message, statement, said);
CREATE TABLE exchange_signedhead (stream_id, size, root, receipt);
CREATE TABLE exchange_evidence (guilty, claim);
CREATE TABLE simulated_effects (id INTEGER PRIMARY KEY, message, sender, subject, number);
"""


def root(size: int) -> str:
    """Give the root of the log of the first statements."""
    log = Frontier()
    for key in KEYS[:size]:
        log, _ = log.append(leaf_hash(f"statement of {key}".encode()))
    return log.root().hex()


class Case:
    """Two nodes between which three messages have gone well; a test then breaks something."""

    def __init__(self, folder: Path) -> None:
        self.databases = {name: folder / f"{name}.sqlite3" for name in ("dz.hq", "ly.hq")}
        self.files = {name: sqlite3.connect(path, isolation_level=None) for name, path in self.databases.items()}
        for file in self.files.values():
            file.executescript(TABLES)
        self.do("dz.hq", "INSERT INTO exchange_stream VALUES (1, 'ly.hq', 1, 2, 1, NULL, '')")
        self.do("ly.hq", "INSERT INTO exchange_stream VALUES (1, 'dz.hq', 0, 2, 1, NULL, '')")
        self.do("dz.hq", f"INSERT INTO exchange_signedhead VALUES (1, 3, X'{root(3)}', x'00')")
        for seq, key in enumerate(KEYS, start=1):
            statement = f"statement of {key}".encode().hex()
            self.do("dz.hq", f"INSERT INTO exchange_sent VALUES (1, {seq}, '{key}', x'{statement}', 'accepted')")
            self.do("ly.hq", f"INSERT INTO exchange_received VALUES (1, {seq}, '{key}', x'{statement}', 'accepted')")
            self.do("ly.hq", f"INSERT INTO simulated_effects VALUES ({seq * 10}, '{key}', 'dz.hq', 'truck', {seq})")

    def do(self, node: str, statement: str) -> None:
        """Write into the database of a node."""
        self.files[node].execute(statement)

    @property
    def handed(self) -> list[checker.Handed]:
        """What the client handed in."""
        told = {"sender": "dz.hq", "receiver": "ly.hq", "urgency": 2, "subject": "truck", "taken": True}
        lines = [json.dumps({**told, "key": key, "number": number}) for number, key in enumerate(KEYS, start=1)]
        return checker.history([*lines, json.dumps({**told, "key": "refused", "number": 4, "taken": False})])

    def check(self, *guilty: str) -> checker.Findings:
        """Check both nodes."""
        return checker.check(self.databases, self.handed, guilty=frozenset(guilty))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """Two nodes between which all went well."""
    made = Case(tmp_path)
    yield made
    for file in made.files.values():
        file.close()


def test_where_all_went_well_nothing_is_found(case: Case) -> None:
    found = case.check()
    assert found.is_clean
    assert (found.handed_in, found.delivered, found.wrong) == (3, 3, {})
    assert checker.receipts_above_logs(case.databases) == []
    assert checker.unsettled(case.databases, case.handed) == []


@pytest.mark.parametrize(
    ("node", "break_it", "wrong"),
    [
        ("ly.hq", "DELETE FROM simulated_effects WHERE message = 'K2'", {"lost": 1}),
        ("ly.hq", "INSERT INTO simulated_effects VALUES (99, 'K3', 'dz.hq', 'truck', 3)", {"double": 1}),
        ("ly.hq", "INSERT INTO simulated_effects VALUES (99, 'K9', 'dz.hq', 'truck', 9)", {"unknown": 1}),
        (
            "dz.hq",
            "INSERT INTO simulated_effects VALUES (99, 'K1', 'dz.hq', 'truck', 1)",
            {"misplaced": 1, "unfounded": 1},
        ),
        (
            "ly.hq",
            "UPDATE simulated_effects SET sender = 'tn.hq' WHERE id = 10",
            {"misplaced": 1, "unfounded": 1, "lost": 1},
        ),
        ("ly.hq", "UPDATE simulated_effects SET id = 15 WHERE message = 'K3'", {"order_errors": 2}),
        ("dz.hq", "UPDATE exchange_sent SET said = '' WHERE seq = 2", {"unsettled": 1}),
        ("dz.hq", "UPDATE exchange_sent SET said = 'refused' WHERE seq = 2", {"unsettled": 1}),
        ("ly.hq", "DELETE FROM exchange_received WHERE seq = 3", {"false_receipts": 1, "unfounded": 1}),
        ("ly.hq", "UPDATE exchange_received SET said = 'refused' WHERE seq = 3", {"unfounded": 1}),
        ("ly.hq", "UPDATE exchange_received SET seq = 4 WHERE seq = 3", {"false_receipts": 1, "differing_logs": 1}),
        ("ly.hq", "UPDATE exchange_received SET statement = x'00'", {"false_receipts": 1, "differing_logs": 1}),
        ("dz.hq", "DELETE FROM exchange_sent WHERE seq = 3", {"unsettled": 1, "differing_logs": 1}),
        ("dz.hq", "UPDATE exchange_signedhead SET root = X'ff'", {"false_receipts": 1}),
        ("ly.hq", "UPDATE exchange_stream SET closed_at = 'now'", {"false_accusations": 1}),
        ("ly.hq", "INSERT INTO exchange_evidence VALUES ('dz.hq', 2)", {"false_accusations": 1}),
        ("ly.hq", "DROP TABLE exchange_received", {"broken_files": 1, "lost": 3, "false_receipts": 1}),
    ],
)  # fmt: skip
def test_each_thing_that_is_wrong_is_found(case: Case, node: str, break_it: str, wrong: dict[str, int]) -> None:
    case.do(node, break_it)
    found = case.check()
    assert found.wrong == wrong, found.details
    assert not found.is_clean


def test_an_r1_that_reaches_further_than_the_log_is_found_at_once(case: Case) -> None:
    case.do("ly.hq", "DELETE FROM exchange_received WHERE seq = 3")
    assert checker.receipts_above_logs(case.databases) == ["dz.hq to ly.hq, class 2, epoch 1: R1 of 3, stored 2"]


def test_what_is_late_has_taken_effect_all_the_same(case: Case) -> None:
    case.do("dz.hq", "UPDATE exchange_sent SET said = 'late'")
    assert case.check().is_clean


def test_what_was_given_out_again_may_come_after_what_followed_it(case: Case) -> None:
    case.do("dz.hq", "INSERT INTO exchange_sent VALUES (1, 4, 'K1', x'01', 'accepted')")
    case.do("ly.hq", "INSERT INTO exchange_received VALUES (1, 4, 'K1', x'01', 'accepted')")
    for node in ("dz.hq", "ly.hq"):
        table = "exchange_sent" if node == "dz.hq" else "exchange_received"
        case.do(node, f"UPDATE {table} SET said = 'refused' WHERE seq = 1")
    case.do("ly.hq", "UPDATE simulated_effects SET id = 40 WHERE message = 'K1'")
    found = case.check()
    assert found.is_clean, found.details


def test_an_accusation_of_who_is_guilty_is_no_fault(case: Case) -> None:
    case.do("ly.hq", "INSERT INTO exchange_evidence VALUES ('dz.hq', 2)")
    case.do("ly.hq", "UPDATE exchange_stream SET closed_at = 'now'")
    assert case.check("dz.hq").is_clean


def test_roots_are_those_of_the_log(case: Case) -> None:
    statements = [f"statement of {number}".encode() for number in range(40)]
    log, wanted = Frontier(), [hashlib.sha256(b"").hexdigest()]
    for each in statements:
        log, _ = log.append(leaf_hash(each))
        wanted.append(log.root().hex())
    assert list(checker.roots(statements)) == wanted


def test_the_checker_writes_nothing(case: Case) -> None:
    before = {name: path.read_bytes() for name, path in case.databases.items()}
    case.check()
    assert {name: path.read_bytes() for name, path in case.databases.items()} == before


def test_the_checker_knows_nothing_of_the_exchange() -> None:
    tree = ast.parse(Path(checker.__file__).read_text(encoding="utf-8"))
    taken = {each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    taken |= {alias.name for each in ast.walk(tree) if isinstance(each, ast.Import) for alias in each.names}
    assert {name.partition(".")[0] for name in taken} <= set(sys.stdlib_module_names)
