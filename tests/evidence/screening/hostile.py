"""Files made to do harm, one per way."""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

MIB = 1 << 20
CONTENT_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_LAUGHS = "".join(f'<!ENTITY lol{n} "{("&lol" + str(n - 1) + ";") * 10}">' for n in range(1, 10))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol0 "lol">{_LAUGHS}]><lolz>&lol9;</lolz>'
EXTERNAL = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


def zipped(members: Mapping[str, bytes | str], *, level: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", level) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def flat_bomb(path: Path, *, unpacked_bytes: int = 1 << 30) -> None:
    """A zip of a gigabyte of zeros."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("zeros.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(unpacked_bytes // MIB):
            member.write(bytes(MIB))


def lying_bomb(path: Path) -> None:
    """A zip whose directory announces one byte for much more."""
    flat_bomb(path, unpacked_bytes=64 * MIB)
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 1)
    path.write_bytes(content)


def nested(path: Path, *, depth: int = 12) -> None:
    """A zip in a zip in a zip."""
    content = zipped({"a.txt": b"a"})
    for _ in range(depth):
        content = zipped({"inner.zip": content})
    path.write_bytes(content)


def overlapping(path: Path, *, entries: int = 200) -> None:
    """A zip in which many entries share the same packed bytes (Fifield 2019)."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = bytes(MIB)
    body = packed.compress(raw) + packed.flush()
    crc = zlib.crc32(raw)
    local = (
        struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, crc, len(body), MIB, 1, 0) + b"a"
    )
    central = b"".join(
        struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, len(body), MIB, 1, 0, 0, 0, 0, 0, 0,
        ) + b"a"
        for _ in range(entries)
    )  # fmt: skip
    data = local + body
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, entries, entries, len(central), len(data), 0)
    path.write_bytes(data + central + end)


def many_entries(path: Path, *, entries: int = 20_000) -> None:
    path.write_bytes(zipped({f"{n}.txt": b"" for n in range(entries)}, level=zipfile.ZIP_STORED))


def gzip_bomb(path: Path, *, unpacked_bytes: int = 1 << 30) -> None:
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(unpacked_bytes // MIB):
            file.write(bytes(MIB))


def tar_bomb(path: Path) -> None:
    """A tar in a gzip, of one sparse gigabyte."""
    with tarfile.open(path, "w:gz", compresslevel=9) as archive:
        entry = tarfile.TarInfo("zeros.bin")
        entry.size = 1 << 30
        archive.addfile(entry, _Zeros(entry.size))


class _Zeros(io.RawIOBase):
    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1, /) -> bytes:
        size = min(self._left, size if size >= 0 else self._left)
        self._left -= size
        return bytes(size)


def bomb_workbook(path: Path) -> None:
    """An XLSX whose sheet is a gigabyte of empty rows."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            member.write(b"<worksheet><sheetData>")
            row = b"<row/>" * (MIB // 6)
            for _ in range(1024):
                member.write(row)
            member.write(b"</sheetData></worksheet>")


def billion_laughs(path: Path) -> None:
    path.write_text(LAUGHS)


def external_entity(path: Path) -> None:
    path.write_text(EXTERNAL)


def laughing_workbook(path: Path) -> None:
    path.write_bytes(
        zipped(
            {
                "[Content_Types].xml": CONTENT_TYPES,
                "xl/workbook.xml": "<workbook/>",
                "xl/worksheets/sheet1.xml": LAUGHS,
            }
        )
    )


def deep_xml(path: Path) -> None:
    path.write_text('<?xml version="1.0"?>' + "<a>" * 1_000_000)


def one_line(path: Path, *, size_bytes: int = 20 * MIB) -> None:
    """A CSV of one line."""
    with path.open("wb") as file:
        file.write(b"a,b")
        for _ in range(size_bytes // MIB):
            file.write(b"x,y;" * (MIB // 4))


def wide_parquet(path: Path, *, columns: int = 20_000) -> None:
    pl.DataFrame([pl.Series(f"c{n}", [1], dtype=pl.Int8) for n in range(columns)]).write_parquet(
        path
    )


def pixel_bomb(path: Path) -> None:
    """A PNG of a few bytes that announces 60,000 × 60,000 pixels."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(head)) + chunk + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    )  # fmt: skip


# Name of the file, how it is made, and the reason it is refused with.
HOSTILE: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "flat-bomb.zip": (flat_bomb, "screening.ratio"),
    "nested.zip": (nested, "screening.depth"),
    "overlapping.zip": (overlapping, "screening.overlap"),
    "many-entries.zip": (many_entries, "screening.entries"),
    "bomb.csv.gz": (gzip_bomb, "screening.ratio"),
    "bomb.tar.gz": (tar_bomb, "screening.ratio"),
    "bomb.xlsx": (bomb_workbook, "screening.ratio"),
    "billion-laughs.xml": (billion_laughs, "screening.entities"),
    "external-entity.xml": (external_entity, "screening.external_entity"),
    "laughing.xlsx": (laughing_workbook, "screening.entities"),
    "deep.xml": (deep_xml, "screening.xml_depth"),
    "one-line.csv": (one_line, "screening.line_bytes"),
    "wide.parquet": (wide_parquet, "screening.columns"),
    "pixels.png": (pixel_bomb, "screening.pixels"),
}
