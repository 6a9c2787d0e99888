"""A sheet loaded once, each column under the dtype that all of its cells have.

The library's guess over every row is a proof for a column of one kind: only where kinds are mixed
does it make a text of all, and a number of a truth value beside numbers.  The first is seen in the
column, the second where the bytes of the sheet tell in which columns truth values stand.
"""

import logging
import re
from pathlib import Path
from typing import Final

import fastexcel
import polars as pl

from rules.reading.sheet_scan import SheetScan
from rules.reading.sheets import MAY_BE_OTHER, Sheet, guarded

# It would warn of every column without cells, which is no news.
logging.getLogger("fastexcel").setLevel(logging.ERROR)
_OF_ONE_KIND: Final = frozenset({pl.String(), pl.Float64(), pl.Boolean(), pl.Datetime("ms")})
# What the library puts behind a name that stands there already.
_NUMBERED: Final = re.compile("^(.*)_[0-9]+$", re.DOTALL)


def load_guessed(source: Path, name: str, *, scan: SheetScan) -> Sheet | None:
    """A sheet whose heading is its first row; None where only a careful look tells what it holds.

    Raises:
        ReadingError: `reading.workbook_broken`.
    """
    # The library takes the first row that holds anything for the heading, whatever its number.
    if scan.truths is None or "d" in scan.kinds or not scan.first_row_cells:
        return None
    with guarded():
        try:
            sheet = fastexcel.read_excel(source).load_sheet(
                name, header_row=0, schema_sample_rows=None
            )
        except fastexcel.UnsupportedColumnTypeCombinationError:
            return None
        columns = sheet.available_columns()
        frame = pl.DataFrame(sheet.to_polars())
    names = [column.name for column in columns]
    is_plain = all(column.column_name_from == "looked_up" for column in columns)
    if not (is_plain and _are_texts(names) and set(frame.dtypes) <= _OF_ONE_KIND):
        return None
    places = tuple(column.absolute_index for column in columns)
    dtypes = zip(places, frame.dtypes, strict=True)
    if any(dtype == pl.Float64 and place in scan.truths for place, dtype in dtypes):
        return None
    cells = frame.rename(dict(zip(names, map(str, range(len(names))), strict=True)))
    heading = pl.DataFrame(
        {
            at: [text if dtype == pl.String else None]
            for (at, dtype), text in zip(cells.schema.items(), names, strict=True)
        },
        schema=cells.schema,
    )
    return Sheet(
        name=name,
        grid=pl.concat([heading, cells]),
        places=places,
        heading_index=0,
        names=tuple(names),
    )


def _are_texts(names: list[str]) -> bool:
    """Whether the names are what the cells say, and the cells are texts."""
    known = set(names)
    return not any(
        re.match(MAY_BE_OTHER, name)
        or not name.strip()
        or ((numbered := _NUMBERED.match(name)) and numbered[1] in known)
        for name in names
    )
