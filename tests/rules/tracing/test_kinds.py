"""Every unit of every case of every kind, traced: the verdict is the one `judge` gives."""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from rules.evaluation import judge
from rules.evaluation.trace import MOST_ROWS, Place, Trace
from rules.evaluation.tracing import trace
from rules.rule import Unit, Verdict
from rules.table import FILE, OWN, ROW, Table
from tests.rules.kinds.kind_fixtures import KindFixture
from tests.rules.kinds.test_kinds import READ
from tests.rules.kinds.test_parts import tables_of
from tests.rules.packs.fixture_files import Case
from tests.rules.packs.through_the_doors import AS_OF, only

CASES = [
    pytest.param(fixture, case, id=f"{fixture.kind}: {case.title}")
    for fixture in READ
    for case in fixture.cases
]


def places_of(table: Table) -> list[Place]:
    rows = table.frame.filter(OWN).select(FILE, ROW).collect().rows()
    return [Place(file=file, row=row) for file, row in rows]


@pytest.mark.parametrize(("fixture", "case"), CASES)
def test_what_is_traced_is_what_is_judged(fixture: KindFixture, case: Case, tmp_path: Path) -> None:
    pack = only(fixture.pack, case.rule)
    (rule,) = pack.rules
    tables = tables_of(fixture, case, tmp_path)
    (tally,) = judge(pack, tables, as_of=AS_OF, into=tmp_path)
    lines = pl.read_parquet(tmp_path / "violations.parquet").rows(named=True)

    def traced(**at: object) -> Trace:
        return trace(pack, tables, rule=rule.code, as_of=AS_OF, **at)

    by_row = [traced(place=place) for place in places_of(tables[rule.table])]
    by_line = [
        traced(
            place=line["row"] and Place(file=line["file"], row=line["row"]), key=line["unit_key"]
        )
        for line in lines
    ]

    if rule.unit is Unit.ROW:
        counts = Counter(one.verdict for one in by_row)
        assert counts[Verdict.MET] == tally.met
        assert counts[Verdict.NOT_APPLICABLE] == tally.not_applicable
        assert len(by_row) == tally.population
    told = ("unit_key", "group", "rows", "found", "expected", "difference")
    assert [
        (one.verdict, one.reason, *(getattr(one, name) for name in told)) for one in by_line
    ] == [(line["verdict"], line["reason"], *(line[name] for name in told)) for line in lines]
    assert all(len(part.rows) <= MOST_ROWS for one in by_row for part in one.compared)
