"""What a run lists, as files: violations again as CSV, and every problem of reading."""

from pathlib import Path
from typing import Final

import polars as pl

from api.checking.chain import SourceFile
from api.spreadsheets import COLUMNS, safe_column
from rules.reading import PROBLEMS

VIOLATIONS: Final = "violations.parquet"
VIOLATIONS_CSV: Final = "violations.csv"
FACTS: Final = "facts.parquet"
PROBLEM_LIST: Final = "problems.parquet"
PROBLEM_CSV: Final = "problems.csv"
# The columns of PROBLEMS, and before them what a person calls the file.
PROBLEM_FILE: Final = pl.Schema({"table": pl.String(), "name": pl.String(), **PROBLEMS})


def write_violations_csv(folder: Path) -> None:
    """Write the list for spreadsheets; text that one would run as a formula gets an apostrophe."""
    lines = pl.scan_parquet(folder / VIOLATIONS).select(COLUMNS)
    _write_csv(lines, folder / VIOLATIONS_CSV)


def write_problems(folder: Path, files: tuple[SourceFile, ...]) -> None:
    """Write the problems of all files, in the order they were given, twice: Parquet and CSV."""
    parts = [pl.LazyFrame(schema=PROBLEM_FILE)]
    for one in files:
        named = (pl.lit(one.table).alias("table"), pl.lit(one.path.name).alias("name"))
        problems = pl.scan_parquet(one.folder / "problems.parquet")
        parts.append(problems.select(*named, *PROBLEMS.names()))
    pl.concat(parts).sink_parquet(
        folder / PROBLEM_LIST,
        compression="zstd",
        compression_level=1,
        row_group_size=50_000,
        maintain_order=True,
    )
    _write_csv(pl.scan_parquet(folder / PROBLEM_LIST), folder / PROBLEM_CSV)


def count_lines(path: Path) -> int:
    """How many lines a list has."""
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def _write_csv(lines: pl.LazyFrame, target: Path) -> None:
    texts = [name for name, dtype in lines.collect_schema().items() if dtype == pl.String]
    safe = lines.with_columns(safe_column(name) for name in texts)
    safe.sink_csv(target, include_bom=True, maintain_order=True)
