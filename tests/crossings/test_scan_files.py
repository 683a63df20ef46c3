"""Files of scans: each fault with its line, column and remedy; nothing half done; any bytes are read or refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.crossings.formats.scans_csv import COLUMNS, NEEDED, read_scans
from mabar.crossings.models import PassageEvent, ReceivedScan
from mabar.crossings.rules import Scan
from mabar.lib.words import LANGUAGES
from tests.crossings.scanned import CLEAN, ODD, csv, line, outcomes, take
from tests.crossings.yard import truck
from tests.world import NOON, World


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"event_key": ""}, "W-0106", "event_key"),
        ({"operator": ""}, "W-0106", "operator"),
        ({"event_key": "a b"}, "W-0107", "event_key"),
        ({"plate": "none"}, "W-0108", "plate"),
        ({"trailer_plate": "none"}, "W-0108", "trailer_plate"),
        ({"scanned_at": "2026-11-22T09:30:00"}, "W-0109", "scanned_at"),
        ({"scanned_at": "0001-01-01T00:00:00+14:00"}, "W-0109", "scanned_at"),
        ({"asks_inspection": "perhaps"}, "W-0111", "asks_inspection"),
        ({"image_sha256": "g" * 64}, "W-0121", "image_sha256"),
        ({"image_media_type": "png"}, "W-0122", "image_media_type"),
        ({"outcome": "guilty"}, "W-0123", "outcome"),
        ({"outcome": "anomaly"}, "W-0124", "region"),
        ({"region": "cab"}, "W-0124", "region"),
        ({"note": "x" * 501}, "W-0125", "note"),
        ({"device": "a\u200fb"}, "W-0125", "device"),
    ],
)
def test_every_fault_is_told_with_its_line_and_column_in_three_languages(
    changes: dict[str, str], code: str, column: str
) -> None:
    reading = read_scans(csv(*(line(event_key=f"S-{number}") for number in range(5)), line(**changes)))
    assert [(each.code, each.line, each.column) for each in reading.findings] == [(code, 7, column)]
    assert not reading.records
    for language in LANGUAGES:
        said = reading.findings[0].sentence(language)
        assert "7" in said.what
        assert said.remedy


def test_all_faults_of_a_line_are_told_at_once() -> None:
    wrong = line(scanned_at="today", image_sha256="zz", image_media_type="png", outcome="guilty", operator="")
    told = [(each.code, each.column) for each in read_scans(csv(wrong)).findings]
    assert told == [
        ("W-0106", "operator"),
        ("W-0109", "scanned_at"),
        ("W-0121", "image_sha256"),
        ("W-0122", "image_media_type"),
        ("W-0123", "outcome"),
    ]


def test_the_example_of_an_instant_is_read_in_its_own_direction() -> None:
    (finding,) = read_scans(csv(line(scanned_at="today"))).findings
    assert "\u20682026-11-22T09:30:00+01:00\u2069" in finding.sentence("ar").remedy


def test_two_scans_under_one_number_are_a_fault_and_one_scan_twice_is_one() -> None:
    assert [each.code for each in read_scans(csv(line(), line(ODD))).findings] == ["W-0112"]
    assert read_scans(csv(line(), line())).records == (CLEAN,)


def test_a_file_of_another_program_reads_the_same() -> None:
    plain = read_scans(csv(line(ODD)))
    shouted = line(ODD, image_sha256=ODD.image_sha256.upper(), image_media_type="Application/DICOM")
    other = csv(shouted, sign=";").replace(b"\n", b"\r\n\r\n")
    assert read_scans(b"\xef\xbb\xbf" + other).records == plain.records == (ODD,)
    few = "\n".join((",".join(NEEDED), ",".join(line()[name] for name in NEEDED))).encode()
    assert read_scans(few).records == (CLEAN,)


@pytest.mark.django_db
def test_a_fault_in_row_seven_takes_nothing_of_the_file(yard: World) -> None:
    truck(yard, "gate_in")
    report = take(yard, csv(*(line(event_key=f"S-{number}") for number in range(6)), line(outcome="guilty")))
    assert [(each.code, each.line, each.column) for each in report.findings] == [("W-0123", 8, "outcome")]
    assert not ReceivedScan.objects.exists()
    assert not PassageEvent.objects.filter(kind="note_scan").exists()


@pytest.mark.django_db
def test_a_number_that_was_sent_before_with_another_content_takes_nothing_of_the_file(yard: World) -> None:
    truck(yard, "gate_in")
    assert outcomes(take(yard, csv(line()))) == ["recorded"]
    report = take(yard, csv(line(event_key="S-0"), line(ODD)))
    assert [(each.code, each.line, each.value) for each in report.findings] == [("W-0126", 3, "S-1")]
    for language in LANGUAGES:
        assert "S-1" in report.findings[0].sentence(language).what
    assert ReceivedScan.objects.count() == 1


@pytest.mark.django_db
def test_an_hour_to_come_is_told_with_its_line_and_takes_nothing(yard: World) -> None:
    truck(yard, "gate_in")
    ahead = (NOON + timedelta(hours=3)).isoformat()
    report = take(yard, csv(line(event_key="S-0"), line(scanned_at=ahead)))
    assert [(each.code, each.line, each.column) for each in report.findings] == [("W-0127", 3, "scanned_at")]
    for language in LANGUAGES:
        assert report.findings[0].sentence(language).remedy
    assert not ReceivedScan.objects.exists()


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_by_name(content: bytes) -> None:
    reading = read_scans(content)
    assert reading.findings or not reading.records


CELL = st.text(st.characters(codec="utf-8"), max_size=40)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELL)), min_size=1, max_size=3))
def test_any_cells_are_read_or_refused_and_never_half(cells: list[dict[str, str]]) -> None:
    quoted = [{name: '"' + text.replace('"', '""') + '"' for name, text in each.items()} for each in cells]
    reading = read_scans(csv(*quoted))
    assert not (reading.findings and reading.records)


WORD = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=30)
SOME = st.builds(
    Scan,
    event_key=st.from_regex(r"[A-Z0-9-]{1,20}", fullmatch=True),
    plate=st.just(CLEAN.plate),
    scanned_at=st.datetimes(datetime(2001, 1, 1), datetime(2900, 1, 1), timezones=st.just(UTC)),
    device=WORD,
    operator=WORD,
    image=WORD,
    image_sha256=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    image_media_type=st.sampled_from(["image/png", "application/dicom", "image/tiff"]),
    outcome=st.just("anomaly"),
    region=WORD,
    note=st.one_of(st.just(""), WORD),
    asks_inspection=st.booleans(),
)


@given(SOME)
def test_whatever_a_scanner_says_is_read_as_it_said_it(scan: Scan) -> None:
    assert read_scans(csv(line(scan))).records == (scan,)
    assert read_scans(csv(line(replace(scan, note="")), sign=";")).records == (replace(scan, note=""),)
