import pytest
from hypothesis import given

from rules.checks.subject import prepared
from rules.errors import FormulaError
from rules.formula import Scope, compile_formula
from rules.formula.explaining import MOST_STEPS, steps
from rules.formula.writing import text_of
from tests.rules.building import AS_OF, CALENDAR, contract, parameter, table
from tests.rules.formula.writing_formulas import EXTREMES, OF, QUICK, formulas

TABLE = contract(a="money:2", b="integer", s="text", d="date")
LIMIT = parameter("limit", (20, None, "2025-12-31"), (15, "2026-01-01", None))
SCOPE = Scope(
    contract=TABLE, parameters={"limit": LIMIT}, calendar=CALENDAR, as_of=AS_OF, dated_by="d"
)


def told(text: str, **row: object) -> list[tuple[str, str | None]]:
    """The steps of a formula on one row."""
    made = steps(text, SCOPE)
    frame = prepared(table(TABLE, [row]).frame, TABLE, [one.name for one in TABLE.columns])
    (values,) = frame.select(step.expr for step in made).collect().rows()
    return [(step.text, value) for step, value in zip(made, values, strict=True)]


def test_a_verdict_is_retraced_from_the_columns_to_the_whole() -> None:
    assert told("(a + 1) * b >= limit AND s IS NOT NULL", a="2.50", b=4, d="2026-03-01") == [
        ("a", "2.50"),
        ("(a + 1)", "3.50"),
        ("b", "4"),
        ("(a + 1) * b", "14.00"),
        ("limit", "15"),
        ("(a + 1) * b >= limit", "false"),
        ("s", None),
        ("s IS NOT NULL", "false"),
        ("(a + 1) * b >= limit AND s IS NOT NULL", "false"),
    ]


def test_what_is_not_known_is_null() -> None:
    assert told("a / b > 1 OR d > DATE '2026-01-01'", a=1, b=0) == [
        ("a", "1.00"), ("b", "0"), ("a / b", None), ("a / b > 1", None),
        ("d", None), ("d > DATE '2026-01-01'", None),
        ("a / b > 1 OR d > DATE '2026-01-01'", None),
    ]  # fmt: skip


def test_a_step_knows_its_place_and_kind() -> None:
    places = [(step.text, step.at, step.end, step.type) for step in steps("LEN(s) > -1", SCOPE)]
    assert places == [
        ("s", 4, 5, "text"), ("LEN(s)", 0, 6, "number"), ("LEN(s) > -1", 0, 11, "condition"),
    ]  # fmt: skip


def test_a_constant_alone_is_still_the_whole() -> None:
    assert told("TRUE") == [("TRUE", "true")]


def test_a_long_formula_gives_its_outer_parts_and_says_what_it_leaves_out() -> None:
    text = " AND ".join(f"(a + {n} > b)" for n in range(50))
    made = steps(text, SCOPE)
    assert len(made) == MOST_STEPS
    assert [step.text for step in made if step.cut] != []
    assert made[-1].text == text
    assert not any(step.cut for step in steps("a > 1 AND b > 2", SCOPE))


def test_a_formula_that_does_not_compile_has_no_steps() -> None:
    with pytest.raises(FormulaError):
        steps("a > zz", SCOPE)


@QUICK
@given(formulas())
def test_the_steps_of_whatever_compiles_run_and_end_in_its_value(text: str) -> None:
    scope = Scope(contract=OF, parameters={}, calendar=CALENDAR, as_of=AS_OF)
    try:
        value = compile_formula(text, scope)
    except FormulaError:
        return
    made = steps(text, scope)
    frame = prepared(EXTREMES.frame, OF, [one.name for one in OF.columns])
    exprs = [step.expr.alias(str(at)) for at, step in enumerate(made)]
    rows = frame.select(*exprs, text_of(value).alias("whole")).collect()
    assert rows.get_column(str(len(made) - 1)).to_list() == rows.get_column("whole").to_list()
    assert [text[step.at : step.end] for step in made] == [step.text for step in made]
