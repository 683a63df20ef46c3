"""The declarant's acts on his own declaration: answer, amend, cancel, put on a truck."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mabar.base import doors
from mabar.base import queries as ground
from mabar.base.keys import new_key
from mabar.base.models import Actor
from mabar.base.reach import language, reader
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import commands as crossings
from mabar.crossings import queries as yard
from mabar.declarations import commands, queries
from mabar.declarations.checks_parts import found
from mabar.declarations.formats.values import Doubt
from mabar.declarations.forms.acts_broker import DIRECTIONS, AnswerForm, CancelForm, TruckForm
from mabar.declarations.forms.boxes import Box
from mabar.declarations.forms.filling import CODES, read
from mabar.declarations.pages.desk import version_of
from mabar.declarations.pages.reach import scope
from mabar.lib import numbers_text
from mabar.lib.refusals import Refusal

TITLES = {"answer": "answer_query", "cancel": "cancel", "truck": "attach"}


def offered(actor: Actor, detail: queries.Detail) -> dict[str, Any]:
    """Give the forms of the acts that the state allows to the declarant; None for those that it does not."""
    acts, row = detail.row.next_acts, detail.row
    is_own_cancel = "cancel" in acts and row.state in ("lodged", "registered")
    return {
        "answer": AnswerForm() if "answer_query" in acts and detail.open_query else None,
        "asked": detail.open_query,
        "can_amend": "amend" in acts,
        "cancel": CancelForm() if is_own_cancel else None,
        "truck": truck_form(actor, detail) if "attach" in acts and detail.gross_mass_left_g > 0 else None,
        "row": row,
        "packages_left": detail.packages_left,
        "gross_mass_left_g": detail.gross_mass_left_g,
        "event_key": new_key(doors.now()),
    }


def truck_form(actor: Actor, detail: queries.Detail, typed: Any = None) -> TruckForm:
    """Give the form that puts what no truck carries yet on one."""
    first = {
        "packages": numbers_text.number(detail.packages_left, language()),
        "mass": numbers_text.mass_kg(detail.gross_mass_left_g, language()),
    }
    return TruckForm(typed, trucks=_trucks(actor, detail), initial=first)


def _trucks(actor: Actor, detail: queries.Detail) -> list[tuple[str, str]]:
    """Give the firm's trucks that could carry it: on the way or in the yard, in its direction, without it so far."""
    loaded = {truck.passage.key for truck in detail.trucks}
    direction = DIRECTIONS.get(detail.row.flow, "entry")
    found_here = yard.passages_of_firm(actor.firm_id).rows if actor.firm_id else ()
    return [
        (each.key, " · ".join(filter(None, (each.plate, each.trailer_plate, each.carrier))))
        for each in found_here
        if each.is_live and each.place == detail.row.place and each.direction == direction and each.key not in loaded
    ]


@login_required
@require_POST
def amend(request: HttpRequest, key: str) -> HttpResponse:
    """Open the form with what was declared, as the draft of an amendment; one that is begun is gone on with."""
    moment, own = doors.now(), scope(request)
    row = queries.row(own, key)
    begun = next((each for each in queries.drafts(reader(request)) if each.amends == key), None)
    if begun is not None:
        return redirect("declarations:draft_step", key=begun.key, step="header")
    draft = new_key(moment)
    record = queries.record(own, key)
    commands.save_draft(reader(request), draft, record=record, place=row.place, step="header", at=moment, amends=key)
    return redirect("declarations:draft_step", key=draft, step="header")


@login_required
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """Answer the open question."""
    detail = queries.detail(scope(request), key)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act(at: datetime) -> None:
            commands.answer_query(
                reader(request), key, answer=form.cleaned_data["answer"], at=at, version=version_of(request)
            )

        if _done(form, act):
            doors.say_done(request, _("The answer is with the office, which settles the question."))
            return redirect("declarations:declaration", key=key)
    return _form_page(request, detail, form, "answer")


