"""How time and memory grow with the ledger, for the product and the yardstick."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from tests.bench.checks import SUITES
from tests.bench.ledger import make
from tests.bench.running import Measured, Setup, measure

HEAD = (
    "| Checks | Contender | Rows | Wall, s | Wall, s / million | Processor, s / million "
    "| Peak, MiB | Counts |\n|---|---|---|---|---|---|---|---|"
)


def table(
    sizes: Sequence[int], names: Sequence[str], *, data: Path, repeats: int, seconds: float
) -> Iterator[str]:
    """Lines of Markdown: each suite, each contender, each size; medians of alternating runs."""
    yield HEAD
    for suite in ("row", "set"):
        for rows in sizes:
            setup = Setup(home=make(data, rows), seconds=seconds)
            runs: dict[str, list[Measured]] = {name: [] for name in names}
            for _ in range(repeats):
                for name, some in runs.items():
                    some.append(measure(name, SUITES[suite], setup))
            first = runs[names[0]][-1].counts
            for name, some in runs.items():
                yield _line(suite, name, rows, some, first)


def _line(suite: str, name: str, rows: int, runs: list[Measured], first: dict[str, int]) -> str:
    failed = next((one.failed for one in runs if one.failed is not None), None)
    if failed is not None:
        return f"| {suite} | {name} | {rows:,} | failed: {failed} | | | | |"
    wall = median(one.wall for one in runs)
    cpu, peak = median(one.cpu for one in runs), median(one.peak for one in runs)
    same = "equal" if all(one.counts == first for one in runs) else "DIFFERENT"
    million = rows / 1_000_000
    return (
        f"| {suite} | {name} | {rows:,} | {wall:.2f} | {wall / million:.3f} | {cpu / million:.3f}"
        f" | {peak:,.0f} | {same} |"
    )
