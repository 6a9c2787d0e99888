"""A table too large for memory is judged in parts of whole keys: that must change nothing.

Every case of every kind is judged whole, and again with its rows the other way round and dealt into
buckets by what the check says must come together.
"""

from collections.abc import Mapping
from pathlib import Path
from zlib import crc32

import polars as pl
import pytest

from rules.checks import CompiledRule, Setting, compile_rule
from rules.checks.grouping import FOUND, GROUP, PARTS, REASON, VERDICT
from rules.checks.sets import SetCheck
from rules.checks.subject import prepared
from rules.formula.writing import text_of
from rules.rule import Verdict
from rules.table import FILE, OWN, ROW, Table
from tests.rules.kinds.kind_fixtures import KindFixture
from tests.rules.kinds.test_kinds import READ
from tests.rules.packs.fixture_files import OTHERS, Case, csv_files
from tests.rules.packs.through_the_doors import AS_OF, open_own, read_part

BUCKETS = 3
_BUCKET = "__bucket"
_SHOWN = (VERDICT, REASON, FILE, ROW, OWN, GROUP, FOUND)


def compiled_of(fixture: KindFixture, code: str) -> CompiledRule:
    pack = fixture.pack
    (rule,) = (one for one in pack.rules if one.code == code)
    return compile_rule(
        Setting(
            rule=rule, contracts=pack.contracts, parameters=pack.parameters,
            calendar=pack.calendar, as_of=AS_OF, lists=pack.lists,
        )
    )  # fmt: skip


CASES = [
    pytest.param(fixture, case, id=f"{fixture.kind}: {case.title}")
    for fixture in READ
    for case in fixture.cases
    if isinstance((check := compiled_of(fixture, case.rule).check), SetCheck) and check.meet
]


@pytest.mark.parametrize(("fixture", "case"), CASES)
def test_parts_of_whole_keys_give_what_the_whole_gives(
    fixture: KindFixture, case: Case, tmp_path: Path
) -> None:
    compiled, frames = prepared_of(fixture, case, tmp_path)
    check = compiled.check
    assert isinstance(check, SetCheck)

    whole = check.units(frames, standing=compiled.standing)
    parts = [check.units(part, standing=compiled.standing) for part in dealt(check, frames)]

    assert shown(parts) == shown([whole])


@pytest.mark.parametrize(("fixture", "case"), CASES)
def test_what_is_put_aside_changes_nothing(
    fixture: KindFixture, case: Case, tmp_path: Path
) -> None:
    compiled, frames = prepared_of(fixture, case, tmp_path)
    check = compiled.check
    assert isinstance(check, SetCheck)

    settled = check.settle(frames, standing=compiled.standing)
    left = check.units(settled.frames, standing=compiled.standing).filter(OWN)
    whole = check.units(frames, standing=compiled.standing).filter(OWN)

    met = pl.col(VERDICT) == Verdict.MET.value
    assert shown([left.filter(~met)]) == shown([whole.filter(~met)])
    assert left.filter(met).height + settled.met == whole.filter(met).height


def prepared_of(
    fixture: KindFixture, case: Case, into: Path
) -> tuple[CompiledRule, dict[str, pl.LazyFrame]]:
    compiled = compiled_of(fixture, case.rule)
    frames = {
        name: prepared(table.frame, table.contract, compiled.columns[name])
        for name, table in tables_of(fixture, case, into).items()
        if name in compiled.columns
    }
    return compiled, frames


def tables_of(fixture: KindFixture, case: Case, into: Path) -> dict[str, Table]:
    pack = fixture.pack
    columns = {name: [c.name for c in one.columns] for name, one in pack.contracts.items()}
    files = csv_files(case, columns)
    return {
        name: open_own(
            pack,
            name,
            [read_part(pack, name, data, into / "own")],
            [read_part(pack, name, files[name + OTHERS], into / "others")]
            if name + OTHERS in files
            else [],
        )
        for name, data in files.items()
        if not name.endswith(OTHERS)
    }


def dealt(check: SetCheck, frames: Mapping[str, pl.LazyFrame]) -> list[dict[str, pl.LazyFrame]]:
    """The frames of each bucket; a table the check does not name is in every one of them whole."""
    marked = {}
    for name, frame in frames.items():
        rows = frame.reverse()
        if name in check.meet:
            key = pl.concat_str([text_of(term).fill_null("") for term in check.meet[name]])
            texts = rows.select(key.alias(_BUCKET)).collect().to_series().to_list()
            numbers = pl.Series(_BUCKET, [crc32(text.encode()) % BUCKETS for text in texts])
            rows = rows.collect().with_columns(numbers).lazy()
        marked[name] = rows
    return [
        {
            name: rows.filter(pl.col(_BUCKET) == bucket).drop(_BUCKET)
            if name in check.meet
            else rows
            for name, rows in marked.items()
        }
        for bucket in range(BUCKETS)
    ]


def shown(parts: list[pl.DataFrame]) -> list[tuple[object, ...]]:
    """Every unit as it would be told, in an order of its own."""
    told = []
    for part in parts:
        texts = [pl.col(name).cast(pl.String) for name in _SHOWN if name in part.columns]
        if PARTS in part.columns:
            texts.append(pl.col(PARTS).list.join(" · "))
        told += part.select(texts).rows()
    return sorted(told, key=str)
