"""The door to API keys, for the node's administrator."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mabar.base import commands, doors, mandates, queries, rules
from mabar.base.forms import ApiKeyForm
from mabar.base.pages.reach import refused_in_form
from mabar.base.reach import places_for, reader
from mabar.lib.refusals import Refusal

MAKE = "base.make_api_key"
KEYS_A_PAGE = 50


@login_required
@require_GET
def api_keys(request: HttpRequest) -> HttpResponse:
    """List the keys of the reader's places."""
    moment = doors.now()
    places = places_for(request, MAKE, moment)
    found = Paginator(queries.api_keys_at(places), KEYS_A_PAGE).get_page(request.GET.get("page"))
    holders = queries.key_holders_at(places, rules.WITH_API_KEY)
    return render(request, "base/api_keys.html", {"page": found, "holders": holders, "now": moment})


@login_required
@require_http_methods(["GET", "POST"])
@sensitive_variables("made")
def make_api_key(request: HttpRequest) -> HttpResponse:
    """Make a key for one holder, and show its token once."""
    moment = doors.now()
    asked = request.POST.get("holder") or request.GET.get("holder", "")
    holder = queries.actor_at(asked, places_for(request, MAKE, moment))
    form = ApiKeyForm(request.POST or None, verbs=sorted(mandates.verbs_of(holder, moment)), initial={"days": 90})
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.make_api_key(
                reader(request),
                holder.key,
                scopes=form.cleaned_data["scopes"],
                expires_at=moment + form.lasts,
                at=moment,
            )
        except Refusal as refusal:
            refused_in_form(form, refusal)
        else:
            return render(request, "base/token_once.html", {"made": made, "holder": holder})
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "base/make_api_key.html", {"form": form, "holder": holder}, status=status)


@login_required
@require_POST
def revoke_api_key(request: HttpRequest, prefix: str) -> HttpResponse:
    """End a key at once."""
    commands.revoke_api_key(reader(request), prefix, at=doors.now())
    doors.say_done(request, _("The key is revoked."))
    return redirect("base:api_keys")
