"""The queue on the pages: the published rule, appointments, exceptions and hours, each for whom it is."""

import pytest
from django.core.cache import cache

from mabar.base import doors
from mabar.crossings import commands, queries
from mabar.crossings.models import Appointment, ExceptionFromOrder, Passage, QueueTerms
from mabar.crossings.pages import wall_board
from tests.crossings import yard as trucks
from tests.crossings.test_appointments import HOURS, THREE, TWO, ask, state_hours
from tests.crossings.test_exceptions import WORDS, forward
from tests.crossings.yard import PLATE, later, step
from tests.languages import EACH_LANGUAGE

pytestmark = pytest.mark.django_db(databases="__all__")
WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def enter(client, yard, monkeypatch):
    cache.clear()
    wall_board.drawn.cache_clear()
    monkeypatch.setattr(doors, "now", lambda: later(20))

    def as_actor(actor, language="en"):
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_actor


@pytest.fixture
def office(enter, yard):
    return lambda function, language="en": enter(yard.officers[function], language)


@pytest.fixture
def full(yard):
    """A queue of five, one with an appointment and one called forward; a truck still on the road has an hour too."""
    state_hours(yard)
    keys = [trucks.announce(yard, plate=f"1-{number}", actor=yard.broker) for number in range(6)]
    for key in keys[:2]:
        ask(yard, key)
    for number, key in enumerate(keys[1:], start=1):
        step(yard, key, "queued", at=later(number))
    forward(yard, keys[4])
    return keys


PAGES = {
    "/board/": "yard_officer",
    "/appointments/": "yard_officer",
    "/appointments/?day=2026-11-23": "gate_officer",
    "/exceptions/": "oversight_reader",
    "/exceptions/?day=2026-11-21": "oversight_reader",
    "/crossing/": "place_administrator",
}


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_each_page_opens_in_each_language(office, full, language):
    truck = {f"/passages/{full[0]}/hour/": "yard_officer", f"/passages/{full[4]}/": "yard_officer"}
    for page, function in (PAGES | truck).items():
        answer = office(function, language).get(page)
        text = answer.content.decode()
        assert (answer.status_code, text.count("<h1"), ' style="' in text) == (200, 1, False), page
        assert f'lang="{language}"' in text, page


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_rule_is_published_with_the_figures_of_the_crossing(client, full, language):
    answer = client.get(f"/wall/dz.debdeb/rule/?language={language}")
    text = answer.content.decode()
    assert (answer.status_code, answer["Content-Language"]) == (200, language)
    for figure in ("08:00", "16:00", "60", "30", "14"):
        assert f">{figure}<" in text, figure
    assert {"ar": "أدوية", "fr": "Médicaments", "en": "Medicine"}[language] in text


def test_a_crossing_without_slots_publishes_a_shorter_rule(client, yard):
    text = client.get("/wall/dz.debdeb/rule/?language=en").content.decode()
    assert "gives no appointments" in text
    assert "tolerance" not in text
    assert client.get("/wall/dz.nowhere/rule/").status_code == 404


def test_wall_and_board_lead_to_the_rule(client, office, full):
    assert 'href="/wall/dz.debdeb/rule/?language=en"' in client.get("/wall/dz.debdeb/?language=en").content.decode()
    assert 'href="/wall/dz.debdeb/rule/"' in office("gate_officer").get("/board/").content.decode()


def test_the_wall_marks_an_exception_and_an_appointment_and_no_words(client, full, monkeypatch):
    monkeypatch.setattr(doors, "now", lambda: later(20))
    wall_board.drawn.cache_clear()
    text = client.get("/wall/dz.debdeb/?language=en").content.decode()
    assert "Medicine" in text
    assert "appointment " in text
    for secret in (WORDS, "DEB-0003", "Oasis"):
        assert secret not in text


