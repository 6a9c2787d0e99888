"""A contract as a file of a pack: the words that `rules.loading.contracts` reads."""

from decimal import Decimal
from typing import Any, Final
from unicodedata import is_normalized

import yaml

from rules.contract import Bound, Column, ColumnType, Contract
from rules.exchange.layout_file import describe_layout
from rules.loading.contracts import read_contract
from rules.loading.entries import parse
from rules.text import Text

_SCALED: Final = frozenset({ColumnType.DECIMAL, ColumnType.MONEY})
_ONE_LINE: Final = 1 << 20  # columns: a text is never folded


def write_contract(contract: Contract) -> bytes:
    """The file of a contract; `read_contract` makes the same contract of it."""
    return dump(describe_contract(contract))


def describe_contract(contract: Contract) -> dict[str, Any]:
    """A contract as plain data, by the keys of its file; what says nothing is left out."""
    said = {
        "name": contract.name,
        "title": _both(contract.title),
        "help": _both(contract.help),
        "file": {
            "delimiter": contract.delimiter,
            "decimal_mark": contract.decimal_mark,
            "grouping": contract.grouping,
            "encoding": contract.encoding,
            **describe_layout(contract),
        },
        "currency": contract.currency,
        "time_zone": contract.time_zone,
        "key": list(contract.key),
        "columns": [describe_column(column) for column in contract.columns],
    }
    return {key: value for key, value in said.items() if value is not None}


def describe_column(column: Column) -> dict[str, Any]:
    """A column as plain data; an empty grouping says something, other empty values do not."""
    said = {
        "name": column.name,
        "type": column.type.value,
        "required": column.required or None,
        "scale": column.scale if column.type in _SCALED else None,
        "format": list(column.format) or None,
        "pattern": column.pattern,
        "values": list(column.values) or None,
        "decimal_mark": column.decimal_mark,
        "grouping": column.grouping,
        "range": _range(column.least, column.most),
        "label": _both(column.label),
        "help": _both(column.help),
        "examples": list(column.examples) or None,
        "counter_examples": list(column.counter_examples) or None,
    }
    return {key: value for key, value in said.items() if value is not None}


def read_plain(said: dict[str, Any], *, file: str) -> Contract:
    """The contract of plain data, through the door that every contract comes through.

    Raises:
        PackError: What the loader refuses.
    """
    return read_contract(parse(dump(said), file=file))


def dump(said: dict[str, Any]) -> bytes:
    """Plain data as YAML that the loader reads back letter by letter."""
    text = _dump(said, in_letters=True)
    # The loader makes letters whole; those that must stay in parts are written by their numbers.
    if not is_normalized("NFC", text):
        text = _dump(said, in_letters=False)
    return text.encode()


def _dump(said: dict[str, Any], *, in_letters: bool) -> str:
    return str(
        yaml.dump(said, Dumper=_Dumper, allow_unicode=in_letters, sort_keys=False, width=_ONE_LINE)
    )


class _Dumper(yaml.SafeDumper):
    """Writes exact decimals as they are, and everything out: the loader refuses aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the library's signature
        return True


def _write_decimal(dumper: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    text = f"{number:f}"
    kind = "float" if "." in text else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


_Dumper.add_representer(Decimal, _write_decimal)


def _both(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"vi": text.vi, "en": text.en}


def _range(least: Bound | None, most: Bound | None) -> dict[str, Bound] | None:
    limits = {"least": least, "most": most}
    return {key: limit for key, limit in limits.items() if limit is not None} or None
