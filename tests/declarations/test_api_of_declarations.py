"""The door for programs: files and records lodged, declarations read, the acts of stations."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from mabar.base import commands as ground
from mabar.base.models import StoredFile
from mabar.declarations import formats, sad
from mabar.declarations.models import Declaration, Version
from mabar.declarations.sad_parts import AttachedDocument, Reference
from tests.crossings import yard
from tests.declarations import wco_samples
from tests.declarations.desk import DEB
from tests.declarations.records import SEED, import_record, item
from tests.declarations.test_register import national

# the count of a key's requests lies among the passing things
pytestmark = pytest.mark.django_db(databases="__all__")


class Program:
    """A program with a key of its own, which asks in French."""

    def __init__(self, client, token):
        self.client, self.headers = client, {"authorization": f"Bearer {token}", "accept-language": "fr"}

    def lodge(self, body, media_type="application/json", **asked):
        query = {"place": DEB, **asked}
        path = "/api/1/declarations?" + "&".join(f"{name}={value}" for name, value in query.items())
        return self.client.post(path, body, content_type=media_type, headers=self.headers)

    def act(self, key, **body):
        path = f"/api/1/declarations/{key}/acts"
        return self.client.post(path, body, content_type="application/json", headers=self.headers)

    def get(self, path, **query):
        return self.client.get(f"/api/1/declarations{path}", query, headers=self.headers)


@pytest.fixture
def program(world, client):
    """Give a program of an actor with all verbs that his mandates hold."""

    def of(actor, *scopes):
        now = datetime.now(UTC)
        term = {"scopes": scopes, "expires_at": now + timedelta(days=1), "at": now}
        return Program(client, ground.make_api_key(world.node, actor.key, **term).token)

    return of


@pytest.fixture
def broker(world, program):
    verbs = ("lodge", "read_own", "attach", "cancel", "answer_query")
    return program(world.broker, *(f"declarations.{verb}" for verb in verbs), "crossings.attach")


@pytest.fixture
def no_random_lane(monkeypatch):
    """Throw the dice so that no lane is drawn at random: the door throws them, and two trucks of a hundred turn red."""
    monkeypatch.setattr("mabar.declarations.intake.new_seed", lambda: SEED)


@pytest.mark.usefixtures("no_random_lane")
def test_a_record_is_lodged_and_read_back(world, broker):
    answer = broker.lodge(sad.dumps(import_record()))
    assert answer.status_code == 201, answer.content
    (outcome,) = answer.json()
    assert outcome == {"key": outcome["key"], "reference": "T-0001", "is_new": True, "refusal": None}
    row = broker.get(f"/{outcome['key']}").json()
    assert (row["state"], row["lane"], row["is_national"]) == ("lane_assigned", "green", False)
    assert row["reference"].endswith("-C-000001")
    assert row["gross_mass_g"] == 1_000_000
    assert "cancel" in row["next_acts"]
    assert sad.from_json(broker.get(f"/{outcome['key']}/record").json()) == import_record()
    kept = Version.objects.get()
    assert (kept.source_format, StoredFile.objects.get().sha256) == ("json", kept.source)


def test_a_file_of_another_format_is_lodged_as_it_is(world, broker):
    plain = item(documents=(AttachedDocument(code="380", reference="INV-1", on="2026-11-21"),))
    file = formats.write([import_record(items=(plain,))], kind="asycuda")
    answer = broker.lodge(file, "application/octet-stream", name="sad.xml")
    assert answer.status_code == 201, answer.content
    kept = Version.objects.get()
    assert (kept.source_name, kept.source_format) == ("sad.xml", "asycuda")
    assert StoredFile.objects.get().media_type == "application/xml"


def test_a_message_of_the_data_model_is_lodged_and_an_answer_of_customs_is_not(world, broker):
    record = import_record(items=(item(procedure_code="4000"),))
    answer = broker.lodge(formats.write([record], kind="wco"), "application/octet-stream", name="wco.xml")
    assert answer.status_code == 201, answer.content
    assert answer.json()[0]["refusal"] is None
    assert Version.objects.get().source_format == "wco"
    notice = broker.lodge(wco_samples.answer("09"), "application/octet-stream", name="answer.xml")
    assert (notice.status_code, notice.json()["code"]) == (422, "NotAWholeDeclaration")
    assert Declaration.objects.count() == 1


def test_lodged_again_it_is_the_same(world, broker):
    first = broker.lodge(sad.dumps(import_record())).json()
    again = broker.lodge(sad.dumps(import_record())).json()
    assert again[0]["key"] == first[0]["key"]
    assert not again[0]["is_new"]


def test_many_in_one_body_each_lodged_or_refused_by_name(world, broker):
    records = [import_record("A"), import_record("B", flow=None), import_record("C")]
    answer = broker.lodge("\n".join(map(sad.dumps, records)))
    assert answer.status_code == 201
    assert [(each["reference"], each["is_new"]) for each in answer.json()] == [("A", True), ("B", False), ("C", True)]
    refusal = answer.json()[1]["refusal"]
    assert refusal["code"] == "RegimeNotStated"
    assert refusal["what"].startswith("Dépôt refusé")
    assert Declaration.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (sad.dumps(import_record(flow=None)), 422, "RegimeNotStated"),
        (sad.dumps(import_record(declared_on=None, verbatim={"declared_on": "4/5/26"})), 422, "OpenDates"),
        ("", 422, "FileEmpty"),
        ('{"record": "sad/1", "flow": 7}', 422, "FormatUnknown"),
        ('{"record": "sad/9"}', 422, "UnknownRecordVersion"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><ASYCUDA>&a;</ASYCUDA>", 422, "DoctypeForbidden"),
    ],
)
def test_a_bad_body_is_refused_with_its_code_and_nothing_is_stored(world, broker, body, status, code):
    answer = broker.lodge(body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["remedy"]
    assert not Declaration.objects.exists()


def test_a_key_opens_only_its_verbs_and_only_its_house(world, program, broker):
    key = broker.lodge(sad.dumps(import_record())).json()[0]["key"]
    reader = program(world.broker, "declarations.read_own")
    assert reader.lodge(sad.dumps(import_record("T-2"))).status_code == 403
    rival = program(world.rival, "declarations.read_own", "declarations.cancel")
    assert rival.get(f"/{key}").status_code == 404
    assert rival.get("").json()["rows"] == []
    assert rival.act(key, kind="cancel", reason="not mine").status_code == 404
    assert broker.client.get("/api/1/declarations").status_code == 401


def test_the_list_is_narrowed_and_goes_page_by_page(world, broker):
    broker.lodge("\n".join(sad.dumps(import_record(f"T-{n}")) for n in range(60)))
    first = broker.get("", state="lane_assigned").json()
    assert len(first["rows"]) == 50
    second = broker.get("", after=first["after"]).json()
    assert (len(second["rows"]), second["after"]) == (10, None)
    assert broker.get("", state="paid").json()["rows"] == []


def test_a_station_acts(world, broker):
    yard.open_yard(world)
    key = broker.lodge(sad.dumps(import_record())).json()[0]["key"]
    truck = yard.announce(world)
    answer = broker.act(key, kind="attach", passage=truck, packages=20, gross_mass_g=1_000_000)
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    late = broker.act(key, kind="attach", passage=truck, packages=0, gross_mass_g=0, version=1)
    assert (late.status_code, late.json()["code"]) == (409, "OutOfTurn")
    assert broker.act(key, kind="cancel", reason="wrong").json()["code"] == "LaneAlreadyDrawn"
    assert broker.act(key, kind="sing").json()["code"] == "RequestNotUnderstood"
    assert broker.act(key, kind="attach", passage=truck, packages=-1, gross_mass_g=0).status_code == 422
    assert broker.act(key, kind="answer_query", answer="Model 3").json()["code"] == "NoOpenQuery"


def test_the_national_system_tells_its_state_through_a_station(world, client, program, broker):
    from mabar.base.models import Actor, Mandate, Post

    national(world, from_on=date(2026, 1, 1), at=datetime(2026, 1, 1, tzinfo=UTC))
    body = sad.dumps(import_record(registration=Reference(serial="C", number="4711", on="2026-11-19")))
    key = broker.lodge(body).json()[0]["key"]
    station = Actor.objects.create(key="alces", kind=Actor.STATION, name="ALCES", place=world.debdeb, password="!")
    post, _ = Post.objects.get_or_create(agency_id="dz.customs", function="registrar")
    Mandate.objects.create(actor=station, post=post, place=world.debdeb, from_on=date(2026, 1, 1))
    alces = program(station, "declarations.note_national_state")
    told = {"reference": "C 4711", "on": "2026-11-19", "claimed": "assessed", "received_from": "ALCES"}
    answer = alces.act(key, kind="note_national_state", **told)
    assert (answer.status_code, answer.json()["state"]) == (200, "assessed")
    assert answer.json()["national_reference"] == "C 4711"


def test_the_description_of_the_door_names_its_bodies(client):
    described = client.get("/api/1/openapi.json").json()
    lodging = described["paths"]["/api/1/declarations"]["post"]
    assert set(lodging["requestBody"]["content"]) == {"application/json", "application/octet-stream"}
    assert json.dumps(described).count("note_national_state")


def test_a_program_finds_the_heading_of_goods_by_a_word(broker):
    def asked(word):
        return broker.client.get("/api/1/goods", {"q": word}, headers=broker.headers)

    first = asked("الإسمنت").json()[0]
    assert (first["code"], first["title"]["fr"]) == ("2523", "Ciment et clinker")
    assert {
        "code": "252329",
        "en": "Cement; portland, other than white, whether or not artificially coloured",
    } in asked("portland cement").json()[0]["subheadings"]
    assert asked("xqzzy").json() == []
    assert (asked("").status_code, asked("x" * 201).status_code) == (422, 422)
    assert broker.client.get("/api/1/goods", {"q": "x"}).status_code == 401
