from pathlib import Path

import polars as pl
import pytest

from rules.errors import RulesError
from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, parameter, rule, table

OF = contract(no="code", debit="money:2", on="date", said="integer", state="text")
HEAD = contract("head", rows="integer", total="money:1")
SAID = Text(vi="{found} / {expected} / {difference}", en="")
ROWS = [{"no": "1", "debit": "60.50"}, {"no": "2", "debit": "40"}]


def judge_totals(
    into: Path, rows: list[dict], head: list[dict], check: dict, **more: object
) -> Outcome:
    parameters = more.pop("parameters", ())
    made = pack(
        rule({"kind": "control-totals", **check}, "table", message=SAID, **more),
        contracts=[OF, HEAD], parameters=parameters,
    )  # fmt: skip
    return judged(made, into, table(OF, rows), table(HEAD, head))


DECLARED = {"declared_in": "head", "rows": "rows", "sums": {"debit": "total"}}


def test_every_figure_is_told_and_kept(tmp_path: Path) -> None:
    outcome = judge_totals(tmp_path, ROWS, [{"rows": 3, "total": "100.5"}], DECLARED)
    assert outcome.counts == (0, 1, 0, 0)
    assert outcome.column("message_vi") == [
        "rows: 2; debit: 100.50 / rows: 3; debit: 100.50 / rows: -1; debit: 0.00"
    ]
    facts = pl.read_parquet(tmp_path / "facts.parquet").select("item", "measure", "value")
    assert facts.rows() == [
        ("rows", "found", "2"), ("rows", "declared", "3"), ("rows", "difference", "-1"),
        ("debit", "found", "100.50"), ("debit", "declared", "100.50"),
        ("debit", "difference", "0.00"),
    ]  # fmt: skip


def test_one_figure_is_a_number_in_the_message(tmp_path: Path) -> None:
    outcome = judge_totals(
        tmp_path, ROWS, [{}], {"sums": {"debit": 1000}}, amount="ABS(difference)"
    )
    assert outcome.column("message_vi") == ["100,50 / 1.000 / -899,50"]
    assert [str(one) for one in outcome.column("amount")] == ["899.50"]


def test_what_is_not_known_is_shown_as_such(tmp_path: Path) -> None:
    rows = [{"no": "1", "debit": None}, {"no": "2", "debit": 1}]
    outcome = judge_totals(tmp_path, rows, [{"rows": 3, "total": None}], DECLARED)
    assert outcome.counts == (0, 1, 0, 0)
    assert outcome.column("found") == ["rows: 2; debit: ?"]
    outcome = judge_totals(tmp_path, rows, [{"rows": 2, "total": None}], DECLARED)
    assert (outcome.counts, outcome.column("reason")) == ((0, 0, 1, 0), ["missing"])


def test_a_row_that_may_not_count_leaves_the_totals_open(tmp_path: Path) -> None:
    rows = [{"no": "1", "debit": 1, "state": "OK"}, {"no": "2", "debit": 1}]
    outcome = judge_totals(
        tmp_path, rows, [{"rows": 9, "total": 9}], DECLARED, applies="state = 'OK'"
    )
    assert (outcome.counts, outcome.column("reason")) == ((0, 0, 1, 0), ["missing"])


@pytest.mark.parametrize(
    ("said", "counts", "reasons"),
    [
        ((2, 2), (1, 0, 0, 0), []),
        ((3, 3), (0, 1, 0, 0), [None]),
        ((2, 3), (0, 0, 1, 0), ["ambiguous"]),
        ((2, None), (0, 0, 1, 0), ["missing"]),
    ],
)
def test_a_column_may_declare_a_total_on_every_row(
    said: tuple[object, object], counts: tuple[int, ...], reasons: list[object], tmp_path: Path
) -> None:
    rows = [{"no": f"{one}", "said": one} for one in said]
    outcome = judge_totals(tmp_path, rows, [{}], {"rows": "said"})
    assert (outcome.counts, outcome.column("reason")) == (counts, reasons)


def test_a_parameter_declares_what_was_in_force(tmp_path: Path) -> None:
    due = parameter("due", (1, None, "2025-12-31"), (2, "2026-01-01", None))
    rows = [{"no": "1", "on": "2026-01-01"}, {"no": "2", "on": "2026-02-01"}]
    made = {"dated_by": "on", "parameters": [due]}
    outcome = judge_totals(tmp_path, rows, [{}], {"rows": "due"}, **made)
    assert outcome.counts == (1, 0, 0, 0)
    assert [use.value.value for use in outcome.tally.parameters] == [2]
    across = [rows[0], {"no": "2", "on": "2025-12-31"}]
    outcome = judge_totals(tmp_path, across, [{}], {"rows": "due"}, **made)
    assert outcome.column("reason") == ["ambiguous"]


def test_a_row_of_totals_may_stand_among_the_others(tmp_path: Path) -> None:
    check = {"declared_in": "t", "where": "ISBLANK(no)", "sums": {"debit": "debit"}}
    total = {"debit": "100.50"}
    outcome = judge_totals(tmp_path, [*ROWS, total], [{}], check, applies="NOT ISBLANK(no)")
    assert outcome.counts == (1, 0, 0, 0)
    outcome = judge_totals(tmp_path, ROWS, [{}], check, applies="NOT ISBLANK(no)")
    assert (outcome.counts, outcome.column("reason")) == ((0, 0, 1, 0), ["missing"])


def test_a_declaration_that_may_not_count_leaves_the_totals_open(tmp_path: Path) -> None:
    check = {"declared_in": "head", "where": "rows = 2", "sums": {"debit": "total"}}
    head = [{"rows": 2, "total": 9}, {"rows": None, "total": 1}, {"rows": 7, "total": 1}]
    outcome = judge_totals(tmp_path, ROWS, head, check)
    assert (outcome.counts, outcome.column("reason")) == ((0, 0, 1, 0), ["missing"])


def test_a_condition_needs_a_table_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_totals(tmp_path, ROWS, [{}], {"rows": 2, "where": "no = '1'"})
    assert refused.value.code == "check.missing_key"


@pytest.mark.parametrize("check", [{}, {"sums": {}}, {"sums": ["debit"]}, {"sums": {1: "debit"}}])
def test_without_a_figure_the_rule_is_refused(check: dict, tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_totals(tmp_path, ROWS, [{}], check)
    assert refused.value.code == "check.bad_value"
