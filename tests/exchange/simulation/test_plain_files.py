"""A file outside the database is found whole after a power cut: the old content or the new."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from mabar.exchange import crash_points
from mabar.exchange.durable_files import Files, Folder
from mabar.exchange.simulation import library
from mabar.exchange.simulation.disk import POWER, Disk, Injection
from mabar.exchange.simulation.plain_files import PlainFiles

MARK = "high-water"


class Forgetful(PlainFiles):
    """Steps that leave one out, as a careless node would."""

    def flush(self, name: str) -> None:
        """Do not wait."""


class Nameless(PlainFiles):
    """Steps that flush content and no names."""

    def flush_names(self) -> None:
        """Do not wait."""


def broken_marks(folder: Path, make: Callable[[Disk], PlainFiles], *, rounds: int = 400) -> int:
    """Replace a mark and cut the power, often in the middle; count marks that are older than what was confirmed."""
    rng, broken = random.Random(3), 0
    disk = Disk(folder)
    files = Files(make(disk))
    confirmed = b"0000000"
    files.replace(MARK, confirmed)
    for number in range(1, rounds):
        if rng.random() < 0.7:
            disk.inject(Injection(rng.choice(("write", "sync")), POWER, after=rng.randrange(3)))
        content = b"%07d" % number
        try:
            files.replace(MARK, content)
            confirmed = content
        except OSError:
            pass
        disk.power_cut(rng)
        disk.start()
        found = files.read(MARK)
        broken += found not in (confirmed, content)
        confirmed = found if found in (confirmed, content) else confirmed
    return broken


def test_a_mark_that_was_confirmed_survives_every_power_cut(tmp_path: Path) -> None:
    assert broken_marks(tmp_path, PlainFiles) == 0


@pytest.mark.parametrize("careless", [Forgetful, Nameless])
def test_a_flush_that_is_left_out_is_found(tmp_path: Path, careless: Callable[[Disk], PlainFiles]) -> None:
    assert broken_marks(tmp_path, careless) > 0


def test_a_full_disk_leaves_the_old_mark(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    files = Files(PlainFiles(disk))
    files.replace(MARK, b"old")
    disk.inject(Injection("write", library.FULL))
    with pytest.raises(OSError, match=r"write of high-water\.new"):
        files.replace(MARK, b"new")
    assert files.read(MARK) == b"old"


def test_a_real_folder_takes_the_same_steps(tmp_path: Path) -> None:
    files = Files(Folder(tmp_path))
    assert files.read(MARK) is None
    files.replace(MARK, b"one")
    files.replace(MARK, b"two")
    assert files.read(MARK) == b"two"
    assert os.listdir(tmp_path) == [MARK]
    assert (tmp_path / MARK).stat().st_mode & 0o077 == 0


def test_a_real_folder_waits_for_the_disk_in_the_order_of_the_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: seen.append(Path(os.readlink(f"/proc/self/fd/{handle}")).name))
    before = crash_points.listen(seen.append)
    Files(Folder(tmp_path)).replace(MARK, b"one")
    crash_points.listen(before)
    assert seen == [
        "file-written-not-flushed", f"{MARK}.new", "file-flushed-not-renamed", "file-renamed-names-not-flushed",
        tmp_path.name,
    ]  # fmt: skip
