from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.checks.benford_law import (
    CONTEXT,
    DigitTest,
    deviation_of,
    expected_shares,
)
from rules.errors import FormulaError, RulesError
from rules.rule import RuleClass
from tests.rules.building import Outcome, contract, judged, pack, parameter, rule, table

OF = contract(unit="code", amount="money:2", day="date", state="text", wide="integer")
CHECK = {"kind": "benford", "of": "amount", "takes": "amount > 0", "test": "first", "minimum": 4,
         "limit": "0.1"}  # fmt: skip
NEAR = ["1.00", "15.00", "210.00", "3.33"]
NINES = ["9", "95", "99.99", "0.90"]


def judge_digits(
    amounts: Sequence[object], into: Path, *, unit: str = "table", **more: object
) -> Outcome:
    check = CHECK | more.pop("check", {})
    cells = [one if isinstance(one, dict) else {"amount": one} for one in amounts]
    unreadable, foreign = more.pop("unreadable", None), more.pop("foreign", ())
    parameters, kind = more.pop("parameters", ()), more.pop("rule_class", RuleClass.RISK)
    made = replace(rule(check, unit, **more), rule_class=kind)
    of = pack(made, contracts=[OF], parameters=parameters)
    return judged(of, into, table(OF, cells, unreadable=unreadable, foreign=foreign))


def facts(into: Path) -> dict[tuple[str | None, str, str], str]:
    rows = pl.read_parquet(into / "facts.parquet").iter_rows()
    return {(group, item, measure): value for _, group, item, measure, value in rows}


def test_digits_come_from_the_exact_decimal(tmp_path: Path) -> None:
    amounts = ["1000", "0.29", "0.58", "0.05", "999999.99", "10.00"]
    judge_digits(amounts, tmp_path, check={"test": "first-two"})
    found = facts(tmp_path)
    seen = {item: found[None, item, "observed"] for item in ("10", "29", "58", "50", "99", "28")}
    assert seen == {"10": "2", "29": "1", "58": "1", "50": "1", "99": "1", "28": "0"}
    assert found[None, "all", "observed"] == "6"


def test_a_power_of_ten_has_the_mantissa_zero(tmp_path: Path) -> None:
    judge_digits(["1000", "1", "100000", "0.01"], tmp_path)
    found = facts(tmp_path)
    assert found[None, "all", "mantissa_mean"] == "0"
    assert found[None, "all", "mantissa_arc_l2"] == "1"
    # All mantissas are equal: nothing is skewed.
    assert (None, "all", "mantissa_skewness") not in found


def test_the_last_two_digits_are_those_of_the_declared_places(tmp_path: Path) -> None:
    judge_digits(["1000", "7.05", "0.05", "12.34"], tmp_path, check={"test": "last-two"})
    found = facts(tmp_path)
    seen = {item: found[None, item, "observed"] for item in ("00", "05", "34", "12")}
    assert seen == {"00": "1", "05": "2", "34": "1", "12": "0"}


def test_the_money_of_a_group_is_summed_exactly(tmp_path: Path) -> None:
    amounts = ["1000.01", "10.02", "99", "55.5"]
    judge_digits(amounts, tmp_path, check={"test": "summation"})
    found = facts(tmp_path)
    assert found[None, "10", "observed"] == "1010.03"
    assert found[None, "all", "observed"] == "1164.53"
    assert found[None, "10", "rank"] == "1"


def test_the_second_order_looks_at_differences_of_distinct_amounts(tmp_path: Path) -> None:
    amounts = ["5", "5", "7", "30", "30", "130"]
    judge_digits(amounts, tmp_path, check={"test": "second-order", "minimum": 3})
    found = facts(tmp_path)
    seen = {item: found[None, item, "observed"] for item in ("20", "23", "10")}
    assert seen == {"20": "1", "23": "1", "10": "1"}
    assert found[None, "all", "observed"] == "3"


def test_the_deviation_is_held_against_the_limit(tmp_path: Path) -> None:
    assert judge_digits(NEAR, tmp_path).counts == (1, 0, 0, 0)
    outcome = judge_digits(NINES, tmp_path)
    assert outcome.counts == (0, 1, 0, 0)
    (line,) = outcome.lines.iter_rows(named=True)
    found, limit = Decimal(line["found"]), Decimal(line["expected"])
    assert (limit, Decimal(line["difference"])) == (Decimal("0.1"), found - Decimal("0.1"))
    assert found == Decimal(facts(tmp_path)[None, "all", "mad"])


def test_too_few_amounts_say_nothing(tmp_path: Path) -> None:
    outcome = judge_digits(NINES[:3], tmp_path)
    assert outcome.counts == (0, 0, 1, 0)
    assert outcome.column("reason") == ["too_few"]


def test_without_an_applying_row_the_rule_does_not_speak(tmp_path: Path) -> None:
    assert judge_digits(NINES, tmp_path, applies="state = 'PAID'").counts == (0, 0, 1, 0)
    rows = [{"amount": one, "state": "VOID"} for one in NINES]
    assert judge_digits(rows, tmp_path, applies="state = 'PAID'").counts == (0, 0, 0, 1)


def test_unknown_amounts_count_only_where_they_could_change_the_verdict(tmp_path: Path) -> None:
    outcome = judge_digits([*NEAR, None], tmp_path, unreadable={4: ["amount"]})
    assert outcome.counts == (0, 0, 1, 0)
    assert outcome.column("reason") == ["missing"]
    assert judge_digits([*NEAR * 5, None], tmp_path).counts == (1, 0, 0, 0)
    assert judge_digits([*NINES, None], tmp_path).counts == (0, 1, 0, 0)
    chi_square = {"measure": "chi-square", "limit": "15.5"}
    assert judge_digits([*NINES, None], tmp_path, check=chi_square).counts == (0, 0, 1, 0)