def test_after_the_closing_nobody_is_called_and_the_hours_told_bear_their_day(client, office, yard, monkeypatch):
    state_hours(yard, closes_min=12 * 60 + 60)
    keys = [trucks.announce(yard, plate=f"1-{number}") for number in range(8)]
    for number, key in enumerate(keys):
        step(yard, key, "queued", at=later(number / 10))
    for number, key in enumerate(keys[:6]):
        step(yard, key, "gate_in", plate=f"1-{number}", at=later(5 + 10 * number))
    for minute, is_called in ((56, True), (61, False)):
        monkeypatch.setattr(doors, "now", lambda minute=minute: later(minute))
        wall_board.drawn.cache_clear()
        text = client.get("/wall/dz.debdeb/?language=en").content.decode()
        assert ("go to gate" in text) is is_called, minute
    assert ">11-23<" in text
    assert "11-23 08:0" in office("yard_officer").get("/board/").content.decode()


def test_reading_writes_nothing_and_asks_little(office, full, django_assert_max_num_queries):
    for page, function in (PAGES | {f"/passages/{full[4]}/": "yard_officer"}).items():
        reader = office(function)
        reader.get("/account/")
        with django_assert_max_num_queries(34, info=page) as asked:
            reader.get(page)
        assert [query["sql"] for query in asked if query["sql"].split()[0] in WRITES] == [], page


def test_each_page_asks_for_a_sign_in_and_refuses_who_may_not(client, enter, yard, full):
    for page in (*PAGES, f"/passages/{full[0]}/hour/"):
        assert client.get(page)["Location"].startswith("/sign-in/?next=/"), page
    for page in ("/appointments/", "/exceptions/"):
        for actor in (yard.stranger, yard.broker):
            assert enter(actor).get(page).status_code == 403, page
    assert enter(yard.rival).get(f"/passages/{full[0]}/hour/").status_code == 404


def take(page, key, act, **typed):
    row = queries.passage(key).row
    told = {"event_key": f"{act}-{row.version}", "version": row.version, **typed}
    return page.post(f"/passages/{key}/{act}/", told)


def test_a_declarant_asks_for_an_hour_moves_it_and_gives_it_back(enter, yard):
    state_hours(yard)
    key = trucks.announce(yard, actor=yard.broker)
    page = enter(yard.broker)
    assert f"/passages/{key}/hour/" in page.get(f"/passages/{key}/").content.decode()
    offered = page.get(f"/passages/{key}/hour/").content.decode()
    assert f'value="{TWO.isoformat()}"' in offered
    assert take(page, key, "ask_appointment", slot_at=TWO.isoformat()).status_code == 302
    assert "It stays until another hour is taken." in page.get(f"/passages/{key}/hour/").content.decode()
    assert take(page, key, "move_appointment", slot_at=THREE.isoformat()).status_code == 302
    assert "2026-11-22 14:00" in page.get(f"/passages/{key}/").content.decode()
    assert take(page, key, "give_back_appointment").status_code == 302
    assert Appointment.objects.get().state == "given_back"


def test_a_full_hour_is_refused_on_the_page_and_names_the_next(enter, yard):
    state_hours(yard, trucks_a_slot=1)
    ask(yard, trucks.announce(yard, plate="9-9"))
    key = trucks.announce(yard, actor=yard.broker)
    answer = take(enter(yard.broker), key, "ask_appointment", slot_at=TWO.isoformat())
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "SlotFull" in text
    assert "2026-11-22 14:00" in text
    for nonsense in ("", "tomorrow", "2026-11-22T13:00:00"):
        assert take(enter(yard.broker), key, "ask_appointment", slot_at=nonsense).status_code == 422


def test_a_truck_that_has_come_is_offered_no_hour(enter, office, yard, full):
    answer = office("yard_officer").get(f"/passages/{full[3]}/hour/")
    assert answer["Location"] == f"/passages/{full[3]}/"
    assert office("gate_officer").get(f"/passages/{full[0]}/hour/").status_code == 403
    assert "/hour/" not in office("yard_officer").get(f"/passages/{full[3]}/").content.decode()


