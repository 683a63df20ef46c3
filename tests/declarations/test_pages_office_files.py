"""What leaves the page of a declaration: its paper, its file as it came, the file written back; and the registers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django_tasks_db.models import DBTaskResult

from mabar.base import files, paper_making, paper_marks
from mabar.base.models import Actor
from mabar.declarations import commands, formats
from mabar.declarations.models import Declaration, Register, VoidSerial
from mabar.declarations.sad_parts import Kept
from tests.crossings import yard
from tests.declarations import desk
from tests.declarations.records import import_record
from tests.languages import EACH_LANGUAGE
from tests.world import NOON, World

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def enter(client: Client, world: World) -> Any:
    """Sign somebody in: an officer of Debdeb by function, or an actor."""
    cache.clear()
    yard.open_yard(world)

    def as_reader(who: str | Actor, language: str = "en") -> Client:
        actor = world.officers[who] if isinstance(who, str) else who
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_reader


def url(declaration: Declaration, more: str = "") -> str:
    return f"/declarations/{declaration.key}/{more}"


def work_off() -> None:
    """Do the task that waits, as the worker does, without the worker's own connections."""
    waiting = DBTaskResult.objects.get()
    waiting.claim("worker")
    waiting.set_successful(waiting.task.call(*waiting.task_result.args, **waiting.task_result.kwargs))


def test_the_file_comes_back_byte_for_byte_under_its_own_name(enter: Any, world: World) -> None:
    content = "a;b\n1;ملف\n".encode()
    kept = files.keep(content, media_type="text/csv", at=NOON)
    declaration = desk.lodge(world, source=commands.Source(kept.sha256, "ملف.csv", "csv"))
    client = enter("examiner")
    answer = client.get(url(declaration, "source/"))
    assert answer.content == content
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''%D9")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "The file as it came" in client.get(url(declaration)).content.decode()
    without = desk.lodge(world, import_record("T-2"))
    assert client.get(url(without, "source/")).status_code == 404
    assert "The file as it came" not in client.get(url(without)).content.decode()


def test_a_stored_declaration_is_written_back_by_the_writer(enter: Any, world: World) -> None:
    declaration = desk.lodge(world)
    answer = enter("examiner").get(url(declaration, "asycuda.xml"))
    assert answer["Content-Type"] == "application/xml"
    again = formats.read(answer.content)[0].declaration
    assert [item.commodity_code for item in again.items] == ["84137000", "84137000"]
    assert again.declarant_reference == "T-0001"


def test_what_has_no_field_is_shown_word_for_word(enter: Any, world: World) -> None:
    kept = tuple(Kept(f"ASYCUDA/Extra[{number}]", f"text <{number}>") for number in range(250))
    declaration = desk.lodge(world, import_record(kept=kept))
    client = enter("examiner")
    page = client.get(url(declaration)).content.decode()
    assert "text &lt;0&gt;" in page
    assert "text &lt;200&gt;" not in page
    assert "text &lt;249&gt;" in client.get(url(declaration, "kept/?page=2")).content.decode()


@pytest.mark.parametrize(("language", "second"), [("ar", "fr"), ("fr", "fr"), ("en", "en")])
def test_the_paper_stands_in_arabic_and_a_second_language(enter: Any, world: World, language: str, second: str) -> None:
    declaration = desk.lodge(world)
    paper = enter("examiner", language).get(url(declaration, "paper/")).content.decode()
    assert declaration.number in paper
    assert f'<span lang="{second}"' in paper


def test_the_pdf_is_asked_for_made_by_the_worker_and_handed_out_to_who_asked(enter: Any, world: World) -> None:
    if not paper_making.can_make_pdf():
        pytest.skip("this machine has nothing that makes PDF")
    declaration = desk.lodge(world, at=datetime.now(UTC))
    client = enter("examiner")
    waiting = client.post(url(declaration, "paper/pdf/"))["Location"]
    assert "The paper is being made" in client.get(waiting).content.decode()
    assert client.get(f"{waiting}file/").status_code == 404
    work_off()
    assert "Download the PDF" in client.get(waiting).content.decode()
    answer = client.get(f"{waiting}file/")
    assert answer.content.startswith(b"%PDF")
    assert f"{declaration.number}.pdf" in answer["Content-Disposition"]
    assert enter("assessor").get(waiting).status_code == 404
    assert enter("assessor").get(url(declaration, "paper/no-number/")).status_code == 404


