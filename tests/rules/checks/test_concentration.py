from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import FormulaError, RulesError
from rules.rule import RuleClass
from tests.rules.building import contract
from tests.rules.checks.judging_indicators import facts_in, judge_rows

OF = contract(unit="code", vendor="code", branch="text", amount="money:2", wide="integer")
CHECK = {"kind": "concentration", "of": "amount", "party": ["vendor"], "limit": "0.5"}


def rows_of(**sums: object) -> list[Mapping[str, object]]:
    return [{"vendor": vendor, "amount": amount} for vendor, amount in sums.items()]


def test_the_largest_parties_are_told_by_name(tmp_path: Path) -> None:
    rows = [*rows_of(A=1, B=5, C=3, D=1), *rows_of(A=4)]
    outcome = judge_rows(OF, CHECK | {"largest": 2}, rows, tmp_path, "table")
    found = facts_in(tmp_path)
    assert found[None, "1: A", "sum"] == "5.00"
    assert found[None, "2: B", "sum"] == "5.00"
    assert found[None, "all", "parties"] == "4"
    assert found[None, "all", "share_of_largest"] == "0.714285714286"
    (line,) = outcome.lines.iter_rows(named=True)
    assert (line["found"], line["expected"]) == ("0.714285714286", "0.5")


def test_the_limit_itself_is_met(tmp_path: Path) -> None:
    assert judge_rows(OF, CHECK, rows_of(A=2, B=2), tmp_path, "table").counts == (1, 0, 0, 0)
    over = rows_of(A="2.01", B=2)
    assert judge_rows(OF, CHECK, over, tmp_path, "table").counts == (0, 1, 0, 0)


def test_a_third_is_not_rounded_before_it_is_judged(tmp_path: Path) -> None:
    rows = rows_of(A=1, B=1, C=1)
    for limit, counts in (("0.333333333333", (0, 1, 0, 0)), ("0.333333333334", (1, 0, 0, 0))):
        assert judge_rows(OF, CHECK | {"limit": limit}, rows, tmp_path, "table").counts == counts


def test_the_index_is_exact_for_long_amounts(tmp_path: Path) -> None:
    rows = rows_of(A="9999999999999999.99", B="9999999999999999.99")
    check = CHECK | {"measure": "hhi", "limit": 5000}
    assert judge_rows(OF, check, rows, tmp_path, "table").counts == (1, 0, 0, 0)
    rows[0] = {"vendor": "A", "amount": "9999999999999999.98"}
    assert judge_rows(OF, check, rows, tmp_path, "table").counts == (0, 1, 0, 0)


def test_two_parts_of_a_party_never_read_as_one(tmp_path: Path) -> None:
    rows = [
        {"vendor": "A", "branch": "B · C", "amount": 1},
        {"vendor": "A · B", "branch": "C", "amount": 1},
    ]
    judge_rows(OF, CHECK | {"party": ["vendor", "branch"]}, rows, tmp_path, "table")
    assert facts_in(tmp_path)[None, "all", "parties"] == "2"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (rows_of(A=1, B=-1), "undefined"),
        (rows_of(A=5, B=-1), "undefined"),
        ([{"vendor": "A"}], "missing"),
        ([{"vendor": " ", "amount": 1}], "key"),
        (rows_of(A=5), "too_few"),
    ],
)
def test_what_has_no_shares_is_undetermined(rows, reason, tmp_path: Path) -> None:
    outcome = judge_rows(OF, CHECK | {"minimum": 2}, rows, tmp_path, "table")
    assert outcome.counts == (0, 0, 1, 0)
    assert outcome.column("reason") == [reason]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"party": []}, "check.bad_value"),
        ({"measure": "gini"}, "check.not_a_choice"),
        ({"largest": 0}, "check.range"),
        ({"limit": "amount"}, "formula.constant_needed"),
        ({"limit": "0.1234567890123"}, "check.bad_value"),
        ({"of": "wide * amount"}, "formula.too_wide"),
    ],
)
def test_what_cannot_be_judged_is_refused(change, code, tmp_path: Path) -> None:
    with pytest.raises((RulesError, FormulaError)) as refused:
        judge_rows(OF, CHECK | change, [], tmp_path, "table")
    assert refused.value.code == code


def test_concentration_sets_no_violation(tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_rows(OF, CHECK, [], tmp_path, "table", rule_class=RuleClass.VIOLATION)
    assert refused.value.code == "check.class"


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(1, 10**16)), min_size=1),
    largest=st.integers(1, 4),
    limit=st.sampled_from(["0.25", "0.4", "0.5", "0.75"]),
)
def test_the_verdict_is_that_of_fractions(rows, largest, limit, tmp_path: Path) -> None:
    sums: dict[str, int] = {}
    for vendor, cents in rows:
        sums[vendor] = sums.get(vendor, 0) + cents
    top = sum(sorted(sums.values(), reverse=True)[:largest])
    is_over = Fraction(top, sum(sums.values())) > Fraction(limit)
    cells = [{"vendor": vendor, "amount": Decimal(cents).scaleb(-2)} for vendor, cents in rows]
    check = CHECK | {"largest": largest, "limit": limit}
    assert judge_rows(OF, check, cells, tmp_path, "table").counts == (
        int(not is_over), int(is_over), 0, 0,
    )  # fmt: skip
