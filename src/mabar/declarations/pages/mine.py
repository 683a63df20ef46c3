"""The door to a declarant's own declarations: those of his firm, newest first."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from mabar.base import doors
from mabar.base import queries as ground
from mabar.base.reach import language, reader
from mabar.declarations import queries, reference, rules
from mabar.declarations.forms.lists import offered
from mabar.declarations.pages.reach import scope


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List the declarations of the reader's firm; a reference that is known leads straight to its page."""
    own, asked = scope(request), request.GET
    sought = asked.get("reference", "").strip()
    found = queries.by_reference(own, sought) if sought else []
    if len(found) == 1:
        return redirect("declarations:declaration", key=found[0].key)
    filters = queries.Filters(
        state=_one_of(asked.get("state", ""), rules.LIVING_STATES),
        lane=_one_of(asked.get("lane", ""), rules.LANES),
        regime=_one_of(asked.get("regime", ""), reference.regimes()),
        is_queried=asked.get("queried") == "1",
    )
    after = asked.get("after", "")[:26] or None
    page = queries.DeclarationPage(tuple(found), None) if sought else queries.list_for(own, filters, after=after)
    return render(request, "declarations/mine.html", _sheet(request, own, filters, page, sought))


def _one_of(text: str, known: tuple[str, ...]) -> str:
    return text if text in known else ""


def _sheet(
    request: HttpRequest,
    own: queries.Scope,
    filters: queries.Filters,
    page: queries.DeclarationPage,
    sought: str,
) -> dict[str, object]:
    counted = queries.counts_by_state(own)
    places = {place.code: place for place in ground.places_named({row.place for row in page.rows})}
    return {
        "rows": [{"row": row, "place": places[row.place]} for row in page.rows],
        "after": _after(request, page),
        "filters": filters,
        "sought": sought,
        "is_narrowed": bool(filters.conditions) or bool(sought),
        "counts": {state: figure for state, figure in counted.items() if figure},
        "ceiling": queries.COUNTED,
        "states": rules.LIVING_STATES,
        "lanes": rules.LANES,
        "regimes": offered("regimes", language()),
        "drafts": len(queries.drafts(reader(request))),
        "now": doors.now(),
    }


def _after(request: HttpRequest, page: queries.DeclarationPage) -> str:
    """Give the query string of the next page; empty where there is none."""
    if page.after is None:
        return ""
    kept = request.GET.copy()
    kept["after"] = page.after
    return f"?{kept.urlencode()}"
