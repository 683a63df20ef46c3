"""Trusted operators: firms whose status one side issues, the other recognises, and a stop ends at once on both."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from mabar.base import doors
from mabar.base.keys import new_key
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import commands as crossings
from mabar.crossings.rules import NotAcross
from mabar.declarations import commands, inbox_operators, operator_notes, queries
from mabar.declarations.messages import OperatorStatus as Told
from mabar.declarations.messages import OperatorStopped
from mabar.declarations.models import OperatorStatus
from mabar.declarations.rules import NothingSaid, operators
from mabar.declarations.rules import operator_refusals as refused
from mabar.declarations.wire import OPERATOR_STATUS, OPERATOR_STOPPED
from mabar.exchange import kinds, messages
from mabar.exchange.kinds import Letter
from mabar.exchange.models import Outgoing, Partner, Received
from mabar.exchange.protocol import documents, paths
from tests.crossings.across_nodes import DEB, GHA, Pair, facing
from tests.declarations.advancing import arrive, message
from tests.declarations.desk import lodge
from tests.declarations.records import import_record
from tests.languages import EACH_LANGUAGE
from tests.world import NOON, World

pytestmark = pytest.mark.django_db(databases="__all__")
GOLDEN = Path(__file__).parent / "golden"
KEY = "01M81EKCW0F00000000000000A"
DAY, LAST = date(2026, 11, 22), date(2028, 11, 21)
DAYS = {"valid_from": DAY, "valid_until": LAST}
FIRM = "BROKER-OASIS"
STATUS = Told(
    KEY, 1, "EXP-0045", "full", "2026-11-01", "2028-10-31", "issued", NOON, "واحة التمور (مثال)", "مستودع واحد", ""
)
STOPPED = OperatorStopped(KEY, 2, "EXP-0045", "suspended", NOON, "سجل ناقص")
TOLD = {"operator-status-1": STATUS, "operator-stopped-1": STOPPED}


def letter(partner: str = GHA, key: str = "01M81EKCW0M00000000000000A", minutes: int = 0) -> Letter:
    at = NOON + timedelta(minutes=minutes)
    return Letter(partner, key, "", {}, "trusted-operators", "dz-ly.goods.1", 1.0, False, at)


@pytest.fixture
def here(world: World) -> World:
    """Debdeb, with Ghadames at a partner's node."""
    crossings.establish(world.node, DEB, gates=2, at=NOON)
    Partner.objects.create(code=GHA, since_at=NOON)
    return world


def issue(world: World, *, firm: str = FIRM, **facts: Any) -> OperatorStatus:
    actor = facts.pop("actor", world.officers["terms_officer"])
    told = {"place": DEB, "kind": "customs", "at": NOON, **DAYS, **facts}
    return commands.issue_operator_status(actor, new_key(NOON), firm=firm, **told)


def recognise(world: World, **facts: Any) -> OperatorStatus:
    actor = facts.pop("actor", world.officers["terms_officer"])
    return commands.recognise_operator(actor, KEY, **{"today": DAY, "at": NOON, **facts})


def told() -> list[tuple[str, int, str]]:
    """Give what waits for the partner: kind, class and state."""
    rows = Outgoing.objects.filter(address=GHA).order_by("pk")
    return [(row.kind.split(".")[1], row.urgency, json.loads(row.body)["state"]) for row in rows]


def in_force(day: date = DAY) -> bool:
    return queries.operator(KEY).is_in_force(day)


# What this side issues


def test_each_word_of_a_status_is_told_and_a_stop_goes_in_the_most_urgent_class(here: World) -> None:
    status = issue(here)
    officer = here.officers["terms_officer"]
    for act in (commands.suspend_operator, commands.reinstate_operator, commands.withdraw_operator):
        act(officer, status.key, reason="an audit", at=NOON)
    assert told() == [
        ("operator-status/1", 2, "issued"),
        ("operator-stopped/1", 0, "suspended"),
        ("operator-status/1", 2, "issued"),
        ("operator-stopped/1", 0, "withdrawn"),
    ]
    numbers = [json.loads(row.body)["number"] for row in Outgoing.objects.order_by("pk")]
    assert numbers == [1, 2, 3, 4]


