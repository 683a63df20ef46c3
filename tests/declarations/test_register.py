"""The register: our own series without gaps, the national system's claims, and who registers from which day on."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import queries as trucks
from mabar.declarations import commands, keepers, rules
from mabar.declarations.models import Declaration, Register, Series, VoidSerial
from tests.crossings import yard
from tests.declarations.desk import DEB, fresh, lodge, verbs
from tests.declarations.records import SEED, export_record, import_record
from tests.declarations.test_lodge import national
from tests.standing import cast
from tests.world import NOON

TODAY = date(2026, 11, 22)


def at_the_counter(world, **facts):
    stated = {"keeper": "mabar", "from_on": TODAY, "is_at_once": False, "office": "DZ30A", "at": NOON, **facts}
    return commands.change_register(world.officers["node_administrator"], DEB, **stated)


def test_at_the_counter_a_registrar_numbers_and_draws(world):
    at_the_counter(world)
    declaration = lodge(world)
    assert (declaration.state, declaration.number) == ("lodged", "")
    registrar = world.officers["registrar"]
    assert commands.register(registrar, declaration.key, at=NOON).number == "DZ30A-2026-C-000001"
    assert fresh(declaration).state == "registered"
    drawn = commands.draw_lane(registrar, declaration.key, seed=SEED, at=NOON)
    assert (drawn.state, drawn.lane, drawn.lane_at) == ("lane_assigned", "green", NOON)
    assert drawn.lane_draws.get().by == registrar.key
    assert verbs(declaration.key) == ["declarations.lodge", "declarations.register", "declarations.draw_lane"]


def test_a_number_given_late_stands_on_the_trucks_too(world):
    at_the_counter(world)
    yard.open_yard(world)
    declaration, truck = lodge(world), yard.announce(world)
    commands.attach(world.broker, declaration.key, passage=truck, packages=20, gross_mass_g=1_000_000, at=NOON)
    (link,) = trucks.passages_of(declaration.key)
    assert not link.share.is_numbered
    commands.register(world.officers["registrar"], declaration.key, at=NOON)
    (link,) = trucks.passages_of(declaration.key)
    assert (link.share.is_numbered, link.share.reference) == (True, "DZ30A-2026-C-000001")
    assert verbs(truck)[-1] == "crossings.note_number"


def test_the_reference_of_the_national_system_stands_on_the_trucks_too(world):
    yard.open_yard(world)
    national(world)
    declaration, truck = lodge(world), yard.announce(world)
    commands.attach(world.broker, declaration.key, passage=truck, packages=20, gross_mass_g=1_000_000, at=NOON)
    said = {"reference": "C 4711", "on": TODAY, "received_from": "ASYCUDA World", "at": NOON}
    commands.note_national_state(world.officers["registrar"], declaration.key, claimed="registered", **said)
    (link,) = trucks.passages_of(declaration.key)
    assert link.share.reference == "C 4711"
    commands.note_national_state(world.officers["registrar"], declaration.key, claimed="assessed", **said)
    assert verbs(truck).count("crossings.note_number") == 1


def test_a_declaration_is_numbered_once(world):
    declaration = lodge(world)
    for act in (
        lambda: commands.register(world.officers["registrar"], declaration.key, at=NOON),
        lambda: commands.draw_lane(world.officers["registrar"], declaration.key, seed=SEED, at=NOON),
    ):
        with pytest.raises(rules.OutOfTurn):
            act()
    assert Series.objects.get().next_serial == 2


def test_only_a_registrar_of_the_place_registers(world):
    at_the_counter(world)
    declaration = lodge(world)
    for actor in (world.officers["assessor"], world.across["registrar"], world.broker):
        with pytest.raises(NotMandated):
            commands.register(actor, declaration.key, at=NOON)
        with pytest.raises(NotMandated):
            commands.draw_lane(actor, declaration.key, seed=SEED, at=NOON)


def test_a_refused_registration_takes_no_serial(world):
    at_the_counter(world)
    declaration = lodge(world)
    with pytest.raises(rules.OutOfTurn):
        commands.register(world.officers["registrar"], declaration.key, at=NOON, version=99)
    assert not Series.objects.exists()


def test_a_void_serial_is_explained_and_never_given_again(world):
    lodge(world)
    void = commands.void_serial(world.officers["registrar"], DEB, explanation="form spoilt", at=NOON)
    assert str(void) == "DZDEB-2026-C-000002"
    assert lodge(world, export_record()).number == "DZDEB-2026-C-000003"
    with pytest.raises(rules.NothingSaid):
        commands.void_serial(world.officers["registrar"], DEB, explanation=" ", at=NOON)
    with pytest.raises(NotMandated):
        commands.void_serial(world.officers["assessor"], DEB, explanation="form spoilt", at=NOON)
    with pytest.raises(NoSuchRecord):
        commands.void_serial(world.node, "dz.nowhere", explanation="form spoilt", at=NOON)
    assert VoidSerial.objects.count() == 1


class TestSeries(TestCase):
    """The series is dense: whatever is lodged, voided or refused in between, no serial is missing or given twice."""

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.sampled_from(["lodge", "void", "refused", "cancel"]), max_size=8))
    def test_each_serial_is_borne_or_void(self, acts):
        world = cast()
        for number, act in enumerate(acts):
            if act == "void":
                commands.void_serial(world.officers["registrar"], DEB, explanation="spoilt", at=NOON)
            elif act == "refused":
                with pytest.raises(rules.RegimeNotStated):
                    lodge(world, import_record(f"T-{number}", flow=None))
            else:
                declaration = lodge(world, import_record(f"T-{number}"))
                if act == "cancel":
                    commands.cancel(world.officers["registrar"], declaration.key, reason="withdrawn", at=NOON)
        borne = set(Declaration.objects.values_list("number", flat=True))
        void = {str(each) for each in VoidSerial.objects.all()}
        taken = sum(act != "refused" for act in acts)
        assert borne | void == {rules.number_of("DZDEB", 2026, "C", n) for n in range(1, taken + 1)}
        assert not borne & void


def test_serials_are_taken_in_blocks(world):
    assert keepers.take_serials("DZDEB", 2026, "C", 5) == 1
    assert keepers.take_serials("DZDEB", 2026, "C", 2) == 6
    assert keepers.take_serials("DZDEB", 2027, "C", 1) == 1
    assert [str(each) for each in Series.objects.order_by("year")] == ["DZDEB-2026-C", "DZDEB-2027-C"]


def test_a_place_states_who_registers_from_a_day_on_for_new_declarations_only(world):
    before = lodge(world)
    national(world, flow="export", from_on=TODAY + timedelta(days=1))
    assert lodge(world, export_record()).register == "mabar"
    tomorrow = NOON + timedelta(days=1)
    assert lodge(world, export_record("X-2"), at=tomorrow).register == "national"
    assert lodge(world, import_record("T-2"), at=tomorrow).register == "mabar"
    assert fresh(before).register == "mabar"


def test_a_statement_of_the_same_day_takes_the_place_of_the_one_before(world):
    national(world)
    at_the_counter(world)
    stated = Register.objects.get()
    assert (stated.keeper, stated.system, str(stated)) == ("mabar", "", "dz.debdeb * *: mabar")


def test_a_register_is_changed_by_the_administrator_alone_and_never_backwards(world):
    with pytest.raises(rules.RegisterInThePast):
        national(world, from_on=TODAY - timedelta(days=1))
    with pytest.raises(rules.RegisterUnfit):
        national(world, system="")
    with pytest.raises(NotMandated):
        commands.change_register(world.officers["registrar"], DEB, keeper="mabar", from_on=TODAY, at=NOON)
    with pytest.raises(NoSuchRecord):
        commands.change_register(world.node, "dz.nowhere", keeper="mabar", from_on=TODAY, at=NOON)
    assert not Register.objects.exists()


def claim(world, declaration, claimed, **facts):
    told = {"reference": "C 4711", "on": TODAY, "received_from": "ALCES, by post", "at": NOON, **facts}
    return commands.note_national_state(world.officers["registrar"], declaration.key, claimed=claimed, **told)


def test_the_claimed_state_moves_the_declaration_by_the_reference_alone(world):
    national(world)
    declaration = lodge(world)
    for claimed, state, stamp in [
        ("registered", "registered", "registered_at"),
        ("assessed", "assessed", "assessed_at"),
        ("receipted", "paid", "settled_at"),
        ("released", "released", "released_at"),
    ]:
        moved = claim(world, declaration, claimed)
        assert (moved.state, moved.claimed_state, getattr(moved, stamp)) == (state, claimed, NOON)
    assert (moved.national_reference, moved.national_on, moved.number) == ("C 4711", TODAY, "")
    assert not moved.is_provisional


def test_a_claim_received_again_changes_no_stamp(world):
    national(world)
    declaration = lodge(world)
    claim(world, declaration, "registered")
    again = claim(world, declaration, "registered", at=NOON + timedelta(hours=1))
    assert (again.registered_at, again.received_at) == (NOON, NOON + timedelta(hours=1))


@pytest.mark.parametrize("facts", [{"reference": ""}, {"received_from": " "}])
def test_a_claim_without_reference_or_sender_is_none(world, facts):
    national(world)
    declaration = lodge(world)
    with pytest.raises(rules.NothingSaid):
        claim(world, declaration, "registered", **facts)
    assert fresh(declaration).state == "lodged"


def test_each_keeps_to_his_register(world):
    ours = lodge(world)
    with pytest.raises(rules.RegisteredHere):
        claim(world, ours, "registered")
    national(world)
    theirs = lodge(world, export_record())
    with pytest.raises(rules.LodgedInNationalSystem):
        commands.register(world.officers["registrar"], theirs.key, at=NOON)
    with pytest.raises(NotMandated):
        commands.note_national_state(
            world.broker, theirs.key, claimed="released", reference="C 1", on=TODAY, received_from="me", at=NOON
        )


def test_released_there_clears_the_trucks_here_unless_one_is_held(world):
    yard.open_yard(world)
    national(world)
    declaration = lodge(world)
    truck = yard.announce(world)
    commands.attach(world.broker, declaration.key, passage=truck, packages=20, gross_mass_g=1_000_000, at=NOON)
    hold = yard.hold(world, truck)
    with pytest.raises(rules.HeldTrucks):
        claim(world, declaration, "released")
    assert fresh(declaration).state == "lodged"
    from mabar.crossings import commands as crossings
    from mabar.crossings import queries

    crossings.lift_hold(world.officers["police_officer"], truck, hold=hold, note="seen", at=NOON)
    claim(world, declaration, "released")
    assert [each.share.is_cleared for each in queries.passages_of(declaration.key)] == [True]


def test_cancelled_there_takes_it_off_its_trucks_here(world):
    yard.open_yard(world)
    national(world)
    declaration = lodge(world)
    truck = yard.announce(world)
    commands.attach(world.broker, declaration.key, passage=truck, packages=20, gross_mass_g=1_000_000, at=NOON)
    ended = claim(world, declaration, "cancelled")
    from mabar.crossings import queries

    assert (ended.state, ended.ended_at) == ("cancelled", NOON)
    assert queries.passages_of(declaration.key) == []
