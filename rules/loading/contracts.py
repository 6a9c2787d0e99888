"""Contracts of tables, from YAML."""

import codecs
from typing import Final

from rules.contract import Column, ColumnType, Contract
from rules.loading.entries import Entry, Fields

LARGEST_SCALE: Final = 18
_DATED: Final = frozenset({ColumnType.DATE, ColumnType.DATETIME})


def read_contract(entry: Entry) -> Contract:
    """One table."""
    fields = Fields(entry)
    name = fields.text("name")
    title = fields.both("title")
    columns = tuple(read_column(one) for one in fields.get("columns").items())
    names = [column.name for column in columns]
    if not names or len(set(names)) != len(names):
        raise entry.refuse("columns_not_unique", table=name)
    key = fields.texts("key")
    if unknown := sorted(set(key) - set(names)):
        raise entry.refuse("unknown_column", table=name, column=unknown[0])
    file = fields.find("file")
    contract = Contract(
        name=name,
        title=title,
        columns=columns,
        key=key,
        currency=fields.text_or("currency", "VND"),
        time_zone=fields.text_or("time_zone", "Asia/Ho_Chi_Minh"),
        help=fields.find_both("help"),
        **({} if file is None else _read_file(file)),
    )
    fields.end()
    return contract


def read_column(entry: Entry) -> Column:
    """One column."""
    fields = Fields(entry)
    kind = fields.choice("type", ColumnType)
    formats = fields.texts("format")
    values = fields.texts("values")
    if kind in _DATED and not formats:
        raise entry.refuse("missing_key", key="format")
    if kind is ColumnType.CATEGORY and not values:
        raise entry.refuse("missing_key", key="values")
    scale = fields.whole("scale", 0)
    if scale > LARGEST_SCALE:
        raise entry.refuse("scale_too_large", largest=LARGEST_SCALE, found=scale)
    column = Column(
        name=fields.text("name"),
        type=kind,
        label=fields.both("label"),
        help=fields.find_both("help"),
        required=fields.truth("required", default=False),
        scale=scale,
        format=formats,
        pattern=fields.find_text("pattern"),
        values=values,
    )
    fields.end()
    return column


def _read_file(entry: Entry) -> dict[str, str]:
    """How text files of the table are written."""
    fields = Fields(entry)
    values = {
        key: found
        for key in ("delimiter", "decimal_mark", "grouping", "encoding")
        if (found := _mark(fields, key)) is not None
    }
    fields.end()
    try:
        codecs.lookup(values.get("encoding", "utf-8"))
    except LookupError:
        raise entry.refuse("unknown_encoding", found=values["encoding"]) from None
    if values.get("decimal_mark", ".") == values.get("grouping", ","):
        raise entry.refuse("marks_alike", found=values.get("decimal_mark", "."))
    return values


def _mark(fields: Fields, key: str) -> str | None:
    """A mark as it stands: a blank or a tab is one too."""
    entry = fields.find(key)
    if entry is None:
        return None
    if not isinstance(entry.value, str) or (key != "encoding" and len(entry.value) > 1):
        raise entry.refuse("not_a_mark", key=key, found=entry.text)
    return entry.value
