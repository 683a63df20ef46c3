"""What a declarant does with his lodged declaration: answer, amend, cancel, put it on a truck."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from mabar.base.keys import new_key
from mabar.crossings import commands as crossings
from mabar.crossings.models import Passage, PassageDeclaration
from mabar.declarations import commands, sad
from mabar.declarations.models import Declaration, Draft, Query, Register, Version
from tests.declarations.records import SEED, import_record

pytestmark = pytest.mark.django_db(databases="__all__")


def now():
    return datetime.now(UTC)


@pytest.fixture
def broker(client, world):
    cache.clear()
    crossings.establish(world.node, "dz.debdeb", gates=2, at=now())
    client.force_login(world.broker)
    return client


@pytest.fixture
def lodged(broker, world):
    record = import_record()
    return commands.lodge(world.broker, new_key(now()), record=record, place="dz.debdeb", seed=SEED, at=now())


def act(lodged, name):
    return f"/declarations/{lodged.key}/{name}/"


def test_the_answer_reaches_the_office(broker, lodged, world):
    commands.query(world.officers["examiner"], lodged.key, text="Which model of pump?", at=now())
    page = broker.get(act(lodged, "answer")).content.decode()
    assert "Which model of pump?" in page
    answer = broker.post(act(lodged, "answer"), {"answer": "Model 2026"})
    assert answer["Location"] == f"/declarations/{lodged.key}/"
    assert Query.objects.get().answer == "Model 2026"


def test_an_answer_without_words_and_one_to_no_question_are_refused(broker, lodged):
    assert broker.post(act(lodged, "answer"), {"answer": ""}).status_code == 422
    refused = broker.post(act(lodged, "answer"), {"answer": "To nobody's question"})
    assert refused.status_code == 422
    assert "To nobody&#x27;s question" in refused.content.decode()


def test_an_amendment_opens_the_form_and_shows_what_changed(broker, lodged):
    header = broker.post(act(lodged, "amend"))["Location"]
    draft = Draft.objects.get()
    assert header == f"/declarations/drafts/{draft.key}/header/"
    assert draft.amends_id == lodged.key
    assert broker.post(act(lodged, "amend"))["Location"] == header
    items = f"/declarations/drafts/{draft.key}/items/"
    assert 'class="cell inherited"' in broker.get(items).content.decode()
    broker.post(items, {"items[0].net_mass_g": "470", "version": "1", "act": "save"})
    text = broker.get(items).content.decode()
    assert 'class="cell changed"' in text
    assert "480,000" in text
    assert "470,000" in text


def test_an_amendment_is_a_new_version_of_the_same_declaration(broker, lodged):
    broker.post(act(lodged, "amend"))
    draft = Draft.objects.get()
    broker.post(f"/declarations/drafts/{draft.key}/items/", {"items[0].net_mass_g": "470", "version": "1"})
    answer = broker.post(f"/declarations/drafts/{draft.key}/review/", {"act": "lodge", "version": "2"})
    assert answer["Location"] == f"/declarations/{lodged.key}/"
    assert Declaration.objects.count() == 1
    newest = Version.objects.order_by("-number").first()
    assert (newest.number, sad.loads(newest.record).items[0].net_mass_g) == (2, 470_000)
    assert not Draft.objects.exists()


def test_an_amendment_that_changes_nothing_is_refused_and_kept(broker, lodged):
    broker.post(act(lodged, "amend"))
    review = f"/declarations/drafts/{Draft.objects.get().key}/review/"
    answer = broker.post(review, {"act": "lodge", "version": "1"})
    assert "LodgedBefore" in answer.content.decode()
    assert Draft.objects.exists()


@pytest.fixture
def at_the_counter(broker, world):
    today = now().astimezone(world.debdeb.clock).date()
    Register.objects.create(place=world.debdeb, keeper="mabar", office="DZDEB", from_on=today, is_at_once=False)
    record = import_record("T-COUNTER")
    return commands.lodge(world.broker, new_key(now()), record=record, place="dz.debdeb", seed=SEED, at=now())


def test_a_declaration_is_cancelled_before_its_lane_is_drawn(broker, at_the_counter):
    answer = broker.post(act(at_the_counter, "withdraw"), {"reason": "The goods did not come"})
    assert answer["Location"] == f"/declarations/{at_the_counter.key}/"
    at_the_counter.refresh_from_db()
    assert (at_the_counter.state, at_the_counter.end_reason) == ("cancelled", "The goods did not come")


def test_after_the_lane_the_declarant_cancels_no_more(broker, lodged):
    answer = broker.post(act(lodged, "withdraw"), {"reason": "Too late"})
    assert answer.status_code == 422
    assert "Too late" in answer.content.decode()
    assert broker.post(act(lodged, "withdraw"), {"reason": ""}).status_code == 422


TRUCK = {
    "plate": "99417-322-33",
    "trailer_plate": "90218-822-33",
    "carrier": "Sahra Haulage",
    "seals": "DZ 0091874، DZ 0091875",
    "packages": "20",
    "mass": "1 000,000",
}


def test_a_new_truck_is_announced_and_loaded_in_one_form(broker, lodged):
    assert "1\u202f000,000" in broker.get(act(lodged, "truck")).content.decode()
    answer = broker.post(act(lodged, "truck"), TRUCK)
    assert answer.status_code == 302, answer.content.decode()
    passage = Passage.objects.get()
    assert (passage.direction, passage.carrier, len(passage.seals)) == ("entry", "Sahra Haulage", 2)
    share = PassageDeclaration.objects.get()
    assert (share.declaration, share.packages, share.gross_mass_g) == (lodged.key, 20, 1_000_000)


def test_an_announced_truck_of_the_firm_takes_a_share(broker, lodged, world):
    truck = crossings.announce(
        world.broker, new_key(now()), place="dz.debdeb", direction="entry", plate="99417-322-33", at=now()
    )
    page = broker.get(act(lodged, "truck")).content.decode()
    assert truck.key in page
    broker.post(act(lodged, "truck"), {"passage": truck.key, "packages": "5", "mass": "250"})
    assert PassageDeclaration.objects.get().gross_mass_g == 250_000
    assert truck.key not in broker.get(act(lodged, "truck")).content.decode()


def test_a_truck_of_another_firm_is_not_offered_and_not_taken(broker, lodged, world):
    truck = crossings.announce(
        world.rival, new_key(now()), place="dz.debdeb", direction="entry", plate="99417-322-33", at=now()
    )
    assert truck.key not in broker.get(act(lodged, "truck")).content.decode()
    answer = broker.post(act(lodged, "truck"), {"passage": truck.key, "packages": "5", "mass": "250"})
    assert answer.status_code == 422
    assert not PassageDeclaration.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"plate": ""}, "id_plate"),
        ({"packages": "21"}, "21"),
        ({"mass": "1.500"}, "id_mass"),
        ({"mass": "much"}, "much"),
        ({"plate": "?"}, "?"),
    ],
)
def test_a_refused_load_leaves_no_truck_behind_and_keeps_what_was_typed(broker, lodged, change, said):
    answer = broker.post(act(lodged, "truck"), TRUCK | change)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Sahra Haulage" in answer.content.decode()
    assert not Passage.objects.exists()


def test_the_same_form_sent_twice_announces_one_truck(broker, lodged):
    sent = TRUCK | {"packages": "5", "mass": "250", "event_key": new_key(now())}
    broker.post(act(lodged, "truck"), sent)
    broker.post(act(lodged, "truck"), sent)
    assert Passage.objects.count() == 1
    assert PassageDeclaration.objects.count() == 1


def test_the_page_of_the_declaration_offers_the_acts_to_its_declarant(broker, lodged, world):
    commands.query(world.officers["examiner"], lodged.key, text="Which model of pump?", at=now())
    text = broker.get(f"/declarations/{lodged.key}/").content.decode()
    assert act(lodged, "answer") in text
    assert act(lodged, "amend") in text
    assert act(lodged, "truck") in text
    broker.force_login(world.officers["examiner"])
    office = broker.get(f"/declarations/{lodged.key}/").content.decode()
    assert act(lodged, "amend") not in office