def test_a_day_that_is_none_is_today(office, full):
    for day in ("", "2026-13-01", "0001-01-01", "9999-12-31"):
        assert office("yard_officer").get(f"/appointments/?day={day}").context["days"].shown.isoformat() == "2026-11-22"


def test_an_officer_calls_forward_and_withdraws_on_the_page(office, yard):
    key = trucks.truck(yard, "queued")
    page = office("yard_officer")
    text = page.get(f"/passages/{key}/").content.decode()
    assert f"/passages/{key}/call_forward/" in text
    assert f"/passages/{key}/withdraw_exception/" not in text
    assert take(page, key, "call_forward", reason="medicine", words=WORDS).status_code == 302
    text = page.get(f"/passages/{key}/").content.decode()
    assert WORDS in text
    assert f"/passages/{key}/call_forward/" not in text
    assert take(page, key, "call_forward", reason="absent", words=WORDS).status_code == 422
    assert take(page, key, "withdraw_exception", words="a mistake").status_code == 302
    assert ExceptionFromOrder.objects.get().withdrawn_at == later(20)


def test_a_declarant_reads_the_kind_of_reason_and_never_the_words(enter, yard, full):
    text = enter(yard.broker).get(f"/passages/{full[4]}/").content.decode()
    assert "Medicine" in text
    assert WORDS not in text
    assert "call_forward" not in text


def test_the_exceptions_of_the_day_are_counted_and_listed(office, full):
    text = office("oversight_reader").get("/exceptions/").content.decode()
    for shown in (WORDS, "DEB-0003", "1-4", "Counted by reason", "Every truck was let in at its turn."):
        assert shown in text


TYPED = {"place": "dz.debdeb", "days": ["7", "1"], "opens": "08:00", "closes": "00:00", "slot_min": "٣٠"}
TYPED |= {"trucks_a_slot": "6", "tolerance_min": "20"}


def test_the_administrator_states_the_hours(office, yard):
    page = office("place_administrator")
    assert page.post("/crossing/hours/", TYPED).status_code == 302
    stated = QueueTerms.objects.get()
    assert (stated.days, stated.opens_min, stated.closes_min, stated.slot_min) == ([1, 7], 480, 1440, 30)
    text = page.get("/crossing/").content.decode()
    assert "24:00" in text
    assert 'value="30"' in text


@pytest.mark.parametrize(
    "change", [{"opens": "25:00"}, {"days": []}, {"slot_min": "5"}, {"opens": "16:00", "closes": "08:00"}]
)
def test_hours_that_cannot_be_are_refused_and_nothing_is_kept(office, yard, change):
    assert office("place_administrator").post("/crossing/hours/", TYPED | change).status_code == 422
    assert QueueTerms.objects.count() == 0


def test_who_may_not_state_the_hours_is_refused(office, yard):
    assert office("yard_officer").post("/crossing/hours/", TYPED).status_code == 403


def test_a_queue_of_a_thousand_costs_no_question_more(yard, django_assert_max_num_queries):
    state_hours(yard)
    commands.change_hours(yard.officers["place_administrator"], "dz.debdeb", at=later(1), **HOURS)
    first = trucks.truck(yard, "queued", plate=PLATE)
    _multiply(first, 999)
    with django_assert_max_num_queries(11):
        board = queries.office_board("dz.debdeb", later(20))
    assert [row.position for row in board.rows] == list(range(1, 1001))
    with django_assert_max_num_queries(10):
        assert len(queries.wall("dz.debdeb", later(20)).waiting) == 1000
    with django_assert_max_num_queries(6):
        assert queries.standing_of(first, later(20)).of == 1000


def _multiply(key, times):
    """Let as many trucks stand in the queue behind one, as it stands."""
    one = Passage.objects.get(key=key)
    facts = {field.attname: getattr(one, field.attname) for field in Passage._meta.concrete_fields}
    Passage.objects.bulk_create(
        Passage(**facts | {"key": f"{n:026}", "plate": f"T-{n}", "plate_key": f"T{n}", "queued_at": later(1 + n / 100)})
        for n in range(times)
    )
