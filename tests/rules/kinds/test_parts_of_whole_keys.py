"""A set check gives one result, in whatever order rows come and however whole keys are parted."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from rules.checks import CompiledRule, Setting, compile_rule
from rules.checks.sets import SetCheck
from rules.evaluation.passes import _judging, _seen
from rules.table import ID, OWN, ROW, Table
from tests.rules.kinds.kind_fixtures import KindFixture
from tests.rules.kinds.test_kinds import READ
from tests.rules.packs.fixture_files import OTHERS, Case, csv_files
from tests.rules.packs.through_the_doors import AS_OF, _read, only, open_own

PARTS = 3
CASES = [
    pytest.param(fixture, case, id=f"{fixture.kind}: {case.title}")
    for fixture in READ
    for case in fixture.cases
]


def compiled_of(fixture: KindFixture, case: Case) -> CompiledRule:
    pack = only(fixture.pack, case.rule)
    (one,) = pack.rules
    return compile_rule(
        Setting(
            rule=one,
            contracts=pack.contracts,
            parameters=pack.parameters,
            calendar=pack.calendar,
            as_of=AS_OF,
        )
    )


def tables_of(fixture: KindFixture, case: Case, into: Path) -> dict[str, Table]:
    pack = fixture.pack
    columns = {name: [c.name for c in one.columns] for name, one in pack.contracts.items()}
    files = csv_files(case, columns)
    tables = {}
    for name in pack.contracts:
        if name not in files:
            continue
        own = [_read(pack, name, files[name], into / "own")]
        foreign = files.get(name + OTHERS)
        others = [_read(pack, name, foreign, into / "foreign")] if foreign else []
        tables[name] = open_own(pack, name, own, others)
    return tables


def frames_of(compiled: CompiledRule, tables: Mapping[str, Table]) -> dict[str, pl.DataFrame]:
    """What the engine shows to the check, in memory."""
    return {
        name: _seen(compiled, tables[name], _judging(compiled, name)).collect()
        for name in compiled.columns
    }


def units_of(compiled: CompiledRule, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    lazy = {name: frame.lazy() for name, frame in frames.items()}
    units = compiled.check.units(lazy, standing=compiled.standing)
    return units.filter(pl.col(OWN))


def told(units: pl.DataFrame) -> list[tuple[object, ...]]:
    """What becomes of the units, in an order of its own."""
    wanted = ("__verdict", "__reason", "__rows", "__group", "__parts", "__count", "__found")
    names = [*wanted, "__expected", "__difference", ID, ROW]
    rows = units.select(name for name in names if name in units.columns).rows()
    return sorted(rows, key=repr)


@pytest.mark.parametrize(("fixture", "case"), CASES)
def test_the_order_of_rows_does_not_matter(fixture: KindFixture, case: Case, tmp_path) -> None:
    compiled = compiled_of(fixture, case)
    if not isinstance(compiled.check, SetCheck):
        pytest.skip("each row is judged by itself")
    frames = frames_of(compiled, tables_of(fixture, case, tmp_path))
    backwards = {name: frame.reverse() for name, frame in frames.items()}
    assert told(units_of(compiled, backwards)) == told(units_of(compiled, frames))


@pytest.mark.parametrize(("fixture", "case"), CASES)
def test_whole_keys_may_be_judged_apart(fixture: KindFixture, case: Case, tmp_path) -> None:
    compiled = compiled_of(fixture, case)
    if not isinstance(compiled.check, SetCheck) or not compiled.check.meet:
        pytest.skip("all rows are judged together")
    frames = frames_of(compiled, tables_of(fixture, case, tmp_path))
    parted = {name: parts_of(frame, compiled.check, name) for name, frame in frames.items()}
    apart = [
        row
        for part in range(PARTS)
        for row in told(units_of(compiled, {name: some[part] for name, some in parted.items()}))
    ]
    assert sorted(apart, key=repr) == told(units_of(compiled, frames))


def parts_of(frame: pl.DataFrame, check: SetCheck, name: str) -> list[pl.DataFrame]:
    """The rows of each part: by key where the check says so, else all of them in each."""
    if name not in check.meet:
        return [frame] * PARTS
    key = pl.struct(value.expr.alias(f"k{at}") for at, value in enumerate(check.meet[name]))
    place = frame.select(key.hash(seed=7) % PARTS).to_series()
    return [frame.filter(place == part) for part in range(PARTS)]
