import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.checks.likeness import Distance, alike, families, folded
from rules.errors import RulesError
from rules.generators.near_names import near_names
from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, rule, table

OF = contract(key=("id",), id="code", title="text", place="code")
CHECK = {"kind": "fuzzy-duplicates", "text": "title", "block": ["place"], "similarity": 9000}
PAGE = Path("docs/checks/fuzzy-duplicates.md")
TEXTS = st.lists(st.text("abcd", min_size=1, max_size=8), unique=True, max_size=12)


def judge_names(names: list[str | None], into: Path, **more: object) -> Outcome:
    rows = [{"id": f"N{at}", "title": name, "place": "1"} for at, name in enumerate(names)]
    check = CHECK | more.pop("check", {})
    made = rule(check, rule_class="risk", **more)
    return judged(pack(made, contracts=[OF]), into, table(OF, rows))


def stated() -> list[tuple[int, str, str]]:
    """The table of the page."""
    rows = re.findall(
        r"^\| (\d+) \| ([\d.]+) % \| ([\d.]+) % \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    return [(int(least), precision, recall) for least, precision, recall in rows]


def test_precision_and_recall_are_those_of_the_page(tmp_path: Path) -> None:
    names = near_names(7, companies=600, written_again=200)
    twice = {at for at, one in enumerate(names) if one.company < 200}
    measured = []
    for least in (8500, 9000, 9300, 9500):
        into = tmp_path / str(least)
        into.mkdir()
        outcome = judge_names([one.name for one in names], into, check={"similarity": least})
        hit = {int(key[1:]) for key in outcome.column("unit_key")}
        right = len(hit & twice)
        measured.append((least, percent(right, len(hit)), percent(right, len(twice))))
    assert measured == stated()


def percent(part: int, whole: int) -> str:
    tenths = 1000 * part // whole
    return f"{tenths // 10}.{tenths % 10}"


def test_a_violation_cannot_rest_on_likeness(tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judged(pack(rule(CHECK), contracts=[OF]), tmp_path, table(OF, [{}]))
    assert refused.value.code == "check.class"


@pytest.mark.parametrize("least", [0, 10_001, 99.5, True, "9000"])
def test_a_similarity_is_a_whole_number_of_basis_points(least: object, tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_names(["a"], tmp_path, check={"similarity": least})
    assert refused.value.code == "check.range"


def test_a_line_tells_the_likest_text_and_of_equals_the_first(tmp_path: Path) -> None:
    outcome = judge_names(
        ["Công ty Ann", "Công ty An", "Cong Ty Am", "công-ty an"],
        tmp_path,
        check={"similarity": 8000},
        message=Text(vi="{found} {similarity} {difference} {count}", en="—"),
    )
    assert outcome.column("message_vi") == [
        "Công ty An 90,90 1 3",
        "Công ty An 100 0 3",
        "Công ty An 90 1 3",
        "Công ty An 100 0 3",
    ]
    assert set(outcome.column("group")) == {"Công ty Ann"}


def test_the_facts_name_the_blocks_too_large(tmp_path: Path) -> None:
    outcome = judge_names(["a", "b", "c"], tmp_path, check={"largest_block": 2})
    assert outcome.counts == (0, 0, 3, 0)
    assert set(outcome.column("reason")) == {"block"}
    facts = pl.read_parquet(tmp_path / "facts.parquet")
    assert facts.rows() == [("R-01", "1", "block", "texts", "3")]


@pytest.mark.parametrize(
    ("written", "as_folded"),
    [
        ("Công ty Đại Thành", "cong ty dai thanh"),
        ("ĐƯỜNG  số-9", "duong so 9"),
        ("Co\u0302ng ty", "cong ty"),
        (" . ", ""),
    ],
)
def test_texts_are_folded(written: str, as_folded: str) -> None:
    assert pl.select(folded(pl.lit(written))).item() == as_folded


@settings(deadline=None)
@given(texts=TEXTS, least=st.integers(1, 10_000), distance=st.sampled_from(Distance))
def test_pairs_are_those_a_plain_computation_finds(
    texts: list[str], least: int, distance: Distance
) -> None:
    found = {(left, right): share for left, right, _, share in alike(
        range(len(texts)), texts, distance=distance, least=least)}  # fmt: skip
    expected = {}
    for left, one in enumerate(texts):
        for right, two in enumerate(texts[:left]):
            steps = plain_steps(one, two, replace=1 if distance is Distance.LEVENSHTEIN else 2)
            both = len(one) + len(two)
            longest = max(len(one), len(two)) if distance is Distance.LEVENSHTEIN else both
            if 10_000 * (longest - steps) >= least * longest:
                expected[right, left] = 10_000 * (longest - steps) // longest
    assert found == expected


def plain_steps(one: str, two: str, *, replace: int) -> int:
    """The textbook table of edit distances."""
    line = list(range(len(two) + 1))
    for at, letter in enumerate(one, start=1):
        before, line = line, [at]
        for to, other in enumerate(two, start=1):
            kept = before[to - 1] + (0 if letter == other else replace)
            line.append(min(before[to] + 1, line[-1] + 1, kept))
    return line[-1]


@settings(deadline=None)
@given(pairs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_a_family_is_called_by_its_first_whatever_the_order_of_the_pairs(
    pairs: list[tuple[int, int]],
) -> None:
    joined = [(left, right, 0, 0) for left, right in pairs]
    of = families(joined, 10)
    assert of == families(joined[::-1], 10)
    assert all(of[left] == of[right] <= min(left, right) for left, right in pairs)
    assert all(of[first] == first for first in of)


def test_blocks_of_other_organizations_alone_are_not_told(tmp_path: Path) -> None:
    names = ["an", "binh", "cuong", "dung", "hoa"]
    rows = [{"id": f"N{at}", "title": name, "place": place}
            for place in ("1", "2") for at, name in enumerate(names)]  # fmt: skip
    check = CHECK | {"largest_block": 3}
    made = pack(rule(check, rule_class="risk", scope="campaign"), contracts=[OF])
    outcome = judged(made, tmp_path, table(OF, rows, foreign=range(4, 10)))
    assert outcome.counts == (0, 0, 4, 0)
    assert pl.read_parquet(tmp_path / "facts.parquet").get_column("group").to_list() == ["1"]
