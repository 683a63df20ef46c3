"""A disk whose power can be cut: a file system in an image, and what the image held at an instant.

What a program has written but not flushed lies in the memory of the mounted file system, and is not in the image: the
copy of the image is what a machine finds after its power went.  It needs root and loop devices.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SIZE = "1G"


@dataclass(frozen=True)
class Disk:
    """A mounted image; `image` is the file behind it."""

    image: Path
    at: Path

    def flush(self) -> None:
        """Bring what is there to the image: keys and settings lie on a disk long before its power goes."""
        subprocess.run(["sync", "--file-system", str(self.at)], check=True)

    @contextmanager
    def as_cut(self) -> Iterator[Path]:
        """Give the file system as it would be found if the power went now."""
        copy = self.image.with_suffix(".cut")
        subprocess.run(["cp", "--sparse=always", str(self.image), str(copy)], check=True)
        with _mounted(copy, self.at.with_name("cut")) as found:
            yield found


def why_not() -> str:
    """Tell why no power can be cut here; nothing when it can."""
    if os.geteuid() != 0:
        return "it needs root"
    missing = [name for name in ("mount", "mkfs.ext4") if shutil.which(name) is None]
    if missing:
        return f"missing: {', '.join(missing)}"
    return "" if Path("/dev/loop-control").exists() else "no loop devices"


@contextmanager
def disk() -> Iterator[Disk]:
    """Make a disk (ext4 as it is made and mounted by default) and take it away again."""
    with tempfile.TemporaryDirectory(prefix="mabar-disk-") as passing:
        image = Path(passing) / "disk.img"
        subprocess.run(["truncate", "-s", SIZE, str(image)], check=True)
        subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
        with _mounted(image, Path(passing) / "disk") as at:
            yield Disk(image, at)


@contextmanager
def _mounted(image: Path, at: Path) -> Iterator[Path]:
    at.mkdir()
    subprocess.run(["mount", "-o", "loop", str(image), str(at)], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", str(at)], check=True)
        at.rmdir()
