"""Accounts: enrolled by an administrator, opened with a one-time password, restored at the desk."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator

from mabar.base import commands, rules
from mabar.base.models import Actor, Agency, Firm, JournalFacts, JournalLine
from tests.world import NOON


def enrol(world, key="DEB-0500", **facts):
    asked = {"kind": "officer", "name": "Fictitious Officer", "place": world.debdeb, "at": NOON} | facts
    return commands.enrol_actor(world.officers["place_administrator"], key, **asked)


def test_an_enrolled_officer_gets_a_one_time_password_that_the_journal_does_not_know(world):
    enrolled = enrol(world, agency=Agency.objects.get(code="dz.customs"))
    assert enrolled.actor.check_password(enrolled.password)
    assert enrolled.actor.one_time_until_at == NOON + timedelta(days=7)
    facts = JournalFacts.objects.get(line__verb="base.enrol_actor").body
    assert facts == '{"kind":"officer"}'


def test_two_one_time_passwords_differ_and_can_be_read_aloud(world):
    passwords = {enrol(world, f"DEB-05{n:02}").password for n in range(3)}
    assert len(passwords) == 3
    assert all(len(password) == 19 and not set(password) & set("01OIlou") for password in passwords)


def test_a_station_has_no_password(world):
    station = enrol(world, "gate-1", kind="station")
    assert station.password == ""
    assert not station.actor.has_usable_password()
    assert station.actor.one_time_until_at is None


def test_a_declarant_belongs_to_his_firm(world):
    firm = Firm.objects.first()
    assert enrol(world, "broker-new", kind="declarant", firm=firm).actor.firm == firm


def test_a_key_is_borne_once_whatever_its_case(world):
    enrol(world)
    with pytest.raises(rules.KeyTaken):
        enrol(world, "deb-0500")


@pytest.mark.parametrize("key", ["", "ab", "a b c", "شرطي-1", "-abc", "a" * 49, "abc\u202e", "abc\n"])
def test_a_key_that_cannot_be_typed_is_refused(world, key):
    with pytest.raises(rules.NotAKey):
        enrol(world, key)
    assert not JournalLine.objects.exists()


def test_an_administrator_of_debdeb_enrols_nobody_at_ghadames(world):
    with pytest.raises(rules.NotMandated):
        enrol(world, place=world.ghadames)


def test_a_reset_password_opens_the_account_once_more(world):
    gate = world.officers["gate_officer"]
    restored = commands.reset_password(world.officers["place_administrator"], gate.key, at=NOON)
    gate.refresh_from_db()
    assert gate.check_password(restored.password)
    assert gate.one_time_until_at == NOON + timedelta(days=7)
    assert JournalLine.objects.get().subject == gate.key


def test_nobody_resets_his_own_password_or_that_of_a_station(world):
    administrator = world.officers["place_administrator"]
    with pytest.raises(rules.OwnMandate):
        commands.reset_password(administrator, administrator.key, at=NOON)
    enrol(world, "gate-1", kind="station")
    with pytest.raises(rules.NoPasswordForKind):
        commands.reset_password(administrator, "gate-1", at=NOON)
    with pytest.raises(rules.NoSuchRecord):
        commands.reset_password(administrator, "nobody", at=NOON)


def test_an_account_of_no_place_is_restored_only_by_who_administers_every_place(world):
    gate = world.officers["gate_officer"]
    Actor.objects.filter(pk=gate.pk).update(place=None)
    with pytest.raises(rules.NotMandated):
        commands.reset_password(world.officers["place_administrator"], gate.key, at=NOON)
    assert commands.reset_password(world.node, gate.key, at=NOON).password


def test_lost_factors_are_removed_by_an_administrator(world):
    gate = world.officers["gate_officer"]
    Authenticator.objects.create(user=gate, type="totp", data={"secret": "x"})
    assert commands.remove_factors(world.officers["place_administrator"], gate.key, at=NOON) == 1
    assert not Authenticator.objects.exists()
    assert JournalFacts.objects.get().body == '{"removed":1}'
    with pytest.raises(rules.NotMandated):
        commands.remove_factors(world.stranger, gate.key, at=NOON)


def test_a_closed_account_ends_with_its_mandates_keys_and_password(world):
    administrator, gate = world.officers["place_administrator"], world.officers["gate_officer"]
    restored = commands.reset_password(administrator, gate.key, at=NOON)
    commands.close_account(administrator, gate.key, at=NOON)
    gate.refresh_from_db()
    assert not gate.is_active
    assert not gate.check_password(restored.password)
    assert gate.one_time_until_at is None
    assert gate.mandates.get().ended_at == NOON
    line = JournalLine.objects.get(verb="base.close_account")
    assert (line.subject, line.facts.body) == (gate.key, '{"keys_revoked":0,"mandates_ended":1}')


def test_the_key_of_a_closed_station_opens_nothing_and_stays_as_it_was_revoked(world):
    station = enrol(world, "gate-1", kind="station").actor
    facts = {"from_on": NOON.date(), "until_on": None, "at": NOON}
    commands.grant_mandate(world.node, "gate-1", function="gate_station", place=world.debdeb, **facts)
    made = [
        commands.make_api_key(
            world.officers["node_administrator"],
            "gate-1",
            scopes=["crossings.join_queue"],
            expires_at=NOON + timedelta(days=30),
            at=NOON,
        ).api_key
        for _ in range(2)
    ]
    commands.revoke_api_key(world.node, made[0].prefix, at=NOON)
    later = NOON + timedelta(hours=1)
    commands.close_account(world.officers["place_administrator"], "gate-1", at=later)
    assert [key.revoked_at for key in station.api_keys.order_by("pk")] == [NOON, later]


def test_an_account_is_closed_once_and_its_key_is_never_borne_again(world):
    administrator, gate = world.officers["place_administrator"], world.officers["gate_officer"]
    commands.close_account(administrator, gate.key, at=NOON)
    with pytest.raises(rules.AccountClosed):
        commands.close_account(administrator, gate.key, at=NOON)
    with pytest.raises(rules.KeyTaken):
        enrol(world, gate.key)
    with pytest.raises(rules.NoSuchRecord):
        commands.reset_password(administrator, gate.key, at=NOON)
    assert JournalLine.objects.filter(verb="base.close_account").count() == 1


def test_nobody_closes_his_own_account_the_nodes_or_one_he_could_not_administer(world):
    administrator = world.officers["place_administrator"]
    with pytest.raises(rules.OwnMandate):
        commands.close_account(administrator, administrator.key, at=NOON)
    with pytest.raises(rules.BeyondOwnMandate):
        commands.close_account(administrator, world.officers["node_administrator"].key, at=NOON)
    with pytest.raises(rules.NotMandated):
        commands.close_account(administrator, world.across["gate_officer"].key, at=NOON)
    with pytest.raises(rules.NotMandated):
        commands.close_account(world.officers["gate_officer"], administrator.key, at=NOON)
    with pytest.raises(rules.NoSuchRecord):
        commands.close_account(administrator, "nobody", at=NOON)
    Actor.objects.filter(pk=world.stranger.pk).update(kind="partner", place=world.debdeb)
    with pytest.raises(rules.AccountNotClosed):
        commands.close_account(administrator, world.stranger.key, at=NOON)
    assert not JournalLine.objects.filter(verb="base.close_account").exists()


def test_a_password_of_ones_own_ends_the_one_time_password(world):
    enrolled = enrol(world).actor
    commands.change_password(enrolled, enrolled.key, password="a long one of my own", at=NOON)
    enrolled.refresh_from_db()
    assert enrolled.check_password("a long one of my own")
    assert enrolled.one_time_until_at is None
    line = JournalLine.objects.get(verb="base.change_password")
    assert line.mandate == "own"
    assert line.facts.body == "{}"


def test_the_old_password_is_no_new_password(world):
    enrolled = enrol(world)
    with pytest.raises(rules.SamePassword):
        commands.change_password(enrolled.actor, "DEB-0500", password=enrolled.password, at=NOON)
    enrolled.actor.refresh_from_db()
    assert enrolled.actor.one_time_until_at is not None


def test_nobody_chooses_for_another(world):
    gate, weigher = world.officers["gate_officer"], world.officers["weigh_officer"]
    with pytest.raises(rules.NotMandated):
        commands.change_password(gate, weigher.key, password="a long one of my own", at=NOON)
    with pytest.raises(rules.NotMandated):
        commands.choose_language(gate, weigher.key, language="fr", at=NOON)
    commands.choose_language(gate, gate.key, language="fr", at=NOON)
    gate.refresh_from_db()
    assert gate.language == "fr"


def test_signing_in_and_failing_to_leave_a_line_of_the_node(world):
    commands.note_sign_in(world.node, "DEB-0001", at=NOON)
    commands.note_failed_sign_in(world.node, "DEB-0001", at=NOON)
    commands.note_failed_sign_in(world.node, "correct horse battery staple", at=NOON)
    lines = list(JournalLine.objects.order_by("id").values_list("verb", "subject", "mandate"))
    assert lines == [
        ("base.sign_in", "DEB-0001", "node"),
        ("base.sign_in_failed", "DEB-0001", "node"),
        ("base.sign_in_failed", "", "node"),
    ]


def test_only_the_node_records_who_signs_in(world):
    with pytest.raises(rules.NotMandated):
        commands.note_sign_in(world.stranger, "DEB-0001", at=NOON)
    with pytest.raises(rules.NotMandated):
        commands.note_failed_sign_in(world.stranger, "DEB-0001", at=NOON)


def test_nobody_opens_the_account_of_who_administers_more_than_he_does(world):
    administrator, above = world.officers["place_administrator"], world.officers["node_administrator"]
    for command in (commands.reset_password, commands.remove_factors):
        with pytest.raises(rules.BeyondOwnMandate):
            command(administrator, above.key, at=NOON)
    assert not JournalLine.objects.filter(subject=above.key).exists()
    assert commands.reset_password(above, administrator.key, at=NOON).password
