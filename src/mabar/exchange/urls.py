"""The addresses of the exchange."""

from django.urls import path

from mabar.exchange import wire

app_name = "exchange"

urlpatterns = [
    path("exchange/mx1", wire.mx1, name="mx1"),
]
