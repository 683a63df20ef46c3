"""Which papers goods must come with: stated by the administration, missed on the page, never in the way of lodging."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from mabar.base.keys import new_key
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.declarations.models import Declaration
from mabar.declarations.sad_parts import AttachedDocument
from mabar.duties import commands, queries, rules
from mabar.duties.formats import read_requirements, write_requirements
from mabar.duties.models import RequiredPaper
from mabar.duties.rules import Requirement
from tests.declarations.records import export_record, import_record, item
from tests.duties.desk import DEB, cement, lodged
from tests.languages import EACH_LANGUAGE
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
START = date(2026, 1, 1)
HEALTH = Requirement("851", "law 3", START, prefix="08", flow="import", procedure="4")


def require(world, *told, actor=None):
    named = {new_key(NOON): each for each in told or (HEALTH,)}
    officer = actor or world.officers["tariff_officer"]
    return commands.require_papers(officer, new_key(NOON), requirements=named, place=DEB, at=NOON)


def dates(**changed):
    return import_record(items=(item(**{"commodity_code": "08041000", **changed}),))


@pytest.mark.parametrize(
    ("record", "changed", "is_missing"),
    [
        (dates(), {}, True),
        (dates(documents=(AttachedDocument(code="851"),)), {}, False),
        (dates(commodity_code="25232900"), {}, False),
        (dates(procedure_code="7100"), {}, False),
        (dates(), {"origin": "TN"}, False),
        (dates(origin_country="TN"), {"origin": "TN"}, True),
        (dates(), {"from_on": date(2026, 12, 1)}, False),
        (dates(), {"until_on": date(2026, 11, 21)}, False),
        (dates(), {"until_on": date(2026, 11, 22)}, True),
        (replace(export_record(), flow="export"), {}, False),
        (export_record(), {"flow": "", "procedure": ""}, True),
    ],
)
def test_a_paper_is_missed_of_the_goods_that_must_come_with_it(record, changed, is_missing):
    found = rules.missing(record, [replace(HEALTH, **changed)], NOON.date())
    assert [each.items for each in found] == ([(1,)] if is_missing else [])


def test_it_is_told_once_with_all_its_items():
    record = import_record(items=tuple(item(commodity_code="08041000") for _ in range(3)))
    assert [each.items for each in rules.missing(record, [HEALTH], NOON.date())] == [(1, 2, 3)]


def test_requirements_are_stated_and_found_by_goods(world):
    require(world, HEALTH, Requirement("861", "law 4", START))
    assert [each.requirement.paper for each in queries.requirements("dz")] == ["861", "851"]
    assert {each.requirement.paper for each in queries.requirements("dz", prefix="0804")} == {"861", "851"}
    assert {each.requirement.paper for each in queries.requirements("dz", prefix="25")} == {"861"}
    assert queries.requirements("ly") == []


def test_the_same_is_not_required_twice_on_one_day_and_nothing_of_the_act_stays(world):
    require(world)
    with pytest.raises(rules.PaperRequiredBefore):
        require(world, Requirement("861", "law 4", START), replace(HEALTH, from_on=date(2026, 6, 1)))
    assert RequiredPaper.objects.count() == 1


def test_a_requirement_ends_and_another_follows(world):
    (made,) = require(world)
    officer = world.officers["tariff_officer"]
    with pytest.raises(rules.DayBeforeStart):
        commands.end_requirement(officer, made.key, until_on=date(2025, 12, 31), place=DEB, at=NOON)
    commands.end_requirement(officer, made.key, until_on=date(2026, 6, 30), place=DEB, at=NOON)
    require(world, replace(HEALTH, from_on=date(2026, 7, 1), basis="law 5"))
    missing = queries.missing_papers(dates(), "dz", NOON.date())
    assert [each.requirement.basis for each in missing] == ["law 5"]
    with pytest.raises(rules.PaperRequiredBefore):
        commands.end_requirement(officer, made.key, until_on=date(2026, 8, 1), place=DEB, at=NOON)
    with pytest.raises(rules.DayBeforeStart):
        require(world, replace(HEALTH, paper="853", until_on=date(2025, 1, 1)))


def test_only_the_tariff_officer_of_the_administration_states_and_ends(world):
    (made,) = require(world)
    for actor in (world.officers["assessor"], world.across["tariff_officer"], world.broker):
        with pytest.raises(NotMandated):
            require(world, replace(HEALTH, paper="853"), actor=actor)
        with pytest.raises(NotMandated):
            commands.end_requirement(actor, made.key, until_on=NOON.date(), place=DEB, at=NOON)
    with pytest.raises(NoSuchRecord):
        commands.end_requirement(
            world.across["tariff_officer"], made.key, until_on=NOON.date(), place="ly.ghadames", at=NOON
        )


FAULTS = {
    "999X,,,,,2026-01-01,,law": ("unknown", "paper"),
    "851,,,,QQ,2026-01-01,,law": ("unknown", "origin"),
    "851,,sideways,,,2026-01-01,,law": ("word", "flow"),
    "851,08x,,,,2026-01-01,,law": ("digits", "prefix"),
    "851,08,,4x,,2026-01-01,,law": ("digits", "procedure"),
    "851,08,,,,1.1.2026,,law": ("day", "from"),
    "851,08,,,,2026-01-01,2025-01-01,law": ("ends-before", "until"),
    "851,08,,,,2026-01-01,,": ("missing", "basis"),
}


@pytest.mark.parametrize(("line", "fault"), FAULTS.items())
def test_a_table_with_a_fault_is_told_with_its_place(line, fault):
    head = "paper,prefix,flow,procedure,origin,from,until,basis"
    found = read_requirements(f"{head}\n{line}\n".encode()).findings
    assert [(each.code, each.column, each.line) for each in found] == [(*fault, 2)]


papers = st.builds(
    Requirement,
    st.sampled_from(["851", "861"]),
    st.text("abc ,;\"'", min_size=1).map(str.strip).filter(bool),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.text("0123456789", max_size=8),
    st.sampled_from(rules.FLOWS),
    st.text("0123456789", max_size=4),
    st.sampled_from(["", "DZ", "LY"]),
)


@given(st.lists(papers, min_size=1, max_size=5))
def test_what_is_written_reads_as_it_was(told):
    assert read_requirements(write_requirements(told)).requirements == tuple(told)


@pytest.fixture
def enter(client, world):
    cache.clear()

    def as_reader(actor, language="en"):
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_reader


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_page_lists_them_and_the_declaration_misses_them(enter, world, language):
    require(world, Requirement("851", "law 3", START, prefix="2523"))
    client = enter(world.officers["assessor"], language)
    assert b"851" in client.get("/papers-required/?goods=2523").content
    declaration = lodged(world, cement())
    text = client.get(f"/declarations/{declaration.key}/").content.decode()
    assert {"ar": "وثائق ناقصة", "fr": "Documents manquants", "en": "Documents that are missing"}[language] in text


def test_the_officer_states_one_by_form_and_many_by_a_table(enter, world):
    client = enter(world.officers["tariff_officer"])
    typed = {
        "paper": "851",
        "goods": "08",
        "flow": "import",
        "procedure": "4",
        "from_on": "2026-01-01",
        "basis": "law 3",
    }
    assert client.post("/papers-required/one/", typed)["Location"] == "/papers-required/"
    assert queries.requirements("dz")[0].requirement == HEALTH
    again = client.post("/papers-required/one/", typed)
    assert (again.status_code, "PaperRequiredBefore" in again.content.decode()) == (422, True)
    table = client.get("/papers-required/all.csv").content
    assert read_requirements(table).requirements == (HEALTH,)
    faulty = SimpleUploadedFile("papers.csv", table.replace(b"law 3", b""))
    refused = client.post("/papers-required/many/", {"table": faulty})
    assert (refused.status_code, "PapersFaulty" in refused.content.decode()) == (422, True)
    other = SimpleUploadedFile("papers.csv", table.replace(b"851", b"853"))
    assert client.post("/papers-required/many/", {"table": other}).status_code == 302
    key = queries.requirements("dz")[0].key
    assert client.post(f"/papers-required/{key}/end/", {"until_on": "2026-12-31"}).status_code == 302
    assert queries.requirements("dz")[0].requirement.until_on == date(2026, 12, 31)


def test_who_has_no_mandate_states_nothing(enter, world):
    client = enter(world.officers["assessor"])
    typed = {"paper": "851", "from_on": "2026-01-01", "basis": "law 3"}
    assert client.post("/papers-required/one/", typed).status_code == 403
    assert "papers-required/one" not in client.get("/papers-required/").content.decode()


def test_the_day_is_that_of_the_place(enter, world):
    require(world, Requirement("851", "law 3", date(2026, 12, 1), prefix="2523"))
    declaration = lodged(world, cement())
    client = enter(world.officers["assessor"])
    for hour, is_missing in (("2026-11-30T22:30:00Z", False), ("2026-11-30T23:30:00Z", True)):
        Declaration.objects.filter(key=declaration.key).update(lodged_at=hour)
        text = client.get(f"/declarations/{declaration.key}/").content.decode()
        assert ("Documents that are missing" in text) is is_missing
