"""Makes nodes with an export ready for its release: `python -m tests.journeys.founding FOLDER PORT PORT [PORT]`."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.browser.founding import _seated

HERE, ACROSS, THIRD = NODES = ("dz.debdeb", "ly.ghadames", "tn.ras-jedir")
PORT, HOLDER = "tn.rades", "BRK-TN-01"  # an office that the third node works, and a house there
SEED = 22  # the first export of one declaration that is drawn from it has neither plants nor a red lane
Told = dict[str, Any]


def make(folder: Path, ports: Mapping[str, int]) -> Told:
    """Make the nodes as the demonstration does, and give who works there and what is to be released."""
    from mabar.site import cli_demo

    now = datetime.now(UTC)
    desks = cli_demo._make(folder, ports, now)
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["tests.browser.hashing.LightScrypt"]
    cast = cli_demo._enrolled(desks, now - timedelta(hours=2))
    with desks[HERE].open():
        export = _ready_for_release(cast, now)
    with desks[ACROSS].open():
        incoming = _lodged_across(cast, now)
    told = {"export": export, "incoming": incoming, "unloaded": _unloaded(desks, cast, now)}
    if THIRD in ports:
        with desks[THIRD].open():
            told["guarantee"] = _guaranteed(cast, now)
    return told | {"people": {code: _at_work(desks[code], _people(cast, cli_demo.NODES[code])) for code in ports}}


def _unloaded(desks: Any, cast: Any, now: datetime) -> Told:
    """Let a truck be unloaded and counted at Debdeb; the other side will be asked to count as soon as the line runs."""
    from mabar.crossings.models import Transshipment, TransshipmentLine
    from mabar.crossings.queries.transshipments import broken_seals
    from mabar.site import demo_transshipments
    from mabar.site.demo_day import Day

    began_at = now - timedelta(hours=3)
    day = Day(cast, SEED, began_at, lambda place: desks[place].open())
    demo_transshipments.begin(day, began_at, now)
    while day.due and day.due[0][0] <= now:
        day.step()
    with desks[HERE].open():
        stopped = Transshipment.objects.get(state="stopped")
        line = TransshipmentLine.objects.get(event__transshipment=stopped, declared_packages__isnull=False)
        counted = {"packages": str(line.packages), "mass": f"{line.gross_mass_g / 1000:.3f}"}
        return {"key": stopped.key, "seals": "\n".join(broken_seals(stopped.key)), **counted}


def _people(cast: Any, places: Sequence[str]) -> list[dict[str, str]]:
    return [asdict(each) for each in cast.sign_ins if each.place in places]


def _guaranteed(cast: Any, now: datetime) -> str:
    """Register a guarantee of the Tunisian broker with the office of the port, and give its reference."""
    from mabar.base.keys import new_key
    from mabar.transit.commands import guaranteeing

    days = {"first_on": now.date() - timedelta(days=1), "last_on": now.date() + timedelta(days=365)}
    terms = {"kind": "comprehensive", "holder": HOLDER, "amount_minor": 90_000_000, "currency": "TND", **days}
    officer = cast.officers[PORT, "guarantee_officer"]
    return str(guaranteeing.register_guarantee(officer, new_key(now), place=PORT, at=now, **terms).reference)


def _at_work(desk: Any, people: list[dict[str, str]]) -> Told:
    """Open a session for each at his own node, which alone can read it."""
    from django.test import override_settings

    with desk.open(), override_settings(SECRET_KEY=desk.node.secret_key):
        return _seated({each.pop("key"): each for each in people})


def _lodged_across(cast: Any, now: datetime) -> Told:
    """Lodge an import at Ghadames."""
    from mabar.base.keys import new_key
    from mabar.declarations import commands

    load = _load(now, ACROSS)
    key, (record,) = new_key(now), load.declarations
    lodged = commands.lodge(cast.declarants[load.broker], key, record=record, place=ACROSS, seed=str(SEED), at=now)
    return {"key": key, "reference": str(lodged), "code": record.items[0].commodity_code}


def _load(now: datetime, place: str) -> Any:
    """Draw a truck with one declaration; at Ghadames it comes in."""
    from mabar.site import generator

    drawn = generator.exits(SEED, 20, place=HERE, day=now.date())
    load = next(each for each in drawn if len(each.declarations) == 1)
    return load if place == HERE else generator.on_the_other_side(load)


def _ready_for_release(cast: Any, now: datetime) -> Told:
    """Lodge an export at Debdeb and let it be checked, assessed and paid; the last act is left to the journey."""
    from mabar.base.keys import new_key
    from mabar.declarations import commands

    load = _load(now, HERE)
    at = {desk: cast.officers[HERE, desk] for desk in ("examiner", "assessor", "cashier", "head_of_inspection")}
    key, (record,) = new_key(now), load.declarations
    lodged = commands.lodge(cast.declarants[load.broker], key, record=record, place=HERE, seed=str(SEED), at=now)
    if lodged.lane != "yellow":
        commands.change_lane(at["head_of_inspection"], key, lane="yellow", reason="rehearsal", at=now)
    commands.check_documents(at["examiner"], key, at=now)
    owed = {"amount_minor": 250_000, "currency": "DZD", "at": now}
    commands.assess(at["assessor"], key, **owed)
    paid = commands.note_payment(at["cashier"], key, reference="R-2201", **owed)
    return {"key": key, "reference": str(paid), "broker": load.broker.lower(), "plate": load.plate}


if __name__ == "__main__":
    json.dump(make(Path(sys.argv[1]), dict(zip(NODES, map(int, sys.argv[2:]), strict=False))), sys.stdout)
