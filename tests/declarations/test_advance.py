"""An export released at Debdeb is a draft of import at Ghadames before its truck is there, and claimed once."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from mabar.base import sealer
from mabar.base.keys import new_key
from mabar.base.models import Actor, JournalLine
from mabar.base.rules import NotMandated
from mabar.crossings import advance_study
from mabar.crossings import commands as crossings
from mabar.crossings import queries as trucks
from mabar.crossings.queries import advance_share as came
from mabar.crossings.rules import NotAcross, advance_share
from mabar.crossings.rules.counting import Count
from mabar.crossings.rules.release_times import period
from mabar.declarations import advances, commands, inbox, inheriting, queries, rules, sad
from mabar.declarations.messages import Advance as Told
from mabar.declarations.models import Advance, Declaration, Draft
from mabar.declarations.sad_parts import Amount
from mabar.exchange.inbox import open_waiting
from mabar.exchange.models import Outgoing, Partner
from tests.crossings import km0, yard
from tests.declarations.advancing import KEY, PLATE, REFERENCE, arrive, draft_of, export, message
from tests.declarations.desk import assessed, fresh, pay
from tests.declarations.records import SEED
from tests.world import NOON

HERE = "ly.ghadames"
HOUR = timedelta(hours=1)


@pytest.fixture
def across(world):
    """Ghadames as this node's own crossing, which faces Debdeb."""
    crossings.establish(world.node, HERE, gates=2, at=NOON - HOUR)
    return world


@pytest.fixture
def partner(world):
    """Ghadames as a partner's crossing."""
    yard.open_yard(world)
    from mabar.crossings.models import Crossing

    Crossing.objects.filter(place=HERE).delete()
    Partner.objects.create(code=HERE, since_at=NOON)
    return world


def record_of(draft: Draft):
    return sad.loads(Draft.objects.get(key=draft.key).record)


def save(actor: Actor, draft: Draft, record, **more):
    return commands.save_draft(actor, draft.key, record=record, place=HERE, step="items", at=NOON + HOUR, **more)


def claim(actor: Actor, reference=REFERENCE, proof=PLATE):
    return commands.claim_advance(actor, reference, proof=proof, at=NOON + HOUR)


def states(draft: Draft) -> dict[str, str]:
    return {path: each["state"] for path, each in Draft.objects.get(key=draft.key).inherited.items()}


# What Debdeb sends


def told() -> list[dict]:
    rows = Outgoing.objects.filter(kind=Told.KIND).order_by("pk")
    return [json.loads(row.body) for row in rows]


def settled_export(world, reference="X-1"):
    record = replace(export(), declarant_reference=reference)
    key = new_key(NOON)
    declaration = commands.lodge(world.broker, key, record=record, place="dz.debdeb", seed=SEED, at=NOON)
    if declaration.lane == "yellow":
        commands.check_documents(world.officers["examiner"], key, at=NOON)
    commands.assess(world.officers["assessor"], key, amount_minor=250_000, currency="DZD", at=NOON)
    return pay(world, fresh(declaration))


def test_a_release_leaves_the_message_in_its_own_transaction(partner) -> None:
    declaration = settled_export(partner)
    if declaration.state != "released":
        declaration = commands.release(partner.officers["release_officer"], declaration.key, at=NOON)
    (message_,) = told()
    row = Outgoing.objects.get(kind=Told.KIND)
    assert (row.address, row.purpose, row.urgency, row.subject) == (HERE, "advance-cargo", 2, declaration.key)
    assert row.expires_at - row.left_at == timedelta(days=7)
    assert (message_["declaration"], message_["reference"]) == (declaration.key, str(declaration))
    assert (message_["state"], message_["place"]) == ("released", "dz.debdeb")
    assert len(message_["record"]["items"]) == 2
    assert "payment" not in message_["record"]


def test_a_truck_attached_after_the_release_is_told_of(partner) -> None:
    declaration = settled_export(partner)
    if declaration.state != "released":
        commands.release(partner.officers["release_officer"], declaration.key, at=NOON)
    declaration = fresh(declaration)
    truck = yard.announce(partner, direction="exit")
    share = {"packages": declaration.packages, "gross_mass_g": declaration.gross_mass_g}
    commands.attach(partner.broker, declaration.key, passage=truck, at=NOON, **share)
    assert [each.get("passages", []) for each in told()] == [[], [{"key": truck, "plate": PLATE}]]


