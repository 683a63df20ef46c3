"""Which address leads to which of transit's doors."""

from django.urls import path

from mabar.transit import pages
from mabar.transit.pages import guarantees

app_name = "transit"
urlpatterns = [
    path("transit/", pages.desk, name="desk"),
    path("transit/new/", pages.lodge, name="lodge"),
    path("transit/mine/", pages.mine, name="mine"),
    path("transit/unannounced/", pages.unannounced, name="unannounced"),
    path("transit/fallbacks/", pages.fallbacks, name="fallbacks"),
    path("transit/fallbacks/<str:key>/end/", pages.end_fallback, name="end_fallback"),
    path("transit/guarantees/", guarantees.guarantees, name="guarantees"),
    path("transit/guarantees/mine/", guarantees.my_guarantees, name="my_guarantees"),
    path("transit/guarantees/new/", guarantees.register_guarantee, name="register_guarantee"),
    path("transit/guarantees/ask/", guarantees.ask_tranche, name="ask_tranche"),
    path("transit/guarantees/<str:key>/", guarantees.guarantee, name="guarantee"),
    path("transit/guarantees/<str:key>/<str:act>/", guarantees.do_guarantee, name="do_guarantee"),
    path("transit/<str:key>/", pages.movement, name="movement"),
    path("transit/<str:key>/<str:act>/", pages.do, name="do"),
]
