"""Hashes and proofs of an append-only Merkle tree; no storage, no signature.

Source: RFC 6962 section 2.1 (hashes and proofs), RFC 9162 section 2.1 (how proofs are checked).
"""

import hashlib
from collections.abc import Sequence
from typing import Final, NamedTuple

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
# Leaves and nodes hash under different first bytes, so that neither can pass for the other.
_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


class Place(NamedTuple):
    """A complete subtree, over `1 << level` leaves from the one at `position << level`."""

    level: int
    position: int


class Range(NamedTuple):
    """Leaves from `begin` up to, and without, `end`."""

    begin: int
    end: int


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf (RFC 6962, 2.1)."""
    return hashlib.sha256(_LEAF + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side (RFC 6962, 2.1)."""
    return hashlib.sha256(_NODE + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over subtrees side by side, the largest first; over none, that of an empty tree."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def places_of(leaves: Range) -> tuple[Place, ...]:
    """The complete subtrees that make up a range, from the left; there are at most 64.

    A range of these proofs begins at a multiple of the power of two that covers it, so the
    subtrees become smaller and smaller, and `fold` gives their root.
    """
    places, begin = [], leaves.begin
    while begin < leaves.end:
        level = (leaves.end - begin).bit_length() - 1
        places.append(Place(level, begin >> level))
        begin += 1 << level
    return tuple(places)


def inclusion_ranges(index: int, size: int) -> tuple[Range, ...]:
    """The ranges whose roots prove that a leaf is in a tree, from the leaf upwards (2.1.1)."""
    ranges, begin, end = [], 0, size
    while end - begin > 1:
        split = _split(begin, end)
        if index < split:
            ranges.append(Range(split, end))
            end = split
        else:
            ranges.append(Range(begin, split))
            begin = split
    return tuple(reversed(ranges))


def consistency_ranges(old: int, new: int) -> tuple[Range, ...]:
    """The ranges whose roots prove that one tree begins with another (RFC 6962, 2.1.2)."""
    if old in {0, new}:
        return ()
    ranges, begin, end = [], 0, new
    while end != old:
        split = _split(begin, end)
        if old <= split:
            ranges.append(Range(split, end))
            end = split
        else:
            ranges.append(Range(begin, split))
            begin = split
    if begin > 0:  # otherwise this root is the old tree's own, which the reader has
        ranges.append(Range(begin, end))
    return tuple(reversed(ranges))


def proves_inclusion(
    leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether a proof shows that a leaf lies at `index` of the tree (RFC 9162, 2.1.3.2)."""
    # 1. The index is one of this tree, and everything is a hash.
    if not 0 <= index < size or not _all_hashes((leaf, root, *proof)):
        return False
    # 2. Climb, taking a hash from the left where the way up comes from the right.
    way, last, climbed = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if way & 1 or way == last:
            climbed = node_hash(one, climbed)
            way, last = _skip(way, last)
        else:
            climbed = node_hash(climbed, one)
        way, last = way >> 1, last >> 1
    # 3. The climb ends at the root, and not below it.
    return last == 0 and climbed == root


def proves_consistency(
    *, old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Whether a proof shows that the new tree begins with the old one (RFC 9162, 2.1.4.2).

    An empty tree is the beginning of every tree, and a tree its own: both need no hash at all.
    """
    # 1. The sizes are in order, everything is a hash, and what needs no proof has none.
    if not 0 <= old <= new or not _all_hashes((old_root, new_root, *proof)):
        return False
    if old in {0, new}:
        return not proof and old_root == (new_root if old else EMPTY_ROOT)
    # 2. Where the old tree is one complete subtree, the proof leaves its root out.
    rest = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if len(rest) < 1 or not proof:
        return False
    # 3. Begin at the last subtree the two trees have in common.
    way, last = old - 1, new - 1
    while way & 1:
        way, last = way >> 1, last >> 1
    old_climbed = new_climbed = rest[0]
    # 4. Climb in both trees at once; what stands to the right is in the new one only.
    for one in rest[1:]:
        if last == 0:
            return False
        if way & 1 or way == last:
            old_climbed, new_climbed = node_hash(one, old_climbed), node_hash(one, new_climbed)
            way, last = _skip(way, last)
        else:
            new_climbed = node_hash(new_climbed, one)
        way, last = way >> 1, last >> 1
    # 5. Both climbs end at their roots, and not below.
    return last == 0 and old_climbed == old_root and new_climbed == new_root


def _split(begin: int, end: int) -> int:
    """Where a range of more than one leaf parts: the largest power of two below its length."""
    return begin + (1 << ((end - begin - 1).bit_length() - 1))


def _skip(way: int, last: int) -> tuple[int, int]:
    """Pass the levels at which the right edge of the tree has no sibling."""
    while way and not way & 1:
        way, last = way >> 1, last >> 1
    return way, last


def _all_hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