def test_goods_that_change_truck_after_the_release_are_told_of_with_their_new_truck(partner) -> None:
    declaration = settled_export(partner)
    if declaration.state != "released":
        commands.release(partner.officers["release_officer"], declaration.key, at=NOON)
    declaration = fresh(declaration)
    unloaded, onward = yard.announce(partner, direction="exit"), km0.empty(partner)
    share = {"packages": declaration.packages, "gross_mass_g": declaration.gross_mass_g}
    commands.attach(partner.broker, declaration.key, passage=unloaded, at=NOON, **share)
    for state in ("queued", "gate_in"):
        yard.step(partner, unloaded, state)
    counted = (Count(declaration.key, **share),)
    key = km0.to(partner, "accepted", unloaded, onward, counted=counted)
    km0.load(partner, key, onward, counted)
    km0.sign(partner, key)
    km0.countersign(partner, key)
    open_waiting(NOON)
    assert [each["plate"] for each in told()[-1]["passages"]] == [km0.ONWARD]


def test_an_import_and_a_neighbour_that_is_no_partner_are_told_of_nothing(partner) -> None:
    declaration = pay(partner, assessed(partner))
    if declaration.state != "released":
        commands.release(partner.officers["release_officer"], declaration.key, at=NOON)
    Partner.objects.all().delete()
    other = settled_export(partner, "X-2")
    if other.state != "released":
        commands.release(partner.officers["release_officer"], other.key, at=NOON)
    assert told() == []


def test_what_the_national_system_releases_is_told_and_what_is_released_no_longer_is_withdrawn(partner) -> None:
    from datetime import date

    from mabar.declarations import telling

    commands.change_register(
        partner.node, "dz.debdeb", keeper="national", system="ALCES", from_on=date(2026, 11, 22), at=NOON
    )
    key = new_key(NOON)
    commands.lodge(partner.broker, key, record=export(), place="dz.debdeb", seed=SEED, at=NOON)
    claim_ = {"reference": "E 12", "on": NOON.date(), "received_from": "ALCES", "at": NOON}
    for state in ("assessed", "released", "released"):
        commands.note_national_state(partner.officers["registrar"], key, claimed=state, **claim_)
    assert [each["state"] for each in told()] == ["released"]
    # no act of today leads out of a release: the day one does, the other side is told
    taken_back = Declaration.objects.get(key=key)
    taken_back.state = "cancelled"
    with transaction.atomic():
        telling.follow(taken_back, before="released", at=NOON)
    assert [each["state"] for each in told()] == ["released", "withdrawn"]
    assert told()[1]["record"] == {}


def test_a_record_beyond_one_message_leaves_its_last_items_out(partner, monkeypatch) -> None:
    from mabar.declarations.queries import across

    monkeypatch.setattr(across, "LARGEST_RECORD", 1_500)
    declaration = settled_export(partner)
    if declaration.state != "released":
        commands.release(partner.officers["release_officer"], declaration.key, at=NOON)
    (message_,) = told()
    assert message_["items_left_out"] == 2 - len(message_["record"]["items"]) > 0


# What Ghadames makes of it


def test_what_came_is_a_draft_of_import_at_once_and_nobodys(across) -> None:
    advance = arrive(message(), more={"from_a_later_version": "kept"})
    draft = draft_of(advance)
    assert (draft.place_id, draft.firm_id, draft.flow, draft.items_count) == (HERE, None, "import", 2)
    assert (advance.partner, advance.reference, advance.age_s) == ("dz.debdeb", REFERENCE, 12)
    assert advance.received_at == NOON
    assert json.loads(advance.record)["record"]["from_a_later_version"] == "kept"
    assert set(states(draft).values()) == {"inherited"}
    assert queries.drafts(across.broker) == []
    assert [each.draft for each in queries.advances([HERE], is_waiting=True)] == [draft.key]
    line = JournalLine.objects.get(verb="declarations.take_advance")
    assert (line.subject, line.place) == (advance.key, HERE)


def test_a_message_about_a_crossing_that_is_not_the_senders_is_refused(across) -> None:
    with pytest.raises(NotAcross):
        arrive(message(), partner="tn.dehiba")
    with pytest.raises(NotAcross):
        arrive(message(place=HERE))
    assert not Advance.objects.exists()


def test_what_has_not_its_form_is_refused_and_leaves_nothing(across) -> None:
    record = message().record
    items = [{**record["items"][0], "gross_mass_g": "heavy"}]
    for told_ in (message(state="lost"), message(record={**record, "items": items}), message(record=["no", "object"])):
        with pytest.raises(rules.AdvanceUnreadable), transaction.atomic():
            arrive(told_)
    assert not Advance.objects.exists()
    assert not Draft.objects.exists()


def test_only_the_node_takes_what_came(across) -> None:
    from mabar.declarations.advances import Arrived

    arrived = Arrived("dz.debdeb", "M", HERE, KEY, "R", "", "released", None, (), 0, {}, "{}", 0)
    for actor in (across.across["registrar"], across.broker):
        with pytest.raises(NotMandated):
            commands.take_advance(actor, new_key(NOON), arrived=arrived, draft=new_key(NOON), at=NOON)


