"""The private keys with which a node speaks abroad lie in its folder, and nobody else reads them."""

from dataclasses import replace
from pathlib import Path

import pytest

from mabar.exchange import node_secrets
from mabar.exchange.ceremony_making import DescriptorWish
from mabar.exchange.protocol.descriptors import DAY_MS, Descriptor
from mabar.exchange.refusals import FileInTheWay
from mabar.exchange.suites import HpkeSealer, SignatureChecker

START_MS = 1_795_000_000_000


def wish(**changes):
    """Say what Debdeb wants in its descriptor."""
    said = {
        "node": "dz.debdeb",
        "names": ("الدبداب", "Debdeb", "Debdeb"),
        "urls": (),
        "agencies": ("customs",),
        "pins": (),
        "zone": "Africa/Algiers",
        "contact": "duty engineer",
        "valid_from_ms": START_MS,
    }
    return DescriptorWish(**said | changes)


def certified(folder: Path) -> Descriptor:
    """Make keys in a folder, and the descriptor that names them."""
    keys = node_secrets.drawn((0, 1), 13)
    node_secrets.write(folder, 1, keys)
    return wish().descriptor(keys)


def test_only_the_node_reads_its_keys(tmp_path):
    certified(tmp_path)
    folder = node_secrets.folder_of(tmp_path) / "1"
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len(list(folder.iterdir())) == 2 + 2 + 13


def test_what_the_pen_signs_is_checked_by_the_keys_of_the_descriptor(tmp_path):
    descriptor = certified(tmp_path)
    pen = node_secrets.load(tmp_path).pen(descriptor)
    checker = SignatureChecker()
    for signer, public in (
        (pen.node, descriptor.node_key),
        (pen.agencies[0], descriptor.agency_by_number[0].key),
        (pen.agencies[1], descriptor.agency_by_code["customs"].key),
        (pen.pq, descriptor.pq_key),
    ):
        assert checker.is_signed(signer.alg, public, b"said", signer.sign(b"said"))
    assert pen.descriptor == 1


def test_a_pen_has_a_second_key_only_where_the_descriptor_names_one(tmp_path):
    without = replace(certified(tmp_path), pq_key=None)
    assert node_secrets.load(tmp_path).pen(without).pq is None


def test_what_is_sealed_to_the_descriptor_opens_with_the_keys_of_its_number_and_place(tmp_path):
    descriptor = certified(tmp_path)
    opener = node_secrets.load(tmp_path).opener
    for suite, public in descriptor.sealing_keys[7].by_suite.items():
        sealed = HpkeSealer().seal(suite, public, b"plain", b"info")
        assert opener.open(suite, 7, 1, sealed, b"info") == b"plain"
        assert opener.open(suite, 8, 1, sealed, b"info") is None
        assert opener.open(suite, 7, 2, sealed, b"info") is None


def test_keys_of_other_making_sign_nothing_under_a_descriptor(tmp_path):
    certified(tmp_path)
    others = wish().descriptor(node_secrets.drawn((0, 1), 13))
    with pytest.raises(ValueError, match="not those that it names"):
        node_secrets.load(tmp_path).pen(others)


def test_a_node_never_writes_over_its_keys(tmp_path):
    certified(tmp_path)
    before = {path: path.read_bytes() for path in node_secrets.folder_of(tmp_path).rglob("*.key")}
    with pytest.raises(FileInTheWay):
        certified(tmp_path)
    assert {path: path.read_bytes() for path in node_secrets.folder_of(tmp_path).rglob("*.key")} == before


def test_what_a_cut_off_attempt_left_is_made_anew_and_never_loaded(tmp_path):
    left = node_secrets.folder_of(tmp_path) / "1.part"
    left.mkdir(parents=True)
    (left / "node.key").write_text("half")
    assert node_secrets.load(tmp_path).by_number == {}
    certified(tmp_path)
    assert list(node_secrets.load(tmp_path).by_number) == [1]
    assert not left.exists()


def test_a_node_without_a_descriptor_has_no_keys(tmp_path):
    assert node_secrets.load(tmp_path).by_number == {}


def test_keys_do_not_show_themselves_in_a_log(tmp_path):
    certified(tmp_path)
    loaded = node_secrets.load(tmp_path)
    assert loaded.by_number[1].node.hex() not in f"{loaded!r} {loaded.by_number[1]!r}"


def test_a_sealing_key_is_destroyed_45_days_after_its_use(tmp_path):
    descriptor = certified(tmp_path)
    use_to_ms = descriptor.sealing_keys[1].use_to_ms
    sealed = HpkeSealer().seal(1, descriptor.sealing_keys[1].x25519, b"plain", b"")
    stamp = node_secrets.folder_of(tmp_path).stat().st_mtime_ns
    assert node_secrets.destroy_due(tmp_path, descriptor, use_to_ms + 45 * DAY_MS) == [0]
    assert node_secrets.load(tmp_path).opener.open(1, 1, 1, sealed, b"") == b"plain"
    assert node_secrets.destroy_due(tmp_path, descriptor, use_to_ms + 45 * DAY_MS + 1) == [1]
    assert node_secrets.load(tmp_path).opener.open(1, 1, 1, sealed, b"") is None
    assert node_secrets.destroy_due(tmp_path, descriptor, use_to_ms + 45 * DAY_MS + 1) == []
    assert len(node_secrets.load(tmp_path).by_number[1].sealing) == 11
    assert node_secrets.folder_of(tmp_path).stat().st_mtime_ns > stamp


def test_an_agency_keeps_its_number_and_a_new_one_gets_the_next():
    first = wish(agencies=("customs", "police")).descriptor(node_secrets.drawn((0, 1, 2), 1))
    second = wish(agencies=("police", "health"), before=first)
    assert second.agency_numbers == {"node": 0, "police": 2, "health": 3}
    assert second.number == 2
    assert wish(agencies=("node", "customs")).agency_numbers == {"node": 0, "customs": 1}
