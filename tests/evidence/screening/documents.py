"""Small documents with a given text, of every kind that is looked into."""

import io
import zipfile
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from inspection.documents.fonts import REGULAR, register
from tests.evidence.screening.hostile import CONTENT_TYPES, zipped

BODY = "Kính gửi: Đoàn thanh tra. Đơn vị báo cáo tình hình bảo mật hệ thống và quản lý mật khẩu."


def docx(
    lines: Sequence[str], *, keywords: str = "", run: str = "", more: dict | None = None
) -> bytes:
    paragraphs = "".join(f"<w:p><w:r>{run}<w:t>{line}</w:t></w:r></w:p>" for line in lines)
    return zipped(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "word/document.xml": f'<w:body xmlns:w="w">{paragraphs}</w:body>',
            "docProps/core.xml": f'<c:p xmlns:c="c"><c:keywords>{keywords}</c:keywords></c:p>',
            **(more or {}),
        }
    )


def xlsx(cells: Sequence[str], *, more: dict | None = None, row: int = 1) -> bytes:
    """The texts in one column, shared, from a row on."""
    shared = "".join(f"<si><t>{cell}</t></si>" for cell in cells)
    empty = "<row/>" * (row - 1)
    rows = "".join(f'<row><c t="s"><v>{n}</v></c></row>' for n in range(len(cells)))
    return zipped(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "xl/workbook.xml": "<workbook/>",
            "xl/sharedStrings.xml": f"<sst>{shared}</sst>",
            "xl/worksheets/sheet1.xml": f"<worksheet>{empty}{rows}</worksheet>",
            **(more or {}),
        }
    )


def odt(lines: Sequence[str]) -> bytes:
    target = io.BytesIO()
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in lines)
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", f'<o xmlns:text="t">{paragraphs}</o>')
    return target.getvalue()


def pdf(
    lines: Sequence[tuple[float, float, str]],
    *,
    keywords: str = "",
    password: str | None = None,
) -> bytes:
    """Texts at places in centimetres from the upper left corner of A4."""
    register()
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, encrypt=password)
    canvas.setKeywords(keywords)
    canvas.setFont(REGULAR, 13)
    for left, down, text in lines:
        canvas.drawString(left * 28.35, A4[1] - down * 28.35, text)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def letter(mark: str = "") -> list[tuple[float, float, str]]:
    """A letter as Decree 30/2020 lays it out, with a mark in cell 10a beside the place and date."""
    return [
        (3, 2, "UBND TỈNH VÍ DỤ"),
        (11, 2, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        (3, 3, "Số: 12/BC-UBND"),
        (11, 3.9, "Ví Dụ, ngày 02 tháng 3 năm 2026"),
        (4, 3.9, mark),
        (3, 8, BODY[:60]),
        (3, 20, "MẬT ONG VÀ SẢN PHẨM TỪ ONG"),
    ]
