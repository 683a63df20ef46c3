"""A restored journal ends where its backup says, or the node is refused."""

import pytest

from mabar.base import backups, journal, mandates, sealer
from mabar.base.models import JournalHead
from mabar.base.rules import NotTheSameJournal
from tests.world import NOON, World


@pytest.fixture
def head(world: World) -> dict[str, object]:
    officer = world.officers["gate_officer"]
    with journal.writes(officer, "crossings.join_queue", "P1", at=NOON, place="dz.debdeb"):
        mandates.require(officer, "crossings.join_queue", place="dz.debdeb")
    sealer.seal(NOON)
    last = JournalHead.objects.order_by("-size").first()
    return {"size": last.size, "root": last.root}


def test_the_journal_that_was_backed_up_is_taken(head):
    backups.check_head(head)


@pytest.mark.parametrize("other", [{"size": 7}, {"root": "00" * 32}])
def test_a_journal_that_ends_elsewhere_is_refused_with_both_lengths(head, other):
    with pytest.raises(NotTheSameJournal) as refused:
        backups.check_head(head | other)
    assert refused.value.details == {"found": head["size"], "told": (head | other)["size"]}
