"""Arithmetic against Python's Decimal, and anything that compiles against extreme rows."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext

from hypothesis import HealthCheck, given, settings
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
LEAVES = st.sampled_from(
    [*"xynsdwo", "0", "1", "7", "0.05", "100000000000", "9" * 30, "'x'", "'2026-01-01'",
     "'15:00'", "null", "true", "date '2026-02-28'", "AS_OF()"]
)  # fmt: skip
WORDS = st.sampled_from(sorted(name for name in FUNCTIONS if name[0].isalpha()))
SIGNS = st.sampled_from(["+", "-", "*", "/", "%", "&", "=", "<>", "<", "<=", ">", ">="])


def grown(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(lambda a, sign, b: f"({a} {sign} {b})", part, SIGNS, part),
        st.builds(
            lambda name, args: f"{name}({', '.join(args)})",
            WORDS,
            st.lists(part, min_size=1, max_size=3),
        ),
        part.map(lambda a: f"-{a}"),
        part.map(lambda a: f"(not {a})"),
        part.map(lambda a: f"({a} is null)"),
        st.builds(lambda a, b, c: f"({a} between {b} and {c})", part, part, part),
        st.builds(lambda a, b: f"({a} in ({b}, {b}))", part, part),
        st.builds(lambda a, b: f"IF({a} > {b}, {a}, {b})", part, part),
    )


@settings(FAST, max_examples=400)
@given(st.recursive(LEAVES, grown, max_leaves=8))
def test_what_compiles_runs_on_extreme_rows(text: str) -> None:
    scope = Scope(contract=OF, parameters={}, calendar=CALENDAR, as_of=AS_OF)
    try:
        value = compile_formula(text, scope)
    except FormulaError:
        return
    frame = prepared(EXTREMES.frame, OF, [one.name for one in OF.columns])
    given_ = frame.with_columns(value.expr.alias("is")).collect()
    assert given_.height == 5
    assert given_.schema["is"] == value.type.dtype
