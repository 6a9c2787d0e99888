"""The manual says everything that can be called, and only what is so."""

import polars as pl
import pytest

from rules.formula import Call, Node, Scope, compile_formula, parse
from rules.formula.functions import FUNCTIONS
from rules.formula.manual import manual
from rules.formula.writing import text_of
from rules.named_list import ListedValue, NamedList
from tests.rules.building import AS_OF, CALENDAR, NOTHING, contract

ENTRIES = [entry for group in manual() for entry in group.entries]
EXAMPLES = [(text, gives) for entry in ENTRIES for text, gives in entry.examples.items()]
CURRENCIES = NamedList(
    name="currencies",
    title=NOTHING,
    values=tuple(
        ListedValue(value=value, starts_on=None, ends_on=None, basis=None)
        for value in ("VND", "USD")
    ),
)


def test_every_function_is_explained_once() -> None:
    explained = [name for entry in ENTRIES for name in entry.names]
    assert sorted(explained) == sorted(FUNCTIONS)


def test_names_of_one_entry_are_one_function() -> None:
    apart = [one.names for one in ENTRIES if len({id(FUNCTIONS[name]) for name in one.names}) > 1]
    assert apart == []


def test_every_function_has_an_example_in_which_it_stands() -> None:
    silent = [
        entry.names
        for entry in ENTRIES
        if not any(called(parse(text)) & set(entry.names) for text in entry.examples)
    ]
    assert silent == []


def called(node: Node) -> set[str]:
    if not isinstance(node, Call):
        return set()
    return {node.name}.union(*(called(argument) for argument in node.args))


@pytest.mark.parametrize(("text", "gives"), EXAMPLES)
def test_an_example_gives_what_the_manual_says(text: str, gives: str | None) -> None:
    scope = Scope(
        contract=contract(),
        parameters={},
        calendar=CALENDAR,
        as_of=AS_OF,
        lists={"currencies": CURRENCIES},
    )
    value = compile_formula(text, scope)
    assert pl.select(text_of(value)).item() == gives
