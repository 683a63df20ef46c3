"""The office's pages of declarations: who opens them, what they show, and every act through its form."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from mabar.base.models import Actor, JournalLine
from mabar.crossings import commands as crossings
from mabar.crossings import queries as trucks
from mabar.declarations import commands, rules
from mabar.declarations.models import Declaration, Inspection, LaneDraw, Query
from tests.crossings import yard
from tests.declarations import desk
from tests.declarations.records import import_record
from tests.languages import EACH_LANGUAGE
from tests.world import NOON, World

pytestmark = pytest.mark.django_db(databases="__all__")
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 60


@pytest.fixture
def enter(client: Client, world: World) -> Any:
    """Sign somebody in: an officer of Debdeb by function, or an actor."""
    cache.clear()
    yard.open_yard(world)

    def as_reader(who: str | Actor, language: str = "ar") -> Client:
        actor = world.officers[who] if isinstance(who, str) else who
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_reader


def url(declaration: Declaration, more: str = "") -> str:
    return f"/declarations/{declaration.key}/{more}"


def do(client: Client, declaration: Declaration, act: str, **typed: Any) -> Any:
    version = desk.fresh(declaration).version
    return client.post(url(declaration, f"{act}/"), {"version": version, **typed})


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_list_and_the_page_open_in_each_language(enter: Any, world: World, language: str) -> None:
    declaration = desk.in_lane(world, "red")
    client = enter("examiner", language)
    for page in ("/declarations/", "/declarations/?state=", url(declaration), url(declaration, "kept/")):
        answer = client.get(page)
        assert answer.status_code == 200, page
        text = text_of(answer)
        assert f'lang="{language}"' in text
        assert text.count("<h1") == 1
        assert ' style="' not in text
        assert declaration.number in text


def test_a_page_writes_nothing_and_stays_within_fifteen_queries(
    enter: Any, world: World, django_assert_max_num_queries: Any
) -> None:
    declaration = desk.released(world, "red")
    on_a_truck(world, declaration)
    client = enter("head_of_inspection")
    for page in (url(declaration), "/declarations/?state=", "/declarations/?awaiting=assign_team"):
        client.get(page)
        with django_assert_max_num_queries(15) as asked:
            assert client.get(page).status_code == 200
        assert [query["sql"] for query in asked if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")] == []


def on_a_truck(world: World, declaration: Declaration) -> str:
    """Put goods on a truck of Debdeb and give the key of its passage."""
    passage = yard.announce(world)
    share = {"packages": 10, "gross_mass_g": 500_000}
    commands.attach(world.officers["registrar"], declaration.key, passage=passage, at=NOON, **share)
    return passage


def test_a_stranger_opens_neither_list_nor_page(enter: Any, world: World) -> None:
    declaration = desk.in_lane(world, "green")
    client = enter(world.stranger)
    for page in ("/declarations/", url(declaration), url(declaration, "asycuda.xml"), "/registers/"):
        answer = client.get(page)
        assert answer.status_code == 403, page
        assert "NotMandated" in text_of(answer)


def test_a_visitor_is_led_to_the_sign_in(client: Client, world: World) -> None:
    assert client.get("/declarations/")["Location"].startswith("/sign-in/")


def test_another_house_and_another_place_learn_nothing(enter: Any, world: World) -> None:
    declaration = desk.in_lane(world, "green")
    for reader in (world.rival, world.across["examiner"]):
        client = enter(reader)
        for more in ("", "kept/", "source/", "asycuda.xml", "paper/"):
            assert client.get(url(declaration, more)).status_code == 404, more


def test_a_declarant_is_led_to_his_own_list_and_sees_his_paper_without_what_is_the_office_s(
    enter: Any, world: World
) -> None:
    declaration = desk.examined(world, "red")
    team = Inspection.objects.get().team
    client = enter(world.broker, "en")
    assert client.get("/declarations/")["Location"] == "/declarations/mine/"
    text = text_of(client.get(url(declaration)))
    assert declaration.number in text
    assert "Why this lane?" not in text
    assert not any(f'<bdi dir="ltr">{member}</bdi></span>' in text for member in team)
    assert f"/declarations/{declaration.key}/assess/" not in text
    assert client.post(url(declaration, "release/"), {"version": 1}).status_code == 404


def test_the_list_opens_at_what_waits_for_the_reader(enter: Any, world: World) -> None:
    waiting, other = desk.in_lane(world, "yellow", "T-1"), desk.in_lane(world, "green", "T-2")
    text = text_of(enter("examiner").get("/declarations/"))
    assert waiting.number in text
    assert other.number not in text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=lane_assigned", 2),
        ("state=&lane=yellow", 1),
        ("state=closed", 0),
        ("state=queried", 0),
        ("state=&flow=export", 0),
    ],
)
def test_the_list_narrows(enter: Any, world: World, asked: str, found: int) -> None:
    desk.in_lane(world, "yellow", "T-1")
    desk.in_lane(world, "green", "T-2")
    text = text_of(enter("examiner").get(f"/declarations/?{asked}"))
    assert len(re.findall(r'<th role="rowheader"', text)) == found


def test_a_number_typed_in_arabic_figures_leads_to_its_declaration(enter: Any, world: World) -> None:
    declaration = desk.in_lane(world, "green")
    typed = declaration.number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    answer = enter("examiner").get("/declarations/", {"reference": typed})
    assert answer["Location"] == url(declaration)
    assert enter("examiner").get("/declarations/", {"reference": "NONE-1"}).status_code == 200


def test_a_long_list_goes_on_by_the_key_of_its_last_row(enter: Any, world: World) -> None:
    for number in range(51):
        desk.lodge(world, import_record(f"T-{number:04}"))
    client = enter("examiner")
    first = text_of(client.get("/declarations/?state="))
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = text_of(client.get("/declarations/" + older[1].replace("&amp;", "&")))
    assert len(re.findall(r'<th role="rowheader"', first)) == 50
    assert len(re.findall(r'<th role="rowheader"', second)) == 1
    assert 'rel="next"' not in second


def test_only_the_act_in_turn_is_filled(enter: Any, world: World) -> None:
    declaration = desk.in_lane(world, "red")
    text = text_of(enter("examiner", "en").get(url(declaration)))
    assert re.findall(r'class="button main" form="act">([^<]+)<', text) == ["Check the documents"]
    assert 'class="button main"' not in text_of(enter("cashier").get(url(declaration)))


def test_once_a_team_is_drawn_the_filled_button_is_its_own_and_the_head_has_none(enter: Any, world: World) -> None:
    declaration = desk.in_lane(world, "red")
    colleague = desk.second_inspector(world)
    commands.check_documents(world.officers["examiner"], declaration.key, at=NOON)
    filled = r'class="button main" form="act">([^<]+)<'
    head = enter("head_of_inspection", "en").get(url(declaration))
    assert re.findall(filled, text_of(head)) == ["Assign the inspection team"]
    commands.assign_team(world.officers["head_of_inspection"], declaration.key, seed="s", at=NOON)
    for member in (world.officers["inspector"], colleague):
        assert re.findall(filled, text_of(enter(member, "en").get(url(declaration)))) == ["Record the inspection"]
    head = text_of(enter("head_of_inspection", "en").get(url(declaration)))
    assert 'class="button main"' not in head


def test_the_way_of_a_red_declaration_through_the_forms(enter: Any, world: World) -> None:
    declaration = desk.in_lane(world, "red")
    colleague = desk.second_inspector(world)
    assert do(enter("examiner"), declaration, "check_documents", remark="ok").status_code == 302
    assert do(enter("head_of_inspection"), declaration, "assign_team").status_code == 302
    found = {"rows": 3, "finding-0-kind": "quantity", "finding-0-item": 1, "finding-0-details": "8 of 10"}
    assert do(enter(colleague), declaration, "inspect", **found).status_code == 302
    assert do(enter("assessor"), declaration, "assess", amount="2 500,00", currency="DZD").status_code == 302
    paid = {"reference": "R-1", "amount": "2500.00", "currency": "DZD"}
    assert do(enter("cashier"), declaration, "note_payment", **paid).status_code == 302
    assert do(enter("release_officer"), declaration, "release").status_code == 302
    assert desk.fresh(declaration).state == "released"
    assert Inspection.objects.get().findings == [{"kind": "quantity", "item": 1, "details": "8 of 10", "photo": ""}]
    text = text_of(enter("assessor", "en").get(url(declaration)))
    assert "8 of 10" in text
    assert "Difference of quantity" in text
    rows = re.findall(r'<tr role="row"[^>]* id="item-\d+">.*?</tr>', text, re.DOTALL)
    assert ["Discrepancy" in row for row in rows] == [True, *(len(rows) - 1) * [False]]
    assert re.search(r'class="why-row">.{0,400}Difference of quantity: 8 of 10', text, re.DOTALL)


def test_a_photograph_is_kept_shown_and_not_lost_with_a_refusal(enter: Any, world: World, settings: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    declaration = desk.in_lane(world, "red")
    colleague = desk.second_inspector(world)
    commands.check_documents(world.officers["examiner"], declaration.key, at=NOON)
    commands.assign_team(world.officers["head_of_inspection"], declaration.key, seed="s", at=NOON)
    client = enter(colleague)
    typed = {"rows": 3, "finding-0-kind": "photo", "finding-0-picture": SimpleUploadedFile("a.jpg", JPEG)}
    refused = do(client, declaration, "inspect", **typed, version=1)
    assert refused.status_code == 409
    kept = re.search(r'name="finding-0-photo" value="([0-9a-f]{64})"', text_of(refused))
    assert kept is not None
    assert (
        do(
            client, declaration, "inspect", rows=3, **{"finding-0-kind": "photo", "finding-0-photo": kept[1]}
        ).status_code
        == 302
    )
    photo = client.get(url(declaration, f"photos/{kept[1]}/"))
    assert (photo.status_code, photo.content, photo["Content-Type"]) == (200, JPEG, "image/jpeg")
    assert client.get(url(declaration, f"photos/{'0' * 64}/")).status_code == 404
    assert enter(world.broker).get(url(declaration, f"photos/{kept[1]}/")).status_code == 404


def test_what_is_no_picture_and_a_row_without_a_kind_are_refused_at_their_boxes(enter: Any, world: World) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    declaration = desk.in_lane(world, "red")
    colleague = desk.second_inspector(world)
    commands.check_documents(world.officers["examiner"], declaration.key, at=NOON)
    commands.assign_team(world.officers["head_of_inspection"], declaration.key, seed="s", at=NOON)
    script = SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>")
    answer = do(
        enter(colleague, "en"),
        declaration,
        "inspect",
        rows=3,
        **{"finding-0-kind": "photo", "finding-0-picture": script, "finding-1-details": "said"},
    )
    assert answer.status_code == 422
    assert "The file is no JPEG or PNG picture." in text_of(answer)
    assert "Choose what was found." in text_of(answer)
    assert 'value="said"' in text_of(answer)
    more = do(enter(colleague), declaration, "inspect", rows=3, more="1", **{"finding-0-kind": "quantity"})
    assert more.status_code == 200
    assert "finding-5-kind" in text_of(more)
    assert desk.fresh(declaration).state == "documents_checked"


def test_two_officers_at_once_the_second_is_told_and_keeps_what_he_typed(enter: Any, world: World) -> None:
    declaration = desk.in_lane(world, "yellow")
    client = enter("examiner", "en")
    seen = desk.fresh(declaration).version
    commands.query(world.officers["inspector"], declaration.key, text="Which?", at=NOON)
    commands.settle_query(world.officers["inspector"], declaration.key, at=NOON)
    answer = client.post(url(declaration, "check_documents/"), {"version": seen, "remark": "seen by me"})
    assert answer.status_code == 409
    text = text_of(answer)
    assert "OutOfTurn" in text
    assert "Open the declaration again" in text
    assert "seen by me" in text
    assert desk.fresh(declaration).state == "lane_assigned"


def test_an_act_without_mandate_and_one_that_does_not_exist(enter: Any, world: World) -> None:
    declaration = desk.in_lane(world, "yellow")
    answer = do(enter("cashier"), declaration, "check_documents")
    assert answer.status_code == 403
    assert "NotMandated" in text_of(answer)
    assert do(enter("cashier"), declaration, "draw_lots").status_code == 404
    assert enter("cashier").get(url(declaration, "release/")).status_code == 405


def test_the_lane_is_changed_by_the_head_of_inspection_alone_with_a_reason(enter: Any, world: World) -> None:
    declaration = desk.in_lane(world, "yellow")
    assert "/change_lane/" not in text_of(enter("examiner").get(url(declaration)))
    client = enter("head_of_inspection", "en")
    page = text_of(client.get(url(declaration)))
    assert "Written under your name in the journal." in page
    assert "random_share" in page
    assert do(client, declaration, "change_lane", lane="red", reason="").status_code == 422
    assert do(client, declaration, "change_lane", lane="red", reason="Weighed again").status_code == 302
    assert desk.fresh(declaration).lane == "red"
    assert LaneDraw.objects.filter(reason_text="Weighed again", by=world.officers["head_of_inspection"].key).exists()
    assert "Weighed again" in text_of(client.get(url(declaration)))


def test_a_question_is_asked_and_settled(enter: Any, world: World) -> None:
    declaration = desk.in_lane(world, "yellow")
    client = enter("examiner", "en")
    assert do(client, declaration, "query", text="Which model?").status_code == 302
    page = text_of(client.get(url(declaration)))
    assert "Which model?" in page
    assert re.findall(r'class="button main" form="act">([^<]+)<', page) == ["Settle the query"]
    assert declaration.number in text_of(client.get("/declarations/?awaiting=settle_query"))
    assert do(client, declaration, "settle_query").status_code == 302
    assert Query.objects.get().settled_at is not None


@pytest.mark.parametrize("amount", ["-5", "1.234", "abc", "1.500,001"])
def test_an_amount_that_cannot_be_meant_is_refused_at_its_box(enter: Any, world: World, amount: str) -> None:
    declaration = desk.examined(world, "yellow")
    answer = do(enter("assessor"), declaration, "assess", amount=amount, currency="DZD")
    assert answer.status_code == 422
    assert amount in text_of(answer)
    assert desk.fresh(declaration).state == "documents_checked"


def test_a_guarantee_stands_beside_the_payment(enter: Any, world: World) -> None:
    declaration = desk.assessed(world)
    typed = {"reference": "G-9", "amount": "3000.00", "currency": "DZD"}
    assert do(enter("cashier"), declaration, "note_guarantee", **typed).status_code == 302
    assert desk.fresh(declaration).state == "guaranteed"
    less = desk.assessed(world, reference="T-2")
    answer = do(enter("cashier"), less, "note_payment", reference="R-2", amount="1.00", currency="DZD")
    assert answer.status_code == 422
    assert "AmountDiffers" in text_of(answer)


def test_holds_stay_visible_when_they_are_lifted_and_stop_the_release(enter: Any, world: World) -> None:
    declaration = desk.settled(world)
    passage = on_a_truck(world, declaration)
    for stage in ("queued", "gate_in"):
        yard.step(world, passage, stage)
    hold = yard.hold(world, passage)
    client = enter("release_officer", "en")
    answer = do(client, declaration, "release")
    assert answer.status_code == 422
    assert "HeldTrucks" in text_of(answer)
    crossings.lift_hold(world.officers["police_officer"], passage, hold=hold, note="seen", at=NOON)
    page = text_of(client.get(url(declaration)))
    assert "the chassis number" in page
    assert "lifted" in page
    assert do(client, declaration, "release").status_code == 302


def test_refused_and_cancelled_by_the_registrar_with_a_reason(enter: Any, world: World) -> None:
    one, other = desk.in_lane(world, "green", "T-1"), desk.in_lane(world, "green", "T-2")
    client = enter("registrar")
    assert do(client, one, "refuse", reason="No such house").status_code == 302
    assert do(client, other, "cancel", reason="Asked by the house").status_code == 302
    assert (desk.fresh(one).state, desk.fresh(other).state) == ("refused", "cancelled")


def test_a_registrar_puts_a_declaration_on_a_truck_by_its_plate_and_takes_it_off(enter: Any, world: World) -> None:
    declaration, passage = desk.in_lane(world, "green"), yard.announce(world)
    assert "/attach/" not in text_of(enter("examiner").get(url(declaration)))
    client = enter("registrar", "en")
    page = text_of(client.get(url(declaration)))
    assert f"/{declaration.key}/attach/" in page
    assert "/detach/" not in page
    share = {"packages": str(declaration.packages), "gross_mass_g": "١٠٠", "seals": "DZ 1، DZ 2"}
    unknown = do(client, declaration, "attach", plate="1-1", **share)
    assert unknown.status_code == 422
    assert "This plate is not announced here" in text_of(unknown)
    assert do(client, declaration, "attach", plate=yard.PLATE, **share).status_code == 302
    (link,) = trucks.passages_of(declaration.key)
    assert (link.passage.key, link.share.gross_mass_g) == (passage, 100_000)
    assert tuple(link.passage.seals[-2:]) == ("DZ 1", "DZ 2")
    assert f'<option value="{passage}">{yard.PLATE}</option>' in text_of(client.get(url(declaration)))
    assert do(client, declaration, "detach", passage=passage).status_code == 302
    assert trucks.passages_of(declaration.key) == []


def test_more_than_is_declared_goes_on_no_truck_and_what_was_typed_stays(enter: Any, world: World) -> None:
    declaration = desk.in_lane(world, "green")
    yard.announce(world)
    share = {"plate": yard.PLATE, "packages": "1", "gross_mass_g": "999999"}
    refused = do(enter("registrar"), declaration, "attach", **share)
    assert refused.status_code == 422
    assert "MassesExceeded" in text_of(refused)
    assert 'value="999999"' in text_of(refused)
    assert trucks.passages_of(declaration.key) == []


def test_the_seal_of_each_line_stands_in_the_journal_of_the_page(enter: Any, world: World) -> None:
    from mabar.base import sealer

    declaration = desk.in_lane(world, "yellow")
    client = enter("examiner", "en")
    assert "being sealed" in text_of(client.get(url(declaration)))
    sealer.seal(NOON)
    line = JournalLine.objects.filter(subject=declaration.key).latest("pk")
    leaf = line.seal.leaf
    assert f"{leaf[:4]}…{leaf[-2:]}" in text_of(client.get(url(declaration)))


def test_every_act_of_the_page_is_known_to_the_table_of_the_states() -> None:
    from mabar.declarations.pages import acts

    assert set(acts.ACTS) <= {act for _, act in rules.TRANSITIONS}
    assert set(acts.AWAITING) <= set(acts.ROAD)


@pytest.mark.parametrize("act", ["note_refund", "free_guarantee"])
def test_the_page_of_a_declaration_that_ended_offers_to_give_back_what_was_given(enter, world, act):
    declaration = desk.assessed(world)
    given = commands.note_payment if act == "note_refund" else commands.note_guarantee
    owed = {"amount_minor": 250_000, "currency": "DZD"}
    given(world.officers["cashier"], declaration.key, reference="R-1", at=NOON, **owed)
    commands.refuse(world.officers["registrar"], declaration.key, reason="سُحبت البضاعة", at=NOON)
    page = enter("cashier").get(f"/declarations/{declaration.key}/?open={act}")
    assert f"/declarations/{declaration.key}/{act}/" in page.content.decode()
