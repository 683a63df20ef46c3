"""`mabar demo`: a realistic day at Debdeb and Ghadames, two places of one node, on this machine alone."""

import logging
import os
import shutil
import threading
import time
import webbrowser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mabar.site.cli_node import refuse_taken_ports
from mabar.site.node import FOLDER_VARIABLE, Node, read_node

if TYPE_CHECKING:  # what needs Django is imported when there is a node to set it up on
    from mabar.site import demo_cast, demo_day

PLACES = ("dz.debdeb", "ly.ghadames")
MARK = "is_demo = true"
# The hour of the day at which the demonstration opens, so that at any hour one sees a morning in full swing.
OPENS_AT = timedelta(hours=9, minutes=12)
TOGETHER = 400  # acts a transaction while the morning is caught up; an officer's own act is always its own


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("demo-node"), help="Made anew each time.")
@click.option("--port", default=8080, show_default=True, help="Port of the pages; the live stream takes the next one.")
@click.option("--trucks", default=500, show_default=True, help="How many trucks the day has.")
@click.option("--seed", default=22, show_default=True, help="The day is drawn from it.")
@click.option("--open/--no-open", "is_opening", default=True, help="Open the board in a browser.")
def demo(folder: Path, port: int, trucks: int, seed: int, is_opening: bool) -> None:
    """Make a node with a day's trade in FOLDER, show it, and let the trucks move while one looks."""
    refuse_taken_ports("127.0.0.1", port)
    node = _make(folder, port)
    from mabar.site import demo_cast, running

    now = datetime.now(UTC)
    began_at = (now - OPENS_AT).replace(microsecond=0)
    cast = demo_cast.enrol(began_at - timedelta(hours=2), began_at.date() - timedelta(days=1))
    day = _morning(cast, seed, trucks, began_at, now)
    _say(node, cast.sign_ins)
    stop = threading.Event()
    threading.Thread(target=_go_on, args=(day, stop), daemon=True).start()
    if is_opening:
        threading.Timer(3, webbrowser.open, [f"{node.origin}/wall/{PLACES[0]}/"]).start()
    running.run(node)
    stop.set()


def _make(folder: Path, port: int) -> Node:
    """Make the folder anew; one that is not a demonstration is never touched."""
    from mabar.site.making import Wish, make_folder

    told = folder / "node.toml"
    if told.is_file() and MARK in told.read_text(encoding="utf-8"):
        shutil.rmtree(folder)
    wish = Wish("localhost", PLACES[0], PLACES, port, is_http=True, is_demo=True, second_factor="offered")
    recovery = folder.with_name(folder.name + ".recovery.key")
    recovery.unlink(missing_ok=True)
    make_folder(folder, wish, recovery, at=datetime.now(UTC))
    os.environ[FOLDER_VARIABLE] = str(folder.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "mabar.site.settings"
    import django

    django.setup()
    logging.getLogger("mabar").setLevel(logging.ERROR)
    from mabar.site import founding

    founding.make_stores()
    founding.lay_out(PLACES, datetime.now(UTC))
    return read_node(folder.resolve())


def _morning(cast: "demo_cast.Cast", seed: int, trucks: int, began_at: datetime, now: datetime) -> "demo_day.Day":
    """Live through the morning up to now."""
    from django.db import transaction

    from mabar.base import sealer
    from mabar.site import demo_day

    day = demo_day.Day(cast, seed, began_at)
    demo_day.arrivals(day, trucks, began_at)
    whole = (now - began_at).total_seconds()
    with click.progressbar(length=100, label="The morning at Debdeb and Ghadames") as bar:
        shown = 0
        while day.due and day.due[0][0] <= now:
            with transaction.atomic():
                for _ in range(TOGETHER):
                    if not day.due or day.due[0][0] > now:
                        break
                    day.step()
            done = min(int((day.now - began_at).total_seconds() / whole * 100), 100)
            bar.update(max(done - shown, 0))
            shown = max(done, shown)
        bar.update(100 - shown)
    while sealer.seal(now):
        pass
    return day


def _go_on(day: "demo_day.Day", stop: threading.Event) -> None:
    """Let the day go on by the real clock."""
    while day.due and not stop.is_set():
        wait = (day.due[0][0] - datetime.now(UTC)).total_seconds()
        if wait > 0:
            stop.wait(min(wait, 1))
            continue
        day.step()
        time.sleep(0.05)


def _say(node: Node, sign_ins: "list[demo_cast.SignIn]") -> None:
    click.echo(f"\n{'Sign-in name':<14}{'one-time password':<24}{'desk':<24}place")
    for sign_in in sign_ins:
        click.echo(f"{sign_in.key:<14}{sign_in.password:<24}{sign_in.desk:<24}{sign_in.place}")
    click.echo(f"\nThe wall board: {node.origin}/wall/{PLACES[0]}/   The desks: {node.origin}/")
    click.echo("Everything shown is fictitious.  Stop with Ctrl-C.")
