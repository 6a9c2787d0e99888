"""What the draft report of one run says: candidates only, nothing verified."""

from dataclasses import dataclass

from inspection.documents.values.parts import FileFacts, RuleTally, RunFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """The profile of one column; `least` and `greatest` are already in words."""

    name: str
    title: str
    kind: str
    filled: int
    missing: int
    distinct: int | None = None
    least: str = ""
    greatest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFacts:
    """One table as read: rows read and rows refused make up the rows of the file."""

    name: str
    title: str
    file: FileFacts
    rows_read: int
    rows_refused: int
    columns: tuple[ColumnFacts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFacts:
    """The complete list beside the report: its file, its number of lines and its SHA-256."""

    file_name: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDocument:
    """The draft report of `thanhtra check`; its lines stream beside it.

    Attributes:
        title: What was looked at, such as the pack's title.
        currency: What most amounts are in (ISO 4217); the others are printed with theirs.
        remarks: Reservations the reader must know, one by one.
    """

    title: str
    tables: tuple[TableFacts, ...]
    tallies: tuple[RuleTally, ...]
    run: RunFacts
    full_list: ListFacts
    currency: str = "VND"
    remarks: tuple[str, ...] = ()
