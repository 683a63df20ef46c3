"""The front page: it leads each desk to its first screen, and shows the ways to whoever has several."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from mabar.base import screens

# The first screen of each function; whoever has none here begins with the first word of his menu.
FIRST_SCREENS = {
    "declarant": "declarations:mine",
    "police_officer": "crossings:holds",
    "plant_health_officer": "crossings:holds",
    "veterinary_officer": "crossings:holds",
    "health_officer": "crossings:holds",
    "standards_officer": "crossings:holds",
    "gate_officer": "crossings:board",
    "weigh_officer": "crossings:board",
    "yard_officer": "crossings:board",
    "vehicle_officer": "vehicles:counter",
    "head_of_vehicles": "vehicles:overdue",
    "origin_officer": "origin:desk",
    "issuing_officer": "origin:desk",
    "verifying_officer": "origin:verifications",
    "liaison_officer": "assistance:desk",
    "head_of_assistance": "assistance:desk",
    "departure_officer": "transit:desk",
    "passage_officer": "transit:desk",
    "destination_officer": "transit:desk",
    "head_of_transit": "transit:desk",
    "guarantee_officer": "transit:guarantees",
    "place_administrator": "base:people",
    "node_administrator": "base:people",
    "duty_officer": "base:operations",
    "duty_engineer": "exchange:board",
    "terms_officer": "exchange:terms",
    "oversight_reader": "base:journal",
}


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead the reader to his first screen; one with several functions chooses."""
    screen = screens.Screen(request)
    functions = {mandate.post.function for mandate in screen.mandates}
    firsts = {FIRST_SCREENS[function] for function in functions if function in FIRST_SCREENS}
    if len(firsts) == 1:
        return redirect(firsts.pop())
    if not firsts and len(functions) == 1 and screen.menu:
        return redirect(screen.menu[0].url)
    return render(request, "home.html", {"functions": sorted(functions)})