def test_a_row_without_its_group_is_a_unit_of_its_own(tmp_path: Path) -> None:
    rows = [{"unit": "A", "amount": one} for one in NINES]
    rows += [{"unit": "B", "amount": one} for one in NEAR]
    rows += [{"unit": " ", "amount": "9"}]
    outcome = judge_digits(rows, tmp_path, unit="group", check={"by": ["unit"]})
    assert outcome.counts == (1, 1, 1, 0)
    assert outcome.lines.select("unit_key", "row", "rows", "reason").rows() == [
        ("A", 2, 4, None),
        ("#10", 10, 1, "key"),
    ]
    assert {group for group, _, _ in facts(tmp_path)} == {"A", "B"}


def test_a_group_without_an_own_row_is_not_told(tmp_path: Path) -> None:
    rows = [{"unit": name, "amount": one} for name in "AB" for one in NINES]
    outcome = judge_digits(
        rows, tmp_path, unit="group", check={"by": ["unit"]}, scope="campaign",
        foreign=[0, 1, 2, 4, 5, 6, 7],
    )  # fmt: skip
    assert outcome.counts == (0, 1, 0, 0)
    assert outcome.lines.select("unit_key", "row", "rows").rows() == [("A", 5, 4)]
    assert {group for group, _, _ in facts(tmp_path)} == {"A"}


def test_a_dated_limit_must_be_one_for_the_whole_group(tmp_path: Path) -> None:
    limit = parameter(
        "bound", (Decimal("0.1"), "2025-01-01", "2025-12-31"), (Decimal("0.3"), "2026-01-01", None)
    )
    more = {"check": {"limit": "bound"}, "dated_by": "day", "parameters": [limit]}

    def judge_days(*days: str) -> Outcome:
        rows = [
            {"amount": one, "day": day} for one, day in zip(NINES, days, strict=True)
        ]  # fmt: skip
        return judge_digits(rows, tmp_path, **more)

    assert judge_days(*["2025-05-05"] * 4).counts == (0, 1, 0, 0)
    assert judge_days(*["2026-05-05"] * 4).counts == (1, 0, 0, 0)
    assert judge_days(*["2025-05-05"] * 3, "2026-05-05").column("reason") == ["limits"]
    assert judge_days(*["2024-05-05"] * 4).column("reason") == ["parameter"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"test": "third"}, "check.not_a_choice"),
        ({"measure": "arc", "test": "last-two"}, "check.not_a_choice"),
        ({"measure": "mad", "test": "last-two", "limit": None}, "check.limit_needed"),
        ({"minimum": 0}, "check.range"),
        ({"limit": "amount"}, "formula.constant_needed"),
        ({"of": "unit"}, "formula.type"),
        ({"of": "wide * amount"}, "formula.too_wide"),
        ({"by": ["unit"]}, "check.unit"),
        ({"takes": "amount"}, "formula.type"),
    ],
)
def test_what_cannot_be_judged_is_refused(change, code, tmp_path: Path) -> None:
    check = {key: value for key, value in (CHECK | change).items() if value is not None}
    made = replace(rule(check, "table"), rule_class=RuleClass.RISK)
    with pytest.raises((RulesError, FormulaError)) as refused:
        judged(pack(made, contracts=[OF]), tmp_path, table(OF, []))
    assert refused.value.code == code


def test_digits_alone_set_no_violation(tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_digits(NINES, tmp_path, rule_class=RuleClass.VIOLATION)
    assert refused.value.code == "check.class"


@pytest.mark.parametrize("test", list(DigitTest))
def test_the_law_is_a_distribution(test: DigitTest) -> None:
    total = sum(expected_shares(test).values(), Decimal(0))
    assert abs(total - 1) < Decimal("1e-25")


def test_the_excess_is_over_the_published_mean_by_chance() -> None:
    # Barney and Schulzke give 1/√158.8n for the first two digits.
    deviation = deviation_of(DigitTest.FIRST_TWO, {10: 1_000_000})
    assert deviation.excess_mad is not None
    by_chance = CONTEXT.subtract(deviation.mad, deviation.excess_mad)
    assert abs(1 / (by_chance * by_chance * 1_000_000) - Decimal("158.8")) < Decimal("0.1")


AMOUNTS = st.lists(st.integers(1, 10**12), min_size=8, max_size=60)


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(amounts=AMOUNTS, seed=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_is_no_matter(amounts: list[int], seed, tmp_path: Path) -> None:
    first = judge_digits([Decimal(one).scaleb(-2) for one in amounts], tmp_path).lines
    told = facts(tmp_path)
    seed.shuffle(amounts)
    again = judge_digits([Decimal(one).scaleb(-2) for one in amounts], tmp_path).lines
    assert first.equals(again)
    assert facts(tmp_path) == told


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(known=st.lists(st.integers(1, 9), min_size=4, max_size=30), cell=st.integers(1, 9))
def test_a_verdict_held_against_unknown_cells_holds_whatever_they_are(
    known: list[int], cell: int, tmp_path: Path
) -> None:
    perhaps = judge_digits([*known, None], tmp_path).counts
    left_out = judge_digits(known, tmp_path).counts
    filled = judge_digits([*known, cell], tmp_path).counts
    assert perhaps == (0, 0, 1, 0) or perhaps == left_out == filled
