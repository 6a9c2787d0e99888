"""The page on the lines of a run describes every column there is, with its type, in order."""

import re
from pathlib import Path

import polars as pl
import pytest

from rules.evaluation import FACTS_FILE, VIOLATIONS
from rules.reading.result import FOUND_LIMIT

PAGE = Path("docs/reference/violations.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| [^|]+ \|$", flags=re.MULTILINE)


def written(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Decimal):
        return f"Decimal({dtype.precision}, {dtype.scale})"
    return type(dtype).__name__


@pytest.mark.parametrize(
    ("file", "schema"), [("violations.parquet", VIOLATIONS), ("facts.parquet", FACTS_FILE)]
)
def test_every_column_is_described_with_its_type(file: str, schema: pl.Schema) -> None:
    section = PAGE.split(f"\n## `{file}`\n")[1].split("\n## ")[0]
    assert ROW.findall(section) == [(name, written(dtype)) for name, dtype in schema.items()]


def test_the_page_names_the_verdicts_and_the_limit_of_a_text() -> None:
    verdict = VIOLATIONS["verdict"]
    assert isinstance(verdict, pl.Enum)
    told = " or ".join(f"`{one}`" for one in verdict.categories)
    assert f"| `verdict` | Enum | {told} |" in PAGE
    assert f"more than {FOUND_LIMIT:,} characters" in PAGE
