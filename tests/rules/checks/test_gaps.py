from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(book="code", number="integer", state="text", label="code")
CHECK = {"kind": "gaps", "number": "number", "series": ["book"]}


def judge_gaps(rows: list[tuple[object, ...]], into: Path, **more: object) -> Outcome:
    unreadable, foreign = more.pop("unreadable", None), more.pop("foreign", ())
    check = CHECK | more.pop("check", {})
    cells = [dict(zip(("book", "number", "state"), row, strict=False)) for row in rows]
    made = pack(rule(check, "series", **more), contracts=[OF])
    return judged(made, into, table(OF, cells, unreadable=unreadable, foreign=foreign))


def test_missing_numbers_are_listed_as_ranges(tmp_path: Path) -> None:
    numbers = [13, 3, 1, 8, 8, 11, 2]
    outcome = judge_gaps(
        [("A", number) for number in numbers] + [("B", 5), ("B", 6), ("B", 5)],
        tmp_path,
        message=Text(vi="Quyển {book} thiếu {count} số: {expected}", en="{found}: {difference}"),
        amount="count * 1000",
    )
    assert outcome.counts == (1, 1, 0, 0)
    (line,) = outcome.lines.iter_rows(named=True)
    assert (line["unit_key"], line["rows"], line["row"]) == ("A", 7, 2)
    assert (line["found"], line["expected"], line["difference"]) == ("1-13", "4-7, 9-10, 12", "7")
    assert line["message_vi"] == "Quyển A thiếu 7 số: 4-7, 9-10, 12"
    assert line["message_en"] == "1-13: 7"
    assert str(line["amount"]) == "7000.00"


def test_a_series_may_have_to_begin_with_one(tmp_path: Path) -> None:
    rows = [("A", 3), ("A", 4), ("B", 1), ("B", 2), ("C", 2), ("D", 0), ("D", 1)]
    free = judge_gaps(rows, tmp_path)
    assert free.counts == (4, 0, 0, 0)
    from_one = judge_gaps(rows, tmp_path, check={"from_one": True})
    assert from_one.counts == (2, 2, 0, 0)
    assert from_one.lines.select("unit_key", "expected").rows() == [("A", "1-2"), ("C", "1")]


def test_a_number_that_is_not_known_may_be_the_missing_one(tmp_path: Path) -> None:
    rows = [("A", 1), ("A", None), ("A", 9), ("B", 1), ("B", None), ("C", 1)]
    outcome = judge_gaps(rows, tmp_path, unreadable={4: ["number"]})
    assert outcome.counts == (1, 0, 2, 0)
    assert outcome.lines.select("unit_key", "reason", "expected").rows() == [
        ("A", "missing", None),
        ("B", "unreadable", None),
    ]


def test_a_blank_series_is_a_unit_of_its_own(tmp_path: Path) -> None:
    rows = [(None, 1, "OK"), (None, 5, "OK"), (" ", 9, "OK"), (None, 1, "VOID"), ("A", 1, "OK")]
    outcome = judge_gaps(rows, tmp_path, applies="state = 'OK'")
    assert outcome.counts == (1, 0, 3, 1)
    assert outcome.column("unit_key") == ["#2", "#3", "#4"]


def test_only_applying_rows_are_looked_at(tmp_path: Path) -> None:
    rows = [
        ("A", 1, "OK"), ("A", 2, "VOID"), ("A", 3, "OK"),
        ("B", 1, "VOID"), ("C", 1, "OK"), ("C", 2, None), ("C", 3, "OK"),
    ]  # fmt: skip
    outcome = judge_gaps(rows, tmp_path, applies="state = 'OK'")
    assert outcome.counts == (0, 1, 1, 1)
    assert outcome.lines.select("unit_key", "verdict", "expected").rows() == [
        ("A", "violated", "2"),
        ("C", "undetermined", None),
    ]


def test_without_series_columns_the_table_is_one_series(tmp_path: Path) -> None:
    outcome = judge_gaps([("A", 1), ("B", 3)], tmp_path, check={"series": []})
    assert outcome.counts == (0, 1, 0, 0)
    (line,) = outcome.lines.iter_rows(named=True)
    assert (line["expected"], line["unit_key"], line["values"]) == ("2", "t", "{}")


def test_numbers_come_out_of_codes(tmp_path: Path) -> None:
    cells = [{"label": "HD-0001"}, {"label": "HD-0003"}, {"label": "HD-x"}]
    made = pack(
        rule({"kind": "gaps", "number": "NUMBER(MID(label, 4, 9))", "series": []}, "series",
             applies="REGEX(label, '^HD-[0-9]+$')"),
        contracts=[OF],
    )  # fmt: skip
    outcome = judged(made, tmp_path, table(OF, cells))
    assert outcome.counts == (0, 1, 0, 0)
    assert outcome.column("expected") == ["2"]


def test_numbers_far_apart_cost_nothing(tmp_path: Path) -> None:
    outcome = judge_gaps([("A", -(10**18) + 1), ("A", 10**18 - 1)], tmp_path)
    assert outcome.column("difference") == [str(2 * 10**18 - 3)]


def test_a_campaign_sees_the_numbers_of_all(tmp_path: Path) -> None:
    rows = [("A", 1), ("A", 2), ("A", 3), ("B", 1), ("B", 3)]
    alone = judge_gaps(rows, tmp_path, foreign=[1, 3, 4])
    assert alone.counts == (0, 1, 0, 0)
    together = judge_gaps(rows, tmp_path, foreign=[1, 3, 4], scope="campaign")
    assert together.counts == (1, 0, 0, 0)


@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(-5, 30), min_size=1, max_size=25), st.booleans())
def test_ranges_are_what_counting_gives(
    tmp_path: Path,
    numbers: list[int],
    from_one: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    outcome = judge_gaps([("A", one) for one in numbers], tmp_path, check={"from_one": from_one})
    least = min(1, *numbers, 99) if from_one else min(numbers)
    missing = sorted(set(range(least, max(numbers))) - set(numbers))
    listed = [
        number
        for text in outcome.column("expected")
        for part in str(text).split(", ")
        for number in between(part)
    ]
    assert listed == missing
    assert outcome.counts == ((0, 1, 0, 0) if missing else (1, 0, 0, 0))


def between(part: str) -> range:
    """`4-7` and `-3--1` as numbers."""
    at = part.find("-", 1)
    first, last = (part, part) if at < 0 else (part[:at], part[at + 1 :])
    return range(int(first), int(last) + 1)