@pytest.mark.parametrize("proof", [PLATE, " 99417 322 33 ", KEY])
def test_a_declarant_claims_by_reference_and_plate_or_key(across, proof) -> None:
    draft = draft_of(arrive(message()))
    claimed = claim(across.broker, proof=proof)
    assert (claimed.key, claimed.firm_id) == (draft.key, "BROKER-OASIS")
    assert [each.key for each in queries.drafts(across.broker)] == [draft.key]
    record = record_of(draft)
    told = record.declarant.name, record.declared_on, record.declarant_reference_year
    assert told == ("Oasis Brokers", "2026-11-22", "2026")
    assert JournalLine.objects.get(verb="declarations.claim_advance").actor == across.broker.key
    assert claim(across.broker).key == draft.key


def test_a_draft_is_claimed_once(across) -> None:
    arrive(message())
    claim(across.broker)
    with pytest.raises(rules.AdvanceClaimed):
        claim(across.rival)
    assert queries.drafts(across.rival) == []
    assert JournalLine.objects.filter(verb="declarations.claim_advance").count() == 1


@pytest.mark.parametrize(
    ("reference", "proof"), [(REFERENCE, "1-2-3"), ("X", PLATE), (REFERENCE, ""), (REFERENCE, "؟")]
)
def test_whoever_does_not_know_both_claims_nothing(across, reference, proof) -> None:
    arrive(message())
    with pytest.raises(rules.NoSuchAdvance):
        claim(across.broker, reference, proof)


def test_an_officer_claims_nothing(across) -> None:
    arrive(message())
    with pytest.raises(NotMandated):
        claim(across.across["registrar"])
    assert not JournalLine.objects.filter(verb="declarations.claim_advance").exists()


# Inherited, changed, confirmed


def with_price(record, minor):
    first = replace(record.items[0], price=Amount(minor, "USD"))
    return replace(record, items=(first, *record.items[1:]))


def test_typing_another_value_makes_it_changed_and_typing_it_back_inherited(across) -> None:
    draft = draft_of(arrive(message()))
    claim(across.broker)
    record = record_of(draft)
    save(across.broker, draft, with_price(record, 5))
    assert states(draft)["items[0].price"] == "changed"
    assert Draft.objects.get(key=draft.key).inherited["items[0].price"]["value"]["minor"] != 5
    save(across.broker, draft, record)
    assert states(draft)["items[0].price"] == "inherited"


def test_what_bears_on_the_duty_is_confirmed_or_changed_before_lodging(across) -> None:
    draft = draft_of(arrive(message()))
    claim(across.broker)
    record = replace(record_of(draft), declarant_reference="MINE-1")

    def lodge(what):
        return commands.lodge(across.broker, draft.key, record=what, place=HERE, seed=SEED, at=NOON + HOUR)

    with pytest.raises(rules.RefusedByChecks) as refused:
        lodge(record)
    assert refused.value.details["codes"] == "G-0802, G-0801"
    save(across.broker, draft, record, confirmed=[each for each in states(draft) if each != "items[1].commodity_code"])
    with pytest.raises(rules.RefusedByChecks):
        lodge(record)
    save(across.broker, draft, record, confirmed=list(states(draft)))
    assert set(states(draft).values()) == {"confirmed"}
    assert lodge(record).key == draft.key
    assert not Draft.objects.exists()


def test_an_item_taken_out_takes_its_values_out_and_leaves_the_others_where_they_are(across) -> None:
    draft = draft_of(arrive(message(export(3))))
    claim(across.broker)
    record = record_of(draft)
    save(across.broker, draft, replace(record, items=record.items[1:]))
    assert not any(path.startswith("items[2]") for path in states(draft))
    assert states(draft)["items[0].commodity_code"] == "inherited"
    assert states(draft)["items[1].price"] == "inherited"


# What is told again


def test_a_second_release_renews_only_what_nobody_has_touched(across) -> None:
    first = export()
    draft = draft_of(arrive(message(first)))
    claim(across.broker)
    record = record_of(draft)
    item = replace(record.items[0], description="as I name it")
    save(across.broker, draft, replace(record, items=(item, record.items[1])), confirmed=["items[1].net_mass_g"])
    goods = [replace(each, net_mass_g=1_000, description="as they name it") for each in first.items]
    again = arrive(message(replace(first, items=tuple(goods))), at=NOON + 2 * HOUR)
    renewed = record_of(draft)
    assert [each.description for each in renewed.items] == ["as I name it", "as they name it"]
    assert [each.net_mass_g for each in renewed.items] == [1_000, record.items[1].net_mass_g]
    now = states(draft)
    assert (now["items[0].description"], now["items[1].description"]) == ("changed", "inherited")
    assert (now["items[0].net_mass_g"], now["items[1].net_mass_g"]) == ("inherited", "changed")
    assert renewed.declarant.name == "Oasis Brokers"
    assert (again.draft, again.claimed_by_id) == (draft.key, "BROKER-OASIS")
    assert Advance.objects.filter(replaced_at=None).get() == again


