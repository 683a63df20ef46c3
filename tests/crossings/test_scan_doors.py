"""The doors of scans: the page of the scanner officer, a scanner's key, the command line, and where a scan shows."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from mabar.crossings import commands, queries
from mabar.crossings.cli import crossings
from mabar.crossings.models import ReceivedScan
from tests.crossings.scanned import CLEAN, DEB, ODD, csv, line, take
from tests.crossings.test_api import now, program  # noqa: F401 (a fixture)
from tests.crossings.yard import PLATE, announce, step, truck
from tests.world import World


@pytest.fixture
def enter(client, yard: World):
    """Sign an officer of Debdeb in, who reads Arabic."""
    cache.clear()

    def as_reader(function: str):
        client.force_login(yard.officers[function])
        return client

    return as_reader


def upload(content: bytes) -> dict[str, object]:
    return {"place": DEB, "sent": SimpleUploadedFile("scanner.csv", content)}


@pytest.mark.django_db(databases="__all__")
def test_a_scanner_sends_what_it_saw_with_its_key(yard: World, program) -> None:  # noqa: F811
    key = announce(yard, at=now())
    step(yard, key, "queued", at=now())
    step(yard, key, "gate_in", at=now())
    told = {**ODD.facts, "event_key": "S-1", "place": DEB, "scanned_at": now().isoformat()}
    scanner = program("scanner_station")
    answer = scanner.post("scans", **told)
    assert (answer.status_code, answer.json()["outcome"], answer.json()["passage"]) == (200, "recorded", key)
    assert scanner.post("scans", **told).json()["outcome"] == "before"
    other = scanner.post("scans", **told | {"region": "cab"})
    assert (other.status_code, other.json()["code"]) == (422, "ScanNumberReused")
    unknown = scanner.post("scans", **told | {"event_key": "S-2", "plate": "1-2-3"})
    assert (unknown.json()["outcome"], unknown.json()["reason"]) == ("kept", "NoTruckScanned")
    unfit = scanner.post("scans", **told | {"event_key": "S-3", "region": ""})
    assert (unfit.status_code, unfit.json()["code"]) == (422, "ScanUnfit")
    assert program("gate_station").post("scans", **told | {"event_key": "S-4"}).status_code == 403
    assert ReceivedScan.objects.count() == 2


@pytest.mark.django_db(databases="__all__")
def test_the_scanner_officer_sends_a_file_and_settles_what_is_left(yard: World, enter) -> None:
    key = truck(yard, "gate_in")
    page = enter("scanner_officer")
    assert "صور الأشعة" in page.get("/scans/").content.decode()
    bad = page.post("/scans/file/", upload(csv(line(outcome="guilty"))))
    assert (bad.status_code, "W-0123" in bad.content.decode()) == (422, True)
    good = page.post("/scans/file/", upload(csv(line(ODD, plate="55555-111-16"))))
    assert (good.status_code, ODD.region in good.content.decode()) == (200, True)
    number = ReceivedScan.objects.get().pk
    assert page.post(f"/scans/{number}/aside/", {"place": DEB, "reason": ""}).status_code == 422
    assert page.post(f"/scans/{number}/settle/", {"place": DEB, "passage": key}).status_code == 302
    assert queries.scans_waiting(DEB) == []
    assert page.post("/scans/file/", {"place": DEB}).status_code == 422


@pytest.mark.django_db(databases="__all__")
def test_a_scan_that_is_set_aside_leaves_the_page(yard: World, enter) -> None:
    page = enter("scanner_officer")
    page.post("/scans/file/", upload(csv(line())))
    number = ReceivedScan.objects.get().pk
    assert page.post(f"/scans/{number}/aside/", {"place": DEB, "reason": "test"}).status_code == 302
    assert PLATE not in page.get("/scans/").content.decode()


@pytest.mark.django_db(databases="__all__")
def test_the_page_is_for_who_scans(yard: World, enter) -> None:
    assert enter("examiner").get("/scans/").status_code == 403


@pytest.mark.django_db(databases="__all__")
def test_the_office_reads_the_scan_on_the_page_of_the_truck_and_its_house_does_not(yard: World, enter) -> None:
    key = truck(yard, "gate_in", actor=yard.broker)
    take(yard, csv(line(ODD)))
    shown = enter("inspector").get(f"/passages/{key}/").content.decode()
    for text in (ODD.region, ODD.note, ODD.image, ODD.image_sha256, "اختلاف في الصورة"):
        assert text in shown
    page = enter("inspector")
    page.force_login(yard.broker)
    outside = page.get(f"/passages/{key}/")
    assert outside.status_code == 200
    for text in (ODD.region, ODD.note, ODD.image, ODD.image_sha256):
        assert text not in outside.content.decode()


@pytest.mark.django_db
def test_the_command_takes_a_file_and_tells_of_each_scan(yard: World, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("MABAR_NODE", str(settings.NODE.folder))
    file = tmp_path / "scanner.csv"
    file.write_bytes(csv(line()))
    actor = yard.officers["scanner_officer"].key
    told = CliRunner().invoke(crossings, ["scans", str(file), "--place", DEB, "--actor", actor])
    assert (told.exit_code, told.output.split()) == (0, ["S-1", PLATE, "kept", "NoTruckScanned"])
    file.write_bytes(csv(line(ODD)))
    refused = CliRunner().invoke(crossings, ["scans", str(file), "--place", DEB, "--actor", actor, "--lang", "fr"])
    assert (refused.exit_code, "W-0126" in refused.output) == (1, True)
    stranger = CliRunner().invoke(
        crossings, ["scans", str(file), "--place", DEB, "--actor", yard.officers["examiner"].key]
    )
    assert (stranger.exit_code, "NotMandated" in stranger.output) == (1, True)
    assert commands.take_scan(yard.officers["scanner_officer"], DEB, scan=CLEAN, at=now()).outcome == "before"
