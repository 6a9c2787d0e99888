"""Parquet: how many columns it announces, before a reader lays them out."""

import struct
from typing import IO, Final

from evidence.errors import HostileFileError
from evidence.screening.budget import Meter
from evidence.screening.report import Report

_TAIL: Final = struct.Struct("<I4s")


def look(file: IO[bytes], meter: Meter, report: Report) -> None:
    """Look at the footer.

    Raises:
        HostileFileError: `screening.footer_bytes` or `screening.columns`.

    Source: Apache Parquet format, "File layout": footer, its length in 4 bytes, `PAR1`.
    """
    size = file.seek(0, 2)
    file.seek(max(size - _TAIL.size, 0))
    tail = file.read(_TAIL.size)
    if len(tail) < _TAIL.size or tail[4:] != b"PAR1":
        report.notice("broken", reason="footer")
        return
    (footer_bytes, _) = _TAIL.unpack(tail)
    if footer_bytes > meter.budget.footer_bytes:
        raise HostileFileError("screening.footer_bytes", limit_bytes=meter.budget.footer_bytes)
    # A footer alone may be refused; then its large library need not be loaded.
    import polars as pl  # noqa: PLC0415

    file.seek(0)
    try:
        columns = len(pl.read_parquet_schema(file))
    except (pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException) as error:
        report.notice("broken", reason=type(error).__name__)
        return
    if columns > meter.budget.columns:
        raise HostileFileError("screening.columns", limit=meter.budget.columns)
