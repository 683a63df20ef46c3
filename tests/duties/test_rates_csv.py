"""A table of rates is read whole or not at all; each fault is told with its line, its column and what to do."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.duties.formats import COLUMNS, changes, read_rates, write_rates
from mabar.duties.formats.rates_csv import Known
from mabar.duties.formats.table_csv import MOST_LINES
from mabar.duties.rules import Form, Rate
from mabar.lib import words
from tests.duties.samples import rate

KNOWN = Known(
    levies=frozenset({"DD", "VAT"}),
    origins=frozenset({"TN", "ARAB"}),
    units=frozenset({"KGM", "LTR"}),
    papers=frozenset({"861"}),
    begins_goods=lambda prefix: prefix[:2] in ("25", "08"),
)
HEAD = ",".join(COLUMNS)
GOOD = "DD,2523,percent,30,,,,,,,2026-01-01,,law 1"


def found(*lines, head=HEAD):
    return [
        (each.code, each.line, each.column) for each in read_rates("\n".join([head, *lines]).encode(), KNOWN).findings
    ]


def test_a_table_is_read() -> None:
    text = f"{HEAD}\n{GOOD}\n\nVAT,,compound,19,0.5,KGM,ARAB,PAFTA,861,40,2026-01-01,2026-12-31,law 2\n"
    reading = read_rates(text.encode("utf-8-sig"), KNOWN)
    assert reading.findings == ()
    assert [each.percent for each in reading.rates] == [Decimal(30), Decimal(19)]
    assert reading.rates[1] == Rate(
        levy="VAT", prefix="", form=Form.COMPOUND, from_on=date(2026, 1, 1), basis="law 2", percent=Decimal(19),
        amount=Decimal("0.5"), unit="KGM", origins="ARAB", preference="PAFTA", proof="861", procedure="40",
        until_on=date(2026, 12, 31), line=4,
    )  # fmt: skip


def test_columns_may_stand_in_any_order_with_semicolons_and_only_those_needed() -> None:
    text = "basis;from;form;levy;percent\n loi 1 ;2026-01-01;percent;DD;12.5\n"
    assert read_rates(text.encode(), KNOWN).rates == (rate("DD", percent="12.5", basis="loi 1", line=2),)


def changed(**cells):
    told = dict(zip(COLUMNS, GOOD.split(","), strict=True)) | {name.rstrip("_"): text for name, text in cells.items()}
    return ",".join(told.values())


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"basis": ""}, "missing", "basis"),
        ({"levy": ""}, "missing", "levy"),
        ({"levy": "XX"}, "unknown", "levy"),
        ({"origins": "ZZ"}, "unknown", "origins"),
        ({"proof": "999", "preference": "P"}, "unknown", "proof"),
        ({"proof": "861"}, "proof-without-claim", "proof"),
        ({"prefix": "25.23"}, "digits", "prefix"),
        ({"prefix": "9999"}, "no-goods", "prefix"),
        ({"procedure": "4O00"}, "digits", "procedure"),
        ({"from_": "1/1/2026"}, "day", "from"),
        ({"from_": "20260101"}, "day", "from"),
        ({"until": "2026-02-30"}, "day", "until"),
        ({"until": "2025-12-31"}, "ends-before", "until"),
        ({"form": "share"}, "form", "form"),
        ({"percent": ""}, "missing-figure", "percent"),
        ({"amount": "3"}, "figure-too-many", "amount"),
        ({"unit": "KGM"}, "figure-too-many", "unit"),
        ({"form": "per_unit", "percent": "", "amount": "3"}, "missing-figure", "unit"),
        ({"form": "per_unit", "percent": "", "amount": "3", "unit": "XXX"}, "unknown", "unit"),
        ({"percent": "-1"}, "figure", "percent"),
        ({"percent": "10001"}, "figure", "percent"),
        ({"percent": "NaN"}, "figure", "percent"),
        ({"percent": "thirty"}, "figure", "percent"),
        ({"basis": "x" * 201}, "too-long-text", "basis"),
    ],
)
def test_each_fault_is_told_with_its_line_and_column(cells, code, column) -> None:
    assert found(GOOD, changed(**cells)) == [(code, 3, column)]


def test_nothing_owed_may_be_written_as_nought() -> None:
    assert found(changed(percent="0"), changed(prefix="08", percent="0.00")) == []


def test_two_rates_for_one_thing_on_one_day_are_told_with_both_lines() -> None:
    reading = read_rates(f"{HEAD}\n{GOOD}\n{changed(from_='2026-06-01')}\n".encode(), KNOWN)
    (fault,) = reading.findings
    assert (fault.code, fault.line, fault.other_line) == ("rates-overlap", 3, 2)


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"\xff\xfe", "not-utf8", 1),
        (b"levy,form\nDD\xff", "not-utf8", 2),
        (b"", "columns", 1),
        (b"levy,form,from,basis,colour\n", "columns", 1),
        (b"levy,levy,form,from,basis\n", "columns", 1),
        (f"{HEAD}\nDD,percent\n".encode(), "cells", 2),
        (f'{HEAD}\nDD,"25"23\n'.encode(), "not-csv", 2),
        (f"{HEAD}\n".encode() + b"D,,,,,,,,,,,,\n" * (MOST_LINES + 1), "too-long", MOST_LINES + 2),
    ],
)
def test_what_is_no_such_table_is_refused_whole(content, code, line) -> None:
    reading = read_rates(content, KNOWN)
    assert [(each.code, each.line) for each in reading.findings] == [(code, line)]
    assert reading.rates == ()


def test_a_file_beyond_all_measure_is_not_read(monkeypatch) -> None:
    monkeypatch.setattr("mabar.duties.formats.table_csv.MOST_BYTES", 10)
    assert [each.code for each in read_rates(b"x" * 11, KNOWN).findings] == ["too-large"]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content) -> None:
    reading = read_rates(content, KNOWN)
    assert not reading.rates or not reading.findings


def test_every_fault_has_its_sentence_in_each_language() -> None:
    (fault, *_) = read_rates(f"{HEAD}\n{changed(basis='')}\n".encode(), KNOWN).findings
    for language in words.LANGUAGES:
        said = fault.sentence(language)
        assert "basis" in said.what
        assert said.remedy


def test_what_is_written_reads_as_the_same() -> None:
    rates = (rate("DD", "25", "30"), rate("VAT", percent="19", amount="0.125", form=Form.GREATER, unit="KGM"))
    read = read_rates(write_rates(rates), KNOWN)
    assert changes(rates, read.rates).same == 2


def test_a_new_table_tells_what_it_changes() -> None:
    stays, ends, goes = rate("DD", "25", "30"), rate("DD", "08", "5"), rate("VAT", percent="19")
    ended, comes = rate("DD", "08", "5", until_on=date(2026, 12, 31)), rate("VAT", "25", "9", line=7)
    told = changes([stays, ends, goes], [rate("DD", "25", "30", line=9), ended, comes])
    assert [(each.before, each.after) for each in told.new] == [(None, comes)]
    assert [(each.before, each.after) for each in told.left_out] == [(goes, None)]
    assert [(each.before, each.after) for each in told.other] == [(ends, ended)]
    assert told.same == 1
