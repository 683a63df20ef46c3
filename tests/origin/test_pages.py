"""The pages of origin: each for whom it is, in three languages; a proof from its application to its answer."""

import re

import pytest
from django.core.cache import cache

from mabar.base import doors, paper_making
from mabar.base.keys import new_key
from mabar.origin import commands, queries
from mabar.origin.models import PresentedProof, Proof, Verification
from tests.declarations.test_pages_office_files import work_off
from tests.duties.desk import load, lodged
from tests.languages import EACH_LANGUAGE
from tests.origin import test_messages
from tests.origin.imports import dates
from tests.origin.office import application, later
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')
LINE = {"hs6": "080410", "criterion": "WO", "gross_mass_g": "8000.5", "description": "تمور", "packages": "40",
        "marks": "", "supplementary": ""}  # fmt: skip


@pytest.fixture
def enter(client, office, monkeypatch):
    cache.clear()
    monkeypatch.setattr(doors, "now", lambda: later(1))

    def as_actor(actor, language="en"):
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_actor


@pytest.fixture
def claimed(office):
    load(office.world)
    return lodged(office.world, dates(origin_country="LY"))


@pytest.fixture
def foreign(office) -> str:
    from tests.world import make_world

    with office.across.at_work():
        there = make_world().across
        made = commands.apply(there["origin_officer"], new_key(NOON), place="ly.ghadames",
                              application=application(destination="DZ"), at=NOON)  # fmt: skip
        commands.check(there["origin_officer"], made.key, at=NOON)
        return commands.issue(there["issuing_officer"], made.key, at=NOON).code


def text(answer) -> str:
    return answer.content.decode()


def hidden(page: str) -> dict[str, str]:
    return {name: value for name, value in HIDDEN.findall(page) if name != "csrfmiddlewaretoken"}


def typed(**changed) -> dict[str, str]:
    written = {"agreement": "pafta", "place": "dz.debdeb", "destination": "LY", "invoice": "F-1"}
    written |= {"exporter": "واحة", "consignee": "غدامس", "exporter_number": "", "transport": "", "remarks": ""}
    goods = {f"goods-0-{name}": value for name, value in LINE.items()}
    empty = {f"goods-1-{name}": "" for name in LINE}
    return {**written, "goods-TOTAL_FORMS": "2", "goods-INITIAL_FORMS": "0", **goods, **empty, **changed}


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_every_page_opens_for_its_desk(enter, office, claimed, foreign, language) -> None:
    made = office.proof()
    test_messages.inbox.open_request(test_messages.ASKED, test_messages.letter())
    asked = Verification.objects.get()
    pages = {
        "issuing_officer": ("/origin/", "/origin/?state=issued", f"/origin/{made.key}/", f"/origin/{made.key}/paper/"),
        "origin_officer": ("/origin/new/", f"/origin/new/?replaces={made.key}", "/origin/check/"),
        "verifying_officer": ("/origin/verifications/", f"/origin/verifications/{asked.key}/",
                              f"/origin/declarations/{claimed.key}/"),
        "assessor": (f"/origin/declarations/{claimed.key}/",),
    }  # fmt: skip
    for post, addresses in pages.items():
        for address in addresses:
            answer = enter(office.officer(post), language).get(address)
            assert answer.status_code == 200, (post, address)
    assert enter(office.world.broker, language).get("/origin/mine/").status_code == 200
    assert made.serial in text(enter(office.world.broker, language).get(f"/origin/{made.key}/"))


def test_a_declarant_applies_and_two_officers_check_and_sign(enter, office) -> None:
    client = enter(office.world.broker)
    page = text(client.get("/origin/new/"))
    assert page.count('name="goods-') >= 21
    sent = typed(event_key=hidden(page)["event_key"])
    answer = client.post("/origin/new/", sent, follow=True)
    assert answer.status_code == 200
    client.post("/origin/new/", sent)
    made = Proof.objects.get()
    assert (made.state, made.goods[0]["gross_mass_g"], len(made.goods)) == ("applied", 8_000_500, 1)
    for post, act, state in (("origin_officer", "check", "checked"), ("issuing_officer", "issue", "issued")):
        client = enter(office.officer(post))
        version = hidden(text(client.get(f"/origin/{made.key}/")))["version"]
        assert client.post(f"/origin/{made.key}/{act}/", {"version": version}).status_code == 302
        made.refresh_from_db()
        assert made.state == state


def test_what_is_missing_is_told_beside_its_field_and_nothing_is_stored(enter, office) -> None:
    client = enter(office.world.broker)
    answer = client.post("/origin/new/", typed(event_key="e-1", exporter=""))
    assert answer.status_code == 422
    answer = client.post("/origin/new/", typed(event_key="e-1", **{"goods-0-gross_mass_g": "1.2345"}))
    assert answer.status_code == 422
    answer = client.post("/origin/new/", typed(event_key="e-1", **{"goods-0-hs6": "123456"}))
    assert (answer.status_code, "ApplicationUnfit" in text(answer)) == (422, True)
    assert not Proof.objects.exists()


def test_more_lines_keep_what_was_typed(enter, office) -> None:
    answer = enter(office.world.broker).post("/origin/new/", typed(event_key="e-1", more="1"))
    page = text(answer)
    assert answer.status_code == 200
    assert 'name="goods-4-hs6"' in page
    assert 'value="080410"' in page
    assert 'value="واحة"' in page


