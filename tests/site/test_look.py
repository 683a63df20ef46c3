"""The frame of every page: menu by mandate, language, place, refusals, content policy, style sheets."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from mabar.base import languages, screens
from mabar.base.models import Actor
from mabar.base.screens import Entry, Screen
from mabar.site import look
from tests.languages import EACH_LANGUAGE

SITE = Path(__file__).parents[2] / "src" / "mabar" / "site"
SHEETS = sorted((SITE / "static" / "mabar").glob("*.css"))
# how a page looks is no question to a database
pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.sqlite]
PAGES_OF_SIGNING_IN = (
    "account_logout",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor, backend=BACKEND)
    return client


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_style_sheets_know_no_left_and_no_right(sheet):
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.findall(r"\b(?:left|right)\b", rules)
    assert "letter-spacing:" not in rules.replace("letter-spacing: inherit", "")
    assert "italic" not in rules


def test_the_style_sheets_together_stay_light():
    assert sum(sheet.stat().st_size for sheet in SHEETS) < 60_000


def test_every_token_that_is_used_is_defined():
    text = "".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)
    defined = set(re.findall(r"(--[\w-]+)\s*:", text))
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= defined


def test_nothing_on_the_wall_is_below_28_pixels_at_1920():
    text = (SITE / "static" / "mabar" / "tokens.css").read_text(encoding="utf-8")
    wall = text[text.index('[data-theme="wall"]') : text.index("@media print")]
    sizes = [float(size) * 16 for size in re.findall(r"--t-\d:\s*([\d.]+)rem", wall)]
    assert len(sizes) == 7
    assert min(sizes) >= 28


def test_no_template_holds_a_style_or_a_script_of_its_own():
    for template in (SITE.parent).rglob("templates/**/*.html"):
        text = template.read_text(encoding="utf-8")
        scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text)
        assert all('type="application/json"' in script for script in scripts), template
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", text), template


def test_every_shape_that_a_template_draws_is_in_the_sprite():
    sprite = (SITE / "static" / "mabar" / "shapes.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    asked: set[str] = set()
    for template in SITE.parent.rglob("templates/**/*.html"):
        asked |= set(re.findall(r'{% shape "([\w-]+)"', template.read_text(encoding="utf-8")))
    assert asked
    assert asked <= drawn


@pytest.mark.parametrize(
    ("cookie", "language", "direction"), [("", "ar", "rtl"), ("fr", "fr", "ltr"), ("xx", "ar", "rtl")]
)
def test_before_sign_in_the_cookie_says_the_language_and_arabic_stands_without_one(cookie, language, direction):
    client = Client()
    if cookie:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    page = client.get(reverse("account_login")).content.decode()
    assert f'<html lang="{language}" dir="{direction}"' in page


def test_an_officer_reads_in_his_own_language_whatever_the_browser_says(world):
    officer = world.officers["inspector"]
    officer.language = "fr"
    officer.save(update_fields=["language"])
    client = signed_in(officer)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert '<html lang="fr" dir="ltr"' in client.get(reverse("account_logout")).content.decode()


def test_a_chosen_language_is_kept_on_the_actor_and_in_the_browser(world):
    officer = world.officers["inspector"]
    client = signed_in(officer)
    answer = client.post(reverse("choose_language"), {"language": "en", "next": "/sign-in/out/?a=1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/out/?a=1")
    officer.refresh_from_db()
    assert officer.language == "en"
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_a_choice_of_language_leads_nowhere_else_and_knows_three_languages():
    client = Client()
    away = client.post(reverse("choose_language"), {"language": "fr", "next": "https://elsewhere.example/"})
    assert away.headers["Location"] == "/"
    assert client.post(reverse("choose_language"), {"language": "de"}).status_code == 400
    assert client.get(reverse("choose_language")).status_code == 405


def test_the_menu_shows_only_what_the_mandate_allows(world, monkeypatch):
    offered = {
        "look:everybody": Entry("everybody", "choose_language"),
        "look:inspectors": Entry("inspectors", "account_login", ("declarations.inspect",), order=10),
        "look:nobody": Entry("nobody", "account_logout", ("nobody.may",)),
    }
    monkeypatch.setattr(screens, "_OFFERED", offered)
    request = RequestFactory().get(reverse("account_login"))
    request.user = world.officers["inspector"]
    assert [(entry.word, entry.is_here) for entry in Screen(request).menu] == [
        ("inspectors", True),
        ("everybody", False),
    ]
    request.user = world.officers["cashier"]
    assert [entry.word for entry in Screen(request).menu] == ["everybody"]


def test_the_page_names_the_reader_s_place_post_and_house(world):
    request = RequestFactory().get("/")
    request.user = world.across["inspector"]
    screen = Screen(request)
    assert screen.place == world.ghadames
    assert screen.post_word == "post.inspector"
    assert screen.house == world.across["inspector"].agency.name
    request.user = world.broker
    assert Screen(request).house == str(world.broker.firm)


def test_the_way_back_never_leaves_the_node(world):
    request = RequestFactory().get("/", headers={"referer": "https://elsewhere.example/x"})
    assert Screen(request).way_back == "/"
    request = RequestFactory().get("/", headers={"referer": "http://testserver/list/?page=2"})
    assert Screen(request).way_back == "http://testserver/list/?page=2"


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_an_unknown_address_is_answered_in_the_reader_s_language(language):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    said = {"ar": "ولم يتغيّر شيء", "fr": "rien n'a changé", "en": "nothing has changed"}[language]
    assert said in unescape(answer.content.decode())


@pytest.mark.parametrize("template", ["500.html", "403_csrf.html", "403.html", "404.html", "429.html"])
@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_error_pages_stand_without_a_request(template, language):
    with translation.override(language):
        page = render_to_string(template)
    assert f'<html lang="{language}"' in page
    assert "<h1>" in page


def test_a_forged_form_is_refused_in_the_look_of_the_house():
    answer = Client(enforce_csrf_checks=True).post(reverse("choose_language"), {"language": "fr"})
    assert answer.status_code == 403
    assert "FormTooOld" in answer.content.decode()


def test_pages_of_signing_in_speak_the_reader_s_language(world):
    """Every page of allauth that is reachable opens in Arabic without a word of English left."""
    officer = world.officers["inspector"]
    officer.set_password("date palms in the wind")
    officer.save(update_fields=["password"])
    client = signed_in(officer)
    client.post(reverse("account_reauthenticate"), {"password": "date palms in the wind"})
    for name in PAGES_OF_SIGNING_IN:
        answer = client.get(reverse(name))
        assert answer.status_code == 200, name
        assert english_in(answer) <= {"JavaScript", "PIN"}, name


def test_the_second_step_and_its_codes_speak_the_reader_s_language(world):
    officer = world.officers["inspector"]
    officer.set_password("date palms in the wind")
    officer.save(update_fields=["password"])
    TOTP.activate(officer, generate_totp_secret())
    RecoveryCodes.activate(officer)
    client = Client()
    step = client.post(reverse("account_login"), {"login": officer.key, "password": "date palms in the wind"})
    assert step.headers["Location"].startswith(reverse("mfa_authenticate"))
    pages = {"mfa_authenticate": client.get(reverse("mfa_authenticate"))}
    client = signed_in(officer)
    client.post(reverse("account_reauthenticate"), {"password": "date palms in the wind"})
    for name in ("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp", "mfa_reauthenticate"):
        pages[name] = client.get(reverse(name))
    for name, answer in pages.items():
        assert answer.status_code == 200, name
        assert english_in(answer) <= {"JavaScript", "PIN"}, name


def english_in(answer: HttpResponse) -> set[str]:
    """Collect the Latin words of a page's main part, leaving out what is isolated and what is data."""
    main = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
    assert main
    words = re.sub(r"<script.*?</script>|<bdi.*?</bdi>|<[^>]*>", " ", main.group(0), flags=re.DOTALL)
    return set(re.findall(r"[A-Za-z]{3,}", words))


