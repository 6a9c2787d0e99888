"""CSV bytes through reading and judge, as the product does it, for the tests of the packs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import polars as pl

from rules.evaluation import Tally, judge
from rules.pack import Pack
from rules.reading import read_file
from rules.table import Table, open_table

AS_OF = date(2026, 11, 21)


@dataclass(frozen=True)
class Outcome:
    """What one evaluation left behind."""

    tallies: Mapping[str, Tally]
    lines: pl.DataFrame

    def of(self, rule: str, verdict: str) -> pl.DataFrame:
        """The lines of one rule with one verdict."""
        return self.lines.filter(pl.col("rule") == rule, pl.col("verdict") == verdict)


def only(pack: Pack, *codes: str) -> Pack:
    """The pack with these rules alone."""
    return replace(pack, rules=tuple(rule for rule in pack.rules if rule.code in codes))


def judge_bytes(
    pack: Pack,
    files: Mapping[str, bytes],
    into: Path,
    *,
    foreign: Mapping[str, bytes] | None = None,
) -> Outcome:
    """Read one file per table, and one of other organizations where given, and judge them."""
    parts = {name: [read_part(pack, name, data, into / "own")] for name, data in files.items()}
    tables = {}
    for name, own in parts.items():
        others = (
            [read_part(pack, name, foreign[name], into / "foreign")]
            if name in (foreign or {})
            else []
        )
        tables[name] = open_own(pack, name, own, others)
    return judge_tables(pack, tables, into / "judged")


def open_own(pack: Pack, name: str, own: Sequence[Path], others: Sequence[Path] = ()) -> Table:
    """One table out of the rows of the inspected organization and of others."""
    flags = [True] * len(own) + [False] * len(others)
    parts = [*own, *others]
    problems = [part.with_name("problems.parquet") for part in parts]
    return open_table(pack.contracts[name], parts, own=flags, problems=problems)


def judge_tables(pack: Pack, tables: Mapping[str, Table], into: Path) -> Outcome:
    """Judge, and check that every population is accounted for."""
    into.mkdir(parents=True)
    tallies = {tally.rule: tally for tally in judge(pack, tables, as_of=AS_OF, into=into)}
    for tally in tallies.values():
        ends = (tally.met, tally.violated, tally.undetermined, tally.not_applicable, tally.error)
        assert sum(ends) == tally.population
    return Outcome(tallies=tallies, lines=pl.read_parquet(into / "violations.parquet"))


def read_part(pack: Pack, name: str, data: bytes, into: Path) -> Path:
    """One file of one table, read under its contract: the path of its rows."""
    folder = into / name
    folder.mkdir(parents=True)
    source = folder / "source.csv"
    source.write_bytes(data)
    digest = sha256(data).hexdigest()
    reading = read_file(source, digest=digest, contract=pack.contracts[name], into=folder)
    assert reading.rows_read + reading.rows_refused == reading.rows_in_file
    return folder / "rows.parquet"
