"""Arithmetic against Python's Decimal, and anything that compiles against extreme rows."""

import calendar
from datetime import date
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    localcontext,
)

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from rules.checks.subject import prepared
from rules.errors import FormulaError
from rules.formula import Scope, compile_formula
from tests.rules.building import AS_OF, CALENDAR, computed, contract, table
from tests.rules.formula.writing_formulas import EXTREMES, FAST, OF, formulas

X = st.integers(-(10**18) + 1, 10**18 - 1).map(lambda whole: Decimal(whole).scaleb(-2))
Y = st.integers(-(10**18) + 1, 10**18 - 1).map(lambda whole: Decimal(whole).scaleb(-3))
N = st.integers(-(10**18) + 1, 10**18 - 1)


def rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def cut(number: Decimal, places: int, how: str) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), how)


def low(number: Decimal, multiple: str) -> Decimal:
    """The remainder of Decimal has the sign of the number: one multiple more below zero."""
    step = Decimal(multiple)
    return step if number % step < 0 else Decimal(0)


@settings(FAST, max_examples=60)
@given(st.lists(st.tuples(X, Y, N), min_size=1, max_size=8))
def test_arithmetic_equals_pythons_decimal(rows: list[tuple[Decimal, Decimal, int]]) -> None:
    evidence = table(OF, [{"x": x, "y": y, "n": n} for x, y, n in rows])
    with localcontext() as context:
        context.prec = 120
        expected = {
            "x + y": [x + y for x, y, _ in rows],
            "x - n": [x - n for x, _, n in rows],
            "x * y": [x * y for x, y, _ in rows],
            "n * n": [Decimal(n * n) for *_, n in rows],
            "-n": [Decimal(-n) for *_, n in rows],
            "ABS(n)": [Decimal(abs(n)) for *_, n in rows],
            "ROUND(y, 1)": [rounded(y, 1) for _, y, _ in rows],
            "ROUND(x * y, 2)": [rounded(x * y, 2) for x, y, _ in rows],
            "ROUND(x, -3)": [rounded(x / 1000, 0) * 1000 for x, *_ in rows],
            "x / n": [rounded(x / n, 10) if n else None for x, _, n in rows],
            "x / y": [rounded(x / y, 10) if y else None for x, y, _ in rows],
            "MOD(x, y)": [x - y * (x / y).__floor__() if y else None for x, y, _ in rows],
            "ROUNDUP(y, 1)": [cut(y, 1, ROUND_UP) for _, y, _ in rows],
            "ROUNDDOWN(y, 1)": [cut(y, 1, ROUND_DOWN) for _, y, _ in rows],
            "TRUNC(x)": [cut(x, 0, ROUND_DOWN) for x, *_ in rows],
            "INT(y)": [cut(y, 0, ROUND_FLOOR) for _, y, _ in rows],
            "FLOOR(y)": [cut(y, 0, ROUND_FLOOR) for _, y, _ in rows],
            "CEILING(y)": [cut(y, 0, ROUND_CEILING) for _, y, _ in rows],
            "FLOOR(x, 0.05)": [x - x % Decimal("0.05") - low(x, "0.05") for x, *_ in rows],
            "CEILING(x, 7)": [-(-x - (-x) % 7 - low(-x, "7")) for x, *_ in rows],
            "POWER(n, 2)": [Decimal(n**2) for *_, n in rows],
            "POWER(x, 2)": [x * x for x, *_ in rows],
            "SIGN(x)": [Decimal((x > 0) - (x < 0)) for x, *_ in rows],
            "QUOTIENT(x, y)": [cut(x / y, 0, ROUND_DOWN) if y else None for x, y, _ in rows],
            "MIN(x, y, n)": [min(x, y, Decimal(n)) for x, y, n in rows],
            "MAX(x, y, n)": [max(x, y, Decimal(n)) for x, y, n in rows],
            "x * 10%": [x * Decimal("0.1") for x, *_ in rows],
            "x < y": [x < y for x, y, _ in rows],
            "y = n": [y == n for _, y, n in rows],
        }
        for text, wanted in expected.items():
            assert (text, computed(text, evidence)) == (text, wanted)


@settings(FAST, max_examples=400)
@given(formulas())
def test_what_compiles_runs_on_extreme_rows(text: str) -> None:
    scope = Scope(contract=OF, parameters={}, calendar=CALENDAR, as_of=AS_OF)
    try:
        value = compile_formula(text, scope)
    except FormulaError as error:
        event(f"refused: {error.code}")
        return
    event("runs")
    frame = prepared(EXTREMES.frame, OF, [one.name for one in OF.columns])
    given_ = frame.with_columns(value.expr.alias("is")).collect()
    assert given_.height == 5
    assert given_.schema["is"] == value.type.dtype


