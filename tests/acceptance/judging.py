"""Files through the product's own chain, and the verdict of each row in its order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from api.checking.chain import Outcome, run_chain
from rules.evaluation import Tally
from rules.pack import Pack

AS_OF = date(2026, 11, 21)
FIRST_ROW = 2  # of a file with a heading


def judged(
    pack: Pack, code: str, sources: Sequence[tuple[str, Path]], into: Path
) -> tuple[Outcome, Tally, pl.DataFrame]:
    """One rule of a pack over files: what was read, the tally, and its lines in order of rows."""
    (rule,) = (one for one in pack.rules if one.code == code)
    judged_into, workspace = into / "judged", into / "workspace"
    judged_into.mkdir(parents=True)
    workspace.mkdir()
    outcome = run_chain(
        replace(pack, rules=(rule,)), sources, as_of=AS_OF, into=judged_into,
        workspace=workspace, say=lambda _said: None,
    )  # fmt: skip
    (tally,) = outcome.tallies
    ends = (tally.met, tally.violated, tally.undetermined, tally.not_applicable, tally.error)
    assert sum(ends) == tally.population
    lines = pl.read_parquet(judged_into / "violations.parquet")
    return outcome, tally, lines.sort("row", nulls_last=False)


def verdicts_of(tally: Tally, lines: pl.DataFrame) -> list[str]:
    """The verdict of every row, where none is out of scope."""
    assert tally.not_applicable == 0
    listed: Mapping[int, str] = dict(lines.select("row", "verdict").iter_rows())
    return [listed.get(FIRST_ROW + at, "met") for at in range(tally.population)]
