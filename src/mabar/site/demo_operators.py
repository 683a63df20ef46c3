"""Trusted operators of the demonstration: a house on each side; Ghadames has recognised that of Debdeb."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mabar.base.keys import new_key
from mabar.declarations import commands
from mabar.declarations.models import OperatorStatus
from mabar.site.at_node import Desk
from mabar.site.demo_cast import Cast
from mabar.site.demo_nodes import Courier

HOUSES = {"dz.debdeb": "BRK-DZ-01", "ly.ghadames": "BRK-LY-01"}
DESK, KIND = "terms_officer", "customs"
TERMS = "مثال للعرض التجريبي، لا سند له"
A_YEAR, A_MINUTE = timedelta(days=365), timedelta(minutes=1)


def begin(desks: Mapping[str, Desk], courier: Courier, cast: Cast, at: datetime) -> None:
    """Issue both statuses, carry their news, and recognise the one of Debdeb at Ghadames."""
    today = at.date()
    for place, firm in HOUSES.items():
        with desks[place].open():
            told: Mapping[str, Any] = {
                "firm": firm,
                "kind": KIND,
                "valid_from": today,
                "valid_until": today + A_YEAR,
                "terms": TERMS,
            }
            commands.issue_operator_status(cast.officers[place, DESK], new_key(at), place=place, at=at, **told)
    courier.carry(at + A_MINUTE)
    here, across = HOUSES
    with desks[across].open():
        heard = OperatorStatus.objects.get(partner=here)
        commands.recognise_operator(cast.officers[across, DESK], heard.key, today=today, at=at + 2 * A_MINUTE)
