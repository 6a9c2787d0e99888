from datetime import time

import pytest

from rules.checks.subject import prepared
from rules.errors import FormulaError
from rules.formula import Scope, compile_formula
from rules.formula.writing import sentence, text_of
from tests.rules.building import AS_OF, contract, parameter, table

OF = contract(a="money:2", i="integer", s="text", d="date", w="datetime", o="boolean")
ROW = {
    "a": "-1234567.89", "i": 1000, "s": "Hà Nội", "d": "2026-03-05",
    "w": "2026-03-05T15:00:01", "o": True,
}  # fmt: skip
SCOPE = Scope(
    contract=OF,
    parameters={"cutoff": parameter("cutoff", (time(15), None, None))},
    calendar=None,
    as_of=AS_OF,
    dated_by="d",
)


def said(template: str, row: dict[str, object], language: str) -> str:
    frame = prepared(table(OF, [row]).frame, OF, [one.name for one in OF.columns])
    expr = sentence(template, SCOPE, language)
    return str(frame.with_columns(x=expr).collect().get_column("x").item())


@pytest.mark.parametrize(
    ("placeholder", "vi", "en"),
    [
        ("{a}", "-1.234.567,89", "-1,234,567.89"),
        ("{ABS(a)}", "1.234.567,89", "1,234,567.89"),
        ("{a - 0.11}", "-1.234.568", "-1,234,568"),
        ("{a + 0.39}", "-1.234.567,50", "-1,234,567.50"),
        ("{i}", "1.000", "1,000"),
        ("{i - 1}", "999", "999"),
        ("{i / 8}", "125", "125"),
        ("{i / 16}", "62,5", "62.5"),
        ("{1 / 3}", "0,3333333333", "0.3333333333"),
        ("{-1 / 8}", "-0,125", "-0.125"),
        ("{i * 0}", "0", "0"),
        ("{d}", "05/03/2026", "05/03/2026"),
        ("{w}", "05/03/2026 15:00:01", "05/03/2026 15:00:01"),
        ("{cutoff}", "15:00", "15:00"),
        ("{o}", "có", "yes"),
        ("{NOT o}", "không", "no"),
        ("{s}", "Hà Nội", "Hà Nội"),
        ("{NULL}", "—", "—"),
        ("{{{i}}} {{", "{1.000} {", "{1,000} {"),
        ("không có gì", "không có gì", "không có gì"),
        ("", "", ""),
    ],
)
def test_a_message_says(placeholder: str, vi: str, en: str) -> None:
    assert (said(placeholder, ROW, "vi"), said(placeholder, ROW, "en")) == (vi, en)


def test_what_is_null_is_a_dash() -> None:
    template = "{a} {i} {s} {d} {w} {o}"
    assert said(template, {}, "vi") == "— — — — — —"


def test_a_whole_hour_needs_no_seconds() -> None:
    assert said("{w}", {"w": "2026-03-05T15:00:00"}, "vi") == "05/03/2026 15:00"


@pytest.mark.parametrize(
    ("template", "code", "at"),
    [
        ("abc {", "formula.brace", 4),
        ("} abc", "formula.brace", 0),
        ("abc {}", "formula.empty", 5),
        ("abc {a + zz}", "formula.unknown_name", 9),
        ("abc {a +}", "formula.missing_operand", 8),
    ],
)
def test_a_mistake_in_a_message_is_refused_where_it_stands(
    template: str, code: str, at: int
) -> None:
    with pytest.raises(FormulaError) as caught:
        sentence(template, SCOPE, "vi")
    assert (caught.value.code, caught.value.facts["at"]) == (code, at)


@pytest.mark.parametrize(
    ("text", "neutral"),
    [
        ("a", "-1234567.89"),
        ("i", "1000"),
        ("a * 0", "0.00"),
        ("i / 16", "62.5"),
        ("i / 8", "125"),
        ("-1 / 8", "-0.125"),
        ("d", "2026-03-05"),
        ("w", "2026-03-05T15:00:01"),
        ("cutoff", "15:00:00"),
        ("o", "true"),
        ("s", "Hà Nội"),
    ],
)
def test_a_record_is_neutral_of_language(text: str, neutral: str) -> None:
    frame = prepared(table(OF, [ROW, {}]).frame, OF, [one.name for one in OF.columns])
    expr = text_of(compile_formula(text, SCOPE))
    given = frame.with_columns(x=expr).collect().get_column("x").to_list()
    assert given[0] == neutral
