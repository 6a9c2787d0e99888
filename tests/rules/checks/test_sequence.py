from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(key=("id",), id="code", book="code", number="integer", on="date", state="text")
CHECK = {"kind": "sequence", "number": "number", "series": ["book"], "order_by": "on"}


def judge_order(
    rows: list[tuple[object, ...]], into: Path, unit: str = "row", **more: object
) -> Outcome:
    cells = [
        {"id": f"{index}", **dict(zip(("book", "number", "on", "state"), row, strict=False))}
        for index, row in enumerate(rows)
    ]
    unreadable = more.pop("unreadable", None)
    made = pack(rule(CHECK | more.pop("check", {}), unit, **more), contracts=[OF])
    return judged(made, into, table(OF, cells, unreadable=unreadable))


def test_a_line_names_the_smaller_number_that_is_later(tmp_path: Path) -> None:
    rows = [
        ("A", 1, "2026-01-01"), ("A", 2, "2026-01-10"), ("A", 3, "2026-01-05"),
        ("A", 4, "2026-01-10"), ("A", 5, "2026-01-09"), ("B", 9, "2026-01-02"),
    ]  # fmt: skip
    outcome = judge_order(rows, tmp_path, message=Text(vi="{other}", en="{found}, {expected}"))
    assert outcome.counts == (4, 2, 0, 0)
    lines = outcome.lines.select("unit_key", "group", "found", "expected", "difference")
    assert lines.rows() == [
        ("2", "A", "2026-01-05", "2026-01-10", "5"),
        ("4", "A", "2026-01-09", "2026-01-10", "1"),
    ]
    assert outcome.column("message_vi") == ["2", "2"]


def test_a_series_speaks_of_its_first_number_out_of_order(tmp_path: Path) -> None:
    rows = [("A", 3, "2026-01-02"), ("A", 2, "2026-01-03"), ("A", 1, "2026-01-04"), ("B", 1, None)]
    outcome = judge_order(rows, tmp_path, "series")
    assert outcome.counts == (0, 1, 1, 0)
    lines = outcome.lines.select("unit_key", "found", "expected", "reason")
    assert lines.rows() == [
        ("A", "2026-01-03", "2026-01-04", None),
        ("B", None, None, "missing"),
    ]


def test_what_is_not_known_is_undetermined(tmp_path: Path) -> None:
    rows = [
        ("A", 1, "2026-01-01"), (None, 2, "2026-01-01"), ("A", None, "2026-01-01"),
        ("A", 3, None), ("A", 4, None),
    ]  # fmt: skip
    outcome = judge_order(rows, tmp_path, unreadable={4: ["on"]})
    assert outcome.counts == (1, 0, 4, 0)
    assert outcome.column("reason") == ["key", "missing", "missing", "unreadable"]


@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.integers(1, 6), st.integers(1, 9)),
        min_size=1,
        max_size=15,
    )
)
def test_the_law_holds_for_every_pair(tmp_path: Path, rows: list[tuple[str, int, int]]) -> None:
    cells = [(book, number, f"2026-01-0{day}") for book, number, day in rows]
    outcome = judge_order(cells, tmp_path)
    late = [
        str(index)
        for index, (book, number, day) in enumerate(rows)
        if any(b == book and n < number and d > day for b, n, d in rows)
    ]
    assert sorted(outcome.column("unit_key")) == sorted(late)
