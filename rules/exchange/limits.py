"""The limits of a range in the words of another format."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import polars as pl

from rules.contract import Bound, Column, ColumnType, Contract
from rules.reading.cells import convert
from rules.text import Text

_NOTHING: Final = Text(vi="x", en="x")
_DIRECTIVE: Final = re.compile("(%[YmdHMS])")


def write_moment(moment: date, form: str) -> str | None:
    """A day or moment by a format of ours; None where the format asks for more than it has."""
    parts = {
        "%Y": f"{moment.year:04}",
        "%m": f"{moment.month:02}",
        "%d": f"{moment.day:02}",
    }
    if isinstance(moment, datetime):
        parts |= {
            "%H": f"{moment.hour:02}",
            "%M": f"{moment.minute:02}",
            "%S": f"{moment.second:02}",
        }
        is_whole = not moment.microsecond and (not moment.second or "%S" in form)
        if not is_whole or "%z" in form:
            return None
    return "".join(parts.get(part, part) for part in _DIRECTIVE.split(form))


def read_moment(text: str, *, kind: ColumnType, form: str) -> Bound | None:
    """A day or moment written by a format of ours; None where it is not written so."""
    column = Column(name="x", type=kind, label=_NOTHING, format=(form,))
    contract = Contract(name="x", title=_NOTHING, columns=(column,))
    value: Bound | None = convert(pl.Series([text]), column=column, contract=contract).value[0]
    return value


def read_number(value: object, *, mark: str, grouping: str) -> Bound | None:
    """A number, or a text of one written with these marks; None where it is none."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return None
    text = value.replace(grouping, "") if grouping else value
    text = text.replace(mark, ".")
    return Decimal(text) if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", text) else None
