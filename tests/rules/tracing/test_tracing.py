"""A trace tells the verdict that `judge` gives, and everything it was made of."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import TraceError
from rules.evaluation import judge
from rules.evaluation.trace import LONGEST, MOST_FORMULAS, MOST_ROWS, Place, Trace
from rules.evaluation.tracing import trace
from rules.pack import Pack
from rules.rule import Rule, Verdict
from rules.table import Table
from tests.rules.building import AS_OF, contract, pack, parameter, rule, table
from tests.rules.differential.generating import OF, ROWS, conditions

LIMIT = parameter("limit", (20, None, "2025-12-31"), (15, "2026-01-01", None))
T = contract(id="code", a="money:2", b="integer", s="text", d="date", p="boolean", key=("id",))
MUST = {"kind": "formula", "must": "a + 1 <= limit"}
ROW_KINDS = (
    {"kind": "formula", "must": "a <= limit OR s IS NULL"},
    {"kind": "required", "columns": ["s", "a"]},
    {"kind": "weekday-time", "at": "d", "not_on": ["weekly-rest", "holiday"]},
    {"kind": "round-amounts", "of": "a", "multiple": 10},
    {"kind": "just-below", "of": "a", "limit": "limit", "within": 5},
    {"kind": "segregation", "persons": ["s", "t"]},
)


def traced(made: Pack, *tables: Table, as_of: date = AS_OF, **at: object) -> Trace:
    named = {one.contract.name: one for one in tables}
    return trace(made, named, rule=made.rules[0].code, as_of=as_of, **at)


def one_row(one: Rule, row: dict[str, object], **more: object) -> Trace:
    made = pack(one, contracts=[T], parameters=[LIMIT])
    return traced(made, table(T, [row], **more), place=Place(row=2))


def test_a_met_row_is_told_in_full() -> None:
    told = one_row(
        rule(MUST, dated_by="d", applies="b > 0", in_force=(date(2026, 1, 1), None)),
        {"id": "K", "a": "13.00", "b": 1, "d": "2026-03-01"},
    )

    assert (told.verdict, told.reason, told.unit_key, told.rows) == (Verdict.MET, None, "K", 1)
    assert (told.in_force.on, told.in_force.holds) == (date(2026, 3, 1), True)
    assert told.applies is not None
    assert told.applies.value == "true"
    [used] = told.parameters
    assert (used.text, used.on, used.value) == ("15", date(2026, 3, 1), LIMIT.values[1])
    assert [(one.column, one.value) for one in told.inputs] == [
        ("a", "13.00"), ("b", "1"), ("d", "2026-03-01"),
    ]  # fmt: skip
    [must] = told.formulas
    assert [(step.text, step.value) for step in must.steps] == [
        ("a", "13.00"), ("a + 1", "14.00"), ("limit", "15"), ("a + 1 <= limit", "true"),
    ]  # fmt: skip
    assert (told.found, told.expected, told.difference) == ("14.00", "<= 15", "-1.00")


def test_a_record_outside_the_dates_in_force_is_not_applicable() -> None:
    told = one_row(
        rule(MUST, dated_by="d", in_force=(date(2026, 1, 1), None)), {"a": 1, "d": "2025-12-31"}
    )

    assert (told.verdict, told.in_force.holds) == (Verdict.NOT_APPLICABLE, False)
    assert told.parameters[0].text == "20"


def test_a_record_without_a_date_chooses_no_parameter() -> None:
    told = one_row(rule(MUST, dated_by="d"), {"a": 1})

    assert (told.verdict, told.reason) == (Verdict.UNDETERMINED, "no_date")
    assert (told.in_force.on, told.in_force.holds) == (None, None)
    assert (told.parameters[0].value, told.parameters[0].text) == (None, None)


def test_an_unreadable_cell_is_told_from_a_blank_one() -> None:
    told = one_row(rule(MUST, dated_by="d"), {"d": "2026-03-01"}, unreadable={0: ["a"]})

    cells = {one.column: (one.value, one.is_unreadable) for one in told.inputs}
    assert cells == {"a": (None, True), "d": ("2026-03-01", False)}
    assert (told.verdict, told.reason) == (Verdict.UNDETERMINED, "unreadable")


def test_a_rule_that_cannot_run_is_an_error_with_its_reason() -> None:
    made = pack(rule(MUST, dated_by="d"), contracts=[T], parameters=[LIMIT])

    told = traced(made, place=Place(row=2))

    assert (told.verdict, told.error_code, told.error_facts) == (
        None, "table_missing", {"table": "t"},
    )  # fmt: skip


def test_a_violated_row_speaks_in_both_languages() -> None:
    one = rule(MUST, dated_by="d", amount="a")
    told = one_row(one, {"a": "20.00", "d": "2026-03-01"})

    assert told.message is not None
    assert (told.verdict, told.amount, told.message.vi) == (Verdict.VIOLATED, "20.00", "—")


def test_the_trace_is_bounded_and_says_what_it_leaves_out() -> None:
    many = rule({"kind": "unique", "key": ["s"]})
    made = pack(many, contracts=[T])
    rows = [{"id": str(at), "s": "x" * (LONGEST + 7)} for at in range(MOST_ROWS + 5)]

    told = traced(made, table(T, rows), place=Place(row=9))

    [part] = told.compared
    assert (part.count, len(part.rows), part.left_out) == (MOST_ROWS + 5, MOST_ROWS, 5)
    assert part.rows[0].row == 9
    assert told.inputs[0].value == "x" * LONGEST + " … (+7)"


def test_the_formulas_of_a_check_are_bounded_too() -> None:
    texts = [f"IF(s = '{at}', s, '-')" for at in range(MOST_FORMULAS + 3)]
    made = pack(rule({"kind": "unique", "key": texts}), contracts=[T])

    told = traced(made, table(T, [{"s": "1"}]), place=Place(row=2))

    assert (len(told.formulas), told.formulas_left_out) == (MOST_FORMULAS, 3)


def test_a_group_is_found_by_any_of_its_rows() -> None:
    made = pack(rule({"kind": "unique", "key": ["s"]}, "group"), contracts=[T])
    rows = [{"id": "1", "s": "x"}, {"id": "2", "s": "y"}, {"id": "3", "s": "x"}]

    told = traced(made, table(T, rows), place=Place(row=4))

    assert (told.unit_key, told.rows, told.verdict) == ("x", 2, Verdict.VIOLATED)
    [part] = told.compared
    assert [(one.row, one.is_of_unit) for one in part.rows] == [(2, True), (4, True)]


def test_a_foreign_row_is_compared_but_not_judged() -> None:
    made = pack(rule({"kind": "unique", "key": ["s"]}, scope="campaign"), contracts=[T])
    rows = table(T, [{"id": "1", "s": "x"}, {"id": "2", "s": "x"}], foreign=[1])

    told = traced(made, rows, place=Place(row=2))

    assert [(one.row, one.is_own) for one in told.compared[0].rows] == [(2, True), (3, False)]
    with pytest.raises(TraceError, match=r"trace\.no_unit"):
        traced(made, rows, place=Place(row=3))


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ({"place": Place(row=9)}, "trace.no_unit"),
        ({"key": "Z"}, "trace.no_unit"),
        ({"key": "K"}, "trace.several_units"),
        ({}, "trace.several_units"),
        ({"place": Place(row=2), "key": "L"}, "trace.no_unit"),
    ],
)
def test_a_unit_that_is_not_one_is_refused(at: dict[str, object], code: str) -> None:
    made = pack(rule({"kind": "required", "columns": ["s"]}), contracts=[T])
    rows = table(T, [{"id": "K"}, {"id": "K"}, {"id": "L"}])

    with pytest.raises(TraceError) as refused:
        traced(made, rows, **at)

    assert refused.value.code == code


def test_an_unknown_rule_is_refused() -> None:
    made = pack(rule(MUST, dated_by="d"), contracts=[T], parameters=[LIMIT])

    with pytest.raises(TraceError, match=r"trace\.unknown_rule"):
        trace(made, {}, rule="NONE", as_of=AS_OF)


MOST = 5  # rows: each is traced by itself
QUICK = settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))


def verdicts_of(one: Rule, of: Table) -> list[str]:
    """What `judge` says of each row: what stands in no list is met or not applicable."""
    made = pack(one, contracts=[OF], parameters=[LIMIT])
    with TemporaryDirectory() as folder:
        (tally,) = judge(made, {"t": of}, as_of=AS_OF, into=Path(folder))
        lines = pl.read_parquet(Path(folder) / "violations.parquet")
    listed = dict(lines.select("row", "verdict").iter_rows())
    rows = range(2, 2 + tally.population)
    assert tally.error == 0
    traces = [traced(made, of, place=Place(row=row)).verdict for row in rows]
    assert traces.count(Verdict.MET) == tally.met
    assert traces.count(Verdict.NOT_APPLICABLE) == tally.not_applicable
    assert [(row, told.value) for row, told in zip(rows, traces, strict=True) if row in listed] == (
        sorted(listed.items())
    )
    return [told.value for told in traces]


@QUICK
@given(ROWS, conditions(), conditions(), st.sampled_from(["undetermined", "violated"]))
def test_the_verdict_of_any_condition_is_the_judged_one(
    rows: list[dict[str, object]], must: str, applies: str, on_missing: str
) -> None:
    one = rule({"kind": "formula", "must": must}, applies=applies, on_missing=Verdict(on_missing))

    assert len(verdicts_of(one, table(OF, rows[:MOST]))) == len(rows[:MOST])


@pytest.mark.parametrize("check", [pytest.param(one, id=str(one["kind"])) for one in ROW_KINDS])
@QUICK
@given(rows=ROWS, unreadable=st.sets(st.integers(0, 4)))
def test_the_verdict_of_every_row_kind_is_the_judged_one(
    check: dict[str, object], rows: list[dict[str, object]], unreadable: set[int]
) -> None:
    one = rule(check, rule_class="risk", dated_by="d", applies="n IS NULL OR n > -3")
    of = table(OF, rows[:MOST], unreadable={at: ["a", "s"] for at in unreadable})

    assert len(verdicts_of(one, of)) == len(rows[:MOST])
