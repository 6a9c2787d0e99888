"""How alike two texts are: folded, and compared letter by letter in exact whole numbers.

Similarity is told in basis points of the longest way two texts can lie apart, rounded down:
10,000 is equal, and the threshold is held exactly, never through a float.
Source: V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions, and
reversals" (1966).
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

import polars as pl
from rapidfuzz.distance import Indel, Levenshtein

from rules.formula import Value
from rules.formula.functions import FUNCTIONS
from rules.formula.values import TEXT

WHOLE: Final = 10_000  # basis points
PAIRS: Final = pl.Schema(
    {
        "left": pl.UInt32(),  # the lesser node
        "right": pl.UInt32(),
        "distance": pl.Int64(),
        "similarity": pl.Int64(),  # basis points, rounded down
    }
)


class Distance(StrEnum):
    """What counts as one step between two texts."""

    LEVENSHTEIN = "levenshtein"  # insert, delete or replace a letter
    INDEL = "indel"  # insert or delete a letter; to replace one takes two steps


_STEPS: Final[dict[Distance, Callable[..., int]]] = {
    Distance.LEVENSHTEIN: Levenshtein.distance,
    Distance.INDEL: Indel.distance,
}


def folded(text: pl.Expr) -> pl.Expr:
    """A text without case, marks and punctuation: `Cty. Đào  Tấn` is `cty dao tan`.

    As `FOLD` of the formulas, and whatever is neither letter nor digit is one blank.
    """
    plain = FUNCTIONS["FOLD"].build(Value(text, TEXT)).expr
    return plain.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars(" ")


def alike(
    nodes: Sequence[int], texts: Sequence[str], *, distance: Distance, least: int
) -> list[tuple[int, int, int, int]]:
    """The pairs of different texts that are alike enough.

    Args:
        nodes: A number for each text.
        texts: Different texts, none empty.
        distance: How steps are counted.
        least: The least similarity, in basis points.

    Returns:
        The columns of PAIRS, one line for each pair, in no order.
    """
    steps = _STEPS[distance]
    # By length: once a text is too long to be alike, so are all that follow.
    line = sorted(zip(map(len, texts), nodes, texts, strict=True))
    pairs = []
    for at, (short, left, text) in enumerate(line):
        for long, right, other in line[at + 1 :]:
            farthest = long if distance is Distance.LEVENSHTEIN else short + long
            # 10000 · (farthest - steps) >= least · farthest, solved for whole steps.
            most = farthest * (WHOLE - least) // WHOLE
            if long - short > most:
                break
            taken = steps(text, other, score_cutoff=most)
            if taken <= most:
                share = WHOLE * (farthest - taken) // farthest
                pairs.append((min(left, right), max(left, right), taken, share))
    return pairs


def families(pairs: Sequence[tuple[int, int, int, int]], count: int) -> list[int]:
    """Of each of `count` nodes the least one it is joined with through pairs, itself at least."""
    first = list(range(count))

    def root(node: int) -> int:
        while first[node] != node:
            first[node] = first[first[node]]
            node = first[node]
        return node

    for left, right, *_ in pairs:
        one, two = sorted((root(left), root(right)))
        first[two] = one
    return [root(node) for node in range(count)]
