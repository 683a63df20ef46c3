"""Agreements: the list, terms as a lawyer reads them, two versions compared, and the terms officer's acts."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors
from mabar.base.reach import language, reader
from mabar.exchange import commands, queries
from mabar.exchange.forms import ReasonForm, SignatureForm, SuspendForm, TermsForm
from mabar.exchange.pages.reach import download, require, tried, verbs

READ = "exchange.read_terms"


@login_required
@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """List all terms with their state."""
    return _list(request)


def _list(request: HttpRequest, refused: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    moment = doors.now()
    require(request, READ, moment)
    shown = {
        "agreements": queries.agreements(moment),
        "verbs": verbs(request, moment),
        "terms_form": TermsForm(auto_id="terms_%s"),
        "at": moment,
        **(refused or {}),
    }
    return render(request, "exchange/agreements.html", shown, status=status)


@login_required
@require_POST
def propose_terms(request: HttpRequest) -> HttpResponse:
    """Propose terms from a file."""
    form = TermsForm(request.POST, request.FILES, auto_id="terms_%s")
    if not form.is_valid():
        return _list(request, {"terms_form": form, "refused_form": form}, status=422)
    actor, moment = reader(request), doors.now()
    refusal = tried(lambda: commands.propose_terms(actor, form.cleaned_data["file"], at=moment))
    if refusal is not None:
        return _list(request, {"refusal": refusal}, status=doors.status_of(refusal))
    doors.say_done(request, str(_("The terms are proposed, and those whom they bind are told.")))
    return redirect("exchange:terms")


@login_required
@require_safe
def agreement(request: HttpRequest, name: str) -> HttpResponse:
    """Show terms: parties, articles, purposes, and what may pass of each kind."""
    return _page(request, name)


def _page(
    request: HttpRequest, name: str, refused: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    moment = doors.now()
    require(request, READ, moment)
    view = queries.agreement(name, moment)
    shown = {
        "view": view,
        "terms": view.terms,
        "row": view.row,
        "verbs": verbs(request, moment),
        "signature_form": SignatureForm(auto_id="signature_%s"),
        "suspend_form": SuspendForm(auto_id="suspend_%s", kinds=_kinds(view)),
        "lift_form": ReasonForm(auto_id="lift_%s"),
        **(refused or {}),
    }
    return render(request, "exchange/agreement.html", shown, status=status)


def _kinds(view: queries.TermsView) -> list[tuple[str, str]]:
    names = dict.fromkeys(each.kind.partition("/")[0] for each in view.terms.kinds)
    return [(name, queries.kind_word(name, language())) for name in names]


@login_required
@require_safe
def signing_file(request: HttpRequest, name: str) -> HttpResponse:
    """Give the signing file that the holders of root keys sign."""
    require(request, READ, doors.now())
    return download(queries.signing_file(name).encoded(), f"{name}.signing")


@login_required
@require_POST
def bring_signature(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the signatures of a signing file."""
    form = SignatureForm(request.POST, request.FILES, auto_id="signature_%s")
    done = _("The signatures are kept.")
    return _do(request, name, form, commands.bring_signature, done, renamed={"file": "signing"})


@login_required
@require_POST
def suspend_terms(request: HttpRequest, name: str) -> HttpResponse:
    """Stop kinds of an agreement."""
    require(request, READ, doors.now())
    kinds = _kinds(queries.agreement(name, doors.now()))
    form = SuspendForm(request.POST, auto_id="suspend_%s", kinds=kinds)
    return _do(request, name, form, commands.suspend_terms, _("Stopped here; the other side is told."))


@login_required
@require_POST
def lift_suspension(request: HttpRequest, name: str) -> HttpResponse:
    """Let pass again what this side has stopped."""
    form = ReasonForm(request.POST, auto_id="lift_%s")
    return _do(request, name, form, commands.lift_suspension, _("The suspension is lifted; the other side is told."))


def _do(
    request: HttpRequest,
    name: str,
    form: Form,
    command: Callable[..., Any],
    done: str | Promise,
    renamed: Mapping[str, str] | None = None,
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, name, {"refused_form": form}, status=422)
    told = {(renamed or {}).get(field, field): value for field, value in form.cleaned_data.items()}
    actor, moment = reader(request), doors.now()
    refusal = tried(lambda: command(actor, name, at=moment, **told))
    if refusal is not None:
        return _page(request, name, {"refusal": refusal}, status=doors.status_of(refusal))
    doors.say_done(request, str(done))
    return redirect("exchange:agreement", name=name)


@login_required
@require_safe
def compared(request: HttpRequest, name: str) -> HttpResponse:
    """Compare terms with another version, part by part; the older stands first, whichever was asked for."""
    moment = doors.now()
    require(request, READ, moment)
    view = queries.agreement(name, moment)
    other = request.GET.get("with", "") or view.terms.replaces or (view.versions[-1] if view.versions else "")
    first, last = queries.in_order(other, name) if other else ("", name)
    differences = queries.differing(first, last) if other else ()
    shown = {"view": view, "row": view.row, "other": other, "first": first, "last": last, "differences": differences}
    return render(request, "exchange/compared.html", shown)
