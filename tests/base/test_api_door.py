"""The API's door: a key that is known, in force, not asking too often, and held to its verbs."""

from datetime import date, timedelta

import pytest
from ninja import NinjaAPI, Schema

from mabar.base import api_auth, commands, doors, limits, mandates
from mabar.base.models import Actor, ApiKey, JournalLine
from mabar.base.rules import TooManyRequests
from mabar.site import api as site_api

pytestmark = pytest.mark.django_db(databases="__all__")
METRICS = "/metrics"
FAR = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def station(world):
    moment = doors.now()
    made = commands.enrol_actor(world.node, "watch-1", kind="station", name="Watch", place=world.debdeb, at=moment)
    days = {"from_on": date(2026, 1, 1), "until_on": None}
    commands.grant_mandate(world.node, "watch-1", function="monitor_station", place=world.debdeb, at=moment, **days)
    return made.actor


@pytest.fixture
def token(world, station):
    moment = doors.now()
    return commands.make_api_key(
        world.node, "watch-1", scopes=["base.read_operations"], expires_at=moment + timedelta(days=9), at=moment
    ).token


def ask(client, token, scheme="Bearer"):
    return client.get(METRICS, headers={"Authorization": f"{scheme} {token}"}, **FAR)


def test_a_good_key_opens_what_its_mandate_opens_and_its_use_is_written_nowhere(client, token):
    lines, keys = JournalLine.objects.count(), list(ApiKey.objects.values())
    answer = ask(client, token)
    assert answer.status_code == 200
    assert "mabar_disk_free_bytes" in answer.content.decode()
    assert (JournalLine.objects.count(), list(ApiKey.objects.values())) == (lines, keys)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.replace("mabar_", "other_"),
        lambda token: "mabar_000000000000_" + token.rpartition("_")[2],
        lambda token: "mabar_",
        lambda token: "",
    ],
)
def test_a_wrong_key_is_refused_without_saying_why(client, token, spoil):
    answer = ask(client, spoil(token))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "KeyNotAccepted"


def test_no_key_and_another_scheme_are_refused(client, token):
    assert client.get(METRICS, **FAR).status_code == 401
    assert ask(client, token, scheme="Basic").status_code == 401


def test_an_expired_a_revoked_and_an_inactive_holders_key_are_refused(client, token, world):
    key = ApiKey.objects.get()
    expires_at = key.expires_at
    ApiKey.objects.update(expires_at=doors.now() - timedelta(seconds=1))
    assert ask(client, token).status_code == 401
    ApiKey.objects.update(expires_at=expires_at)
    assert ask(client, token).status_code == 200
    Actor.objects.filter(key="watch-1").update(is_active=False)
    assert ask(client, token).status_code == 401
    Actor.objects.filter(key="watch-1").update(is_active=True)
    commands.revoke_api_key(world.node, key.prefix, at=doors.now())
    assert ask(client, token).status_code == 401


def test_a_key_opens_nothing_beyond_its_scopes_or_beyond_a_mandate_that_has_ended(client, token, world):
    ApiKey.objects.update(scopes=["crossings.announce"])
    answer = ask(client, token)
    assert (answer.status_code, answer.json()["code"]) == (403, "NotMandated")
    ApiKey.objects.update(scopes=["base.read_operations"])
    commands.end_mandate(world.node, Actor.objects.get(key="watch-1").mandates.get().pk, at=doors.now())
    assert ask(client, token).status_code == 403


def test_the_scopes_end_with_the_request(client, token, station):
    assert ask(client, token).status_code == 200
    assert mandates._key_in_use.get() is None


def test_a_key_that_asks_too_often_waits(client, token, monkeypatch):
    monkeypatch.setattr(api_auth, "OF_A_KEY", limits.Bucket(burst=3.0, per_second=0.01))
    assert [ask(client, token).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = ask(client, token)
    assert 0 < int(answer["Retry-After"]) <= 100
    assert answer.json()["code"] == "TooManyRequests"


def test_the_bucket_fills_again_and_never_beyond_its_size():
    bucket = api_auth.OF_A_KEY
    for _ in range(int(bucket.burst)):
        limits.spend("p", bucket, 1000.0)
    with pytest.raises(TooManyRequests):
        limits.spend("p", bucket, 1000.0)
    limits.spend("p", bucket, 1000.0 + 1 / bucket.per_second)
    for _ in range(int(bucket.burst)):
        limits.spend("p", bucket, 9999.0)
    with pytest.raises(TooManyRequests):
        limits.spend("p", bucket, 9999.0)


def test_who_goes_on_asking_is_not_forgotten_however_many_ask_beside_him():
    buckets, bucket = limits.Buckets(most=10), limits.Bucket(burst=1.0, per_second=0.001)
    buckets.spend("insists", bucket, 1000.0)
    for number in range(100):
        buckets.spend(f"passes {number}", bucket, 1000.0)
        with pytest.raises(TooManyRequests):
            buckets.spend("insists", bucket, 1000.0)
    assert len(buckets._left) == 10


def test_the_api_describes_itself(client, db):
    told = client.get("/api/1/openapi.json").json()
    assert told["info"]["title"] == "Mabar"
    assert "StationKey" in told["components"].get("securitySchemes", {"StationKey": 1})


class Asked(Schema):
    """What the test's operation takes."""

    mass_g: int


@pytest.fixture
def probe():
    """An API of the same handlers with operations of its own, so that no package's router is needed."""
    api = NinjaAPI(urls_namespace="probe", auth=api_auth.StationKey())
    for fault, handler in site_api.api._exception_handlers.items():
        api.add_exception_handler(fault, handler)

    @api.post("/weigh", auth=None)
    def weigh(request, asked: Asked):
        return {"mass_g": asked.mass_g}

    @api.get("/nothing", auth=None)
    def nothing(request):
        from django.http import Http404

        raise Http404

    @api.get("/who")
    def who(request):
        return {"key": request.auth.key}

    from ninja.testing import TestClient

    return TestClient(api)


def test_a_request_of_the_wrong_shape_names_each_place(probe):
    answer = probe.post("/weigh", json={"mass_g": "much"}, headers={"Accept-Language": "fr"})
    assert answer.status_code == 422
    told = answer.json()
    assert told["code"] == "RequestNotUnderstood"
    assert told["details"]["faults"][0]["where"] == "body.asked.mass_g"


def test_a_record_that_is_not_there_and_a_missing_key_are_refusals_too(probe, db):
    assert probe.get("/nothing").json()["code"] == "NoSuchRecord"
    answer = probe.get("/who")
    assert (answer.status_code, answer.json()["code"]) == (401, "KeyNotAccepted")


def test_the_operation_knows_whose_key_it_is(probe, token):
    with mandates.no_key_in_use():
        answer = probe.get("/who", headers={"Authorization": f"Bearer {token}"})
    assert answer.json() == {"key": "watch-1"}


@pytest.mark.parametrize("body", ['{"mass_g"', "[" * 100_000, b'{"mass_g":"\xe9"}', '{"mass_g":' + "9" * 5000 + "}"])
def test_a_body_that_cannot_be_read_is_a_refusal_of_the_same_form(probe, body):
    answer = probe.post("/weigh", data=body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "RequestNotUnderstood")


def test_a_body_beyond_the_limit_is_refused_by_its_name(client, token, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post(
        "/api/1/declarations?place=dz.debdeb", b" " * 200, content_type="application/octet-stream", headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "FileTooLarge")
