"""Every case of every check kind gets the verdict written beside it."""

import pytest

from rules.checks import KINDS
from tests.rules.kinds.kind_fixtures import FIXTURES, KindFixture, read_kind
from tests.rules.packs.fixture_files import OTHERS, Case, csv_files
from tests.rules.packs.test_fixtures import VERDICTS
from tests.rules.packs.through_the_doors import judge_bytes, only

READ = [read_kind(file) for file in sorted(FIXTURES.glob("*.yaml"))]
CASES = [
    pytest.param(fixture, case, id=f"{fixture.kind}: {case.title}")
    for fixture in READ
    for case in fixture.cases
]


@pytest.mark.parametrize(("fixture", "case"), CASES)
def test_the_case_gets_the_verdict_beside_it(fixture: KindFixture, case: Case, tmp_path) -> None:
    pack = only(fixture.pack, case.rule)
    columns = {name: [c.name for c in one.columns] for name, one in pack.contracts.items()}
    files = csv_files(case, columns)
    own = {name: data for name, data in files.items() if not name.endswith(OTHERS)}
    foreign = {n.removesuffix(OTHERS): data for n, data in files.items() if n.endswith(OTHERS)}

    outcome = judge_bytes(pack, own, tmp_path, foreign=foreign)

    tally = outcome.tallies[case.rule]
    assert tally.error_code is None
    counts = (tally.met, tally.violated, tally.undetermined, tally.not_applicable)
    assert dict(zip(VERDICTS, counts, strict=True)) == {v: case.expect.get(v, 0) for v in VERDICTS}
    for verdict, units in case.units.items():
        if verdict in ("violated", "undetermined"):
            assert sorted(outcome.of(case.rule, verdict)["unit_key"]) == units
    if case.amount is not None:
        assert str(tally.amount) == case.amount


@pytest.mark.parametrize("fixture", [pytest.param(one, id=one.kind) for one in READ])
def test_the_fixture_shows_every_verdict_and_an_edge(fixture: KindFixture) -> None:
    shown = {verdict for case in fixture.cases for verdict in case.expect}
    assert shown == set(VERDICTS)
    assert fixture.edges != ()
    assert {rule.check["kind"] for rule in fixture.pack.rules} == {fixture.kind}


def test_every_kind_has_a_fixture() -> None:
    assert sorted(one.kind for one in READ) == sorted(KINDS)
