"""Arithmetic against Python's Decimal, and anything that compiles against extreme rows."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from rules.checks.subject import prepared
from rules.errors import FormulaError
from rules.formula import Scope, compile_formula
from rules.formula.functions import FUNCTIONS
from tests.rules.building import AS_OF, CALENDAR, computed, contract, table

OF = contract(
    x="money:2", y="decimal:3", n="integer", s="text", d="date", w="datetime", o="boolean"
)
FAST = settings(deadline=None, suppress_health_check=list(HealthCheck))
X = st.integers(-(10**18) + 1, 10**18 - 1).map(lambda whole: Decimal(whole).scaleb(-2))
Y = st.integers(-(10**18) + 1, 10**18 - 1).map(lambda whole: Decimal(whole).scaleb(-3))
N = st.integers(-(2**63), 2**63 - 1)


def rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


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
            "x < y": [x < y for x, y, _ in rows],
            "y = n": [y == n for _, y, n in rows],
        }
        for text, wanted in expected.items():
            assert (text, computed(text, evidence)) == (text, wanted)


EXTREMES = table(
    OF,
    [
        {"x": "9" * 16 + ".99", "y": "-" + "9" * 15 + ".999", "n": 2**63 - 1, "s": "Nguyễn",
         "d": date(1, 1, 1), "w": datetime(1, 1, 1), "o": True},  # noqa: DTZ001 - wall time
        {"x": "-" + "9" * 16 + ".99", "y": "0.001", "n": -(2**63), "s": "\0",
         "d": date(9999, 12, 31), "w": datetime(9999, 12, 31, 23, 59, 59, 999_999),  # noqa: DTZ001
         "o": False},
        {"x": "0", "y": "0", "n": 0, "s": "", "d": date(2026, 12, 31),
         "w": datetime(2026, 12, 31, 12), "o": True},  # noqa: DTZ001
        {"x": "1" + "0" * 35, "y": "1" + "0" * 34, "n": 1, "s": "12"},
        {},
    ],
    unreadable={4: ["x", "s"]},
)  # fmt: skip
Kind = dict[str, st.SearchStrategy[str]]
LEAVES: Kind = {
    "number": st.sampled_from(["x", "y", "n", "0", "1", "7", "0.05", "100000000000", "9" * 30]),
    "text": st.sampled_from(["s", "'x'", "'Đ'", "''"]),
    "day": st.sampled_from(["d", "DATE '2026-02-28'", "DATE(9999, 12, 31)", "AS_OF()"]),
    "moment": st.just("w"),
    "truth": st.sampled_from(["o", "true", "null"]),
}
WORDS = st.sampled_from(sorted(name for name in FUNCTIONS if name[0].isalpha()))
PLACES = st.integers(-3, 12).map(str)
SMALL = st.integers(0, 3).map(str)


def call(name: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda args: f"{name}({', '.join(args)})")


def infix(signs: str, one: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sign = st.sampled_from(signs.split())
    return st.tuples(one, sign, one).map(lambda parts: f"({' '.join(parts)})")


def grown(of: Kind) -> Kind:
    """Formulas one level deeper than those given, mostly of the right types."""
    number, text, day, moment, truth = (of[name] for name in LEAVES)
    anything = st.one_of(*of.values())
    return {
        "number": st.one_of(
            number, infix("+ - * / %", number), infix("-", day), number.map("-{}".format),
            call("ABS", number), call("ROUND", number, PLACES), call("MOD", number, number),
            call("LEN", text), call("NUMBER", text), call("YEAR", day), call("WEEKDAY", day),
            call("DAYS", day, day), call("WORKDAYS", day, day), call("IF", truth, number, number),
            call("WORKHOURS", moment, moment),
        ),
        "text": st.one_of(
            text, infix("&", text), call("UPPER", text), call("LOWER", text), call("TRIM", text),
            call("LEFT", text, SMALL), call("RIGHT", text, SMALL),
            call("MID", text, st.just("1"), SMALL), call("IF", truth, text, text),
        ),
        "day": st.one_of(
            day, st.tuples(day, number).map(lambda parts: "({} + {})".format(*parts)),
            call("TODATE", moment), call("ADD_WORKDAYS", day, number), call("IF", truth, day, day),
        ),
        "moment": st.one_of(
            moment, call("ADD_WORKHOURS", moment, number), call("IF", truth, moment, moment)
        ),
        "truth": st.one_of(
            truth, *(infix("= <> < <= > >=", kind) for kind in (number, text, day, moment)),
            infix("and or", truth), truth.map("(not {})".format),
            anything.map("({} is null)".format), call("ISBLANK", anything),
            call("ISWORKDAY", day), call("CONTAINS", text, st.just("'.('")),
            text.map("({} like '%_')".format), moment.map("(TIMEOF({}) > '15:00')".format),
            st.tuples(number, number, number).map(lambda n: "({} between {} and {})".format(*n)),
            st.tuples(day, day, day).map(lambda n: "({} in ({}, {}))".format(*n)),
            call("IMPLIES", truth, truth),
        ),
    }  # fmt: skip


SHALLOW = st.one_of(*grown(LEAVES).values())
FORMULAS = st.one_of(
    *grown(grown(grown(LEAVES))).values(),
    st.tuples(WORDS, st.lists(SHALLOW, max_size=3)).map(
        lambda parts: f"{parts[0]}({', '.join(parts[1])})"
    ),
    infix("+ - * / % & = < and", SHALLOW),
)


@st.composite
def formulas(draw: st.DrawFn) -> str:
    """FORMULAS, whose own description would fill pages of a failing test."""
    return draw(FORMULAS)


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
