"""The same conditions on the same rows by the engine and by SQL, verdict by verdict."""

import re
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rules.checks.subject import prepared
from rules.formula import Call, Node, Scope, condition, parse
from rules.formula.functions import FUNCTIONS
from tests.rules.building import AS_OF, table
from tests.rules.differential.generating import OF, ROWS, conditions
from tests.rules.differential.sql import EXCLUDED, WRITTEN, Row, answers, to_sql

# Without shrinking: a difference is told with its own row below, and shrinking two engines is slow.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
SEMANTICS = Path(__file__).parents[3] / "docs" / "explanation" / "semantics.md"
# Not compared: where the meanings differ on purpose, where SQL has no such thing, and what is
# another name or a mere combination of what is compared.
NOT_COMPARED = frozenset(
    {
        "/", "%", "MOD", "QUOTIENT", "MIN", "MAX", "IF", "IFS", "SWITCH", "COALESCE", "ISBLANK",
        "UPPER", "LOWER", "TRIM", "FOLD", "MONTHS", "YEARS", "AGE", "DATEDIF", "ROUNDUP",
        "ROUNDDOWN", "FLOOR", "ADD_MONTHS", "NUMBER", "TEXT", "DIGITS", "REPLACE", "LPAD", "RPAD",
        "POSITION", "STARTS", "ENDS", "CONTAINS", "REGEX", "AS_OF", "TODATE", "TIMEOF", "HOUR",
        "MINUTE", "SECOND", "FULLDAYS", "IN_LIST", "WORKDAYS", "ADD_WORKDAYS", "ISWORKDAY",
        "WORKHOURS", "ADD_WORKHOURS",
    }
)  # fmt: skip


def by_engine(text: str, rows: list[Row]) -> list[object]:
    scope = Scope(contract=OF, parameters={}, calendar=None, as_of=AS_OF)
    frame = prepared(table(OF, rows).frame, OF, [one.name for one in OF.columns])
    return frame.with_columns(condition(text, scope).alias("x")).collect().get_column("x").to_list()


@settings(deadline=None, max_examples=40, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(ROWS, st.lists(conditions(), min_size=1, max_size=12))
def test_both_engines_give_every_verdict_alike(rows: list[Row], texts: list[str]) -> None:
    by_sql = answers([to_sql(parse(text)) for text in texts], rows)
    for text, told in zip(texts, by_sql, strict=True):
        ours = by_engine(text, rows)
        apart = [
            (text, row, one, other)
            for row, one, other in zip(rows, ours, told, strict=True)
            if one is not other
        ]
        assert apart == []


def test_every_function_is_compared_or_left_out_by_name() -> None:
    assert sorted(set(WRITTEN) | NOT_COMPARED) == sorted(FUNCTIONS)
    assert sorted(set(WRITTEN) & NOT_COMPARED) == []


@given(conditions())
@settings(deadline=None, max_examples=50, suppress_health_check=list(HealthCheck))
def test_nothing_left_out_is_generated(text: str) -> None:
    assert called(parse(text)) & NOT_COMPARED == frozenset()


def called(node: Node) -> frozenset[str]:
    if not isinstance(node, Call):
        return frozenset()
    return frozenset({node.name}).union(*map(called, node.args))


def test_the_differences_are_those_the_documentation_tells() -> None:
    page = SEMANTICS.read_text(encoding="utf-8").partition("## Where they differ on purpose")[2]
    told = re.findall(r"^\| ([a-z-]+) \|", page, flags=re.MULTILINE)
    assert sorted(told) == sorted(EXCLUDED)
