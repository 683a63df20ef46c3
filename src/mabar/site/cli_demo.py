"""`mabar demo`: a realistic day at Debdeb, Ghadames and Ras Jedir, each a node of its own, on this machine alone."""

import logging
import os
import shutil
import threading
import time
import webbrowser
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mabar.site.cli_node import refuse_taken_ports
from mabar.site.node import FOLDER_VARIABLE, Node, read_node

if TYPE_CHECKING:  # what needs Django is imported when there is a node to set it up on
    from click._termui_impl import ProgressBar

    from mabar.site import demo_cast, demo_day
    from mabar.site.at_node import Desk
    from mabar.site.demo_nodes import Courier

# The nodes in their order, each with the places that it works.
NODES: Mapping[str, tuple[str, ...]] = {
    "dz.debdeb": ("dz.debdeb",),
    "ly.ghadames": ("ly.ghadames",),
    "tn.ras-jedir": ("tn.ras-jedir", "tn.rades"),
}
PLACES = tuple(NODES)[:2]
PORTS_APART = 10
MARK = "is_demo = true"
# The hour of the day at which the demonstration opens, so that at any hour one sees a morning in full swing.
OPENS_AT = timedelta(hours=9, minutes=12)
POST_EVERY = timedelta(minutes=4)  # how often the two nodes speak while the morning is caught up


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("demo-node"), help="Made anew each time.")
@click.option("--nodes", default=2, show_default=True, type=click.IntRange(2, len(NODES)), help="3 adds Ras Jedir.")
@click.option("--port", default=8080, show_default=True, help="Port of Debdeb's pages; each other node's is 10 above.")
@click.option("--trucks", default=500, show_default=True, help="How many trucks the day has.")
@click.option("--seed", default=22, show_default=True, help="The day is drawn from it.")
@click.option("--open/--no-open", "is_opening", default=True, help="Open the board in a browser.")
def demo(folder: Path, nodes: int, port: int, trucks: int, seed: int, is_opening: bool) -> None:
    """Make nodes with a day's trade in FOLDER, show them, and let the trucks move while one looks."""
    ports = {code: port + number * PORTS_APART for number, code in enumerate(tuple(NODES)[:nodes])}
    for each in ports.values():
        refuse_taken_ports("127.0.0.1", each)
    now = datetime.now(UTC)
    desks = _make(folder, ports, now)
    day = _morning(desks, seed, trucks, now)
    _say([desk.node for desk in desks.values()], day.cast.sign_ins, _followed(desks[PLACES[0]], day))
    if is_opening:
        threading.Timer(4, webbrowser.open, [f"{desks[PLACES[0]].node.origin}/wall/{PLACES[0]}/"]).start()
    _run(desks, day)


def _run(desks: Mapping[str, "Desk"], day: "demo_day.Day") -> None:
    """Run the nodes and let the day go on, until Ctrl-C ends both."""
    from mabar.site import running

    stop = threading.Event()
    first, *others = [desk.node for desk in desks.values()]
    threads = [threading.Thread(target=running.run, args=(node,), kwargs={"stop": stop}) for node in others]
    threads.append(threading.Thread(target=_go_on, args=(day, stop), daemon=True))
    for thread in threads:
        thread.start()
    try:
        running.run(first, stop=stop)
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=running.GRACE_S + 5)


