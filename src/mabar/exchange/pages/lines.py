"""The board of lines: how each partner is reached, what waits, what calls for somebody, and the engineer's acts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors
from mabar.base.reach import reader
from mabar.exchange import commands, queries
from mabar.exchange.forms import DrillForm, PartnerForm, ReasonForm
from mabar.exchange.pages.reach import download, require, tried, verbs

READ = "exchange.read_links"


@dataclass(frozen=True)
class Act:
    """What the engineer may do to a line: what is typed for it, the command, and what the page says when it is done."""

    form: type[Form]
    command: Callable[..., Any]
    done: str | Promise


ACTS: Mapping[str, Act] = {
    "cut_line": Act(ReasonForm, commands.cut_line, _("The line is cut; all that is left for it waits here.")),
    "join_line": Act(ReasonForm, commands.join_line, _("The line is joined; what waited goes by itself.")),
    "send_drill": Act(DrillForm, commands.send_drill, _("The drill is on its way.")),
    "begin_rejoining": Act(Form, commands.begin_rejoining, _("Nothing is numbered before the partner has answered.")),
}


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show the line to each partner, and all that calls for the engineer."""
    return _page(request)


def _page(request: HttpRequest, refused: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    moment = doors.now()
    require(request, READ, moment)
    held = verbs(request, moment)
    shown = {
        "lines": [(line, _acts(line, held)) for line in queries.lines(moment)],
        "alarms": queries.alarms(),
        "verbs": held,
        "at": moment,
        "partner_form": PartnerForm(auto_id="partner_%s"),
        **(refused or {}),
    }
    return render(request, "exchange/board.html", shown, status=status)


def _acts(line: queries.LineRow, held: frozenset[str]) -> list[tuple[str, Form]]:
    is_cut = line.state == "cut"
    names = ["send_drill", "join_line" if is_cut else "cut_line", "begin_rejoining"]
    return [(name, ACTS[name].form(auto_id=f"{line.code}_{name}_%s")) for name in names if f"exchange.{name}" in held]


@login_required
@require_POST
def add_partner(request: HttpRequest) -> HttpResponse:
    """Let a node be a partner."""
    form = PartnerForm(request.POST, auto_id="partner_%s")
    if not form.is_valid():
        return _page(request, {"partner_form": form, "refused_form": form}, status=422)
    actor, moment = reader(request), doors.now()
    refusal = tried(lambda: commands.add_partner(actor, form.cleaned_data["code"], at=moment))
    if refusal is not None:
        return _page(request, {"refusal": refusal, "partner_form": form}, status=doors.status_of(refusal))
    doors.say_done(request, str(_("The node is a partner.")))
    return redirect("exchange:board")


@login_required
@require_POST
def do(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """Do one of the engineer's acts to a line."""
    known = ACTS.get(act)
    if known is None:
        raise Http404
    form = known.form(request.POST, auto_id=f"{code}_{act}_%s")
    if not form.is_valid():
        return _page(request, {"refused_form": form}, status=422)
    actor, moment = reader(request), doors.now()
    refusal = tried(lambda: known.command(actor, code, at=moment, **form.cleaned_data))
    if refusal is not None:
        return _page(request, {"refusal": refusal}, status=doors.status_of(refusal))
    doors.say_done(request, str(known.done))
    return redirect("exchange:board")


@login_required
@require_safe
def kept_evidence(request: HttpRequest, digest: str) -> HttpResponse:
    """Give a kept bundle of evidence."""
    require(request, READ, doors.now())
    return download(queries.kept_evidence(digest), f"{digest[:16]}.mx1-evidence")
