"""Small contracts, tables, rules and packs for the tests of the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import polars as pl

from rules.calendar import Calendar, DayKind, SpecialDay
from rules.checks.subject import prepared
from rules.contract import Column, ColumnType, Contract
from rules.evaluation import VIOLATIONS, Tally, judge
from rules.formula import Scope as Names
from rules.formula import Value, compile_formula
from rules.pack import Pack
from rules.parameter import Parameter, ParameterValue
from rules.rule import Basis, Rule, RuleClass, Scope, Unit
from rules.table import FILE, OWN, ROW, SHEET, UNREADABLE, Table
from rules.text import Text

NOTHING = Text(vi="—", en="—")
BASIS = Basis(document="22/2023/QH15", provision="Điều 45 khoản 1")
AS_OF = date(2026, 11, 22)
FILE_DIGEST = "f" * 64
DTYPES = {
    ColumnType.TEXT: pl.String(),
    ColumnType.CODE: pl.String(),
    ColumnType.CATEGORY: pl.String(),
    ColumnType.INTEGER: pl.Int64(),
    ColumnType.DATE: pl.Date(),
    ColumnType.DATETIME: pl.Datetime("us"),
    ColumnType.BOOLEAN: pl.Boolean(),
}
SPECIAL = {
    date(2026, 1, 1): DayKind.HOLIDAY,
    date(2026, 1, 2): DayKind.SWAP_OFF,
    date(2026, 1, 10): DayKind.SWAP_WORK,
    date(2026, 4, 27): DayKind.COMP_OFF,
}
CALENDAR = Calendar(
    name="state-sector",
    title=NOTHING,
    years=(2026, 2027, 2029),
    days=tuple(
        SpecialDay(on=on, kind=kind, name="", source="", status="law")
        for on, kind in SPECIAL.items()
    ),
    sessions=((time(7, 30), time(11, 30)), (time(13, 30), time(17))),
)


def column(name: str, kind: str, *, scale: int = 0, values: tuple[str, ...] = ()) -> Column:
    return Column(name=name, type=ColumnType(kind), label=NOTHING, scale=scale, values=values)


def contract(name: str = "t", key: tuple[str, ...] = (), **columns: str) -> Contract:
    """Columns as `name="money:2"`, `name="date"`, `name="category:A|B"`."""
    made = []
    for heading, declared in columns.items():
        kind, _, more = declared.partition(":")
        values = tuple(more.split("|")) if kind == "category" else ()
        scale = int(more) if more.isdigit() else 0
        made.append(column(heading, kind, scale=scale, values=values))
    return Contract(name=name, title=NOTHING, columns=tuple(made), key=key)


def table(
    of: Contract,
    rows: Sequence[Mapping[str, object]],
    *,
    unreadable: Mapping[int, Sequence[str]] | None = None,
    foreign: Sequence[int] = (),
    file: str = FILE_DIGEST,
    sheet: str | None = None,
) -> Table:
    """A table of rows, the first being row 2 of its file; cells left out are null."""
    schema = {
        one.name: pl.Decimal(38, one.scale)
        if one.type in (ColumnType.MONEY, ColumnType.DECIMAL)
        else DTYPES[one.type]
        for one in of.columns
    }
    places = {
        FILE: pl.String(), SHEET: pl.String(), ROW: pl.Int64(),
        UNREADABLE: pl.List(pl.String()), OWN: pl.Boolean(),
    }  # fmt: skip
    bad = unreadable or {}
    data = [
        {
            **{name: _cell(dtype, row.get(name)) for name, dtype in schema.items()},
            FILE: file, SHEET: sheet, ROW: index + 2,
            UNREADABLE: list(bad.get(index, ())), OWN: index not in foreign,
        }
        for index, row in enumerate(rows)
    ]  # fmt: skip
    return Table(contract=of, frame=pl.DataFrame(data, schema=schema | places).lazy())


def _cell(dtype: pl.DataType, value: object) -> object:
    if value is None:
        return None
    if isinstance(dtype, pl.Decimal):
        return Decimal(str(value))
    if isinstance(value, str) and isinstance(dtype, pl.Datetime):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(dtype, pl.Date):
        return date.fromisoformat(value)
    return value


def parameter(name: str, *values: tuple[object, str | None, str | None]) -> Parameter:
    """Values as (value, first day, last day)."""
    return Parameter(
        name=name,
        unit="ngày",
        title=NOTHING,
        values=tuple(
            ParameterValue(
                value=value if isinstance(value, str | time) else Decimal(str(value)),
                starts_on=date.fromisoformat(first) if first else None,
                ends_on=date.fromisoformat(last) if last else None,
                basis=BASIS,
            )
            for value, first, last in values
        ),
    )


def rule(check: Mapping[str, object], unit: str = "row", **more: object) -> Rule:
    settings: dict[str, object] = {"code": "R-01", "table": "t", "message": NOTHING, **more}
    settings["scope"] = Scope(settings.get("scope", "inspection"))
    settings["rule_class"] = RuleClass(settings.get("rule_class", "violation"))
    return Rule(
        title=NOTHING,
        basis=BASIS,
        unit=Unit(unit),
        check=check,
        fix=NOTHING,
        **settings,
    )


def pack(
    *rules: Rule,
    contracts: Sequence[Contract],
    parameters: Sequence[Parameter] = (),
    calendar: Calendar | None = CALENDAR,
) -> Pack:
    return Pack(
        code="made-up",
        version="1.0.0",
        title=NOTHING,
        description=NOTHING,
        rules=rules,
        contracts={one.name: one for one in contracts},
        parameters={one.name: one for one in parameters},
        calendar=calendar,
        digest="",
        manifest=b"",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What judging gave: tallies by rule, and the lines."""

    tallies: Mapping[str, Tally]
    lines: pl.DataFrame

    @property
    def tally(self) -> Tally:
        (only,) = self.tallies.values()
        return only

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Met, violated, undetermined, not applicable."""
        one = self.tally
        return (one.met, one.violated, one.undetermined, one.not_applicable)

    def column(self, name: str) -> list[object]:
        return self.lines.get_column(name).to_list()


def as_read(one: Table) -> Table:
    """The table as a reader leaves it: a blank text is no text."""
    names = [column.name for column in one.contract.columns]
    schema = one.frame.collect_schema()
    texts = [pl.col(name) for name in names if schema.get(name) == pl.String]
    inked = [pl.when(text.str.contains(r"\S")).then(text) for text in texts]
    return Table(contract=one.contract, frame=one.frame.with_columns(inked))


def judged(made: Pack, into: Path, *tables: Table, as_of: date = AS_OF) -> Outcome:
    named = {one.contract.name: as_read(one) for one in tables}
    tallies = {tally.rule: tally for tally in judge(made, named, as_of=as_of, into=into)}
    lines = pl.read_parquet(into / "violations.parquet")
    assert lines.schema == VIOLATIONS
    return Outcome(tallies=tallies, lines=lines)


def computed(
    text: str,
    of: Table,
    *,
    parameters: Sequence[Parameter] = (),
    dated_by: str | None = None,
    calendar: Calendar | None = CALENDAR,
) -> list[object]:
    """What a formula gives on each row; numbers as Decimal."""
    scope = Names(
        contract=of.contract,
        parameters={one.name: one for one in parameters},
        calendar=calendar,
        as_of=AS_OF,
        dated_by=dated_by,
    )
    value = compile_formula(text, scope)
    frame = prepared(of.frame, of.contract, [one.name for one in of.contract.columns])
    given = frame.with_columns(value.expr.alias("x")).collect()
    return [read(value, cell) for cell in given.get_column("x").to_list()]


def read(value: Value, cell: object) -> object:
    scale = getattr(value.type, "scale", None)
    return cell if scale is None or cell is None else Decimal(int(str(cell))).scaleb(-scale)
