from datetime import date, time
from decimal import Decimal
from time import monotonic

import pytest

from rules.errors import FormulaError
from rules.formula import Scope, compile_formula, condition
from tests.rules.building import AS_OF, CALENDAR, computed, contract, parameter, table

WIDE = contract(
    a="money:2", b="decimal:3", i="integer", s="text", c="category:OPEN|SHUT",
    d="date", w="datetime", o="boolean",
)  # fmt: skip
ROWS = table(
    WIDE,
    [
        {"a": "10.50", "b": "-2.125", "i": 3, "s": "Nguyễn Văn A", "c": "OPEN",
         "d": "2026-01-05", "w": "2026-01-05T15:00:00", "o": True},
        {"a": "-3.25", "b": "0", "i": 0, "s": "  ", "c": "SHUT",
         "d": "2026-12-31", "w": "2026-01-09T16:30:01", "o": False},
        {},
    ],
)  # fmt: skip
D = Decimal
SCOPE = Scope(contract=WIDE, parameters={}, calendar=CALENDAR, as_of=AS_OF)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b", [D("8.375"), D("-3.250"), None]),
        ("a - i", [D("7.50"), D("-3.25"), None]),
        ("a * b", [D("-22.31250"), D("0.00000"), None]),
        ("a / i", [D("3.5000000000"), None, None]),
        ("i / 7", [D("0.4285714286"), D("0E-10"), None]),
        ("-b", [D("2.125"), D("0.000"), None]),
        ("ABS(a)", [D("10.50"), D("3.25"), None]),
        ("MOD(a, 3)", [D("1.50"), D("2.75"), None]),
        ("a % -3", [D("-1.50"), D("-0.25"), None]),
        ("MOD(a, 0)", [None, None, None]),
        ("ROUND(a, 0)", [D(11), D(-3), None]),
        ("ROUND(b, 2)", [D("-2.13"), D("0.00"), None]),
        ("ROUND(a, -1)", [D(10), D(0), None]),
        ("ROUND(a, 5)", [D("10.50"), D("-3.25"), None]),
        ("NUMBER('007')", [D(7)] * 3),
        ("NUMBER(s)", [None] * 3),
        ("LEN(s) - 20", [D(-8), D(-18), None]),
        ("LEFT(s, 3)", ["Ngu", "  ", None]),
        ("RIGHT(s, 5)", ["Văn A", "  ", None]),
        ("MID(s, 8, 3)", ["Văn", "", None]),
        ("UPPER(s)", ["NGUYỄN VĂN A", "  ", None]),
        ("LOWER(s)", ["nguyễn văn a", "  ", None]),
        ("TRIM(s)", ["Nguyễn Văn A", "", None]),
        ("s & '!'", ["Nguyễn Văn A!", "  !", None]),
        ("CONTAINS(s, 'văn', 'x.y')", [True, False, None]),
        ("CONTAINS(s, '.')", [False, False, None]),
        ("s LIKE 'Ng%A'", [True, False, None]),
        ("s LIKE '__'", [False, True, None]),
        ("REGEX(s, '^\\s+$')", [False, True, None]),
        ("c IN ('OPEN', 'SHUT')", [True, True, None]),
        ("i IN (3, 0.5)", [True, False, None]),
        ("i IN (3, NULL)", [True, None, None]),
        ("a BETWEEN -3.25 AND 10", [False, True, None]),
        ("a >= 10.5", [True, False, None]),
        ("s IS NULL", [False, False, True]),
        ("s IS NOT NULL", [True, True, False]),
        ("ISBLANK(s)", [False, True, True]),
        ("ISBLANK(a)", [False, False, True]),
        ("o AND NULL", [None, False, None]),
        ("o OR NULL", [True, None, None]),
        ("NOT o", [False, True, None]),
        ("IMPLIES(o, i = 0)", [False, True, None]),
        ("IF(o, 1, 2.5)", [D("1.0"), D("2.5"), None]),
        ("IF(o, NULL, i = 0)", [None, True, None]),
        ("YEAR(d) * 100 + MONTH(d)", [D(202601), D(202612), None]),
        ("DAY(d)", [D(5), D(31), None]),
        ("WEEKDAY(d)", [D(1), D(4), None]),
        ("DAYS('2026-01-01', d)", [D(4), D(364), None]),
        ("d - DATE '01/01/2026'", [D(4), D(364), None]),
        ("d + 1", [date(2026, 1, 6), date(2027, 1, 1), None]),
        ("d - i", [date(2026, 1, 2), date(2026, 12, 31), None]),
        ("d + 10000000", [None, None, None]),
        ("d = DATE(2026, 1, 5)", [True, False, None]),
        ("d < '2026-01-06'", [True, False, None]),
        ("w >= '2026-01-09 16:30:01'", [False, True, None]),
        ("TODATE(w) = d", [True, False, None]),
        ("TIMEOF(w) <= '15:00'", [True, False, None]),
        ("TIMEOF(w)", [time(15), time(16, 30, 1), None]),
        ("AS_OF()", [AS_OF] * 3),
        ("1 / 3", [D("0.3333333333")] * 3),
        ("2 / 0 > 1", [None] * 3),
    ],
)  # fmt: skip
def test_a_formula_gives(text: str, expected: list[object]) -> None:
    assert computed(text, ROWS) == expected


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("zz > 1", "formula.unknown_name", 0),
        ("a > zz", "formula.unknown_name", 4),
        ("SUM(a) > 1", "formula.unknown_function", 0),
        ("eval('1')", "formula.unknown_function", 0),
        ("a > LEFT(s)", "formula.argument_count", 4),
        ("AS_OF(1) > d", "formula.argument_count", 0),
        ("AND()", "formula.argument_count", 0),
        ("DATE(2026, 1) = d", "formula.argument_count", 0),
        ("i + s > 1", "formula.type", 2),
        ("i AND o", "formula.type", 2),
        ("UPPER(i) = 'A'", "formula.type", 0),
        ("o = 1", "formula.mixed_types", 2),
        ("d = w", "formula.mixed_types", 2),
        ("d > 20260101", "formula.mixed_types", 2),
        ("IF(o, 1, 'a') = 1", "formula.mixed_types", 0),
        ("WORKDAYS(w, d) > 1", "formula.type", 0),
        ("d > '2026-02-30'", "formula.bad_literal", 2),
        ("DATE '30/02/2026' < d", "formula.bad_literal", 0),
        ("TIMEOF(w) < '25:00'", "formula.bad_literal", 10),
        ("c = 'OPNE'", "formula.not_a_value", 2),
        ("c IN ('OPEN', 'x')", "formula.not_a_value", 2),
        ("LEFT(s, i) = 'a'", "formula.constant_needed", 0),
        ("LEFT(s, -1) = 'a'", "formula.constant_range", 0),
        ("ROUND(a, 99) = 1", "formula.constant_range", 0),
        ("s LIKE 'a' & 'b'", "formula.syntax", 11),
        ("REGEX(s, '(')", "formula.bad_pattern", 0),
        ("a BETWEEN 2 AND 1.99", "formula.empty_range", 2),
        ("d BETWEEN '2026-02-02' AND '01/02/2026'", "formula.empty_range", 2),
        ("REGEX(s, '\\w{1000}{1000}')", "formula.bad_pattern", 0),
        ("d + 1.5 > d", "formula.whole_needed", 2),
        ("a * a * b > 1", "formula.too_wide", 6),
        ("i * i * i > 1", "formula.too_wide", 6),
        ("ROUND(a, 18) * b * b > 1", "formula.too_wide", 17),
    ],
)
def test_a_mistake_is_refused_where_it_stands(text: str, code: str, at: int) -> None:
    with pytest.raises(FormulaError) as caught:
        condition(text, SCOPE)
    assert (caught.value.code, caught.value.facts["at"]) == (code, at)