@pytest.mark.parametrize("given", ["محمد بن علي", "Ali Ben Salem", "", "A", "X" * 40])
def test_a_person_has_no_status(here: World, given: str) -> None:
    with pytest.raises(refused.NotAFirmCode):
        issue(here, firm=given)
    assert not OperatorStatus.objects.exists()


def test_a_status_is_of_a_firm_of_the_register_and_one_stands_at_a_time(here: World) -> None:
    with pytest.raises(refused.UnknownFirm):
        issue(here, firm="EXP-0000")
    first = issue(here)
    with pytest.raises(refused.OperatorStands):
        issue(here)
    commands.withdraw_operator(here.officers["terms_officer"], first.key, reason="moved away", at=NOON)
    assert issue(here).state == "issued"


@pytest.mark.parametrize("days", [{"valid_until": DAY - timedelta(days=1)}, {"valid_until": date(2037, 1, 1)}])
def test_days_that_are_none_are_refused(here: World, days: dict[str, date]) -> None:
    with pytest.raises(refused.ValidityUnfit):
        issue(here, **days)


def test_a_status_moves_as_its_table_says_with_a_reason_and_by_who_may(here: World) -> None:
    status, officer = issue(here), here.officers["terms_officer"]
    with pytest.raises(refused.OperatorOutOfTurn):
        commands.reinstate_operator(officer, status.key, reason="x", at=NOON)
    with pytest.raises(refused.OperatorOutOfTurn):
        commands.suspend_operator(officer, status.key, reason="x", at=NOON, version=9)
    with pytest.raises(NothingSaid):
        commands.suspend_operator(officer, status.key, reason=" ", at=NOON)
    for other in (here.officers["registrar"], here.across["terms_officer"], here.broker):
        with pytest.raises(NotMandated):
            commands.suspend_operator(other, status.key, reason="x", at=NOON)
    with pytest.raises(NoSuchRecord):
        commands.suspend_operator(officer, "NONE", reason="x", at=NOON)


@pytest.mark.parametrize(
    "act", ["suspend_operator", "reinstate_operator", "withdraw_operator", "recognise_operator", "end_recognition"]
)
def test_who_saw_an_older_version_or_works_elsewhere_changes_nothing(here: World, act: str) -> None:
    status = issue(here)
    told_so = {"today": DAY} if act == "recognise_operator" else {"reason": "x"}
    command = getattr(commands, act)
    with pytest.raises(refused.OperatorOutOfTurn):
        command(here.officers["terms_officer"], status.key, at=NOON, version=status.version - 1, **told_so)
    for other in (here.across["terms_officer"], here.officers["inspector"]):
        with pytest.raises(NotMandated):
            command(other, status.key, at=NOON, version=status.version, **told_so)
    assert OperatorStatus.objects.get().version == status.version


# What the other side tells


def test_a_partners_status_counts_once_an_officer_has_recognised_it_under_its_agreement(here: World) -> None:
    inbox_operators.open_status(STATUS, letter())
    assert not in_force()
    row = recognise(here)
    assert (row.recognised_by, row.recognised_under) == (here.officers["terms_officer"].key, "dz-ly.goods.1")
    assert in_force()
    assert not in_force(date(2028, 11, 1))
    with pytest.raises(refused.RecognisedBefore):
        recognise(here)
    commands.end_recognition(here.officers["terms_officer"], KEY, reason="abused", at=NOON)
    assert not in_force()
    with pytest.raises(refused.NotRecognised):
        commands.end_recognition(here.officers["terms_officer"], KEY, reason="abused", at=NOON)


def test_a_stop_takes_effect_as_it_is_heard_and_is_not_recognised_after(here: World) -> None:
    inbox_operators.open_status(STATUS, letter())
    recognise(here)
    inbox_operators.open_stopped(STOPPED, letter(minutes=5))
    row = queries.operator(KEY)
    assert (row.state, row.reason, row.noted_at) == ("suspended", "سجل ناقص", NOON + timedelta(minutes=5))
    assert not in_force()
    commands.end_recognition(here.officers["terms_officer"], KEY, reason="suspended there", at=NOON)
    with pytest.raises(refused.StatusStopped):
        recognise(here)
    inbox_operators.open_status(replace(STATUS, number=3), letter(minutes=9))
    recognise(here)
    assert in_force()


