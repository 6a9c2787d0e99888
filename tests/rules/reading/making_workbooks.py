"""Small workbooks in the formats no library at hand writes: XLS, XLSB and ODS.

Cells are Python values; `Broken("#N/A")` is an error cell.
"""

import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from rules.reading.cell_places import ERRORS

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"


@dataclass(frozen=True)
class Broken:
    """An error cell."""

    text: str

    @property
    def code(self) -> int:
        return next(code for code, text in ERRORS.items() if text == self.text)


Rows = Sequence[Sequence[object]]


def compound(path: Path, name: str, content: bytes) -> Path:
    """A compound file of one stream."""
    content = content.ljust(8 * SECTOR, b"\0")
    content += b"\0" * (-len(content) % SECTOR)
    sectors = len(content) // SECTOR
    assert sectors + 2 <= SECTOR // 4
    fat = [FAT, END, *range(3, sectors + 2), END]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0
    )
    header += struct.pack("<109I", 0, *[FREE] * 108)
    directory = _entry("Root Entry", 5, END, 0, child=1) + _entry(name, 2, 2, len(content))
    parts = [header, struct.pack("<128I", *fat, *[FREE] * (128 - len(fat)))]
    path.write_bytes(b"".join([*parts, directory.ljust(SECTOR, b"\0"), content]))
    return path


def _entry(name: str, kind: int, start: int, size: int, *, child: int = FREE) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
    return (
        head + struct.pack("<III", FREE, FREE, child) + bytes(36) + struct.pack("<IQ", start, size)
    )


def xls(
    path: Path, rows: Rows, *, merged: Sequence[tuple[int, ...]] = (), password: bool = False
) -> Path:
    """An XLS workbook of one sheet "S"."""
    bof = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    before = _biff(0x0809, bof)
    before += _biff(0x002F, struct.pack("<HHHH", 0, 0, 1, 2)) if password else b""
    before += _biff(0x0042, struct.pack("<H", 1200))
    size = len(before) + 4 + 9 + 4
    sheets = _biff(0x0085, struct.pack("<IBBBB", size, 0, 0, 1, 0) + b"S") + _biff(0x000A, b"")
    height, width = len(rows), max(map(len, rows), default=0)
    body = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    body += _biff(0x0200, struct.pack("<IIHHH", 0, height, 0, width, 0))
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            body += _biff_cell(row, column, value)
    regions = b"".join(struct.pack("<4H", *region) for region in merged)
    body += _biff(0x00E5, struct.pack("<H", len(merged)) + regions) if merged else b""
    return compound(path, "Workbook", before + sheets + body + _biff(0x000A, b""))


def _biff(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _biff_cell(row: int, column: int, value: object) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    match value:
        case None:
            return b""
        case Broken():
            return _biff(0x0205, place + bytes([value.code, 1]))
        case bool():
            return _biff(0x0205, place + bytes([value, 0]))
        case int() | float():
            return _biff(0x0203, place + struct.pack("<d", value))
        case _:
            text = str(value).encode("utf-16-le")
            return _biff(0x0204, place + struct.pack("<HB", len(text) // 2, 1) + text)


def xlsb(path: Path, rows: Rows, *, merged: Sequence[tuple[int, ...]] = ()) -> Path:
    """An XLSB workbook of one sheet "S"."""
    height, width = len(rows), max(map(len, rows), default=0)
    sheet = _brt(129) + _brt(148, struct.pack("<4I", 0, height - 1, 0, width - 1)) + _brt(145)
    for row, cells in enumerate(rows):
        sheet += _brt(0, struct.pack("<II", row, 0) + bytes(9))
        sheet += b"".join(_brt_cell(column, value) for column, value in enumerate(cells))
    sheet += _brt(146)
    if merged:
        regions = b"".join(_brt(176, struct.pack("<4I", *region)) for region in merged)
        sheet += _brt(177, struct.pack("<I", len(merged))) + regions + _brt(178)
    sheet += _brt(130)
    book = _brt(131) + _brt(153, struct.pack("<II", 0, 0) + _wide("")) + _brt(143)
    book += _brt(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("S")) + _brt(144) + _brt(132)
    relation = f'<Relationship Id="rId1" Type="{TYPE}" Target="worksheets/sheet1.bin"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.bin", book)
        file.writestr("xl/worksheets/sheet1.bin", sheet)
        file.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{RELATIONS}">{relation}</Relationships>',
        )
    return path


def _brt(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(body)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 127 else 0)])
        length >>= 7
        if not length:
            return head + size + body


def _brt_cell(column: int, value: object) -> bytes:
    place = struct.pack("<II", column, 0)
    match value:
        case None:
            return b""
        case Broken():
            return _brt(3, place + bytes([value.code]))
        case bool():
            return _brt(4, place + bytes([value]))
        case int() | float():
            return _brt(5, place + struct.pack("<d", value))
        case _:
            return _brt(6, place + _wide(str(value)))


def _wide(text: str) -> bytes:
    content = text.encode("utf-16-le")
    return struct.pack("<I", len(content) // 2) + content


SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"


def ods(path: Path, body: str, *, encrypted: bool = False) -> Path:
    """An ODS file with these tables."""
    content = (
        f'<office:document-content {SPACES} xmlns:calcext="{CALC}"><office:body>'
        f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("content.xml", content)
        file.writestr("META-INF/manifest.xml", "<m:encryption-data/>" if encrypted else "<m/>")
    return path


def ods_table(rows: Rows, *, name: str = "S") -> str:
    """One table of cells."""
    lines = "".join(
        f"<table:table-row>{''.join(map(ods_cell, cells))}</table:table-row>" for cells in rows
    )
    return f"<table:table table:name={quoteattr(name)}>{lines}</table:table>"


def ods_cell(value: object, *, attributes: str = "") -> str:
    """One cell."""
    match value:
        case None:
            return f"<table:table-cell {attributes}/>"
        case Broken():
            kind = 'office:value-type="string" calcext:value-type="error"'
            text = value.text
        case bool():
            text = str(value).upper()
            kind = f'office:value-type="boolean" office:boolean-value="{text.lower()}"'
        case int() | float():
            text = str(value)
            kind = f'office:value-type="float" office:value="{value!r}"'
        case _:
            text, kind = str(value), 'office:value-type="string"'
    return (
        f"<table:table-cell {kind} {attributes}><text:p>{escape(text)}</text:p></table:table-cell>"
    )
