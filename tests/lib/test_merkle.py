"""The log proves what it holds and that it only grew."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mabar.lib import merkle

# Source: the known answers that implementations of Certificate Transparency share (RFC 6962): eight entries and the
# head of the log after each.
ENTRIES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
HEADS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def grown(entries):
    """Append all entries; give the frontier, the heads after each, and the kept nodes."""
    frontier, heads, kept = merkle.Frontier(), [merkle.EMPTY_ROOT], {}
    for entry in entries:
        frontier, completed = frontier.append(merkle.leaf_hash(entry))
        heads.append(frontier.root())
        kept.update({(node.level, node.index): node.hash for node in completed})
    return frontier, heads, kept


def defined_head(entries):
    """The definition of RFC 9162, 2.1.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + defined_head(entries[:k]) + defined_head(entries[k:])).digest()


def test_the_heads_are_the_known_answers():
    _, heads, _ = grown(ENTRIES)
    assert [head.hex() for head in heads] == HEADS


def test_a_known_proof():
    _, _, kept = grown(ENTRIES)
    # Source: RFC 9162, 2.1.5: in a tree of seven leaves, the proof of d0 is [b, h, l], of d6 [i, k].
    tree_of_seven = lambda level, index: kept[level, index]  # noqa: E731
    b, h = kept[0, 1], kept[1, 1]
    level_two_right = merkle.node_hash(kept[1, 2], kept[0, 6])
    assert merkle.inclusion_proof(0, 7, tree_of_seven) == [b, h, level_two_right]
    assert merkle.inclusion_proof(6, 7, tree_of_seven) == [kept[1, 2], kept[2, 0]]
    # the proofs between 3 and 7, 4 and 7, 6 and 7 of the same section: [c, d, g, l], [l], [i, j, k]
    assert merkle.consistency_proof(3, 7, tree_of_seven) == [kept[0, 2], kept[0, 3], kept[1, 0], level_two_right]
    assert merkle.consistency_proof(4, 7, tree_of_seven) == [level_two_right]
    assert merkle.consistency_proof(6, 7, tree_of_seven) == [kept[1, 2], kept[0, 6], kept[2, 0]]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.binary(max_size=4), max_size=70))
def test_appending_one_by_one_gives_the_head_of_the_definition(entries):
    frontier, heads, kept = grown(entries)
    assert heads[-1] == defined_head(entries)
    assert merkle.frontier_at(len(entries), lambda level, index: kept[level, index]) == frontier
    assert len(kept) <= 2 * len(entries)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 70), st.data())
def test_every_entry_proves_that_it_is_in(size, data):
    entries = [bytes([n]) for n in range(size)]
    _, heads, kept = grown(entries)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, lambda level, place: kept[level, place])
    assert len(proof) <= size.bit_length()
    leaf = merkle.leaf_hash(entries[index])
    assert merkle.is_included(leaf, index, size=size, root=heads[size], proof=proof)
    assert merkle.is_included(leaf, other, size=size, root=heads[size], proof=proof) is (other == index)
    assert not merkle.is_included(merkle.leaf_hash(b"x"), index, size=size, root=heads[size], proof=proof)
    assert not merkle.is_included(leaf, index, size=size, root=heads[size], proof=[*proof, leaf])
    if proof:
        assert not merkle.is_included(leaf, index, size=size, root=heads[size], proof=proof[:-1])


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 70), st.data())
def test_every_head_proves_that_it_continues_the_earlier_ones(size, data):
    _, heads, kept = grown([bytes([n]) for n in range(size)])
    first = data.draw(st.integers(1, size))
    proof = merkle.consistency_proof(first, size, lambda level, place: kept[level, place])
    assert merkle.is_consistent(first, heads[first], size, heads[size], proof)
    assert not merkle.is_consistent(first, merkle.leaf_hash(b"x"), size, heads[size], proof)
    assert not merkle.is_consistent(first, heads[first], size, merkle.leaf_hash(b"x"), proof)
    assert not merkle.is_consistent(first, heads[first], size, heads[size], [*proof, heads[1]])
    if proof:
        assert not merkle.is_consistent(first, heads[first], size, heads[size], proof[:-1])
        changed = [*proof[:-1], merkle.leaf_hash(proof[-1])]
        assert not merkle.is_consistent(first, heads[first], size, heads[size], changed)


def test_every_log_continues_the_empty_one():
    assert merkle.Frontier().root() == merkle.EMPTY_ROOT == bytes.fromhex(HEADS[0])
    assert merkle.is_consistent(0, merkle.EMPTY_ROOT, 3, bytes(32), [])
    assert not merkle.is_consistent(0, bytes(32), 3, bytes(32), [])
    assert not merkle.is_consistent(0, merkle.EMPTY_ROOT, 3, bytes(32), [bytes(32)])
    assert not merkle.is_consistent(5, bytes(32), 3, bytes(32), [bytes(32)])


def test_what_is_not_in_the_log_has_no_proof():
    with pytest.raises(ValueError, match="outside"):
        merkle.inclusion_proof(3, 3, lambda level, index: b"")
    for first, second in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match="beginning"):
            merkle.consistency_proof(first, second, lambda level, index: b"")
    assert not merkle.is_included(b"", 3, size=3, root=b"", proof=[])


def test_a_frontier_that_does_not_fit_its_size_is_a_fault():
    with pytest.raises(ValueError, match="one hash"):
        merkle.Frontier(3, (bytes(32),))
