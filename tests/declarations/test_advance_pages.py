"""The pages of what came from across: the list, the claim, the draft that tells where each value is from, the truck."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from mabar.crossings import commands as crossings
from mabar.declarations.models import Draft
from tests.crossings import yard
from tests.declarations.advancing import PLATE, REFERENCE, arrive, draft_of, message
from tests.declarations.test_advance import withdrawn
from tests.declarations.test_pages_broker import typed

pytestmark = pytest.mark.django_db(databases="__all__")
HERE, LIST = "ly.ghadames", "/declarations/from-across/"
WORDS = {
    "ar": ("موروث", "مؤكَّد", "مغيَّر"),
    "fr": ("Hérité", "Confirmé", "Modifié"),
    "en": ("Inherited", "Confirmed", "Changed"),
}


@pytest.fixture
def across(world):
    crossings.establish(world.node, HERE, gates=2, at=datetime.now(UTC) - timedelta(hours=3))
    return world


@pytest.fixture
def enter(client, across):
    cache.clear()

    def as_actor(actor, language="en"):
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_actor


def came(minutes: int = 0):
    return arrive(message(), at=datetime.now(UTC) - timedelta(minutes=minutes))


def claimed(enter, across, language="en"):
    draft = draft_of(came())
    client = enter(across.broker, language)
    answer = client.post(LIST, {"reference": REFERENCE, "proof": PLATE})
    assert answer.headers["Location"].endswith(f"{draft.key}/header/")
    return client, draft


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>|[\u2066-\u2069]", " ", answer.content.decode()).split())


def test_the_registrar_lists_what_waits_and_all_that_came(enter, across) -> None:
    came()
    client = enter(across.across["registrar"])
    shown = client.get(LIST)
    assert REFERENCE in text(shown)
    assert PLATE in text(shown)
    arrive(withdrawn(), at=datetime.now(UTC))
    assert REFERENCE not in text(client.get(LIST))
    assert "Release taken back" in text(client.get(f"{LIST}?all=1"))


def test_the_office_across_the_border_sees_nothing_of_it(enter, across) -> None:
    came()
    assert REFERENCE not in text(enter(across.officers["registrar"]).get(LIST))


@pytest.mark.parametrize("language", WORDS)
def test_a_declarant_claims_and_reads_of_each_value_where_it_is_from(enter, across, language) -> None:
    client, draft = claimed(enter, across, language)
    for step in ("header", "parties", "transport", "items", "documents"):
        shown = client.get(f"/declarations/drafts/{draft.key}/{step}/")
        assert shown.status_code == 200
        assert WORDS[language][0] in text(shown), step
        assert "#inherited" in shown.content.decode(), step
    review = client.get(f"/declarations/drafts/{draft.key}/review/")
    assert "G-0801" in text(review)
    assert WORDS[language][0] in text(review)


def test_a_wrong_claim_is_refused_with_its_reason_and_shows_nothing(enter, across) -> None:
    came()
    answer = enter(across.broker).post(LIST, {"reference": REFERENCE, "proof": "1-1"})
    assert answer.status_code == 422
    assert "Nothing was claimed" in text(answer)
    assert enter(across.broker).post(LIST, {"reference": "", "proof": ""}).status_code == 422
    claimed_by = enter(across.broker).post(LIST, {"reference": REFERENCE, "proof": PLATE})
    assert claimed_by.status_code == 302
    second = enter(across.rival).post(LIST, {"reference": REFERENCE, "proof": PLATE})
    assert "another declarant" in text(second)


def test_confirming_a_step_confirms_what_it_shows_and_keeps_the_reader_there(enter, across) -> None:
    client, draft = claimed(enter, across)
    for step in ("header", "items"):
        url = f"/declarations/drafts/{draft.key}/{step}/"
        page = client.get(url)
        assert "Confirm what is inherited here" in text(page)
        answer = client.post(url, typed(page, act="confirm"))
        assert answer.headers["Location"].startswith(url)
    kept = Draft.objects.get(key=draft.key).inherited
    assert kept["items[1].price"]["state"] == kept["valuation.invoice.foreign"]["state"] == "confirmed"
    assert kept["items[0].packages.marks_1"]["state"] == kept["exporter.name"]["state"] == "inherited"
    assert "G-080" not in text(client.get(f"/declarations/drafts/{draft.key}/review/"))
    item = f"/declarations/drafts/{draft.key}/items/1/"
    assert client.post(item, typed(client.get(item), act="confirm")).headers["Location"] == item
    kept = Draft.objects.get(key=draft.key).inherited
    assert kept["items[0].packages.marks_1"]["state"] == "confirmed"
    assert kept["items[1].packages.marks_1"]["state"] == "inherited"


def test_another_value_stands_beside_the_one_that_came(enter, across) -> None:
    client, draft = claimed(enter, across)
    url = f"/declarations/drafts/{draft.key}/parties/"
    came_as = Draft.objects.get(key=draft.key).inherited["exporter.name"]["value"]
    client.post(url, typed(client.get(url), **{"exporter.name": "Another firm", "act": "save"}))
    shown = text(client.get(url))
    assert "Changed" in shown
    assert f"inherited: {' '.join(came_as.split())}" in shown


def test_a_release_taken_back_warns_on_the_draft_and_does_not_stop_it(enter, across) -> None:
    client, draft = claimed(enter, across)
    arrive(withdrawn(), at=datetime.now(UTC))
    review = text(client.get(f"/declarations/drafts/{draft.key}/review/"))
    assert "G-0803" in review
    assert "Release taken back" in text(client.get(f"/declarations/drafts/{draft.key}/header/"))


def test_the_list_of_drafts_says_which_came_from_across(enter, across) -> None:
    client, _draft = claimed(enter, across)
    assert "from across" in text(client.get("/declarations/drafts/"))


def queued(across, minutes: int) -> str:
    key = yard.announce(across, place=HERE, actor=across.across["yard_officer"], at=datetime.now(UTC))
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    crossings.join_queue(across.across["yard_officer"], key, at=at)
    return key


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "not before the truck"), (1, "one minute before"), (75, "75 minutes before the truck")]
)
def test_an_officer_reads_on_the_truck_when_its_data_came(enter, across, minutes, said) -> None:
    came()
    key = queued(across, minutes)
    client = enter(across.across["yard_officer"])
    assert said in text(client.get(f"/passages/{key}/"))
    assert said in text(client.get(f"/board/?place={HERE}"))


def test_before_the_truck_has_come_the_page_says_so(enter, across) -> None:
    came()
    key = yard.announce(across, place=HERE, actor=across.across["yard_officer"], at=datetime.now(UTC))
    shown = text(enter(across.across["yard_officer"]).get(f"/passages/{key}/"))
    assert "the truck has not arrived" in shown
