"""Every case of every fixture gets the verdict written beside it."""

from decimal import Decimal
from functools import cache

import pytest

from rules.pack import Pack
from rules.pack_loading import load_pack
from tests.rules.packs.fixture_files import OTHERS, PACKS, Case, csv_files, read_cases
from tests.rules.packs.through_the_doors import judge_bytes, only

CASES = read_cases()
VERDICTS = ("met", "violated", "undetermined", "not applicable")


@pytest.mark.parametrize("case", [pytest.param(c, id=f"{c.rule}: {c.title}") for c in CASES])
def test_the_case_gets_the_verdict_beside_it(case: Case, tmp_path) -> None:
    pack = _pack(case.pack)
    columns = {
        name: [c.name for c in contract.columns] for name, contract in pack.contracts.items()
    }
    files = csv_files(case, columns)
    own = {name: data for name, data in files.items() if not name.endswith(OTHERS)}
    foreign = {n.removesuffix(OTHERS): data for n, data in files.items() if n.endswith(OTHERS)}

    outcome = judge_bytes(only(pack, case.rule), own, tmp_path, foreign=foreign)

    tally = outcome.tallies[case.rule]
    assert tally.error_code is None
    counts = (tally.met, tally.violated, tally.undetermined, tally.not_applicable)
    assert dict(zip(VERDICTS, counts, strict=True)) == {v: case.expect.get(v, 0) for v in VERDICTS}
    for verdict, units in case.units.items():
        if verdict in ("violated", "undetermined"):
            assert sorted(outcome.of(case.rule, verdict)["unit_key"]) == units
    if case.amount is not None:
        assert tally.amount == Decimal(case.amount)
    if case.parameters is not None:
        assert [use.value.basis.document for use in tally.parameters] == case.parameters


@cache
def _pack(name: str) -> Pack:
    return load_pack(PACKS / name)
