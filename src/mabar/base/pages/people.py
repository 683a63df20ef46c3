"""The door to accounts and mandates, for administrators."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mabar.base import commands, doors, gates, mandates, queries, rules
from mabar.base.forms import EnrolForm, GrantForm
from mabar.base.models import Actor
from mabar.base.pages.reach import refused_in_form
from mabar.base.reach import places_for, reader
from mabar.lib.refusals import Refusal

ENROL, GRANT = "base.enrol_actor", "base.grant_mandate"
PEOPLE_A_PAGE = 50


@login_required
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """List the people and stations of the reader's places."""
    places = places_for(request, ENROL, doors.now())
    text = request.GET.get("text", "").strip()
    found = Paginator(queries.actors_at(places, text=text), PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "base/people.html", {"page": found, "text": text})


@login_required
@require_http_methods(["GET", "POST"])
@sensitive_variables("enrolled")
def enrol(request: HttpRequest) -> HttpResponse:
    """Make an account, and show its one-time password once."""
    moment = doors.now()
    places = queries.places_named(places_for(request, ENROL, moment))
    houses = {"agencies": queries.agencies(), "firms": queries.firms()}
    form = EnrolForm(request.POST or None, places=places, **houses, initial={"place": reader(request).place_id})
    if request.method == "POST" and form.is_valid():
        try:
            enrolled = commands.enrol_actor(reader(request), at=moment, **form.cleaned_data)
        except Refusal as refusal:
            refused_in_form(form, refusal)
        else:
            return _show_once(request, enrolled)
    return render(request, "base/enrol.html", {"form": form}, status=_status(form))


@sensitive_variables()
def _show_once(request: HttpRequest, enrolled: commands.Enrolled) -> HttpResponse:
    # the answer itself, not a page to be led to: the password is kept nowhere, and a second look has nothing to show
    return render(request, "base/password_once.html", {"enrolled": enrolled})


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


@login_required
@require_GET
def person(request: HttpRequest, key: str) -> HttpResponse:
    """Show an account and its mandates."""
    actor = queries.actor_at(key, places_for(request, ENROL, doors.now()))
    return _person(request, actor, _grant_form(request, actor) if _may_grant(request, actor) else None)


def _may_grant(request: HttpRequest, actor: Actor) -> bool:
    granter = reader(request)
    return actor.is_active and granter.pk != actor.pk and mandates.may(granter, GRANT, at=doors.now())


def _grant_form(request: HttpRequest, actor: Actor, typed: Any = None) -> GrantForm:
    moment, granter = doors.now(), reader(request)
    codes = mandates.places_of(granter, GRANT, moment)
    everywhere = mandates.may(granter, GRANT, place=mandates.EVERYWHERE, at=moment)
    first = {"from_on": queries.day_at(actor.place, moment), "place": actor.place_id}
    places = queries.places_named(list(codes))
    return GrantForm(typed, holder=actor, places=places, may_everywhere=everywhere, initial=first)


def _person(request: HttpRequest, actor: Actor, form: GrantForm | None) -> HttpResponse:
    shown = {
        "actor": actor,
        "mandates": queries.mandates_of(actor, doors.now()),
        "form": form,
        "has_factor": gates.has_factor(actor),
        "today": queries.day_at(actor.place, doors.now()),
        "is_own": reader(request).pk == actor.pk,
        "may_close": actor.is_active and actor.kind in rules.CLOSED_WHEN_LEFT,
    }
    return render(request, "base/person.html", shown, status=_status(form) if form else 200)


@login_required
@require_POST
def grant(request: HttpRequest, key: str) -> HttpResponse:
    """Grant a mandate."""
    moment = doors.now()
    actor = queries.actor_at(key, places_for(request, ENROL, moment))
    mandates.require(reader(request), GRANT, at=moment)
    rules.check_other(reader(request).key, key)
    form = _grant_form(request, actor, request.POST)
    if form.is_valid():
        try:
            commands.grant_mandate(reader(request), key, at=moment, **form.cleaned_data)
        except Refusal as refusal:
            refused_in_form(form, refusal)
        else:
            doors.say_done(request, _("The mandate is granted."))
            return redirect("base:person", key=key)
    return _person(request, actor, form)


@login_required
@require_POST
def end_mandate(request: HttpRequest, number: int) -> HttpResponse:
    """End a mandate at once."""
    mandate = commands.end_mandate(reader(request), number, at=doors.now())
    doors.say_done(request, _("The mandate has ended."))
    return redirect("base:person", key=mandate.actor.key)


@login_required
@require_POST
@sensitive_variables("restored")
def reset_password(request: HttpRequest, key: str) -> HttpResponse:
    """Replace a forgotten password, and show the one-time password once."""
    restored = commands.reset_password(reader(request), key, at=doors.now())
    return _show_once(request, restored)


@login_required
@require_POST
def remove_factors(request: HttpRequest, key: str) -> HttpResponse:
    """Remove the second factors of a person who has lost them."""
    commands.remove_factors(reader(request), key, at=doors.now())
    doors.say_done(request, _("The second factors are removed; the next sign-in sets up new ones."))
    return redirect("base:person", key=key)


@login_required
@require_POST
def close_account(request: HttpRequest, key: str) -> HttpResponse:
    """Close the account of one who has left."""
    commands.close_account(reader(request), key, at=doors.now())
    doors.say_done(request, _("The account is closed; its mandates, keys and sessions have ended."))
    return redirect("base:person", key=key)
