"""Papers that goods must come with: read by everybody, kept by the tariff officer."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, mandates
from mabar.base import queries as ground
from mabar.base.keys import new_key
from mabar.base.models import Actor
from mabar.base.reach import language, reader
from mabar.base.screens import Screen
from mabar.declarations import reference
from mabar.duties import commands, formats, queries, rules
from mabar.duties.forms import EndForm, PapersFileForm, RequirementForm
from mabar.lib.identifiers import western_digits
from mabar.lib.refusals import Refusal

REQUIRE = "duties.require_papers"


def _place(request: HttpRequest) -> Any:
    """Give the place for whose administration the reader requires papers.  Raises: NotMandated."""
    actor, at = reader(request), doors.now()
    mandates.require(actor, REQUIRE, at=at)
    places = sorted(mandates.places_of(actor, REQUIRE, at))
    return ground.places_named([actor.place_id if actor.place_id in places else places[0]]).get()


@login_required
@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """List the papers that goods must come with at the reader's place."""
    return _page(request)


@login_required
@require_safe
def papers_file(request: HttpRequest) -> HttpResponse:
    """Give the requirements as the table that a spreadsheet edits."""
    table = formats.write_requirements(each.requirement for each in queries.requirements(_administration(request)))
    answer = HttpResponse(table, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="papers.csv"'
    return answer


@login_required
@require_POST
def require_one(request: HttpRequest) -> HttpResponse:
    """Require a paper of goods."""
    form = RequirementForm(request.POST, language=language())
    if not form.is_valid():
        return _page(request, form=form, status=422)
    return _required(request, [form.requirement], form)


@login_required
@require_POST
def require_many(request: HttpRequest) -> HttpResponse:
    """Require the papers of a table, all or none."""
    form = PapersFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, file_form=form, status=422)
    read = formats.read_requirements(form.cleaned_data["table"].read())
    if read.findings:
        first = read.findings[0].sentence(language())
        refusal = rules.PapersFaulty(count=len(read.findings), first=first.what)
        return _page(
            request, refusal=refusal, findings=[each.sentence(language()) for each in read.findings], status=422
        )
    return _required(request, read.requirements, None)


def _required(request: HttpRequest, told: Iterable[rules.Requirement], form: RequirementForm | None) -> HttpResponse:
    place, at = _place(request), doors.now()
    named = {new_key(at): each for each in told}
    try:
        commands.require_papers(reader(request), new_key(at), requirements=named, place=place.code, at=at)
    except Refusal as refusal:
        return _page(request, form=form, refusal=refusal, status=doors.status_of(refusal))
    doors.say_done(request, _("The documents are required from their first day on."))
    return redirect("duties:papers")


@login_required
@require_POST
def end(request: HttpRequest, key: str) -> HttpResponse:
    """Give a requirement its last day."""
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422)
    place, until_on = _place(request), form.cleaned_data["until_on"]
    try:
        commands.end_requirement(reader(request), key, until_on=until_on, place=place.code, at=doors.now())
    except Refusal as refusal:
        return _page(request, refusal=refusal, status=doors.status_of(refusal))
    doors.say_done(request, _("The requirement has its last day."))
    return redirect("duties:papers")


def _administration(request: HttpRequest) -> str:
    """Name the administration of the reader's place; he reads declarations, or his firm's.  Raises: NotMandated."""
    actor = reader(request)
    verb = "declarations.read_own" if actor.kind == Actor.DECLARANT else "declarations.read"
    mandates.require(actor, verb, at=doors.now())
    place = Screen(request).place
    return str(place.administration_id) if place is not None else ""


def _page(
    request: HttpRequest,
    *,
    form: RequirementForm | None = None,
    file_form: PapersFileForm | None = None,
    refusal: Refusal | None = None,
    findings: Iterable[Any] = (),
    status: int = 200,
) -> HttpResponse:
    administration, screen = _administration(request), Screen(request)
    asked = western_digits(request.GET.get("goods", "")).strip()
    goods = asked if asked.isascii() and asked.isdigit() and len(asked) <= 12 else ""
    rows = queries.requirements(administration, prefix=goods)
    shown = {
        "screen": screen,
        "goods": goods,
        "rows": [(each, reference.document_type(each.requirement.paper)) for each in rows],
        "may_require": REQUIRE in screen.verbs,
        "form": form or RequirementForm(language=language()),
        "file_form": file_form or PapersFileForm(),
        "typed": form if form is not None and form.errors else file_form,
        "refusal": refusal,
        "findings": list(findings),
    }
    return render(request, "duties/papers.html", shown, status=status)
