"""Which address leads to which of origin's doors."""

from django.urls import path

from mabar.origin import pages

app_name = "origin"
urlpatterns = [
    path("origin/", pages.desk, name="desk"),
    path("origin/new/", pages.apply, name="apply"),
    path("origin/mine/", pages.mine, name="mine"),
    path("origin/check/", pages.check_code, name="check_code"),
    path("origin/verifications/", pages.verifications, name="verifications"),
    path("origin/verifications/<str:key>/", pages.verification, name="verification"),
    path("origin/presented/<str:key>/", pages.presented, name="presented"),
    path("origin/declarations/<str:key>/", pages.present, name="present"),
    path("origin/declarations/<str:key>/assess/", pages.settle, name="settle"),
    path("origin/<str:key>/", pages.proof, name="proof"),
    path("origin/<str:key>/paper/", pages.paper, name="paper"),
    path("origin/<str:key>/pdf/", pages.make_pdf, name="make_pdf"),
    path("origin/<str:key>/pdf/<str:number>/", pages.pdf, name="pdf"),
    path("origin/<str:key>/pdf/<str:number>/file/", pages.pdf_file, name="pdf_file"),
    path("origin/<str:key>/<str:act>/", pages.do, name="do"),
]
