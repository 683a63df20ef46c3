"""What the scanner told shows on the declaration, and is proposed to the officer, who decides."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mabar.crossings import commands as yard
from mabar.declarations import commands
from mabar.declarations.models import Declaration
from tests.crossings.scanned import DEB, ODD, SCANNED
from tests.crossings.yard import announce, open_yard, step
from tests.declarations.desk import fresh, in_lane, verbs
from tests.world import NOON, World


@pytest.fixture
def declared(world: World) -> Declaration:
    """Give a red declaration that awaits its scan; its truck is in the yard and was scanned twice."""
    cache.clear()
    open_yard(world)
    declaration = in_lane(world, "red")
    commands.check_documents(world.officers["examiner"], declaration.key, at=NOON)
    Declaration.objects.filter(key=declaration.key).update(is_scan_due=True)
    key = announce(world)
    commands.attach(world.officers["registrar"], declaration.key, passage=key, packages=1, gross_mass_g=1000, at=NOON)
    step(world, key, "queued")
    step(world, key, "gate_in")
    scanner = world.officers["scanner_officer"]
    clean = replace(ODD, outcome="nothing_found", region="", event_key="S-0", image="store/S-0", note="")
    yard.take_scan(scanner, DEB, scan=ODD, at=NOON + timedelta(minutes=20))
    yard.take_scan(
        scanner, DEB, scan=replace(clean, scanned_at=SCANNED - timedelta(minutes=1)), at=NOON + timedelta(minutes=21)
    )
    return fresh(declaration)


@pytest.mark.django_db(databases="__all__")
def test_the_newest_scan_is_proposed_and_nothing_is_done_with_it(world: World, declared: Declaration, client) -> None:
    client.force_login(world.officers["scanner_officer"])
    form = client.get(f"/declarations/{declared.key}/").context["main_form"]
    assert form.initial["image"] == ODD.image
    for text in (ODD.plate, "اختلاف في الصورة", ODD.region, ODD.note, "طُلبت معاينة البضاعة"):
        assert text in form.initial["outcome"]
    assert fresh(declared).state == "documents_checked"
    assert "declarations.note_scan" not in verbs(declared.key)


@pytest.mark.django_db(databases="__all__")
def test_the_outcome_is_what_the_officer_writes(world: World, declared: Declaration, client) -> None:
    client.force_login(world.officers["scanner_officer"])
    typed = {"version": fresh(declared).version, "image": ODD.image, "outcome": "a spare wheel"}
    assert client.post(f"/declarations/{declared.key}/note_scan/", typed).status_code == 302
    assert fresh(declared).state == "scanned"
    assert "a spare wheel" in client.get(f"/declarations/{declared.key}/").content.decode()


@pytest.mark.django_db(databases="__all__")
def test_every_scan_of_its_trucks_shows_to_the_office_and_none_to_the_house(
    world: World, declared: Declaration, client
) -> None:
    client.force_login(world.officers["inspector"])
    shown = client.get(f"/declarations/{declared.key}/").content.decode()
    assert ODD.region in shown
    assert "store/S-0" in shown
    client.force_login(world.broker)
    outside = client.get(f"/declarations/{declared.key}/")
    assert outside.status_code == 200
    assert ODD.region not in outside.content.decode()
    assert ODD.image not in outside.content.decode()


@pytest.mark.django_db(databases="__all__")
def test_scans_cost_the_page_no_query(world: World, declared: Declaration, client) -> None:
    client.force_login(world.officers["scanner_officer"])

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/declarations/{declared.key}/")
        return len(asked)

    queries()
    before = queries()
    again = replace(ODD, event_key="S-9")
    yard.take_scan(world.officers["scanner_officer"], DEB, scan=again, at=NOON + timedelta(minutes=30))
    assert queries() == before


@pytest.mark.django_db(databases="__all__")
def test_a_declaration_without_scans_is_offered_an_empty_form(world: World, client) -> None:
    cache.clear()
    declaration = in_lane(world, "red")
    commands.check_documents(world.officers["examiner"], declaration.key, at=NOON)
    Declaration.objects.filter(key=declaration.key).update(is_scan_due=True)
    client.force_login(world.officers["scanner_officer"])
    form = client.get(f"/declarations/{declaration.key}/").context["main_form"]
    assert "image" not in form.initial
