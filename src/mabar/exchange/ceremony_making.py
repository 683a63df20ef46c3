"""What is made to be signed: root keys and their record, a node's request, stops to keep sealed, a settle after one."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mabar.exchange import key_files, new_files, node_secrets
from mabar.exchange.ceremony import unsigned
from mabar.exchange.node_secrets import DescriptorSecrets
from mabar.exchange.protocol.cose import key_id
from mabar.exchange.protocol.descriptors import CLASSICAL, DAY_MS, HYBRID, NODE_AGENCY, Agency, Descriptor, SealingKey
from mabar.exchange.protocol.objects import CLASSES, Context, Stream
from mabar.exchange.protocol.roots import DEMONSTRATION, Root
from mabar.exchange.protocol.stops import Settle, Stop
from mabar.exchange.suites import SEED, Ed25519Signer, sealing_public

SEALING_KEYS, SEALING_DAYS = 13, 30
VALID_DAYS = 379  # a year, and a fortnight in which the next descriptor takes over
LARGEST_ENVELOPE = 12 * 1024 * 1024


@dataclass(frozen=True)
class RootWish:
    """What an administration says of its next root record."""

    administration: str
    names: tuple[str, str, str]
    threshold: int
    valid_from_ms: int
    valid_to_ms: int
    before: Root | None = None

    def record(self, publics: Sequence[bytes]) -> Root:
        """Give the record with these keys."""
        number = self.before.number + 1 if self.before else 1
        validity = (self.valid_from_ms, self.valid_to_ms)
        before = self.before.fingerprint if self.before else None
        return Root(self.administration, number, self.names, tuple(publics), self.threshold, *validity, before)


def demonstration_names(names: tuple[str, str, str]) -> tuple[str, str, str]:
    """Mark each name as being for showing only."""
    ar, fr, en = (f"{DEMONSTRATION} {name}" for name in names)
    return ar, fr, en


def require_possible(folder: Path, wish: RootWish, keys: int) -> None:
    """Refuse what could not be made, before anybody is asked for a passphrase.

    Raises:
        FileInTheWay, NotAccepted.
    """
    record = wish.record([Ed25519Signer(secrets.token_bytes(SEED)).public for _ in range(keys)])
    unsigned(record, record.context)
    for path in _paths(folder, record):
        new_files.refuse_taken(path)


def _paths(folder: Path, record: Root) -> list[Path]:
    name = f"{record.administration}-root-{record.number}"
    keys = [folder / f"{name}-key-{place}.pem" for place in range(1, len(record.keys) + 1)]
    return [folder / f"{name}.signing", *keys]


def make_root(folder: Path, wish: RootWish, passphrases: Sequence[str]) -> list[Path]:
    """Make a root key for each passphrase, each in a file of its own, and the unsigned record; give their paths.

    Raises:
        FileInTheWay, PassphraseTooShort, NotAccepted: nothing was made.
    """
    seeds = [secrets.token_bytes(SEED) for _ in passphrases]
    record = wish.record([Ed25519Signer(seed).public for seed in seeds])
    signing = unsigned(record, record.context)
    paths = _paths(folder, record)
    locked = [key_files.locked(seed, passphrase) for seed, passphrase in zip(seeds, passphrases, strict=True)]
    new_files.write_all(dict(zip(paths, [signing.encoded(), *locked], strict=True)))
    return paths


@dataclass(frozen=True)
class DescriptorWish:
    """What a node says of its next descriptor; `before` is the one that it follows."""

    node: str
    names: tuple[str, str, str]
    urls: tuple[str, ...]
    agencies: tuple[str, ...]
    pins: tuple[bytes, ...]
    zone: str
    contact: str
    valid_from_ms: int
    valid_days: int = VALID_DAYS
    before: Descriptor | None = None

    @property
    def number(self) -> int:
        """The number of the descriptor."""
        return self.before.number + 1 if self.before else 1

    @property
    def agency_numbers(self) -> dict[str, int]:
        """The number of each agency: the one that it had, or the next that is free; the node itself is 0."""
        had = {each.code: each.number for each in self.before.agencies} if self.before else {}
        numbered, free = {NODE_AGENCY: 0}, max(had.values(), default=0) + 1
        for code in self.agencies:
            if code not in numbered:
                numbered[code] = had.get(code, free)
                free += numbered[code] == free
        return numbered

    def descriptor(self, keys: DescriptorSecrets) -> Descriptor:
        """Give the descriptor with the public halves of these keys."""
        return Descriptor(
            self.node,
            self.number,
            self.names,
            self.urls,
            (CLASSICAL, HYBRID),
            keys.node_signer.public,
            tuple(Agency(n, code, keys.agency_signers[n].public) for code, n in self.agency_numbers.items()),
            tuple(_sealing_keys(keys, self.valid_from_ms)),
            self.pins,
            self.zone,
            self.valid_from_ms,
            self.valid_from_ms + self.valid_days * DAY_MS,
            LARGEST_ENVELOPE,
            tuple(CLASSES),
            self.before.digest if self.before else None,
            keys.pq_signer.public,
            self.contact,
        )


def _sealing_keys(keys: DescriptorSecrets, valid_from_ms: int) -> Iterator[SealingKey]:
    for number, pair in keys.sealing.items():
        # the first is in use a day early, since the clock of a sender may be slow
        use_from_ms = valid_from_ms + (number * SEALING_DAYS - 1) * DAY_MS
        hybrid = sealing_public(HYBRID, pair.hybrid) if pair.hybrid else None
        classical = sealing_public(CLASSICAL, pair.classical)
        yield SealingKey(use_from_ms, use_from_ms + SEALING_DAYS * DAY_MS, classical, hybrid)


def request_descriptor(node_folder: Path, wish: DescriptorWish, target: Path, *, root_number: int) -> Descriptor:
    """Make the keys of a node's next descriptor in its folder, and the descriptor at `target`, to be signed.

    Raises:
        FileInTheWay, NotAccepted: nothing was made.
    """
    new_files.refuse_taken(target)
    keys = node_secrets.drawn(wish.agency_numbers.values(), SEALING_KEYS)
    descriptor = wish.descriptor(keys)
    signing = unsigned(descriptor, descriptor.context(root_number))
    node_secrets.write(node_folder, descriptor.number, keys)
    try:
        new_files.write_all({target: signing.encoded()})
    except BaseException:
        node_secrets.discard(node_folder, descriptor.number)
        raise
    return descriptor


def write_stops(folder: Path, descriptor: Descriptor, *, root_number: int) -> list[Path]:
    """Write the unsigned stop of each signing key of a descriptor, each to a file of its own; give their paths.

    Raises:
        FileInTheWay, NotAccepted: nothing was written.
    """
    keys = {"node": descriptor.node_key} | {f"agency-{each.number}": each.key for each in descriptor.agencies}
    context = descriptor.context(root_number)
    files = {
        folder / f"stop-{descriptor.node}-{descriptor.number}-{name}.signing": unsigned(
            Stop(descriptor.administration, key_id(key), root_number), context
        ).encoded()
        for name, key in keys.items()
    }
    new_files.write_all(files)
    return list(files)


def write_settle(target: Path, stop: Stop, ends: Sequence[tuple[Stream, int]], *, root_number: int) -> None:
    """Write the unsigned settle of a stopped key: the last seq of each stream that its owner vouches for.

    Raises:
        FileInTheWay, NotAccepted: nothing was written.
    """
    settle = Settle(stop.administration, stop.key_id, tuple(ends))
    signing = unsigned(settle, Context(sender=stop.administration, descriptor=root_number))
    new_files.write_all({target: signing.encoded()})
