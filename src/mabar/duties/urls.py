"""Which address leads to which page of duties."""

from django.urls import path

from mabar.duties.pages import assessing, loading, papers, tariff

app_name = "duties"
urlpatterns = [
    path("tariff/", tariff.tariff, name="tariff"),
    path("tariff/load/", loading.load, name="load"),
    path("tariff/load/confirm/", loading.confirm, name="confirm"),
    path("tariff/<str:name>.csv", tariff.tariff_file, name="tariff_file"),
    path("papers-required/", papers.papers, name="papers"),
    path("papers-required/all.csv", papers.papers_file, name="papers_file"),
    path("papers-required/one/", papers.require_one, name="require_one"),
    path("papers-required/many/", papers.require_many, name="require_many"),
    path("papers-required/<str:key>/end/", papers.end, name="end_requirement"),
    path("duties/<str:key>/", assessing.duties, name="assess"),
    path("duties/<str:key>/<int:number>/", assessing.kept, name="kept"),
    path("duties/<str:key>/<str:act>/", assessing.do, name="do"),
]
