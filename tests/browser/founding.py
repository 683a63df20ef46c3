"""Makes the node of the browser tests: `python -m tests.browser.founding FOLDER PORT` prints who may sign in."""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

PLACES = ("dz.debdeb", "ly.ghadames")
TRUCKS, SEED = 25, 22
MORNING = timedelta(hours=9, minutes=12)


def make(folder: Path, port: int) -> dict[str, dict[str, str]]:
    """Make a node with a small morning behind it, and give each person's one-time password, desk and place."""
    from mabar.site.making import Wish, make_folder

    now = datetime.now(UTC)
    wish = Wish("localhost", PLACES[0], PLACES, port, is_http=True, is_demo=True, second_factor="offered")
    make_folder(folder, wish, folder.with_name("recovery.key"), at=now)
    os.environ |= {"MABAR_NODE": str(folder), "DJANGO_SETTINGS_MODULE": "mabar.site.settings"}
    import django

    django.setup()
    from mabar.site import founding

    key, password = founding.found(PLACES, at=now)
    people = {key: {"desk": "node_administrator", "place": PLACES[0], "password": password}}
    return people | _live_through_a_morning(now)


def _live_through_a_morning(now: datetime) -> dict[str, dict[str, str]]:
    from django.db import transaction

    from mabar.base import sealer
    from mabar.site import demo_cast, demo_day

    began_at = (now - MORNING).replace(microsecond=0)
    cast = demo_cast.enrol(began_at - timedelta(hours=2), began_at.date() - timedelta(days=1))
    day = demo_day.Day(cast, SEED, began_at)
    demo_day.arrivals(day, TRUCKS, began_at)
    with transaction.atomic():
        while day.due and day.due[0][0] <= now:
            day.step()
    while sealer.seal(now):
        pass
    told = {s.key: {"desk": s.desk, "place": s.place, "password": s.password} for s in cast.sign_ins}
    return told | _whole_inspection_team(now)


def _whole_inspection_team(now: datetime) -> dict[str, dict[str, str]]:
    """Give the inspectors whose passwords the demonstration does not tell new ones: any of them may be drawn."""
    from mabar.base import actors, commands
    from mabar.base.models import Mandate

    team = {}
    held = Mandate.objects.filter(post__function="inspector").exclude(actor__key__endswith="1")
    for key, place in held.values_list("actor__key", "place_id"):
        password = commands.reset_password(actors.node(), key, at=now).password
        team[key] = {"desk": "inspector", "place": place, "password": password}
    return team


if __name__ == "__main__":
    json.dump(make(Path(sys.argv[1]), int(sys.argv[2])), sys.stdout)
