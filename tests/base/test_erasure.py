"""Erasing facts: only those whose retention has ended, and the journal still verifies."""

from datetime import timedelta

import pytest

from mabar.base import erasure, journal, mandates, sealer, verification
from mabar.base.models import JournalErasure, JournalFacts, JournalLine
from mabar.base.rules import NotMandated, NotYetDue
from tests.world import NOON, World


@pytest.fixture
def line(world: World) -> JournalFacts:
    """An act with its facts, sealed."""
    officer = world.officers["gate_officer"]
    with journal.writes(officer, "crossings.join_queue", "P1", at=NOON, place="dz.debdeb", n=1):
        mandates.require(officer, "crossings.join_queue", place="dz.debdeb")
    sealer.seal(NOON)
    return JournalFacts.objects.get(line__subject="P1")


def test_facts_stay_until_their_retention_ends(world, line):
    days = (line.due_on - NOON.date()).days
    with pytest.raises(NotYetDue, match=str(line.due_on.year)):
        erasure.erase_facts(world.officers["node_administrator"], line.pk, at=NOON + timedelta(days=days - 1))
    assert JournalFacts.objects.filter(pk=line.pk).exists()
    assert not JournalErasure.objects.exists()


def test_facts_that_are_due_go_and_the_journal_verifies(world, line):
    due_at = NOON + timedelta(days=(line.due_on - NOON.date()).days)
    erasure.erase_facts(world.officers["node_administrator"], line.pk, at=due_at)
    sealer.seal(due_at)
    assert not JournalFacts.objects.filter(pk=line.pk).exists()
    assert JournalLine.objects.filter(verb="base.erase_facts", subject=f"line-{line.pk}").count() == 1
    outcome = verification.verify()
    assert outcome.is_sound
    assert outcome.erased == 1


def test_an_officer_of_the_gate_erases_nothing(world, line):
    with pytest.raises(NotMandated):
        erasure.erase_facts(world.officers["gate_officer"], line.pk, at=NOON + timedelta(days=100_000))
    assert JournalFacts.objects.filter(pk=line.pk).exists()
