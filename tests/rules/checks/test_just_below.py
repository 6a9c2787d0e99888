from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import FormulaError, RulesError
from rules.rule import RuleClass
from tests.rules.building import contract, parameter
from tests.rules.checks.judging_indicators import judge_rows

OF = contract(amount="money:2", most="money:2", day="date", text="text", wide="integer")
CHECK = {"kind": "just-below", "of": "amount", "limit": 1000, "within": 50}
PERCENT = {"kind": "just-below", "of": "amount", "limit": "most", "within_percent": "2.5"}


@pytest.mark.parametrize(
    ("amount", "is_near"),
    [("949.99", False), ("950", True), ("999.99", True), ("1000", False), ("-950", False)],
)
def test_the_threshold_itself_is_not_below_it(amount, is_near, tmp_path: Path) -> None:
    outcome = judge_rows(OF, CHECK, [{"amount": amount}], tmp_path)
    assert outcome.counts == ((0, 1, 0, 0) if is_near else (1, 0, 0, 0))


def test_the_line_tells_how_much_is_left(tmp_path: Path) -> None:
    outcome = judge_rows(OF, CHECK, [{"amount": "987.65"}], tmp_path)
    assert outcome.lines.select("found", "expected", "difference").rows() == [
        ("987.65", "1000", "12.35")
    ]


def test_the_threshold_is_that_of_the_day(tmp_path: Path) -> None:
    limit = parameter("cap", (Decimal(100), "2026-01-01", "2026-06-30"),
                      (Decimal(200), "2026-07-01", None))  # fmt: skip
    check = {"kind": "just-below", "of": "amount", "limit": "cap", "within_percent": 5}
    days = ("2026-06-30", "2026-07-01", "2025-12-31")
    rows = [{"amount": 99, "day": day} for day in days]
    outcome = judge_rows(OF, check, rows, tmp_path, dated_by="day", parameters=[limit])
    assert outcome.counts == (1, 1, 1, 0)
    assert outcome.lines.select("row", "reason").rows() == [(2, None), (4, "parameter")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"within_percent": 5}, "check.one_of"),
        ({"within": None}, "check.one_of"),
        ({"within": 0}, "check.bad_value"),
        ({"limit": "text"}, "formula.type"),
        ({"of": "wide * wide * 10"}, "formula.too_wide"),
    ],
)
def test_what_cannot_be_judged_is_refused(change, code, tmp_path: Path) -> None:
    check = {key: value for key, value in (CHECK | change).items() if value is not None}
    with pytest.raises((RulesError, FormulaError)) as refused:
        judge_rows(OF, check, [], tmp_path)
    assert refused.value.code == code


def test_being_just_below_sets_no_violation(tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_rows(OF, CHECK, [], tmp_path, rule_class=RuleClass.VIOLATION)
    assert refused.value.code == "check.class"


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(limit=st.integers(1, 10**15), less=st.integers(-10, 10**14))
def test_a_distance_in_per_cent_is_exact(limit: int, less: int, tmp_path: Path) -> None:
    cents = limit - less
    rows = [{"amount": Decimal(cents).scaleb(-2), "most": Decimal(limit).scaleb(-2)}]
    is_near = less > 0 and less * 1000 <= limit * 25
    outcome = judge_rows(OF, PERCENT, rows, tmp_path)
    assert outcome.counts == ((0, 1, 0, 0) if is_near else (1, 0, 0, 0))
