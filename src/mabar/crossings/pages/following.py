"""The driver's page, which asks for no account, and the officer's acts on its link."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mabar.base import doors, keys, limits, mandates, qr, screens
from mabar.base.reach import reader
from mabar.crossings import commands, following_page, queries, rules, short_text
from mabar.crossings.following_page import Dress
from mabar.crossings.kept_queue import Kept
from mabar.crossings.pages.reach import readable
from mabar.lib import words
from mabar.lib.refusals import Refusal
from mabar.lib.short_messages import Cost, cost_of
from mabar.lib.words import LANGUAGES

# Many phones of one mobile network share one address, so an address may ask often; one that guesses may not.
OF_AN_ADDRESS = limits.Bucket(burst=300.0, per_second=20.0)
OF_WRONG_LINKS = limits.Bucket(burst=20.0, per_second=1 / 30)
QUEUES = Kept(queries.queue)
PLACES = Kept(lambda place, _at: queries.crossing_place(place))
GIVE, SCAN, STILL = "crossings.give_follow_link", "slip.scan", "still"


@require_safe
@sensitive_variables("token")
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Show the truck of a link to whoever has the link; whatever else was asked is answered in one way."""
    asked = request.GET.get("language", "")
    language = asked if asked in LANGUAGES else "ar"
    dress = _still(language) if STILL in request.GET else _moving(language)
    try:
        response = HttpResponse(_page(request, token, language, dress))
    except Refusal as refusal:
        said = following_page.refused(refusal.sentence(language), language, dress)
        response = HttpResponse(said, status=doors.status_of(refusal))
        doors.add_headers(response, refusal)
    return _kept_to_himself(response, language)


@sensitive_variables("token", "given")
def _page(request: HttpRequest, given: str, language: str, dress: Dress) -> str:
    """Draw the page.

    Raises:
        TooManyRequests, NothingToFollow.
    """
    moment, asker = doors.now(), limits.asker(request)
    limits.spend(f"follow:{asker}", OF_AN_ADDRESS, moment.timestamp())
    try:
        token = rules.read_token(given)
        told = queries.followed_by(rules.digest_of(token or given), moment, queue_at=QUEUES.at)
    except rules.NothingToFollow:
        limits.spend(f"follow-wrong:{asker}", OF_WRONG_LINKS, moment.timestamp())
        raise
    return following_page.drawn(told, PLACES.at(told.place, moment), language, dress)


def _kept_to_himself(response: HttpResponse, language: str) -> HttpResponse:
    """Keep the address of the page, which is its key, from other sites, stores and finders."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Content-Language"] = language
    return response


def _moving(language: str) -> Dress:
    """Dress the page that renews itself."""
    still = f"?language={language}&{STILL}=1"
    return Dress(_sheet(), href=lambda code: f"?language={code}", still=still)


def _still(language: str) -> Dress:
    """Dress the page that stands still, for who reads slowly or has it read to him."""
    return Dress(_sheet(), href=lambda code: f"?language={code}&{STILL}=1", moving=f"?language={language}")


@cache
def _sheet() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("mabar/crossings/follow.css"))


@login_required
@require_http_methods(["GET", "POST"])
@sensitive_variables("token", "address")
def give_follow_link(request: HttpRequest, key: str) -> HttpResponse:
    """Give the driver a link, and show it once, as a slip to print; read again, the page has the short texts alone."""
    moment = doors.now()
    ends = readable(request, key, moment)
    if request.method == "GET":
        return _texts(request, ends.row, moment)
    token = keys.new_token()
    commands.give_follow_link(reader(request), key, token=token, at=moment)
    place, address = queries.crossing_place(ends.row.place), address_of(token)
    shown = {"row": ends.row, "place": place, "address": address, "at": moment, "texts": texts_of(key, place, moment)}
    shown["code"] = qr.drawn(address, _("QR code of the link"))
    shown["names"] = list(dict.fromkeys(place.name_in(code) for code in LANGUAGES))
    shown["lines"] = [(code, words.word("crossings", SCAN, code)) for code in LANGUAGES]
    return render(request, "crossings/follow_slip.html", shown)


def _texts(request: HttpRequest, row: queries.PassageRow, at: datetime) -> HttpResponse:
    """Show what an officer reads out to the driver, or sends him."""
    mandates.require(reader(request), GIVE, place=row.place, at=at)
    place = queries.crossing_place(row.place)
    shown = {"row": row, "place": place, "texts": texts_of(row.key, place, at)}
    return render(request, "crossings/follow_texts.html", shown)


@sensitive_variables("token")
def address_of(token: str) -> str:
    """Give the address that a driver opens: on the server outside where the node has one, else on the node."""
    if settings.NODE.status_pages:
        return f"{settings.NODE.status_pages.rstrip('/')}/{rules.page_name(rules.digest_of(token))}.html"
    return f"{settings.NODE.origin}{reverse('crossings:follow', args=[token])}"


@login_required
@require_POST
def withdraw_follow_link(request: HttpRequest, key: str) -> HttpResponse:
    """End the link at once."""
    moment = doors.now()
    readable(request, key, moment)
    commands.withdraw_follow_link(reader(request), key, at=moment)
    doors.say_done(request, _("The follow link is withdrawn."))
    return redirect("crossings:passage", key=key)


@dataclass(frozen=True)
class Panel:
    """What the truck's page offers of its link: the link in force, and whether one may be given."""

    link: queries.FollowLinkRow | None
    may_give: bool


@dataclass(frozen=True)
class Text:
    """The short text in a language, and what it costs as messages of a mobile network."""

    language: str
    name: str
    said: str
    cost: Cost


def panel(row: queries.PassageRow, verbs: frozenset[str]) -> Panel | None:
    """Give what the truck's page offers of its link; nothing to who may not give one."""
    if GIVE not in verbs:
        return None
    link = queries.link_of(row.key)
    return Panel(link, row.is_live) if link or row.is_live else None


def texts_of(key: str, place: Any, at: datetime) -> list[Text]:
    """Give, by language, what an officer reads out or sends to the driver."""
    told, texts = queries.truck_followed(key, at), []
    for code, _mark, name in screens.LANGUAGE_MARKS:
        said = short_text.text_of(told, place.name_in(code), place.clock, code)
        texts.append(Text(code, name, said, cost_of(said)))
    return texts