def test_a_stop_that_overtakes_its_status_still_stops_it_and_what_is_doubled_changes_nothing(here: World) -> None:
    inbox_operators.open_stopped(STOPPED, letter())
    inbox_operators.open_status(STATUS, letter(minutes=1))
    inbox_operators.open_stopped(STOPPED, letter(minutes=2))
    row = queries.operator(KEY)
    assert (row.state, row.number, row.kind, row.valid_until) == ("suspended", 2, "full", date(2028, 10, 31))
    assert row.noted_at == NOON
    assert OperatorStatus.objects.count() == 1


def test_an_old_status_is_not_recognised_nor_by_who_may_not(here: World) -> None:
    inbox_operators.open_status(STATUS, letter())
    with pytest.raises(refused.StatusExpired):
        recognise(here, today=date(2028, 11, 1))
    with pytest.raises(NotMandated):
        recognise(here, actor=here.officers["registrar"])
    with pytest.raises(refused.OperatorOutOfTurn):
        recognise(here, version=99)


def test_a_partners_status_is_its_own_to_stop_and_ours_is_not_the_partners(here: World) -> None:
    inbox_operators.open_status(STATUS, letter())
    with pytest.raises(NoSuchRecord):
        commands.suspend_operator(here.officers["terms_officer"], KEY, reason="x", at=NOON)
    own = issue(here)
    with pytest.raises(refused.RecognisedBefore):
        commands.recognise_operator(here.officers["terms_officer"], own.key, today=DAY, at=NOON)
    with pytest.raises(NoSuchRecord):
        inbox_operators.open_stopped(replace(STOPPED, operator=own.key), letter())
    with pytest.raises(NoSuchRecord):
        inbox_operators.open_stopped(STOPPED, letter("tn.hazoua"))


@pytest.mark.parametrize(
    "changed",
    [{"kind": "best"}, {"valid_from": "soon"}, {"valid_from": None}, {"number": 0}, {"number": True}, {"state": "up"}],
)
def test_a_status_that_is_not_of_its_form_is_not_kept(here: World, changed: dict[str, Any]) -> None:
    with pytest.raises(refused.OperatorUnreadable):
        inbox_operators.open_status(replace(STATUS, **changed), letter())
    assert not OperatorStatus.objects.exists()


def test_a_node_without_a_crossing_keeps_no_status(world: World) -> None:
    with pytest.raises(NotAcross):
        inbox_operators.open_status(STATUS, letter())


def test_a_partner_tells_no_status_of_a_person(here: World) -> None:
    for name in ("Ali Ben Salem", "علي"):
        with pytest.raises(refused.NotAFirmCode):
            inbox_operators.open_status(replace(STATUS, firm=name), letter())


@pytest.mark.parametrize("name", TOLD)
def test_a_message_crosses_as_it_was_published(name: str) -> None:
    published = (GOLDEN / f"{name}.json").read_text(encoding="utf-8").rstrip("\n")
    each: Any = TOLD[name]
    assert documents.written(messages.document(each)).decode() == published
    assert messages.taken(type(each), json.loads(published)) == each
    row = OPERATOR_STATUS if each is STATUS else OPERATOR_STOPPED
    tree = paths.tree([field.path for field in row.fields])
    assert paths.projected(tree, messages.document(each)) == messages.document(each)
    assert kinds.for_partners(each.KIND).row is row


def test_the_table_moves_only_between_its_states() -> None:
    assert set(operators.TRANSITIONS.values()) == set(operators.STATES)


# Two nodes


@pytest.fixture
def pair(tmp_path: Path, django_db_blocker: Any) -> Iterator[Pair]:
    """Debdeb and Ghadames, each at its own node."""
    with django_db_blocker.unblock(), facing(tmp_path) as made:
        yield made


def test_a_status_issued_at_debdeb_is_recognised_at_ghadames_and_stops_there_at_once(pair: Pair) -> None:
    with pair.on(DEB):
        key = issue(pair.worlds[DEB]).key
    pair.carry()
    with pair.on(GHA):
        officer = pair.worlds[GHA].across["terms_officer"]
        commands.recognise_operator(officer, key, today=DAY, at=pair.at)
        assert queries.operator(key).is_in_force(DAY)
    with pair.on(DEB):
        commands.suspend_operator(pair.worlds[DEB].officers["terms_officer"], key, reason="an audit", at=pair.at)
        assert not queries.operator(key).is_in_force(DAY)
    pair.carry()
    pair.carry()  # the demonstration's terms allow no flash: the stop goes in the next class, by its own contact
    with pair.on(GHA):
        assert (queries.operator(key).state, queries.operator(key).is_in_force(DAY)) == ("suspended", False)
        assert not Received.objects.filter(said="refused").exists()


