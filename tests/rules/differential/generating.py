"""Rows and conditions on which both engines must agree."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from tests.rules.building import contract

OF = contract(
    a="money:2", b="decimal:3", n="integer", s="text", t="text", d="date", e="date",
    p="boolean", q="boolean",
)  # fmt: skip
LETTERS = "ab AĐđễ%_'"
Text = st.SearchStrategy[str]


def perhaps(one: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(st.none(), one, one, one)


def exact(places: int) -> st.SearchStrategy[Decimal]:
    small = st.integers(-3_000, 3_000)
    return st.one_of(small, st.integers(-(10**8), 10**8)).map(
        lambda whole: Decimal(whole).scaleb(-places)
    )


DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2040, 12, 31))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "a": perhaps(exact(2)),
            "b": perhaps(exact(3)),
            "n": perhaps(st.integers(-5, 5) | st.integers(-(10**5), 10**5)),
            "s": perhaps(st.text(LETTERS, max_size=4)),
            "t": perhaps(st.text(LETTERS, max_size=2)),
            "d": perhaps(DAYS),
            "e": perhaps(DAYS),
            "p": perhaps(st.booleans()),
            "q": perhaps(st.booleans()),
        }
    ),
    min_size=1,
    max_size=25,
)
COMPARE = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


def made(pattern: str, *parts: Text) -> Text:
    return st.tuples(*parts).map(lambda given: pattern.format(*given))


# Numbers keep within six places and 17 digits: beyond, one engine refuses and the other stops.
PLAIN_NUMBER = st.sampled_from(["a", "b", "n", "0", "1", "-1.5", "0.05", "12.345", "(10%)"])
NARROW = st.sampled_from(["n", "a", "2", "0.1"])
TEXT = st.one_of(
    st.sampled_from(["s", "t", "'a'", "''", "'ễ'", "'Đ '"]),
    made("LEFT(s, {})", st.sampled_from("012")),
    made("RIGHT(s, {})", st.sampled_from("012")),
    made("MID(s, {}, {})", st.sampled_from("123"), st.sampled_from("012")),
    st.sampled_from(["s & t", "CONCAT(t, '-', s)", "SUBSTITUTE(s, 'a', 'bb')"]),
)
DAY = st.sampled_from(["d", "e", "DATE '2026-02-28'", "EDATE(d, 1)", "EDATE(e, -13)", "EOMONTH(d)"])
DIFFERENCE = st.sampled_from(["DAYS(d, e)", "DAYS(e, d)", "DAYS(EOMONTH(e), d)"])
NUMBER = st.one_of(
    PLAIN_NUMBER,
    made("({} + {})", PLAIN_NUMBER, PLAIN_NUMBER),
    made("({} - {})", PLAIN_NUMBER, PLAIN_NUMBER),
    made("({} * {})", NARROW, st.sampled_from(["LEN(s)", "0.5", "-2", "3"])),
    made("ABS({})", PLAIN_NUMBER), made("(-{})", st.sampled_from("abn")),
    made("SIGN({})", st.sampled_from("abn")),
    made("ROUND({}, {})", st.sampled_from("ab"), st.sampled_from("012")),
    made("INT({})", st.sampled_from("ab")), made("CEILING({})", st.sampled_from("ab")),
    made("TRUNC({})", st.sampled_from("ab")),
    st.sampled_from(["POWER(LEN(s), 2)", "POWER(0.5, 2)"]),
    made("LEN({})", TEXT), DIFFERENCE, made("FIND('a', {})", TEXT),
    made("{}(d)", st.sampled_from(["YEAR", "MONTH", "DAY", "QUARTER", "WEEKDAY", "ISOWEEK"])),
)  # fmt: skip
SIMPLE = st.one_of(
    made("{} {} {}", NUMBER, COMPARE, NUMBER), made("{} {} {}", TEXT, COMPARE, TEXT),
    made("{} {} {}", DAY, COMPARE, DAY), st.sampled_from(["p", "q", "TRUE", "FALSE"]),
    made("{} BETWEEN {} AND {}", NUMBER, NUMBER, NUMBER),
    made("{} NOT BETWEEN {} AND {}", DAY, DAY, DAY),
    made("{} IN ({}, {}, {})", NUMBER, NUMBER, PLAIN_NUMBER, PLAIN_NUMBER),
    made("{} NOT IN ({}, {})", TEXT, TEXT, TEXT), made("s IN ('a', {})", TEXT),
    st.just("n IN (1, NULL)"),
    made("{} LIKE '{}'", TEXT, st.sampled_from(["a%", "_", "%b", "%ễ%", "", "%", "a_%"])),
    made("STARTSWITH({}, {})", TEXT, TEXT), made("ENDSWITH({}, {})", TEXT, TEXT),
    made("{} IS NULL", st.one_of(NUMBER, TEXT, DAY)),
    made("{} IS NOT NULL", st.sampled_from("abnstdepq")),
    made("{} IS NOT TRUE", st.sampled_from("pq")), made("{} IS FALSE", st.sampled_from("pq")),
    made("n = {}", st.just("NULL")),
)  # fmt: skip
CONDITION = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        made("({} AND {})", inner, inner),
        made("({} OR {})", inner, inner),
        made("NOT ({})", inner),
        made("IMPLIES({}, {})", inner, inner),
        made("({}) IS TRUE", inner),
    ),
    max_leaves=5,
)


@st.composite
def conditions(draw: st.DrawFn) -> str:
    """CONDITION, whose own description would fill pages of a failing test."""
    return draw(CONDITION)
