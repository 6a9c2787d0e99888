from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import FormulaError
from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(entry="code", debit="money:2", credit="money:1", state="text")
CHECK = {"kind": "balance", "by": ["entry"], "debit": "debit", "credit": "credit"}


def judge_entries(rows: list[tuple[object, ...]], into: Path, **more: object) -> Outcome:
    cells = [dict(zip(("entry", "debit", "credit", "state"), row, strict=False)) for row in rows]
    unreadable, check = more.pop("unreadable", None), CHECK | more.pop("check", {})
    made = pack(rule(check, "group", **more), contracts=[OF])
    return judged(made, into, table(OF, cells, unreadable=unreadable))


def test_a_line_says_both_sums(tmp_path: Path) -> None:
    rows = [("a", 5, None), ("a", None, "4.9"), ("b", 1, None), ("b", None, 1)]
    outcome = judge_entries(
        rows, tmp_path, check={"one_sided": True},
        message=Text(vi="{entry}: {count} dòng, lệch {difference}", en=""), amount="difference",
    )  # fmt: skip
    assert outcome.counts == (1, 1, 0, 0)
    told = outcome.lines.select("found", "expected", "difference", "rows", "message_vi", "amount")
    assert told.rows() == [("5.00", "4.90", "0.10", 2, "a: 2 dòng, lệch 0,10", Decimal("0.10"))]


def test_only_a_blank_counts_as_nothing(tmp_path: Path) -> None:
    rows = [("a", 1, None), ("a", None, 1), ("b", None, None), ("c", 2, 2), ("d", 2, 0)]
    check = {"one_sided": True, "debit": "debit / (credit - 2)"}
    plain = judge_entries(rows, tmp_path, check={"one_sided": True}, unreadable={3: ["credit"]})
    assert plain.counts == (1, 1, 2, 0)
    assert plain.column("reason") == ["missing", "unreadable", None]
    # Division by zero is no blank.
    undefined = judge_entries([("c", 2, 2)], tmp_path, check=check)
    assert undefined.column("reason") == ["undefined"]


def test_sums_that_may_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormulaError) as refused:
        judge_entries([("a", 1, 1)], tmp_path, check={"debit": "debit * debit"})
    assert refused.value.code == "formula.too_wide"


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(-99, 99), st.integers(-99, 99))))
def test_sums_are_what_adding_gives(tmp_path: Path, rows: list[tuple[str, int, int]]) -> None:
    given_rows = [*rows, ("c", 0, 0)]
    outcome = judge_entries(given_rows, tmp_path)
    apart = {
        key
        for key in "abc"
        if sum(d for k, d, _ in given_rows if k == key)
        != sum(c for k, _, c in given_rows if k == key)
    }
    assert set(outcome.column("unit_key")) == apart
