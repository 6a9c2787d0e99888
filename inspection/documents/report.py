"""The draft report of one run: what the machine saw, before anybody judged it."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from reportlab.platypus import NextPageTemplate, PageBreak, Spacer

from inspection.documents import attestation, styles
from inspection.documents.attestation import section
from inspection.documents.grid import Align, Grid, Row
from inspection.documents.page import BandedPage, Outline, print_story
from inspection.documents.tables import (
    basis_table,
    columns_of,
    lines_grid,
    money_cell,
    money_title,
    verdict_figures,
)
from inspection.documents.text import markup
from inspection.documents.values.parts import Line
from inspection.documents.values.report import ReportDocument, TableFacts
from inspection.documents.wording import grouped, on_grid, size
from rules.rule import Verdict

BAND = "DỰ THẢO – CHƯA XÁC MINH"
LISTED = 5_000

_BODY, _LIST = "body", "list"
_VERDICTS = {Verdict.VIOLATED: "Chưa đạt", Verdict.UNDETERMINED: "Chưa đủ căn cứ"}


def render_report(
    document: ReportDocument, lines: Iterable[Line], *, into: BinaryIO | Path
) -> None:
    """Write the draft report; the same values give the same bytes.

    Args:
        document: What the run found, in numbers.
        lines: The candidate lines in the order of the full list; only the first 5,000 are read.
        into: A file opened for writing bytes, or the path of one.

    Raises:
        ValueError: Fewer lines came than the full list has.
    """
    outline = Outline()
    print_story(
        [
            *_head(document),
            *_run(document, outline),
            *_tables(document, outline),
            *_rules(document, outline),
            *_lines(document, lines, outline),
        ],
        into=into,
        sections=[BandedPage(part, band=BAND) for part in (_BODY, _LIST)],
        title=f"Báo cáo đối chiếu dữ liệu (dự thảo): {document.title}",
        author="Thanh Tra",
        subject=BAND,
        dated_on=document.run.as_of,
    )


def _head(document: ReportDocument) -> list[Any]:  # flowables; ReportLab ships no types
    return [
        styles.line("BÁO CÁO ĐỐI CHIẾU DỮ LIỆU", styles.CENTRED),
        styles.line(markup(document.title), styles.CENTRED),
        styles.line(f"({BAND})", styles.CENTRED_ITALIC),
        Spacer(0, 6),
        styles.line(
            "Báo cáo này ghi kết quả đối chiếu bằng máy. Mỗi dòng là một dấu hiệu cần xác minh; "
            "chưa có dòng nào được giải trình, xác minh hay kết luận.",
            styles.BODY,
        ),
    ]


def _run(document: ReportDocument, outline: Outline) -> list[Any]:
    run = document.run
    facts = [
        ("Bộ quy tắc", f"{run.pack_name}, phiên bản {run.pack_version}"),
        ("SHA-256 của bộ quy tắc", run.pack_digest),
        ("Phiên bản bộ máy đối chiếu", run.engine_version),
        ("Tình trạng dữ liệu tại ngày", on_grid(run.as_of)),
        ("Danh sách đầy đủ", document.full_list.file_name),
        ("Số dòng của danh sách", grouped(document.full_list.rows)),
        ("SHA-256 của danh sách", document.full_list.sha256),
    ]
    return [
        *section("I. THÔNG TIN CHUNG", outline),
        attestation.facts(facts),
        *(styles.note(f"Lưu ý: {remark}") for remark in document.remarks),
    ]


def _tables(document: ReportDocument, outline: Outline) -> list[Any]:
    return [
        *section("II. DỮ LIỆU ĐÃ ĐỌC", outline),
        *(part for table in document.tables for part in _table(table)),
    ]


def _table(table: TableFacts) -> list[Any]:
    rows_in_file = table.rows_read + table.rows_refused
    facts = [
        ("Bảng", f"{table.name}: {table.title}" if table.title else table.name),
        ("Tệp", table.file.name),
        ("Dung lượng", size(table.file.size_bytes)),
        ("SHA-256", table.file.sha256),
        ("Số dòng trong tệp", grouped(rows_in_file)),
        ("Số dòng đọc được", grouped(table.rows_read)),
        ("Số dòng không đọc được", grouped(table.rows_refused)),
    ]
    return [attestation.facts(facts), *([_columns(table)] if table.columns else [])]


def _columns(table: TableFacts) -> Grid:
    right = Align.RIGHT
    return Grid(
        columns=columns_of(
            ("Cột", 0.24, Align.LEFT),
            ("Kiểu", 0.12, Align.LEFT),
            ("Có giá trị", 0.12, right),
            ("Trống", 0.1, right),
            ("Khác nhau", 0.12, right),
            ("Nhỏ nhất", 0.15, right),
            ("Lớn nhất", 0.15, right),
        ),
        rows=[
            Row(
                cells=(
                    f"{column.name}\n{column.title}" if column.title else column.name,
                    column.kind,
                    grouped(column.filled),
                    grouped(column.missing),
                    "–" if column.distinct is None else grouped(column.distinct),
                    column.least or "–",
                    column.greatest or "–",
                )
            )
            for column in table.columns
        ],
        size=styles.ANNEX_SIZE,
    )


def _rules(document: ReportDocument, outline: Outline) -> list[Any]:
    return [
        *section("III. KẾT QUẢ ĐỐI CHIẾU THEO QUY TẮC", outline),
        *verdict_figures(document.tallies),
        styles.note("Phần tô màu quá nhỏ được vẽ rộng hơn tỷ lệ để nhìn thấy được."),
        basis_table(document.tallies),
    ]


def _lines(document: ReportDocument, lines: Iterable[Line], outline: Outline) -> list[Any]:
    total = document.full_list.rows
    listed = min(total, LISTED)
    currencies = {document.currency}
    head = [
        NextPageTemplate(_LIST),
        PageBreak(),
        *section("IV. DANH SÁCH DÒNG CẦN XÁC MINH", outline),
        styles.note(
            f"In {grouped(listed)} dòng đầu trong tổng số {grouped(total)} dòng. Danh sách đầy đủ: "
            f"tệp {document.full_list.file_name}, SHA-256 {document.full_list.sha256}."
        ),
    ]
    if total == 0:
        return head
    rows = _rows(lines, listed=listed, currencies=currencies)
    return [*head, lines_grid("Quy tắc", rows, money_title=money_title(currencies))]


def _rows(lines: Iterable[Line], *, listed: int, currencies: set[str]) -> Iterator[Row]:
    place = 0
    for place, line in enumerate(islice(lines, listed), start=1):
        yield Row(
            cells=(
                grouped(place),
                f"{line.rule}\n{_VERDICTS[line.verdict]}",
                line.place,
                line.key,
                line.message,
                money_cell(line.amount, currencies=currencies),
            )
        )
    if place != listed:
        raise ValueError(f"{listed} lines expected, {place} came")