def test_the_bar_shows_the_link_that_its_teller_knows(world, monkeypatch):
    monkeypatch.setattr(screens, "_tellers", [])
    request = RequestFactory().get("/")
    request.user = world.officers["inspector"]
    assert Screen(request).link is None
    screens.tell_link(lambda place: screens.Link(False, f"cut at {place.code}"))
    page = render_to_string("partials/bar.html", {"screen": Screen(request)}, request)
    assert "cut at dz.debdeb" in page
    assert "#link-cut" in page


def test_only_the_page_with_the_secret_may_show_a_data_picture(world):
    client = signed_in(world.officers["inspector"])
    secret, other = client.get(reverse("mfa_activate_totp")), client.get(reverse("mfa_index"))
    assert "data:" in secret.headers["Content-Security-Policy"]
    assert "data:" not in other.headers["Content-Security-Policy"]
    assert "unsafe" not in secret.headers["Content-Security-Policy"]


def test_nobody_opens_an_account_from_outside():
    assert Client().get("/sign-in/signup/").status_code == 404


def test_a_refusal_stays_and_a_confirmation_leaves(rf):
    request = rf.get("/")

    class Storage(list):
        def add(self, level: int, text: str, extra_tags: str = "") -> None:
            self.append(messages.storage.base.Message(level, text))

    request._messages = Storage()
    messages.error(request, "Exit refused")
    messages.success(request, "Exit recorded")
    page = render_to_string("partials/toasts.html", {"messages": request._messages})
    refused, done = page.index("Exit refused"), page.index("Exit recorded")
    assert "<details" in page[:refused]
    assert "leaves" not in page[:refused]
    assert "leaves" in page[refused:done]


@pytest.mark.parametrize("language", EACH_LANGUAGE)
@pytest.mark.parametrize("view", [look.page, look.wall, look.paper], ids=["page", "wall", "paper"])
def test_the_page_of_the_look_draws_every_component(rf, world, view, language):
    request = rf.get("/")
    request.user = world.officers["inspector"]
    with translation.override(language):
        answer = view(request)
    assert isinstance(answer, HttpResponse)
    page = answer.content.decode()
    assert f'lang="{language}"' in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_languages_are_those_of_the_words():
    assert [code for code, _, _ in screens.LANGUAGE_MARKS] == [code for code, _ in settings.LANGUAGES]
    assert languages.DEFAULT == settings.LANGUAGE_CODE


def test_our_own_word_wins_over_a_library_s():
    with translation.override("ar"):
        assert translation.gettext("Code") == "الرمز"  # allauth says شفرة


def test_a_chosen_language_needs_a_button_that_says_its_name():
    request = RequestFactory().get("/?" + urlencode({"q": "ع"}))
    page = render_to_string("partials/languages.html", {"screen": Screen(request), "request": request})
    assert re.findall(r'aria-label="([^"]+)"', page)[1:] == ["العربية", "Français", "English"]
