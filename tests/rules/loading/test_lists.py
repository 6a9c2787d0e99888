"""Lists of values with their days, and the rules that ask them."""

from datetime import date

import pytest

from rules.errors import PackError
from rules.rule import Basis
from rules.text import Text
from tests.rules.loading.sample_pack import LIST, RULES, changed, load_list


def test_a_list_is_loaded_with_its_days():
    named = load_list(LIST).lists["codes"]

    assert named.title == Text(vi="Mã", en="Codes")
    assert [(one.value, one.starts_on, one.ends_on) for one in named.values] == [
        ("A", None, None), ("01", None, date(2024, 12, 31)), ("01", date(2026, 1, 1), None),
    ]  # fmt: skip
    assert named.values[1].basis == Basis(document="A", provision="B")


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("name: codes", "name: code", "pack.file_name", 1),
        ("  - A\n", "  - A\n  - A\n", "pack.listed_twice", 5),
        ("from: 2026-01-01", "from: 2024-12-31", "pack.listed_twice", 6),
        ("to: 2024-12-31", "to: soon", "pack.not_a_date", 5),
        ("{value: 01, from: 2026-01-01}", "{value: 01, since: 2026-01-01}", "pack.unknown_key", 6),
        ("  - A\n", "  - [A]\n", "pack.not_a_text", 4),
        ("from: 2026-01-01", "from: 2026-01-02, to: 2026-01-01", "pack.dates_backwards", 6),
        (LIST[LIST.index("values"):], "values: []", "pack.empty_list", 3),
    ],
)  # fmt: skip
def test_a_list_is_refused_where_it_is_wrong(old, new, code, line):
    with pytest.raises(PackError) as caught:
        load_list(changed(LIST, old, new))

    facts = caught.value.facts
    assert (caught.value.code, facts["file"], facts["line"]) == (code, "lists/codes.yaml", line)


def test_a_rule_may_ask_a_list_and_a_misspelt_one_is_refused_with_the_right_one():
    asked = changed(RULES, "must: value >= min_value", "must: code IN LIST codes")
    assert load_list(LIST, rules=asked).rules[0].check["must"] == "code IN LIST codes"

    with pytest.raises(PackError) as caught:
        load_list(LIST, rules=asked.replace("LIST codes", "LIST cods"))
    error = caught.value
    assert (error.code, error.facts["near"]) == ("formula.unknown_list", "codes")
    assert (error.facts["at"], error.facts["line"]) == (5, 17)
