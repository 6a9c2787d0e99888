"""The footer of a Parquet file, looked at before anything in it is opened.

Source: Apache Parquet format 2.11, README "File format" and parquet.thrift (FileMetaData, RowGroup,
ColumnMetaData); Apache Thrift compact protocol.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rules.errors import ReadingError

FOOTER_LIMIT_BYTES: Final = 64 << 20
COLUMNS_LIMIT: Final = 2_000
ROW_GROUP_LIMIT_BYTES: Final = 1 << 30  # unpacked
_MAGIC: Final = b"PAR1"
_TAIL_BYTES: Final = 8
_DEEPEST: Final = 20
_LONGEST_NUMBER_BITS: Final = 70
# Field numbers of parquet.thrift.
_SCHEMA, _ROWS, _ROW_GROUPS = 2, 3, 4
_GROUP_COLUMNS, _GROUP_SIZE, _GROUP_ROWS = 1, 2, 3
_CHUNK_META, _META_UNPACKED = 3, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """What a Parquet file says of itself."""

    rows: int
    columns: int
    largest_group_bytes: int


def check_parquet(source: Path) -> Footer:
    """Refuse a file whose footer announces too much, or is none.

    Raises:
        ReadingError: `reading.parquet_broken`; `reading.parquet_columns`,
            `reading.parquet_group`, with `found` and `limit`.
    """
    footer = _footer_of(_read_tail(source))
    for code, found, limit in (
        ("reading.parquet_columns", footer.columns, COLUMNS_LIMIT),
        ("reading.parquet_group", footer.largest_group_bytes, ROW_GROUP_LIMIT_BYTES),
    ):
        if found > limit:
            raise ReadingError(code, found=found, limit=limit)
    return footer


def _read_tail(source: Path) -> bytes:
    size = source.stat().st_size
    with source.open("rb") as file:
        file.seek(max(0, size - _TAIL_BYTES))
        tail = file.read(_TAIL_BYTES)
        length = int.from_bytes(tail[:4], "little")
        if not tail.endswith(_MAGIC) or length > size - _TAIL_BYTES - len(_MAGIC):
            raise ReadingError("reading.parquet_broken", detail="footer")
        if length > FOOTER_LIMIT_BYTES:
            raise ReadingError("reading.parquet_footer", found=length, limit=FOOTER_LIMIT_BYTES)
        file.seek(size - _TAIL_BYTES - length)
        return file.read(length)


def _footer_of(content: bytes) -> Footer:
    try:
        meta = _Compact(content).struct(depth=0)
        groups = meta.get(_ROW_GROUPS, [])
        rows = sum(group[_GROUP_ROWS] for group in groups)
        if rows != meta[_ROWS] or rows < 0:
            raise ReadingError("reading.parquet_broken", detail="rows")
        return Footer(
            rows=rows,
            columns=len(meta[_SCHEMA]) - 1,
            largest_group_bytes=max(map(_unpacked, groups), default=0),
        )
    except (IndexError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise ReadingError("reading.parquet_broken", detail=type(error).__name__) from error


def _unpacked(group: dict[int, Any]) -> int:
    """The larger of what the group and what its columns announce."""
    columns = sum(chunk[_CHUNK_META][_META_UNPACKED] for chunk in group[_GROUP_COLUMNS])
    return int(max(columns, group[_GROUP_SIZE]))


class _Compact:
    """Just enough of the compact protocol to walk a footer: every list costs its bytes."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def struct(self, *, depth: int) -> dict[int, Any]:  # values by field number, of any type
        """The fields of a struct."""
        if depth > _DEEPEST:
            raise ValueError
        fields: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            kind, step = head & 0x0F, head >> 4
            number = number + step if step else self._zigzag()
            # A truth value lies in the head itself.
            fields[number] = kind == 1 if kind in {1, 2} else self._value(kind, depth=depth)
        return fields

    def _value(self, kind: int, *, depth: int) -> Any:
        match kind:
            case 1 | 2 | 3:
                return self._byte()
            case 4 | 5 | 6:
                return self._zigzag()
            case 7:
                return self._take(8)
            case 8:
                return self._take(self._number())
            case 9 | 10:
                return self._list(depth=depth)
            case 12:
                return self.struct(depth=depth + 1)
            case _:
                raise ValueError

    def _list(self, *, depth: int) -> list[Any]:
        if depth > _DEEPEST:
            raise ValueError
        head = self._byte()
        size, kind = head >> 4, head & 0x0F
        if size == 15:  # noqa: PLR2004 - the mark of a longer list
            size = self._number()
        if size > len(self._content) - self._at:
            raise ValueError
        return [self._value(kind, depth=depth + 1) for _ in range(size)]

    def _byte(self) -> int:
        self._at += 1
        return self._content[self._at - 1]

    def _take(self, size: int) -> bytes:
        if size > len(self._content) - self._at:
            raise ValueError
        self._at += size
        return self._content[self._at - size : self._at]

    def _number(self) -> int:
        number = shift = 0
        while True:
            byte = self._byte()
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:  # noqa: PLR2004 - the last byte has no mark
                return number
            if shift > _LONGEST_NUMBER_BITS:
                raise ValueError

    def _zigzag(self) -> int:
        number = self._number()
        return (number >> 1) ^ -(number & 1)
