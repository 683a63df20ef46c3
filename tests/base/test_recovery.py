"""The recovery key: only its holder opens a backup, and only a whole one."""

import io
import tarfile

import pytest

from mabar.base import recovery, unsealing
from mabar.base.rules import BackupNotOpened


@pytest.fixture
def pair(tmp_path):
    recovery.make(tmp_path / "private", tmp_path / "public")
    return tmp_path


def sealed(pair, plain: bytes) -> bytes:
    out = io.BytesIO()
    recovery.seal(io.BytesIO(plain), out, pair / "public")
    return out.getvalue()


def opened(pair, closed: bytes) -> bytes:
    out = io.BytesIO()
    recovery.open_sealed(io.BytesIO(closed), out, pair / "private")
    return out.getvalue()


@pytest.mark.parametrize("length", [0, 1, recovery.CHUNK - 1, recovery.CHUNK, recovery.CHUNK + 1, 3 * recovery.CHUNK])
def test_what_was_sealed_opens_again(pair, length):
    plain = bytes(range(256)) * (length // 256) + b"x" * (length % 256)
    assert opened(pair, sealed(pair, plain)) == plain


def test_a_cut_backup_does_not_open_at_a_chunks_end(pair):
    closed = sealed(pair, b"a" * (2 * recovery.CHUNK))
    cut = closed[: len(recovery.MAGIC) + 32 + recovery.CHUNK + 16]
    with pytest.raises(BackupNotOpened):
        opened(pair, cut)


def test_swapped_chunks_do_not_open(pair):
    closed = sealed(pair, b"a" * (3 * recovery.CHUNK))
    head, size = len(recovery.MAGIC) + 32, recovery.CHUNK + 16
    parts = [closed[head + n * size : head + (n + 1) * size] for n in range(3)]
    with pytest.raises(BackupNotOpened):
        opened(pair, closed[:head] + parts[1] + parts[0] + parts[2])


@pytest.mark.parametrize("position", [0, 20, 60, -1])
def test_a_flipped_bit_does_not_open(pair, position):
    closed = bytearray(sealed(pair, b"the node"))
    closed[position] ^= 1
    with pytest.raises(BackupNotOpened):
        opened(pair, bytes(closed))


def test_another_key_does_not_open(pair, tmp_path):
    closed = sealed(pair, b"the node")
    (tmp_path / "other").mkdir()
    recovery.make(tmp_path / "other" / "private", tmp_path / "other" / "public")
    with pytest.raises(BackupNotOpened):
        opened(tmp_path / "other", closed)


def test_a_recovery_key_is_never_overwritten(pair):
    with pytest.raises(FileExistsError):
        recovery.make(pair / "private", pair / "public")


def packed(name: str, kind: bytes = tarfile.REGTYPE) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for told, text in (("backup.json", b"{}"), (name, b"key")):
            member = tarfile.TarInfo(told)
            member.size, member.mode = len(text), 0o777
            if told == name:
                member.type, member.linkname = kind, "/etc/hostname"
                member.size = len(text) if kind == tarfile.REGTYPE else 0
            tar.addfile(member, io.BytesIO(text[: member.size]))
    return out.getvalue()


def unpacked(pair, plain: bytes):
    (pair / "backup").write_bytes(sealed(pair, plain))
    return unsealing.unpack(pair / "backup", pair / "private", pair / "node")


def test_what_a_backup_holds_is_its_owners_alone(pair):
    assert unpacked(pair, packed("keys/secret.key")) == {}
    file = pair / "node" / "keys" / "secret.key"
    assert file.read_bytes() == b"key"
    assert [place.stat().st_mode & 0o777 for place in (file, file.parent, pair / "node")] == [0o600, 0o700, 0o700]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../beside", tarfile.REGTYPE),
        ("/tmp/mabar-beside", tarfile.REGTYPE),
        ("keys/../../beside", tarfile.REGTYPE),
        ("link", tarfile.SYMTYPE),
        ("link", tarfile.LNKTYPE),
        ("pipe", tarfile.FIFOTYPE),
        ("backup.json", tarfile.REGTYPE),
    ],
)
def test_a_backup_that_would_write_beside_the_node_does_not_open(pair, name, kind):
    with pytest.raises(BackupNotOpened):
        unpacked(pair, packed(name, kind))
    assert not (pair / "node").exists()
    assert sorted(place.name for place in pair.iterdir()) == ["backup", "private", "public"]
