"""Lines chosen for a finding: counted, summed, and named by one digest."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from evidence.storage import Storage
from inspection.violations.caching import selected
from inspection.violations.filter import ViolationFilter

# A line without a place of its own (a whole table) is its own fact.
_FACT: Final = pl.coalesce(
    pl.concat_str(
        pl.col("file"), pl.col("sheet").fill_null(""), pl.col("row").cast(pl.String), separator="|"
    ),
    pl.col("key"),
).alias("fact")


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionSource:
    """What selects lines: a stored run, conditions, and keys left out by hand."""

    violations_sha256: str
    filter: ViolationFilter
    excluded_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a finding freezes.

    Attributes:
        keys_sha256: SHA-256 over the sorted stable keys, one per line.
    """

    count: int
    amount: Decimal | None
    keys_sha256: str


def select_lines(
    storage: Storage,
    cache: Path,
    *,
    violations_sha256: str,
    filter: ViolationFilter,  # noqa: A002 - the word of the domain and of the table
    excluded_keys: Sequence[str],
) -> Selection:
    """Freeze a selection: count, amount and the digest of the keys."""
    lines = (
        selected(storage, cache, violations_sha256, filter, excluded_keys)
        .select("key", "amount")
        .collect()
    )
    keys = "\n".join(sorted(lines["key"].to_list()))
    amounts: list[Decimal] = lines["amount"].drop_nulls().to_list()
    return Selection(
        count=lines.height,
        amount=sum(amounts, start=Decimal(0)) if amounts else None,
        keys_sha256=hashlib.sha256(keys.encode()).hexdigest(),
    )


def count_shared(
    storage: Storage, cache: Path, one: SelectionSource, other: SelectionSource
) -> int:
    """How many facts two selections have in common: the same row of the same file, by any rule."""
    facts = [
        selected(storage, cache, each.violations_sha256, each.filter, each.excluded_keys).select(
            _FACT
        )
        for each in (one, other)
    ]
    return int(facts[0].join(facts[1], on="fact", how="semi").select(pl.len()).collect().item())
