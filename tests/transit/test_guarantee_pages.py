"""The pages of guarantees: each for whom it is, in three languages; a guarantee from its registration to its end."""

import re

import pytest
from django.core.cache import cache

from mabar.base import doors
from mabar.base.keys import new_key
from mabar.base.models import JournalLine
from mabar.transit.commands import guaranteeing, hearing_guarantees, lending
from mabar.transit.messages_guarantees import TrancheAsked
from mabar.transit.models import Guarantee, Movement, Tranche, TrancheRequest
from tests.languages import EACH_LANGUAGE
from tests.transit import road
from tests.transit.keeping import DEB, GHD, OFFICER, draw, kept, later, left, read
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
M1 = "01M81EKCW0P00000000000000A"
LIST, MINE, NEW, ASK = (f"/transit/guarantees/{each}" for each in ("", "mine/", "new/", "ask/"))


@pytest.fixture
def enter(client, world, monkeypatch):
    cache.clear()
    monkeypatch.setattr(doors, "now", lambda: later(1))

    def as_actor(actor, language="en"):
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_actor


def text(answer) -> str:
    return answer.content.decode()


def asked(world, made: Guarantee, amount_minor: int = 50_000) -> TrancheRequest:
    """Let a request of Ghadames lie at Debdeb."""
    told = TrancheAsked(made.reference, new_key(NOON), amount_minor, "LYD", NOON, "قافلة غداً")
    return hearing_guarantees.take_asked(world.node, told.request, partner=GHD, told=told, place=DEB, at=NOON)


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_every_page_opens_in_each_language_and_writes_nothing(enter, world, language) -> None:
    made = [kept(world, kind) for kind in ("comprehensive", "voucher", "waiver")]
    draw(world.officers[OFFICER], made[0].key, 400, M1)
    asked(world, made[0])
    guaranteeing.revoke_guarantee(world.officers[OFFICER], made[1].key, reason="أفلس الكفيل", at=NOON)
    before = JournalLine.objects.exclude(verb__startswith="base.").count()
    browser = enter(world.officers[OFFICER], language)
    for path in (LIST, NEW, ASK, *(f"/transit/guarantees/{each.key}/" for each in made)):
        answer = browser.get(path)
        assert answer.status_code == 200, path
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in text(answer)
    browser = enter(world.broker, language)
    for path in (MINE, f"/transit/guarantees/{made[0].key}/"):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert "verb.transit" not in text(answer)
    assert JournalLine.objects.exclude(verb__startswith="base.").count() == before


def test_a_guarantee_is_registered_at_the_counter_with_either_set_of_digits(enter, world) -> None:
    told = {"kind": "voucher", "holder": "BROKER-OASIS", "amount": "١٠٠٠", "title": "100", "currency": "LYD"}
    told |= {"first_on": "2026-01-01", "last_on": "2027-12-31"}
    browser = enter(world.officers[OFFICER])
    answer = browser.post(NEW, {**told, "holder": "NOBODY"})
    assert (answer.status_code, Guarantee.objects.count()) == (422, 0) or "HolderUnknown" in text(answer)
    assert browser.post(NEW, {**told, "amount": "1.0001"}).status_code == 422
    answer = browser.post(NEW, told)
    made = Guarantee.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/transit/guarantees/{made.key}/")
    assert (made.amount_minor, made.title_minor, made.place_id) == (1_000_000, 100_000, DEB)


def test_the_page_shows_the_ledger_and_what_movements_take(enter, world) -> None:
    made = kept(world)
    movement = road.released(world, amount_minor=400_000)
    page = text(enter(world.officers[OFFICER]).get(f"/transit/guarantees/{made.key}/"))
    assert page.count("600.000") >= 2
    assert f"/transit/{movement}/" in page
    assert page.count(Movement.objects.get().number) == 2
    assert "Drawn by a movement" in page
    assert made.reference in page


def _version(page: str) -> str:
    return re.search(r'name="version" value="(\d+)"', page)[1]