def test_a_machine_without_pdf_offers_the_page_to_print(enter: Any, world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(paper_making, "can_make_pdf", lambda: False)
    declaration = desk.lodge(world)
    assert enter("examiner").post(url(declaration, "paper/pdf/"))["Location"] == url(declaration, "paper/")


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_registers_open_for_administrators_and_registrars(enter: Any, world: World, language: str) -> None:
    for function in ("node_administrator", "registrar"):
        answer = enter(function, language).get("/registers/")
        assert answer.status_code == 200
        assert answer.content.decode().count("<h1") == 1
    assert enter("cashier").get("/registers/").status_code == 403


def test_the_register_changes_from_a_day_on(enter: Any, world: World) -> None:
    client = enter("node_administrator")
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    stated = {"place": desk.DEB, "keeper": "national", "system": "ALCES", "from_on": tomorrow.isoformat()}
    assert client.post("/registers/change/", stated).status_code == 302
    assert Register.objects.get().system == "ALCES"
    page = client.get("/registers/").content.decode()
    assert "ALCES" in page
    assert "not in force" in page
    past = client.post("/registers/change/", {**stated, "from_on": "2020-01-01"})
    assert past.status_code == 422
    assert 'value="2020-01-01"' in past.content.decode()
    nameless = client.post("/registers/change/", {**stated, "system": ""})
    assert nameless.status_code == 422
    assert enter("registrar").post("/registers/change/", stated).status_code == 403


def test_a_serial_is_void_with_its_explanation(enter: Any, world: World) -> None:
    client = enter("registrar")
    assert client.post("/registers/void/", {"place": desk.DEB, "explanation": ""}).status_code == 422
    assert client.post("/registers/void/", {"place": desk.DEB, "explanation": "Stamped twice"}).status_code == 302
    page = client.get("/registers/").content.decode()
    assert "Stamped twice" in page
    assert str(VoidSerial.objects.get()) in page
    assert enter("node_administrator").post("/registers/void/", {"place": desk.DEB}).status_code == 403


def test_what_the_national_system_says_is_noted_by_the_registrar(enter: Any, world: World) -> None:
    commands.change_register(
        world.officers["node_administrator"],
        desk.DEB,
        keeper="national",
        system="ALCES",
        from_on=NOON.date(),
        at=NOON,
    )
    declaration = desk.lodge(world)
    client = enter("registrar")
    page = client.get(url(declaration)).content.decode()
    assert "Mabar follows this register and gives no number of its own." in page
    said = {"version": declaration.version, "reference": "٢٠٢٦-77", "on": "2026-11-22", "claimed": "paid"}
    answer = client.post(url(declaration, "note_national_state/"), {**said, "received_from": "screen 4"})
    assert answer.status_code == 302
    noted = desk.fresh(declaration)
    assert (noted.state, noted.claimed_state, noted.national_reference) == ("paid", "receipted", "2026-77")
    page = client.get(url(declaration)).content.decode()
    assert "screen 4" in page
    assert client.get("/declarations/", {"reference": "2026-77"})["Location"] == url(declaration)


def test_each_font_of_a_pdf_is_known_by_a_family_of_its_own() -> None:
    sheet = '@font-face { font-family: "X"; src: url("fonts/plex-arabic-400.woff2") }\n'
    latin = sheet.replace("arabic", "latin")
    told = paper_marks.one_family_a_file(sheet + latin)
    assert told == sheet + latin.replace('"X"', f'"{paper_marks.LATIN_FAMILY}"')


def test_a_shape_of_a_pdf_is_drawn_where_it_stands_and_a_foreign_drawing_stays() -> None:
    use = '<svg class="shape" aria-hidden="true"><use href="/static/mabar/shapes.svg#{}"/></svg>'
    assert "<path" in paper_marks.shapes_drawn(use.format("octagon-x"))
    assert paper_marks.shapes_drawn(use.format("no-such-shape")) == ""
    other = '<svg class="line"><path d="M0 0"/></svg>'
    assert paper_marks.shapes_drawn(other) == other


def test_the_way_of_the_truck_stands_on_the_paper_without_the_other_side_s_own(enter: Any, world: World) -> None:
    declaration = desk.lodge(world)
    passage = yard.announce(world)
    share = {"packages": 10, "gross_mass_g": 500_000}
    commands.attach(world.officers["registrar"], declaration.key, passage=passage, at=NOON, **share)
    paper = enter("examiner").get(url(declaration, "paper/")).content.decode()
    assert 'class="crossing-line crossing-print"' in paper
    assert yard.PLATE in paper
