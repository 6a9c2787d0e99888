"""Draws that anyone can repeat: SHA-256 of the seed and of what is drawn.

Texts are joined as netstrings, `length in bytes : text ,`, so that no two lists of texts read the
same.  A row's digest is SHA-256 over seed, table, `key` or `place`, and the parts of its key or its
place.  Nothing depends on the engine, on the order of rows or on how they were cut into files.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

import polars as pl
import polars_hash as plh

from rules.errors import SamplingError

LONGEST_SEED: Final = 200  # characters
_BITS: Final = 256


def check_seed(seed: str) -> str:
    """The seed, if it is one.

    Raises:
        SamplingError: `sampling.bad_seed`, blank, padded or too long.
    """
    if not seed.strip() or seed != seed.strip() or len(seed) > LONGEST_SEED:
        raise SamplingError("sampling.bad_seed", most=LONGEST_SEED)
    return seed


def netstring(text: str) -> str:
    """The text with its length in bytes before it."""
    return f"{len(text.encode())}:{text},"


def digest_of(*texts: str) -> str:
    """SHA-256 of the texts as netstrings, in lowercase hex."""
    return hashlib.sha256("".join(map(netstring, texts)).encode()).hexdigest()


def netstrings(cells: Sequence[pl.Expr]) -> pl.Expr:
    """The cells of each row as netstrings; null where one of them is null."""
    parts: list[pl.Expr] = []
    for cell in cells:
        text = cell.cast(pl.String)
        parts += [text.str.len_bytes().cast(pl.String), pl.lit(":"), text, pl.lit(",")]
    return pl.concat_str(parts, ignore_nulls=False)


def sha256(column: str) -> pl.Expr:
    """SHA-256 of a column of texts, in lowercase hex."""
    digest: pl.Expr = plh.col(column).chash.sha2_256()
    return digest


def draw_below(limit: int, *texts: str) -> int:
    """A whole number from 0 to limit - 1, each as likely as any other.

    Args:
        texts: What the draw is for: the seed first.
    """
    # The last numbers, which would make the first remainders likelier, are drawn again.
    fair = (1 << _BITS) // limit * limit
    attempt = 0
    while True:
        number = int(digest_of(*texts, str(attempt)), 16)
        if number < fair:
            return number % limit
        attempt += 1