def test_a_condition_must_be_one() -> None:
    with pytest.raises(FormulaError) as caught:
        condition("a + 1", SCOPE)
    assert caught.value.facts == {"expected": "condition", "found": "number", "at": 2}


def test_nesting_that_multiplies_is_refused_before_it_costs() -> None:
    nested = "1"
    for _ in range(25):
        nested = f"1 / ({nested})"
    with pytest.raises(FormulaError) as caught:
        compile_formula(nested, SCOPE)
    assert caught.value.code == "formula.too_complex"


@pytest.mark.parametrize(
    ("head", "core", "tail"),
    [
        ("", "d", " + 1"), ("EDATE(", "d", ", 1)"), ("EOMONTH(", "d", ")"),
        ("ADD_WORKDAYS(", "d", ", 1)"), ("DATE(YEAR(", "d", "), 1, 1)"), ("TEXT(LEN(", "s", "))"),
        ("SWITCH(", "i", ", 1, 2, 3, 4, 5, 6, 7)"), ("(", "o", " IN (TRUE, FALSE, o))"),
        ("COALESCE(", "i", ", i, i)"), ("ROUND(ABS(", "a", "), -1)"), ("1 / (", "i", ")"),
        ("SUBSTITUTE(", "s", ", 'n', 'nnnnnnnnnn')"), ("MIN(", "a", ", a)"),
        ("IF(o, ", "a", ", a)"), ("FIND('a', TEXT(", "i", "))"), ("FOLD(", "s", ")"),
        ("YEARS(d, DATE(", "i", ", 1, 1))"), ("CONCAT(s, ", "s", ", s)"),
    ],
)  # fmt: skip
def test_the_deepest_nesting_that_is_taken_runs_at_once(head: str, core: str, tail: str) -> None:
    deepest = next(depth for depth in range(60, 0, -1) if compiles(head, core, tail, depth))
    began = monotonic()
    computed(head * deepest + core + tail * deepest, ROWS)
    # A second or two on any machine; what doubles with each level would take minutes.
    assert monotonic() - began < 15


