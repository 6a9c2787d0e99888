"""Which bucket a row belongs to: the same on every machine."""

from typing import Final

import polars as pl
import polars_hash as plh

from rules.formula import Value
from rules.formula.writing import text_of

BUCKET: Final = "__bucket"  # UInt64
_JOINT: Final = "\x1f"


def bucketed(frame: pl.LazyFrame, key: tuple[Value, ...], count: int) -> pl.LazyFrame:
    """The frame with BUCKET: one of so many, the same for all rows of one key.

    The hash of Polars itself is made for one process: machines of two makes need not agree on it,
    and a key in two buckets would be judged wrong without a sign.  XXH64 is a published function
    of bytes, and equal values of one type are equal texts.  Rows without a key meet as well.
    """
    texts = [text_of(value).fill_null("") for value in key]
    named = frame.with_columns(pl.concat_str(texts, separator=_JOINT).alias(BUCKET))
    return named.with_columns((plh.col(BUCKET).nchash.xxhash64() % count).alias(BUCKET))
