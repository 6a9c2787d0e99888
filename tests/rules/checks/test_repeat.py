from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import RulesError
from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(key=("id",), id="code", vendor="code", on="date")
OLD = contract("old", party="code", on="date", state="text")
CHECK = {"kind": "repeat", "columns": ["vendor"], "table": "old", "to": ["party"]}
EARLIER = {"earlier": {"date": "on", "to": "on", "days": 3}}
START = date(2026, 1, 1)


def day(number: int | None) -> str | None:
    return None if number is None else (START + timedelta(days=number)).isoformat()


def judge_repeats(now: list[tuple], old: list[tuple], into: Path, **more: object) -> Outcome:
    ours = [
        {"id": f"{index:02d}", "vendor": vendor, "on": day(on)}
        for index, (vendor, on) in enumerate(now)
    ]
    theirs = [
        {"party": party, "on": day(on), "state": state[0] if state else "x"}
        for party, on, *state in old
    ]
    made = pack(rule(CHECK | more.pop("check", {}), **more), contracts=[OF, OLD])
    return judged(made, into, table(OF, ours), table(OLD, theirs))


def test_a_line_counts_the_earlier_rows(tmp_path: Path) -> None:
    old = [("a", 1), ("a", 2), ("a", 2), ("a", 5), ("b", 9), (None, 1)]
    outcome = judge_repeats(
        [("a", 5), ("a", 2), ("b", 9), ("c", 9)], old, tmp_path, check=EARLIER,
        message=Text(vi="{found}: {count} lần, {latest}", en=""),
    )  # fmt: skip
    assert outcome.counts == (2, 2, 0, 0)
    assert outcome.column("message_vi") == ["a: 2 lần, 03/01/2026", "a: 1 lần, 02/01/2026"]


def test_without_dates_every_row_counts(tmp_path: Path) -> None:
    outcome = judge_repeats(
        [("a", None), ("b", None), (" ", 1)], [("a", None), ("a", 3)], tmp_path,
        message=Text(vi="{count}", en=""),
    )  # fmt: skip
    assert outcome.counts == (1, 1, 1, 0)
    assert outcome.column("message_vi") == ["2", ""]


def test_what_only_perhaps_counts_leaves_it_open(tmp_path: Path) -> None:
    old = [("a", None), ("b", 1), ("b", None), ("c", 1, None)]
    outcome = judge_repeats(
        [("a", 2), ("b", 2), ("c", 2), ("d", 2), ("d", None)], old, tmp_path,
        check=EARLIER | {"where": "state = 'x'"},
    )  # fmt: skip
    assert outcome.counts == (1, 1, 3, 0)
    assert outcome.lines.select("unit_key", "reason").rows() == [
        ("00", "missing"), ("01", None), ("02", "missing"), ("04", "missing"),
    ]  # fmt: skip


def test_a_table_does_not_repeat_itself_without_dates(tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_repeats([], [], tmp_path, check={"table": "t", "to": ["vendor"]})
    assert refused.value.code == "check.repeat_of_itself"


@pytest.mark.parametrize("days", [0, 1.5, True, "7"])
def test_days_are_a_whole_number(days: object, tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_repeats([], [], tmp_path, check={"earlier": EARLIER["earlier"] | {"days": days}})
    assert refused.value.code == "check.bad_value"


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9)), min_size=1, max_size=6),
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9)), min_size=1, max_size=6),
    st.one_of(st.none(), st.integers(1, 5)),
)
def test_the_law_holds_for_every_pair(
    tmp_path: Path, now: list, old: list, days: int | None
) -> None:
    earlier = {"date": "on", "to": "on"} | ({"days": days} if days else {})
    said = Text(vi="{count}", en="")
    outcome = judge_repeats(now, old, tmp_path, check={"earlier": earlier}, message=said)
    counts = {
        f"{index:02d}": sum(
            k == key and d < on and (days is None or on - d <= days) for k, d in old
        )
        for index, (key, on) in enumerate(now)
    }
    told = dict(outcome.lines.select("unit_key", "message_vi").rows())
    assert told == {unit: str(count) for unit, count in counts.items() if count}
