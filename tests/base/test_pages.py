"""The ground's pages: opened by who is mandated, in the three languages, and doing what they say."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from mabar.base import commands, doors, mandates, rules, sealer
from mabar.base import journal as writing
from mabar.base.models import Actor, ApiKey, JournalErasure, JournalLine, JournalSeal, Mandate
from mabar.lib.words import word
from tests.languages import EACH_LANGUAGE
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
ADMINISTRATOR = "place_administrator"
PAGES = {
    "/people/": ADMINISTRATOR,
    "/people/enrol/": ADMINISTRATOR,
    "/people/DEB-0001/": ADMINISTRATOR,
    "/people/DEB-0015/": ADMINISTRATOR,
    "/keys/": "node_administrator",
    "/keys/make/?holder=broker-oasis": "node_administrator",
    "/journal/": "oversight_reader",
    "/operations/": "node_administrator",
    "/account/": "gate_officer",
}


WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def enter(client, world):
    cache.clear()

    def as_function(function, language="ar"):
        actor = world.officers[function]
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_function


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_each_page_opens_in_each_language_for_who_is_mandated(enter, language):
    for page, function in PAGES.items():
        answer = enter(function, language).get(page)
        assert answer.status_code == 200, page
        text = answer.content.decode()
        assert f'lang="{language}"' in text, page
        assert ('dir="rtl"' in text[:200]) is (language == "ar"), page
        assert text.count("<h1") == 1, page
        assert ' style="' not in text, page
        assert "onclick" not in text, page


def test_each_page_refuses_who_is_not_mandated(enter):
    for page in PAGES.keys() - {"/account/"}:
        answer = enter("gate_officer").get(page)
        assert answer.status_code == 403, page
        assert "NotMandated" in answer.content.decode(), page


def test_each_page_sends_a_visitor_to_the_sign_in(client, world):
    for page in PAGES:
        assert client.get(page)["Location"].startswith("/sign-in/?next=/"), page


def test_reading_a_page_writes_nothing_and_asks_little(enter, django_assert_max_num_queries):
    for page, function in PAGES.items():
        reader = enter(function)
        reader.get("/account/")
        with django_assert_max_num_queries(26, info=page) as asked:
            reader.get(page)
        assert [query["sql"] for query in asked if query["sql"].split()[0] in WRITES] == [], page


def test_the_menu_shows_only_what_the_mandate_allows(enter):
    own = enter("gate_officer").get("/account/").content.decode()
    assert 'href="/people/"' not in own
    assert 'href="/journal/"' not in own
    assert 'href="/people/"' in enter(ADMINISTRATOR).get("/account/").content.decode()


def test_the_list_shows_ones_own_place_only_and_can_be_searched(enter):
    page = enter(ADMINISTRATOR)
    everyone = page.get("/people/").content.decode()
    assert "DEB-0001" in everyone
    assert "GHD-0001" not in everyone
    found = page.get("/people/?text=cashier").content.decode()
    assert "DEB-0010" in found
    assert "DEB-0001" not in found
    assert "DEB-0001" not in page.get("/people/?text=%").content.decode()


def test_people_of_another_place_are_not_known_here(enter):
    answer = enter(ADMINISTRATOR).get("/people/GHD-0001/")
    assert (answer.status_code, "NoSuchRecord" in answer.content.decode()) == (404, True)


NEW = {"kind": "officer", "key": "DEB-0700", "name": "Zohra Fictive", "place": "dz.debdeb", "agency": "dz.customs"}


def test_enrolling_shows_the_one_time_password_once(enter):
    page = enter(ADMINISTRATOR)
    answer = page.post("/people/enrol/", NEW | {"language": "fr"})
    password = answer.context["enrolled"].password
    assert password in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert Actor.objects.get(key="DEB-0700").check_password(password)
    assert password not in page.get("/people/DEB-0700/").content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key": "DEB-0001"}, "DEB-0001"),
        ({"key": "not a key"}, "not a key"),
        ({"name": ""}, "id_name"),
        ({"place": "ly.ghadames"}, "id_place"),
        ({"agency": ""}, "id_agency"),
        ({"firm": "BROKER-OASIS"}, "id_firm"),
        ({"kind": "declarant"}, "id_firm"),
        ({"kind": "node"}, "id_kind"),
    ],
)
def test_what_is_wrong_with_an_enrolment_is_said_above_the_form(enter, change, said):
    answer = enter(ADMINISTRATOR).post("/people/enrol/", NEW | {"language": "fr"} | change)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text[text.index("error-summary") : text.index("<form", text.index("error-summary"))]
    assert not Actor.objects.filter(name="Zohra Fictive").exists()


def test_a_station_is_enrolled_without_a_password(enter):
    typed = NEW | {"kind": "station", "key": "gate-9", "agency": "", "language": "ar"}
    answer = enter(ADMINISTRATOR).post("/people/enrol/", typed)
    assert answer.context["enrolled"].password == ""
    assert enter(ADMINISTRATOR).get("/people/gate-9/").status_code == 200


def grant(page, key="DEB-0999", **typed):
    asked = {"function": "gate_officer", "place": "dz.debdeb", "from_on": "2026-11-22", "until_on": ""} | typed
    return page.post(f"/people/{key}/grant/", asked, follow=True)


def test_a_mandate_is_granted_and_ended_on_the_page_of_its_holder(enter):
    page = enter(ADMINISTRATOR)
    assert grant(page).status_code == 200
    mandate = Mandate.objects.get(actor__key="DEB-0999")
    ended = page.post(f"/people/mandates/{mandate.pk}/end/", follow=True)
    assert ended.status_code == 200
    mandate.refresh_from_db()
    assert mandate.ended_at is not None
    assert page.post(f"/people/mandates/{mandate.pk}/end/").status_code == 409


def test_a_pair_that_nobody_may_combine_is_refused_above_the_form(enter):
    page = enter(ADMINISTRATOR)
    grant(page, function="cashier")
    answer = grant(page, function="release_officer")
    assert answer.status_code == 422
    assert "declarations.note_payment" not in answer.content.decode()
    assert word("declarations", "verb.declarations.note_payment", "ar") in answer.content.decode()
    assert Mandate.objects.filter(actor__key="DEB-0999").count() == 1


def test_a_form_of_a_mandate_that_is_not_filled_in_is_refused(enter):
    assert grant(enter(ADMINISTRATOR), from_on="soon").status_code == 422
    assert grant(enter(ADMINISTRATOR), place="").status_code == 422


def test_who_administers_everywhere_may_grant_everywhere(enter, world):
    Mandate.objects.filter(actor=world.officers[ADMINISTRATOR]).update(place=None)
    assert grant(enter(ADMINISTRATOR), place="").status_code == 200
    assert Mandate.objects.get(actor__key="DEB-0999").place is None


def test_nobody_is_offered_or_granted_anything_on_his_own_account(enter):
    page = enter(ADMINISTRATOR)
    own = page.get("/people/DEB-0015/").content.decode()
    assert "/people/DEB-0015/grant/" not in own
    assert "/people/DEB-0015/password/" not in own
    assert grant(page, key="DEB-0015").status_code == 403


def test_who_may_enrol_but_not_grant_is_refused_the_grant(enter, world, monkeypatch):
    from mabar.base import rules

    posts = dict(rules.posts()) | {"registrar": ("base.enrol_actor",)}
    monkeypatch.setattr(rules, "posts", lambda: posts)
    rules.functions_with.cache_clear()
    try:
        page = enter("registrar")
        assert "/grant/" not in page.get("/people/DEB-0001/").content.decode()
        assert grant(page).status_code == 403
    finally:
        rules.functions_with.cache_clear()


def test_a_forgotten_password_is_replaced_on_the_page(enter, world):
    answer = enter(ADMINISTRATOR).post("/people/DEB-0001/password/")
    assert Actor.objects.get(key="DEB-0001").check_password(answer.context["enrolled"].password)
    assert enter("weigh_officer").post("/people/DEB-0001/password/").status_code == 403


def test_lost_factors_are_removed_on_the_page(enter, world):
    gate = world.officers["gate_officer"]
    gate.set_password("palm and sand and date")
    gate.save()
    Authenticator.objects.create(user=gate, type="totp", data={"secret": "x"})
    page = enter(ADMINISTRATOR)
    assert "/people/DEB-0001/factors/" in page.get("/people/DEB-0001/").content.decode()
    assert page.post("/people/DEB-0001/factors/", follow=True).status_code == 200
    assert not Authenticator.objects.exists()


def test_the_account_of_one_who_has_left_is_closed_on_the_page_and_his_session_ends(enter, world):
    assert enter("weigh_officer").post("/people/DEB-0001/close/").status_code == 403
    his, page = Client(), enter(ADMINISTRATOR)
    his.force_login(world.officers["gate_officer"])
    assert his.get("/account/").status_code == 200
    assert "/people/DEB-0001/close/" in page.get("/people/DEB-0001/").content.decode()
    closed = page.post("/people/DEB-0001/close/", follow=True)
    assert closed.status_code == 200
    assert "/people/DEB-0001/close/" not in closed.content.decode()
    assert "/people/DEB-0001/grant/" not in closed.content.decode()
    assert his.get("/account/").status_code == 302
    assert page.post("/people/DEB-0001/close/").status_code == 422


def test_a_key_is_made_shown_once_and_revoked(enter):
    page = enter("node_administrator")
    answer = page.post("/keys/make/", {"holder": "broker-oasis", "scopes": ["declarations.lodge"], "days": "90"})
    token = answer.context["made"].token
    assert token in answer.content.decode()
    shown = page.get("/keys/").content.decode()
    key = ApiKey.objects.get()
    assert key.prefix in shown
    assert token not in shown
    assert page.post(f"/keys/{key.prefix}/revoke/", follow=True).status_code == 200
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert "revoke/" not in page.get("/keys/").content.decode()


def test_a_key_that_opens_nothing_is_refused_above_the_form(enter, world):
    page = enter("node_administrator")
    assert page.post("/keys/make/", {"holder": "broker-oasis", "days": "90"}).status_code == 422
    refused = page.post("/keys/make/", {"holder": "DEB-0001", "scopes": ["crossings.announce"], "days": "90"})
    assert refused.status_code == 422
    assert not ApiKey.objects.exists()
    Mandate.objects.filter(actor__key="broker-oasis").update(ended_at=NOON)
    assert "<select" not in page.get("/keys/make/?holder=broker-oasis").content.decode()


@pytest.fixture
def journal(world):
    commands.choose_language(world.officers["gate_officer"], "DEB-0001", language="fr", at=NOON)
    commands.reset_password(world.officers[ADMINISTRATOR], "DEB-0001", at=NOON)
    commands.reset_password(world.node, "GHD-0001", at=NOON)
    sealer.seal(NOON)
    return JournalSeal.objects.order_by("position")


def lines_of(answer):
    return [(read.position, read.check) for read in answer.context["lines"]]


def test_oversight_reads_the_lines_of_its_place_and_of_the_node(enter, journal):
    answer = enter("oversight_reader").get("/journal/")
    assert lines_of(answer) == [(1, "conforms"), (0, "conforms")]
    assert "DEB-0001" in answer.content.decode()
    assert answer.context["heads"][0].root in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "positions"),
    [
        ("verb=base.choose", [0]),
        ("verb=crossings.", []),
        ("subject=DEB-0001", [1, 0]),
        ("actor=DEB-0015", [1]),
        ("place=dz.debdeb", [1]),
        ("before=1", [0]),
    ],
)
def test_oversight_filters_the_journal(enter, journal, query, positions):
    answer = enter("oversight_reader").get(f"/journal/?{query}")
    assert [position for position, _ in lines_of(answer)] == positions


def test_a_filter_that_names_a_place_out_of_reach_is_refused(enter, journal):
    answer = enter("oversight_reader").get("/journal/?place=ly.ghadames")
    assert "error-summary" in answer.content.decode()


def test_an_erased_line_is_said_to_be_erased_and_a_changed_one_to_differ(enter, journal):
    from django.db import connection

    from mabar.base import triggers

    erased, changed = (seal.line for seal in journal[:2])
    JournalErasure.objects.create(line=erased, erased_on=NOON.date())
    erased.facts.delete()
    triggers.drop(connection)
    JournalLine.objects.filter(pk=changed.pk).update(actor="somebody-else")
    triggers.make(connection)
    assert lines_of(enter("oversight_reader").get("/journal/")) == [(1, "refused"), (0, "erased")]


def test_changed_or_missing_facts_are_seen(enter, journal):
    from django.db import connection

    from mabar.base import triggers
    from mabar.base.models import JournalFacts

    one, other = (seal.line for seal in journal[:2])
    triggers.drop(connection)
    JournalFacts.objects.filter(line=one).update(body='{"language":"en"}')
    JournalFacts.objects.filter(line=other)._raw_delete("default")
    triggers.make(connection)
    assert lines_of(enter("oversight_reader").get("/journal/")) == [(1, "refused"), (0, "refused")]


def test_older_lines_stand_on_the_next_page(enter, world):
    for _ in range(52):
        commands.note_sign_in(world.node, "DEB-0001", at=NOON)
    sealer.seal(NOON)
    answer = enter("oversight_reader").get("/journal/?verb=base.")
    assert len(answer.context["lines"]) == 50
    older = enter("oversight_reader").get(f"/journal/{answer.context['older']}")
    assert [position for position, _ in lines_of(older)] == [1, 0]
    assert older.context["older"] == ""


def test_a_refusal_to_htmx_is_a_band_above_what_was_there(enter):
    answer = enter("gate_officer").get("/people/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (403, "#content")
    text = answer.content.decode()
    assert "<html" not in text
    assert "NotMandated" in text


def test_a_page_that_is_not_there_says_so_in_the_house_look(enter):
    answer = enter("gate_officer").get("/nowhere/")
    assert answer.status_code == 404
    assert 'class="bar"' in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_the_house_look(world):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.officers[ADMINISTRATOR])
    answer = strict.post("/people/DEB-0001/password/")
    assert answer.status_code == 403
    assert "house.css" in answer.content.decode()
    assert not JournalLine.objects.filter(verb="base.reset_password").exists()


def test_the_state_of_the_node_has_words_for_every_measure(enter):
    from mabar.base import health
    from mabar.base.pages import measures

    assert {measure.name for measure in health.measures(doors.now())} <= set(measures.SAID)
    assert 'class="name"' in enter("node_administrator").get("/operations/").content.decode()


def test_a_measure_reads_in_its_unit():
    from mabar.base.health import Measure
    from mabar.base.pages import measures

    taken = [
        Measure("disk_free", 12_340_000_000.0, "bytes", "conforms"),
        Measure("wal_default", 2_500_000.0, "bytes", "conforms"),
        Measure("worker_age", 4.2, "seconds", "conforms"),
        Measure("lines_unsealed", 1234, "count", "conforms"),
        Measure("recovery_key_made", 1.0, "fact", "conforms"),
        Measure("recovery_key_made", 0.0, "fact", "alert"),
        Measure("of_somebody", None, "count", "unknown"),
    ]
    from django.utils import translation

    with translation.override("en"):
        rows = measures.rows(taken)
        values = [str(row.value) for row in rows]
    assert "12.3" in values[0]
    assert "2.5" in values[1]
    assert "4" in values[2]
    assert "1\u202f234" in values[3]
    assert values[4:] == ["yes", "no", "–"]
    assert rows[-1].word == "of_somebody"


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"function": "gate_officer", "kind": "station"}, ["Gate officer", "Station"]),
        ({"function": "of_nobody", "kind": "–"}, ["of_nobody", "–"]),
    ],
)
def test_a_person_reads_the_codes_of_a_refusal_in_words(details, said):
    from django.utils import translation

    with translation.override("en"):
        text = doors.refusal_as_text(rules.FunctionNotForKind(**details))
    assert all(part in text for part in said)


@pytest.mark.parametrize("verb", ["–", "no_package.act", "base.no_such_act"])
def test_a_verb_without_a_word_is_said_by_its_code(verb):
    assert verb in doors.refusal_as_text(rules.BeyondOwnMandate(verb=verb))


def test_a_page_that_forgot_the_sign_in_is_a_fault_not_a_stranger(rf):
    from django.contrib.auth.models import AnonymousUser

    from mabar.base.reach import reader

    request = rf.get("/")
    request.user = AnonymousUser()
    with pytest.raises(ValueError, match="nobody has signed in"):
        reader(request)


def test_the_journal_shows_facts_whatever_their_names_and_whatever_is_asked(enter, world):
    with writing.writes(world.node, "base.sign_in", "DEB-0001", at=NOON, place="dz.debdeb", items=2, keys=3):
        mandates.require(world.node, "base.sign_in")
    sealer.seal(NOON)
    client = enter("oversight_reader", "en")
    for asked in ("", "?before=x", "?before=-1", "?place=nowhere", f"?verb={'b' * 65}", f"?before={'9' * 30}"):
        answer = client.get(f"/journal/{asked}")
        assert answer.status_code == 200, asked
    assert "items" in client.get("/journal/").content.decode()
