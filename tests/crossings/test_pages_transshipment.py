"""The pages at kilometre zero: the list, one transshipment with its acts, the protocol; in three languages."""

import re
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mabar.base import doors, files, paper_making, sealer
from mabar.base.models import StoredFile
from mabar.base.rules import NotMandated
from mabar.crossings import papers, tasks
from mabar.crossings.models import PassageDeclaration, Transshipment
from mabar.crossings.queries import transshipments as told
from mabar.crossings.rules.counting import Count
from tests.crossings import km0
from tests.crossings.km0 import NEW_SEAL, ONWARD, SECOND
from tests.crossings.yard import PLATE, SEAL, announce, attach, hold, later, lines, state_of

pytestmark = pytest.mark.django_db(databases="__all__")
LANGUAGES = ("ar", "fr", "en")


@pytest.fixture
def line_at(yard):
    return km0.alone(yard)


@pytest.fixture
def office(client, line_at, monkeypatch):
    cache.clear()
    monkeypatch.setattr(doors, "now", lambda: later(60))

    def as_officer(function, language="en", *, across=False):
        actor = (line_at.across if across else line_at.officers)[function]
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_officer


def do(page, key, act, **typed):
    row = told.transshipment(key).row
    return page.post(
        f"/transshipments/{key}/{act}/", {"event_key": f"{act}-{row.version}", "version": row.version, **typed}
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_shows_each_transshipment_and_offers_the_trucks_in_the_yard(office, line_at, language) -> None:
    km0.to(line_at, "opened")
    km0.empty(line_at, SECOND)
    text = office("yard_officer", language).get("/transshipments/").content.decode()
    assert f'lang="{language}"' in text
    for seen in (PLATE, ONWARD, SECOND):
        assert seen in text
    assert text.count('name="onward"') == 1, "trucks that are bound are not offered"


def test_an_empty_list_says_what_would_stand_there(office) -> None:
    text = office("gate_officer").get("/transshipments/").content.decode()
    assert "No goods have changed truck here yet" in text
    assert 'name="passage"' not in text


@pytest.mark.parametrize("state", ["opened", "unloading", "tallied", "accepted", "loading", "agreed", "done"])
def test_each_state_shows_itself_in_each_language(office, line_at, state) -> None:
    key = km0.to(line_at, state)
    for language in LANGUAGES:
        page = office("head_of_inspection", language).get(f"/transshipments/{key}/")
        assert page.status_code == 200
        assert f'lang="{language}"' in page.content.decode()


def test_a_whole_transshipment_is_done_on_the_pages(office, line_at) -> None:
    unloaded, onward = km0.laden(line_at), km0.empty(line_at)
    yard_officer = office("yard_officer")
    typed = {"event_key": "o-1", "place": "dz.debdeb", "passage": unloaded, "onward": [onward]}
    answer = yard_officer.post("/transshipments/new/", typed)
    assert answer.status_code == 302
    key = answer.url.split("/")[-2]
    assert do(yard_officer, key, "note_unloading", seals=SEAL, reason="km 0").status_code == 302
    assert do(yard_officer, key, "note_tally", packages_D1="١٠", mass_D1="12000").status_code == 302
    text = yard_officer.get(f"/transshipments/{key}/").content.decode()
    assert "another officer confirms the tally" in text
    assert f'action="/transshipments/{key}/confirm_tally/"' not in text
    assert do(office("inspector"), key, "confirm_tally").status_code == 302
    yard_officer = office("yard_officer")
    loaded = {"truck": onward, "packages_D1": "10", "mass_D1": "12000", "seals": NEW_SEAL}
    assert do(yard_officer, key, "note_loading", **loaded).status_code == 302
    assert do(yard_officer, key, "sign_protocol").status_code == 302
    assert "another officer countersigns" in yard_officer.get(f"/transshipments/{key}/").content.decode()
    assert do(office("inspector"), key, "countersign_protocol").status_code == 302
    assert do(office("gate_officer"), key, "note_empty_exit").status_code == 302
    done = Transshipment.objects.get(key=key)
    assert (done.state, state_of(unloaded), done.left_empty_at) == ("done", "transshipped_km0", later(60))
    truck = office("gate_officer").get(f"/passages/{onward}/").content.decode()
    assert f'href="/transshipments/{key}/"' in truck
    assert f'href="/transshipments/{key}/"' in office("gate_officer").get(f"/passages/{unloaded}/").content.decode()


def test_a_tally_that_does_not_balance_stops_and_shows_place_reason_and_remedy(office, line_at) -> None:
    key = km0.to(line_at, "tallied", counted=(Count("D1", 9, 12_000_000),))
    km0.confirm(line_at, key)
    text = office("head_of_inspection").get(f"/transshipments/{key}/").content.decode()
    stop = text[text.index('role="alert"') :]
    for seen in ("Stopped: the tally does not balance", "Debdeb", "DEB-2026-C-D1", "amended"):
        assert seen in stop
    assert re.search(r"declared .*10.* packages.*unloaded .*9.* packages", stop, re.DOTALL)
    assert f'action="/transshipments/{key}/decide_difference/"' in text
    assert do(office("head_of_inspection"), key, "decide_difference", reason="one fell").status_code == 302
    assert "one fell" in office("yard_officer").get(f"/transshipments/{key}/").content.decode()


def test_what_is_refused_keeps_what_was_typed_and_says_why(office, line_at) -> None:
    onward = km0.empty(line_at)
    key = km0.to(line_at, "accepted", onward=onward)
    typed = {"truck": onward, "packages_D1": "77", "mass_D1": "12000", "seals": ""}
    answer = do(office("yard_officer", "fr"), key, "note_loading", **typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "LoadDiffers" in text
    assert 'value="77"' in text
    assert lines("note_loading") == 0
    answer = do(office("yard_officer"), key, "note_loading", truck=onward, packages_D1="x", mass_D1="", seals="")
    assert answer.status_code == 422
    assert lines("note_loading") == 0


def test_the_page_counts_the_papers_that_the_truck_carries_now(office, line_at) -> None:
    unloaded = km0.laden(line_at)
    key = km0.to(line_at, "tallied", unloaded)
    attach(line_at, unloaded, "D2")
    page = office("yard_officer")
    text = page.get(f"/transshipments/{key}/").content.decode()
    assert "Packages of DEB-2026-C-D2" in text
    counted = {"packages_D1": "10", "mass_D1": "12000", "packages_D2": "10", "mass_D2": "12000"}
    assert do(page, key, "note_tally", **counted).status_code == 302
    assert [line.reference for line in told.tally_of(key)] == ["DEB-2026-C-D1", "DEB-2026-C-D2"]


def test_figures_stay_with_their_papers_where_others_came_and_went_while_the_page_lay_open(office, line_at) -> None:
    unloaded = km0.laden(line_at, "D1", "D2")
    key = km0.to(line_at, "unloading", unloaded)
    page = office("yard_officer", "en")
    counted = {"packages_D1": "1", "mass_D1": "1", "packages_D2": "2", "mass_D2": "2"}
    PassageDeclaration.objects.filter(passage=unloaded, declaration="D1").delete()
    attach(line_at, unloaded, "D3")
    answer = do(page, key, "note_tally", **counted)
    assert answer.status_code == 422
    assert "have changed since this page was opened" in answer.content.decode()
    assert lines("note_tally") == 0
    again = {"packages_D2": "2", "mass_D2": "2", "packages_D3": "3", "mass_D3": "3"}
    assert do(page, key, "note_tally", **again).status_code == 302
    assert {each.reference[-2:]: each.counted.packages for each in told.tally_of(key)} == {"D2": 2, "D3": 3}


def test_the_page_of_a_stop_takes_goods_off_a_truck_and_puts_none_on(office, line_at) -> None:
    onward = km0.empty(line_at)
    km0.empty(line_at, SECOND)
    key = km0.to(line_at, "loading", onward=onward)
    km0.tally(line_at, key, (Count("D1", 9, 12_000_000),), at=later(1))
    page = office("yard_officer")
    text = page.get(f"/transshipments/{key}/").content.decode()
    form = text[text.index(f'action="/transshipments/{key}/note_loading/"') :]
    assert (onward in form, SECOND in form) == (True, False)
    assert do(page, key, "note_loading", truck=onward, packages_D1="0", mass_D1="0").status_code == 302
    assert f'action="/transshipments/{key}/note_loading/"' not in page.get(f"/transshipments/{key}/").content.decode()


def test_an_opening_that_is_refused_says_why(office, line_at) -> None:
    unloaded, onward = km0.laden(line_at), km0.empty(line_at)
    hold(line_at, unloaded)
    typed = {"event_key": "o-1", "place": "dz.debdeb", "passage": unloaded, "onward": [onward]}
    answer = office("yard_officer").post("/transshipments/new/", typed)
    assert (answer.status_code, "Held" in answer.content.decode()) == (422, True)
    answer = office("yard_officer").post("/transshipments/new/", {**typed, "passage": "x"})
    assert answer.status_code == 422
    assert not Transshipment.objects.exists()


def test_the_page_is_for_both_crossings_and_for_nobody_else(office, line_at, client) -> None:
    key = km0.to(line_at, "agreed")
    for path in ("", "paper/"):
        client.force_login(line_at.stranger)
        assert client.get(f"/transshipments/{key}/{path}").status_code == 403
        client.force_login(line_at.broker)
        assert client.get(f"/transshipments/{key}/{path}").status_code == 403
        # the other side's crossing is worked at another node here
        assert office("yard_officer", across=True).get(f"/transshipments/{key}/{path}").status_code == 403
    assert do(office("cashier"), key, "abandon_transshipment", reason="x").status_code == 403


def test_an_officer_of_the_customs_across_signs_on_the_page(client, yard, monkeypatch) -> None:
    monkeypatch.setattr(doors, "now", lambda: later(60))
    key = km0.to(yard, "tallied")
    client.force_login(yard.across["inspector"])
    text = client.get(f"/transshipments/{key}/").content.decode()
    assert f'action="/transshipments/{key}/confirm_tally/"' in text
    assert do(client, key, "confirm_tally").status_code == 302
    assert km0.state(key) == "accepted"


def test_the_page_of_a_bound_truck_offers_neither_the_exit_nor_a_correction(office, line_at) -> None:
    unloaded = km0.laden(line_at)
    key = km0.to(line_at, "unloading", unloaded)
    text = office("yard_officer").get(f"/passages/{unloaded}/").content.decode()
    assert f'href="/transshipments/{key}/"' in text
    for act in ("note_gate_out", "turn_back", "correct_event"):
        assert f"/passages/{unloaded}/{act}/" not in text
    assert f"/passages/{unloaded}/hold/" in text


def test_no_key_and_no_act_of_another_name_is_found(office, line_at) -> None:
    key = km0.to(line_at, "opened")
    assert office("yard_officer").get("/transshipments/NOTHING/").status_code == 404
    assert do(office("yard_officer"), key, "stop").status_code == 404


def test_a_page_asks_as_much_for_many_declarations_as_for_one(office, line_at) -> None:
    few = km0.to(line_at, "done")
    counts = tuple(Count(f"D{n}", 10, 12_000_000) for n in range(1, 9))
    unloaded = km0.laden(line_at, *(f"D{n}" for n in range(1, 9)), plate=SECOND)
    onward = km0.empty(line_at, "7-7")
    many = km0.opened(line_at, unloaded, onward)
    km0.unload(line_at, many)
    km0.tally(line_at, many, counts)
    km0.confirm(line_at, many)
    km0.load(line_at, many, onward, counts)
    km0.sign(line_at, many)
    km0.countersign(line_at, many)
    page, asked = office("yard_officer"), []
    for key in (few, many):
        with CaptureQueriesContext(
            connection,
        ) as questions:
            assert page.get(f"/transshipments/{key}/").status_code == 200
        asked.append(len(questions))
    assert asked[0] == asked[1] < 60
    with CaptureQueriesContext(connection) as questions:
        assert page.get("/transshipments/").status_code == 200
    assert len(questions) < 40


@pytest.mark.parametrize(("language", "label"), [("fr", "Procès-verbal de transbordement"), ("en", "Joint tally")])
def test_the_protocol_says_everything_in_both_languages(line_at, language, label) -> None:
    key = km0.to(line_at, "done")
    sealer.seal(later(1))
    paper = papers.html_of(told.transshipment(key), language=language, at=later(60))
    done = Transshipment.objects.get(key=key)
    wanted = (PLATE, ONWARD, SEAL, NEW_SEAL, "DEB-2026-C-D1", done.digest, "محضر نقل الحمولة", "المفرَّغ", 'dir="rtl"')
    for seen in wanted:
        assert seen in paper
    assert (label in paper) == (language == "fr")
    for desk in ("yard_officer", "inspector"):
        assert line_at.officers[desk].key in paper
    assert "عون الساحة" in paper
    with pytest.raises(ValueError, match="Arabic"):
        papers.html_of(told.transshipment(key), language="de", at=later(60))


def test_a_reason_on_the_protocol_is_text_and_nothing_else(line_at) -> None:
    key = km0.to(line_at, "opened")
    km0.unload(line_at, key, reason="<script>alert(1)</script>")
    assert "<script>" not in papers.html_of(told.transshipment(key), language="fr", at=later(60))


@pytest.mark.sqlite
def test_the_protocol_is_made_as_pdf_for_those_who_may_read_it(line_at) -> None:
    key = km0.to(line_at, "done")
    who = line_at.officers["yard_officer"].key
    name = tasks.print_protocol.func(who, key, "fr")
    kept = StoredFile.objects.get(sha256=name)
    assert kept.media_type == ("application/pdf" if paper_making.can_make_pdf() else "text/html")
    assert files.read(name)[:4] in (b"%PDF", b"<!DO")
    with pytest.raises(NotMandated):
        tasks.print_protocol.func(line_at.broker.key, key, "fr")


def test_the_way_to_the_pdf(office, line_at) -> None:
    key = km0.to(line_at, "agreed")
    page = office("yard_officer")
    answer = page.post(f"/transshipments/{key}/paper/pdf/")
    assert answer.status_code == 302
    if paper_making.can_make_pdf():
        assert page.get(answer.url).status_code == 200
        assert page.get(answer.url + "file/").status_code in (200, 404)
    assert page.get(f"/transshipments/{key}/paper/pdf/nothing/").status_code == 404
    assert office("inspector").get(answer.url).status_code == (404 if paper_making.can_make_pdf() else 200)


def test_the_board_and_the_wall_go_on_without_the_unloaded_truck(office, line_at) -> None:
    unloaded = km0.laden(line_at)
    onward = km0.empty(line_at)
    km0.to(line_at, "done", unloaded, onward)
    board = office("yard_officer").get("/board/").content.decode()
    assert f"/passages/{unloaded}/" not in board.replace("transshipments", "")
    assert f"/passages/{onward}/" in board
    assert PLATE not in office("yard_officer").get("/wall/dz.debdeb/").content.decode()
    assert announce(line_at, direction="exit", at=later(1)), "the truck may be announced for its next journey"
    assert datetime.now(UTC) > later(0)
