"""What readers see: lists a page at a time, one declaration whole, counts, and each only his own."""

from dataclasses import fields
from datetime import timedelta

import pytest

from mabar.base import sealer, search
from mabar.base.keys import new_key
from mabar.base.models import Place
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.declarations import commands, finding, queries
from mabar.declarations.models import Declaration
from mabar.declarations.sad_parts import Container, Means, Transit, Transport
from tests.crossings import yard
from tests.declarations.desk import DEB, assessed, examined, in_lane, lodge, released, second_inspector, settled
from tests.declarations.records import SEED, export_record, import_record, item
from tests.declarations.test_register import at_the_counter
from tests.world import NOON


def lodged(world, count, **facts):
    at = facts.pop("at", NOON)
    entries = [
        commands.Entry(new_key(at + timedelta(minutes=n)), import_record(f"T-{n:04}"), SEED) for n in range(count)
    ]
    facts = {"place": DEB, "at": at, **facts}
    return [each.key for each in commands.lodge_many(facts.pop("actor", world.broker), entries, **facts)]


def office(world):
    return queries.scope_of(world.officers["registrar"], NOON)


def house(world):
    return queries.scope_of(world.broker, NOON)


def keys(page):
    return [row.key for row in page.rows]


def test_a_list_goes_page_by_page_newest_first(world):
    made = lodged(world, 7)
    first = queries.list_for(office(world), limit=3)
    second = queries.list_for(office(world), limit=3, after=first.after)
    third = queries.list_for(office(world), limit=3, after=second.after)
    assert keys(first) + keys(second) + keys(third) == made[::-1]
    assert third.after is None
    assert queries.list_for(office(world), limit=7).after is None


def test_several_places_come_as_one_list(world):
    here, there = lodged(world, 3), lodged(world, 3, place="ly.ghadames", at=NOON + timedelta(seconds=30))
    both = queries.Scope(places=("dz.debdeb", "ly.ghadames"))
    assert keys(queries.list_for(both)) == sorted(here + there, reverse=True)
    first = queries.list_for(both, limit=4)
    assert keys(first) + keys(queries.list_for(both, limit=4, after=first.after)) == sorted(here + there, reverse=True)
    many = queries.Scope(places=("dz.debdeb", "ly.ghadames", "dz.x1", "dz.x2", "dz.x3"))
    assert keys(queries.list_for(many)) == sorted(here + there, reverse=True)
    assert keys(queries.list_for(queries.Scope())) == []


def test_a_list_is_narrowed(world):
    yellow = in_lane(world, "yellow")
    exported = lodge(world, export_record())
    there = lodge(world, place="ly.ghadames")
    commands.query(world.officers["examiner"], yellow.key, text="Which?", at=NOON)
    both = queries.Scope(places=("dz.debdeb", "ly.ghadames"))
    for narrowed, expected in [
        ({"lane": "yellow"}, {yellow.key}),
        ({"flow": "export"}, {exported.key}),
        ({"regime": "import"}, {yellow.key, there.key}),
        ({"state": "lane_assigned"}, {yellow.key, exported.key, there.key}),
        ({"state": "paid"}, set()),
        ({"place": "ly.ghadames"}, {there.key}),
        ({"is_queried": True}, {yellow.key}),
    ]:
        assert set(keys(queries.list_for(both, queries.Filters(**narrowed)))) == expected, narrowed


def test_a_declarant_sees_his_firms_papers_alone(world):
    own, others = lodge(world), lodge(world, actor=world.rival)
    assert keys(queries.list_for(house(world))) == [own.key]
    assert queries.row(house(world), own.key).key == own.key
    assert queries.counts_by_state(house(world))["lane_assigned"] == 1
    assert queries.by_reference(house(world), "T-0001") == [queries.row(house(world), own.key)]
    for look in (queries.detail, queries.row, queries.record, queries.findings_of):
        with pytest.raises(NoSuchRecord):
            look(house(world), others.key)
        with pytest.raises(NoSuchRecord):
            look(house(world), "NOBODY")
        assert look(house(world), own.key) is not None


def test_an_officer_sees_the_places_of_his_mandate(world):
    there = lodge(world, place="ly.ghadames")
    assert office(world).places == (DEB,)
    with pytest.raises(NoSuchRecord):
        queries.row(office(world), there.key)
    for actor in (world.stranger, world.officers["police_officer"], world.officers["gate_officer"]):
        with pytest.raises(NotMandated):
            queries.scope_of(actor, NOON)
    assert set(queries.scope_of(world.node, NOON).places) == set(Place.objects.values_list("code", flat=True))