def test_a_request_is_declined_from_the_page_and_a_tranche_beyond_what_is_left_is_refused(enter, world, across) -> None:
    made = kept(world)
    request = asked(world, made)
    path, browser = f"/transit/guarantees/{made.key}/", enter(world.officers[OFFICER])
    page = text(browser.get(path))
    assert request.key in page
    refused = browser.post(f"{path}decline_tranche/", {"request": request.key, "reason": ""})
    assert refused.status_code == 422
    done = browser.post(f"{path}decline_tranche/", {"request": request.key, "reason": "محجوز"})
    assert (done.status_code, TrancheRequest.objects.get().state) == (302, "declined")
    assert f"{path}decline_tranche/" not in text(browser.get(path))


def test_a_tranche_is_lent_from_the_page(enter, lent_across) -> None:
    made = kept(lent_across.here)
    request = asked(lent_across.here, made)
    path, browser = f"/transit/guarantees/{made.key}/", enter(lent_across.here.officers[OFFICER])
    told = {"node": GHD, "request": request.key, "amount": "2000", "version": _version(text(browser.get(path)))}
    refused = browser.post(f"{path}lend_tranche/", told)
    assert "TooMuchLent" in text(refused)
    assert browser.post(f"{path}lend_tranche/", {**told, "amount": "50"}).status_code == 302
    assert (left(made.key), Tranche.objects.get().lent_minor) == (950_000, 50_000)
    assert TrancheRequest.objects.get().state == "lent"
    stale = browser.post(f"{path}lend_tranche/", {**told, "request": "", "amount": "50"})
    assert "OutOfTurn" in text(stale)
    assert "nothing heard yet" in text(browser.get(path))
    lent_across.carry()
    with lent_across.across.at_work():
        assert left(made.key) == 50_000


def test_the_tranche_is_shown_with_the_age_of_its_news_and_returned_from_the_page(enter, lent_across) -> None:
    made = kept(lent_across.here)
    lent_across.lend(made.key, 300_000)
    with lent_across.across.at_work():
        row = read(made.key)
        officer = lent_across.borrower
        lending.return_tranche(officer, made.key, amount_minor=1_000, at=later(0.1))
        assert (row.told_at is not None, left(made.key)) == (True, 299_000)


def test_a_claim_is_settled_and_a_guarantee_revoked_from_the_page(enter, world) -> None:
    made, officer = kept(world), world.officers[OFFICER]
    draw(officer, made.key, 400_000, M1)
    guaranteeing.claim(officer, M1, at=NOON)
    path, browser = f"/transit/guarantees/{made.key}/", enter(officer)
    assert browser.post(f"{path}settle_claim/", {"movement": M1, "payment": "R-7"}).status_code == 302
    assert left(made.key) == 1_000_000
    told = {"version": _version(text(browser.get(path))), "reason": "أفلس الكفيل"}
    assert browser.post(f"{path}revoke_guarantee/", told).status_code == 302
    page = text(browser.get(path))
    assert "أفلس الكفيل" in page
    assert f"{path}lend_tranche/" not in page


def test_a_tranche_is_asked_for_from_the_page(enter, lent_across) -> None:
    browser = enter(lent_across.here.officers[OFFICER])
    told = {"reference": "26 LYGHADA0000001", "node": GHD, "amount": "50", "currency": "LYD", "reason": ""}
    assert "ReferenceUnfit" in text(browser.post(ASK, told))
    reference = kept(lent_across.here).reference
    answer = browser.post(ASK, {**told, "reference": reference.lower()})
    assert (answer.status_code, answer.url, TrancheRequest.objects.get().amount_minor) == (302, LIST, 50_000)


def test_another_house_and_another_office_do_not_know_of_it(enter, world) -> None:
    path = f"/transit/guarantees/{kept(world).key}/"
    for actor in (world.rival, world.stranger, world.across[OFFICER], world.officers["police_officer"]):
        assert enter(actor).get(path).status_code == 404, actor.key
    assert enter(world.broker).post(f"{path}revoke_guarantee/", {"version": "2", "reason": "x"}).status_code == 403
    assert enter(world.rival).get(LIST).status_code == 403
    assert kept(world).reference not in text(enter(world.rival).get(MINE))
    assert enter(world.officers[OFFICER]).post(f"{path}burn/", {}).status_code == 404


def test_the_list_asks_the_database_the_same_however_many_there_are(
    enter, world, django_assert_max_num_queries
) -> None:
    browser = enter(world.officers[OFFICER])
    for _ in range(8):
        kept(world)
    with django_assert_max_num_queries(22):
        assert browser.get(LIST).status_code == 200
