"""Signed terms that a newer never-line strikes are left out and shown; the other agreements stay in force."""

import json

import pytest
from django.core.cache import cache

from mabar.exchange import agreeing, commands, queries
from mabar.exchange.models import Agreement
from tests.exchange import partner
from tests.exchange.partner import TERMS
from tests.exchange.trade import leave_exit_notice
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
STRUCK = "dz-ly.old.1"


@pytest.fixture
def struck(across):
    """Terms in force, and others, signed by an earlier version, that name a person's score."""
    row = across.agree()
    told = json.loads(partner.terms(STRUCK))
    told["kinds"][0]["fields"].append("driver_risk_score")
    document = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    Agreement.objects.create(
        name=STRUCK,
        document=document,
        proposed_by="x",
        proposed_at=NOON,
        signed_at=NOON,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
    return across


def test_one_agreement_that_is_struck_leaves_the_others_in_force(struck, world):
    assert set(agreeing.with_partner(partner.THERE)) == {TERMS}
    assert agreeing.floor(partner.THERE, NOON) == 1
    key = leave_exit_notice(world.officers["yard_officer"], "P1")
    struck.meet(NOON)
    assert queries.message_sent(key, "en").terms == TERMS


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_the_pages_of_terms_show_which_line_strikes(struck, world, client, language):
    cache.clear()
    officer = world.officers["terms_officer"]
    officer.language = language
    officer.save(update_fields=["language"])
    client.force_login(officer)
    assert client.get("/exchange/terms/").status_code == 200
    assert "person-score" in client.get(f"/exchange/terms/{STRUCK}/").content.decode()
    assert "person-score" not in client.get(f"/exchange/terms/{TERMS}/").content.decode()
    assert {row.name: row.state for row in queries.agreements(NOON)} == {STRUCK: "struck", TERMS: "in_force"}


def test_struck_terms_can_still_be_suspended(struck, world):
    placed = commands.suspend_terms(world.officers["terms_officer"], STRUCK, kinds=[], reason="r", at=NOON)
    assert placed.agreement_id == STRUCK
