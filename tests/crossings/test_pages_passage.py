"""The page of a truck: who sees what of it, and each act from announcement to gate-out done on the page."""

import pytest
from django.core.cache import cache

from mabar.base import doors
from mabar.crossings import commands, queries
from mabar.crossings.models import Hold, PassageEvent
from mabar.crossings.pages import acts
from tests.crossings import yard as trucks
from tests.crossings.yard import PLATE, SEAL, later, state_of

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def enter(client, yard, monkeypatch):
    cache.clear()
    monkeypatch.setattr(doors, "now", lambda: later(60))

    def as_actor(actor, language="en"):
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_actor


@pytest.fixture
def office(enter, yard):
    return lambda function, language="en": enter(yard.officers[function], language)


def do(page, key, act, **typed):
    row = queries.passage(key).row
    told = {"event_key": f"{act}-{row.version}", "version": row.version, **typed}
    return page.post(f"/passages/{key}/{act}/", told)


STATES = ("announced", "queued", "gate_in", "weighed", "presented", "closed")


@pytest.mark.parametrize("state", STATES)
def test_a_truck_shows_itself_in_each_state_and_language(office, yard, state):
    key = trucks.truck(yard, state)
    for language in ("ar", "fr", "en"):
        text = office("yard_officer", language).get(f"/passages/{key}/").content.decode()
        assert f'lang="{language}"' in text
        assert PLATE in text
        assert text.count("<h1") == 1
        assert text.count('class="button main"') == (0 if state == "closed" else 1)
        assert "crossing-wide" in text
        assert ' style="' not in text


def test_a_truck_is_led_over_the_whole_road_on_its_page(office, yard):
    key = trucks.truck(yard)
    page = office("yard_officer")
    road = [
        ("join_queue", {}),
        ("note_gate_in", {"plate": "٩٩٤١٧-322-33", "seals": SEAL, "documents": "٤"}),
        ("note_weight", {"gross_mass_g": "27 000", "tare_mass_g": "15 000,0"}),
        ("present", {}),
    ]
    for act, typed in road:
        assert do(page, key, act, **typed).status_code == 302, act
    trucks.clear(yard, key)
    assert do(page, key, "note_gate_out", seals=SEAL).status_code == 302
    row = queries.passage(key).row
    assert (row.state, row.gross_mass_g, row.tare_mass_g) == ("closed", 27_000_000, 15_000_000)


def test_the_same_form_sent_twice_is_one_event(office, yard):
    key = trucks.truck(yard)
    page = office("yard_officer")
    told = {"event_key": "once", "version": queries.passage(key).row.version}
    assert [page.post(f"/passages/{key}/join_queue/", told).status_code for _ in range(2)] == [302, 302]
    assert PassageEvent.objects.filter(passage=key, kind="join_queue").count() == 1


def test_a_page_that_is_out_of_date_is_told_so_and_can_be_sent_again(office, yard):
    key = trucks.truck(yard, "gate_in")
    seen = queries.passage(key).row.version
    trucks.hold(yard, key)
    page = office("yard_officer")
    told = {"event_key": "w1", "version": seen, "gross_mass_g": "27000"}
    answer = page.post(f"/passages/{key}/note_weight/", told)
    text = answer.content.decode()
    assert (answer.status_code, "OutOfTurn" in text, 'value="27000"' in text) == (409, True, True)
    fresh = queries.passage(key).row.version
    assert answer.context["main_form"]["version"].value() == str(fresh)
    assert page.post(f"/passages/{key}/note_weight/", told | {"version": fresh}).status_code == 302


def test_a_broken_seal_is_refused_on_the_page_with_its_remedy_and_what_was_typed(office, yard):
    key = trucks.truck(yard, "presented")
    trucks.clear(yard, key)
    answer = do(office("yard_officer"), key, "note_gate_out", seals="DZ 0091847")
    text = answer.content.decode()
    assert answer.status_code == 422
    for said in ("SealBroken", "record a new seal with a report", "DZ 0091847", 'role="alert"'):
        assert said in text
    assert state_of(key) == "presented"


def test_an_entry_that_has_no_shape_is_refused_above_the_form(office, yard):
    key = trucks.truck(yard, "gate_in")
    page = office("yard_officer")
    for typed in ({"gross_mass_g": ""}, {"gross_mass_g": "much"}, {"gross_mass_g": "-5"}, {"gross_mass_g": "1.500"}):
        answer = do(page, key, "note_weight", **typed)
        assert (answer.status_code, "error-summary" in answer.content.decode()) == (422, True), typed
    assert state_of(key) == "gate_in"


def test_a_new_seal_takes_the_place_of_the_old_one(office, yard):
    key = trucks.truck(yard, "weighed")
    typed = {"seal": "DZ 0099999", "replaces": SEAL, "report": "R 12"}
    assert do(office("yard_officer"), key, "record_seal", **typed).status_code == 302
    assert queries.passage(key).row.seals == ("DZ 0099999",)


def test_the_last_event_is_undone_and_stays_to_be_read(office, yard):
    key = trucks.truck(yard, "gate_in")
    page = office("yard_officer")
    assert do(page, key, "correct_event", reason="The wrong truck").status_code == 302
    text = page.get(f"/passages/{key}/").content.decode()
    assert "undone" in text
    assert "The wrong truck" in text
    assert state_of(key) == "queued"


@pytest.mark.parametrize(
    ("state", "act", "after"), [("queued", "turn_back", "turned_back"), ("announced", "withdraw", "withdrawn")]
)
def test_a_truck_is_turned_back_or_withdrawn_from_its_page(office, yard, state, act, after):
    key = trucks.truck(yard, state)
    assert do(office("yard_officer"), key, act, reason="Papers missing").status_code == 302
    assert state_of(key) == after


