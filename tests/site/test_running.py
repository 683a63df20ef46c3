"""A node as processes: it serves, it stops cleanly, and a killed one leaves nothing that holds its ports."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from bench.nodes import free_port
from mabar.site import running

MABAR = (sys.executable, "-c", "from mabar.site.cli import main; main()")


@pytest.fixture(scope="module")
def node(tmp_path_factory) -> tuple[Path, int]:
    folder, port = tmp_path_factory.mktemp("running"), free_port()
    words = ("init", str(folder / "node"), "--host", "localhost", "--http", "--port", str(port))
    subprocess.run([*MABAR, *words, "--recovery-key", str(folder / "off.key")], check=True, env=plain(), timeout=120)
    return folder / "node", port


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


@pytest.mark.parametrize("is_stream", [False, True])
def test_a_node_does_not_start_beside_another_program_on_its_ports(node, is_stream):
    # a server of the same kind lets others share its port, so that nothing but this check would notice
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", node[1] + is_stream))
        other.listen()
        assert running.taken_ports("127.0.0.1", node[1], wait_s=0) == [node[1] + is_stream]
        answer = subprocess.run(
            [*MABAR, "start", str(node[0])], env=plain(), capture_output=True, text=True, timeout=60, check=False
        )
    assert answer.returncode == 1
    assert f"port {node[1] + is_stream}" in answer.stderr
    assert running.taken_ports("127.0.0.1", node[1], wait_s=0) == []