def test_one_declaration_whole_in_eleven_queries_however_much_hangs_on_it(world, django_assert_max_num_queries):
    yard.open_yard(world)
    declaration = lodge(world, import_record(items=tuple(item(n) for n in range(1, 61))))
    head, examiner = world.officers["head_of_inspection"], world.officers["examiner"]
    commands.query(examiner, declaration.key, text="Which model?", at=NOON)
    commands.answer_query(world.broker, declaration.key, answer="Model 3", at=NOON)
    commands.settle_query(examiner, declaration.key, at=NOON)
    commands.change_lane(head, declaration.key, lane="red", reason="seal", at=NOON)
    Declaration.objects.update(is_scan_due=False)
    commands.check_documents(examiner, declaration.key, at=NOON)
    second_inspector(world)
    commands.assign_team(head, declaration.key, seed="s", at=NOON)
    for n in range(3):
        truck = yard.announce(world, plate=f"9941{n}-322-33")
        commands.attach(world.broker, declaration.key, passage=truck, packages=100, gross_mass_g=5_000_000, at=NOON)
        yard.hold(world, truck)
    scope = office(world)
    with django_assert_max_num_queries(11):
        whole = queries.detail(scope, declaration.key)
    assert len(whole.items) == 60
    assert [draw.lane for draw in whole.draws] == ["green", "red"]
    assert (whole.queries[0].answer, whole.open_query) == ("Model 3", None)
    assert len(whole.inspections[0].team) == 2
    assert len(whole.trucks) == len(whole.holds) == 3
    assert (whole.packages_left, whole.gross_mass_left_g) == (300, 15_000_000)
    assert whole.lines[0].verb == "declarations.attach"
    assert whole.lines[-1].verb == "declarations.lodge"
    assert whole.lines[-1].facts["items"] == 60
    assert whole.lines[-1].position is None
    assert [version.number for version in whole.versions] == [1]
    assert (whole.settlements, whole.readings) == ((), ())


def test_a_declarant_reads_the_lines_without_the_offices_facts(world):
    declaration = in_lane(world, "yellow")
    commands.query(world.officers["examiner"], declaration.key, text="Which?", at=NOON)
    whole = queries.detail(house(world), declaration.key)
    assert whole.open_query is not None
    assert {line.verb for line in whole.lines} >= {"declarations.lodge", "declarations.query"}
    assert all(line.facts == {} for line in whole.lines)


def test_a_list_page_takes_as_many_queries_as_places(world, django_assert_max_num_queries):
    lodged(world, 30)
    scope = queries.Scope(places=("dz.debdeb", "ly.ghadames"))
    with django_assert_max_num_queries(2):
        queries.list_for(scope, queries.Filters(state="lane_assigned"), limit=10)
    with django_assert_max_num_queries(1):
        queries.counts_by_state(scope)
    for act, states in {"assess": 4, "inspect": 2, "release": 2, "note_payment": 5}.items():
        with django_assert_max_num_queries(states):
            queries.awaiting(act, DEB)


def test_counts_stop_where_they_help_no_desk(world, monkeypatch):
    from mabar.declarations.queries import lists

    lodged(world, 6)
    settled(world, "yellow", "P-1")
    counts = queries.counts_by_state(office(world))
    assert (counts["lane_assigned"], counts["paid"], counts["closed"]) == (6, 1, 0)
    monkeypatch.setattr(lists, "COUNTED", 3)
    assert queries.counts_by_state(office(world))["lane_assigned"] == 4
    assert queries.counts_by_state(queries.Scope()) == {}


