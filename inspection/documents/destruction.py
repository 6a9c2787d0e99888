"""The certificate of destruction as a paper: made of the certificate alone."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from reportlab.platypus import CondPageBreak, Spacer

from inspection.documents import styles
from inspection.documents.grid import Align, Grid, Row
from inspection.documents.page import NumberedPage, Outline, print_story
from inspection.documents.tables import columns_of
from inspection.documents.text import markup
from inspection.documents.wording import VIETNAM, grouped, moment, size

_PART: Final = "body"
_LEAST_ROOM: Final = 120
_OUTCOMES: Final = {
    "erased": "đã xóa",
    "shared": "đã hủy; nội dung còn trong kho vì tài liệu khác trùng nội dung",
}


def render_certificate(said: Mapping[str, Any], *, into: BinaryIO | Path) -> None:
    """Write the paper; the same certificate gives the same bytes.

    Args:
        said: What `inspection.keeping.get_certificate` gives.
        into: A file opened for writing bytes, or the path of one.
    """
    outline = Outline()
    print_story(
        [*_head(said), *_about(said, outline), *_files(said, outline), *_remaining(outline)],
        into=into,
        sections=[NumberedPage(_PART)],
        title=f"Giấy chứng nhận hủy tài liệu: {said['inspection']['campaign']}",
        author="Thanh Tra",
        subject=said["destruction_id"],
        dated_on=datetime.fromisoformat(said["finished_at"]).astimezone(VIETNAM).date(),
    )


def _head(said: Mapping[str, Any]) -> list[Any]:  # flowables; ReportLab ships no types
    return [
        styles.line("GIẤY CHỨNG NHẬN HỦY TÀI LIỆU", styles.CENTRED),
        styles.line(markup(said["inspection"]["body"]), styles.CENTRED),
        Spacer(0, 6),
        styles.line(
            "Các tài liệu dưới đây đã hết thời hạn lưu giữ và đã bị hủy: không ai còn lấy được nội "
            "dung từ hệ thống Thanh Tra. Tên tệp, mã SHA-256, nhật ký và kết luận vẫn được giữ.",
            styles.BODY,
        ),
    ]


def _about(said: Mapping[str, Any], outline: Outline) -> list[Any]:
    inspection, kept = said["inspection"], said["class"]
    doubt = "" if kept["confirmed"] else "; thời hạn chưa được đối chiếu với văn bản gốc"
    facts = [
        ("Đơn vị được thanh tra", inspection["organization"]),
        ("Cuộc thanh tra, kiểm tra", inspection["campaign"]),
        ("Căn cứ cuộc thanh tra", inspection["decision"] or "–"),
        ("Loại thời hạn", f"{kept['title']['vi']}: {kept['years']} năm"),
        ("Căn cứ thời hạn", f"{kept['basis']}{doubt}"),
        ("Tính từ", _moment(said["kept_since"])),
        ("Lưu giữ đến", _moment(said["kept_until"])),
        ("Lý do hủy", said["cause"]),
        ("Người đề nghị", f"{said['proposed_by']['name']}\n{_moment(said['proposed_at'])}"),
        ("Người xác nhận", f"{said['confirmed_by']['name']}\n{_moment(said['confirmed_at'])}"),
        ("Xóa xong", _moment(said["finished_at"])),
        ("Mã lần hủy", said["destruction_id"]),
    ]
    grid = Grid(
        columns=columns_of(("Mục", 0.265, Align.LEFT), ("Giá trị", 0.735, Align.LEFT)),
        rows=[Row(cells=fact) for fact in facts],
        size=styles.TABLE_SIZE,
    )
    return [*_section("I. VIỆC HỦY", outline), grid]


def _files(said: Mapping[str, Any], outline: Outline) -> list[Any]:
    files = said["files"]
    total = sum(one["size_bytes"] for one in files)
    return [
        *_section("II. CÁC TỆP ĐÃ HỦY", outline),
        styles.note(f"{grouped(len(files))} tệp, tổng dung lượng {size(total)}."),
        Grid(
            columns=columns_of(
                ("STT", 0.07, Align.CENTRE),
                ("Tên tệp", 0.2, Align.LEFT),
                ("Dung lượng", 0.13, Align.RIGHT),
                ("SHA-256", 0.28, Align.LEFT),
                ("Nhận lúc", 0.16, Align.LEFT),
                ("Mục nhật ký; kết quả", 0.16, Align.LEFT),
            ),
            rows=(
                Row(
                    cells=(
                        grouped(place),
                        one["name"],
                        f"{grouped(one['size_bytes'])} byte",
                        one["sha256"],
                        # The column is narrower than an instant: part it before its offset.
                        _moment(one["received_at"]).replace("T", "\n").replace("+", "\n+"),
                        f"{_index(one)}\n{_OUTCOMES[one['outcome']]}",
                    )
                )
                for place, one in enumerate(files, start=1)
            ),
            size=styles.ANNEX_SIZE,
        ),
    ]


def _remaining(outline: Outline) -> list[Any]:
    return [
        *_section("III. NHỮNG GÌ CÒN LẠI", outline),
        styles.note(
            "Còn lại trong hệ thống: dòng dữ liệu của từng tệp, nhật ký lưu giữ, nhật ký hồ sơ, "
            "kết quả đánh giá và kết luận. Mỗi tệp có một mục “evidence.destroy” trong nhật ký lưu "
            "giữ, kiểm tra được bằng khóa công khai."
        ),
        styles.note(
            "Bản sao lưu có trước ngày hủy còn chứa các tệp cho đến khi chính bản sao lưu bị hủy "
            "theo quy định của đơn vị vận hành."
        ),
    ]


def _index(one: Mapping[str, Any]) -> str:
    return "–" if one["custody_index"] is None else grouped(one["custody_index"])


def _moment(written: str) -> str:
    return moment(datetime.fromisoformat(written))


def _section(title: str, outline: Outline) -> list[Any]:
    return [
        CondPageBreak(_LEAST_ROOM),
        outline.mark(title, level=0),
        styles.line(markup(title), styles.SECTION),
    ]
