"""Plain files on a simulated disk: content that was not flushed is lost with the power, and so are names.

Names reach the disk in the order in which they were given (as journalling file systems keep it), content in none: a
file that was renamed without a flush can be found empty, or cut short, under its new name.
"""

import random
from dataclasses import dataclass

from mabar.exchange.simulation import library
from mabar.exchange.simulation.disk import Disk


@dataclass
class _File:
    """Content as the system shows it, and as it is on the disk."""

    content: bytes
    flushed: bytes = b""


class PlainFiles:
    """The steps of `durable_files` on a simulated disk; it goes on and off, fills and fails with that disk."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        disk.cut_too.append(self.cut)
        self._names: dict[str, _File] = {}
        self._flushed_names: dict[str, _File] = {}
        self._given: list[dict[str, _File]] = []

    def read(self, name: str) -> bytes | None:
        """Give the content of a file; None where there is none."""
        return self._names[name].content if name in self._names else None

    def write(self, name: str, content: bytes) -> None:
        """Make a file, or make it anew.  Raises: OSError when the disk fails or is full."""
        self._ask("write", name)
        if name in self._names:
            self._names[name].content = content
        else:
            self._names[name] = _File(content)
            self._given.append(dict(self._names))

    def flush(self, name: str) -> None:
        """Count the content as being on the disk.  Raises: OSError when that fails."""
        self._ask("sync", name)
        self._names[name].flushed = self._names[name].content

    def rename(self, name: str, new_name: str) -> None:
        """Give a file another name.  Raises: OSError when the disk fails."""
        self._ask("write", name)
        self._names[new_name] = self._names.pop(name)
        self._given.append(dict(self._names))

    def flush_names(self) -> None:
        """Count the names as being on the disk.  Raises: OSError when that fails."""
        self._ask("sync", ".")
        self._flushed_names = dict(self._names)
        self._given.clear()

    def _ask(self, operation: str, name: str) -> None:
        said = self.disk.verdict(operation, str(self.disk.folder / name))
        if said != library.OK:
            raise OSError(f"{operation} of {name}: {said}")

    def cut(self, rng: random.Random) -> None:
        """Put the files as a power cut may leave them."""
        reached = rng.randint(0, len(self._given)) if rng.random() < 0.5 else 0
        names = self._given[reached - 1] if reached else self._flushed_names
        for file in names.values():
            file.content = file.flushed = _left(file, rng)
        self._names, self._flushed_names = dict(names), dict(names)
        self._given.clear()


def _left(file: _File, rng: random.Random) -> bytes:
    """Give what the disk holds of a file: what was flushed, or the beginning of what was written since."""
    if file.content == file.flushed or rng.random() < 0.5:
        return file.flushed
    return file.content[: rng.randint(0, len(file.content))]