@login_required
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Cancel the declaration before a lane is drawn."""
    detail = queries.detail(scope(request), key)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act(at: datetime) -> None:
            commands.cancel(
                reader(request), key, reason=form.cleaned_data["reason"], at=at, version=version_of(request)
            )

        if _done(form, act):
            doors.say_done(request, _("The declaration is cancelled; its number stays with it."))
            return redirect("declarations:declaration", key=key)
    return _form_page(request, detail, form, "cancel")


def _done(form: Form, act: Any) -> bool:
    """Do an act; a refusal that the reader can mend stands above what he typed."""
    try:
        act(doors.now())
    except (NoSuchRecord, NotMandated):
        raise
    except Refusal as refusal:
        form.add_error(None, doors.refusal_as_text(refusal))
        return False
    return True


@login_required
@require_http_methods(["GET", "POST"])
def truck(request: HttpRequest, key: str) -> HttpResponse:
    """Put a share of the goods on a truck, which is announced in the same act where it is new."""
    detail = queries.detail(scope(request), key)
    form = truck_form(reader(request), detail, request.POST or None)
    if request.method == "POST" and form.is_valid():
        share = _share(form, detail)
        if share is not None and _done(form, lambda at: _put_on(request, detail, form, share, at)):
            doors.say_done(request, _("The goods are on the truck; the gate knows it."))
            return redirect("declarations:declaration", key=key)
    return _form_page(request, detail, form, "truck")


def _share(form: TruckForm, detail: queries.Detail) -> tuple[int, int] | None:
    """Read the share; what stands as it was proposed keeps its exact figure."""
    values = []
    for name, kind, proposed in (
        ("packages", "count", detail.packages_left),
        ("mass", "mass", detail.gross_mass_left_g),
    ):
        text = form.cleaned_data[name]
        if text in (form.fields[name].initial, form.initial.get(name)):
            values.append(proposed)
            continue
        try:
            values.append(read(Box(name, kind, ""), text.strip(), currency=None))
        except Doubt as doubt:
            said = found(CODES.get(doubt.code, "G-0603"), name, text, **doubt.details).sentence(language())
            form.add_error(name, f"{said.what} {said.remedy}")
    return (values[0], values[1]) if len(values) == 2 else None


def _put_on(
    request: HttpRequest, detail: queries.Detail, form: TruckForm, share: tuple[int, int], at: datetime
) -> None:
    with transaction.atomic():  # a truck is not left announced for goods that it was refused
        commands.attach(
            reader(request),
            detail.row.key,
            passage=form.cleaned_data["passage"] or _announced(request, detail, form, at),
            packages=share[0],
            gross_mass_g=share[1],
            seals=form.seal_numbers,
            version=version_of(request),
            at=at,
        )


def _announced(request: HttpRequest, detail: queries.Detail, form: TruckForm, at: datetime) -> str:
    truck = crossings.announce(
        reader(request),
        new_key(at),
        place=detail.row.place,
        direction=DIRECTIONS.get(detail.row.flow, "entry"),
        plate=form.cleaned_data["plate"],
        trailer_plate=form.cleaned_data["trailer_plate"],
        carrier=form.cleaned_data["carrier"],
        seals=form.seal_numbers,
        event_key=request.POST.get("event_key", "")[:26],
        at=at,
    )
    return truck.key


def _form_page(request: HttpRequest, detail: queries.Detail, form: Form, act: str) -> HttpResponse:
    sheet = {
        "form": form,
        "row": detail.row,
        "asked": detail.open_query,
        "act": act,
        "title_key": f"verb.declarations.{TITLES[act]}",
        "place": ground.places_named([detail.row.place]).first(),
        "packages_left": detail.packages_left,
        "gross_mass_left_g": detail.gross_mass_left_g,
        "version": request.POST.get("version", detail.row.version),
        "event_key": request.POST.get("event_key") or new_key(doors.now()),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "declarations/broker_act.html", sheet, status=status)
