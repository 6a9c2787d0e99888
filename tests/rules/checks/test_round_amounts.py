from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import FormulaError, RulesError
from rules.rule import RuleClass
from tests.rules.building import contract, parameter
from tests.rules.checks.judging_indicators import facts_in, judge_rows

OF = contract(unit="code", amount="money:2", unit_of="integer", day="date", text="text")
CHECK = {"kind": "round-amounts", "of": "amount", "multiple": 1000}
SHARE = CHECK | {"limit": "0.5"}


def rows_of(*amounts: object) -> list[dict[str, object]]:
    return [{"amount": one} for one in amounts]


@pytest.mark.parametrize(
    ("amount", "counts"),
    [
        ("1000", (0, 1, 0, 0)),
        ("-3000", (0, 1, 0, 0)),
        ("1000.01", (1, 0, 0, 0)),
        ("500", (1, 0, 0, 0)),
        ("0", (1, 0, 0, 0)),
        (None, (0, 0, 1, 0)),
    ],
)
def test_a_multiple_other_than_zero_is_round(amount, counts, tmp_path: Path) -> None:
    assert judge_rows(OF, CHECK, rows_of(amount), tmp_path).counts == counts


def test_the_round_sum_may_be_dated_or_of_the_row(tmp_path: Path) -> None:
    step = parameter("step", (Decimal(7), "2026-01-01", None))
    rows = [{"amount": 14, "day": "2026-05-05"}, {"amount": 14, "day": "2025-05-05"}]
    check = CHECK | {"multiple": "step"}
    outcome = judge_rows(OF, check, rows, tmp_path, dated_by="day", parameters=[step])
    assert outcome.column("reason") == [None, "parameter"]
    rows = [{"amount": 14, "unit_of": 7}, {"amount": 14, "unit_of": 0}]
    outcome = judge_rows(OF, CHECK | {"multiple": "unit_of"}, rows, tmp_path)
    assert outcome.column("reason") == [None, "undefined"]


def test_more_than_the_share_is_violated_and_counted(tmp_path: Path) -> None:
    half = rows_of("1000", "1", "0", "2000", "2")
    assert judge_rows(OF, SHARE, half, tmp_path, "table").counts == (1, 0, 0, 0)
    outcome = judge_rows(OF, SHARE, [*half, *rows_of("3000")], tmp_path, "table")
    (line,) = outcome.lines.iter_rows(named=True)
    assert (line["found"], line["expected"], line["difference"]) == ("0.6", "0.5", "0.1")
    told = {measure: value for (_, _, measure), value in facts_in(tmp_path).items()}
    assert told == {"applying": "6", "zero": "1", "unknown": "0", "numbers": "5", "multiples": "3"}


@pytest.mark.parametrize(
    ("change", "unit", "code"),
    [
        ({"multiple": 0}, "row", "check.bad_value"),
        ({"multiple": "text"}, "row", "formula.type"),
        ({"limit": "0.5"}, "row", "check.unknown_key"),
        ({}, "table", "check.missing_key"),
        ({"limit": "0.5", "by": ["unit"]}, "table", "check.unit"),
        ({"limit": "0.5"}, "series", "check.unit"),
    ],
)
def test_what_cannot_be_judged_is_refused(change, unit, code, tmp_path: Path) -> None:
    with pytest.raises((RulesError, FormulaError)) as refused:
        judge_rows(OF, CHECK | change, [], tmp_path, unit)
    assert refused.value.code == code


def test_roundness_sets_no_violation(tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_rows(OF, CHECK, [], tmp_path, rule_class=RuleClass.VIOLATION)
    assert refused.value.code == "check.class"


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(known=st.lists(st.sampled_from(["1000", "7", "0"]), min_size=1), cell=st.integers(0, 2000))
def test_a_verdict_beside_an_unknown_number_holds_whatever_it_is(
    known, cell, tmp_path: Path
) -> None:
    perhaps = judge_rows(OF, SHARE, rows_of(*known, None), tmp_path, "table").counts
    filled = judge_rows(OF, SHARE, rows_of(*known, cell), tmp_path, "table").counts
    assert perhaps in ((0, 0, 1, 0), filled)
