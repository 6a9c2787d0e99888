from decimal import Decimal
from pathlib import Path

import pytest

from rules.errors import FormulaError, RulesError
from rules.rule import RuleClass
from rules.text import Text
from tests.rules.building import contract, parameter
from tests.rules.checks.judging_indicators import facts_in, judge_rows

OF = contract(day="date", paid="date", at="datetime", amount="money:2", term="integer", x="text")
CHECK = {"kind": "ageing", "since": "day", "bounds": [0, 30, 60], "limit": 30}


def test_the_age_is_counted_to_the_day_of_the_evaluation(tmp_path: Path) -> None:
    rows = [{"day": "2026-10-22"}, {"day": "2026-10-23"}]
    said = Text(vi="{found} ngày, quá {difference}", en="{expected}")
    outcome = judge_rows(OF, CHECK, rows, tmp_path, message=said)
    assert outcome.counts == (1, 1, 0, 0)
    assert outcome.column("message_vi") == ["31 ngày, quá 1"]
    assert outcome.column("message_en") == ["30"]


def test_ages_are_counted_and_amounts_summed_by_bucket(tmp_path: Path) -> None:
    days = {"2026-11-23": "1", "2026-11-22": "2", "2026-10-23": "4", "2026-10-22": "8"}
    rows = [{"day": day, "amount": amount} for day, amount in days.items()]
    rows += [{"day": "2026-11-22"}, {"amount": "16"}]
    outcome = judge_rows(OF, CHECK | {"of": "amount"}, rows, tmp_path)
    assert outcome.counts == (4, 1, 1, 0)
    found = facts_in(tmp_path)
    buckets = ("<0", "0-<30", "30-<60", ">=60", "all")
    assert [found[None, one, "count"] for one in buckets] == ["1", "2", "2", "0", "5"]
    assert [found[None, one, "sum"] for one in buckets] == [
        "1.00",
        "2.00",
        "12.00",
        "0.00",
        "15.00",
    ]
    assert found[None, "all", "without_amount"] == "1"


def test_age_and_limit_may_be_of_the_row(tmp_path: Path) -> None:
    check = CHECK | {"until": "paid", "limit": "term"}
    rows = [
        {"day": "2026-01-01", "paid": "2026-01-11", "term": 10},
        {"day": "2026-01-01", "paid": "2026-01-11", "term": 9},
        {"day": "2026-01-01", "paid": "2026-01-11"},
        {"day": "2026-01-01", "term": 10},
    ]
    outcome = judge_rows(OF, check, rows, tmp_path, unreadable={3: ["paid"]})
    assert outcome.counts == (1, 1, 2, 0)
    assert outcome.column("reason") == [None, "missing", "unreadable"]


def test_a_limit_not_in_force_is_undetermined(tmp_path: Path) -> None:
    most = parameter("most", (Decimal(30), "2026-01-01", None))
    rows = [{"day": "2026-11-01"}, {"day": "2025-12-31"}, {}]
    more = {"dated_by": "day", "parameters": [most]}
    outcome = judge_rows(OF, CHECK | {"limit": "most"}, rows, tmp_path, **more)
    assert outcome.counts == (1, 0, 2, 0)
    assert outcome.column("reason") == ["parameter", "no_date"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"since": "x"}, "formula.type"),
        ({"until": "amount"}, "formula.type"),
        ({"limit": "day"}, "formula.type"),
        ({"bounds": [30, 0]}, "check.bad_value"),
        ({"of": "x"}, "formula.type"),
    ],
)
def test_what_cannot_be_judged_is_refused(change, code, tmp_path: Path) -> None:
    with pytest.raises((RulesError, FormulaError)) as refused:
        judge_rows(OF, CHECK | change, [], tmp_path)
    assert refused.value.code == code


def test_age_alone_sets_no_violation(tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_rows(OF, CHECK, [], tmp_path, rule_class=RuleClass.VIOLATION)
    assert refused.value.code == "check.class"
