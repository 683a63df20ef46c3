"""Weighings by plate: a file or a program's message is recorded on the truck, or kept for an officer, never twice."""

from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from mabar.base import rules as ground
from mabar.base.models import Mandate
from mabar.crossings import commands, queries, rules, weighings
from mabar.crossings.formats.weights_csv import COLUMNS, read_weighings
from mabar.crossings.models import KeptWeighing, Passage, PassageEvent
from mabar.lib import words
from mabar.lib.words import LANGUAGES
from tests.crossings.test_api import now, program  # noqa: F401 (a fixture)
from tests.crossings.yard import PLATE, announce, lines, state_of, step, truck
from tests.world import NOON, World

HEAD = ",".join(COLUMNS)
WEIGHED = NOON + timedelta(minutes=1)
LINE = f"w-1,{PLATE},{WEIGHED.isoformat()},27000.5,15000,no,7000.5 10000 10000"
DEB = "dz.debdeb"


def csv(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *rows)).encode()


def take(yard: World, content: bytes, officer: str = "weigh_officer") -> weighings.Report:
    return weighings.take_file(yard.officers[officer], DEB, content, at=WEIGHED)


def outcomes(report: weighings.Report) -> list[str]:
    return [each.outcome for each in report.taken]


def kept(yard: World) -> int:
    """Keep a weighing of a truck that nobody knows, and give its number."""
    assert outcomes(take(yard, csv(LINE))) == ["kept"]
    return KeptWeighing.objects.get().pk


@pytest.mark.django_db
def test_a_file_is_recorded_on_the_truck_that_awaits_its_weighing(yard: World) -> None:
    key = truck(yard, "gate_in")
    report = take(yard, csv(LINE))
    assert (outcomes(report), report.taken[0].passage) == (["recorded"], key)
    passage = Passage.objects.get(key=key)
    assert (passage.state, passage.weighed_at) == ("weighed", WEIGHED)
    assert (passage.gross_mass_g, passage.tare_mass_g, passage.is_empty) == (27_000_500, 15_000_000, False)
    facts = PassageEvent.objects.get(kind="note_weight").facts
    assert facts["axle_masses_g"] == [7_000_500, 10_000_000, 10_000_000]


@pytest.mark.django_db
def test_the_same_file_twice_does_nothing_twice(yard: World) -> None:
    key = truck(yard, "gate_in")
    content = csv(LINE, LINE.replace("w-1", "w-2").replace(PLATE, "55555-111-16"))
    assert outcomes(take(yard, content)) == ["recorded", "kept"]
    step(yard, key, "presented", at=WEIGHED + timedelta(minutes=1))
    assert outcomes(take(yard, content)) == ["before", "before"]
    assert (lines("note_weight"), lines("keep_weighing"), KeptWeighing.objects.count()) == (1, 1, 1)


@pytest.mark.django_db
def test_a_file_with_a_fault_is_refused_whole(yard: World) -> None:
    key = truck(yard, "gate_in")
    report = take(yard, csv(LINE, "w-2,no plate,today,-1,,,"))
    assert [each.code for each in report.findings] == ["W-0108", "W-0109", "W-0110"]
    assert {each.line for each in report.findings} == {3}
    assert (state_of(key), report.taken, KeptWeighing.objects.count()) == ("gate_in", (), 0)


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"x" * (5 * 1024 * 1024 + 1), "W-0101", 1),
        (b"event_key\n\xff", "W-0102", 2),
        (csv(head="event_key,plate,colour"), "W-0103", 1),
        (csv('"open'), "W-0104", 2),
        (csv("w-1,x"), "W-0105", 2),
        (csv(LINE.replace("w-1", "")), "W-0106", 2),
        (csv(LINE.replace("w-1", "a b")), "W-0107", 2),
        (csv(LINE.replace(PLATE, "none")), "W-0108", 2),
        (csv(LINE.replace(PLATE, "99417\x00-322-33")), "W-0108", 2),
        (csv(LINE.replace(PLATE, "99417\u200f-322-33")), "W-0108", 2),
        (csv(LINE.replace("+00:00", "")), "W-0109", 2),
        (csv(LINE.replace("15000", "28000")), "W-0110", 2),
        (csv(LINE.replace("27000.5", "1e400")), "W-0110", 2),
        (csv(LINE.replace("7000.5 ", "x ")), "W-0110", 2),
        (csv(LINE.replace(",no,", ",perhaps,")), "W-0111", 2),
        (csv(LINE, LINE.replace("15000", "14000")), "W-0112", 3),
    ],
)
def test_every_fault_is_told_with_its_line_in_three_languages(content: bytes, code: str, line: int) -> None:
    reading = read_weighings(content)
    assert [(each.code, each.line) for each in reading.findings] == [(code, line)]
    assert not reading.records
    for language in LANGUAGES:
        said = reading.findings[0].sentence(language)
        assert str(line) in said.what
        assert said.remedy


