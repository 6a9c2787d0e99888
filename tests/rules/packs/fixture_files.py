"""The fixtures beside the packs: rows as text cells, and the verdict each case must get.

`given` holds the cells every row has unless its case says otherwise.  A case lists rows per table
(`<table> of others` are rows of another organization); a table it does not name has one row, as
given.  `expect` is one verdict (one unit), or verdicts with counts or with the units by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from rules.generators.dossiers import write_csv

PACKS = Path("rules/packs")
OTHERS = " of others"


@dataclass(frozen=True)
class Case:
    """One case of one rule."""

    pack: str
    rule: str
    title: str
    english: str | None
    rows: Mapping[str, list[Mapping[str, str]]]
    own_cells: Mapping[str, list[Mapping[str, str]]]
    expect: Mapping[str, int]
    units: Mapping[str, list[str]]
    amount: str | None
    parameters: list[str] | None
    is_example: bool


def read_cases() -> list[Case]:
    """Every case of every fixture of every shipped pack."""
    files = sorted(PACKS.glob("*/fixtures/*.yaml"))
    return [case for file in files for case in read_fixture(file)]


def read_fixture(file: Path) -> list[Case]:
    """The cases of one fixture."""
    # Every scalar stays the text it is: cells are texts.
    fixture = yaml.load(file.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 -- safe: texts
    return [case_of(file.parent.parent.name, fixture, case) for case in fixture["cases"]]


def csv_files(case: Case, columns: Mapping[str, list[str]]) -> dict[str, bytes]:
    """One CSV file per table of the case, `<table> of others` included."""
    return {
        name: write_csv(
            columns[name.removesuffix(OTHERS)],
            [[row.get(c, "") for c in columns[name.removesuffix(OTHERS)]] for row in rows],
        )
        for name, rows in case.rows.items()
    }


def example_of(cases: list[Case]) -> str:
    """The cases marked as examples, as the page of the rule shows them."""
    return "\n\n".join(_shown(case) for case in cases if case.is_example)


def case_of(pack: str, fixture: dict, case: dict) -> Case:
    """One case over what its fixture gives every row."""
    given = fixture["given"]
    tables = [name for name in case if name.removesuffix(OTHERS) in given]
    own_cells = {name: case[name] for name in tables}
    rows = {name: [given[name]] for name in given if name not in case}
    rows |= {
        name: [{**given[name.removesuffix(OTHERS)], **row} for row in case[name]] for name in tables
    }
    expect, units = _expectation(case["expect"])
    return Case(
        pack=pack,
        rule=fixture["rule"],
        title=case["case"],
        english=case.get("en"),
        rows=rows,
        own_cells=own_cells,
        expect=expect,
        units=units,
        amount=case.get("amount"),
        parameters=case.get("parameters"),
        is_example=case.get("example") == "true",
    )


def _expectation(expect: str | dict) -> tuple[dict[str, int], dict[str, list[str]]]:
    if isinstance(expect, str):
        return {expect: 1}, {}
    named = {verdict: sorted(units) for verdict, units in expect.items() if isinstance(units, list)}
    counts = {v: len(named[v]) if v in named else int(units) for v, units in expect.items()}
    return counts, named


def _shown(case: Case) -> str:
    heading = f"{case.english} ({case.title}): **{_verdicts(case.expect)}**."
    return "\n\n".join([heading, *(_grid(name, rows) for name, rows in case.own_cells.items())])


def _verdicts(expect: Mapping[str, int]) -> str:
    if len(expect) == 1:
        return next(iter(expect))
    return ", ".join(f"{count} {verdict}" for verdict, count in expect.items())


def _grid(name: str, rows: list[Mapping[str, str]]) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    if not columns:
        return f"{len(rows)} row(s) of `{name}` as given."
    cells = [[f"`{row[c]}`" if row.get(c) else _blank(row, c) for c in columns] for row in rows]
    lines = [[f"`{name}`", *columns], ["---"] * (len(columns) + 1)]
    lines += [[str(number), *line] for number, line in enumerate(cells, start=1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _blank(row: Mapping[str, str], column: str) -> str:
    return "(blank)" if column in row else "as given"
