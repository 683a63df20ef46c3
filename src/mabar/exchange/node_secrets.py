"""The private keys with which a node speaks abroad: <node folder>/keys/exchange/<descriptor number>/.

A folder holds the keys of one descriptor, each a file of its own with 32 bytes in hexadecimal, readable by the node
alone: `node.key`, `agency-<number>.key`, `pq.key`, and `sealing-<number>.key` with two lines, the second for suite 2.
"""

import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mabar.exchange import new_files
from mabar.exchange.protocol.descriptors import DAY_MS, Descriptor
from mabar.exchange.protocol.pens import Pen
from mabar.exchange.suites import SEED, Ed25519Signer, HpkeOpener, MLDSA44Signer, SealingPair

KEPT_AFTER_USE_MS = 45 * DAY_MS  # docs/wire/mx1.md, 4.2
NODE, PQ, AGENCY, SEALING = "node", "pq", "agency-", "sealing-"


@dataclass(frozen=True, repr=False)
class DescriptorSecrets:
    """The private keys of one descriptor, 32 bytes each."""

    node: bytes
    pq: bytes
    agencies: Mapping[int, bytes]
    sealing: Mapping[int, SealingPair]

    @cached_property
    def node_signer(self) -> Ed25519Signer:
        """Signs heads, receipts, headers, refusals and greetings."""
        return Ed25519Signer(self.node)

    @cached_property
    def pq_signer(self) -> MLDSA44Signer:
        """Signs heads and receipts a second time."""
        return MLDSA44Signer(self.pq)

    @cached_property
    def agency_signers(self) -> Mapping[int, Ed25519Signer]:
        """Sign statements, each those of its agency."""
        return {number: Ed25519Signer(seed) for number, seed in self.agencies.items()}


@dataclass(frozen=True, repr=False)
class NodeSecrets:
    """The private keys of a node, by the number of the descriptor."""

    by_number: Mapping[int, DescriptorSecrets]

    def pen(self, descriptor: Descriptor) -> Pen:
        """Give the keys by which the node signs under a descriptor.

        Raises:
            KeyError: the node has no keys of this descriptor.
            ValueError: it has others, so that nobody would believe what they sign.
        """
        keys = self.by_number[descriptor.number]
        if keys.node_signer.public != descriptor.node_key:
            raise ValueError(f"the keys of descriptor {descriptor.number} are not those that it names")
        pq = keys.pq_signer if descriptor.pq_key is not None else None
        return Pen(descriptor.number, keys.node_signer, keys.agency_signers, pq)

    @cached_property
    def opener(self) -> HpkeOpener:
        """Opens what is sealed to any descriptor of the node."""
        pairs = {
            (number, place): pair for number, keys in self.by_number.items() for place, pair in keys.sealing.items()
        }
        return HpkeOpener(pairs)


def drawn(agencies: Iterable[int], sealing: int) -> DescriptorSecrets:
    """Draw new keys for these agencies and so many sealing keys."""
    pairs = {number: SealingPair(_seed(), _seed()) for number in range(sealing)}
    return DescriptorSecrets(_seed(), _seed(), {number: _seed() for number in agencies}, pairs)


def _seed() -> bytes:
    return secrets.token_bytes(SEED)


def folder_of(node_folder: Path) -> Path:
    """Give where a node keeps these keys; the folder's time changes with each change of them."""
    return node_folder / "keys" / "exchange"


def write(node_folder: Path, number: int, keys: DescriptorSecrets) -> None:
    """Write the keys of a descriptor, all or none.

    Raises:
        FileInTheWay: the node has keys of this descriptor.
    """
    folder = folder_of(node_folder) / str(number)
    new_files.refuse_taken(folder)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = folder.with_name(folder.name + new_files.ASIDE)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    new_files.write_all({aside / f"{name}.key": _lines(seeds) for name, seeds in _named(keys).items()})
    aside.rename(folder)
    new_files.sync_folder(folder.parent)


def discard(node_folder: Path, number: int) -> None:
    """Remove the keys of a descriptor that nobody has been asked to sign."""
    shutil.rmtree(folder_of(node_folder) / str(number))


def _named(keys: DescriptorSecrets) -> dict[str, list[bytes]]:
    agencies = {f"{AGENCY}{number}": [seed] for number, seed in keys.agencies.items()}
    sealing = {
        f"{SEALING}{number}": [pair.classical, *([pair.hybrid] if pair.hybrid else [])]
        for number, pair in keys.sealing.items()
    }
    return {NODE: [keys.node], PQ: [keys.pq], **agencies, **sealing}


def _lines(seeds: list[bytes]) -> bytes:
    return "".join(f"{seed.hex()}\n" for seed in seeds).encode("ascii")


def load(node_folder: Path) -> NodeSecrets:
    """Read the keys of every descriptor; there may be none, and sealing keys that were destroyed are not there.

    Raises:
        OSError, ValueError: a file is missing, or holds something else.
    """
    folder = folder_of(node_folder)
    found = [each for each in folder.iterdir() if each.name.isdecimal()] if folder.is_dir() else []
    return NodeSecrets({int(each.name): _load(each) for each in sorted(found)})


def _load(folder: Path) -> DescriptorSecrets:
    agencies = {place: _seeds(path)[0] for place, path in _numbered(folder, AGENCY).items()}
    sealing = {place: SealingPair(*_seeds(path)) for place, path in _numbered(folder, SEALING).items()}
    return DescriptorSecrets(_seeds(folder / f"{NODE}.key")[0], _seeds(folder / f"{PQ}.key")[0], agencies, sealing)


def _numbered(folder: Path, start: str) -> dict[int, Path]:
    return {int(path.stem.removeprefix(start)): path for path in folder.glob(f"{start}*.key")}


def _seeds(path: Path) -> list[bytes]:
    return [bytes.fromhex(line) for line in path.read_text(encoding="ascii").split()]


def destroy_due(node_folder: Path, descriptor: Descriptor, at_ms: int) -> list[int]:
    """Destroy the sealing keys of a descriptor whose use ended 45 days ago; return their numbers."""
    folder = folder_of(node_folder) / str(descriptor.number)
    due = [
        (number, path)
        for number, path in sorted(_numbered(folder, SEALING).items())
        if descriptor.sealing_keys[number].use_to_ms + KEPT_AFTER_USE_MS < at_ms
    ]
    for _, path in due:
        os.unlink(path)
    if due:
        new_files.sync_folder(folder)
        os.utime(folder.parent)
    return [number for number, _ in due]
