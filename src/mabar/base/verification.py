"""Checking the journal against itself, its signed heads, and heads kept elsewhere."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings

from mabar.base import node_keys
from mabar.base.journal import digest
from mabar.base.models import JournalHead, JournalLine, JournalPending, JournalSeal
from mabar.base.sealer import head_bytes, leaf_bytes
from mabar.lib import merkle


@dataclass
class Outcome:
    """What the verification saw: how many lines, how many erased, and every fault as (position, what)."""

    size: int = 0
    root: str = ""
    erased: int = 0
    unsealed: int = 0
    heads: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing is broken; an erased line is not a fault."""
        return not self.faults


def verify(against: Path | None = None) -> Outcome:
    """Recompute every leaf, every root and every signature, and compare them with `against`, a file of heads.

    The heads are read first and the log is walked once, so that lines sealed meanwhile are simply not looked at.
    """
    told = _heads_told(against)
    outcome = Outcome(unsealed=JournalPending.objects.count())
    frontier = merkle.Frontier()
    for position, line, leaf in _sealed():
        _check_line(outcome, position, line, leaf)
        frontier, _ = frontier.append(merkle.leaf_hash(leaf_bytes(position, line)))
        for root in told.pop(frontier.size, ()):
            outcome.heads += 1
            if root != frontier.root().hex():
                outcome.faults.append((frontier.size, "head differs from the lines"))
    outcome.size, outcome.root = frontier.size, frontier.root().hex()
    outcome.faults += [(size, "head of lines that are not there") for size in told]
    return outcome


def _sealed() -> Iterator[tuple[int, JournalLine, str]]:
    seals = JournalSeal.objects.select_related("line", "line__facts", "line__erasure").order_by("position")
    for seal in seals.iterator(chunk_size=2000):
        yield seal.position, seal.line, seal.leaf


def _check_line(outcome: Outcome, position: int, line: JournalLine, leaf: str) -> None:
    expected = outcome.size
    if position != expected:
        outcome.faults.append((position, f"position {expected} is missing"))
    outcome.size = position + 1
    if merkle.leaf_hash(leaf_bytes(position, line)).hex() != leaf:
        outcome.faults.append((position, "line differs from its seal"))
    facts = getattr(line, "facts", None)
    if facts is None:
        if getattr(line, "erasure", None) is None:
            outcome.faults.append((position, "facts are gone without an erasure"))
        outcome.erased += 1
    elif digest(facts.salt, facts.body) != line.digest:
        outcome.faults.append((position, "facts differ from their digest"))


def _heads_told(against: Path | None) -> dict[int, list[str]]:
    public = node_keys.signing_key(settings.NODE.folder).private.public_key()
    told: dict[int, list[str]] = {}
    rows = [(h.size, h.root, h.signed_at, h.signature) for h in JournalHead.objects.order_by("size")]
    rows += _outside(against) if against else []
    for size, root, at, signature in rows:
        is_ours = node_keys.is_signed(head_bytes(size, root, at), signature, public)
        told.setdefault(size, []).append(root if is_ours else "not signed by this node")
    return told


def _outside(file: Path) -> list[tuple[int, str, datetime, str]]:
    rows = []
    for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            size, root, at, _, signature = json.loads(text)
            rows.append((int(size), str(root), datetime.fromisoformat(at), str(signature)))
        except (ValueError, TypeError) as fault:
            raise ValueError(f"{file.name}, line {number}: this is not a head of a journal") from fault
    return rows
