"""Which address leads to which of the ground's doors."""

from django.urls import path

from mabar.base import pages

app_name = "base"
urlpatterns = [
    path("people/", pages.people, name="people"),
    path("people/enrol/", pages.enrol, name="enrol"),
    path("people/mandates/<int:number>/end/", pages.end_mandate, name="end_mandate"),
    path("people/<str:key>/", pages.person, name="person"),
    path("people/<str:key>/grant/", pages.grant, name="grant"),
    path("people/<str:key>/password/", pages.reset_password, name="reset_password"),
    path("people/<str:key>/close/", pages.close_account, name="close_account"),
    path("people/<str:key>/factors/", pages.remove_factors, name="remove_factors"),
    path("keys/", pages.api_keys, name="api_keys"),
    path("keys/make/", pages.make_api_key, name="make_api_key"),
    path("keys/<str:prefix>/revoke/", pages.revoke_api_key, name="revoke_api_key"),
    path("account/", pages.account, name="account"),
    path("journal/", pages.journal_page, name="journal"),
    path("operations/", pages.operations, name="operations"),
    path("health", pages.health_probe, name="health"),
    path("metrics", pages.metrics, name="metrics"),
]
