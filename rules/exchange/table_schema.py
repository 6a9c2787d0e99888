"""Contracts as Frictionless Table Schema, and back.

Source: Data Package Standard 2.0, Table Schema (https://datapackage.org/standard/table-schema/);
documents of version 1 differ only in keys that both read.
"""

import json
from decimal import Decimal
from typing import Any, Final

from rules.contract import Bound, Column, ColumnType, Contract
from rules.exchange.assembling import assemble, give_scale
from rules.exchange.contract_file import describe_column
from rules.exchange.left_out import OWN, Exported, Imported, LeftOut
from rules.exchange.limits import write_moment
from rules.exchange.own_keys import head_with, own_keys_of_column, own_keys_of_table
from rules.exchange.table_schema_reading import FALSE_WORDS, TRUE_WORDS, read_table_schema

PROFILE: Final = "https://datapackage.org/profiles/2.0/tableschema.json"
_TYPES: Final = {
    ColumnType.TEXT: "string",
    ColumnType.CODE: "string",
    ColumnType.CATEGORY: "string",
    ColumnType.INTEGER: "integer",
    ColumnType.DECIMAL: "number",
    ColumnType.MONEY: "number",
    ColumnType.DATE: "date",
    ColumnType.DATETIME: "datetime",
    ColumnType.BOOLEAN: "boolean",
}
_MARKED: Final = frozenset({ColumnType.DECIMAL, ColumnType.MONEY})
_NUMBERS: Final = _MARKED | {ColumnType.INTEGER}


def import_table_schema(
    document: dict[str, Any], *, file: str, name: str, scale: int | None = None
) -> Imported:
    """The contract of a Table Schema.

    Args:
        name: What the table is called: the schema does not say.
        scale: The places of its numbers after the decimal mark: the schema does not say either.

    Raises:
        ExchangeError: It is no Table Schema, its fields cannot be columns, or it has numbers and
            no `scale` is given.
    """
    left: list[LeftOut] = []
    foreign = read_table_schema(document, file=file, name=name, left=left)
    for part in foreign.columns:
        give_scale(part, scale=scale, file=file)
    contract = assemble(foreign, left=left)
    return Imported(contract=contract, left_out=tuple(left))


def export_table_schema(contract: Contract) -> Exported:
    """The Table Schema of a contract; what its keys cannot say stands under a key of ours.

    Returns:
        JSON, and the list of what other programs will pass over.
    """
    document = _schema(contract)
    foreign = read_table_schema(document, file="", name=contract.name, left=[])
    own, left = own_keys_of_table(contract, foreign)
    head = head_with(foreign, own)
    for column, part, said in zip(
        contract.columns, foreign.columns, document["fields"], strict=True
    ):
        keys, some = own_keys_of_column(
            describe_column(column), part, head=head, table=contract.name
        )
        left += some
        if keys:
            said[OWN] = keys
    if own:
        document[OWN] = own
    content = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return Exported(content=content.encode(), left_out=tuple(left))


def _schema(contract: Contract) -> dict[str, Any]:
    said: dict[str, Any] = {
        "$schema": PROFILE,
        # Columns are found by their names, and those beyond the contract are only noted.
        "fieldsMatch": "subset",
        "fields": [_field(column, contract) for column in contract.columns],
    }
    return said | ({"primaryKey": list(contract.key)} if contract.key else {})


def _field(column: Column, contract: Contract) -> dict[str, Any]:
    said = {
        "name": column.name,
        "title": column.label.vi,
        "description": column.help.vi if column.help else None,
        "type": _TYPES[column.type],
        "format": column.format[0] if column.format else None,
        "example": column.examples[0] if column.examples else None,
        **_marks(column, contract),
        **_words(column),
        "constraints": _constraints(column, contract) or None,
    }
    return {key: value for key, value in said.items() if value is not None}


def _marks(column: Column, contract: Contract) -> dict[str, str | None]:
    mark, grouping = contract.marks_of(column)
    return {
        "decimalChar": mark if column.type in _MARKED and mark != "." else None,
        "groupChar": grouping or None if column.type in _NUMBERS else None,
    }


def _words(column: Column) -> dict[str, list[str]]:
    if column.type is not ColumnType.BOOLEAN:
        return {}
    yes, no = ([word] for word in column.values) if column.values else (TRUE_WORDS, FALSE_WORDS)
    return {"trueValues": list(yes), "falseValues": list(no)}


def _constraints(column: Column, contract: Contract) -> dict[str, Any]:
    said = {
        "required": column.required or None,
        "minimum": _limit(column.least, column, contract),
        "maximum": _limit(column.most, column, contract),
        "pattern": column.pattern,
        "enum": list(column.values) if column.type is ColumnType.CATEGORY else None,
    }
    return {key: value for key, value in said.items() if value is not None}


def _limit(limit: Bound | None, column: Column, contract: Contract) -> int | str | None:
    """A whole number as it is; others as a text by the rules of the field: nothing is rounded."""
    if limit is None or isinstance(limit, int):
        return limit
    if not isinstance(limit, Decimal):
        return write_moment(limit, column.format[0])
    whole = limit == limit.to_integral_value()
    mark, _ = contract.marks_of(column)
    return int(limit) if whole else f"{limit:f}".replace(".", mark)
