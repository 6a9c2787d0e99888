"""Lines on disk: kept rule by rule while judging, put into one file at the end.

Only the lines of one rule are ever in memory at once.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from rules.checks import CompiledRule
from rules.evaluation.lines import IDENTITY, VIOLATIONS, lines_of
from rules.rule import Verdict

# Fixed, so that the same lines are the same bytes whatever the machine.
ROWS_OF_A_GROUP: Final = 50_000
_PLACE: Final = ("file", "sheet", "row")


class Ledger:
    """The lines of one rule, in a folder of its own."""

    def __init__(self, compiled: CompiledRule, folder: Path, position: int) -> None:
        self._compiled = compiled
        self._chunks: list[Path] = []
        self._folder = folder
        self.path = folder / f"{position:05d}.parquet"

    def write(self, units: pl.DataFrame) -> None:
        """Keep the lines of some units; units that are met or not applicable are none."""
        if units.height == 0:
            return
        chunk = self._folder / f"{self.path.stem}-{len(self._chunks):05d}.chunk"
        lines_of(self._compiled, units).write_parquet(chunk, compression="lz4")
        self._chunks.append(chunk)

    def close(self) -> Decimal | None:
        """Give every line its key, sort and keep them; the sum of the violated amounts.

        Returns:
            None where the rule has no amount.
        """
        has_amount = self._compiled.speech.amount is not None
        if not self._chunks:
            return Decimal("0.00") if has_amount else None
        lines = pl.concat([pl.read_parquet(chunk) for chunk in self._chunks])
        lines = with_keys(lines, self._compiled)
        lines = lines.sort(*_PLACE, "unit_key", "key", nulls_last=False)
        lines.write_parquet(self.path, compression="lz4")
        for chunk in self._chunks:
            chunk.unlink()
        return _sum(lines) if has_amount else None


def gather(ledgers: Sequence[Ledger], into: Path) -> None:
    """Write the lines of all rules, in the order given, to one file with fixed settings."""
    parts = [ledger.path for ledger in ledgers if ledger.path.exists()]
    frames = [pl.scan_parquet(part) for part in parts] or [pl.LazyFrame(schema=VIOLATIONS)]
    pl.concat(frames).sink_parquet(
        into,
        compression="zstd",
        compression_level=3,
        statistics=True,
        row_group_size=ROWS_OF_A_GROUP,
        maintain_order=True,
    )


def with_keys(lines: pl.DataFrame, compiled: CompiledRule) -> pl.DataFrame:
    """Lines with `key` and `stable`, in the columns of VIOLATIONS.

    The key is the SHA-256 of the canonical JSON [rule, table, key texts].  A row without a complete
    key, and rows that share one, are named by their place instead: no two lines have one key.
    """
    rule = compiled.rule
    # Polars has no SHA-256: the one loop of the engine, over the lines to be written.
    keys = [
        None if texts is None else _json([rule.code, rule.table, texts])
        for texts in lines.get_column(IDENTITY).to_list()
    ]
    counts = Counter(key for key in keys if key is not None)
    stable = [key is not None and counts[key] == 1 for key in keys]
    named = [
        key if key is not None and own else _json([rule.code, rule.table, list(place)])
        for key, own, place in zip(keys, stable, lines.select(_PLACE).iter_rows(), strict=True)
    ]
    digests = [hashlib.sha256(name.encode()).hexdigest() for name in _told_apart(named)]
    return lines.with_columns(
        pl.Series("key", digests, dtype=pl.String), pl.Series("stable", stable, dtype=pl.Boolean)
    ).select(VIOLATIONS.names())


def _told_apart(names: list[str]) -> list[str]:
    """Number the second and further of equal names: a row of a table reconciled with itself."""
    if len(set(names)) == len(names):
        return names
    seen: Counter[str] = Counter()
    apart = []
    for name in names:
        seen[name] += 1
        apart.append(name if seen[name] == 1 else _json([name, seen[name]]))
    return apart


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _sum(lines: pl.DataFrame) -> Decimal:
    violated = lines.filter(pl.col("verdict") == Verdict.VIOLATED.value)
    # Python's whole numbers have no limit; the sum of a column of Polars would wrap silently.
    return sum(violated.get_column("amount").drop_nulls().to_list(), Decimal("0.00"))
