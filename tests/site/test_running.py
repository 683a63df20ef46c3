"""A node as processes: it serves, it stops cleanly, and a killed one leaves nothing that holds its ports."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from mabar.site import founding, making, running
from mabar.site.at_node import Desk
from mabar.site.node import read_node
from tests import stores
from tools.ports import free_port

PLACE = "dz.debdeb"
MABAR = (sys.executable, "-c", "from mabar.site.cli import main; main()")


@pytest.fixture(scope="module")
def node(tmp_path_factory, django_db_blocker) -> tuple[Path, int]:
    folder, port, now = tmp_path_factory.mktemp("running"), free_port(), datetime.now(UTC)
    wish = making.Wish("localhost", PLACE, (PLACE,), port, is_http=True)
    making.make_folder(folder / "node", wish, folder / "off.key", at=now)
    desk = Desk(read_node(folder / "node"))
    with django_db_blocker.unblock():
        stores.lay(folder / "node")
        with desk.open():
            founding.found((PLACE,), at=now)
    desk.close()
    return folder / "node", port


@dataclass(frozen=True)
class Beside:
    """A start of a node while another program listens on a port of its."""

    port: int
    taken: int
    other: socket.socket
    start: subprocess.Popen[str]


@pytest.fixture(scope="module", autouse=True)
def beside(node, tmp_path_factory) -> Iterator[list[Beside]]:
    """A start waits ten seconds for its ports to be given back; begun here, it waits while the other tests run."""
    begun = [_begun(node, tmp_path_factory.mktemp("beside") / "node", is_stream) for is_stream in (False, True)]
    yield begun
    for each in begun:
        each.other.close()
        each.start.kill()
        each.start.communicate()


def _begun(node: tuple[Path, int], folder: Path, is_stream: bool) -> Beside:
    port = free_port()
    shutil.copytree(node[0], folder)
    told = (folder / "node.toml").read_text(encoding="utf-8")
    (folder / "node.toml").write_text(told.replace(f"port = {node[1]}", f"port = {port}"), encoding="utf-8")
    other = socket.socket()
    # a server of the same kind lets others share its port, so that nothing but this check would notice
    other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    other.bind(("127.0.0.1", port + is_stream))
    other.listen()
    start = [*MABAR, "start", str(folder)]
    return Beside(
        port, port + is_stream, other, subprocess.Popen(start, env=plain(), stderr=subprocess.PIPE, text=True)
    )


def plain() -> dict[str, str]:
    # in an office Python keeps what it has compiled; a start that compiles everything again takes three times as long
    left_out = ("MABAR_NODE", "DJANGO_SETTINGS_MODULE", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if name not in left_out}


def started(node: tuple[Path, int]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([*MABAR, "start", str(node[0])], env=plain(), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if asked(node[1], "/health") == 200:
                return process
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise AssertionError("the node did not answer within a minute")


def asked(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("localhost", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def gone(processes: list[psutil.Process], seconds: float = 20) -> bool:
    return not psutil.wait_procs(processes, timeout=seconds)[1]


def worker_of(process: subprocess.Popen[bytes]) -> int:
    for child in psutil.Process(process.pid).children():
        with contextlib.suppress(psutil.Error):
            if "mabar.site.worker" in child.cmdline():
                return child.pid
    return 0


def test_pages_and_live_stream_answer_and_all_ends_when_told(node):
    process = started(node)
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 3
    assert asked(node[1] + 1, "/nothing") == 404
    for _ in range(20):  # an impatient hand on Ctrl-C
        process.send_signal(signal.SIGTERM)
        time.sleep(0.002)
    assert process.wait(30) == 0
    assert gone(family)


def test_a_killed_node_leaves_nothing_behind_and_starts_again(node):
    process = started(node)
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait(10)
    assert gone(family)
    again = started(node)
    again.send_signal(signal.SIGTERM)
    assert again.wait(30) == 0


def test_a_part_that_falls_is_started_again(node):
    process = started(node)
    fallen = worker_of(process)
    psutil.Process(fallen).kill()
    deadline = time.monotonic() + 20
    while worker_of(process) in (0, fallen) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert worker_of(process) not in (0, fallen)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def test_a_node_does_not_start_beside_another_program_on_its_ports(beside):
    assert len(beside) == 2
    for each in beside:
        assert running.taken_ports("127.0.0.1", each.port, wait_s=0) == [each.taken]
        said = each.start.communicate(timeout=60)[1]
        assert each.start.returncode == 1
        assert f"port {each.taken}" in said
        each.other.close()
        assert running.taken_ports("127.0.0.1", each.port, wait_s=0) == []
