"""The pages of a diversion: its list, proposing, accepting hour by hour, the answer on a truck's page, the permit."""

import re

import pytest
from django.core.cache import cache

from mabar.base import doors
from mabar.base.paper_making import can_make_pdf
from mabar.crossings import commands
from mabar.crossings.models import Diversion, DivertedTruck, Passage
from mabar.crossings.queries import diverting
from tests.crossings.sister import AN_HOUR, REASON, THERE, change_opening, state_in
from tests.crossings.yard import attach, later, lines, state_of
from tests.languages import EACH_LANGUAGE

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def enter(client, closed, monkeypatch):
    cache.clear()
    monkeypatch.setattr(doors, "now", lambda: later(1))

    def as_actor(actor, language="en"):
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_actor


@pytest.fixture
def here(enter, closed):
    return lambda language="en": enter(closed.world.officers["yard_officer"], language)


@pytest.fixture
def there(enter, closed):
    return lambda language="en": enter(closed.officer, language)


def hidden(page, action):
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert form, action
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


def send(client, page, action, **typed):
    """Send a form of a page with what one types."""
    return client.post(action, {**hidden(client.get(page).content.decode(), action), **typed})


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_each_page_opens_in_each_language(here, there, closed, language) -> None:
    key, waiting = closed.trucks(2)
    attach(closed.world, key)
    diversion = closed.accept(closed.propose())
    successor = closed.keep(key)
    closed.trucks(1)
    pages = ["/diversions/", "/diversions/new/", f"/diversions/{diversion.key}/", f"/passages/{key}/"]
    for page in [*pages, f"/passages/{waiting}/"]:
        text = here(language).get(page).content.decode()
        assert f'lang="{language}"' in text, page
        assert text.count("<h1") == 1, page
        assert text.count('class="button main"') <= 1, page
    for page in (f"/diversions/{diversion.key}/", f"/passages/{successor}/", f"/diversions/?place={THERE}"):
        assert there(language).get(page).status_code == 200, page


def test_a_closed_crossing_proposes_from_its_page(here, closed) -> None:
    closed.trucks(30)
    closed.trucks(2, queued=False, direction="exit")
    page = "/diversions/new/?place=dz.debdeb"
    text = here().get(page).content.decode()
    assert REASON in text
    assert text.count('role="rowheader"') == 25
    typed = {"target": THERE, "direction": "entry", "road_hours": "2", "reason": "flooded"}
    answer = send(here(), page, "/diversions/new/", **typed)
    diversion = Diversion.objects.get()
    assert answer["Location"] == f"/diversions/{diversion.key}/"
    assert (diversion.trucks.count(), diversion.direction) == (30, "entry")


def test_an_open_crossing_is_told_so_and_offers_no_button(here, closed) -> None:
    closed.trucks(1)
    change_opening(closed.world, is_open=True, at=later(1))
    text = here().get("/diversions/new/?place=dz.debdeb").content.decode()
    assert "not closed to goods" in text
    assert 'form="propose"' not in text
    typed = {"place": "dz.debdeb", "target": THERE, "road_hours": "2", "reason": "x"}
    refused = here().post("/diversions/new/", typed)
    assert refused.status_code == 422
    assert "CrossingOpen" in refused.content.decode()


def test_bad_input_is_shown_again_and_nothing_is_recorded(here, there, closed) -> None:
    closed.trucks(1)
    typed = {"place": "dz.debdeb", "target": "ly.ghadames", "road_hours": "many", "reason": ""}
    assert here().post("/diversions/new/", typed).status_code == 422
    assert not Diversion.objects.exists()
    page = f"/diversions/{closed.propose().key}/"
    typed = {"an_hour": "0", "hours": "1000", "not_before": "soon"}
    assert send(there(), page, f"{page}accept_diversion/", **typed).status_code == 422
    assert there().post(f"{page}divert/").status_code == 404
    assert there().post("/diversions/capacity/", {"place": THERE, "an_hour": "-1"}).status_code == 422
    assert lines("accept_diversion") == 0


def test_the_receiving_office_sees_the_hours_before_it_accepts(there, closed) -> None:
    closed.trucks(6)
    diversion = closed.propose()
    page = f"/diversions/{diversion.key}/"
    text = there().get(page).content.decode()
    plan = text[text.index('id="plan"') : text.index("</table>")]
    # six trucks at four an hour: two hours, of four and of two
    assert re.findall(r'class="num"[^>]*><bdi dir="ltr">(\d+)', plan) == ["0", "4", "0", "2"]
    shown = send(there(), page, f"{page}accept_diversion/", an_hour="3", hours="1", show="1")
    assert (shown.status_code, lines("accept_diversion")) == (200, 0)
    accepted = send(there(), page, f"{page}accept_diversion/", an_hour="3", hours="1", not_before="2026-11-22T20:00")
    assert accepted.status_code == 302
    # 20:00 on the clock of Tin Alkoum is 19:00 UTC
    offered = DivertedTruck.objects.exclude(slot_at=None).values_list("slot_at", flat=True)
    assert list(offered) == [later(8 * 60)] * 3


