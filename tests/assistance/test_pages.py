"""The pages of assistance: each for whom it is, in the three languages, and a request from draft to answer by forms."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache

from mabar.assistance import queries
from mabar.assistance.models import AssistanceRequest, DeclarationQuery
from mabar.base import doors
from tests.assistance.liaison import ARTICLE, CONTENTS, DEB, GHD, QUERY_ARTICLE
from tests.languages import EACH_LANGUAGE

pytestmark = pytest.mark.django_db(databases="__all__")
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')
PAGES = {
    "/assistance/": "L1",
    "/assistance/new/": "L1",
    "/assistance/oral/": "L1",
    "/assistance/officials/": "H1",
    "/assistance/deadlines/": "H1",
    "/assistance/queries/": "L1",
    "/assistance/oversight/": "O1",
    "/assistance/oversight/?days=365": "O1",
}


@pytest.fixture
def enter(client, service, monkeypatch):
    """Sign an officer in at his node; the doors read the hour of the two nodes."""
    cache.clear()
    monkeypatch.setattr(doors, "now", lambda: service.pair.later(seconds=1))

    def as_officer(code, language="en"):
        actor = service.officers[code]
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_officer


def send(client, page, action, **typed):
    """Send a form of a page as a browser does, with what its hidden fields hold."""
    text = client.get(page).content.decode()
    form = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', text, re.DOTALL)
    assert form, f"no form for {action} on {page}"
    return client.post(action, dict(HIDDEN.findall(form[1])) | typed)


@pytest.mark.parametrize("language", EACH_LANGUAGE)
@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_in_each_language(service, enter, page, language) -> None:
    service.to("answered")
    with service.at(DEB):
        response = enter(f"DEB-{PAGES[page]}", language).get(page)
    assert response.status_code == 200
    assert f'lang="{language}' in response.content.decode()


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_a_request_shows_its_clock_and_the_limits_of_its_answer(service, enter, language) -> None:
    key = service.to("answered")
    for node, code in ((DEB, "DEB-L1"), (GHD, "GHD-L1")):
        with service.at(node):
            text = enter(code, language).get(f"/assistance/{key}/").content.decode()
        assert "use-limits" in text
    assert {"ar": "للأغراض الجمركية وحدها", "fr": "À des fins douanières", "en": "For customs purposes only"}[
        language
    ] in text


def test_each_side_reads_the_same_due_date_on_its_own_clock(service, enter) -> None:
    key = service.sent(pace="urgent")
    due = service.row(DEB, key).due_at
    for node, code, zone in ((DEB, "DEB-L1", 1), (GHD, "GHD-L1", 2)):
        with service.at(node):
            text = enter(code).get(f"/assistance/{key}/").content.decode()
        assert f"{due + timedelta(hours=zone):%Y-%m-%d %H:%M} +0{zone}:00" in text


def test_a_request_goes_from_draft_to_answer_by_forms_alone(service, enter) -> None:
    with service.at(DEB):
        client = enter("DEB-L1")
        assert client.post("/assistance/new/", {**CONTENTS, "pace": "normal", "partner": GHD}).status_code == 302
        key = AssistanceRequest.objects.get().key
        assert send(client, f"/assistance/{key}/", f"/assistance/{key}/send_request/").status_code == 302
    service.carry()
    with service.at(GHD):
        client = enter("GHD-L1")
        assert send(client, f"/assistance/{key}/", f"/assistance/{key}/acknowledge/").status_code == 302
        page, action = f"/assistance/{key}/", f"/assistance/{key}/answer_request/"
        assert send(client, page, action, answer="").status_code == 422
        assert send(client, page, action, answer="Genuine.").status_code == 302
    service.carry()
    assert service.row(DEB, key).answer == "Genuine."


def test_a_refused_act_keeps_what_was_typed_and_says_why(service, enter) -> None:
    key = service.to("acknowledged")
    with service.at(GHD):
        action = f"/assistance/{key}/postpone/"
        told = {"due_at": "2026-01-01T10:00", "reason": "archive closed"}
        response = send(enter("GHD-L1"), f"/assistance/{key}/", action, **told)
    assert response.status_code == 422
    assert "DuePast" in response.content.decode()
    assert "archive closed" in response.content.decode()


def test_only_the_desk_reads_a_request_and_only_oversight_the_log(service, enter) -> None:
    key = service.sent()
    with service.at(DEB):
        assert enter("DEB-O1").get(f"/assistance/{key}/").status_code == 403
        assert enter("DEB-L1").get("/assistance/oversight/").status_code == 403
        text = enter("DEB-O1").get("/assistance/oversight/").content.decode()
    assert "DEBDEB-2026-0001" in text
    assert "DEB-L1" in text
    assert not any(CONTENTS[part] in text for part in ("matter", "reason", "description", "parties"))


def test_a_query_is_asked_by_form_and_read_by_who_asked(service, enter) -> None:
    told = {"number": "no such 1", "purpose": "duty-assessment", "article": QUERY_ARTICLE, "sections": ["items"]}
    with service.at(DEB):
        client = enter("DEB-L1")
        assert client.post("/assistance/queries/", {**told, "purpose": ""}).status_code == 422
        assert client.post("/assistance/queries/", told | {"partner": GHD}).status_code == 302
        key = DeclarationQuery.objects.get().key
        assert client.get(f"/assistance/queries/{key}/").status_code == 200
        assert enter("DEB-L2").get(f"/assistance/queries/{key}/").status_code == 404
    service.carry()
    with service.at(GHD):
        client = enter("GHD-L1")
        assert key in client.get("/assistance/").content.decode()
        page, action = f"/assistance/queries/{key}/", f"/assistance/queries/{key}/answer_query/"
        assert "NoDeclarationToTell" in send(client, page, action).content.decode()
        refuse = f"/assistance/queries/{key}/refuse_query/"
        assert send(client, page, refuse, ground="not-told").status_code == 302
    service.carry()
    assert (service.query_row(DEB, key).state, service.query_row(DEB, key).ground) == ("refused", "not-told")


def test_the_head_designates_and_strikes_on_the_page(service, enter) -> None:
    with service.at(DEB):
        client = enter("DEB-H1")
        page = "/assistance/officials/"
        assert client.post(page, {"official": "deb-l2", "from_on": "2026-11-22"}).status_code == 302
        assert queries.is_designated("DEB-L2", service.now)
        assert "DesignationUnfit" in client.post(page, {"official": "x", "from_on": "2026-11-22"}).content.decode()
        assert client.post("/assistance/officials/strike/", {"official": "DEB-L2"}).status_code == 302
        assert not queries.is_designated("DEB-L2", service.now)


def test_the_head_states_the_deadlines_on_the_page(service, enter) -> None:
    with service.at(DEB):
        client = enter("DEB-H1")
        told = {"acknowledge_hours": 12, "urgent_hours": 48, "confirm_hours": 24, "query_hours": 48, "normal_days": 20}
        told |= {"origin_days": 90, "complete_days": 30, "queries_an_hour": 5, "basis": "Session 9", "with": "ly"}
        assert client.post("/assistance/deadlines/", told | {"normal_days": 0}).status_code == 422
        assert client.post("/assistance/deadlines/", told).status_code == 302
        assert queries.deadlines_with("ly", service.now).deadlines.normal_days == 20


def test_the_article_of_the_terms_is_offered(service, enter) -> None:
    with service.at(DEB):
        assert ARTICLE in enter("DEB-L1").get("/assistance/new/").content.decode()