def test_each_desk_finds_what_waits_for_it_oldest_first(world):
    green, yellow, red = (in_lane(world, lane, f"T-{lane}") for lane in ("green", "yellow", "red"))
    checked = examined(world, "yellow", "T-checked")
    paid = settled(world, "yellow", "T-paid")
    due = assessed(world, "yellow", "T-due")

    def waiting(act):
        return keys(queries.awaiting(act, DEB))

    assert waiting("check_documents") == sorted([yellow.key, red.key])
    assert waiting("assess") == sorted([green.key, checked.key])
    assert waiting("note_payment") == [due.key]
    assert waiting("release") == [paid.key]
    assert waiting("inspect") == waiting("note_scan") == waiting("assign_team") == []
    commands.check_documents(world.officers["examiner"], red.key, at=NOON)
    assert waiting("inspect") == waiting("assign_team") == [red.key]
    Declaration.objects.filter(key=red.key).update(is_scan_due=True)
    assert waiting("note_scan") == [red.key]
    commands.query(world.officers["examiner"], red.key, text="Which?", at=NOON)
    assert waiting("note_scan") == []
    assert keys(queries.awaiting("answer_query", DEB)) != []
    with pytest.raises(ValueError, match="sing"):
        queries.awaiting("sing", DEB)


def test_a_desk_reads_its_list_page_by_page(world):
    made = lodged(world, 5)
    first = queries.awaiting("assess", DEB, limit=3)
    assert keys(first) + keys(queries.awaiting("assess", DEB, limit=3, after=first.after)) == made


def test_the_counter_finds_what_waits_for_its_number(world):
    at_the_counter(world)
    declaration = lodge(world)
    assert keys(queries.awaiting("register", DEB)) == [declaration.key]


def test_found_by_any_of_its_references(world):
    declaration = lodge(world)
    for reference in (declaration.number, declaration.key, "T-0001"):
        assert [row.key for row in queries.by_reference(office(world), reference)] == [declaration.key]
    assert queries.by_reference(office(world), "") == []
    assert queries.by_reference(queries.Scope(places=("ly.ghadames",)), declaration.number) == []


def test_the_row_knows_what_can_be_done_next(world):
    row = queries.row(office(world), in_lane(world, "yellow").key)
    assert row.next_check == "check_documents"
    assert {"check_documents", "query", "cancel", "attach"} <= set(row.next_acts)
    assert not row.is_queried
    done = queries.row(office(world), released(world, "yellow", "T-2").key)
    assert (done.next_check, set(done.next_acts)) == (None, {"close", "attach", "reassess"})
    assert done.reference == done.number


def test_the_record_and_its_findings_are_read_as_they_were(world):
    declaration = lodge(world, import_record(comments="mine"))
    assert queries.record(office(world), declaration.key).comments == "mine"
    assert [each.severity for each in queries.findings_of(office(world), declaration.key)] in ([], ["warning"])


def test_a_sealed_line_shows_its_position(world):
    declaration = lodge(world)
    sealer.seal(NOON)
    assert {line.position for line in queries.detail(office(world), declaration.key).lines} == {0, 1, 2}


def test_search_is_told_of_goods_parties_and_every_number(world):
    yard.open_yard(world)
    record = import_record(
        containers=(Container(identity="MSCU1234566"),),
        transit=Transit(seals="DZ 0091874"),
        transport=Transport(border=Means(identity="5-990001")),
        manifest_reference="M-77",
    )
    declaration = lodge(world, record)
    truck = yard.announce(world)
    commands.attach(world.broker, declaration.key, passage=truck, packages=1, gross_mass_g=1, at=NOON)
    told = finding.describe([declaration.key, "NOBODY"])
    assert list(told) == [declaration.key]
    entry = told[declaration.key]
    assert isinstance(entry, search.Entry)
    assert (entry.kind, entry.title, entry.place) == ("declarations.declaration", declaration.number, DEB)
    assert (entry.owner, entry.happened_at) == ("BROKER-OASIS", NOON)
    assert "مضخات مياه كهربائية" in entry.text
    assert "Sahra Irrigation" in entry.text
    assert {"MSCU1234566", "DZ 0091874", "5-990001", "M-77", "T-0001", declaration.number, yard.PLATE} <= set(
        entry.identifiers
    )


def test_search_reads_the_newest_version(world):
    declaration = lodge(world)
    amended = import_record(items=(item(description="أنابيب فولاذية"),))
    commands.amend(world.broker, declaration.key, record=amended, seed=SEED, at=NOON)
    assert "أنابيب" in finding.describe([declaration.key])[declaration.key].text


def test_rows_are_frozen_and_name_every_column_that_a_page_shows(world):
    row = queries.row(office(world), lodge(world).key)
    columns = {field.attname.removesuffix("_id") for field in Declaration._meta.concrete_fields}
    assert {each.name for each in fields(row)} == columns - {"content_digest"}
