"""Who registers from which day on, for administrators; and void serials, for registrars."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, mandates
from mabar.base import queries as ground
from mabar.base.reach import language
from mabar.declarations import commands, queries, rules
from mabar.declarations.forms.acts_office import RegisterForm, VoidForm
from mabar.declarations.pages.reading import Reading
from mabar.lib.refusals import Refusal

CHANGE, VOID = "declarations.change_register", "declarations.void_serial"


@login_required
@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    """Show who registers, and the serials that are void."""
    return _page(Reading(request))


@login_required
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """State who registers at a place from a day on."""
    reading = Reading(request)
    mandates.require(reading.actor, CHANGE, at=reading.at)
    form = RegisterForm(request.POST, places=_choices(reading, CHANGE))
    return _done(reading, form, CHANGE, _("The register is changed from that day on."))


@login_required
@require_POST
def void(request: HttpRequest) -> HttpResponse:
    """Void the next serial of an office."""
    reading = Reading(request)
    mandates.require(reading.actor, VOID, at=reading.at)
    form = VoidForm(request.POST, places=_choices(reading, VOID))
    return _done(reading, form, VOID, _("The serial is void, with its explanation."))


COMMANDS: dict[str, Callable[..., Any]] = {CHANGE: commands.change_register, VOID: commands.void_serial}


def _done(reading: Reading, form: Form, verb: str, said: str) -> HttpResponse:
    if not form.is_valid():
        return _page(reading, form, status=422)
    facts = dict(form.cleaned_data)
    try:
        COMMANDS[verb](reading.actor, facts.pop("place"), at=reading.at, **facts)
    except Refusal as refusal:
        form.add_error(None, doors.refusal_as_text(refusal))
        return _page(reading, form, status=doors.status_of(refusal))
    doors.say_done(reading.request, said)
    return redirect("declarations:registers")


def _choices(reading: Reading, verb: str) -> list[tuple[str, str]]:
    places = ground.places_named(reading.places_of(verb))
    return [(place.code, place.name_in(language())) for place in places if place.kind == "crossing"]


def _page(reading: Reading, typed: Form | None = None, *, status: int = 200) -> HttpResponse:
    changing, voiding = _choices(reading, CHANGE), _choices(reading, VOID)
    if not changing and not voiding:
        mandates.require(reading.actor, CHANGE, at=reading.at)
    names = dict([*changing, *voiding])
    own = reading.screen.place
    stated = queries.registers(tuple(names), today=ground.day_at(own, reading.at))
    offices = {each.office for each in stated} | {rules.office_of(place) for place in names}
    shown: dict[str, Any] = {
        "screen": reading.screen,
        "registers": [(each, names[each.place]) for each in stated],
        "voids": queries.void_serials(offices),
        "change_form": _form(RegisterForm, changing, typed, first={"from_on": ground.day_at(own, reading.at)}),
        "void_form": _form(VoidForm, voiding, typed, first={}),
        "typed": typed,
    }
    return render(reading.request, "declarations/registers.html", shown, status=status)


def _form(kind: Any, places: list[tuple[str, str]], typed: Form | None, *, first: dict[str, Any]) -> Form | None:
    if isinstance(typed, kind):
        return typed
    keeper = {"keeper": rules.MABAR, **first} if first else {}
    form: Form | None = kind(places=places, initial=keeper, auto_id=f"{kind.__name__}_%s") if places else None
    return form
