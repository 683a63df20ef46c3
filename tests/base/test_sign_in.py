"""Signing in: counted, limited, journalled; a one-time password and a missing factor come first; sessions end."""

import dataclasses
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed
from allauth.mfa.totp.internal import auth as totp
from cryptography.exceptions import InvalidTag
from django.conf import settings as node_settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connections

from mabar.base import commands, doors, gates, sign_in
from mabar.base.factors import FactorAdapter
from mabar.base.models import Actor, JournalFacts, JournalLine

pytestmark = pytest.mark.django_db(databases="__all__")
PASSWORD = "palm and sand and date"
SIGN_IN, CHANGE, FACTORS = "/sign-in/", "/sign-in/password/", "/sign-in/factors/"


@pytest.fixture
def gate(world):
    actor = world.officers["gate_officer"]
    actor.set_password(PASSWORD)
    actor.save(update_fields=["password"])
    cache.clear()
    return actor


@pytest.fixture
def factor_forced(settings):
    settings.NODE = dataclasses.replace(settings.NODE, second_factor="forced")


def enter(client, key="DEB-0001", password=PASSWORD):
    return client.post(SIGN_IN, {"login": key, "password": password})


def lines():
    return list(JournalLine.objects.order_by("id").values_list("verb", "subject"))