def test_a_file_of_another_program_reads_the_same() -> None:
    plain = read_weighings(csv(LINE))
    other = f"{HEAD}\r\n{LINE}\r\n\r\n{LINE}\r\n".replace(",", ";").encode("utf-8-sig")
    assert read_weighings(other) == plain
    fewer = csv(f"w-1,{PLATE},{WEIGHED.isoformat()},27000", head="event_key,plate,weighed_at,gross_kg")
    assert read_weighings(fewer).records[0].tare_mass_g is None


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "reason"), [("queued", "NoTruckToWeigh"), ("weighed", "NoTruckToWeigh")])
def test_a_weighing_that_fits_no_truck_waits_for_an_officer(yard: World, state: str, reason: str) -> None:
    truck(yard, state)
    assert [(each.outcome, each.reason) for each in take(yard, csv(LINE)).taken] == [("kept", reason)]
    (row,) = queries.weighings_waiting(DEB)
    assert (row.plate, row.gross_mass_g, row.axle_masses_g[0], row.reason) == (PLATE, 27_000_500, 7_000_500, reason)


@pytest.mark.django_db
def test_a_weighing_of_an_hour_before_the_truck_came_in_is_kept(yard: World) -> None:
    truck(yard, "gate_in")
    early = csv(LINE.replace(WEIGHED.isoformat(), (NOON - timedelta(hours=1)).isoformat()))
    assert [each.reason for each in take(yard, early).taken] == ["HourOutOfOrder"]


@pytest.mark.django_db
def test_a_weighing_under_the_key_of_another_event_is_kept_and_the_file_goes_on(yard: World) -> None:
    key = truck(yard, "queued")
    officer = yard.officers["yard_officer"]
    step(yard, key, "gate_in", actor=officer, event_key="w-1")
    report = take(yard, csv(LINE, LINE.replace("w-1", "w-2")), "yard_officer")
    assert [(each.outcome, each.reason) for each in report.taken] == [("kept", "EventKeyReused"), ("recorded", "")]
    assert state_of(key) == "weighed"
    for language in LANGUAGES:
        assert words.word("crossings", "reason.EventKeyReused", language)


@pytest.mark.django_db
def test_a_weighing_sent_twice_at_once_is_recorded_and_not_kept_besides(yard: World) -> None:
    key = truck(yard, "gate_in")
    others = [csv(LINE)]

    def after_the_other(execute, sql, params, many, context):
        # the second sending has seen that nothing was recorded, and asks for the truck when the first is done
        if others and "plate_key" in sql:
            assert outcomes(take(yard, others.pop())) == ["recorded"]
        return execute(sql, params, many, context)

    with connection.execute_wrapper(after_the_other):
        assert outcomes(take(yard, csv(LINE))) == ["before"]
    assert (state_of(key), lines("note_weight"), KeptWeighing.objects.count()) == ("weighed", 1, 0)


@pytest.mark.django_db
def test_a_weighing_of_an_hour_to_come_takes_nothing_of_the_file(yard: World) -> None:
    key = truck(yard, "gate_in")
    with pytest.raises(rules.HourOutOfOrder):
        take(yard, csv(LINE, f"w-2,{PLATE},{(NOON + timedelta(days=1)).isoformat()},9000,,,"))
    assert state_of(key) == "gate_in"


@pytest.mark.django_db
def test_an_officer_gives_a_kept_weighing_to_its_truck(yard: World) -> None:
    number = kept(yard)
    key = truck(yard, "gate_in")
    officer = yard.officers["weigh_officer"]
    commands.settle_weighing(officer, number, passage=key, at=WEIGHED)
    assert (state_of(key), queries.weighings_waiting(DEB)) == ("weighed", [])
    assert Passage.objects.get(key=key).gross_mass_g == 27_000_500
    with pytest.raises(rules.WeighingSettledBefore):
        commands.set_weighing_aside(officer, number, reason="twice", at=WEIGHED)


@pytest.mark.django_db
def test_who_came_to_the_desk_after_the_weighing_settles_it(yard: World) -> None:
    number, key = kept(yard), truck(yard, "gate_in")
    officer, today = yard.officers["weigh_officer"], WEIGHED + timedelta(days=2)
    officer.mandates.update(from_on=today.date())
    commands.settle_weighing(officer, number, passage=key, at=today)
    assert (state_of(key), Passage.objects.get(key=key).weighed_at) == ("weighed", WEIGHED)


@pytest.mark.django_db
def test_who_has_left_the_desk_since_the_weighing_does_not_settle_it(yard: World) -> None:
    number, key = kept(yard), truck(yard, "gate_in")
    officer = yard.officers["weigh_officer"]
    officer.mandates.update(until_on=WEIGHED.date())
    with pytest.raises(ground.NotMandated):
        commands.settle_weighing(officer, number, passage=key, at=WEIGHED + timedelta(days=2))
    assert state_of(key) == "gate_in"


@pytest.mark.django_db
def test_a_kept_weighing_is_set_aside_with_a_reason_only(yard: World) -> None:
    number, officer = kept(yard), yard.officers["weigh_officer"]
    with pytest.raises(rules.ReasonMissing):
        commands.set_weighing_aside(officer, number, reason=" ", at=WEIGHED)
    commands.set_weighing_aside(officer, number, reason="calibration", at=WEIGHED)
    assert queries.weighings_waiting(DEB) == []
    assert KeptWeighing.objects.get().note == "calibration"
    assert lines("set_weighing_aside") == 1


