"""Contracts of tables, from YAML."""

import re
from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from rules.contract import Column, ColumnType, Contract
from rules.loading.entries import Entry
from rules.loading.examples import refuse_wrong_examples
from rules.loading.fields import Fields
from rules.loading.mappings import read_json, read_xml
from rules.loading.ranges import read_range
from rules.reading.characters import ENCODINGS, known_encoding
from rules.reading.text_values import DIRECTIVES

LARGEST_SCALE: Final = 17
NO_HEADING: Final = "none"
DEFAULT_ZONE: Final = "Asia/Ho_Chi_Minh"
_DATED: Final = frozenset({ColumnType.DATE, ColumnType.DATETIME})
_WORDS_OF_TRUTH: Final = 2
_DAY: Final = frozenset({"%Y", "%m", "%d"})
_CLOCK: Final = frozenset({"%H", "%M"})
# Places, not bare offsets: an offset does not say when a place changes its clocks.
_ZONE: Final = re.compile("[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*")
# What a type of column can be told beside its name; anything else would mean nothing there.
_SETTINGS: Final = {
    ColumnType.TEXT: {"pattern"},
    ColumnType.CODE: {"pattern"},
    ColumnType.INTEGER: {"range", "decimal_mark", "grouping"},
    ColumnType.DECIMAL: {"scale", "range", "decimal_mark", "grouping"},
    ColumnType.MONEY: {"scale", "range", "decimal_mark", "grouping"},
    ColumnType.DATE: {"format", "range"},
    ColumnType.DATETIME: {"format", "range"},
    ColumnType.BOOLEAN: {"values"},
    ColumnType.CATEGORY: {"values"},
}


def read_contract(entry: Entry) -> Contract:
    """One table."""
    fields = Fields(entry)
    name = fields.text("name")
    title = fields.both("title")
    entries = tuple(fields.get("columns").items())
    columns = tuple(read_column(one) for one in entries)
    names = [column.name for column in columns]
    if not names or len(set(names)) != len(names):
        raise entry.refuse("columns_not_unique", table=name)
    key = fields.texts("key")
    if unknown := sorted(set(key) - set(names)):
        raise entry.refuse("unknown_column", table=name, column=unknown[0])
    if len(set(key)) != len(key):
        raise fields.get("key").refuse("name_twice", name=", ".join(key))
    file = fields.find("file")
    contract = Contract(
        name=name,
        title=title,
        columns=columns,
        key=key,
        currency=fields.text_or("currency", "VND"),
        time_zone=_time_zone(fields),
        help=fields.find_both("help"),
        **({} if file is None else _read_file(file, table=name, columns=names)),
    )
    fields.end()
    for column, one in zip(columns, entries, strict=True):
        mark, grouping = contract.marks_of(column)
        if mark == grouping:
            raise one.refuse("marks_alike", found=mark)
        refuse_wrong_examples(column, contract=contract, entry=one)
    return contract


def read_column(entry: Entry) -> Column:
    """One column."""
    fields = Fields(entry)
    kind = fields.choice("type", ColumnType)
    _refuse_foreign_settings(fields, kind)
    formats = fields.texts("format")
    for form in formats:
        _refuse_unknown_format(fields.get("format"), form, kind)
    values = fields.texts("values")
    if len(set(values)) != len(values):
        raise fields.get("values").refuse("name_twice", name=", ".join(values))
    if kind is ColumnType.BOOLEAN and len(values) not in {0, _WORDS_OF_TRUTH}:
        raise fields.get("values").refuse("two_words")
    if kind in _DATED and not formats:
        raise entry.refuse("missing_key", key="format")
    if kind is ColumnType.CATEGORY and not values:
        raise entry.refuse("missing_key", key="values")
    scale = fields.whole("scale", 0)
    if scale > LARGEST_SCALE:
        raise entry.refuse("scale_too_large", largest=LARGEST_SCALE, found=scale)
    least, most = read_range(fields.find("range"), kind=kind, scale=scale)
    column = Column(
        name=column_name(fields.get("name"), fields.text("name")),
        type=kind,
        label=fields.both("label"),
        help=fields.find_both("help"),
        required=fields.truth("required", default=False),
        scale=scale,
        format=formats,
        pattern=_pattern(fields),
        values=values,
        least=least,
        most=most,
        decimal_mark=_mark(fields, "decimal_mark"),
        grouping=_mark(fields, "grouping"),
        examples=fields.texts("examples"),
        counter_examples=fields.texts("counter_examples"),
    )
    fields.end()
    return column


def column_name(entry: Entry, name: str) -> str:
    """A name as a file's heading can hold it; two underscores are ours, brackets the formulas'."""
    name = name.strip()
    if name.startswith("__") or re.search(r"[\[\]\r\n]", name):
        raise entry.refuse("bad_column_name", found=name)
    return name