@pytest.mark.parametrize("asked", [{}, {"show": "1"}])
def test_an_hour_too_far_ahead_is_refused_and_shown_by_no_plan(there, closed, asked) -> None:
    closed.trucks(1)
    page = f"/diversions/{closed.propose().key}/"
    typed = {"an_hour": "1", "hours": "1", "not_before": "9999-12-31T23:59", **asked}
    refused = send(there(), page, f"{page}accept_diversion/", **typed)
    assert refused.status_code == 422
    assert "HourTooFar" in refused.content.decode()
    assert "9999-12-31 23:59" in refused.content.decode()
    assert lines("accept_diversion") == 0


def test_a_refusal_names_the_capacity_and_the_page_stays(there, closed) -> None:
    closed.trucks(1)
    page = f"/diversions/{closed.propose().key}/"
    refused = send(there(), page, f"{page}accept_diversion/", an_hour="9", hours="1")
    assert refused.status_code == 422
    assert "AboveCapacity" in refused.content.decode()
    stated = send(there(), f"/diversions/?place={THERE}", "/diversions/capacity/", an_hour="9")
    assert stated.status_code == 302
    assert diverting.capacity(THERE) == 9
    assert send(there(), page, f"{page}accept_diversion/", an_hour="9", hours="1").status_code == 302


def test_a_proposal_is_refused_there_or_withdrawn_here(here, there, closed) -> None:
    closed.trucks(1)
    page = f"/diversions/{closed.propose().key}/"
    assert "withdraw_diversion" not in there().get(page).content.decode()
    assert send(there(), page, f"{page}refuse_diversion/", reason="full").status_code == 302
    page = f"/diversions/{closed.propose().key}/"
    assert "accept_diversion/" not in here().get(page).content.decode()
    assert send(here(), page, f"{page}withdraw_diversion/", reason="open again").status_code == 302
    assert [each.state for each in Diversion.objects.order_by("key")] == ["refused", "withdrawn"]


def test_who_saw_an_older_page_is_told_so(there, closed) -> None:
    closed.trucks(9)
    diversion = closed.propose()
    page = f"/diversions/{diversion.key}/"
    old = hidden(there().get(page).content.decode(), f"{page}accept_diversion/")
    closed.accept(diversion, hours=1)
    refused = there().post(f"{page}accept_diversion/", {**old, "an_hour": "4", "hours": "1"})
    assert "DiversionMovedOn" in refused.content.decode()
    assert refused.content.decode().count(">Accept the diversion<") >= 1


def test_the_officer_who_heard_the_driver_answers_on_the_trucks_page(here, closed) -> None:
    kept, declined = closed.trucks(2)
    closed.accept(closed.propose())
    for key, act in ((kept, "keep_diversion"), (declined, "decline_diversion")):
        page = f"/passages/{key}/"
        assert send(here(), page, f"{page}{act}/")["Location"] == page
    assert (state_in(kept), state_in(declined)) == ("kept", "declined")
    text = here().get(f"/passages/{kept}/").content.decode()
    assert "Diverted" in text
    assert "/paper/" in text
    assert "Undo the last event" not in text


def test_the_declarant_keeps_his_trucks_hour_and_prints_the_permit(enter, closed) -> None:
    own, other = (closed.trucks(1, actor=actor)[0] for actor in (closed.world.broker, closed.world.rival))
    closed.accept(closed.propose())
    client, page = enter(closed.world.broker), f"/passages/{own}/"
    assert client.get(f"/passages/{other}/").status_code == 404
    assert client.post(f"/passages/{other}/keep_diversion/").status_code == 404
    assert send(client, page, f"{page}keep_diversion/").status_code == 302
    successor = Passage.objects.get(place=THERE).key
    assert client.get(f"/passages/{successor}/").status_code == 200
    assert client.get(f"/permits/{successor}/paper/").status_code == 200
    assert enter(closed.world.rival).get(f"/permits/{successor}/paper/").status_code == 404


def test_an_expired_offer_offers_no_answer(here, closed, monkeypatch) -> None:
    (key,) = closed.trucks(1)
    closed.accept(closed.propose())
    monkeypatch.setattr(doors, "now", lambda: later(61))
    assert "keep_diversion" not in here().get(f"/passages/{key}/").content.decode()
    assert state_of(key) == "queued"


