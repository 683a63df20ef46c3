"""Running a node: pages, live stream and worker as one command that starts, watches and stops them together."""

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from mabar.site import authority
from mabar.site.node import FOLDER_VARIABLE, Node

GRACE_S = 10
LONGEST_REST_S = 30
# More than twice the cores only wait for each other, and more than eight for a connection of PostgreSQL's pool.
THREADS = min(max(4, 2 * (os.cpu_count() or 1)), 8)
PART = (sys.executable, "-m", "mabar.site.part")


@dataclass
class Told:
    """Whether the process was told to stop.

    The handler only notes it: one that sets an Event waits for itself for ever when a second signal comes meanwhile.
    """

    is_so: bool = False

    def listen(self) -> None:
        """Hear SIGTERM and Ctrl-C from now on."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def _note(self, number: int, frame: object) -> None:
        self.is_so = True


@dataclass
class Part:
    """One process of the node, and when it may be started again after a fall."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    falls: int = 0
    rest_until: float = field(default=0.0)

    @property
    def has_fallen(self) -> bool:
        """Tell whether the process has ended without being asked to."""
        return self.process is not None and self.process.poll() is not None


def parts_of(node: Node, threads: int) -> list[Part]:
    """List the processes of a node."""
    return [
        Part("pages", _server(node, "mabar.site.wsgi:application", "wsgi", node.port, threads)),
        Part("stream", _server(node, "mabar.site.stream:application", "asginl", node.stream_port, 1)),
        Part("worker", [*PART, "mabar.site.worker"]),
    ]


def _server(node: Node, target: str, interface: str, port: int, threads: int) -> list[str]:
    command = [*PART, "granian", target, "--interface", interface]
    command += ["--host", node.listen, "--port", str(port), "--workers", "1", "--no-ws", "--no-access-log"]
    command += ["--log-level", "warning", "--workers-kill-timeout", str(GRACE_S)]
    command += ["--backlog", "512"]
    if interface == "wsgi":
        command += ["--blocking-threads", str(threads)]
    if node.has_tls:
        keys = node.folder / "keys"
        command += ["--ssl-certificate", str(keys / authority.CERTIFICATE), "--ssl-keyfile", str(keys / authority.KEY)]
    return command


def taken_ports(address: str, port: int, *, wait_s: float = GRACE_S) -> list[int]:
    """Name the ports, of pages and live stream, on which another program still listens after `wait_s`.

    The server would share such a port with the other program, and each would get a part of the requests.
    """
    deadline = time.monotonic() + wait_s
    while True:
        taken = [each for each in (port, port + 1) if _is_taken(address, each)]
        if not taken or time.monotonic() >= deadline:
            return taken
        time.sleep(0.2)


def _is_taken(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asked.bind((address, port))
        except OSError as fault:
            return fault.errno == errno.EADDRINUSE
    return False


def run(node: Node, *, threads: int = THREADS, stop: threading.Event | None = None) -> None:
    """Run the node until SIGTERM, SIGINT or `stop`; a part that falls is started again, ever more slowly."""
    asked, told = stop or threading.Event(), Told()
    if threading.current_thread() is threading.main_thread():
        told.listen()
    parts = parts_of(node, threads)
    environment = os.environ | {
        FOLDER_VARIABLE: str(Path(node.folder).resolve()),
        "DJANGO_SETTINGS_MODULE": "mabar.site.settings",
    }
    try:
        while not asked.is_set() and not told.is_so:
            for part in parts:
                _keep_up(part, environment)
            asked.wait(0.5)
    finally:
        _stop(parts)


def _keep_up(part: Part, environment: dict[str, str]) -> None:
    if part.has_fallen:
        part.falls += 1
        part.rest_until = time.monotonic() + min(2**part.falls, LONGEST_REST_S)
        part.process = None
    if part.process is None and time.monotonic() >= part.rest_until:
        part.process = subprocess.Popen(part.command, env=environment, start_new_session=True)


def _stop(parts: list[Part]) -> None:
    running = [part.process for part in parts if part.process is not None and part.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + GRACE_S
    for process in running:
        try:
            process.wait(timeout=max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