def test_an_act_refused_says_why(enter, office) -> None:
    made = office.proof("checked")
    answer = enter(office.officer("issuing_officer")).post(f"/origin/{made.key}/issue/", {"version": "1"})
    assert (answer.status_code, "OutOfTurn" in text(answer)) == (409, True)
    answer = enter(office.officer("issuing_officer")).post(f"/origin/{made.key}/refuse/", {"version": "2"})
    assert answer.status_code == 422
    answer = enter(office.officer("origin_officer")).post(f"/origin/{made.key}/issue/", {"version": "2"})
    assert answer.status_code == 403
    assert enter(office.world.rival).get(f"/origin/{made.key}/").status_code == 404


def test_the_code_is_checked_from_a_hand_scanner_and_stands_in_no_address(enter, office, foreign) -> None:
    client = enter(office.officer("verifying_officer"))
    page = text(client.post("/origin/check/", {"code": f"{foreign}\r\n"}))
    assert "LY-GHADAMES-2026-000001" in page
    assert "Valid" in page
    answer = client.post("/origin/check/", {"code": foreign[:-1]})
    assert (answer.status_code, "NotAProof" in text(answer)) == (422, True)
    assert foreign[:40] not in "".join(client.get("/origin/check/").request["PATH_INFO"])
    assert enter(office.world.stranger).get("/origin/check/").status_code == 403


def test_a_proof_is_presented_doubted_and_assessed_from_its_pages(enter, office, claimed, foreign) -> None:
    client = enter(office.officer("verifying_officer"))
    address = f"/origin/declarations/{claimed.key}/"
    shown = client.post(address, {"code": foreign, "serial": "", "agreement": "pafta"}, follow=True)
    made = PresentedProof.objects.get()
    assert (shown.status_code, made.verdict) == (200, "valid")
    assert client.post(address, {"code": foreign, "serial": "", "agreement": "pafta"}).status_code == 422
    assert made.serial in text(client.get(f"/declarations/{claimed.key}/"))
    ask = f"/origin/presented/{made.key}/"
    refused = client.post(ask, {"reason": "doubt", "text": "", "partner": ""})
    assert (refused.status_code, "ReasonMissing" in text(refused)) == (422, True)
    assert client.post(ask, {"reason": "sample", "text": "", "partner": ""}).status_code == 302
    assert Verification.objects.get().side == "asking"
    assessor = enter(office.officer("assessor"))
    assert assessor.post(f"{address}assess/", {"reason": "x"}).status_code == 302
    assert "54" in text(assessor.get(f"/declarations/{claimed.key}/"))


def test_a_partner_is_answered_from_the_page(enter, office) -> None:
    test_messages.inbox.open_request(test_messages.ASKED, test_messages.letter())
    asked = Verification.objects.get()
    client = enter(office.officer("verifying_officer"))
    address = f"/origin/verifications/{asked.key}/"
    assert "No proof of this office bears the number." in text(client.get(address))
    told = {"version": "1", "outcome": "not_authentic", "findings": "غير مسجلة"}
    assert client.post(address, told).status_code == 302
    assert Verification.objects.get().outcome == "not_authentic"
    assert client.post(address, told).status_code == 409


@pytest.mark.parametrize("agreement", ["pafta", "afcfta"])
@pytest.mark.parametrize("second", ["fr", "en"])
def test_the_certificate_bears_every_word_that_was_signed(enter, office, agreement, second) -> None:
    goods = [each.__class__(**{**each.__dict__, "criterion": "WP" if agreement == "afcfta" else each.criterion})
             for each in application().goods]  # fmt: skip
    made = office.proof(application=application(agreement=agreement, goods=tuple(goods)))
    page = text(enter(office.officer("issuing_officer")).get(f"/origin/{made.key}/paper/?with={second}"))
    for word in (made.serial, made.exporter, made.consignee, made.invoice, "080410", "2026-11-22", 'class="qr"'):
        assert word in page


def test_an_application_prints_without_a_code_and_says_so(enter, office) -> None:
    made = office.proof("applied")
    page = text(enter(office.world.broker).get(f"/origin/{made.key}/paper/"))
    assert 'class="qr"' not in page
    assert "طلب غير موقَّع" in page


@pytest.mark.skipif(not paper_making.can_make_pdf(), reason="no Pango here")
def test_the_certificate_is_made_as_pdf(enter, office) -> None:
    made = office.proof()
    client = enter(office.world.broker)
    answer = client.post(f"/origin/{made.key}/pdf/")
    work_off()
    page = text(client.get(answer.url))
    file = client.get(re.search(r'href="([^"]+/file/)"', page)[1])
    assert file.content.startswith(b"%PDF")
    assert enter(office.world.rival).get(answer.url).status_code == 404


def test_lists_ask_the_same_few_questions_however_long(enter, office, django_assert_max_num_queries) -> None:
    for _ in range(6):
        office.apply(at=later(0.1))
    client = enter(office.officer("issuing_officer"))
    client.get("/origin/")
    with django_assert_max_num_queries(16):
        assert client.get("/origin/").status_code == 200
    assert len(queries.proofs_at(["dz.debdeb"]).rows) == 6
