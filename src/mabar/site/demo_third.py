"""The third node of the demonstration: Ras Jedir in Tunisia, which works the office of the port of Radès too."""

from datetime import date, datetime

from mabar.base import actors
from mabar.base.models import Place
from mabar.crossings import commands as crossings
from mabar.lib import words
from mabar.site import demo_cast
from mabar.site.demo_cast import Cast

NODE, PORT = "tn.ras-jedir", "tn.rades"
DESKS = {
    NODE: ("passage_officer", "duty_engineer", "terms_officer", "place_administrator", "oversight_reader"),
    PORT: ("departure_officer", "destination_officer", "head_of_transit", "guarantee_officer"),
}
PREFIX = {NODE: "RAS", PORT: "RDS"}


def enrol(cast: Cast, at: datetime, first_day: date) -> None:
    """Open the crossing, and enrol who works at it and at the port."""
    crossings.change_opening(actors.node(), NODE, kind="goods", is_open=True, reason="عرض تجريبي", at=at)
    for code, desks in DESKS.items():
        place = Place.objects.get(code=code)
        for number, desk in enumerate(desks, start=1):
            demo_cast.enrol_officer(cast, place, desk, f"{PREFIX[code]}-{number:02}1", at, first_day)
    for broker in words.table("site", "sample_trade")["brokers"][NODE[:2]]:
        demo_cast.enrol_declarant(cast, place, broker, at, first_day)