def _refuse_foreign_settings(fields: Fields, kind: ColumnType) -> None:
    for key in sorted(set.union(*_SETTINGS.values())):
        entry = fields.find(key)
        if entry is not None and key not in _SETTINGS[kind]:
            raise entry.refuse("setting_of_type", key=key, type=kind.value)


def _refuse_unknown_format(entry: Entry, form: str, kind: ColumnType) -> None:
    """Every part of the day once, and for a DATETIME at least hour and minute."""
    used = re.findall("%.?", form)
    parts = set(used)
    wanted = _DAY if kind is ColumnType.DATE else _DAY | _CLOCK
    known = _DAY if kind is ColumnType.DATE else set(DIRECTIVES)
    if len(parts) != len(used) or not wanted <= parts <= known:
        raise entry.refuse("date_format", found=form, known=" ".join(sorted(known)))


def _time_zone(fields: Fields) -> str:
    """A zone the engine itself knows: what the machine knows beside it must not decide."""
    name = fields.text_or("time_zone", DEFAULT_ZONE)
    try:
        moment = pl.Series([0], dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))
        moment.dt.convert_time_zone(name if _ZONE.fullmatch(name) else "?")
    except pl.exceptions.PolarsError as error:
        raise fields.get("time_zone").refuse("unknown_zone", found=name) from error
    return name


def _pattern(fields: Fields, key: str = "pattern") -> str | None:
    """Tried on an empty text: what the engine cannot compile is refused now, not while reading."""
    pattern = fields.find_text(key)
    if pattern is not None:
        try:
            pl.Series([""]).str.contains(f"^(?:{pattern})$")
        except pl.exceptions.PolarsError as error:
            raise fields.get(key).refuse("bad_pattern", found=pattern) from error
    return pattern


def _read_file(
    entry: Entry, *, table: str, columns: Sequence[str]
) -> dict[str, Any]:  # settings of Contract, each of its own type
    """How files of the table are written."""
    fields = Fields(entry)
    values: dict[str, Any] = {
        key: found
        for key in ("delimiter", "decimal_mark", "grouping", "encoding")
        if (found := _mark(fields, key)) is not None
    }
    if (heading := _heading_row(fields)) is not None:
        values["heading"] = heading
    if (quote := _quote(fields, delimiter=values.get("delimiter", ","))) is not None:
        values["quote"] = quote
    if (stop := _pattern(fields, "stop")) is not None:
        values["stop"] = stop
    if (sheet := fields.find_text("sheet")) is not None:
        values["sheet"] = sheet
    for key, read in (("xml", read_xml), ("json", read_json)):
        part = fields.find(key)
        if part is not None:
            values[key] = read(part, table=table, columns=columns)
    fields.end()
    if "encoding" in values:
        values["encoding"] = _encoding(entry, values["encoding"])
    if values.get("decimal_mark", ".") == values.get("grouping", ","):
        raise entry.refuse("marks_alike", found=values.get("decimal_mark", "."))
    return values


def _quote(fields: Fields, *, delimiter: str) -> str | None:
    """The mark of quotation, or "" for `none`."""
    entry = fields.find("quote")
    if entry is None:
        return None
    if entry.text == "none":
        return ""
    if len(entry.text) != 1 or entry.text in {delimiter, "\r", "\n"} or entry.text.isalnum():
        raise entry.refuse("not_a_mark", key="quote", found=entry.text)
    return entry.text


def _heading_row(fields: Fields) -> int | None:
    """The number of the heading's record, or 0 for `none`."""
    entry = fields.find("heading")
    if entry is None:
        return None
    if entry.text == NO_HEADING:
        return 0
    if isinstance(entry.value, bool) or not isinstance(entry.value, int) or entry.value < 1:
        raise entry.refuse("heading_row", found=entry.text)
    return entry.value


def _encoding(entry: Entry, name: str) -> str:
    """The encoding under the name the readers know it by."""
    found = known_encoding(name)
    if found is None:
        raise entry.refuse("unknown_encoding", found=name, known=", ".join(ENCODINGS))
    return found


def _mark(fields: Fields, key: str) -> str | None:
    """A mark as it stands: a blank or a tab is one too."""
    entry = fields.find(key)
    if entry is None:
        return None
    is_short = key == "encoding" or len(entry.text) <= 1
    is_mark = entry.text not in {'"', "\r", "\n"} and (entry.text or key == "grouping")
    if not isinstance(entry.value, str) or not is_short or not is_mark:
        raise entry.refuse("not_a_mark", key=key, found=entry.text)
    return entry.value
