"""Which address leads to which of transit's doors."""

from django.urls import URLPattern

app_name = "transit"
urlpatterns: list[URLPattern] = []
