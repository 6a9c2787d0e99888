from collections import Counter
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(vendor="code", number="code", amount="money:2", state="text", paid_on="date")
KEY = {"kind": "unique", "key": ["vendor", "amount"]}
SAID = Text(vi="{count} dòng trùng, {amount}", en="{found} for {expected}")


def row(vendor: str | None, amount: object, state: str | None = "PAID") -> dict[str, object]:
    return {"vendor": vendor, "amount": amount, "state": state}


def judge_unique(
    rows: list[dict[str, object]], into: Path, unit: str = "row", **more: object
) -> Outcome:
    unreadable, foreign = more.pop("unreadable", None), more.pop("foreign", ())
    check = more.pop("check", KEY)
    made = pack(rule(check, unit, **more), contracts=[OF])
    return judged(made, into, table(OF, rows, unreadable=unreadable, foreign=foreign))


def test_every_row_of_a_group_is_violated(tmp_path: Path) -> None:
    rows = [row("a", 1), row("b", 1), row("a", "1.00"), row("a", 1), row("a", "1.01")]
    outcome = judge_unique(rows, tmp_path, message=SAID, amount="amount")
    assert outcome.counts == (2, 3, 0, 0)
    assert outcome.column("row") == [2, 4, 5]
    assert outcome.column("group") == ["a · 1.00"] * 3
    assert outcome.column("found") == ["3"] * 3
    assert outcome.column("message_vi") == ["3 dòng trùng, 1"] * 3
    assert outcome.column("message_en") == ["3 for 1"] * 3
    assert outcome.tally.amount == Decimal("3.00")


def test_a_blank_in_a_key_is_never_a_duplicate(tmp_path: Path) -> None:
    rows = [row(None, 1), row(None, 1), row("  ", 1), row("  ", 1), row("a", None), row("a", None)]
    outcome = judge_unique(rows, tmp_path)
    assert outcome.counts == (0, 0, 6, 0)
    assert set(outcome.column("reason")) == {"key"}


def test_an_unreadable_key_is_undetermined(tmp_path: Path) -> None:
    outcome = judge_unique(
        [row("a", 1), row("a", None), row("a", 2)], tmp_path, unreadable={1: ["amount"]}
    )
    assert outcome.counts == (2, 0, 1, 0)
    assert outcome.column("reason") == ["unreadable"]


def test_only_applying_rows_form_groups(tmp_path: Path) -> None:
    rows = [row("a", 1), row("a", 1, "VOID"), row("a", 1, None), row("b", 1), row("b", 1)]
    outcome = judge_unique(rows, tmp_path, applies="state = 'PAID'")
    assert outcome.counts == (1, 2, 1, 1)
    lines = list(outcome.lines.select("row", "verdict", "reason").iter_rows())
    assert lines == [
        (4, "undetermined", "missing"),
        (5, "violated", None),
        (6, "violated", None),
    ]


def test_a_key_may_be_a_formula(tmp_path: Path) -> None:
    check = {"kind": "unique", "key": ["UPPER(TRIM(vendor))", "ABS(amount)"]}
    outcome = judge_unique([row("a ", 1), row("A", -1), row("B", 1)], tmp_path, check=check)
    assert outcome.counts == (1, 2, 0, 0)
    assert outcome.column("group") == ["A · 1.00"] * 2


def test_one_line_for_a_group(tmp_path: Path) -> None:
    rows = [row("b", 2), row("a", 1), row("a", 1), row("a", 1), row(None, 1)]
    outcome = judge_unique(rows, tmp_path, "group", message=SAID, amount="amount * (count - 1)")
    assert outcome.counts == (1, 1, 1, 0)
    first, second = outcome.lines.iter_rows(named=True)
    assert (first["row"], first["rows"], first["unit_key"]) == (3, 3, "a · 1.00")
    assert (first["values"], first["group"]) == ('{"vendor":"a","amount":"1.00"}', None)
    assert (first["message_vi"], first["amount"]) == ("3 dòng trùng, 1", Decimal("2.00"))
    assert (second["row"], second["reason"], second["stable"]) == (6, "key", False)


def test_a_group_of_which_it_is_not_known_whether_rows_apply(tmp_path: Path) -> None:
    rows = [
        row("met", 1), row("met", 1, "VOID"),
        row("sure", 1), row("sure", 1), row("sure", 1, None),
        row("unsure", 1), row("unsure", 1, None),
        row("alone", 1, None),
        row("out", 1, "VOID"), row("out", 1, "VOID"),
        row(None, 1, "VOID"), row(None, 1, None),
    ]  # fmt: skip
    outcome = judge_unique(rows, tmp_path, "group", applies="state = 'PAID'")
    assert outcome.counts == (1, 1, 3, 2)
    lines = list(outcome.lines.select("unit_key", "verdict", "reason", "rows").iter_rows())
    assert lines == [
        ("sure · 1.00", "violated", None, 3),
        ("unsure · 1.00", "undetermined", "missing", 2),
        ("alone · 1.00", "undetermined", "missing", 1),
        ("#13", "undetermined", "missing", 1),
    ]


def test_other_organizations_rows_count_only_in_campaign_scope(tmp_path: Path) -> None:
    rows = [row("a", 1), row("a", 1), row("b", 1), row("b", 1), row("c", 1)]
    alone = judge_unique(rows, tmp_path, foreign=[0, 2, 3])
    assert alone.counts == (2, 0, 0, 0)
    together = judge_unique(rows, tmp_path, foreign=[0, 2, 3], scope="campaign")
    assert together.counts == (1, 1, 0, 0)
    assert together.column("row") == [3]


def test_a_group_in_campaign_scope_is_named_by_an_own_row(tmp_path: Path) -> None:
    rows = [row("a", 1), row("a", 1), row("b", 1), row("b", 1)]
    outcome = judge_unique(rows, tmp_path, "group", foreign=[0, 2, 3], scope="campaign")
    assert outcome.counts == (0, 1, 0, 0)
    assert outcome.lines.select("row", "rows").rows() == [(3, 2)]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    numbers=st.lists(st.none() | st.integers(-9, 40), max_size=40),
    swaps=st.lists(st.tuples(st.integers(0, 59), st.integers(-9, 60)), max_size=4),
)
def test_numbers_in_whatever_order_are_duplicates_where_they_come_again(
    numbers: list[int | None], swaps: list[tuple[int, int]], tmp_path: Path
) -> None:
    # Mostly rising, and a few that are not: both ways to find what comes again are taken.
    rising: list[int | None] = list(range(60))
    for at, number in swaps:
        rising[at] = number
    of = contract(number="integer")
    made = pack(rule({"kind": "unique", "key": ["number"]}), contracts=[of])
    for several in (numbers, rising):
        if not several:
            continue
        outcome = judged(made, tmp_path, table(of, [{"number": one} for one in several]))
        times = Counter(one for one in several if one is not None)
        twice = [at for at, one in enumerate(several) if one is not None and times[one] > 1]
        violated = outcome.lines.filter(verdict="violated")
        assert violated.get_column("row").to_list() == [at + 2 for at in twice]
        blank = several.count(None)
        assert outcome.counts == (len(several) - len(twice) - blank, len(twice), blank, 0)
