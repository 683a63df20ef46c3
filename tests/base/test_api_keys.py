"""API keys: told once, kept as a hash, opening only the verbs of their holder's mandates, for a year at most."""

from datetime import date, timedelta
from hashlib import sha256

import pytest

from mabar.base import commands, rules
from mabar.base.models import Actor, ApiKey, JournalFacts, JournalLine
from tests.world import NOON

A_YEAR = timedelta(days=365)


@pytest.fixture
def station(world):
    made = commands.enrol_actor(
        world.officers["node_administrator"], "gate-1", kind="station", name="Gate 1", place=world.debdeb, at=NOON
    )
    days = {"from_on": date(2026, 1, 1), "until_on": None}
    commands.grant_mandate(
        world.officers["place_administrator"], "gate-1", function="gate_station", place=world.debdeb, at=NOON, **days
    )
    return made.actor


def make(world, key="gate-1", *, scopes=("crossings.note_gate_in",), expires_at=NOON + A_YEAR, by="node_administrator"):
    return commands.make_api_key(world.officers[by], key, scopes=scopes, expires_at=expires_at, at=NOON)


def test_only_the_hash_of_the_secret_is_kept(world, station):
    made = make(world)
    word, prefix, secret = made.token.split("_", 2)
    assert (word, prefix) == ("mabar", made.api_key.prefix)
    assert len(secret) == 43
    kept = ApiKey.objects.get(prefix=prefix)
    assert kept.digest == sha256(secret.encode()).hexdigest()
    assert kept.scopes == ["crossings.note_gate_in"]
    assert secret not in JournalFacts.objects.get(line__verb="base.make_api_key").body


@pytest.mark.parametrize("scopes", [["crossings.hold"], ["crossings.note_gate_in", "base.grant_mandate"], []])
def test_a_key_opens_no_verb_that_its_holder_does_not_hold(world, station, scopes):
    with pytest.raises(rules.ScopeNotMandated):
        make(world, scopes=scopes)
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize(
    ("lasts", "is_refused"), [(-1, True), (0, True), (1, False), (366 * 86400, False), (366 * 86400 + 1, True)]
)
def test_a_key_ends_within_a_year(world, station, lasts, is_refused):
    expires_at = NOON + timedelta(seconds=lasts)
    if is_refused:
        with pytest.raises(rules.KeyLastsTooLong):
            make(world, expires_at=expires_at)
    else:
        assert make(world, expires_at=expires_at)


def test_an_officer_has_no_key_and_a_declarants_program_has_one(world, station):
    with pytest.raises(rules.NoKeyForKind):
        make(world, "DEB-0001", scopes=["crossings.announce"])
    assert make(world, "broker-oasis", scopes=["declarations.lodge"])


def test_a_key_is_made_by_the_nodes_administrator_of_the_place(world, station):
    with pytest.raises(rules.NotMandated):
        make(world, by="place_administrator")
    Actor.objects.filter(key="gate-1").update(place=None)
    with pytest.raises(rules.NotMandated):
        make(world)


def test_a_revoked_key_is_revoked_once(world, station):
    prefix = make(world).api_key.prefix
    administrator = world.officers["node_administrator"]
    assert commands.revoke_api_key(administrator, prefix, at=NOON).revoked_at == NOON
    with pytest.raises(rules.OutOfTurn) as refused:
        commands.revoke_api_key(administrator, prefix, at=NOON)
    assert refused.value.details == {"verb": "base.revoke_api_key", "state": "revoked"}
    with pytest.raises(rules.NoSuchRecord):
        commands.revoke_api_key(administrator, "000000000000", at=NOON)
    assert JournalLine.objects.filter(verb="base.revoke_api_key").count() == 1


def test_a_key_of_no_place_is_revoked_by_who_administers_every_place(world, station):
    prefix = make(world).api_key.prefix
    Actor.objects.filter(key="gate-1").update(place=None)
    with pytest.raises(rules.NotMandated):
        commands.revoke_api_key(world.officers["node_administrator"], prefix, at=NOON)
    assert commands.revoke_api_key(world.node, prefix, at=NOON)
