"""Messages: the list, one message with its receipts, and its evidence to take away."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, mandates
from mabar.base.reach import language, reader
from mabar.base.rules import NoSuchRecord
from mabar.exchange import commands, queries
from mabar.exchange.forms import MessagesForm
from mabar.exchange.pages.reach import download, may, require, tried, verbs
from mabar.lib.refusals import Refusal

ALL, OWN = "exchange.read_messages", "exchange.read_own"


@login_required
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """List the node's messages for the engineer, and his own for everybody who leaves some."""
    moment = doors.now()
    sees_all = _sees_all(request, moment)
    form = MessagesForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    is_mine = asked.get("mine") or not sees_all
    page = queries.messages(
        author=reader(request).key if is_mine else "",
        subject=asked.get("subject", ""),
        partner=asked.get("partner", ""),
        only_failed=bool(asked.get("failed")),
        after=request.GET.get("after", ""),
    )
    shown = {"form": form, "page": page, "sees_all": sees_all, "older": _older(request, page)}
    return render(request, "exchange/messages.html", shown, status=422 if form.is_bound and form.errors else 200)


def _sees_all(request: HttpRequest, at: datetime) -> bool:
    if may(request, ALL, at):
        return True
    mandates.require(reader(request), OWN, at=at)
    return False


def _older(request: HttpRequest, page: queries.MessagePage) -> str:
    if not page.after:
        return ""
    kept = request.GET.copy()
    kept["after"] = page.after
    return f"?{kept.urlencode()}"


@login_required
@require_safe
def message_sent(request: HttpRequest, key: str) -> HttpResponse:
    """Show a message that this node sent, or has still to send."""
    return _page(request, _sent(request, key))


@login_required
@require_safe
def message_received(request: HttpRequest, key: str) -> HttpResponse:
    """Show a message of a partner."""
    require(request, ALL, doors.now())
    return _page(request, queries.message_received(key, language()))


def _sent(request: HttpRequest, key: str) -> queries.MessageView:
    """Give a message of this node; what another has left is not there for one who follows only his own."""
    sees_all = _sees_all(request, doors.now())
    view = queries.message_sent(key, language())
    if not sees_all and view.row.author != reader(request).key:
        raise NoSuchRecord(key=key)
    return view


def _page(request: HttpRequest, view: queries.MessageView, refusal: Refusal | None = None) -> HttpResponse:
    moment = doors.now()
    shown: dict[str, Any] = {"view": view, "row": view.row, "verbs": verbs(request, moment), "refusal": refusal}
    return render(request, "exchange/message.html", shown, status=doors.status_of(refusal) if refusal else 200)


@login_required
@require_safe
def evidence_of_sent(request: HttpRequest, key: str) -> HttpResponse:
    """Give the bundle that proves what this node said."""
    _sent(request, key)
    return download(queries.evidence_of_message(key, is_outward=True), f"{key}.mx1-evidence")


@login_required
@require_safe
def evidence_of_received(request: HttpRequest, key: str) -> HttpResponse:
    """Give the bundle that proves what a partner said."""
    require(request, ALL, doors.now())
    return download(queries.evidence_of_message(key, is_outward=False), f"{key}.mx1-evidence")


@login_required
@require_POST
def open_again(request: HttpRequest, key: str) -> HttpResponse:
    """Open a held message again."""
    actor, moment = reader(request), doors.now()
    refusal = tried(lambda: commands.open_again(actor, key, at=moment))
    if refusal is not None:
        require(request, ALL, moment)
        return _page(request, queries.message_received(key, language()), refusal)
    doors.say_done(request, str(_("The message was opened again; its state shows what came of it.")))
    return redirect("exchange:message_received", key=key)
