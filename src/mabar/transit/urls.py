"""Which address leads to which of transit's doors."""

from django.urls import path

from mabar.transit import pages

app_name = "transit"
urlpatterns = [
    path("transit/", pages.desk, name="desk"),
    path("transit/new/", pages.lodge, name="lodge"),
    path("transit/mine/", pages.mine, name="mine"),
    path("transit/unannounced/", pages.unannounced, name="unannounced"),
    path("transit/fallbacks/", pages.fallbacks, name="fallbacks"),
    path("transit/fallbacks/<str:key>/end/", pages.end_fallback, name="end_fallback"),
    path("transit/<str:key>/", pages.movement, name="movement"),
    path("transit/<str:key>/<str:act>/", pages.do, name="do"),
]
