"""The pages of duties: the tariff, its loading in two acts, and an assessment with a correction."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mabar.base.models import Actor
from mabar.declarations import reference
from mabar.duties import queries
from mabar.duties.models import Assessment, Table
from tests.declarations.desk import fresh, pay
from tests.duties.desk import file, load, lodged
from tests.languages import EACH_LANGUAGE
from tests.world import World

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def enter(client: Client, world: World) -> Any:
    """Sign somebody in: an officer of Debdeb by function, or an actor."""
    cache.clear()

    def as_reader(who: str | Actor, language: str = "en") -> Client:
        actor = world.officers[who] if isinstance(who, str) else who
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_reader


def sent(**changed: bytes) -> dict[str, Any]:
    contents = {"rates": file("rates_dz.csv"), "levies": file("levies_dz.csv"), "groups": file("groups.csv"), **changed}
    files = {name: SimpleUploadedFile(f"{name}.csv", content) for name, content in contents.items()}
    return {"name": "Sample 2026", "currency": "DZD", "is_sample": "on", **files}


def confirmed(page: Any) -> dict[str, Any]:
    return {name: value for name, value in page.context["confirmed"].items() if name != "is_sample" or value}


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_tariff_in_each_language(enter, world, language):
    load(world)
    page = enter("assessor", language).get("/tariff/?goods=2523")
    assert page.status_code == 200
    text = page.content.decode()
    assert reference.heading("2523").name(language) in text
    assert {"ar": "نموذج للتجربة", "fr": "sans valeur légale", "en": "not a law"}[language] in text
    assert {rate.prefix for rate, _said in page.context["rates"]} == {"", "2523"}


def test_without_a_tariff_the_page_says_so(enter, world):
    assert b"No tariff is loaded" in enter("assessor").get("/tariff/").content


def test_a_declarant_reads_the_tariff_and_loads_nothing(enter, world):
    load(world)
    client = enter(world.broker)
    assert client.get("/tariff/").status_code == 200
    assert client.get("/tariff/load/").status_code == 403
    assert b"/tariff/load/" not in client.get("/tariff/").content


def test_the_files_of_the_tariff_load_it_again(enter, world):
    load(world)
    client = enter("tariff_officer")
    rates = client.get("/tariff/rates.csv")
    assert rates["Content-Type"].startswith("text/csv")
    files = {name: client.get(f"/tariff/{name}.csv").content for name in ("rates", "levies", "groups")}
    page = client.post("/tariff/load/", sent(**files))
    assert page.context["offer"].digest == queries.in_use("dz").digest


def test_a_tariff_is_loaded_in_two_acts_with_what_it_changes_between(enter, world):
    load(world)
    newer = file("rates_dz.csv").replace(b"DD,08,percent,30", b"DD,08,percent,25")
    client = enter("tariff_officer", "fr")
    page = client.post("/tariff/load/", sent(rates=newer))
    assert (page.status_code, page.context["counts"]) == (200, {"new": 0, "left_out": 0, "other": 1})
    assert Table.objects.count() == 1
    answer = client.post("/tariff/load/confirm/", confirmed(page))
    assert (answer.status_code, answer["Location"]) == (302, "/tariff/")
    assert [row.told["other"] for row in queries.loaded("dz")] == [1, 0]
    again = client.post("/tariff/load/confirm/", confirmed(page))
    assert (again.status_code, Table.objects.count()) == (422, 2)
    assert "TariffChanged" in again.content.decode()


def test_faults_are_listed_with_line_column_and_remedy_and_nothing_can_be_confirmed(enter, world):
    page = enter("tariff_officer").post("/tariff/load/", sent(rates=file("rates_dz.csv").replace(b"DD,08,", b"XX,08,")))
    text = page.content.decode()
    assert page.status_code == 422
    assert [(name, each.code, each.line, each.column) for name, each, _said in page.context["findings"]] == [
        ("rates", "unknown", 4, "levy")
    ]
    assert "Correct the code" in text
    assert 'id="confirm"' not in text
    assert not Table.objects.exists()


def test_who_has_no_mandate_loads_nothing(enter, world):
    client = enter("assessor")
    assert client.get("/tariff/load/").status_code == 403
    assert client.post("/tariff/load/", sent()).status_code == 403


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_an_assessment_is_worked_out_before_it_is_made(enter, world, language):
    load(world)
    declaration = lodged(world)
    page = enter("assessor", language).get(f"/duties/{declaration.key}/")
    assert page.status_code == 200
    assert page.context["reckoning"].result.total_minor == 29_829_000
    assert not Assessment.objects.exists()


def test_the_page_of_the_declaration_leads_there_and_back(enter, world):
    load(world)
    declaration = lodged(world)
    client = enter("assessor")
    assert f'href="/duties/{declaration.key}/"' in client.get(f"/declarations/{declaration.key}/").content.decode()
    assert client.get(f"/declarations/{declaration.key}/?open=assess").context["main_door"] == ""
    made = client.post(f"/duties/{declaration.key}/assess/", {"rows": "3", "version": fresh(declaration).version})
    assert made["Location"] == f"/declarations/{declaration.key}/"
    assert "Assessment by the tariff" in client.get(f"/declarations/{declaration.key}/").content.decode()


def test_with_what_was_found_it_is_worked_out_again_and_then_assessed(enter, world):
    load(world)
    declaration = lodged(world)
    client = enter("assessor")
    typed = {"rows": "3", "found0-item": "١", "found0-what": "net_mass", "found0-value": "20 000"}
    page = client.get(f"/duties/{declaration.key}/", typed)
    assert page.context["reckoning"].result.totals["DS"] == 1_200_000
    client.post(f"/duties/{declaration.key}/assess/", typed)
    assert Assessment.objects.get().found == [{"item": 1, "net_mass_g": 20_000_000}]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"found0-item": "1"}, "are all needed"),
        ({"found0-item": "x", "found0-what": "code", "found0-value": "25231000"}, "number of the item"),
        ({"found0-item": "1", "found0-what": "value", "found0-value": "much"}, "much"),
        ({"found0-item": "²", "found0-what": "origin", "found0-value": "IT"}, "number of the item"),
        (
            {
                "found0-item": "1",
                "found0-what": "origin",
                "found0-value": "IT",
                "found1-item": "1",
                "found1-what": "origin",
                "found1-value": "TN",
            },
            "told of the item above",
        ),
    ],
)
def test_what_is_typed_wrongly_is_said_at_its_row(enter, world, typed, said):
    load(world)
    declaration = lodged(world)
    page = enter("assessor").post(f"/duties/{declaration.key}/assess/", {"rows": "3", **typed})
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not Assessment.objects.exists()


def test_a_refusal_stands_on_the_page_with_what_was_typed(enter, world):
    load(world)
    declaration = lodged(world)
    typed = {"rows": "3", "found0-item": "9", "found0-what": "origin", "found0-value": "it"}
    page = enter("assessor").post(f"/duties/{declaration.key}/assess/", typed)
    assert page.status_code == 422
    assert "NoSuchItem" in page.content.decode()
    assert 'value="9"' in page.content.decode()


def test_a_second_assessment_asks_for_a_reason_and_shows_the_difference(enter, world):
    load(world)
    declaration = lodged(world)
    client = enter("assessor")
    client.post(f"/duties/{declaration.key}/assess/", {"rows": "3"})
    pay(world, fresh(declaration), amount_minor=29_829_000)
    typed = {"rows": "3", "found0-item": "2", "found0-what": "value", "found0-value": "1200000"}
    assert client.post(f"/duties/{declaration.key}/reassess/", typed).status_code == 422
    made = client.post(f"/duties/{declaration.key}/reassess/", {**typed, "reason": "Analyse"})
    assert made.status_code == 302
    page = client.get(f"/duties/{declaration.key}/")
    assert [each.difference_minor for each in page.context["made"]] == [4_990_000, 29_829_000]
    kept = client.get(f"/duties/{declaration.key}/2/")
    assert kept.status_code == 200
    assert "Analyse" in kept.content.decode()
    assert "Left to pay" in client.get(f"/declarations/{declaration.key}/").content.decode()


def test_the_declarant_reads_what_his_own_owes_and_nobody_elses(enter, world):
    load(world)
    declaration = lodged(world)
    page = enter(world.broker).get(f"/duties/{declaration.key}/")
    assert (page.status_code, page.context["act"]) == (200, "")
    assert enter(world.rival).get(f"/duties/{declaration.key}/").status_code == 404
    assert enter(world.rival).get(f"/duties/{declaration.key}/1/").status_code == 404


def test_a_page_of_a_hundred_items_asks_the_database_no_more_than_one_of_two(
    enter, world, django_assert_max_num_queries
):
    from tests.duties.desk import cement

    load(world)
    declaration = lodged(world, *(cement() for _ in range(100)))
    client = enter("assessor")
    client.get(f"/duties/{declaration.key}/")
    with django_assert_max_num_queries(24):
        page = client.get(f"/duties/{declaration.key}/")
    assert len(page.context["page"].object_list) == 20
