"""Which address leads to which of assistance's doors."""

from django.urls import path

from mabar.assistance import pages

app_name = "assistance"
urlpatterns = [
    path("assistance/", pages.desk, name="desk"),
    path("assistance/new/", pages.new, name="new"),
    path("assistance/oral/", pages.oral, name="oral"),
    path("assistance/officials/", pages.officials, name="officials"),
    path("assistance/officials/strike/", pages.strike, name="strike"),
    path("assistance/deadlines/", pages.deadlines, name="deadlines"),
    path("assistance/oversight/", pages.oversight, name="oversight"),
    path("assistance/queries/", pages.queries_page, name="queries"),
    path("assistance/queries/<str:key>/", pages.query, name="query"),
    path("assistance/queries/<str:key>/<str:act>/", pages.decide_query, name="decide_query"),
    path("assistance/<str:key>/", pages.request_page, name="request"),
    path("assistance/<str:key>/files/<str:sha256>/", pages.file, name="file"),
    path("assistance/<str:key>/<str:act>/", pages.do, name="do"),
]