def test_an_agency_holds_a_truck_and_lifts_its_own_hold_only(office, yard):
    key = trucks.truck(yard, "presented")
    typed = {"wants": "the chassis number", "reason": "a tip", "desk": "٧"}
    assert do(office("police_officer"), key, "hold", **typed).status_code == 302
    hold = Hold.objects.get()
    assert (hold.agency_id, hold.desk) == ("dz.police", "7")
    other = office("plant_health_officer")
    assert "/lift_hold/" not in other.get(f"/passages/{key}/").content.decode()
    refused = do(other, key, "lift_hold", hold=hold.pk)
    assert "HoldNotYours" in refused.content.decode()
    assert do(office("police_officer"), key, "lift_hold", hold=hold.pk, note="conforms").status_code == 302
    hold.refresh_from_db()
    assert hold.lift_note == "conforms"


def test_a_hold_stops_the_exit_on_the_page_without_its_reason(office, yard):
    key = trucks.truck(yard, "presented")
    trucks.clear(yard, key)
    trucks.hold(yard, key)
    answer = do(office("yard_officer"), key, "note_gate_out", seals=SEAL)
    said = answer.context["refused"].refusal
    assert said.code == "Held"
    assert "a tip" not in str(said)


def test_officers_of_another_place_and_strangers_are_refused(enter, yard):
    key = trucks.truck(yard, "presented")
    for actor in (yard.across["yard_officer"], yard.stranger):
        answer = enter(actor).get(f"/passages/{key}/")
        assert answer.status_code == 403
        assert PLATE not in answer.content.decode()


def test_a_declarant_sees_his_own_truck_without_wants_reasons_or_lanes_before_the_gate(enter, yard):
    key = trucks.announce(yard, actor=yard.broker)
    trucks.attach(yard, key, lane="red")
    trucks.hold(yard, key, wants="the chassis number", reason="a tip", desk="7")
    text = enter(yard.broker).get(f"/passages/{key}/").content.decode()
    assert PLATE in text
    for secret in ("chassis", "a tip", "Red lane", "octagon-x", "Rests on"):
        assert secret not in text


def test_a_declarant_never_sees_anothers_truck(enter, yard):
    key = trucks.announce(yard, actor=yard.broker)
    for actor in (yard.rival,):
        for answer in (enter(actor).get(f"/passages/{key}/"), do(enter(actor), key, "withdraw")):
            assert (answer.status_code, PLATE in answer.content.decode()) == (404, False)
    assert state_of(key) == "announced"


def test_a_declarant_withdraws_his_own_announcement(enter, yard):
    key = trucks.announce(yard, actor=yard.broker)
    assert do(enter(yard.broker), key, "withdraw").status_code == 302
    assert state_of(key) == "withdrawn"


def test_an_act_that_there_is_not_is_not_found(office, yard):
    assert do(office("yard_officer"), trucks.truck(yard), "fly").status_code == 404
    assert office("yard_officer").get("/passages/01NOBODYBEARSTHISKEY/").status_code == 404


def test_who_may_not_do_an_act_is_neither_offered_it_nor_obeyed(office, yard):
    key = trucks.truck(yard, "gate_in")
    page = office("gate_officer")
    assert "/note_weight/" not in page.get(f"/passages/{key}/").content.decode()
    refused = do(page, key, "note_weight", gross_mass_g="27000")
    assert (refused.status_code, state_of(key)) == (403, "gate_in")


def test_every_offered_act_is_one_that_the_state_allows(yard):
    for state in STATES:
        ends = queries.passage(trucks.truck(yard, state, plate=f"{len(state)}00-{STATES.index(state)}"))
        verbs = frozenset(f"crossings.{act}" for act in acts.ACTS)
        offered = acts.offered(ends, verbs, "dz.police")
        assert "correct_event" in offered or state == "announced"
        assert ("record_seal" in offered) == (state not in ("announced", "closed"))
        assert ("withdraw" in offered) == (state in ("announced", "queued"))


def test_the_line_shows_both_sides_where_both_are_this_nodes(office, enter, yard):
    exit_key = trucks.truck(yard, "closed", direction="exit")
    entry = commands.announce(
        yard.node, "01ACROSS", place="ly.ghadames", direction="entry", plate=PLATE, origin=exit_key, at=later(1)
    )
    commands.join_queue(yard.across["yard_officer"], entry.key, at=later(20))
    here = office("yard_officer").get(f"/passages/{exit_key}/").content.decode()
    there = enter(yard.across["yard_officer"]).get(f"/passages/{entry.key}/").content.decode()
    for text in (here, there):
        assert "Exit notice" in text
        assert "On the other side" in text


def test_what_the_other_side_holds_is_not_told_here(office, yard):
    exit_key = trucks.truck(yard, "closed", direction="exit")
    entry = commands.announce(
        yard.node, "01ACROSS", place="ly.ghadames", direction="entry", plate=PLATE, origin=exit_key, at=later(1)
    )
    commands.join_queue(yard.across["yard_officer"], entry.key, at=later(2))
    police = yard.across["police_officer"]
    commands.hold(police, entry.key, wants="the chassis number", reason="a tip", at=later(3))
    text = office("yard_officer").get(f"/passages/{exit_key}/").content.decode()
    assert "chassis" not in text
    assert "Held" not in text


@pytest.mark.parametrize("state", STATES)
def test_reading_a_truck_writes_nothing_and_asks_little(office, yard, state, django_assert_max_num_queries):
    key = trucks.truck(yard, state)
    trucks.attach(yard, key, "D9") if state != "closed" else None
    reader = office("yard_officer")
    reader.get("/account/")
    with django_assert_max_num_queries(27) as asked:
        reader.get(f"/passages/{key}/")
    assert [q["sql"] for q in asked if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")] == []
