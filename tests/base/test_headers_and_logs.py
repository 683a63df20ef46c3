"""What every answer carries, and what the log never does."""

import io
import json
import logging
from datetime import timedelta

import pytest
from django.conf import settings as node_settings
from django.core.cache import cache

from mabar.base import commands, doors
from mabar.base.logs import JsonLines
from mabar.declarations import sad
from tests.declarations.records import import_record

pytestmark = pytest.mark.django_db(databases="__all__")
PASSWORD = "palm and sand and date"
PAGES = [
    "/sign-in/",
    "/sign-in/factors/",
    "/account/",
    "/people/",
    "/people/enrol/",
    "/keys/",
    "/nowhere/",
    "/health",
    "/metrics",
]


@pytest.fixture
def reader(client, world):
    cache.clear()
    actor = world.officers["node_administrator"]
    client.force_login(actor)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_carries_the_content_policy_without_inline(reader, page):
    policy = reader.get(page)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "data:" not in policy


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_carries_the_other_headers(reader, page):
    answer = reader.get(page)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "no-store" in answer["Cache-Control"] or "private" in answer["Cache-Control"]


def test_a_node_with_tls_binds_browsers_to_it_for_a_year(client, db, settings):
    settings.SECURE_HSTS_SECONDS = 31536000
    assert client.get("/sign-in/", secure=True)["Strict-Transport-Security"] == "max-age=31536000"


def test_a_node_without_tls_promises_none(client, db):
    assert node_settings.SECURE_HSTS_SECONDS == 0
    assert "Strict-Transport-Security" not in client.get("/sign-in/")


def test_only_the_page_of_the_totp_code_shows_a_data_picture(client, world):
    actor = world.officers["gate_officer"]
    actor.set_password(PASSWORD)
    actor.save()
    cache.clear()
    client.post("/sign-in/", {"login": actor.key, "password": PASSWORD})
    client.post("/sign-in/again/", {"password": PASSWORD})
    answer = client.get("/sign-in/factors/totp/activate/")
    assert answer.status_code == 200
    assert "img-src 'self' data:" in answer["Content-Security-Policy"]
    assert "data:" not in client.get("/sign-in/factors/")["Content-Security-Policy"]


def test_the_cookies_are_kept_from_scripts_and_other_sites(client, world):
    actor = world.officers["gate_officer"]
    actor.set_password(PASSWORD)
    actor.save()
    cache.clear()
    cookie = client.post("/sign-in/", {"login": actor.key, "password": PASSWORD}).cookies["mabar_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.fixture
def log():
    """All that the node would write to its log."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def told(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_leaves_its_page_its_outcome_and_its_length_but_nobodys_key(reader, log):
    reader.get("/people/DEB-0001/?text=Fictitious", REMOTE_ADDR="203.0.113.7")
    (line,) = [line for line in told(log) if line["from"] == "mabar.requests"]
    assert (line["route"], line["status"]) == ("base:person", 200)
    assert line["ms"] > 0
    for personal in ("DEB-0001", "DEB-0016", "Fictitious", "203.0.113.7"):
        assert personal not in log.getvalue()


def test_a_failed_sign_in_leaves_neither_key_nor_password_nor_address_in_the_log(client, world, log):
    cache.clear()
    for _ in range(6):
        client.post("/sign-in/", {"login": "DEB-0001", "password": "secret-9"}, REMOTE_ADDR="203.0.113.7")
    assert "account_login" in log.getvalue()
    for personal in ("DEB-0001", "secret-9", "203.0.113.7"):
        assert personal not in log.getvalue()


def test_an_unknown_page_leaves_no_path_in_the_log(client, db, log):
    client.get("/no-such-page/DEB-0001/")
    assert "DEB-0001" not in log.getvalue()
    assert {line["status"] for line in told(log) if line["from"] == "mabar.requests"} == {404}


def test_a_fault_leaves_where_it_was_raised_and_not_its_values(log):
    try:
        raise ValueError("DEB-0001 has typed secret-9")
    except ValueError:
        logging.getLogger("mabar.test").exception("a fault", extra={"subject": "P1", "typed": "secret-9"})
    (line,) = told(log)
    assert (line["fault"], line["subject"], line["said"]) == ("ValueError", "P1", "a fault")
    assert line["where"][0].startswith("test_headers_and_logs.py:")
    assert "secret-9" not in log.getvalue()


def test_others_messages_are_logged_without_their_arguments(log):
    logging.getLogger("someone.else").warning("cannot read %s", "DEB-0001")
    assert told(log)[0]["said"] == "cannot read %s"


def test_an_enrolment_leaves_no_name_in_the_log(client, world, log):
    client.force_login(world.officers["place_administrator"])
    typed = {
        "kind": "officer",
        "key": "DEB-0700",
        "name": "Zohra Fictive",
        "place": "dz.debdeb",
        "agency": "dz.customs",
    }
    answer = client.post("/people/enrol/", typed | {"language": "ar"})
    assert answer.status_code == 200
    assert "Zohra" not in log.getvalue()
    assert "DEB-0700" not in log.getvalue()


def test_a_lodging_leaves_no_name_of_a_trader_in_the_log(client, world, log):
    cache.clear()
    moment = doors.now()
    term = {"scopes": ["declarations.lodge"], "expires_at": moment + timedelta(days=1), "at": moment}
    token = commands.make_api_key(world.node, world.broker.key, **term).token
    record = import_record()
    answer = client.post(
        "/api/1/declarations?place=dz.debdeb",
        sad.dumps(record),
        content_type="application/json",
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 201
    names = [trader.name for trader in (record.exporter, record.consignee, record.declarant) if trader and trader.name]
    assert names
    assert [line["status"] for line in told(log) if line["from"] == "mabar.requests"] == [201]
    for personal in (*names, token, world.broker.key, world.broker.name):
        assert personal not in log.getvalue()
