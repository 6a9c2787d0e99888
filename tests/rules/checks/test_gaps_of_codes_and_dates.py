from datetime import date
from pathlib import Path

import pytest

from rules.errors import RulesError
from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(book="code", code="code", on="date", at="datetime", number="integer")
CODES = {"kind": "gaps", "number": "code", "pattern": "HD-([0-9]+)/A", "series": []}


def judge_codes(codes: list[str | None], into: Path, **check: object) -> Outcome:
    made = pack(
        rule(CODES | check, "series", message=Text(vi="{series}: {expected}", en="")),
        contracts=[OF],
    )
    return judged(made, into, table(OF, [{"code": one} for one in codes]))


def judge_dates(days: list[str | None], into: Path, **check: object) -> Outcome:
    settings = {"kind": "gaps", "date": "on", "every": "day", "series": []} | check
    made = pack(rule(settings, "series"), contracts=[OF])
    return judged(made, into, table(OF, [{"on": one} for one in days]))


def test_what_stands_around_the_number_names_the_series(tmp_path: Path) -> None:
    pattern = "[A-Z]+-(?:2024|2025)/([0-9]+)[ab]?"
    codes = ["HD-2024/1", "HD-2024/003", "HD-2025/9", "HD-2024/2b", "PC-2024/2"]
    outcome = judge_codes(codes, tmp_path, pattern=pattern)
    assert outcome.counts == (3, 1, 0, 0)
    assert outcome.column("message_vi") == ["HD-2024/…: 2"]
    assert outcome.column("values") == ['{"code":"HD-2024/…"}']


def test_a_code_of_another_shape_is_a_unit_of_its_own(tmp_path: Path) -> None:
    codes = ["HD-1/A", "HD-2/A", "xHD-3/A", "HD-4/AB", "HD-/A", "HD-" + "9" * 19 + "/A", " ", None]
    outcome = judge_codes(codes, tmp_path)
    assert outcome.counts == (1, 0, 6, 0)
    assert outcome.column("reason") == ["pattern"] * 4 + ["missing"] * 2


@pytest.mark.parametrize(
    "pattern",
    [
        "HD-[0-9]+",
        "(HD)-([0-9]+)",
        "(HD-([0-9]+))",
        "HD-([0-9]+)|PC",
        "(?:HD-([0-9]+))?",
        "HD-([0-9",
    ],
)
def test_a_pattern_that_cannot_be_cut_in_three_is_refused(pattern: str, tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_codes(["HD-1/A"], tmp_path, pattern=pattern)
    assert refused.value.code == "check.bad_pattern"


def test_brackets_that_are_escaped_or_in_a_class_are_no_groups(tmp_path: Path) -> None:
    outcome = judge_codes(["(1)[|", "(3)[|"], tmp_path, pattern=r"\(([0-9]+)[)]\[[|(]")
    assert outcome.column("message_vi") == ["(…)[|: 2"]


def test_a_pattern_asks_for_a_text(tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_codes(["HD-1/A"], tmp_path, number="number")
    assert refused.value.code == "check.pattern_of_text"


@pytest.mark.parametrize(
    ("every", "days", "told"),
    [
        ("day", ["2026-02-27", "2026-03-02"], ("2026-02-28..2026-03-01", "2")),
        ("month", ["2025-11-30", "2026-02-01"], ("2025-12..2026-01", "2")),
        ("quarter", ["2025-09-30", "2026-01-01"], ("2025-Q4", "1")),
        ("year", ["2023-12-31", "2026-01-01"], ("2024..2025", "2")),
    ],
)
def test_missing_periods_are_named(
    every: str, days: list[str], told: tuple[str, str], tmp_path: Path
) -> None:
    outcome = judge_dates(days, tmp_path, every=every)
    assert outcome.lines.select("expected", "difference").rows() == [told]


def test_bounds_ask_for_what_lies_before_and_after(tmp_path: Path) -> None:
    bounds = {"from": "2026-01-01", "to": "2026-01-09"}
    given = {key: date.fromisoformat(text) for key, text in bounds.items()}
    outcome = judge_dates(["2026-01-03", "2026-01-07"], tmp_path, **given)
    assert outcome.column("expected") == [
        "2026-01-01..2026-01-02, 2026-01-04..2026-01-06, 2026-01-08..2026-01-09"
    ]
    beyond = judge_dates(["2025-12-31", "2026-01-02"], tmp_path, **given | {"to": given["from"]})
    assert beyond.column("expected") == ["2026-01-01"]


@pytest.mark.parametrize(
    ("check", "code"),
    [
        ({"number": "number"}, "check.one_of"),
        ({"every": "week"}, "check.bad_value"),
        ({"from": 1}, "check.bad_value"),
        ({"date": "code"}, "check.date_column"),
        ({"from_one": True}, "check.one_of"),
    ],
)
def test_settings_that_make_no_series_are_refused(
    check: dict[str, object], code: str, tmp_path: Path
) -> None:
    with pytest.raises(RulesError) as refused:
        judge_dates(["2026-01-01"], tmp_path, **check)
    assert refused.value.code == code


def test_a_blank_date_may_be_the_missing_one(tmp_path: Path) -> None:
    outcome = judge_dates(["2026-01-01", None, "2026-01-03"], tmp_path)
    assert outcome.counts == (0, 0, 1, 0)
