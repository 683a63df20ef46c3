"""The answer of the office as CUSRES: segments in order and counted, signs released, states and refusals told."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.declarations import commands, rules
from mabar.declarations.checks_parts import found
from mabar.declarations.formats.answers import INDICATORS, LANES, Answer
from mabar.declarations.formats.cusres import write_cusres
from mabar.declarations.formats.edifact_envelope import interchanges
from mabar.declarations.formats.findings import Finding
from mabar.declarations.models import Declaration
from tests.declarations.desk import in_lane, released
from tests.declarations.test_api_of_declarations import broker, program  # noqa: F401 (fixtures)
from tests.world import NOON

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ACCEPTED = Answer("DZDEB-2026-C-000001", "T-0001", "DZDEB", "FIRM-1", "registered", registered_on=date(2026, 11, 22))


def write(answer: Answer, **asked: str) -> bytes:
    told = {"sender": "DZDEB", "recipient": "FIRM-1", "control": "C1", "language": "en", **asked}
    return write_cusres(answer, at=AT, **told)


def segments(data: bytes) -> list[list[list[str]]]:
    """Part an interchange into segments, elements and components, as ISO 9735 says."""
    text = data.decode("utf-8" if b"UNOW" in data else "latin-1")
    assert text.startswith("UNA:+.? '")
    parted = []
    for segment in re.findall(r"((?:\?.|[^'?])*)'", text[9:], flags=re.DOTALL):
        elements = re.findall(r"((?:\?.|[^+?])*)(?:\+|$)", segment, flags=re.DOTALL)[: _count(segment, "+")]
        parted.append([_components(element) for element in elements])
    return parted


def _count(text: str, mark: str) -> int:
    return len(re.sub(r"\?.", "", text, flags=re.DOTALL).split(mark))


def _components(element: str) -> list[str]:
    parts = re.findall(r"((?:\?.|[^:?])*)(?::|$)", element, flags=re.DOTALL)[: _count(element, ":")]
    return [re.sub(r"\?(.)", r"\1", part, flags=re.DOTALL) for part in parts]


def tags(data: bytes) -> list[str]:
    return [segment[0][0] for segment in segments(data)]


def test_an_accepted_declaration_is_answered_in_the_order_of_the_directory():
    data = write(replace(ACCEPTED, lane="yellow"))
    body = ["BGM", "DTM", "LOC", "GIS", "GIS", "NAD", "RFF", "DTM", "RFF"]
    assert tags(data) == ["UNB", "UNH", *body, "UNT", "UNZ"]
    assert b"BGM+962+DZDEB-2026-C-000001'" in data
    assert b"GIS+REG::ZZZ'GIS+YEL::ZZZ'" in data
    assert b"RFF+ABT:DZDEB-2026-C-000001'DTM+137:20261122:102'RFF+ABE:T-0001'" in data


def test_a_refusal_names_each_error_with_its_item_and_sentence():
    missing = found("G-0411", "items[1].commodity_code", item=2)
    warning = Finding("F-0130")
    data = write(replace(ACCEPTED, state="refused", reason="no code", findings=(missing, warning)))
    assert [tag for tag in tags(data) if tag in ("ERP", "ERC")] == ["ERP", "ERC"]
    assert b"BGM+963+" in data
    assert b"ERP+2:2'ERC+G-0411::ZZZ'FTX+AAO+++" in data
    assert b"FTX+ACB+++no code+EN'" in data


def test_arabic_is_written_as_utf_8_of_syntax_four():
    missing = found("G-0406", "items")
    data = write(replace(ACCEPTED, state="refused", findings=(missing,)), language="ar")
    assert data.startswith(b"UNA:+.? 'UNB+UNOW:4+DZDEB+FIRM-1+20261122:0930+C1'")
    assert missing.sentence("ar").what.split()[0] in data.decode()


def test_every_state_and_lane_has_an_indicator_of_its_own():
    assert set(INDICATORS) == set(rules.LIVING_STATES)
    assert set(LANES) == set(rules.LANES)
    codes = [*INDICATORS.values(), *LANES.values()]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 3 for code in codes)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=60)


@given(TEXT, TEXT, st.lists(TEXT, max_size=3), st.booleans())
def test_whatever_stands_in_it_the_message_is_counted_and_its_signs_are_released(
    reference, trader, reasons, is_queried
):
    answer = replace(
        ACCEPTED, reference=reference, trader_reference=trader, reason=" ".join(reasons), is_queried=is_queried
    )
    parted = segments(write(answer))
    message = parted[1:-1]
    assert message[-1] == [["UNT"], [str(len(message))], ["1"]]
    assert message[1][2] == [reference[:35]]
    assert [each[1] for each in message if each[0] == ["RFF"]] == [["ABT", reference[:35]], ["ABE", trader[:35]]]
    assert parted[-1] == [["UNZ"], ["1"], ["C1"]]
    assert parted[0][5] == ["C1"]


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_the_reader_of_edifact_finds_its_counts_and_references_right(language):
    refused = replace(ACCEPTED, state="refused", reason="it's: 1+1?", findings=(found("G-0406", "items"),))
    (interchange,) = interchanges(write(refused, language=language))
    (message,) = interchange.messages
    assert not [*interchange.findings, *message.findings]
    assert message.kind == "CUSRES"
    told = {each.tag: each for each in message.segments}
    assert told["BGM"].at(1) == refused.reference
    assert next(each.at(3) for each in message.segments if each.tag == "FTX") == "it's: 1+1?"
    assert told["FTX"].at(4) == language.upper()


@pytest.mark.django_db(databases="__all__")
def test_the_firms_program_reads_the_answer_and_another_house_does_not(world, broker, program):  # noqa: F811
    declaration = released(world)
    answer = broker.get(f"/{declaration.key}/answer", **{"as": "cusres"})
    assert (answer.status_code, answer["content-type"]) == (200, "application/edifact")
    assert b"GIS+REL::ZZZ'" in answer.content
    assert declaration.number.encode() in answer.content
    other = program(world.rival, "declarations.read_own")
    assert other.get(f"/{declaration.key}/answer", **{"as": "cusres"}).status_code == 404
    assert broker.get(f"/{declaration.key}/answer", **{"as": "docx"}).status_code == 422


@pytest.mark.django_db(databases="__all__")
def test_the_day_of_registration_is_that_of_the_place(world, broker):  # noqa: F811
    declaration = released(world)
    # half past eleven at night by UTC is after midnight at Debdeb
    Declaration.objects.filter(pk=declaration.pk).update(registered_at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    answer = broker.get(f"/{declaration.key}/answer", **{"as": "cusres"})
    assert re.search(rb"RFF\+ABT:[^']+'DTM\+137:20261123:102'", answer.content)


@pytest.mark.django_db(databases="__all__")
def test_a_refused_declaration_is_answered_with_the_reason_of_the_office(world, broker):  # noqa: F811
    declaration = in_lane(world, "yellow")
    commands.refuse(world.officers["registrar"], declaration.key, reason="sans facture", at=NOON)
    answer = broker.get(f"/{declaration.key}/answer", **{"as": "cusres"})
    assert b"BGM+963+" in answer.content
    assert b"FTX+ACB+++sans facture+FR'" in answer.content
