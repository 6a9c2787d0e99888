from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import FormulaError, RulesError
from rules.rule import RuleClass
from tests.rules.building import contract, parameter
from tests.rules.checks.judging_indicators import facts_in, judge_rows

OF = contract(unit="code", amount="money:2", day="date", wide="integer")
CHECK = {"kind": "stratify", "of": "amount", "bounds": [0, "0.5", 100]}


def rows_of(*amounts: object, **more: object) -> list[Mapping[str, object]]:
    return [{"amount": one, **more} for one in amounts]


def test_a_bound_belongs_to_the_stratum_above_it(tmp_path: Path) -> None:
    amounts = ["-0.01", "0", "0.49", "0.50", "99.99", "100", "1000"]
    outcome = judge_rows(OF, CHECK, rows_of(*amounts), tmp_path, "table")
    found = facts_in(tmp_path)
    assert outcome.counts == (1, 0, 0, 0)
    counts = {item: value for (_, item, measure), value in found.items() if measure == "count"}
    assert counts == {"<0": "1", "0-<0.5": "2", "0.5-<100": "2", ">=100": "2", "all": "7"}
    assert found[None, "0.5-<100", "sum"] == "100.49"
    assert found[None, "all", "sum"] == "1200.97"


def test_an_empty_stratum_is_told(tmp_path: Path) -> None:
    judge_rows(OF, CHECK, rows_of("7"), tmp_path, "table")
    assert facts_in(tmp_path)[None, ">=100", "count"] == "0"
    assert facts_in(tmp_path)[None, "0.5-<100", "share_of_sum"] == "1"


def test_a_control_total_is_reconciled_to_the_cent(tmp_path: Path) -> None:
    check = CHECK | {"control": "10.01"}
    assert judge_rows(OF, check, rows_of("10", "0.01"), tmp_path, "table").counts == (1, 0, 0, 0)
    outcome = judge_rows(OF, check, rows_of("10", "0.02"), tmp_path, "table")
    assert outcome.lines.select("found", "expected", "difference").rows() == [
        ("10.02", "10.01", "0.01")
    ]


def test_a_dated_control_must_be_one_for_all_rows(tmp_path: Path) -> None:
    total = parameter("total", (Decimal(5), None, "2025-12-31"), (Decimal(6), "2026-01-01", None))
    check = CHECK | {"control": "total"}
    more = {"dated_by": "day", "parameters": [total]}
    rows = rows_of("2", day="2025-05-05") + rows_of("3", day="2025-05-06")
    assert judge_rows(OF, check, rows, tmp_path, "table", **more).counts == (1, 0, 0, 0)
    rows += rows_of("1", day="2026-05-05")
    outcome = judge_rows(OF, check, rows, tmp_path, "table", **more)
    assert outcome.column("reason") == ["limits"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bounds": [1, 1]}, "check.bad_value"),
        ({"bounds": []}, "check.bad_value"),
        ({"bounds": ["x"]}, "check.bad_value"),
        ({"bounds": ["Infinity"]}, "check.bad_value"),
        ({"control": "amount"}, "formula.constant_needed"),
        ({"of": "wide * amount"}, "formula.too_wide"),
        ({"tolerance": -1}, "check.bad_value"),
    ],
)
def test_what_cannot_be_judged_is_refused(change, code, tmp_path: Path) -> None:
    with pytest.raises((RulesError, FormulaError)) as refused:
        judge_rows(OF, CHECK | change, [], tmp_path, "table")
    assert refused.value.code == code


def test_strata_set_no_violation(tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_rows(OF, CHECK, [], tmp_path, "table", rule_class=RuleClass.VIOLATION)
    assert refused.value.code == "check.class"


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.tuples(st.sampled_from("AB"), st.integers(-(10**17), 10**17)), min_size=1),
    bounds=st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=5, unique=True),
)
def test_the_strata_of_every_group_add_up_to_its_total(rows, bounds, tmp_path: Path) -> None:
    check = CHECK | {"bounds": sorted(bounds), "by": ["unit"]}
    cells = [{"unit": unit, "amount": Decimal(cents).scaleb(-2)} for unit, cents in rows]
    outcome = judge_rows(OF, check, cells, tmp_path, "group")
    found = facts_in(tmp_path)
    units = {unit for unit, _ in rows}
    assert outcome.counts == (len(units), 0, 0, 0)
    for unit in units:
        own = [cents for one, cents in rows if one == unit]
        strata = {item for name, item, _ in found if name == unit} - {"all"}
        assert sum(int(found[unit, item, "count"]) for item in strata) == len(own)
        sums = [Decimal(found[unit, item, "sum"]) for item in strata]
        assert sum(one.scaleb(2) for one in sums) == sum(own)
