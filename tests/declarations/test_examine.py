"""Documents, scan and inspection."""

import pytest

from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.declarations import commands, rules
from mabar.declarations.commands import Found
from mabar.declarations.models import Declaration, Inspection
from tests.declarations.desk import fresh, in_lane, second_inspector, verbs
from tests.world import NOON


def checked(world, lane="red"):
    declaration = in_lane(world, lane)
    return commands.check_documents(world.officers["examiner"], declaration.key, remark="originals seen", at=NOON)


def team_of(world, declaration):
    second_inspector(world)
    head = world.officers["head_of_inspection"]
    return commands.assign_team(head, declaration.key, seed="s", at=NOON)


def test_the_documents_are_checked(world):
    declaration = checked(world, "yellow")
    assert (declaration.state, declaration.documents_checked_at) == ("documents_checked", NOON)
    assert declaration.version == 2
    assert verbs(declaration.key)[-1] == "declarations.check_documents"


@pytest.mark.parametrize("lane", ["green", "blue"])
def test_green_and_blue_have_no_document_check(world, lane):
    declaration = in_lane(world, lane)
    with pytest.raises(rules.OutOfTurn):
        commands.check_documents(world.officers["examiner"], declaration.key, at=NOON)


def test_the_scan_is_noted_when_the_sample_took_it(world):
    declaration = checked(world)
    scanner = world.officers["scanner_officer"]
    with pytest.raises(rules.OutOfTurn):
        commands.note_scan(scanner, declaration.key, image="S-1", outcome="nothing", at=NOON)
    Declaration.objects.filter(key=declaration.key).update(is_scan_due=True)
    for facts in ({"image": "", "outcome": "nothing"}, {"image": "S-1", "outcome": " "}):
        with pytest.raises(rules.NothingSaid):
            commands.note_scan(scanner, declaration.key, at=NOON, **facts)
    scanned = commands.note_scan(scanner, declaration.key, image="S-1", outcome="nothing", at=NOON)
    assert (scanned.state, scanned.scanned_at) == ("scanned", NOON)


def test_two_are_drawn_and_either_writes_the_findings(world):
    declaration = checked(world)
    inspection = team_of(world, declaration)
    assert set(inspection.team) == {world.officers["inspector"].key, "DEB-0100"}
    found = [Found("mass", item=1, details="20 kg more", photo="a" * 64), Found("sample", details="one bag")]
    inspector = Actor.objects.get(key=inspection.team[1])
    inspected = commands.inspect(inspector, declaration.key, found=found, at=NOON)
    assert (inspected.state, inspected.inspected_at) == ("inspected", NOON)
    kept = Inspection.objects.get()
    assert (kept.result, kept.at, len(kept.findings)) == ("discrepancy", NOON, 2)
    assert kept.findings[0] == {"kind": "mass", "item": 1, "details": "20 kg more", "photo": "a" * 64}
    assert str(kept) == f"{declaration.key} discrepancy"
    assert verbs(declaration.key)[-2:] == ["declarations.assign_team", "declarations.inspect"]


def test_a_team_drawn_again_takes_the_place_of_the_first(world):
    declaration = checked(world)
    team_of(world, declaration)
    again = commands.assign_team(world.officers["head_of_inspection"], declaration.key, seed="another", at=NOON)
    assert Inspection.objects.get() == again


def test_one_inspector_is_no_team(world):
    declaration = checked(world)
    with pytest.raises(rules.TeamTooSmall):
        commands.assign_team(world.officers["head_of_inspection"], declaration.key, seed="s", at=NOON)


def test_an_inspector_without_todays_mandate_is_not_drawn(world):
    declaration = checked(world)
    colleague = second_inspector(world)
    colleague.is_active = False
    colleague.save(update_fields=["is_active"])
    with pytest.raises(rules.TeamTooSmall):
        commands.assign_team(world.officers["head_of_inspection"], declaration.key, seed="s", at=NOON)


def test_nobody_inspects_undrawn(world):
    declaration = checked(world)
    with pytest.raises(rules.NotOfTheTeam):
        commands.inspect(world.officers["inspector"], declaration.key, found=[], at=NOON)
    assert fresh(declaration).state == "documents_checked"


@pytest.mark.parametrize(
    ("found", "refusal"), [([Found("mass", item=2)], rules.NoSuchItem), ([Found("smell")], rules.FindingUnfit)]
)
def test_findings_that_cannot_be_are_refused_whole(world, found, refusal):
    declaration = checked(world)
    inspector = Actor.objects.get(key=team_of(world, declaration).team[0])
    with pytest.raises(refusal):
        commands.inspect(inspector, declaration.key, found=found, at=NOON)
    assert Inspection.objects.get().at is None


ACTS = {
    "check_documents": lambda actor, key: commands.check_documents(actor, key, at=NOON),
    "note_scan": lambda actor, key: commands.note_scan(actor, key, image="S", outcome="none", at=NOON),
    "assign_team": lambda actor, key: commands.assign_team(actor, key, seed="s", at=NOON),
    "inspect": lambda actor, key: commands.inspect(actor, key, found=[], at=NOON),
}
DESKS = {
    "check_documents": "examiner",
    "note_scan": "scanner_officer",
    "assign_team": "head_of_inspection",
    "inspect": "inspector",
}


@pytest.mark.parametrize("act", ACTS)
def test_each_desk_does_its_own_act_at_its_own_place(world, act):
    declaration = in_lane(world, "red")
    for actor in (world.officers["cashier"], world.across[DESKS[act]], world.broker, world.stranger):
        with pytest.raises(NotMandated):
            ACTS[act](actor, declaration.key)
    with pytest.raises(NoSuchRecord):
        ACTS[act](world.officers[DESKS[act]], "NOBODY")
    with pytest.raises(NoSuchRecord):
        ACTS[act](world.rival, declaration.key)


def test_two_officers_at_once_the_second_reads_again(world):
    declaration = in_lane(world, "yellow")
    seen = declaration.version
    commands.query(world.officers["examiner"], declaration.key, text="which model?", at=NOON, version=seen)
    commands.settle_query(world.officers["examiner"], declaration.key, at=NOON)
    with pytest.raises(rules.OutOfTurn):
        commands.check_documents(world.officers["examiner"], declaration.key, at=NOON, version=seen)
    assert fresh(declaration).state == "lane_assigned"