@pytest.mark.django_db
def test_a_kept_weighing_stays_when_the_truck_cannot_take_it(yard: World) -> None:
    number, key = kept(yard), truck(yard, "queued")
    with pytest.raises(rules.OutOfTurn):
        commands.settle_weighing(yard.officers["weigh_officer"], number, passage=key, at=WEIGHED)
    assert (state_of(key), len(queries.weighings_waiting(DEB))) == ("queued", 1)
    with pytest.raises(ground.NoSuchRecord):
        commands.settle_weighing(yard.officers["weigh_officer"], 0, passage=key, at=WEIGHED)


@pytest.mark.django_db
def test_a_weighing_is_not_given_to_a_truck_of_another_crossing(yard: World) -> None:
    number, key = kept(yard), truck(yard, "gate_in")
    officer = yard.officers["weigh_officer"]
    post = officer.mandates.get().post
    Mandate.objects.create(actor=officer, post=post, place=yard.ghadames, from_on=date(2026, 1, 1))
    Passage.objects.filter(key=key).update(place=yard.ghadames)
    with pytest.raises(rules.AtAnotherPlace):
        commands.settle_weighing(officer, number, passage=key, at=WEIGHED)
    assert (state_of(key), len(queries.weighings_waiting(DEB))) == ("gate_in", 1)


@pytest.mark.django_db
def test_nobody_without_the_mandate_sends_a_file(yard: World) -> None:
    truck(yard, "gate_in")
    for actor in (yard.officers["examiner"], yard.stranger):
        with pytest.raises(ground.NotMandated):
            weighings.take_file(actor, DEB, csv(LINE), at=WEIGHED)
    assert not PassageEvent.objects.filter(kind="note_weight").exists()


@pytest.mark.django_db(databases="__all__")
def test_a_weighbridge_that_knows_the_plate_sends_what_it_shows(yard: World, program) -> None:  # noqa: F811
    key = announce(yard, at=now())
    step(yard, key, "queued", at=now())
    step(yard, key, "gate_in", at=now())
    told = {"event_key": "w-9", "place": DEB, "plate": PLATE.replace("-", " "), "weighed_at": now().isoformat()}
    bridge = program("weighbridge_station")
    answer = bridge.post("weighings", gross_mass_g=27_000_000, axle_masses_g=[9_000_000, 18_000_000], **told)
    assert (answer.status_code, answer.json()["outcome"], answer.json()["passage"]) == (200, "recorded", key)
    again = bridge.post("weighings", gross_mass_g=27_000_000, **told)
    assert again.json()["outcome"] == "before"
    unknown = bridge.post("weighings", gross_mass_g=1, **told | {"event_key": "w-10", "plate": "1-2-3"})
    assert (unknown.json()["outcome"], unknown.json()["reason"]) == ("kept", "NoTruckToWeigh")
    refused = bridge.post("weighings", gross_mass_g=0, **told | {"event_key": "w-11"})
    assert (refused.status_code, refused.json()["code"]) == (422, "MassImpossible")


@pytest.fixture
def enter(client, yard: World):
    """Sign an officer of Debdeb in, who reads Arabic."""
    cache.clear()

    def as_reader(function: str):
        client.force_login(yard.officers[function])
        return client

    return as_reader


def upload(content: bytes) -> dict[str, object]:
    return {"place": DEB, "sent": SimpleUploadedFile("bridge.csv", content)}


@pytest.mark.django_db(databases="__all__")
def test_the_weighing_officer_sends_a_file_and_settles_what_is_left(yard: World, enter) -> None:
    key = truck(yard, "gate_in")
    page = enter("weigh_officer")
    assert "أوزان" in page.get("/weighings/").content.decode()
    bad = page.post("/weighings/file/", upload(csv("w-1,x")))
    assert bad.status_code == 422
    assert "W-0105" in bad.content.decode()
    good = page.post("/weighings/file/", upload(csv(LINE.replace(PLATE, "55555-111-16"))))
    assert (good.status_code, "55555-111-16" in good.content.decode()) == (200, True)
    number = KeptWeighing.objects.get().pk
    assert page.post(f"/weighings/{number}/aside/", {"place": DEB, "reason": ""}).status_code == 422
    assert page.post(f"/weighings/{number}/settle/", {"place": DEB, "passage": key}).status_code == 302
    assert state_of(key) == "weighed"
    assert page.post("/weighings/file/", {"place": DEB}).status_code == 422


@pytest.mark.django_db(databases="__all__")
def test_the_page_is_for_who_weighs(yard: World, enter) -> None:
    assert enter("examiner").get("/weighings/").status_code == 403


def test_the_command_says_how_it_is_called() -> None:
    from mabar.crossings.cli import crossings

    result = CliRunner().invoke(crossings, ["weights", "--help"])
    assert result.exit_code == 0
    assert "--actor" in result.output
