"""Whole rules: the counts of the engine against those of SQL, with nulls in keys and amounts.

SQL groups nulls together and joins drop them; here a blank in a key, be it null or white space,
cannot be compared: the SQL below says so itself.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rules.rule import Rule
from tests.rules.building import contract, judged, pack, rule, table
from tests.rules.differential.generating import OF, exact, perhaps
from tests.rules.differential.sql import Row, add_table, table_of

OTHER = contract(
    "u", a="money:2", b="decimal:3", n="integer", s="text", t="text", d="date", e="date",
    p="boolean", q="boolean",
)  # fmt: skip
KEYED = settings(
    deadline=None,
    max_examples=25,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "s": perhaps(st.sampled_from(["a", "A", "b", "", " ", "đ"])),
            "n": perhaps(st.integers(-1, 2)),
            "a": perhaps(exact(2)),
            "p": perhaps(st.booleans()),
        }
    ),
    min_size=1,
    max_size=30,
)
Counts = tuple[int, int, int, int]


def by_engine(one: Rule, ours: list[Row], theirs: list[Row]) -> Counts:
    """Met, violated, undetermined, not applicable."""
    made = pack(one, contracts=[OF, OTHER])
    with TemporaryDirectory() as folder:
        return judged(made, Path(folder), table(OF, ours), table(OTHER, theirs)).counts


def by_sql(verdicts: str, ours: list[Row], theirs: list[Row]) -> Counts:
    """Counts of the verdicts that a query gives, one for each unit."""
    with table_of(ours) as connection:
        add_table(connection, theirs, "u")
        asked = f"SELECT verdict, count(*) FROM ({verdicts}) GROUP BY verdict"  # noqa: S608
        counts = dict(connection.execute(asked).fetchall())
    names = ("met", "violated", "undetermined", "not_applicable")
    met, violated, undetermined, out = (int(counts.get(name, 0)) for name in names)
    return met, violated, undetermined, out


@KEYED
@given(ROWS)
def test_unique_rows(rows: list[Row]) -> None:
    asked = """
        SELECT CASE WHEN coalesce(trim(s), '') = '' OR n IS NULL THEN 'undetermined'
                    WHEN count(*) OVER (PARTITION BY s, n) > 1 THEN 'violated'
                    ELSE 'met' END AS verdict
        FROM t"""
    one = rule({"kind": "unique", "key": ["s", "n"]})
    assert by_engine(one, rows, rows) == by_sql(asked, rows, rows)


@KEYED
@given(ROWS)
def test_unique_rows_of_those_a_rule_speaks_of(rows: list[Row]) -> None:
    asked = """
        SELECT CASE WHEN NOT p THEN 'not_applicable'
                    WHEN p IS NULL OR coalesce(trim(s), '') = '' THEN 'undetermined'
                    WHEN count(*) FILTER (p) OVER (PARTITION BY s) > 1 THEN 'violated'
                    ELSE 'met' END AS verdict
        FROM t"""
    one = rule({"kind": "unique", "key": ["s"]}, applies="p")
    assert by_engine(one, rows, rows) == by_sql(asked, rows, rows)


@KEYED
@given(ROWS, ROWS)
def test_lookup(ours: list[Row], theirs: list[Row]) -> None:
    asked = """
        SELECT CASE WHEN coalesce(trim(s), '') = '' OR n IS NULL THEN 'undetermined'
                    WHEN EXISTS (SELECT 1 FROM u WHERE u.s = t.s AND u.n = t.n) THEN 'met'
                    ELSE 'violated' END AS verdict
        FROM t"""
    check = {"kind": "lookup", "columns": ["s", "n"], "table": "u", "to": ["s", "n"]}
    assert by_engine(rule(check), ours, theirs) == by_sql(asked, ours, theirs)


@KEYED
@given(ROWS, ROWS)
def test_reconcile_by_group(ours: list[Row], theirs: list[Row]) -> None:
    asked = """
        WITH o AS (SELECT s, sum(a) AS total, bool_or(a IS NULL) AS unknown
                   FROM t WHERE trim(s) <> '' GROUP BY s),
             h AS (SELECT s, sum(a) AS total, bool_or(a IS NULL) AS unknown
                   FROM u WHERE trim(s) <> '' GROUP BY s)
        SELECT CASE WHEN coalesce(o.unknown, FALSE) OR coalesce(h.unknown, FALSE)
                    THEN 'undetermined'
                    WHEN o.s IS NULL OR h.s IS NULL OR abs(o.total - h.total) > 1000
                    THEN 'violated'
                    ELSE 'met' END AS verdict
        FROM o FULL JOIN h ON o.s = h.s
        UNION ALL SELECT 'undetermined' FROM t WHERE coalesce(trim(s), '') = ''
        UNION ALL SELECT 'undetermined' FROM u WHERE coalesce(trim(s), '') = ''"""
    check = {
        "kind": "reconcile", "by": ["s"], "sum": "a", "tolerance": 1000,
        "against": {"table": "u", "by": ["s"], "sum": "a"},
    }  # fmt: skip
    assert by_engine(rule(check, "group"), ours, theirs) == by_sql(asked, ours, theirs)


@KEYED
@given(ROWS, ROWS)
def test_reconcile_of_whole_tables(ours: list[Row], theirs: list[Row]) -> None:
    asked = """
        SELECT CASE WHEN (SELECT bool_or(a IS NULL) FROM t) OR (SELECT bool_or(a IS NULL) FROM u)
                    THEN 'undetermined'
                    WHEN (SELECT sum(a) FROM t) <> (SELECT sum(a) FROM u) THEN 'violated'
                    ELSE 'met' END AS verdict"""
    check = {
        "kind": "reconcile", "by": [], "sum": "a", "tolerance": 0,
        "against": {"table": "u", "by": [], "sum": "a"},
    }  # fmt: skip
    assert by_engine(rule(check, "table"), ours, theirs) == by_sql(asked, ours, theirs)