def test_what_was_confirmed_stays_confirmed_when_the_same_is_told_again(across) -> None:
    draft = draft_of(arrive(message()))
    claim(across.broker)
    save(across.broker, draft, record_of(draft), confirmed=["items[0].price"])
    arrive(message(), at=NOON + 2 * HOUR)
    assert states(draft)["items[0].price"] == "confirmed"


def test_a_second_message_after_lodging_or_dropping_makes_no_second_draft(across) -> None:
    draft = draft_of(arrive(message()))
    claim(across.broker)
    commands.drop_draft(across.broker, draft.key, at=NOON + HOUR)
    arrive(message(), at=NOON + 2 * HOUR)
    assert not Draft.objects.exists()
    with pytest.raises(rules.NoSuchAdvance):
        claim(across.broker)


def withdrawn() -> Told:
    return message(state="withdrawn", released_at=None, passages=(), record={})


def test_a_withdrawal_marks_the_advance_and_warns_on_the_draft(across) -> None:
    draft = draft_of(arrive(message()))
    advance = arrive(withdrawn(), at=NOON + HOUR)
    assert (advance.state, advance.withdrawn_at, advance.draft) == ("withdrawn", NOON + HOUR, draft.key)
    assert Draft.objects.get(key=draft.key).advance == advance.key
    assert record_of(draft).items
    with pytest.raises(rules.AdvanceWithdrawn):
        claim(across.broker)
    again = arrive(message(), at=NOON + 2 * HOUR)
    assert (again.state, again.draft) == ("released", draft.key)
    assert claim(across.broker).key == draft.key


def test_a_withdrawal_of_what_never_came_is_kept_without_a_draft(across) -> None:
    assert arrive(withdrawn()).draft == ""
    assert not Draft.objects.exists()


def test_erasing_leaves_the_instants_and_a_claimed_draft(across) -> None:
    advance = arrive(message())
    other = arrive(message(declaration="01M81EKCW0D00000000000000B", reference="R-2"), at=NOON + HOUR)
    claim(across.broker)
    for each in (advance, other):
        inbox.erase_advance("dz.debdeb", each.message, NOON + 2 * HOUR)
    erased = Advance.objects.get(key=advance.key)
    assert (erased.record, erased.reference, erased.erased_at) == ("", "", NOON + 2 * HOUR)
    assert erased.received_at == NOON
    assert erased.trucks.get().plate == ""
    assert list(Draft.objects.values_list("firm_id", "inherited")) == [("BROKER-OASIS", {})]
    advances.erase("dz.debdeb", "unknown", NOON)


# The arriving truck


def arriving(world, **facts):
    key = yard.announce(world, place=HERE, actor=world.across["yard_officer"], **facts)
    return trucks.passages_by_key([key])


def test_a_truck_is_known_by_the_key_of_its_passage_across_and_else_by_its_plate(across) -> None:
    arrive(message(), at=NOON - HOUR)
    arrive(message(), at=NOON)
    (by_plate,) = arriving(across)
    assert queries.first_received([by_plate]) == {by_plate.key: NOON - HOUR}
    tied = replace(by_plate, origin="01M81EKCW0P00000000000000A", plate="5-990001")
    assert queries.first_received([tied]) == {tied.key: NOON - HOUR}
    assert queries.first_received([replace(tied, origin="01M81EKCW0P00000000000000B")]) == {}
    assert queries.first_received([replace(by_plate, direction="exit")]) == {}
    late = replace(by_plate, announced_at=NOON + timedelta(days=30))
    assert queries.first_received([late]) == {}


def test_paths_and_states_of_inheriting_stand_for_themselves() -> None:
    assert inheriting.pattern_of("items[3].documents[0].code") == "items[].documents[].code"


def test_the_share_of_data_ahead_counts_the_declaration_that_came_before_the_announcement(across) -> None:
    arrive(message(), at=NOON - HOUR)
    arrive(message(), at=NOON - timedelta(minutes=1))  # told again: the first word counts
    for plate in (PLATE, "5-990001"):
        key = yard.announce(across, place=HERE, actor=across.across["yard_officer"], plate=plate)
        yard.step(across, key, "queued", actor=across.across["yard_officer"], at=NOON)
    while sealer.seal(NOON):
        pass
    day = NOON.astimezone(across.ghadames.clock).date()
    from_rows = advance_share.shares(came.arrivals(HERE, *period(day, day, across.ghadames.clock)))
    assert from_rows == advance_study.from_journal(HERE, day, day)
    assert from_rows[0] == advance_share.Share("", 2, 1)
