"""Which address leads to which of the vehicles' doors."""

from django.urls import path

from mabar.vehicles import pages

app_name = "vehicles"
urlpatterns = [
    path("vehicles/", pages.counter, name="counter"),
    path("vehicles/new/", pages.prefill, name="prefill"),
    path("vehicles/mine/", pages.mine, name="mine"),
    path("vehicles/overdue/", pages.overdue, name="overdue"),
    path("vehicles/overdue/list.csv", pages.overdue_csv, name="overdue_csv"),
    path("vehicles/overdue/paper/", pages.overdue_paper, name="overdue_paper"),
    path("vehicles/terms/", pages.terms, name="terms"),
    path("vehicles/<str:key>/", pages.vehicle_pass, name="pass"),
    path("vehicles/<str:key>/paper/", pages.paper, name="paper"),
    path("vehicles/<str:key>/pdf/", pages.make_pdf, name="make_pdf"),
    path("vehicles/<str:key>/pdf/<str:number>/", pages.pdf, name="pdf"),
    path("vehicles/<str:key>/pdf/<str:number>/file/", pages.pdf_file, name="pdf_file"),
    path("vehicles/<str:key>/<str:act>/", pages.do, name="do"),
]
