"""Evidence damaged: text files, workbooks and what else a body may hand in."""

import gzip
import io
import json
import zipfile
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Final

import openpyxl
import polars as pl

from rules.contract import Column, ColumnType, Contract
from rules.reading import read_file
from rules.text import Text
from tests.fuzz.damage import damaged

_LABEL: Final = Text(vi="—", en="—")
_HEAD: Final = ("code", "amount", "rate", "count", "day", "at", "kind", "open", "note")
_ROWS: Final = (
    ("A-001", "1234.50", "0.125", "7", "2026-01-05", "2026-01-05 15:00", "A", "true", "Chi tiền"),
    ("00012", "-1", "", "-3", "2026-12-31", "", "B", "false", 'nói "to"\nhai dòng'),
    ("", "", "", "", "", "", "", "", ""),
    ("Đ9", "99999999999999.99", "1e5", "12x", "31/12/2026", "x", "C", "?", " khoảng trắng "),
)


def _column(name: str, kind: ColumnType, **more: object) -> Column:
    return Column(name=name, type=kind, label=_LABEL, **more)  # type: ignore[arg-type]


def _contract(**more: object) -> Contract:
    columns = (
        _column("code", ColumnType.CODE, required=True),
        _column("amount", ColumnType.MONEY, scale=2),
        _column("rate", ColumnType.DECIMAL, scale=4),
        _column("count", ColumnType.INTEGER),
        _column("day", ColumnType.DATE, format=("%Y-%m-%d", "%d/%m/%Y")),
        _column("at", ColumnType.DATETIME, format=("%Y-%m-%d %H:%M",)),
        _column("kind", ColumnType.CATEGORY, values=("A", "B")),
        _column("open", ColumnType.BOOLEAN, values=("true", "false")),
        _column("note", ColumnType.TEXT),
    )
    return Contract(name="t", title=_LABEL, columns=columns, key=("code",), **more)  # type: ignore[arg-type]


CONTRACTS: Final = (
    _contract(),
    _contract(delimiter=";", decimal_mark=",", grouping="."),
    _contract(delimiter="\t", encoding="utf-16"),
    _contract(encoding="cp1258"),
)


def _csv(delimiter: str, ending: str) -> str:
    def quoted(cell: str) -> str:
        special = set(cell) & {delimiter, '"', "\n"}
        return '"' + cell.replace('"', '""') + '"' if special else cell

    return "".join(
        delimiter.join(map(quoted, row)) + ending for row in (_HEAD, *_ROWS, *_ROWS[:2] * 20)
    )


def _workbook(*, merged: bool, typed: bool) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(_HEAD)
    for row in _ROWS:
        sheet.append(row)
    if typed:
        at = datetime(2026, 1, 5, 15)  # noqa: DTZ001 - wall time
        sheet.append(("C", 12.5, 0.25, 3, date(2026, 1, 5), at, "A", True, "=1+1"))
        sheet.append(("C", "=1/0", 1e300, -0.0, 60, 2958465.99, None, None, "#DIV/0!"))
    if merged:
        sheet.merge_cells("A2:B3")
        book.create_sheet("hai").append(("x",))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


@lru_cache(maxsize=1)
def corpus() -> tuple[bytes, ...]:
    """Good files to begin with, also of formats that are refused."""
    plain = _csv(",", "\n")
    frame = pl.DataFrame([dict(zip(_HEAD, row, strict=True)) for row in _ROWS])
    parquet = io.BytesIO()
    frame.write_parquet(parquet)
    elements = "".join(
        "<row>" + "".join(f"<{name}>{n}</{name}>" for n, name in enumerate(_HEAD)) + "</row>"
        for _ in range(3)
    )
    return (
        plain.encode(), plain.encode("utf-8-sig"), _csv(";", "\r\n").encode(),
        _csv("\t", "\r\n").encode("utf-16"), _csv("|", "\r").encode(),
        plain.encode("cp1258", "replace"), b"",
        _workbook(merged=False, typed=False), _workbook(merged=True, typed=True),
        _workbook(merged=False, typed=True),
        parquet.getvalue(), gzip.compress(plain.encode()), _zipped("a.csv", plain.encode()),
        f"<?xml version='1.0' encoding='UTF-8'?><rows>{elements}</rows>".encode(),
        json.dumps([dict(zip(_HEAD, row, strict=True)) for row in _ROWS]).encode(),
    )  # fmt: skip


def make(rng: Random) -> bytes:
    """The place of a contract in CONTRACTS, then the file."""
    content = rng.choice(corpus())
    if content.startswith(b"PK") and rng.random() < 0.8:
        content = _repacked(rng, content)
    elif rng.random() < 0.95:
        content = damaged(rng, content)
    if rng.random() < 0.02:
        content = content * rng.choice((100, 2_000))
    return bytes([rng.randrange(len(CONTRACTS))]) + content


def _repacked(rng: Random, content: bytes) -> bytes:
    """An archive that is whole, with a member damaged: the parsers behind it are reached."""
    given = zipfile.ZipFile(io.BytesIO(content))
    names = given.namelist()
    struck = rng.choice(names)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            member = given.read(name)
            if name != struck or rng.random() < 0.1:
                archive.writestr(name, member)
            elif rng.random() < 0.9:
                archive.writestr(name, damaged(rng, member))
    return file.getvalue()


def run(content: bytes, folder: Path) -> None:
    """Read it; the counts must agree with what was written."""
    source, into = folder / "source", folder / "read"
    source.write_bytes(content[1:])
    into.mkdir()
    reading = read_file(
        source, digest="d" * 64, contract=CONTRACTS[content[0] % len(CONTRACTS)], into=into
    )
    rows = pl.read_parquet(into / "rows.parquet")
    problems = pl.read_parquet(into / "problems.parquet")
    assert reading.rows_read + reading.rows_refused == reading.rows_in_file, "rows were lost"
    assert reading.rows_read == rows.height, "rows read are not rows written"
    assert reading.problems == problems.height, "problems were lost"
