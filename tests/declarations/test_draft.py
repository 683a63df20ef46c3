"""Drafts: kept while they are written, without legal effect; and the reading of a date that has two."""

from datetime import date, timedelta

import pytest

from mabar.base.keys import new_key
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.declarations import commands, queries, rules, sad
from mabar.declarations.models import DateReading, Draft
from mabar.declarations.sad_parts import AttachedDocument, Reference
from tests.declarations.desk import DEB, lodge, verbs
from tests.declarations.records import import_record, item
from tests.world import NOON


def save(world, key=None, **facts):
    actor = facts.pop("actor", world.broker)
    facts = {"record": import_record(), "place": DEB, "step": "header", "at": NOON, **facts}
    return commands.save_draft(actor, key or new_key(NOON), **facts)


def test_a_draft_is_saved_again_and_again_under_its_key(world):
    draft = save(world)
    again = save(world, draft.key, record=import_record("T-2"), step="items", at=NOON + timedelta(hours=1), version=1)
    assert (again.version, again.step, again.saved_at) == (2, "items", NOON + timedelta(hours=1))
    assert sad.loads(Draft.objects.get().record).declarant_reference == "T-2"
    assert str(again) == draft.key
    assert verbs(draft.key) == ["declarations.save_draft"] * 2


def test_two_of_a_house_at_once_the_second_reads_again(world):
    draft = save(world)
    save(world, draft.key, version=1)
    with pytest.raises(rules.OutOfTurn):
        save(world, draft.key, version=1)


def test_a_draft_is_of_its_house_alone(world):
    draft = save(world)
    with pytest.raises(NoSuchRecord):
        save(world, draft.key, actor=world.rival)
    for act in (
        lambda: commands.drop_draft(world.rival, draft.key, at=NOON),
        lambda: commands.choose_reading(world.rival, draft.key, path="x", chosen=date(2026, 1, 1), at=NOON),
        lambda: queries.draft(world.rival, draft.key),
    ):
        with pytest.raises(NoSuchRecord):
            act()
    assert queries.drafts(world.rival) == []
    assert [each.key for each in queries.drafts(world.broker)] == [draft.key]
    row, record = queries.draft(world.broker, draft.key)
    assert (row.step, row.place, row.version) == ("header", DEB, 1)
    assert sad.loads(record) == import_record()


def test_what_is_lodged_is_no_draft_any_more(world):
    draft = save(world)
    lodge(world, key=draft.key)
    with pytest.raises(rules.OutOfTurn):
        save(world, draft.key)


def test_a_draft_needs_a_place_and_a_mandate(world):
    with pytest.raises(NoSuchRecord):
        save(world, place="dz.nowhere")
    with pytest.raises(NotMandated):
        save(world, actor=world.officers["inspector"])
    assert not Draft.objects.exists()


def test_a_draft_is_dropped(world):
    draft = save(world)
    commands.drop_draft(world.broker, draft.key, at=NOON)
    assert not Draft.objects.exists()
    assert verbs(draft.key)[-1] == "declarations.drop_draft"


def doubtful():
    documents = (AttachedDocument(code="380", reference="INV-1"), AttachedDocument(code="271"))
    goods = item(documents=documents, verbatim={"documents[1].on": "03/04/26", "price": "1,500"})
    return import_record(
        items=(item(1), goods),
        registration=Reference(number="7"),
        declared_on=None,
        verbatim={"declared_on": "4/5/26", "registration.on": "6/7/26", "manifest_reference": "4/5/26"},
    )


def test_open_dates_are_told_with_both_readings():
    told = queries.open_dates(doubtful())
    assert [(each.path, each.text, each.readings) for each in told] == [
        ("declared_on", "4/5/26", ("2026-04-05", "2026-05-04")),
        ("registration.on", "6/7/26", ("2026-06-07", "2026-07-06")),
        ("items[1].documents[1].on", "03/04/26", ("2026-03-04", "2026-04-03")),
    ]
    assert queries.open_dates(import_record(verbatim={"declared_on": "32/13/26"})) == []


def test_chosen_one_by_one_the_draft_can_be_lodged(world):
    draft = save(world, record=doubtful())
    with pytest.raises(rules.OpenDates):
        lodge(world, doubtful())
    for path, chosen in [
        ("declared_on", date(2026, 4, 5)),
        ("registration.on", date(2026, 6, 7)),
        ("items[1].documents[1].on", date(2026, 4, 3)),
    ]:
        commands.choose_reading(world.broker, draft.key, path=path, chosen=chosen, at=NOON)
    record = sad.loads(Draft.objects.get().record)
    assert (record.declared_on, record.registration.on) == ("2026-04-05", "2026-06-07")
    assert record.registration.number == "7"
    assert [each.on for each in record.items[1].documents] == [None, "2026-04-03"]
    assert (record.verbatim, record.items[1].verbatim) == ({"manifest_reference": "4/5/26"}, {"price": "1,500"})
    readings = DateReading.objects.order_by("pk")
    assert next((each.path, each.verbatim, each.by) for each in readings) == ("declared_on", "4/5/26", "broker-oasis")
    assert str(readings[0]) == "declared_on: 2026-04-05"
    assert verbs(draft.key)[-1] == "declarations.choose_reading"


@pytest.mark.parametrize(
    ("path", "chosen"),
    [("declared_on", date(2026, 4, 6)), ("manifest_reference", date(2026, 4, 5)), ("nothing", date(2026, 4, 5))],
)
def test_a_day_that_the_text_cannot_mean_is_not_chosen(world, path, chosen):
    draft = save(world, record=doubtful())
    with pytest.raises(rules.NotAReading):
        commands.choose_reading(world.broker, draft.key, path=path, chosen=chosen, at=NOON)
    assert not DateReading.objects.exists()


def test_who_is_of_no_house_has_his_own_drafts(world):
    draft = save(world, actor=world.node)
    assert [each.key for each in queries.drafts(world.node)] == [draft.key]
    assert queries.drafts(world.broker) == []


def test_a_draft_amends_no_declaration_of_another_house(world):
    lodged = lodge(world)
    with pytest.raises(NoSuchRecord):
        save(world, actor=world.rival, amends=lodged.key)
    assert not Draft.objects.exists()
    assert save(world, amends=lodged.key).amends_id == lodged.key
