"""The door for programs: a house's own system applies and follows, a scanner's program checks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mabar.base import commands as ground
from mabar.base.models import Actor, Mandate, Post
from mabar.origin import commands
from mabar.origin.models import Proof
from tests.origin.office import later
from tests.world import NOON

# the count of a key's requests lies among the passing things
pytestmark = pytest.mark.django_db(databases="__all__")

ASKED = {
    "event_key": "e-1",
    "place": "dz.debdeb",
    "agreement": "pafta",
    "exporter": "شركة الواحة",
    "consignee": "Ghadames Foods",
    "destination": "LY",
    "invoice": "F-118",
    "goods": [{"hs6": "080410", "criterion": "WO", "description": "تمور", "packages": "40", "gross_mass_g": 8_000_000}],
}


def key_of(world, actor: Actor, *scopes: str) -> dict[str, str]:
    """Give the headers of a program with a key of an actor."""
    today = datetime.now(UTC)
    made = ground.make_api_key(
        world.officers["node_administrator"], actor.key, scopes=scopes, expires_at=today + timedelta(days=30), at=today
    )
    return {"authorization": f"Bearer {made.token}", "accept-language": "fr"}


@pytest.fixture
def program(client, office):
    world = office.world
    system = Actor.objects.create(key="oasis-erp", kind=Actor.STATION, name="Oasis", place=world.debdeb, password="!")
    post, _ = Post.objects.get_or_create(agency_id="dz.customs", function="exporter_station")
    Mandate.objects.create(actor=system, post=post, place=world.debdeb, from_on=date(2026, 1, 1))
    headers = key_of(world, system, "origin.apply", "origin.read_own")

    def asks(method: str, path: str, body=None):
        call = getattr(client, method)
        told = {"content_type": "application/json"} if method == "post" else {}
        return (
            call(f"/api/1/{path}", body, headers=headers, **told) if body else call(f"/api/1/{path}", headers=headers)
        )

    return asks


def test_a_program_applies_once_and_reads_the_code_when_it_is_signed(program, office) -> None:
    answer = program("post", "origin-proofs", ASKED)
    assert (answer.status_code, answer.json()["state"]) == (201, "applied")
    assert program("post", "origin-proofs", ASKED).json()["key"] == answer.json()["key"]
    made = Proof.objects.get()
    at = datetime.now(UTC)
    commands.check(office.officer("origin_officer"), made.key, at=at)
    signed = commands.issue(office.officer("issuing_officer"), made.key, at=later(0.1))
    told = program("get", f"origin-proofs/{made.key}").json()
    assert (told["state"], told["serial"], told["code"]) == ("issued", signed.serial, signed.code)


def test_a_program_reads_no_proof_of_another_and_checks_no_code_without_the_verb(program, office) -> None:
    other = office.proof()
    assert program("get", f"origin-proofs/{other.key}").status_code == 404
    assert program("post", "origin-codes", {"code": other.code}).status_code == 403


def test_a_refusal_is_json_with_its_code(program) -> None:
    answer = program("post", "origin-proofs", {**ASKED, "goods": [{**ASKED["goods"][0], "criterion": "SX"}]})
    assert (answer.status_code, answer.json()["code"]) == (422, "NotACriterion")
    assert program("post", "origin-proofs", {**ASKED, "exporter": "x\x00"}).json()["code"] == "RequestNotUnderstood"
    assert not Proof.objects.exists()


def test_a_scanners_program_is_told_the_verdict(client, office) -> None:
    made = office.proof()
    headers = key_of(office.world, office.world.broker, "origin.verify")
    told = client.post("/api/1/origin-codes", {"code": made.code}, content_type="application/json", headers=headers)
    assert told.status_code == 200, told.content
    said = told.json()
    assert (said["serial"], said["node"], said["administration"]) == (made.serial, "dz.debdeb", "dz")
    assert said["verdict"] in ("valid", "expired")
    assert said["issued_on"] == NOON.date().isoformat()
    refused = client.post("/api/1/origin-codes", {"code": "x"}, content_type="application/json", headers=headers)
    assert refused.json()["code"] == "NotAProof"
