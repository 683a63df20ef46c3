"""The journal: every act leaves one line, and a line is never changed."""

import pytest
from django.db import DatabaseError, connection, transaction

from mabar.base import journal, mandates, sealer, verification
from mabar.base.models import JournalFacts, JournalLine
from mabar.base.rules import NotMandated
from tests.world import NOON, World


def act(world: World, subject: str = "P1") -> None:
    with journal.writes(
        world.officers["gate_officer"], "crossings.join_queue", subject, at=NOON, place="dz.debdeb", n=1
    ):
        mandates.require(world.officers["gate_officer"], "crossings.join_queue", place="dz.debdeb")


def test_an_act_leaves_one_line_with_its_mandate_and_a_digest_of_its_facts(world):
    act(world)
    line = JournalLine.objects.get()
    assert (line.verb, line.subject, line.place) == ("crossings.join_queue", "P1", "dz.debdeb")
    assert line.mandate.startswith("M-")
    assert journal.digest(line.facts.salt, line.facts.body) == line.digest
    assert line.facts.body == '{"n":1}'


def test_an_act_without_a_mandate_leaves_no_line(world):
    with pytest.raises(NotMandated), journal.writes(world.stranger, "crossings.join_queue", "P1", at=NOON):
        mandates.require(world.stranger, "crossings.join_queue", place="dz.debdeb")
    assert not JournalLine.objects.exists()


@pytest.mark.parametrize("table", ["base_journalline", "base_journalfacts", "base_journalseal", "base_journalhead"])
@pytest.mark.parametrize("how", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_nobody_changes_or_deletes_a_row_of_the_journal(world, table, how):
    act(world)
    sealer.seal(NOON)
    column = {"base_journalseal": "leaf", "base_journalhead": "root"}.get(
        table, "digest" if "line" in table else "body"
    )
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(how.format(table, column, column))


def test_the_sealed_journal_verifies(world):
    for number in range(5):
        act(world, f"P{number}")
        sealer.seal(NOON)
    outcome = verification.verify()
    assert outcome.is_sound
    assert (outcome.size, outcome.heads, outcome.erased) == (5, 5, 0)


def test_facts_go_only_with_an_erasure(world):
    act(world)
    sealer.seal(NOON)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        JournalFacts.objects.all()._raw_delete("default")