def test_key_and_password_open_the_account_and_the_journal_says_so(client, gate):
    answer = enter(client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/account/").status_code == 200
    assert lines() == [("base.sign_in", "DEB-0001")]


def test_a_wrong_password_opens_nothing_and_is_kept_nowhere(client, gate):
    assert enter(client, password="wrong but secret").status_code == 200
    assert client.get("/account/")["Location"].startswith(SIGN_IN)
    assert lines() == [("base.sign_in_failed", "DEB-0001")]
    assert JournalFacts.objects.get().body == "{}"


def test_a_password_typed_as_a_key_is_not_kept(client, gate):
    enter(client, key=PASSWORD, password="x")
    assert lines() == [("base.sign_in_failed", "")]


def test_five_failures_close_the_account_for_a_while_even_to_its_owner(client, gate):
    for _ in range(5):
        assert enter(client, password="wrong").status_code == 200
    answer = enter(client)
    assert answer.status_code == 429
    assert answer["Retry-After"] == str(sign_in.WAIT_S)
    assert "TooManyRequests" in answer.content.decode()
    assert enter(client, key="DEB-0002", password="wrong").status_code == 200


def test_ten_failures_from_one_address_close_it_for_every_account(client, gate):
    for number in range(10):
        enter(client, key=f"nobody-{number}", password="wrong")
    assert enter(client).status_code == 429
    other = enter_from(client, "203.0.113.7")
    assert other.status_code == 302


def enter_from(client, address):
    return client.post(SIGN_IN, {"login": "DEB-0001", "password": PASSWORD}, REMOTE_ADDR=address)


def test_thirty_attempts_a_minute_from_one_address_are_enough(client, gate):
    for _ in range(30):
        client.post(SIGN_IN, {"login": "", "password": ""})
    answer = client.post(SIGN_IN, {"login": "", "password": ""})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_the_session_gets_a_new_key_at_sign_in(client, gate):
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key
    enter(client)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def age(client, **stamps):
    session = client.session
    for stamp, by in stamps.items():
        session[stamp] -= by
    session.save()


@pytest.mark.parametrize(
    ("stamps", "is_open"),
    [
        ({"seen_at": 29 * 60}, True),
        ({"seen_at": 30 * 60 + 5}, False),
        ({"began_at": 12 * 3600 - 60}, True),
        ({"began_at": 12 * 3600 + 5}, False),
    ],
)
def test_a_session_ends_after_half_an_hour_of_rest_and_twelve_hours_in_all(client, gate, stamps, is_open):
    enter(client)
    age(client, **stamps)
    assert (client.get("/account/").status_code == 200) is is_open
    assert (client.get("/account/").status_code == 200) is is_open


def test_reading_stamps_the_session_at_most_once_a_minute(client, gate):
    enter(client)
    seen = client.session["seen_at"]
    client.get("/account/")
    assert client.session["seen_at"] == seen
    age(client, seen_at=61)
    client.get("/account/")
    assert client.session["seen_at"] >= seen


def test_a_one_time_password_leads_to_a_password_of_ones_own(client, gate, world):
    restored = commands.reset_password(world.node, gate.key, at=doors.now())
    enter(client, password=restored.password)
    assert client.get("/account/")["Location"] == CHANGE
    assert client.get("/account/", headers={"HX-Request": "true"})["HX-Redirect"] == CHANGE
    assert client.get(CHANGE).status_code == 200
    same = {"oldpassword": restored.password, "password1": restored.password, "password2": restored.password}
    refused = client.post(CHANGE, same)
    assert refused.status_code == 200
    assert refused.context["form"].errors
    own = {"oldpassword": restored.password, "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post(CHANGE, own)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    asked = client.get("/")["Location"]
    assert client.post(asked, {"login": gate.key, "password": PASSWORD, "next": "/"})["Location"] == "/"
    assert client.get("/account/").status_code == 200
    assert ("base.change_password", "DEB-0001") in lines()


def test_a_one_time_password_ends_after_a_week(client, gate, world):
    restored = commands.reset_password(world.node, gate.key, at=doors.now() - timedelta(days=7, minutes=1))
    answer = enter(client, password=restored.password)
    assert answer.status_code == 403
    assert "OneTimePasswordOver" in answer.content.decode()
    assert client.get("/account/").status_code == 302


def test_a_reset_password_ends_every_session(client, gate, world):
    enter(client)
    commands.reset_password(world.node, gate.key, at=doors.now())
    assert client.get("/account/")["Location"].startswith(SIGN_IN)


def test_a_forced_second_factor_comes_before_everything_else(client, gate, factor_forced):
    enter(client)
    assert client.get("/account/")["Location"] == FACTORS
    assert client.get(FACTORS).status_code == 200
    assert client.post("/sign-in/out/").status_code == 302


def test_an_offered_second_factor_stops_nobody(client, gate):
    enter(client)
    page = client.get("/account/")
    assert page.status_code == 200
    assert FACTORS in page.content.decode()


def with_totp(actor):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(actor, secret)
    return secret


def test_who_has_a_factor_gives_its_code_after_the_password(client, gate, factor_forced):
    secret = with_totp(gate)
    assert enter(client)["Location"] == "/sign-in/factors/authenticate/"
    assert client.get("/account/")["Location"].startswith(SIGN_IN)
    wrong = client.post("/sign-in/factors/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    client.post("/sign-in/factors/authenticate/", {"code": code})
    assert client.get("/account/").status_code == 200
    assert lines() == [("base.sign_in_failed", "DEB-0001"), ("base.sign_in", "DEB-0001")]


def test_a_factor_set_up_opens_the_rest_at_once(client, gate, factor_forced, django_capture_on_commit_callbacks):
    enter(client)
    assert client.get("/sign-in/factors/totp/activate/")["Location"].startswith("/sign-in/again/")
    client.post("/sign-in/again/", {"password": PASSWORD})
    page = client.get("/sign-in/factors/totp/activate/")
    secret = page.context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/sign-in/factors/totp/activate/", {"code": code}).status_code == 302
    assert Authenticator.objects.filter(user=gate, type="totp").exists()
    assert client.get("/account/").status_code == 200


def test_the_secret_of_a_factor_lies_in_the_database_only_under_the_nodes_key(gate, settings):
    secret = with_totp(gate)
    factor = Authenticator.objects.get(user=gate)
    assert secret not in str(factor.data)
    assert FactorAdapter().decrypt(factor.data["secret"]) == secret
    settings.SECRET_KEY = "another node's"
    with pytest.raises(InvalidTag):
        FactorAdapter().decrypt(factor.data["secret"])


def test_the_language_chosen_on_a_page_is_journalled(client, gate):
    enter(client)
    client.post("/language/", {"language": "fr", "next": "/account/"})
    gate.refresh_from_db()
    assert gate.language == "fr"
    assert ("base.choose_language", "DEB-0001") in lines()


def test_a_closed_account_opens_to_no_password(client, gate):
    Actor.objects.filter(pk=gate.pk).update(is_active=False)
    enter(client)
    assert client.get("/account/")["Location"].startswith(SIGN_IN)
    assert ("base.sign_in", "DEB-0001") not in lines()


def test_a_sign_in_goes_on_where_its_line_cannot_be_written(client, gate, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(commands.journal, "writes", broken)
    assert enter(client).status_code == 302
    assert not JournalLine.objects.exists()


@pytest.mark.parametrize("address", ["signup/", "email/", "password/reset/"])
def test_nobody_makes_an_account_for_himself_or_asks_for_mail(client, db, address):
    assert client.get(f"/sign-in/{address}").status_code == 404


def test_an_adapter_sends_no_mail_and_takes_no_visitor(rf):
    adapter = sign_in.ActorAdapter()
    assert adapter.send_mail("x", "a@example.org", {}) is None
    assert adapter.is_open_for_signup(rf.get("/")) is False


def test_the_limits_are_those_of_the_settings():
    assert (node_settings.SESSION_IDLE_S, node_settings.SESSION_WHOLE_S) == (1800, 43200)


def test_attempts_are_counted_among_the_passing_things_not_among_the_acts(client, gate):
    enter(client, password="wrong")
    alias = "passing" if "passing" in connections else "default"
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache_entries")
        assert cursor.fetchone()[0] > 0


def test_the_session_remembers_the_factor_so_that_pages_do_not_ask_again(rf, gate, django_assert_num_queries):
    with_totp(gate)
    request = rf.get("/")
    request.session, request.user = {}, gate
    assert not gates.lacks_factor(request)
    sign_in._factors_changed(None, request=request, user=gate)
    with django_assert_num_queries(0):
        assert not gates.lacks_factor(request)


def test_a_code_opens_once(client, gate, factor_forced):
    secret = with_totp(gate)
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    for outcome in (302, 200):
        enter(client)
        answer = client.post("/sign-in/factors/authenticate/", {"code": code})
        assert answer.status_code == outcome
        client.post("/sign-in/out/")


def test_a_factor_that_is_removed_no_longer_opens_the_session(client, gate, factor_forced, rf):
    with_totp(gate)
    request = rf.get("/")
    request.session = {gates.HAS_FACTOR: True}
    factor = Authenticator.objects.get(user=gate, type="totp")
    factor.delete()
    authenticator_removed.send(Authenticator, request=request, user=gate, authenticator=factor)
    assert not request.session[gates.HAS_FACTOR]
    request.user = gate
    assert gates.first_thing(request) == "mfa_index"


ELSEWHERE = ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]


@pytest.mark.parametrize("where", ELSEWHERE)
def test_signing_in_and_choosing_a_language_lead_to_no_other_site(client, gate, where):
    assert client.post("/language/", {"language": "fr", "next": where})["Location"] == "/"
    answer = client.post(f"{SIGN_IN}?next={where}", {"login": gate.key, "password": PASSWORD, "next": where})
    assert (answer.status_code, answer["Location"]) == (302, "/")
