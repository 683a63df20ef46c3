"""The broker's pages: his own papers only, drafts that keep every word, lodging that alone waits."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from mabar.base.keys import new_key
from mabar.base.models import JournalLine
from mabar.declarations import commands, sad
from mabar.declarations.models import DateReading, Declaration, Draft
from tests.declarations.records import SEED, import_record, item
from tests.languages import EACH_LANGUAGE

pytestmark = pytest.mark.django_db(databases="__all__")
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
WRITES = ("INSERT", "UPDATE", "DELETE")
STEPS = ("header", "parties", "transport", "items", "documents", "review")


@pytest.fixture
def enter(client, world):
    cache.clear()

    def as_actor(actor, language="ar"):
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_actor


@pytest.fixture
def broker(enter, world):
    return enter(world.broker)


@pytest.fixture
def crossing(world):
    from mabar.crossings import commands as crossings

    for place in ("dz.debdeb", "ly.ghadames"):
        crossings.establish(world.node, place, gates=2, at=NOW)


def draft_of(actor, record=None, *, step="header", **more):
    key = new_key(datetime.now(UTC))
    commands.save_draft(
        actor, key, record=record or import_record(), place="dz.debdeb", step=step, at=datetime.now(UTC), **more
    )
    return key


def lodged_by(actor, record=None):
    at = datetime.now(UTC)
    return commands.lodge(actor, new_key(at), record=record or import_record(), place="dz.debdeb", seed=SEED, at=at)


def record_of(key):
    return sad.loads(Draft.objects.get(key=key).record)


def typed(page, **changes):
    """Give what the form would send as it stands, with changes."""
    html = page.content.decode()
    found = {}
    for tag in re.findall(r"<(?:input|textarea|select)\b[^>]*>", html):
        name = re.search(r'name="([^"]+)"', tag)
        if name and 'type="radio"' not in tag and name[1] not in ("csrfmiddlewaretoken", "language", "next"):
            value = re.search(r'value="([^"]*)"', tag)
            found[name[1]] = value[1].replace("&#x27;", "'").replace("&amp;", "&") if value else ""
    for name, body in re.findall(r'<select\b[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    return found | changes


def address(key, step):
    return f"/declarations/drafts/{key}/{step}/"


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_each_step_opens_in_each_language(enter, world, language):
    key = draft_of(world.broker)
    for step in STEPS:
        answer = enter(world.broker, language).get(address(key, step))
        assert answer.status_code == 200, step
        text = answer.content.decode()
        assert f'lang="{language}"' in text, step
        assert text.count("<h1") == 1, step
        assert text.count("button main") == 1, step
        assert ' style="' not in text, step
        assert "disabled" not in text, step


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_each_list_opens_in_each_language(enter, world, crossing, language):
    lodged_by(world.broker)
    draft_of(world.broker)
    for page in ("mine/", "drafts/", "drafts/new/", "upload/"):
        answer = enter(world.broker, language).get(f"/declarations/{page}")
        assert answer.status_code == 200, page
        assert f'lang="{language}"' in answer.content.decode(), page


def test_opening_a_step_writes_nothing_and_asks_little(broker, world, django_assert_max_num_queries):
    key = draft_of(world.broker)
    for step in STEPS:
        broker.get(address(key, step))
        lines = JournalLine.objects.count()
        with django_assert_max_num_queries(12, info=step) as asked:
            broker.get(address(key, step))
        assert [query["sql"] for query in asked if query["sql"].split()[0] in WRITES] == [], step
        assert JournalLine.objects.count() == lines, step


def test_what_was_shown_and_sent_back_changes_nothing(broker, world):
    key = draft_of(world.broker, import_record(items=(item(1, net_mass_g=120_000, gross_mass_g=121_000),)))
    before = record_of(key)
    for step in STEPS[:-1]:
        page = broker.get(address(key, step))
        answer = broker.post(address(key, step), typed(page, act="continue"))
        assert answer.status_code == 302, answer.content.decode()
    assert record_of(key) == before


def test_a_draft_of_another_house_is_not_known(enter, world):
    key = draft_of(world.broker)
    rival = enter(world.rival)
    for path in (address(key, "header"), address(key, "review"), f"/declarations/drafts/{key}/items/1/"):
        assert rival.get(path).status_code == 404
    assert rival.post(address(key, "items"), {"version": "1"}).status_code == 404
    assert rival.post(f"/declarations/drafts/{key}/drop/").status_code == 404
    assert Draft.objects.filter(key=key).exists()
    assert "T-0001" not in rival.get("/declarations/drafts/").content.decode()


def test_a_declarant_sees_the_declarations_of_his_own_firm_only(enter, world):
    lodged = lodged_by(world.broker)
    assert lodged.number in enter(world.broker).get("/declarations/mine/").content.decode()
    rival = enter(world.rival)
    assert lodged.number not in rival.get("/declarations/mine/").content.decode()
    assert lodged.key not in rival.get(f"/declarations/mine/?reference={lodged.number}").content.decode()
    for act in ("answer", "withdraw", "truck"):
        assert rival.get(f"/declarations/{lodged.key}/{act}/").status_code == 404
    assert rival.post(f"/declarations/{lodged.key}/amend/").status_code == 404


@pytest.mark.parametrize("page", ["drafts/", "drafts/new/", "upload/"])
def test_who_writes_no_drafts_is_refused(enter, world, page):
    assert enter(world.officers["cashier"]).get(f"/declarations/{page}").status_code == 403


def test_the_list_is_narrowed_and_a_known_number_leads_to_its_page(broker, world):
    lodged = lodged_by(world.broker)
    other = lodged_by(world.broker, import_record("T-0002"))
    commands.cancel(world.officers["registrar"], other.key, reason="Lodged by mistake", at=datetime.now(UTC))
    page = broker.get("/declarations/mine/?state=cancelled").content.decode()
    assert other.number in page
    assert lodged.number not in page
    assert broker.get(f"/declarations/mine/?reference={lodged.number}")["Location"] == f"/declarations/{lodged.key}/"
    assert "state=cancelled" in broker.get("/declarations/mine/").content.decode()


def test_the_list_goes_on_by_key(broker, world, monkeypatch):
    from mabar.declarations.queries import lists

    keys = [lodged_by(world.broker, import_record(f"T-{number:04}")).key for number in range(lists.PAGE + 1)]
    first = broker.get("/declarations/mine/").content.decode()
    assert f"/declarations/{keys[0]}/" not in first
    after = re.search(r'rel="next" href="([^"]+)"', first)
    assert after
    assert f"/declarations/{keys[0]}/" in broker.get(f"/declarations/mine/{after[1]}").content.decode()


def test_a_new_declaration_begins_with_what_is_known(broker, world, crossing):
    answer = broker.post(
        "/declarations/drafts/new/",
        {"place": "dz.debdeb", "flow": "export", "regime": "export", "reference": "OASIS 7"},
    )
    draft = Draft.objects.get()
    record = sad.loads(draft.record)
    assert answer["Location"] == address(draft.key, "header")
    assert (record.general_procedure_code, record.type_code, record.office.code) == ("1", "EX", "DZDEB")
    assert (record.declarant.name, record.export_country.code) == ("Oasis Brokers", "DZ")
    assert draft.trader_reference == "OASIS 7"


def test_a_new_declaration_asks_for_a_crossing_that_the_node_has(broker, world, crossing):
    answer = broker.post("/declarations/drafts/new/", {"place": "xx.nowhere", "flow": "import", "regime": "import"})
    assert answer.status_code == 422
    assert 'href="#id_place"' in answer.content.decode()
    assert not Draft.objects.exists()


def test_a_draft_is_deleted(broker, world):
    key = draft_of(world.broker)
    assert broker.get(f"/declarations/drafts/{key}/drop/").status_code == 405
    assert broker.post(f"/declarations/drafts/{key}/drop/").status_code == 302
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("act", "leads_to"),
    [("continue", "documents"), ("previous", "transport"), ("go.review", "review"), ("go.header", "header")],
)
def test_every_way_on_saves_what_was_typed(broker, world, act, leads_to):
    key = draft_of(world.broker)
    page = broker.get(address(key, "items"))
    answer = broker.post(address(key, "items"), typed(page, **{"act": act, "items[0].description": "Pumps, typed"}))
    assert answer["Location"].startswith(address(key, leads_to))
    assert record_of(key).items[0].description == "Pumps, typed"


def test_the_draft_saves_itself_while_one_types(broker, world):
    key = draft_of(world.broker)
    page = broker.get(address(key, "parties"))
    sent = typed(page, **{"act": "save", "exporter.name": "Typed exporter"})
    told = broker.post(address(key, "parties"), sent, headers={"Accept": "application/json"})
    assert told.json()["version"] == 2
    assert re.fullmatch(r"[0-9]{2}:[0-9]{2}:[0-9]{2}", told.json()["saved_at"])
    assert record_of(key).exporter.name == "Typed exporter"
    again = broker.post(address(key, "parties"), sent, headers={"Accept": "application/json"})
    assert again.status_code == 409
    assert again.json()["what"]


def test_two_tabs_at_once_are_told_and_lose_no_word(broker, world):
    key = draft_of(world.broker)
    stale = typed(broker.get(address(key, "parties")), **{"exporter.name": "From the second tab"})
    broker.post(address(key, "parties"), typed(broker.get(address(key, "parties")), **{"exporter.code": "FIRST"}))
    answer = broker.post(address(key, "parties"), stale)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "OutOfTurn" in text
    assert "From the second tab" in text
    assert record_of(key).exporter.code == "FIRST"
    broker.post(address(key, "parties"), typed(answer))
    assert record_of(key).exporter.name == "From the second tab"


def test_both_kinds_of_digits_are_read(broker, world):
    key = draft_of(world.broker)
    page = broker.get(address(key, "items"))
    changes = {
        "items[0].packages.count": "١٢",
        "items[0].net_mass_g": "٤٨٠٫٢٥",
        "items[0].gross_mass_g": "۵۰۰,5",
        "items[0].price": "١٬٢٣٤٫٥",
        "items[0].commodity_code": "٨٤١٣.٧٠",
    }
    broker.post(address(key, "items"), typed(page, **changes))
    first = record_of(key).items[0]
    assert (first.packages.count, first.net_mass_g, first.gross_mass_g) == (12, 480_250, 500_500)
    assert (first.price.minor, first.commodity_code) == (123_450, "841370")


def test_a_number_with_two_readings_is_asked_and_the_answer_taken(broker, world):
    key = draft_of(world.broker)
    page = broker.get(address(key, "items"))
    answer = broker.post(address(key, "items"), typed(page, **{"items[1].net_mass_g": "1.500", "act": "save"}))
    item_before = record_of(key).items[1]
    assert (item_before.net_mass_g, item_before.verbatim) == (None, {"net_mass_g": "1.500"})
    shown = broker.get(answer["Location"])
    text = shown.content.decode()
    assert 'value="1.500"' in text
    assert "G-0651" in text
    assert 'value="items[1].net_mass_g=1500"' in text
    broker.post(address(key, "items"), typed(shown, accept="items[1].net_mass_g=1.500"))
    after = record_of(key).items[1]
    assert (after.net_mass_g, after.verbatim) == (1_500, {})


@pytest.mark.parametrize(
    ("box", "text", "code"),
    [
        ("net_mass_g", "heavy", "G-0652"),
        ("gross_mass_g", "-3", "G-0653"),
        ("packages.count", "2,5", "G-0654"),
        ("price", "1200,005", "G-0655"),
        ("net_mass_g", "9" * 30, "G-0656"),
        ("commodity_code", "8421\u202e.23", "G-0204"),
    ],
)
def test_what_cannot_be_read_stays_in_its_box_and_says_why(broker, world, box, text, code):
    key = draft_of(world.broker)
    page = broker.get(address(key, "items"))
    answer = broker.post(address(key, "items"), typed(page, **{f"items[0].{box}": text, "act": "save"}))
    assert answer.status_code == 302
    shown = broker.get(answer["Location"]).content.decode()
    assert code in shown
    assert record_of(key).items[0].verbatim[box] == text
    assert 'aria-invalid="true"' in shown


def test_net_above_gross_is_refused_beside_its_row_and_one_goes_on(broker, world):
    key = draft_of(world.broker)
    page = broker.get(address(key, "items"))
    answer = broker.post(address(key, "items"), typed(page, **{"items[0].net_mass_g": "600"}))
    assert answer["Location"] == address(key, "documents")
    text = broker.get(address(key, "items")).content.decode()
    assert "G-0312" in text
    assert 'href="?page=1#items-0-net_mass_g"' in text or "#items-0-net_mass_g" in text
    assert 'id="items-0-net_mass_g"' in text


def test_the_nearest_code_is_adopted_by_a_button(broker, world):
    pumps = item(1, commodity_code="842124", description="Oil or petrol filters for internal combustion engines")
    key = draft_of(world.broker, import_record(items=(pumps,)))
    page = broker.get(address(key, "items"))
    wish = 'value="items[0].commodity_code=8421.23"'
    assert wish in page.content.decode()
    answer = broker.post(address(key, "items"), typed(page, accept="items[0].commodity_code=8421.23"))
    assert answer["Location"].endswith("#items-0-commodity_code")
    assert record_of(key).items[0].commodity_code == "842123"


def test_a_proposal_for_no_box_changes_nothing(broker, world):
    key = draft_of(world.broker)
    before = record_of(key)
    for wish in ("items[9].price=1", "kept=1", "items[0].verbatim=1", "items[0].net_mass_g=many"):
        broker.post(address(key, "items"), typed(broker.get(address(key, "items")), accept=wish))
    assert record_of(key) == before


def test_a_text_longer_than_its_box_is_refused_and_kept_on_the_page(broker, world):
    key = draft_of(world.broker)
    page = broker.get(address(key, "parties"))
    answer = broker.post(address(key, "parties"), typed(page, **{"exporter.name": "x" * 501}))
    assert answer.status_code == 422
    assert "x" * 501 in answer.content.decode()
    assert record_of(key) == import_record()


def test_items_are_added_pasted_and_taken_out(broker, world):
    key = draft_of(world.broker)
    broker.post(address(key, "items"), typed(broker.get(address(key, "items")), act="add"))
    assert record_of(key).items[2].procedure_code == "4000"
    rows = "8421.23\tOil filters\tIT\t5\t12,5\t13\t99,50\n\n8708.30;Brakes;TN;1;2;3;4"
    answer = broker.post(address(key, "items"), typed(broker.get(address(key, "items")), act="paste", pasted=rows))
    record = record_of(key)
    assert [each.commodity_code for each in record.items[3:]] == ["842123", "870830"]
    assert (record.items[3].price.minor, record.items[3].net_mass_g, record.item_count) == (9950, 12_500, 5)
    assert answer["Location"].endswith("#items-4-commodity_code")
    broker.post(address(key, "items"), typed(broker.get(address(key, "items")), act="remove.2"))
    assert [each.commodity_code for each in record_of(key).items] == ["84137000", "84137000", "842123", "870830"]


def test_two_thousand_items_are_held_fifty_a_page_and_one_more_is_refused(broker, world):
    key = draft_of(world.broker, import_record(items=()))
    row = "8413.70\tPump\tIT\t10\t480\t500\t12,50"
    page = typed(broker.get(address(key, "items")), act="paste", pasted="\n".join([row] * 2000))
    assert broker.post(address(key, "items"), page).status_code == 302
    shown = broker.get(f"{address(key, 'items')}?page=40")
    assert shown.content.decode().count('class="index"') == 51
    sent = typed(shown, **{"items[1999].description": "The last pump", "act": "page.1"})
    assert broker.post(address(key, "items"), sent)["Location"].endswith("?page=1")
    assert record_of(key).items[1999].description == "The last pump"
    refused = broker.post(address(key, "items"), typed(broker.get(address(key, "items")), act="add"))
    assert refused.status_code == 422
    assert "FormFull" in refused.content.decode()
    assert len(record_of(key).items) == 2000
    assert broker.get(address(key, "review")).status_code == 200


def test_the_boxes_beyond_the_grid_stand_on_the_items_own_page(broker, world):
    key = draft_of(world.broker)
    path = f"/declarations/drafts/{key}/items/2/"
    page = broker.get(path)
    answer = broker.post(path, typed(page, **{"packages.kind_code": "ct", "licence.number": "L 77", "act": "continue"}))
    assert answer["Location"] == f"{address(key, 'items')}?page=1#items-1-commodity_code"
    second = record_of(key).items[1]
    assert (second.packages.kind_code, second.licence.number) == ("CT", "L 77")
    assert broker.get(f"/declarations/drafts/{key}/items/3/").status_code == 404


def test_containers_are_typed_row_by_row(broker, world):
    key = draft_of(world.broker)
    page = broker.get(address(key, "transport"))
    rows = {"containers[0].identity": "MBRU4829157", "containers[2].identity": "msku 1", "act": "save"}
    broker.post(address(key, "transport"), typed(page, **rows))
    assert [each.identity for each in record_of(key).containers] == ["MBRU4829157", "MSKU 1"]
    page = broker.get(address(key, "transport"))
    assert "G-0202" in page.content.decode() or "G-0201" in page.content.decode()
    broker.post(address(key, "transport"), typed(page, **{"containers[0].identity": ""}))
    assert [each.identity for each in record_of(key).containers] == ["MSKU 1"]


def test_documents_go_with_their_items(broker, world):
    key = draft_of(world.broker)
    page = broker.get(address(key, "documents"))
    row = {"documents[2].code": "271", "documents[2].reference": "PL-7", "documents[2].item": "2"}
    broker.post(address(key, "documents"), typed(page, **row, **{"documents[2].on": "03/04/2026", "act": "save"}))
    papers = record_of(key).items[1].documents
    assert [(each.code, each.on) for each in papers] == [("380", "2026-11-01"), ("271", None)]
    page = broker.get(address(key, "documents"))
    assert "G-0601" in page.content.decode()
    broker.post(address(key, "documents"), typed(page, accept="items[1].documents[1].on=2026-04-03"))
    assert record_of(key).items[1].documents[1].on == "2026-04-03"
    assert DateReading.objects.get().verbatim == "03/04/2026"
    page = broker.get(address(key, "documents"))
    refused = broker.post(address(key, "documents"), typed(page, **{"documents[0].item": "9"}))
    assert (refused.status_code, "NoSuchItem" in refused.content.decode()) == (422, True)
    emptied = {"documents[0].code": "", "documents[0].reference": "", "documents[0].on": ""}
    broker.post(address(key, "documents"), typed(page, **emptied))
    assert record_of(key).items[0].documents == ()


def test_another_currency_keeps_the_digits_that_were_typed(broker, world):
    key = draft_of(world.broker)
    page = broker.get(address(key, "header"))
    broker.post(address(key, "header"), typed(page, **{"valuation.invoice.currency": "lyd"}))
    record = record_of(key)
    assert record.valuation.invoice.foreign == sad.Amount(24_000_000, "LYD")
    assert record.items[0].price == sad.Amount(12_000_000, "LYD")


def test_the_regime_brings_its_codes(broker, world):
    key = draft_of(world.broker)
    broker.post(address(key, "header"), typed(broker.get(address(key, "header")), regime="warehousing"))
    assert (record_of(key).general_procedure_code, record_of(key).type_code) == ("7", "IM")


def test_the_sums_stand_against_the_header(broker, world):
    key = draft_of(world.broker, import_record(package_count=25))
    text = broker.get(address(key, "items")).content.decode()
    assert "triangle-alert" in text
    assert "tick-circle" in text


def test_a_save_while_one_types_brings_the_sums_of_what_was_typed(enter, world):
    client = enter(world.broker, "en")
    key = draft_of(world.broker, import_record(package_count=25))
    page = client.get(address(key, "items"))
    count = record_of(key).items[0].packages.count
    others = sum(item.packages.count for item in record_of(key).items) - count
    sent = typed(page, act="save") | {"items[0].packages.count": str(25 - others)}
    told = client.post(address(key, "items"), sent, headers={"Accept": "application/json"}).json()
    assert told["sums"].startswith('<dl class="sums">')
    packages = told["sums"].partition("</div>")[0]
    assert "25" in packages
    assert "Agrees" in packages
    assert (
        "sums"
        not in client.post(
            address(key, "parties"),
            typed(client.get(address(key, "parties")), act="save"),
            headers={"Accept": "application/json"},
        ).json()
    )


def test_lodging_from_the_review_gives_the_number_and_ends_the_draft(broker, world):
    key = draft_of(world.broker)
    answer = broker.post(address(key, "review"), typed(broker.get(address(key, "review")), act="lodge"))
    lodged = Declaration.objects.get()
    assert answer["Location"] == f"/declarations/{lodged.key}/"
    assert lodged.key == key
    assert lodged.number.startswith("DZDEB-")
    assert lodged.lane
    assert not Draft.objects.exists()


def test_the_journal_of_a_declaration_tells_the_saves_of_its_draft_in_one_line(enter, world):
    client = enter(world.broker, "en")
    key = draft_of(world.broker)
    for exporter in ("Saved again", "Saved a third time"):
        client.post(address(key, "parties"), typed(client.get(address(key, "parties")), **{"exporter.name": exporter}))
    client.post(address(key, "review"), typed(client.get(address(key, "review")), act="lodge"))
    page = client.get(f"/declarations/{key}/").content.decode()
    journal = re.search(r"<details><summary[^>]*>.{0,200}<h2>Journal</h2>.*?</details>", page, re.DOTALL)[0]
    assert JournalLine.objects.filter(subject=key, verb="declarations.save_draft").count() == 3
    assert re.findall(r"Draft saved .{0,30}?([0-9]+)</bdi> times", journal) == ["3"]
    assert "Save the draft" not in journal
    assert journal.index("Lodge") < journal.index("Draft saved")


def test_pressing_lodge_twice_is_one_declaration(broker, world):
    key = draft_of(world.broker)
    sent = typed(broker.get(address(key, "review")), act="lodge")
    broker.post(address(key, "review"), sent)
    broker.post(address(key, "review"), sent)
    assert Declaration.objects.count() == 1


def test_the_same_content_in_a_second_draft_is_the_same_declaration(broker, world):
    lodged = lodged_by(world.broker)
    key = draft_of(world.broker)
    answer = broker.post(address(key, "review"), typed(broker.get(address(key, "review")), act="lodge"))
    assert answer["Location"] == f"/declarations/{lodged.key}/"
    assert Declaration.objects.count() == 1


def test_what_is_refused_is_not_lodged_and_nothing_is_lost(broker, world):
    key = draft_of(world.broker, import_record(items=(item(1, net_mass_g=600_000),)))
    page = broker.get(address(key, "review"))
    assert "G-0312" in page.content.decode()
    assert f"{address(key, 'items')}?page=1#items-0-net_mass_g" in page.content.decode()
    answer = broker.post(address(key, "review"), typed(page, act="lodge"))
    assert (answer.status_code, "RefusedByChecks" in answer.content.decode()) == (422, True)
    assert (Declaration.objects.count(), Draft.objects.count()) == (0, 1)


def test_a_text_that_was_not_read_keeps_lodging_waiting(broker, world):
    unread = item(1, net_mass_g=None, verbatim={"net_mass_g": "1.500"})
    key = draft_of(world.broker, import_record(items=(unread,)))
    answer = broker.post(address(key, "review"), typed(broker.get(address(key, "review")), act="lodge"))
    assert answer.status_code == 422
    assert "G-0651" in answer.content.decode()
    assert not Declaration.objects.exists()


def test_a_draft_changed_meanwhile_is_not_lodged_unseen(broker, world):
    key = draft_of(world.broker)
    sent = typed(broker.get(address(key, "review")), act="lodge")
    broker.post(address(key, "parties"), typed(broker.get(address(key, "parties"))))
    assert broker.post(address(key, "review"), sent).status_code == 409
    assert not Declaration.objects.exists()


def test_the_review_leads_back_to_a_step_and_enter_lodges_nothing(broker, world):
    key = draft_of(world.broker)
    page = broker.get(address(key, "review"))
    assert broker.post(address(key, "review"), typed(page, act="go.items"))["Location"] == address(key, "items")
    assert broker.post(address(key, "review"), typed(page, act="save")).status_code == 200
    assert not Declaration.objects.exists()


def test_an_unknown_step_is_no_page(broker, world):
    assert broker.get(address(draft_of(world.broker), "nothing")).status_code == 404


def test_json_for_the_program_of_the_page_only(broker, world):
    key = draft_of(world.broker)
    answer = broker.post(address(key, "header"), {"version": "1", "act": "leave"})
    assert answer["Location"] == "/declarations/drafts/"
    assert json.loads(Draft.objects.get(key=key).record)["record"] == "sad/1"


def test_a_new_document_that_saves_itself_twice_is_one_document(broker, world):
    key = draft_of(world.broker)
    row = {"documents[2].code": "271", "documents[2].reference": "PL-7", "documents[2].item": "1", "act": "save"}
    sent = typed(broker.get(address(key, "documents")), **row)
    told = broker.post(address(key, "documents"), sent, headers={"Accept": "application/json"}).json()
    assert told["fields"]["documents[2].from"] == "0.1"
    sent |= told["fields"] | {"version": told["version"], "documents[2].reference": "PL-78"}
    broker.post(address(key, "documents"), sent, headers={"Accept": "application/json"})
    assert [each.reference for each in record_of(key).items[0].documents] == ["INV-1", "PL-78"]
    assert len(record_of(key).items[1].documents) == 1


@pytest.mark.parametrize("page", ["mine/", "drafts/", "upload/"])
def test_opening_a_list_writes_nothing_and_asks_little(broker, world, crossing, page, django_assert_max_num_queries):
    for number in range(3):
        lodged_by(world.broker, import_record(f"T-{number}"))
        draft_of(world.broker)
    broker.get(f"/declarations/{page}")
    with django_assert_max_num_queries(12) as asked:
        broker.get(f"/declarations/{page}")
    assert [query["sql"] for query in asked if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")] == []
