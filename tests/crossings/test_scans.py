"""Scans: on the truck that stood in the yard, or kept for an officer, never twice; and a scan decides nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.db import connection

from mabar.base import rules as ground
from mabar.base.models import Mandate
from mabar.crossings import commands, queries, rules
from mabar.crossings.models import Hold, Passage, PassageEvent, ReceivedScan
from tests.crossings.scanned import CLEAN, DEB, ODD, SCANNED, csv, line, outcomes, take
from tests.crossings.yard import PLATE, lines, state_of, step, truck
from tests.world import NOON, World


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def kept(yard: World, **changes: str) -> int:
    assert outcomes(take(yard, csv(line(**changes)))) == ["kept"]
    return ReceivedScan.objects.get().pk


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["gate_in", "weighed", "presented"])
def test_a_scan_is_on_the_truck_that_stands_in_the_yard_and_moves_nothing(yard: World, state: str) -> None:
    key = truck(yard, state)
    version = Passage.objects.get(key=key).version
    report = take(yard, csv(line(ODD)))
    assert (outcomes(report), report.taken[0].passage) == (["recorded"], key)
    assert (state_of(key), Passage.objects.get(key=key).version) == (state, version)
    event = PassageEvent.objects.get(kind="note_scan")
    assert (event.at, event.state_before, event.state_after) == (SCANNED, state, state)
    (told,) = queries.scans_of([queries.passage(key)])
    assert told.scan == ODD


@pytest.mark.django_db
def test_an_anomaly_holds_no_truck_and_takes_no_step(yard: World) -> None:
    key = truck(yard, "presented")
    take(yard, csv(line(ODD)))
    assert not Hold.objects.exists()
    assert queries.passage(key).open_holds == ()


@pytest.mark.django_db
def test_the_same_scan_twice_has_effect_once_whoever_brings_it(yard: World) -> None:
    truck(yard, "gate_in")
    content = csv(line(), line(event_key="S-2", plate="55555-111-16"))
    assert outcomes(take(yard, content)) == ["recorded", "kept"]
    colleague = yard.officers["scanner_officer"]
    second = yard.officers["weigh_officer"]
    second.mandates.update(post=colleague.mandates.get().post)
    assert outcomes(take(yard, content, by=second)) == ["before", "before"]
    assert (lines("note_scan"), lines("keep_scan"), ReceivedScan.objects.count()) == (1, 1, 2)


@pytest.mark.django_db
def test_the_same_instant_by_another_clock_is_the_same_scan(yard: World) -> None:
    truck(yard, "gate_in")
    take(yard, csv(line()))
    moved = SCANNED.astimezone(timezone(timedelta(hours=1))).isoformat()
    assert outcomes(take(yard, csv(line(scanned_at=moved)))) == ["before"]


@pytest.mark.django_db
def test_another_scan_under_the_same_number_is_refused_and_another_scanner_has_its_own_numbers(yard: World) -> None:
    truck(yard, "gate_in")
    officer = yard.officers["scanner_officer"]
    commands.take_scan(officer, DEB, scan=CLEAN, at=at(10))
    with pytest.raises(rules.ScanNumberReused) as refused:
        commands.take_scan(officer, DEB, scan=ODD, at=at(10))
    assert refused.value.details["event_key"] == "S-1"
    other = commands.take_scan(officer, DEB, scan=replace(ODD, device="XR-02"), at=at(10))
    assert other.outcome == "recorded"


@pytest.mark.django_db
def test_a_scan_sent_twice_at_once_is_recorded_once(yard: World) -> None:
    truck(yard, "gate_in")
    others = [csv(line())]

    def after_the_other(execute, sql, params, many, context):
        # the second sending has seen that nothing was received, and asks for the truck when the first is done
        if others and "plate_key" in sql:
            assert outcomes(take(yard, others.pop())) == ["recorded"]
        return execute(sql, params, many, context)

    with connection.execute_wrapper(after_the_other):
        assert outcomes(take(yard, csv(line()))) == ["before"]
    assert (
        lines("note_scan"),
        ReceivedScan.objects.count(),
        PassageEvent.objects.filter(kind="note_scan").count(),
    ) == (
        1,
        1,
        1,
    )


@pytest.mark.django_db
def test_a_scan_told_late_is_on_the_truck_that_stood_there_then(yard: World) -> None:
    key = truck(yard, "presented")
    commands.clear(yard.officers["release_officer"], key, declaration="D1", at=at(5))
    step(yard, key, "closed", at=at(6))
    assert outcomes(take(yard, csv(line()))) == ["recorded"]
    # after the exit the truck was not there
    assert outcomes(take(yard, csv(line(event_key="S-2", scanned_at=at(9).isoformat())))) == ["kept"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "changes"),
    [
        ("queued", {}),
        ("gate_in", {"plate": "55555-111-16"}),
        ("gate_in", {"scanned_at": (NOON - timedelta(hours=1)).isoformat()}),
    ],
)
def test_a_scan_that_fits_no_truck_waits_with_its_reason(yard: World, state: str, changes: dict[str, str]) -> None:
    truck(yard, state)
    assert [(each.outcome, each.reason) for each in take(yard, csv(line(**changes))).taken] == [
        ("kept", "NoTruckScanned")
    ]
    (row,) = queries.scans_waiting(DEB)
    assert (row.reason, row.scan.event_key, row.by) == ("NoTruckScanned", "S-1", yard.officers["scanner_officer"].key)
    assert [each.plate for each in row.trucks] == ([PLATE] if state == "gate_in" else [])


@pytest.mark.django_db
def test_a_scan_of_a_truck_that_has_moved_on_to_another_state_is_kept(yard: World) -> None:
    key = truck(yard, "gate_in")
    number = kept(yard, plate="55555-111-16")
    other = truck(yard, "queued", plate="11111-111-11")
    with pytest.raises(rules.OutOfTurn):
        commands.settle_scan(yard.officers["scanner_officer"], number, passage=other, at=at(11))
    assert len(queries.scans_waiting(DEB)) == 1
    assert not Passage.objects.get(key=key).events.filter(kind="note_scan").exists()


@pytest.mark.django_db
def test_an_officer_gives_a_kept_scan_to_its_truck_once(yard: World) -> None:
    key = truck(yard, "gate_in")
    number, officer = kept(yard, plate="99417-322-88"), yard.officers["scanner_officer"]
    commands.settle_scan(officer, number, passage=key, at=at(11))
    (told,) = queries.scans_of([queries.passage(key)])
    assert (told.scan.plate, queries.scans_waiting(DEB)) == ("99417-322-88", [])
    for act in (
        lambda: commands.settle_scan(officer, number, passage=key, at=at(12)),
        lambda: commands.set_scan_aside(officer, number, reason="twice", at=at(12)),
    ):
        with pytest.raises(rules.ScanSettledBefore):
            act()
    # what was settled is known when it is sent again
    assert outcomes(take(yard, csv(line(plate="99417-322-88")))) == ["before"]


@pytest.mark.django_db
def test_a_scan_that_was_recorded_at_once_cannot_be_given_to_another_truck(yard: World) -> None:
    truck(yard, "gate_in")
    take(yard, csv(line()))
    other = truck(yard, "gate_in", plate="11111-111-11")
    with pytest.raises(rules.ScanSettledBefore):
        commands.settle_scan(yard.officers["scanner_officer"], ReceivedScan.objects.get().pk, passage=other, at=at(11))


@pytest.mark.django_db
def test_a_kept_scan_is_set_aside_with_a_reason_only(yard: World) -> None:
    number, officer = kept(yard), yard.officers["scanner_officer"]
    with pytest.raises(rules.ReasonMissing):
        commands.set_scan_aside(officer, number, reason=" ", at=at(11))
    commands.set_scan_aside(officer, number, reason="test piece", at=at(11))
    assert (queries.scans_waiting(DEB), ReceivedScan.objects.get().note) == ([], "test piece")


@pytest.mark.django_db
def test_a_scan_is_not_given_to_a_truck_of_another_crossing(yard: World) -> None:
    key = truck(yard, "gate_in")
    number, officer = kept(yard, plate="55555-111-16"), yard.officers["scanner_officer"]
    Mandate.objects.create(
        actor=officer, post=officer.mandates.get().post, place=yard.ghadames, from_on=date(2026, 1, 1)
    )
    Passage.objects.filter(key=key).update(place=yard.ghadames)
    with pytest.raises(rules.AtAnotherPlace):
        commands.settle_scan(officer, number, passage=key, at=at(11))


@pytest.mark.django_db
def test_nobody_without_the_mandate_tells_of_scans_or_settles_them(yard: World) -> None:
    key = truck(yard, "gate_in")
    number = kept(yard, plate="55555-111-16")
    for actor in (yard.officers["weigh_officer"], yard.stranger):
        with pytest.raises(ground.NotMandated):
            take(yard, csv(line()), by=actor)
        with pytest.raises(ground.NotMandated):
            commands.settle_scan(actor, number, passage=key, at=at(11))
    with pytest.raises(ground.NoSuchRecord):
        commands.settle_scan(yard.officers["scanner_officer"], 0, passage=key, at=at(11))


@pytest.mark.django_db
def test_another_trailer_than_that_of_the_papers_is_told(yard: World) -> None:
    key = truck(yard, "gate_in", trailer_plate="1234-16")
    take(yard, csv(line(trailer_plate="1234-16"), line(event_key="S-2", trailer_plate="9999-16")))
    told = {each.scan.event_key: each.is_other_trailer for each in queries.scans_of([queries.passage(key)])}
    assert told == {"S-1": False, "S-2": True}


@pytest.mark.django_db
def test_a_correction_passes_over_the_scan(yard: World) -> None:
    key = truck(yard, "weighed")
    take(yard, csv(line()))
    commands.correct_event(yard.officers["yard_officer"], key, reason="wrong truck", at=at(12))
    assert state_of(key) == "gate_in"
    assert len(queries.scans_of([queries.passage(key)])) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"region": ""}, "region"),
        ({"outcome": "nothing_found"}, "region"),
        ({"outcome": "guilty"}, "outcome"),
        ({"image_sha256": "00"}, "image_sha256"),
        ({"image_media_type": "png"}, "image_media_type"),
        ({"operator": ""}, "operator"),
        ({"note": "a\u202eb"}, "note"),
        ({"container": "x" * 18}, "container"),
    ],
)
def test_a_scan_that_does_not_say_what_it_must_is_refused_by_its_field(
    yard: World, changes: dict[str, str], field: str
) -> None:
    truck(yard, "gate_in")
    with pytest.raises(rules.ScanUnfit) as refused:
        commands.take_scan(yard.officers["scanner_officer"], DEB, scan=replace(ODD, **changes), at=at(10))
    assert refused.value.details["field"] == field
    assert not ReceivedScan.objects.exists()


def test_what_is_kept_of_a_scan_gives_the_scan_back() -> None:
    for scan in (CLEAN, ODD):
        assert rules.Scan.of(scan.event_key, scan.facts) == replace(scan, scanned_at=scan.scanned_at.astimezone(UTC))
