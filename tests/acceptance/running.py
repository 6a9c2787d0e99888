"""Published files through reading and judging, as `thanhtra check` does it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from api.checking.chain import SourceFile, run_chain
from rules.evaluation import Tally
from rules.pack_loading import load_pack

PACKS = Path(__file__).parent / "packs"
AS_OF = date(2026, 11, 21)


@dataclass(frozen=True)
class Judged:
    """What one run left behind."""

    files: Mapping[str, SourceFile]
    tallies: Mapping[str, Tally]
    lines: pl.DataFrame
    facts: pl.DataFrame

    def counts(self, rule: str) -> tuple[int, int, int, int]:
        """Met, violated, undetermined, not applicable; the rule ran."""
        one = self.tallies[rule]
        assert (one.error, one.error_code) == (0, None)
        return (one.met, one.violated, one.undetermined, one.not_applicable)

    def units(self, rule: str) -> list[str]:
        """The units of the lines of a rule, by name."""
        return sorted(self.lines.filter(pl.col("rule") == rule)["unit_key"])

    def figures(self, rule: str, measure: str) -> list[str]:
        """The facts of a rule, in their order."""
        some = self.facts.filter(pl.col("rule") == rule, pl.col("measure") == measure)
        return some["value"].to_list()


def judge_files(pack: str, sources: Sequence[tuple[str, Path]], folder: Path) -> Judged:
    """Read each file as its table and judge them by a pack of the acceptance tests."""
    into, workspace = folder / "into", folder / "workspace"
    into.mkdir(parents=True)
    workspace.mkdir()
    outcome = run_chain(
        load_pack(PACKS / pack), sources, as_of=AS_OF, into=into, workspace=workspace, say=_quiet
    )
    assert {len(outcome.files)} == {len(sources)}
    for tally in outcome.tallies:
        ends = (tally.met, tally.violated, tally.undetermined, tally.not_applicable, tally.error)
        assert sum(ends) == tally.population
    return Judged(
        files={file.table: file for file in outcome.files},
        tallies={tally.rule: tally for tally in outcome.tallies},
        lines=pl.read_parquet(into / "violations.parquet"),
        facts=pl.read_parquet(into / "facts.parquet"),
    )


def sha256_of(path: Path) -> str:
    """The digest of a file, lowercase hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _quiet(_line: str) -> None:
    """Progress nobody reads."""
