"""The product under a limit of memory half the size of the table in memory."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from tests.bench.checks import SUITES
from tests.bench.ledger import PART_ROWS, make
from tests.bench.limiting import limited
from tests.bench.running import Setup, measure

MIB = 1 << 20
HEAD = (
    "| Checks | Limit, MiB | Budget, MiB | Wall, s | Peak of the process, MiB "
    "| Peak of the group, MiB | Counts |\n|---|---|---|---|---|---|---|"
)
# What set checks may spend of the limit: the rest is the libraries, the reader and its buffers.
BUDGET_SHARE = 4


def size_of(home: Path) -> int:
    """Bytes of the ledger in memory, summed up part by part."""
    ledger = pl.scan_parquet(home / "ledger.parquet")
    rows = ledger.select(pl.len()).collect().item()
    parts = (ledger.slice(start, PART_ROWS).collect() for start in range(0, rows, PART_ROWS))
    return sum(part.estimated_size() for part in parts)


def table(
    rows: int, *, data: Path, seconds: float, budget_bytes: int | None = None
) -> Iterator[str]:
    """Lines of Markdown: row checks and set checks, under the limit, against free runs."""
    home = make(data, rows)
    whole = size_of(home)
    limit_bytes = whole // 2
    budget = budget_bytes or limit_bytes // BUDGET_SHARE
    free = Setup(home=home, seconds=seconds)
    expected = {
        suite: measure("engine", checks, free) for suite, checks in SUITES.items() if suite != "all"
    }
    yield f"{rows:,} rows; the table takes {whole / MIB:,.0f} MiB in memory.\n"
    yield HEAD
    ways = set()
    for suite, wanted in expected.items():
        with limited(limit_bytes) as limit:
            ways.add(limit.way)
            bound = replace(free, prefix=limit.prefix, memory_bytes=budget)
            ended = measure("engine", SUITES[suite], bound)
            peak = limit.peak_mib()
        counts = "equal" if ended.counts == wanted.counts else "DIFFERENT"
        told = f"{peak:,.0f}" if peak is not None else "not told"
        if ended.failed or wanted.failed:
            counts = f"failed: {ended.failed or wanted.failed}"
        yield (
            f"| {suite} | {limit_bytes / MIB:,.0f} | {budget / MIB:,.0f} | {ended.wall:.2f}"
            f" | {ended.peak:,.0f} | {told} | {counts} |"
        )
        yield (
            f"| {suite} | none | {free.memory_bytes / MIB:,.0f} | {wanted.wall:.2f}"
            f" | {wanted.peak:,.0f} | | |"
        )
    yield f"\nHeld by {', '.join(sorted(ways))}."
