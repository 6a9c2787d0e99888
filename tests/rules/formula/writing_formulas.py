"""Formulas at random, mostly well typed, and rows at the edge of what a table can hold."""

from datetime import date, datetime

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from rules.formula.functions import FUNCTIONS
from tests.rules.building import contract, table

OF = contract(
    x="money:2", y="decimal:3", n="integer", s="text", d="date", w="datetime", o="boolean"
)
FAST = settings(deadline=None, suppress_health_check=list(HealthCheck))
QUICK = settings(FAST, max_examples=100)
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
            call("WORKHOURS", moment, moment), call("INT", number), call("SIGN", number),
            call("ROUNDUP", number, PLACES), call("TRUNC", number), call("FLOOR", number),
            call("CEILING", number, st.sampled_from(["0.05", "1", "1000", "7"])),
            call("POWER", number, SMALL), call("QUOTIENT", number, number),
            call("MIN", number, number), call("MAX", number, number, number),
            call("COALESCE", number, number), call("MONTHS", day, day), call("AGE", day),
            call("DATEDIF", day, day, st.sampled_from(["'Y'", "'M'", "'D'"])),
            call("ISOWEEK", day), call("QUARTER", day), call("HOUR", moment),
            call("FIND", st.sampled_from(["'ễ'", "''", "'.'"]), text),
            st.tuples(truth, number, number).map(
                lambda n: "case when {} then {} else {} end".format(*n)
            ),
            st.tuples(number, number).map(lambda n: "switch({0}, {1}, {0}, 7)".format(*n)),
        ),
        "text": st.one_of(
            text, infix("&", text), call("UPPER", text), call("LOWER", text), call("TRIM", text),
            call("LEFT", text, SMALL), call("RIGHT", text, SMALL),
            call("MID", text, st.just("1"), SMALL), call("IF", truth, text, text),
            call("FOLD", text), call("DIGITS", text), call("TEXT", anything),
            call("SUBSTITUTE", text, st.sampled_from(["'x'", "'\\0'", "' '"]), st.just("'$1yy'")),
            call("REPLACE", text, st.just("1"), SMALL, text),
            call("LPAD", text, SMALL, st.just("'0'")), call("CONCAT", text, text),
            call("MID", text, st.just("2"), SMALL),
        ),
        "day": st.one_of(
            day, st.tuples(day, number).map(lambda parts: "({} + {})".format(*parts)),
            call("TODATE", moment), call("ADD_WORKDAYS", day, number), call("IF", truth, day, day),
            call("EDATE", day, number), call("EOMONTH", day, number), call("MIN", day, day),
            call("DATE", number, number, number),
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
            call("IMPLIES", truth, truth), truth.map("({} is not true)".format),
            call("STARTSWITH", text, text), call("ISFALSE", truth),
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
