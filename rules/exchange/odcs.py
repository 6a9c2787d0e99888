"""Contracts in the Open Data Contract Standard, and back.

Source: Open Data Contract Standard 3.1.0, Schema and Data Quality
(https://bitol-io.github.io/open-data-contract-standard/v3.1.0/schema/); of 3.2.0, `enum` is read.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from rules.contract import Bound, Column, ColumnType, Contract
from rules.exchange.assembling import SCALED, assemble, give_scale
from rules.exchange.contract_file import describe_column, dump
from rules.exchange.java_dates import to_java
from rules.exchange.left_out import OWN, Exported, Imported, LeftOut
from rules.exchange.odcs_reading import read_odcs
from rules.exchange.own_keys import head_with, own_keys_of_column, own_keys_of_table
from rules.exchange.patterns import search_for_whole

VERSION: Final = "v3.1.0"
_TYPES: Final = {
    ColumnType.TEXT: "string",
    ColumnType.CODE: "string",
    ColumnType.CATEGORY: "string",
    ColumnType.INTEGER: "integer",
    ColumnType.DECIMAL: "number",
    ColumnType.MONEY: "number",
    ColumnType.DATE: "date",
    ColumnType.DATETIME: "timestamp",
    ColumnType.BOOLEAN: "boolean",
}
_DIGITS: Final = 18  # of an exact number of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What the standard asks of every document, and a table alone does not know.

    Attributes:
        status: Such as `draft` or `active`.
    """

    id: str
    version: str
    status: str


def import_odcs(
    document: dict[str, Any],
    *,
    file: str,
    name: str,
    table: str | None = None,
    scale: int | None = None,
) -> Imported:
    """The contract of one object of a document.

    Args:
        name: What the table is called here.
        table: The name of the object, where the document has several.
        scale: The places of numbers whose physical type does not tell them.

    Raises:
        ExchangeError: It is no such document, the object is not there or cannot be chosen, its
            properties cannot be columns, or a number has no scale.
    """
    left: list[LeftOut] = []
    foreign = read_odcs(document, file=file, name=name, table=table, left=left)
    for part in foreign.columns:
        give_scale(part, scale=scale, file=file)
    contract = assemble(foreign, left=left)
    return Imported(contract=contract, left_out=tuple(left))


def export_odcs(contract: Contract, *, cover: Cover) -> Exported:
    """The document of a contract; what its keys cannot say stands in a custom property of ours.

    Returns:
        YAML, and the list of what other programs will pass over.
    """
    document = _document(contract, cover)
    said = document["schema"][0]
    foreign = read_odcs(document, file="", name=contract.name, table=None, left=[])
    own, left = own_keys_of_table(contract, foreign)
    head = head_with(foreign, own)
    for column, part, property_ in zip(
        contract.columns, foreign.columns, said["properties"], strict=True
    ):
        keys, some = own_keys_of_column(
            describe_column(column), part, head=head, table=contract.name
        )
        left += some
        if keys:
            property_["customProperties"] = [{"property": OWN, "value": keys}]
    if own:
        said["customProperties"] = [{"property": OWN, "value": own}]
    return Exported(content=dump(document), left_out=tuple(left))


def _document(contract: Contract, cover: Cover) -> dict[str, Any]:
    said = {
        "name": contract.name,
        "logicalType": "object",
        "physicalType": "table",
        "businessName": contract.title.vi,
        "description": contract.help.vi if contract.help else None,
        "properties": [_property(column, contract) for column in contract.columns],
    }
    return {
        "apiVersion": VERSION,
        "kind": "DataContract",
        "id": cover.id,
        "version": cover.version,
        "status": cover.status,
        "schema": [_without_nothing(said)],
    }


def _property(column: Column, contract: Contract) -> dict[str, Any]:
    position = contract.key.index(column.name) + 1 if column.name in contract.key else None
    said = {
        "name": column.name,
        "businessName": column.label.vi,
        "description": column.help.vi if column.help else None,
        "logicalType": _TYPES[column.type],
        "physicalType": _physical_type(column),
        "logicalTypeOptions": _without_nothing(_options(column, contract)) or None,
        "required": column.required or None,
        "primaryKey": True if position else None,
        "primaryKeyPosition": position,
        "quality": _quality(column) or None,
        "examples": list(column.examples) or None,
    }
    return _without_nothing(said)


def _physical_type(column: Column) -> str | None:
    """The one place where the standard can say how many places a number has."""
    is_scaled = column.type.value in SCALED
    return f"decimal({_DIGITS},{column.scale})" if is_scaled else None


def _options(column: Column, contract: Contract) -> dict[str, Any]:
    limits = {"minimum": _limit(column.least), "maximum": _limit(column.most)}
    match column.type:
        case ColumnType.INTEGER:
            return {"format": "i64", **limits}
        case ColumnType.DATE:
            return {"format": to_java(column.format[0]), **limits}
        case ColumnType.DATETIME:
            return {
                "format": to_java(column.format[0]),
                "timezone": "%z" in column.format[0],
                "defaultTimezone": contract.time_zone,
                **limits,
            }
        case _:
            return {"pattern": search_for_whole(column.pattern), **limits}


def _limit(limit: Bound | None) -> int | Decimal | str | None:
    if limit is None or isinstance(limit, int | Decimal):
        return limit
    return limit.isoformat()


def _quality(column: Column) -> list[dict[str, Any]]:
    """Version 3.1 has no closed sets, but a check that no value lies outside one."""
    if column.type is not ColumnType.CATEGORY:
        return []
    values = {"validValues": list(column.values)}
    return [{"type": "library", "metric": "invalidValues", "arguments": values, "mustBe": 0}]


def _without_nothing(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value is not None}
