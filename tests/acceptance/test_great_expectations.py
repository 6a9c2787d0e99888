"""Published expectations on columns, each as a pack of its own: outcome, values and rows."""

import json
import os
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from rules.errors import PackError
from rules.evaluation import Tally
from rules.pack_loading import load_pack_files
from tests.acceptance.expectation_packs import CODE, Case, Columns, csv_of, pack_files
from tests.acceptance.judging import FIRST_ROW, judged

FOLDER = Path(os.environ.get("ACCEPTANCE_DIR", "../shared/acceptance"))
FILES = FOLDER / "rules" / "great_expectations"
REFUSED = "rule_error"
CLEAR = {"check.missing_key", "formula.mixed_types", "formula.empty_range"}


def published() -> list[tuple[str, Case, Columns]]:
    """Family, case and table."""
    found = []
    for file in sorted(FILES.glob("*.json")):
        # Figures stay as they are written: 1.1 is no binary fraction.
        data = json.loads(file.read_text("utf-8"), parse_float=Decimal)
        found += [
            (data["family"], case, data["tables"][case["table"]]["columns"])
            for case in data["cases"]
        ]
    return found


def cases(*, refused: bool) -> list[object]:
    """One parameter for each case; a single skipped one where the data are absent."""
    if not FILES.is_dir():
        skipped = pytest.mark.skip(f"no acceptance data at {FILES}")
        return [pytest.param(None, None, None, marks=skipped)]
    return [
        pytest.param(family, case, columns, id=f"{family}: {case['id']}")
        for family, case, columns in published()
        if (case["expected"]["outcome"] == REFUSED) is refused
    ]


@pytest.mark.parametrize(("family", "case", "columns"), cases(refused=False))
def test_the_outcome_is_the_published_one(
    family: str, case: Case, columns: Columns, tmp_path: Path
) -> None:
    pack = load_pack_files(pack_files(family, case, columns))
    source = tmp_path / "t.csv"
    source.write_bytes(csv_of(columns))

    _, tally, lines = judged(pack, CODE, [("t", source)], tmp_path)

    expected = case["expected"]
    assert tally.undetermined == 0
    assert outcome_of(tally, case) == expected["outcome"]
    if "unexpected_rows" in expected:
        rows = [row - FIRST_ROW for row in lines.get_column("row").to_list()]
        assert rows == expected["unexpected_rows"]
        found = [value_of(cell, columns[str(case["column"])]) for cell in cells(lines, case)]
        assert found == expected["unexpected_values"]


@pytest.mark.parametrize(("family", "case", "columns"), cases(refused=True))
def test_a_rule_that_makes_no_sense_is_refused(family: str, case: Case, columns: Columns) -> None:
    with pytest.raises(PackError) as refused:
        load_pack_files(pack_files(family, case, columns))
    assert refused.value.code in CLEAR
    assert refused.value.facts["file"] == "rules/rules.yaml"
    assert refused.value.facts["rule"] == CODE


def test_every_published_case_is_compared(acceptance: Path) -> None:
    folder = acceptance / "rules" / "great_expectations"
    counts = [len(json.loads(one.read_text("utf-8"))["cases"]) for one in folder.glob("*.json")]
    assert len(published()) == sum(counts)
    assert len(cases(refused=True)) + len(cases(refused=False)) == sum(counts)


def outcome_of(tally: Tally, case: Case) -> str:
    """Pass where the share of conforming values is `mostly` or more, and where none is left."""
    # A table without rows could not be judged: the platform says so, and nothing was unexpected.
    assert tally.error_code in (None, "table_empty")
    judged_values = tally.met + tally.violated
    least = Fraction(str(case["params"].get("mostly", 1)))
    enough = not judged_values or Fraction(tally.met, judged_values) >= least
    return "pass" if enough else "fail"


def cells(lines: pl.DataFrame, case: Case) -> list[object]:
    """The value of the column in each line, as the line shows it."""
    shown = [json.loads(values) for values in lines.get_column("values").to_list()]
    return [one[str(case["column"])] for one in shown]


def value_of(cell: object, column: Mapping[str, object]) -> object:
    """A cell as the source writes it."""
    if cell is None or column["type"] == "text":
        return cell
    return Decimal(str(cell)) if column["type"] == "decimal" else int(str(cell))