@pytest.mark.parametrize("second", ["fr", "en"])
def test_the_permit_says_everything_an_officer_on_the_road_asks(there, closed, second) -> None:
    (key,) = closed.trucks(1)
    attach(closed.world, key)
    closed.accept(closed.propose())
    successor = closed.keep(key)
    text = there().get(f"/permits/{successor}/paper/?with={second}").content.decode()
    plate = Passage.objects.get(key=key).plate
    for said in (
        plate,
        "الدبداب",
        "تين الكوم",
        REASON,
        "DEB-2026-C-D1",
        "DZ 0091874",
        key,
        successor,
        '<svg class="qr"',
    ):
        assert said in text, said
    # the hour offered, then the end of the permit a week later
    assert re.findall(r'datetime="(2026-11-2\dT14:00)', text)[:2] == ["2026-11-22T14:00", "2026-11-29T14:00"]
    assert f'<span lang="{second}"' in text


def test_the_permit_keeps_the_hour_offered_whatever_appointment_comes_after(there, closed) -> None:
    (key,) = closed.trucks(1)
    closed.accept(closed.propose())
    successor = closed.keep(key)
    stated = {"days": range(1, 8), "opens_min": 0, "closes_min": 1440, "slot_min": 60}
    commands.change_hours(closed.world.node, THERE, **stated, trucks_a_slot=2, tolerance_min=30, at=later(2))
    commands.ask_appointment(closed.officer, successor, slot_at=later(48 * 60), at=later(3))
    text = there().get(f"/permits/{successor}/paper/").content.decode()
    assert re.findall(r'datetime="(2026-11-2\dT\d\d:00)', text)[:2] == ["2026-11-22T14:00", "2026-11-29T14:00"]


def test_a_truck_that_was_not_diverted_has_no_permit(here, there, enter, closed) -> None:
    (key,) = closed.trucks(1)
    assert here().get(f"/permits/{key}/paper/").status_code == 404
    assert here().post(f"/permits/{key}/pdf/").status_code == 404
    closed.accept(closed.propose())
    successor = closed.keep(key)
    assert enter(closed.world.across["yard_officer"]).get(f"/permits/{successor}/paper/").status_code == 403


def test_the_pdf_is_made_by_the_worker_for_who_asked(there, here, closed) -> None:
    if not can_make_pdf():
        pytest.skip("this machine has nothing that makes PDF")
    from tests.declarations.test_pages_office_files import work_off

    (key,) = closed.trucks(1)
    closed.accept(closed.propose())
    successor = closed.keep(key)
    waiting = there().post(f"/permits/{successor}/pdf/")["Location"]
    assert "The permit is being made" in there().get(waiting).content.decode()
    assert there().get(f"{waiting}file/").status_code == 404
    work_off()
    assert "Download the PDF" in there().get(waiting).content.decode()
    assert there().get(f"{waiting}file/").content.startswith(b"%PDF")
    assert here().get(waiting).status_code == 404


def test_each_page_refuses_a_stranger_and_asks_for_a_sign_in(client, enter, closed) -> None:
    closed.trucks(1)
    diversion = closed.propose()
    for page in ("/diversions/", "/diversions/new/", f"/diversions/{diversion.key}/"):
        client.logout()
        assert client.get(page)["Location"].startswith("/sign-in/?next=/"), page
        assert enter(closed.world.stranger).get(page).status_code == 403, page
        assert enter(closed.world.across["yard_officer"]).get(page).status_code in (200, 403), page
    assert enter(closed.world.across["yard_officer"]).get(f"/diversions/{diversion.key}/").status_code == 403


def test_many_trucks_cost_no_question_more(here, closed, django_assert_max_num_queries) -> None:
    closed.trucks(30)
    diversion = closed.accept(closed.propose(), an_hour=AN_HOUR)
    for page in ("/diversions/", "/diversions/new/", f"/diversions/{diversion.key}/"):
        reader = here()
        reader.get("/account/")
        with django_assert_max_num_queries(26, info=page) as asked:
            assert reader.get(page).status_code == 200
        assert not [q for q in asked if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")], page


def test_a_diverted_truck_stands_on_no_board_and_in_no_queue(here, closed) -> None:
    (key,) = closed.trucks(1)
    closed.accept(closed.propose())
    closed.keep(key)
    plate = Passage.objects.get(key=key).plate
    assert plate not in here().get("/board/").content.decode()
    assert plate not in here().get("/wall/dz.debdeb/").content.decode()
    assert plate in here().get("/passages/?state=diverted").content.decode()
