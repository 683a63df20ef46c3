"""Every address of the node, asked by every desk: an answer or a refusal, never a fault; and reading writes nothing."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from mabar.base import commands as ground
from mabar.base.keys import new_key
from mabar.base.models import Actor, Mandate
from mabar.crossings.models import Passage
from mabar.declarations import commands, uploads
from mabar.declarations.models import Declaration
from mabar.origin import commands as origin
from mabar.vehicles.models import VehiclePass
from tests.crossings import yard
from tests.declarations.desk import in_lane
from tests.declarations.records import import_record
from tests.origin.office import APPLICATION
from tests.transit import road
from tests.vehicles import garage
from tests.world import OFFICES, World

pytestmark = pytest.mark.django_db(databases="__all__")
STRANGER, RIVAL, BROKER = "a stranger", "another house", "the house"
ELSEWHERE = ("yard_officer across", "place_administrator across")
OFFICERS = ("yard_officer", "registrar", "inspector", "place_administrator", "node_administrator", "oversight_reader")
BUSY = (STRANGER, BROKER, *OFFICERS)
READERS = (BROKER, "registrar", "inspector", "yard_officer", "node_administrator", "oversight_reader", "duty_engineer")
QUIET = tuple(desk for desk in (RIVAL, "no mandate", *OFFICES, *ELSEWHERE) if desk not in BUSY)
THIRDS = tuple(QUIET[first::3] for first in range(3))
# The busy desks open every page, the others every third, by turns, and in the soak every page too.  What a mandate
# opens or refuses is the same question on PostgreSQL; there those open every page who have the most to read.
GROUPS = (
    pytest.param(BUSY, 1, marks=pytest.mark.sqlite),
    pytest.param(READERS, 1, marks=pytest.mark.postgresql),
    *(pytest.param(desks, 3, marks=pytest.mark.sqlite) for desks in THIRDS),
    *(pytest.param(desks, 1, marks=(pytest.mark.sqlite, pytest.mark.soak)) for desks in THIRDS),
)
# The same for whoever has signed in, whatever his desk.
OF_ONES_OWN = ("account_", "mfa_", "api:openapi-json")
# What is served without sign-in: the ways in, the wall, published averages, and what tells a probe that the node lives.
OPEN = {
    "account_login",
    "account_inactive",
    "account_signup",
    "account_reset_password",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "choose_language",
    "crossings:wall",
    "crossings:wall_fragment",
    "crossings:rule",
    "crossings:release_times_published",
    "base:health",
    "base:metrics",
    "api:openapi-json",
}
PASSING = {"sessions.session", "django_tasks_db.dbtaskresult"}


def _routes(patterns: list[Any], path: str, space: str, *, is_api: bool) -> Iterator[tuple[str, str, bool]]:
    for pattern in patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            named = f"{pattern.namespace}:" if pattern.namespace else space
            yield from _routes(pattern.url_patterns, here, named, is_api=is_api or pattern.namespace == "api")
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", here.replace("^", "").replace("$", ""), is_api


# name and path of every address, and whether it is one of the API
ROUTES = tuple(_routes(get_resolver().url_patterns, "", "", is_api=False))


def filled(path: str, made: dict[str, str]) -> str:
    """Put what the world holds into the places that a path leaves open."""
    record = "passage" if "passages/" in path else "draft" if "drafts/" in path else "declaration"
    record = "vehicle" if "vehicles/" in path or "vehicle-passes/" in path else record
    record = "proof" if "origin/" in path or "origin-proofs/" in path else record
    record = "declaration" if "origin/declarations/" in path else record
    record = "movement" if "transit/" in path or "transit-movements/" in path else record
    record = "guarantee" if "transit/guarantees/" in path else record
    record = "batch" if "upload/" in path else "person" if "people/" in path else record
    act = "hold" if "passages/" in path else "query"
    words = {"place": "dz.debdeb", "step": "header", "act": act, "number": "1", "prefix": "0" * 12, "pk": "1"}
    words |= {"sha256": "0" * 64, "key": made[record]}
    for name, word in words.items():
        for kind in ("str:", "int:", "key:", "uuid:", ""):
            path = path.replace(f"<{kind}{name}>", word).replace("{" + name + "}", word)
    return "/" + path


@pytest.fixture
def made(world: World) -> dict[str, str]:
    """A truck, a declaration, a draft and a batch of files, all of one house."""
    cache.clear()
    yard.open_yard(world)
    at = datetime.now(UTC)
    draft = new_key(at)
    commands.save_draft(world.broker, draft, record=import_record("D-1"), place="dz.debdeb", step="header", at=at)
    batch = uploads.begin(world.broker, [("a.xml", 10)], place="dz.debdeb", profile="", at=at)
    return {
        "passage": yard.announce(world, actor=world.broker),
        "declaration": in_lane(world, "yellow").key,
        "draft": draft,
        "batch": batch.key,
        "person": "DEB-0001",
        "proof": origin.apply(world.broker, new_key(at), place="dz.debdeb", application=APPLICATION, at=at).key,
        "movement": road.lodged(world, actor=world.broker, at=at),
        "guarantee": road.guarantee(world),
        "vehicle": garage.prefill(world, actor=world.broker, at=at),
    }


def seated(world: World, desk: str) -> Client:
    """Give the browser of one desk."""
    client = Client()
    client.raise_request_exception = False
    houses = {RIVAL: world.rival, BROKER: world.broker, "no mandate": world.stranger}
    if desk != STRANGER:
        function, across, _rest = desk.partition(" across")
        officers = world.across if across else world.officers
        client.force_login(houses.get(desk) or officers[function])
    return client


def counted() -> dict[str, int]:
    """Count the rows of every table of acts."""
    models = [model for model in apps.get_models() if model._meta.label_lower not in PASSING]
    return {model._meta.label: model._base_manager.count() for model in models}


@pytest.mark.parametrize(("desks", "every"), GROUPS, ids=lambda told: told[0] if isinstance(told, tuple) else str(told))
def test_every_address_answers_every_desk_without_a_fault_and_reading_writes_nothing(world, made, desks, every):
    routes = [route for route in ROUTES if every == 1 or not route[0].startswith(OF_ONES_OWN)]
    for number, desk in enumerate(desks):
        client, before = seated(world, desk), counted()
        look_everywhere(desk, client, made, routes[number % every :: every])
        assert counted() == before, desk


def look_everywhere(desk: str, client: Client, made: dict[str, str], routes: list[tuple[str, str, bool]]) -> None:
    for name, path, is_api in routes:
        answer = client.get(filled(path, made))
        # no worker runs here, and the probe says so
        allowed = {200, 503} if name == "base:health" else {200, 302, 401, 403, 404, 405, 422}
        assert answer.status_code in allowed, (desk, name, answer.status_code)
        if desk == STRANGER and name not in OPEN:
            is_turned_away = answer.status_code in (401, 404, 405) if is_api else answer.status_code in (302, 404, 405)
            assert is_turned_away, (name, answer.status_code)


@pytest.mark.sqlite  # each act has its own tests on both
def test_every_address_takes_an_empty_form_from_every_desk_without_a_fault(world, made):
    for desk in BUSY:
        client = seated(world, desk)
        for name, path, is_api in ROUTES:
            if name == "account_logout":
                continue
            body = {"data": json.dumps({}), "content_type": "application/json"} if is_api else {"data": {}}
            answer = client.post(filled(path, made), **body)
            assert answer.status_code < 500, (desk, name, answer.status_code)


@pytest.mark.sqlite
def test_another_house_and_another_crossing_learn_nothing_and_change_nothing(world, made):
    before = everything()
    for desk in (RIVAL, "no mandate", "cashier across", "yard_officer across"):
        try_everything(desk, seated(world, desk), made)
    assert before == everything()


def everything() -> list[list[dict[str, Any]]]:
    """Read every truck, declaration and vehicle pass."""
    return [list(model.objects.values()) for model in (Passage, Declaration, VehiclePass)]


def try_everything(desk: str, client: Client, made: dict[str, str]) -> None:
    for name, path, is_api in ROUTES:
        if is_api or not any(part in path for part in ("<str:key>", "<key:key>")):
            continue
        where = filled(path, made)
        if "/people/" in where:
            continue
        for answer in (client.get(where), client.post(where, {"version": 1, "event_key": "x", "reason": "x"})):
            assert answer.status_code in (403, 404, 405, 422), (desk, name, answer.status_code)
            assert "99417" not in answer.content.decode(), name
            assert "Sahra" not in answer.content.decode(), name
            assert garage.HOLDER not in answer.content.decode(), name


def test_a_mandate_that_ended_a_moment_ago_opens_nothing_to_an_open_session(world, made):
    client = seated(world, "yard_officer")
    where = f"/passages/{made['passage']}/"
    assert client.get(where).status_code == 200
    mandate = Mandate.objects.get(actor=world.officers["yard_officer"])
    ground.end_mandate(world.officers["place_administrator"], mandate.pk, at=datetime.now(UTC))
    assert client.get(where).status_code == 403
    posted = {"event_key": "k1", "version": Passage.objects.get(key=made["passage"]).version}
    assert client.post(f"{where}join_queue/", posted).status_code == 403
    assert Passage.objects.get(key=made["passage"]).state == "announced"


def test_a_closed_account_is_signed_out_at_once(world, made):
    client = seated(world, "yard_officer")
    Actor.objects.filter(pk=world.officers["yard_officer"].pk).update(is_active=False)
    assert client.get("/board/").status_code == 302