# Where it is seen


@pytest.fixture
def enter(client: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    cache.clear()
    monkeypatch.setattr(doors, "now", lambda: NOON)

    def as_actor(actor: Actor, language: str = "en") -> Any:
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_actor


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_list_and_the_page_show_firms_with_the_age_of_the_copy(enter: Any, here: World, language: str) -> None:
    inbox_operators.open_status(STATUS, letter(minutes=-90))
    own = issue(here)
    page = enter(here.officers["terms_officer"], language)
    text = page.get("/operators/").content.decode()
    assert f'lang="{language}"' in text
    assert ' style="' not in text
    for shown in (FIRM, "EXP-0045", "10:30"):
        assert shown in text, shown
    for key in (KEY, own.key):
        one = page.get(f"/operators/{key}/").content.decode()
        assert one.count("<h1") == 1
        assert ("recognise_operator/" in one) is (key == KEY)
        assert ("suspend_operator/" in one) is (key == own.key)


def test_an_officer_issues_recognises_and_stops_on_the_pages(enter: Any, here: World) -> None:
    page = enter(here.officers["terms_officer"])
    typed = {"place": DEB, "firm": FIRM, "kind": "full", "valid_from": "2026-11-22", "valid_until": "2027-11-21"}
    assert page.post("/operators/new/", {**typed, "firm": "Ali Ben Salem"}).status_code == 422
    answer = page.post("/operators/new/", typed)
    assert answer.status_code == 302
    (status,) = OperatorStatus.objects.all()
    assert page.post(f"{answer['Location']}suspend_operator/", {"version": status.version}).status_code == 422
    stop = {"version": status.version, "reason": "an audit"}
    assert page.post(f"{answer['Location']}suspend_operator/", stop).status_code == 302
    assert page.post(f"{answer['Location']}suspend_operator/", stop).status_code == 422
    assert page.post(f"{answer['Location']}burn/", stop).status_code == 404
    inbox_operators.open_status(STATUS, letter())
    version = queries.operator(KEY).version
    assert page.post(f"/operators/{KEY}/recognise_operator/", {"version": version}).status_code == 302
    assert in_force()


def test_who_reads_statuses_and_who_does_not(enter: Any, here: World) -> None:
    own = issue(here)
    reader = enter(here.officers["registrar"])
    assert reader.get(f"/operators/{own.key}/").status_code == 200
    assert "suspend_operator/" not in reader.get(f"/operators/{own.key}/").content.decode()
    for other in (here.officers["weigh_officer"], here.across["terms_officer"], here.broker):
        assert enter(other).get(f"/operators/{own.key}/").status_code == 403


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_a_declaration_of_a_trusted_firm_bears_its_mark_and_its_lane_stays(
    enter: Any, here: World, language: str
) -> None:
    record = import_record()
    record = replace(record, consignee=replace(record.consignee, code=FIRM, name="x"))
    declaration = lodge(here, record)
    lane = declaration.lane
    page = enter(here.officers["registrar"], language)
    before = page.get(f"/declarations/{declaration.key}/").content.decode()
    issue(here)
    text = page.get(f"/declarations/{declaration.key}/").content.decode()
    note = operator_notes.marks_of([FIRM.lower()], DAY)
    assert [mark.is_in_force for mark in note] == [True]
    assert text.count(FIRM) == before.count(FIRM) + 1
    declaration.refresh_from_db()
    assert declaration.lane == lane


def test_what_came_of_a_trusted_exporter_is_marked_in_the_list(enter: Any, world: World) -> None:
    crossings.establish(world.node, GHA, gates=2, at=NOON)
    Partner.objects.create(code=DEB, since_at=NOON)
    told_of = message()
    code = told_of.record["exporter"]["code"]
    arrive(told_of)
    inbox_operators.open_status(replace(STATUS, firm=code), letter(DEB))
    text = enter(world.across["registrar"]).get("/declarations/from-across/").content.decode()
    assert "Not recognised yet" in text
    assert code.upper() in text