TRUTHS = (True, False, None)
KLEENE = contract(p="boolean", q="boolean", r="boolean")
CASES = [(p, q, r) for p in TRUTHS for q in TRUTHS for r in TRUTHS]


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("NOT NOT p", "p"),
        ("p AND q", "q AND p"),
        ("p OR q", "q OR p"),
        ("p AND (q AND r)", "(p AND q) AND r"),
        ("p OR (q OR r)", "(p OR q) OR r"),
        ("p AND (q OR r)", "(p AND q) OR (p AND r)"),
        ("p OR (q AND r)", "(p OR q) AND (p OR r)"),
        ("NOT (p AND q)", "NOT p OR NOT q"),
        ("NOT (p OR q)", "NOT p AND NOT q"),
        ("p OR (p AND q)", "p"),
        ("p AND TRUE", "p"),
        ("p OR FALSE", "p"),
        ("p AND FALSE", "FALSE"),
        ("p OR TRUE", "TRUE"),
        ("IMPLIES(p, q)", "NOT p OR q"),
        ("IF(p, q, r)", "CASE WHEN p THEN q ELSE r END"),
        ("p IS TRUE OR p IS FALSE OR p IS NULL", "TRUE"),
        ("p IS NOT TRUE", "COALESCE(NOT p, TRUE)"),
        ("AND(p, q, r)", "p AND q AND r"),
        ("OR(p; q; r)", "p OR q OR r"),
    ],
)
def test_logic_in_three_values_keeps_the_laws_of_kleene(one: str, same: str) -> None:
    rows = table(KLEENE, [dict(zip("pqr", case, strict=True)) for case in CASES])
    assert computed(one, rows) == computed(same, rows)


DATES = st.dates()
TWO_DAYS = contract(d="date", e="date", n="integer", y="integer", m="integer", k="integer")


def months_later(day: date, count: int) -> date | None:
    months = day.year * 12 + day.month - 1 + count
    year, month = months // 12, months % 12 + 1
    if not 1 <= year <= 9999:
        return None
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@settings(FAST, max_examples=150)
@given(
    DATES, DATES, st.integers(-130_000, 130_000) | st.integers(-40, 40),
    st.tuples(st.integers(0, 10_001), st.integers(-1, 14), st.integers(-1, 33)),
)  # fmt: skip
def test_steps_of_months_equal_the_calendar_of_python(
    day: date, other: date, count: int, parts: tuple[int, int, int]
) -> None:
    row = {"d": day, "e": other, "n": count, **dict(zip("ymk", parts, strict=True))}
    rows = table(TWO_DAYS, [row])
    later = months_later(day, count)
    assert computed("EDATE(d, n)", rows) == [later]
    assert computed("DATE(y, m, k)", rows) == [real(*parts)]
    ends = later and later.replace(day=calendar.monthrange(later.year, later.month)[1])
    assert computed("EOMONTH(d, n)", rows) == [ends]
    assert computed("EOMONTH(d) + 1 > d", rows)[0] in (True, None)
    assert computed("QUARTER(d)", rows) == [(day.month + 2) // 3]
    assert computed("ISOWEEK(d)", rows) == [day.isocalendar().week]
    (months,) = computed("MONTHS(d, e)", rows)
    first, last = sorted((day, other))
    whole = abs(int(str(months)))
    reached, beyond = months_later(first, whole), months_later(first, whole + 1)
    assert reached is not None
    assert reached <= last
    assert beyond is None or beyond > last
    assert (months >= 0) == (day <= other) or not months
    assert computed("YEARS(d, e)", rows) == [int(months / 12)]
    assert computed("MONTHS(e, d)", rows) == [-months]


@settings(FAST, max_examples=60)
@given(st.text(max_size=12), st.text(max_size=4), st.integers(0, 6), st.integers(1, 6))
def test_functions_of_text_equal_those_of_python(
    text: str, part: str, length: int, start: int
) -> None:
    rows = table(contract(s="text", t="text"), [{"s": text, "t": part}])
    written = part.replace("'", "''").replace("\n", " ").replace("\r", " ")
    # A constant is composed (NFC) as cells are when they are read.
    given_ = computed(f"'{written}'", rows)[0]
    assert isinstance(given_, str)
    assert computed("STARTSWITH(s, t)", rows) == [text.startswith(part)]
    assert computed("ENDSWITH(s, t)", rows) == [text.endswith(part)]
    assert computed(f"FIND('{written}', s)", rows) == [text.find(given_) + 1]
    assert computed(f"MID(s, {start}, {length})", rows) == [text[start - 1 : start - 1 + length]]
    cut_ = text[: start - 1] + part + text[start - 1 + length :]
    assert computed(f"REPLACE(s, {start}, {length}, t)", rows) == [cut_]
    assert computed(f"LPAD(s, {length}, '0')", rows) == [text.rjust(length, "0")]
    assert computed(f"RPAD(s, {length}, '0')", rows) == [text.ljust(length, "0")]
    if given_:
        assert computed(f"SUBSTITUTE(s, '{written}', 'yy')", rows) == [text.replace(given_, "yy")]
