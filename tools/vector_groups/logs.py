"""The vectors of the log: roots, right edges, paths and growth (sections 5.2 and 9.2)."""

from collections.abc import Iterator, Sequence
from typing import Any

from mabar.lib import merkle
from tools.vector_groups import Vector, bad, good, group

_ENTRIES = [f"signed statement {seq}".encode() for seq in range(1, 14)]


def _frontier(entries: Sequence[bytes]) -> merkle.Frontier:
    return _grown(entries)[0]


def _grown(entries: Sequence[bytes]) -> tuple[merkle.Frontier, dict[tuple[int, int], bytes]]:
    frontier, nodes = merkle.Frontier(), {}
    for entry in entries:
        frontier, completed = frontier.append(merkle.leaf_hash(entry))
        nodes.update({(node.level, node.index): node.hash for node in completed})
    return frontier, nodes


def _roots() -> Iterator[Vector]:
    for size in (0, 1, 2, 3, 4, 7, 8, 13):
        frontier = _frontier(_ENTRIES[:size])
        yield good(
            f"root-of-{size}",
            f"the root and the right edge of a log of {size}",
            "root",
            entries=_ENTRIES[:size],
            root=frontier.root(),
            frontier=frontier.hashes,
        )
    two, swapped = _frontier(_ENTRIES[:2]), _ENTRIES[1::-1]
    yield bad(
        "root-of-two-swapped",
        "the same entries in another order",
        "root",
        "log",
        entries=swapped,
        root=two.root(),
        frontier=two.hashes,
    )
    joined = [merkle.leaf_hash(_ENTRIES[0]) + merkle.leaf_hash(_ENTRIES[1])]
    yield bad(
        "root-of-a-node-as-an-entry",
        "two hashes given as an entry do not stand for their node",
        "root",
        "log",
        entries=joined,
        root=two.root(),
        frontier=two.hashes,
    )


def _paths() -> Iterator[Vector]:
    for size in (1, 2, 7, 8, 13):
        frontier, nodes = _grown(_ENTRIES[:size])
        for seq in sorted({1, size // 2 + 1, size}):
            path = merkle.inclusion_proof(seq - 1, size, _reader(nodes))
            fields = {"entry": _ENTRIES[seq - 1], "seq": seq, "size": size, "root": frontier.root(), "path": path}
            yield good(f"entry-{seq}-of-{size}", f"entry {seq} is in the log of {size}", "inclusion", **fields)
            if size == 7 and seq == 4:
                yield from _bad_paths(fields)


def _reader(nodes: dict[tuple[int, int], bytes]) -> merkle.NodeReader:
    return lambda level, index: nodes[level, index]


def _bad_paths(fields: dict[str, Any]) -> Iterator[Vector]:
    path = fields["path"]
    rows: dict[str, dict[str, Any]] = {
        "another-entry": {"entry": _ENTRIES[0]},
        "another-place": {"seq": 3},
        "place-nought": {"seq": 0},
        "beyond-the-log": {"seq": 8},
        "another-size": {"size": 9},
        "another-root": {"root": merkle.EMPTY_ROOT},
        "short-path": {"path": path[:-1]},
        "long-path": {"path": [*path, bytes(32)]},
        "path-upside-down": {"path": path[::-1]},
        "no-path": {"path": []},
    }
    for name, change in rows.items():
        yield bad(f"path-of-{name}", "entry 4 of 7, but for this", "inclusion", "log", **{**fields, **change})


def _growth() -> Iterator[Vector]:
    for size, more in ((0, 3), (1, 1), (3, 4), (7, 1), (8, 5)):
        before, after = _frontier(_ENTRIES[:size]), _frontier(_ENTRIES[: size + more])
        fields = {
            "size": size,
            "frontier": before.hashes,
            "root": before.root(),
            "entries": _ENTRIES[size : size + more],
            "later_root": after.root(),
        }
        yield good(f"{size}-and-{more}", f"a log of {size} with {more} more", "growth", **fields)
        if size == 7:
            yield from _bad_growth(fields, before.hashes)


def _bad_growth(fields: dict[str, Any], hashes: tuple[bytes, ...]) -> Iterator[Vector]:
    rows: dict[str, dict[str, Any]] = {
        "short-edge": {"frontier": hashes[:-1]},
        "long-edge": {"frontier": (*hashes, bytes(32))},
        "edge-upside-down": {"frontier": hashes[::-1]},
        "another-size": {"size": 6},
        "another-root": {"root": merkle.EMPTY_ROOT},
        "another-entry": {"entries": _ENTRIES[8:9]},
        "an-entry-more": {"entries": _ENTRIES[7:9]},
        "no-entry": {"entries": []},
        "another-later-root": {"later_root": fields["root"]},
    }
    for name, change in rows.items():
        yield bad(f"growth-of-{name}", "a log of 7 with 1 more, but for this", "growth", "log", **{**fields, **change})


def _logs() -> Iterator[Vector]:
    yield from _roots()
    yield from _paths()
    yield from _growth()


group(
    "log",
    "Sections 5.2 and 9.2: the roots of a log, and what proves that an entry is in it or that it has grown.",
    _logs,
)
