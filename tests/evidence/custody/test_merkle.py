import json
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.custody.merkle import (
    EMPTY_ROOT,
    Range,
    consistency_ranges,
    fold,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    places_of,
    proves_consistency,
    proves_inclusion,
)

LARGEST = 64
LEAVES = [leaf_hash(str(number).encode()) for number in range(LARGEST)]


def naive_root(leaves):
    """RFC 6962, 2.1, word by word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def naive_path(m, leaves):
    """RFC 6962, 2.1.1, word by word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(m, leaves, *, known):
    """RFC 6962, 2.1.2, word by word."""
    if m == len(leaves):
        return [] if known else [naive_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_subproof(m, leaves[:k], known=known), naive_root(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], known=False), naive_root(leaves[:k])]


def root_of(leaves: Range) -> bytes:
    """The root of a range by the product's way: complete subtrees, folded."""
    return fold(
        [
            naive_root(LEAVES[place.position << place.level : (place.position + 1) << place.level])
            for place in places_of(leaves)
        ]
    )


def as_bytes(values):
    return [b64decode(value) for value in values or ()]


def test_the_published_hashes_are_ours(acceptance):
    vectors = json.loads((acceptance / "proofs" / "rfc6962.json").read_text())["vectors"]
    found = []
    for vector in vectors:
        if vector["what"] == "empty_root":
            found.append(EMPTY_ROOT.hex())
        elif vector["what"] == "leaf":
            found.append(leaf_hash(vector["data_utf8"].encode()).hex())
        else:
            left, right = vector["left_utf8"].encode(), vector["right_utf8"].encode()
            found.append(node_hash(left, right).hex())

    assert len(vectors) == 4
    assert found == [vector["hex"] for vector in vectors]


def test_the_published_probes_are_judged_as_published(acceptance):
    files = sorted((acceptance / "proofs" / "inclusion").rglob("*.json"))
    wrong = []
    for file in files:
        probe = json.loads(file.read_text())
        held = proves_inclusion(
            b64decode(probe["leafHash"] or ""),
            index=probe["leafIdx"],
            size=probe["treeSize"],
            proof=as_bytes(probe["proof"]),
            root=b64decode(probe["root"] or ""),
        )
        if held == probe["wantErr"]:
            wrong.append(file.name)

    assert len(files) == 98
    assert wrong == []


def test_every_root_and_inclusion_proof_to_64_is_that_of_a_naive_tree():
    for size in range(LARGEST + 1):
        root = naive_root(LEAVES[:size])
        assert root_of(Range(0, size)) == root
        for index in range(size):
            proof = [root_of(one) for one in inclusion_ranges(index, size)]
            assert proof == naive_path(index, LEAVES[:size])
            assert proves_inclusion(LEAVES[index], index=index, size=size, proof=proof, root=root)


def test_every_consistency_proof_to_64_is_that_of_a_naive_tree():
    for new in range(LARGEST + 1):
        for old in range(new + 1):
            proof = [root_of(one) for one in consistency_ranges(old, new)]
            expected = naive_subproof(old, LEAVES[:new], known=True) if old else []
            assert proof == expected, (old, new)
            assert proves_consistency(
                old=old,
                new=new,
                proof=proof,
                old_root=naive_root(LEAVES[:old]),
                new_root=naive_root(LEAVES[:new]),
            ), (old, new)


def test_a_proof_between_other_sizes_does_not_hold():
    size = 20
    for new in range(1, size):
        for old in range(1, new):
            proof = [root_of(one) for one in consistency_ranges(old, new)]
            roots = {"old_root": naive_root(LEAVES[:old]), "new_root": naive_root(LEAVES[:new])}
            for other in range(size):
                if other == old:
                    continue
                assert not proves_consistency(old=other, new=new, proof=proof, **roots)


@given(st.data())
def test_nothing_altered_proves_inclusion(data):
    size = data.draw(st.integers(2, LARGEST))
    index = data.draw(st.integers(0, size - 1))
    proof = [root_of(one) for one in inclusion_ranges(index, size)]
    root = naive_root(LEAVES[:size])
    which = data.draw(st.integers(0, len(proof) - 1))
    flipped = bytearray(proof[which])
    flipped[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
    altered = data.draw(
        st.sampled_from(
            [
                [*proof[:which], bytes(flipped), *proof[which + 1 :]],
                proof[:which] + proof[which + 1 :],
                [*proof, proof[which]],
                [proof[which], *proof],
                proof[:-1],
                [one[:-1] for one in proof],
            ]
        )
    )

    assert not proves_inclusion(LEAVES[index], index=index, size=size, proof=altered, root=root)


@given(
    st.binary(max_size=33),
    st.integers(-(2**64), 2**64),
    st.integers(-(2**64), 2**64),
    st.lists(st.binary(min_size=31, max_size=33), max_size=70),
    st.binary(max_size=33),
)
def test_garbage_is_answered_and_never_raises(leaf, index, size, proof, root):
    assert not proves_inclusion(leaf, index=index, size=size, proof=proof, root=root)
    held = proves_consistency(old=index, new=size, proof=proof, old_root=leaf, new_root=root)
    assert held == (index == size >= 0 and leaf == root and len(root) == 32 and not proof)


@pytest.mark.parametrize("size", [1, 2, 3, 64, 2**40 + 1])
def test_a_proof_is_as_long_as_the_tree_is_high(size):
    longest = (size - 1).bit_length()

    assert len(inclusion_ranges(0, size)) == longest
    assert all(len(places_of(one)) <= longest for one in inclusion_ranges(0, size))
