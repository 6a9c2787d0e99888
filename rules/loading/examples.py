"""The examples of a contract, tried: what must be read is read, what must not is not."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from rules.contract import Column, Contract
from rules.loading.entries import Entry
from rules.reading.cells import convert, what_is_wrong
from rules.reading.result import Wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One example, and what became of it.

    Attributes:
        is_example: Whether it must be read; a counter-example must not.
        value: What was read, as text; None where nothing was.
        wrong: Why nothing was read.
    """

    column: str
    text: str
    is_example: bool
    value: str | None
    wrong: Wrong | None

    @property
    def holds(self) -> bool:
        """Whether the contract reads the text as its author said."""
        return self.is_example == (self.wrong is None)


def try_examples(column: Column, *, contract: Contract) -> Iterator[Trial]:
    """Read every example of a column as a cell of a text file would be read."""
    for texts, is_example in ((column.examples, True), (column.counter_examples, False)):
        for text in texts:
            yield _try(text, column=column, contract=contract, is_example=is_example)


def refuse_wrong_examples(column: Column, *, contract: Contract, entry: Entry) -> None:
    """Refuse a contract whose examples do not hold.

    Args:
        entry: The column's, so that the refusal names the line of the example.

    Raises:
        PackError: `pack.example.<what is wrong>`, or `pack.counter_example`.
    """
    trials = list(try_examples(column, contract=contract))
    lines = [*_lines(entry, "examples"), *_lines(entry, "counter_examples")]
    for trial, line in zip(trials, lines, strict=True):
        if trial.holds:
            continue
        code = "counter_example" if trial.wrong is None else f"example.{trial.wrong.value}"
        raise line.refuse(code, column=column.name, found=trial.text, value=trial.value)


def _try(text: str, *, column: Column, contract: Contract, is_example: bool) -> Trial:
    cells = convert(pl.Series([text]), column=column, contract=contract)
    wrong = None
    if cells.value[0] is None:
        known = cells.wrong or (what_is_wrong(text, column=column, contract=contract),)
        wrong = known[0]
    value = cells.value.cast(pl.String)[0]
    return Trial(column=column.name, text=text, is_example=is_example, value=value, wrong=wrong)


def _lines(entry: Entry, key: str) -> list[Entry]:
    here = entry.at(key)
    if here is entry:
        return []
    return list(here.items()) if isinstance(here.value, list) else [here]