def compiles(head: str, core: str, tail: str, depth: int) -> bool:
    try:
        compile_formula(head * depth + core + tail * depth, SCOPE)
    except FormulaError:
        return False
    return True


def test_a_formula_of_constants_is_worked_out_at_once() -> None:
    text = "(ISWORKDAY(EDATE(DATE '2026-02-28', 0)) IS NOT TRUE)"
    assert computed(text, ROWS) == [True, True, True]
    assert computed("WORKDAYS('2026-01-09', '2026-01-12') + i", ROWS) == [D(5), D(2), None]


def test_a_cell_that_could_not_be_read_is_neither_null_nor_blank() -> None:
    rows = table(WIDE, [{"i": 1}, {"i": 1}, {}], unreadable={1: ["s"]})
    assert computed("s IS NULL", rows) == [True, None, True]
    assert computed("ISBLANK(s)", rows) == [True, None, True]
    assert computed("s IS NOT NULL", rows) == [False, None, False]
    assert computed("i = 2 AND s IS NULL", rows) == [False, False, None]
    assert computed("UPPER(s & 'x') IS NULL", rows) == [True, None, True]


def test_a_number_of_more_than_18_digits_counts_as_unreadable() -> None:
    rows = table(WIDE, [{"a": "9" * 16 + ".99"}, {"a": "1" + "0" * 16}])
    assert computed("a + 0.01", rows) == [D("1" + "0" * 16), None]
    assert computed("a IS NULL", rows) == [False, None]


def test_a_parameter_has_the_value_of_the_records_day() -> None:
    limit = parameter(
        "limit", (20, None, "2025-12-31"), (18.5, "2026-01-01", "2026-06-30"),
        (15, "2026-07-01", None),
    )  # fmt: skip
    days = ["2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01", None]
    rows = table(WIDE, [{"d": day} for day in days])
    given = computed("limit", rows, parameters=[limit], dated_by="d")
    assert given == [D("20.0"), D("18.5"), D("18.5"), D("15.0"), None]


def test_a_parameter_may_have_no_value_on_a_day() -> None:
    limit = parameter("limit", (20, "2026-01-02", "2026-01-03"))
    rows = table(WIDE, [{"d": day} for day in ("2026-01-01", "2026-01-03", "2026-01-04")])
    assert computed("limit > 1", rows, parameters=[limit], dated_by="d") == [None, True, None]


def test_a_parameter_may_be_a_time_chosen_by_a_datetime() -> None:
    cutoff = parameter("cutoff", (time(15), None, "2026-01-05"), (time(16), "2026-01-06", None))
    rows = table(WIDE, [{"w": "2026-01-05T15:00:01"}, {"w": "2026-01-06T15:00:01"}])
    given = computed("TIMEOF(w) <= cutoff", rows, parameters=[cutoff], dated_by="w")
    assert given == [False, True]


@pytest.mark.parametrize(
    ("made", "dated_by", "code"),
    [
        (parameter("limit", (20, None, None)), None, "formula.no_date_column"),
        (parameter("a", (20, None, None)), "d", "formula.ambiguous_name"),
        (
            parameter("limit", (20, None, "2026-01-01"), (time(15), "2026-01-02", None)),
            "d",
            "formula.parameter_types",
        ),
    ],
)
def test_a_parameter_is_refused(made: object, dated_by: str | None, code: str) -> None:
    with pytest.raises(FormulaError) as caught:
        computed(f"{made.name} > 1", ROWS, parameters=[made], dated_by=dated_by)
    assert caught.value.code == code


def test_datetimes_keep_their_microseconds() -> None:
    rows = table(WIDE, [{"w": "2026-01-05T15:00:00.000001"}])
    assert computed("TIMEOF(w) <= '15:00:00'", rows) == [False]
