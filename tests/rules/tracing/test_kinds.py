"""Every unit of every case of every kind, traced: the verdict is the one `judge` gives."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from rules.errors import TraceError
from rules.evaluation import judge
from rules.evaluation.trace import MOST_ROWS, Place, Trace
from rules.evaluation.tracing import trace
from rules.rule import Unit, Verdict
from rules.table import FILE, OWN, ROW
from tests.rules.kinds.kind_fixtures import KindFixture
from tests.rules.kinds.test_kinds import READ
from tests.rules.kinds.test_parts import tables_of
from tests.rules.packs.fixture_files import Case
from tests.rules.packs.through_the_doors import AS_OF, only

CASES = [
    pytest.param((fixture, case), id=f"{fixture.kind}: {case.title}")
    for fixture in READ
    for case in fixture.cases
]


TOLD = ("unit_key", "group", "rows", "found", "expected", "difference")
ABSENT = (Verdict.MET, Verdict.NOT_APPLICABLE)


class Judged:
    """One case judged, and the way to trace its units."""

    def __init__(self, fixture: KindFixture, case: Case, into: Path) -> None:
        self.pack = only(fixture.pack, case.rule)
        (self.rule,) = self.pack.rules
        self.tables = tables_of(fixture, case, into)
        (self.tally,) = judge(self.pack, self.tables, as_of=AS_OF, into=into)
        self.lines = pl.read_parquet(into / "violations.parquet").rows(named=True)

    def trace(self, **at: object) -> Trace:
        return trace(self.pack, self.tables, rule=self.rule.code, as_of=AS_OF, **at)

    def places(self) -> list[Place]:
        own = self.tables[self.rule.table].frame.filter(OWN)
        return [Place(file=file, row=row) for file, row in own.select(FILE, ROW).collect().rows()]


@pytest.fixture(scope="module", params=CASES)
def judged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """Every case of every kind, read and judged once for all that is asked of it."""
    fixture, case = request.param
    return Judged(fixture, case, tmp_path_factory.mktemp("case"))


def of_trace(one: Trace) -> tuple[object, ...]:
    return (one.verdict, one.reason, *(getattr(one, name) for name in TOLD))


def of_line(line: Mapping[str, object]) -> tuple[object, ...]:
    return (line["verdict"], line["reason"], *(line[name] for name in TOLD))


def test_every_line_is_traced_to_what_it_says(judged: Judged) -> None:

    for line in judged.lines:
        place = line["row"] and Place(file=line["file"], row=line["row"])
        assert of_trace(judged.trace(place=place, key=line["unit_key"])) == of_line(line)


def test_every_row_is_traced_to_the_verdict_of_its_unit(judged: Judged) -> None:
    tally, by_row = judged.tally, judged.rule.unit is Unit.ROW
    listed = {
        (line["unit_key"], line["row"] if by_row else None): line["verdict"]
        for line in judged.lines
    }

    traces = [judged.trace(place=place) for place in judged.places()]

    for one in traces:
        verdict = listed.get((one.unit_key, one.place.row if by_row else None))
        assert one.verdict in (ABSENT if verdict is None else (verdict,))
        assert all(len(part.rows) <= MOST_ROWS for part in one.compared)
    met = [one.unit_key for one in traces if one.verdict is Verdict.MET]
    if by_row:
        assert (len(met), len(traces)) == (tally.met, tally.population)
    else:
        assert len(set(met)) <= tally.met


def test_a_unit_found_by_its_key_in_parts_is_the_same(judged: Judged) -> None:

    rows = [judged.trace(place=place).unit_key for place in judged.places()]
    is_row = judged.rule.unit is Unit.ROW
    keys = Counter(rows if is_row else [line["unit_key"] for line in judged.lines])

    for line in judged.lines:
        if keys[line["unit_key"]] == 1:
            found = judged.trace(key=line["unit_key"], memory_bytes=150)
            assert of_trace(found) == of_line(line)
        else:
            # A row without a key is called by its number, and keys may be given twice.
            with pytest.raises(TraceError, match=r"trace\.several_units"):
                judged.trace(key=line["unit_key"], memory_bytes=150)
