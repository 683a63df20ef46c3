"""The check of a code: typed by a hand scanner, judged by the keys that lie here, without any line."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from mabar.base import doors, mandates
from mabar.base.reach import reader
from mabar.lib.refusals import Refusal
from mabar.origin import queries, rules
from mabar.origin.forms import CodeForm
from mabar.origin.pages.reach import VERIFY, shown


@login_required
@require_http_methods(["GET", "POST"])
def check_code(request: HttpRequest) -> HttpResponse:
    """Judge the code that was sent; nothing is stored, and the code stands in no address."""
    moment = doors.now()
    mandates.require(reader(request), VERIFY, at=moment)
    form = CodeForm(request.POST or None)
    judged, under, refusal = None, None, None
    if form.is_bound and form.is_valid():
        try:
            judged = queries.judged(form.cleaned_data["code"], today=queries.today_here(moment))
            under = rules.agreement_of_number(judged.facts.agreement)
        except Refusal as refused:
            refusal = refused
    context = {"form": CodeForm() if judged else form, "judged": judged, "under": under}
    return shown(request, "origin/check.html", context, refusal=refusal, faulty=form.is_bound and bool(form.errors))