def _make(folder: Path, ports: Mapping[str, int], now: datetime) -> "dict[str, Desk]":
    """Make the folder anew; one that is not a demonstration is never touched."""
    from mabar.site.making import FolderNotEmpty, Wish, make_folder

    if any(_is_demo(each) for each in (folder, *(folder / code for code in NODES))):
        shutil.rmtree(folder)
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty(folder=folder)
    for code, port in ports.items():
        wish = Wish("localhost", code, NODES[code], port, is_http=True, is_demo=True, second_factor="offered")
        make_folder(folder / code, wish, folder / f"{code}.recovery.key", at=now)
    os.environ[FOLDER_VARIABLE] = str((folder / PLACES[0]).resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "mabar.site.settings"
    import django

    django.setup()
    logging.getLogger("mabar").setLevel(logging.WARNING)
    from mabar.site import demo_nodes
    from mabar.site.at_node import Desk

    desks = {code: Desk(read_node((folder / code).resolve())) for code in ports}
    demo_nodes.found(list(desks.values()), now)
    demo_nodes.bring_together(desks, now)
    return desks


def _is_demo(folder: Path) -> bool:
    told = folder / "node.toml"
    return told.is_file() and MARK in told.read_text(encoding="utf-8")


def _enrolled(desks: Mapping[str, "Desk"], began_at: datetime) -> "demo_cast.Cast":
    from mabar.site import demo_cast, demo_diversion, demo_third

    cast = demo_cast.Cast({}, {}, [])
    at, first_day = began_at - timedelta(hours=2), began_at.date() - timedelta(days=1)
    for code, desk in desks.items():
        with desk.open():
            if code == demo_third.NODE:
                demo_third.enrol(cast, at, first_day)
                continue
            demo_cast.enrol(at, first_day, (code,), cast)
            if code == demo_diversion.RECEIVING:
                demo_diversion.enrol(cast, at, first_day)
    return cast


def _morning(desks: Mapping[str, "Desk"], seed: int, trucks: int, now: datetime) -> "demo_day.Day":
    """Live through the morning up to now, at all nodes, which speak with each other as they will."""
    from mabar.base import sealer
    from mabar.site import demo_day
    from mabar.site.demo_nodes import Courier

    began_at = (now - OPENS_AT).replace(microsecond=0)
    day = demo_day.Day(_enrolled(desks, began_at), seed, began_at, lambda place: desks[place].open())
    demo_day.arrivals(day, trucks, began_at)
    for desk in desks.values():
        desk.trust_the_power()
    courier = Courier(desks)
    _stories(day, desks, courier, began_at, now)
    with click.progressbar(length=100, label="The morning at Debdeb and Ghadames") as bar:
        _catch_up(day, courier, began_at, now, bar)
    for desk in desks.values():
        with desk.open():
            while sealer.seal(now):
                pass
        desk.doubt_the_power()
    return day


def _stories(
    day: "demo_day.Day", desks: Mapping[str, "Desk"], courier: "Courier", began_at: datetime, now: datetime
) -> None:
    """Let what the day has beside its trucks begin."""
    from mabar.site import demo_assistance, demo_diversion, demo_operators, demo_origin, demo_transit
    from mabar.site.demo_transshipments import begin as begin_transshipments

    demo_diversion.begin(day, began_at, now)
    begin_transshipments(day, began_at, now)
    demo_origin.begin(day, began_at)
    demo_transit.begin(day, began_at, list(desks))
    pair = {code: desks[code] for code in PLACES}
    demo_operators.begin(pair, courier, day.cast, began_at - timedelta(minutes=90))
    demo_assistance.begin(pair, courier, day.cast, began_at - timedelta(hours=1))


def _catch_up(
    day: "demo_day.Day", courier: "Courier", began_at: datetime, now: datetime, bar: "ProgressBar[int]"
) -> None:
    whole, shown, post_at = (now - began_at).total_seconds(), 0, began_at
    while day.due and day.due[0][0] <= now:
        day.step()
        if day.now >= post_at:
            courier.carry(day.now)
            post_at = day.now + POST_EVERY
            done = min(int((day.now - began_at).total_seconds() / whole * 100), 100)
            bar.update(max(done - shown, 0))
            shown = max(done, shown)
    bar.update(100 - shown)


def _go_on(day: "demo_day.Day", stop: threading.Event) -> None:
    """Let the day go on by the real clock."""
    while day.due and not stop.is_set():
        wait = (day.due[0][0] - datetime.now(UTC)).total_seconds()
        if wait > 0:
            stop.wait(min(wait, 1))
            continue
        day.step()
        time.sleep(0.05)


def _followed(desk: "Desk", day: "demo_day.Day") -> str:
    """Give the driver of one of the day's trucks at Debdeb a link."""
    from mabar.site import demo_driver

    with desk.open():
        return demo_driver.give_link(day.officer(desk.node.code, "gate_officer"), desk.node.code, datetime.now(UTC))


def _say(nodes: Sequence[Node], sign_ins: "list[demo_cast.SignIn]", driver: str) -> None:
    click.echo(f"\n{'Sign-in name':<14}{'one-time password':<24}{'desk':<24}place")
    for sign_in in sign_ins:
        click.echo(f"{sign_in.key:<14}{sign_in.password:<24}{sign_in.desk:<24}{sign_in.place}")
    click.echo("")
    for node in nodes:
        click.echo(f"{node.code}: the wall board {node.origin}/wall/{node.code}/   the desks {node.origin}/")
    if driver:
        click.echo(f"A driver follows his truck, without an account: {driver}")
    click.echo("Everything shown is fictitious.  Stop with Ctrl-C.")
