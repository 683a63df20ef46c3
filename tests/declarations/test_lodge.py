"""Lodging: judged, numbered and sent to a lane in one act, or refused with nothing stored."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from mabar.base.keys import new_key
from mabar.base.models import JournalFacts, JournalLine
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.declarations import commands, rules, sad
from mabar.declarations.models import Declaration, Draft, Item, LaneDraw, Series, Version
from mabar.declarations.sad_parts import Amount, Reference, Source
from mabar.exchange import kinds
from mabar.exchange.models import Outgoing
from tests.declarations.desk import DEB, fresh, lodge, verbs
from tests.declarations.records import SEED, export_record, import_record, item
from tests.world import NOON


def test_a_lodged_declaration_has_a_number_a_lane_and_its_whole_record(world):
    record = import_record()
    declaration = lodge(world, record)
    assert (declaration.state, declaration.lane) == ("lane_assigned", "green")
    assert declaration.number == "DZDEB-2026-C-000001"
    assert (declaration.firm, declaration.lodged_by) == (world.broker.firm, world.broker.key)
    assert (declaration.items_count, declaration.packages) == (2, 20)
    assert (declaration.gross_mass_g, declaration.net_mass_g) == (1_000_000, 960_000)
    assert (declaration.invoice_minor, declaration.currency) == (2_400_000, "EUR")
    assert (declaration.consignee, declaration.exporter) == ("Sahra Irrigation", "Ponente Pompe")
    assert (declaration.lodged_at, declaration.registered_at, declaration.lane_at) == (NOON, NOON, NOON)
    assert sad.loads(Version.objects.get().record) == record
    assert [each.hs_code for each in declaration.items.order_by("number")] == ["84137000", "84137000"]
    assert LaneDraw.objects.get().by == "node"


def test_three_lines_tell_who_lodged_and_what_the_node_did(world):
    declaration = lodge(world)
    assert verbs(declaration.key) == ["declarations.lodge", "declarations.register", "declarations.draw_lane"]
    lodged, registered, drawn = JournalLine.objects.order_by("pk")
    assert (lodged.actor, registered.actor, drawn.actor) == (world.broker.key, "node", "node")
    assert {line.place for line in (lodged, registered, drawn)} == {DEB}
    assert declaration.number in registered.facts.body
    assert f'"seed":"{SEED}"' in drawn.facts.body


def test_the_journal_names_no_party(world):
    lodge(world)
    told = "".join(JournalFacts.objects.values_list("body", flat=True))
    assert "Sahra" not in told
    assert "Ponente" not in told


def test_the_same_content_is_the_same_declaration_whatever_file_it_came_in(world):
    first = lodge(world)
    again = lodge(world, import_record(source=Source(format="csv")), source=commands.Source("f" * 64, "b.csv", "csv"))
    assert again.key == first.key
    assert Declaration.objects.count() == Version.objects.count() == 1
    assert JournalLine.objects.count() == 3


def test_what_was_lodged_in_an_older_version_is_still_that_declaration(world):
    first = lodge(world)
    amended = import_record(comments="seen again")
    commands.amend(world.broker, first.key, record=amended, seed=SEED, at=NOON)
    assert lodge(world).key == first.key
    assert lodge(world, amended).key == first.key


def test_another_house_or_place_or_a_dead_declaration_does_not_hinder(world):
    first = lodge(world)
    assert lodge(world, actor=world.rival).key != first.key
    assert lodge(world, place="ly.ghadames").key != first.key
    commands.cancel(world.officers["registrar"], first.key, reason="goods not shipped", at=NOON)
    assert lodge(world).key != first.key


def test_a_draft_ends_when_it_is_lodged_under_its_key(world):
    key = new_key(NOON)
    commands.save_draft(world.broker, key, record=import_record(), place=DEB, step="items", at=NOON)
    assert lodge(world, key=key).key == key
    assert not Draft.objects.exists()


def test_a_key_is_used_once(world):
    first = lodge(world)
    with pytest.raises(rules.OutOfTurn):
        lodge(world, export_record(), key=first.key)
    assert Declaration.objects.count() == 1


def test_numbers_follow_each_other_and_begin_anew_with_the_year_of_the_place(world):
    # an hour before midnight in UTC is the new year at Debdeb already
    eve = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    numbers = [lodge(world, import_record(f"T-{n}"), at=at).number for n, at in enumerate([NOON, NOON, eve])]
    assert numbers == ["DZDEB-2026-C-000001", "DZDEB-2026-C-000002", "DZDEB-2027-C-000001"]
    assert lodge(world, import_record("T-9"), place="ly.ghadames").number == "LYGHA-2026-C-000001"


BAD = {
    "a template": (import_record(form="template"), rules.NotAWholeDeclaration),
    "no items": (import_record(items=()), rules.NotAWholeDeclaration),
    "no direction": (import_record(flow=None), rules.RegimeNotStated),
    "an open date": (import_record(declared_on=None, verbatim={"declared_on": "4/5/26"}), rules.OpenDates),
    "an unknown code": (import_record(items=(item(commodity_code="84989999"),)), rules.RefusedByChecks),
    "negative packages": (import_record(package_count=-20), (rules.RefusedByChecks, rules.FigureOutOfRange)),
    "a mass of a mountain range": (
        import_record(items=(item(gross_mass_g=10**18),)),
        (rules.RefusedByChecks, rules.FigureOutOfRange),
    ),
    "a price beyond any column": (
        import_record(items=(item(price=Amount(10**30, "EUR")),)),
        (rules.RefusedByChecks, rules.FigureOutOfRange),
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_record_is_refused_and_nothing_is_stored(world, name):
    record, refusal = BAD[name]
    with pytest.raises(refusal):
        lodge(world, record)
    for table in (Declaration, Item, Version, LaneDraw, Series, JournalLine):
        assert not table.objects.exists(), table


def test_net_above_gross_of_the_whole_is_refused(world):
    record = import_record()
    light = replace(record, valuation=replace(record.valuation, gross_mass_g=900_000))
    with pytest.raises((rules.NetAboveGross, rules.RefusedByChecks)):
        lodge(world, light)


def test_only_who_holds_the_mandate_lodges_and_only_at_a_place_of_the_node(world):
    for actor in (world.stranger, world.officers["inspector"], world.across["registrar"]):
        with pytest.raises(NotMandated):
            lodge(world, actor=actor)
    with pytest.raises(NoSuchRecord):
        lodge(world, place="dz.nowhere")
    assert lodge(world, actor=world.officers["registrar"]).firm is None


def test_many_are_lodged_a_hundred_a_transaction_each_whole_or_refused_by_name(world):
    records = [import_record(f"T-{n}") for n in range(120)]
    records[7] = import_record("T-7", flow=None)
    records[110] = records[3]
    outcomes = list(commands.lodge_many(world.broker, entries(records), place=DEB, at=NOON))
    assert [n for n, each in enumerate(outcomes) if each.refusal] == [7]
    assert isinstance(outcomes[7].refusal, rules.RegimeNotStated)
    assert outcomes[110].key == outcomes[3].key
    assert not outcomes[110].is_new
    assert Declaration.objects.count() == 118
    assert Item.objects.count() == 236
    assert Series.objects.get().next_serial == 119
    assert JournalLine.objects.count() == 3 * 118


def entries(records):
    return [commands.Entry(new_key(NOON), record, SEED) for record in records]


def test_lodging_many_again_changes_nothing(world):
    records = [import_record(f"T-{n}") for n in range(5)]
    first = list(commands.lodge_many(world.broker, entries(records), place=DEB, at=NOON))
    lines = JournalLine.objects.count()
    again = list(commands.lodge_many(world.broker, entries(records), place=DEB, at=NOON + timedelta(hours=1)))
    assert [each.key for each in again] == [each.key for each in first]
    assert not any(each.is_new for each in again)
    assert JournalLine.objects.count() == lines
    assert Declaration.objects.count() == 5


def test_nothing_to_lodge_lodges_nothing(world):
    assert list(commands.lodge_many(world.broker, [], place=DEB, at=NOON)) == []


class PowerCut(BaseException):
    """The machine stops here."""


@pytest.mark.parametrize(
    "table", ["declarations_item", "declarations_version", "base_journalline", "base_journalfacts"]
)
def test_a_power_cut_in_the_middle_leaves_nothing(world, table):
    def cut(execute, sql, params, many, context):
        if sql.startswith(f'INSERT INTO "{table}"'):
            raise PowerCut
        return execute(sql, params, many, context)

    with pytest.raises(PowerCut), connection.execute_wrapper(cut):
        lodge(world)
    for stored in (Declaration, Item, Version, LaneDraw, Series, JournalLine):
        assert not stored.objects.exists(), stored


def test_the_database_itself_keeps_one_living_declaration_of_a_content(world):
    first = lodge(world)
    second = lodge(world, export_record())
    with pytest.raises(IntegrityError), transaction.atomic():
        Declaration.objects.filter(key=second.key).update(content_digest=first.content_digest)


def test_upstairs_is_told_once_a_batch_where_somebody_listens(world, monkeypatch, django_capture_on_commit_callbacks):
    from mabar.declarations.messages import Lodged

    lodge(world)
    assert not Outgoing.objects.exists()
    heard = []
    monkeypatch.setattr(kinds, "_openers", {**kinds._openers, Lodged.KIND: (Lodged, [lambda m, at: heard.append(m)])})
    with django_capture_on_commit_callbacks(execute=True):
        outcomes = list(
            commands.lodge_many(world.broker, entries([import_record("A"), import_record("B")]), place=DEB, at=NOON)
        )
    assert heard == [Lodged(DEB, tuple(each.key for each in outcomes), NOON)]


def test_under_the_national_register_lodged_means_lodged_there(world):
    national(world)
    record = import_record(
        registration=Reference(serial="C", number="4711", on="2026-11-19"), claimed_state="registered"
    )
    declaration = lodge(world, record, source=commands.Source("a" * 64, "sad.xml", "asycuda"))
    assert (declaration.state, declaration.number, declaration.lane) == ("lodged", "", "")
    assert (declaration.national_system, declaration.national_reference) == ("ALCES", "C 4711")
    assert (str(declaration.national_on), declaration.claimed_state) == ("2026-11-19", "registered")
    assert (declaration.received_from, declaration.received_at) == ("sad.xml", NOON)
    assert not declaration.is_provisional
    assert not Series.objects.exists()
    assert verbs(declaration.key) == ["declarations.lodge"]


def test_without_its_reference_it_is_provisional(world):
    national(world)
    declaration = lodge(world)
    assert declaration.is_provisional
    assert declaration.received_from == world.broker.key


def national(world, **facts):
    from datetime import date

    stated = {"keeper": "national", "system": "ALCES", "from_on": date(2026, 11, 22), "at": NOON, **facts}
    return commands.change_register(world.officers["node_administrator"], DEB, **stated)


def test_texts_longer_than_a_column_are_cut_in_lists_and_whole_in_the_record(world):
    long = item(description="مضخة " * 400)
    declaration = lodge(world, import_record(items=(long,)))
    assert len(declaration.items.get().description) <= 1000
    assert sad.loads(Version.objects.get().record).items[0].description == "مضخة " * 400


def test_a_declaration_is_called_by_its_number_its_national_reference_or_its_key(world):
    declaration = lodge(world)
    assert str(declaration) == declaration.number
    declaration.number = ""
    assert str(declaration) == declaration.key
    declaration.national_reference = "C 1"
    assert str(declaration) == "C 1"
    assert fresh(declaration).number
