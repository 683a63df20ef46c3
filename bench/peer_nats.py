"""The peer that carries for many: NATS JetStream with a file store (nats-server of the system, nats-py), over TLS.

A message counts as taken when the server has acknowledged it; nobody signs, and nobody seals but the line.
"""

import asyncio
import json
import shutil
import ssl
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import nodes
from tools.ports import free_port

SUBJECT, AT_ONCE = "bench", 100
ALWAYS = "sync_interval: always"


def why_not() -> str:
    """Tell why NATS is not measured; nothing when it is."""
    if shutil.which("nats-server") is None:
        return "nats-server is not installed"
    try:
        import nats  # noqa: F401
    except ImportError:
        return "nats-py is not installed"
    return ""


def knows(setting: str) -> bool:
    """Tell whether this version of the server knows a setting of its store."""
    asked = subprocess.run(
        ["nats-server", "-t", "-c", "/dev/stdin"],
        input=f"jetstream {{ {setting} }}".encode(),
        capture_output=True,
        check=False,
    )
    return asked.returncode == 0


def start(folder: Path, setting: str = "") -> tuple[subprocess.Popen[bytes], int]:
    """Start a server on the store in a folder, and wait until it answers."""
    if not (folder / "node-tls.pem").exists():
        from mabar.site import authority

        authority.certify(folder, "dz.debdeb", "localhost", datetime.now(UTC))
    port = free_port()
    tls = f'tls {{ cert_file: "{folder}/node-tls.pem", key_file: "{folder}/node-tls.key" }}'
    told = f'host: 127.0.0.1\nport: {port}\n{tls}\njetstream {{ store_dir: "{folder}/store"\n{setting} }}\n'
    (folder / "server.conf").write_text(told)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(["nats-server", "-c", str(folder / "server.conf")], **quiet)
    nodes.wait_for_port(port)
    return server, port


def send(folder: Path, port: int, payloads: Sequence[bytes], *, seconds: float) -> list[int]:
    """Publish for some seconds, a hundred under way at once; give the numbers that the server acknowledged."""
    return asyncio.run(_send(folder, port, payloads, seconds))


async def _connected(folder: Path, port: int):
    import nats

    context = ssl.create_default_context(cafile=str(folder / "authority.pem"))
    return await nats.connect(f"tls://localhost:{port}", tls=context)


async def _send(folder: Path, port: int, payloads: Sequence[bytes], seconds: float) -> list[int]:
    line = await _connected(folder, port)
    stream = line.jetstream()
    await stream.add_stream(name=SUBJECT, subjects=[SUBJECT])
    done: list[int] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        numbers = range(len(done), len(done) + AT_ONCE)
        told = [_numbered(payloads[number % len(payloads)], number) for number in numbers]
        await asyncio.gather(*(stream.publish(SUBJECT, each) for each in told))
        done += numbers
    await line.close()
    return done


def _numbered(payload: bytes, number: int) -> bytes:
    return json.dumps(json.loads(payload) | {"number": number}, ensure_ascii=False).encode()


def stored(folder: Path) -> int:
    """Start a server on a store that was left behind, and count what it has."""
    server, port = start(folder)
    try:
        return asyncio.run(_count(folder, port))
    finally:
        server.kill()
        server.wait()


async def _count(folder: Path, port: int) -> int:
    from nats.js.errors import NotFoundError

    line = await _connected(folder, port)
    try:
        return (await line.jetstream().stream_info(SUBJECT)).state.messages
    except NotFoundError:
        return 0
    finally:
        await line.close()
