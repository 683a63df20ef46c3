"""Makes the node of the browser tests: `python -m tests.browser.founding FOLDER PORT` prints who may sign in."""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

PLACES = ("dz.debdeb", "ly.ghadames")
TRUCKS, SEED = 25, 22
MORNING = timedelta(hours=9, minutes=12)
NEWCOMER = ("duty_officer", "ly.ghadames")  # still holds a one-time password; everybody else has chosen his own
# Who types the password while his session goes on: the node would renew a light hash, and that ends all sessions.
TYPISTS = {("duty_officer", "dz.debdeb"), ("gate_officer", "dz.debdeb")}
Told = dict[str, dict[str, str]]


def make(folder: Path, port: int) -> Told:
    """Make a node with a small morning behind it, and give each person's password, session, desk and place."""
    from mabar.site.making import Wish, make_folder

    now = datetime.now(UTC)
    wish = Wish("localhost", PLACES[0], PLACES, port, is_http=True, is_demo=True, second_factor="offered")
    make_folder(folder, wish, folder.with_name("recovery.key"), at=now)
    os.environ |= {"MABAR_NODE": str(folder), "DJANGO_SETTINGS_MODULE": "mabar.site.settings"}
    import django
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["tests.browser.hashing.LightScrypt"]
    django.setup()
    from mabar.site import founding

    if "MABAR_TEST_STORES" in os.environ:  # which a node that is kept over many runs does not have
        from tests import stores

        stores.lay(folder)
    key, password = founding.found(PLACES, at=now)
    people = {key: {"desk": "node_administrator", "place": PLACES[0], "password": password}}
    return _seated(people | _live_through_a_morning(now))


def _live_through_a_morning(now: datetime) -> Told:
    from django.db import transaction

    from mabar.base import sealer
    from mabar.site import demo_cast, demo_day, demo_diversion, demo_transshipments

    began_at = (now - MORNING).replace(microsecond=0)
    cast = demo_cast.enrol(began_at - timedelta(hours=2), began_at.date() - timedelta(days=1))
    demo_diversion.enrol(cast, began_at - timedelta(hours=2), began_at.date() - timedelta(days=1))
    day = demo_day.Day(cast, SEED, began_at)
    demo_day.arrivals(day, TRUCKS, began_at)
    demo_diversion.begin(day, began_at, now)
    demo_transshipments.begin(day, began_at, now)
    with transaction.atomic():
        while day.due and day.due[0][0] <= now:
            day.step()
    while sealer.seal(now):
        pass
    told = {s.key: {"desk": s.desk, "place": s.place, "password": s.password} for s in cast.sign_ins}
    return told | _whole_inspection_team(now)


def _whole_inspection_team(now: datetime) -> Told:
    """Give the inspectors whose passwords the demonstration does not tell new ones: any of them may be drawn."""
    from mabar.base import actors, commands
    from mabar.base.models import Mandate

    team = {}
    held = Mandate.objects.filter(post__function="inspector").exclude(actor__key__endswith="1")
    for key, place in held.values_list("actor__key", "place_id"):
        password = commands.reset_password(actors.node(), key, at=now).password
        team[key] = {"desk": "inspector", "place": place, "password": password}
    return team


def _seated(people: Told) -> Told:
    """Make each password but the newcomer's the person's own, and open a session for the person."""
    from django.contrib.auth.hashers import ScryptPasswordHasher, make_password

    from mabar.base.models import Actor

    for key, told in people.items():
        desk = (told["desk"], told["place"])
        if desk == NEWCOMER:
            continue
        actor = Actor.objects.get(key=key)
        actor.one_time_until_at = None
        if desk in TYPISTS:
            actor.password = make_password(told["password"], hasher=ScryptPasswordHasher())
        actor.save(update_fields=["one_time_until_at", "password"])
        told["session"] = _session(actor)
    return people


def _session(actor: Any) -> str:
    """Open a session that is not idle before its whole time is over: the last test may come to it late."""
    from django.contrib.sessions.backends.db import SessionStore

    from bench.nodes import signed_in

    cookie = signed_in(actor)
    session = SessionStore(cookie.partition("=")[2])
    session["seen_at"] += timedelta(hours=11).total_seconds()
    session.save()
    return cookie


if __name__ == "__main__":
    json.dump(make(Path(sys.argv[1]), int(sys.argv[2])), sys.stdout)
