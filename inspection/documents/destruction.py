"""The certificate of destruction as a paper: made of the certificate alone."""

from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from inspection.documents import attestation, styles
from inspection.documents.attestation import Said, head, section, written
from inspection.documents.grid import Align
from inspection.documents.page import NumberedPage, Outline, print_story
from inspection.documents.wording import VIETNAM, grouped

_PART: Final = "body"
_TEXT: Final = (
    "Các tài liệu dưới đây đã hết thời hạn lưu giữ và đã bị hủy: không ai còn lấy được nội dung từ "
    "hệ thống Thanh Tra. Tên tệp, mã SHA-256, nhật ký và kết luận vẫn được giữ."
)
_OUTCOMES: Final = {
    "erased": "đã xóa",
    "shared": "đã hủy; nội dung còn trong kho vì tài liệu khác trùng nội dung",
}


def render_certificate(said: Said, *, into: BinaryIO | Path) -> None:
    """Write the paper; the same certificate gives the same bytes.

    Args:
        said: What `inspection.keeping.get_certificate` gives.
        into: A file opened for writing bytes, or the path of one.
    """
    outline = Outline()
    print_story(
        [
            *head("GIẤY CHỨNG NHẬN HỦY TÀI LIỆU", said["inspection"]["body"], _TEXT),
            *_about(said, outline),
            *_files(said, outline),
            *_remaining(outline),
        ],
        into=into,
        sections=[NumberedPage(_PART)],
        title=f"Giấy chứng nhận hủy tài liệu: {said['inspection']['campaign']}",
        author="Thanh Tra",
        subject=said["destruction_id"],
        dated_on=datetime.fromisoformat(said["finished_at"]).astimezone(VIETNAM).date(),
    )


def _about(said: Said, outline: Outline) -> list[Any]:
    inspection, kept = said["inspection"], said["class"]
    doubt = "" if kept["confirmed"] else "; thời hạn chưa được đối chiếu với văn bản gốc"
    facts = [
        ("Đơn vị được thanh tra", inspection["organization"]),
        ("Cuộc thanh tra, kiểm tra", inspection["campaign"]),
        ("Căn cứ cuộc thanh tra", inspection["decision"] or "–"),
        ("Loại thời hạn", f"{kept['title']['vi']}: {kept['years']} năm"),
        ("Căn cứ thời hạn", f"{kept['basis']}{doubt}"),
        ("Tính từ", written(said["kept_since"])),
        ("Lưu giữ đến", written(said["kept_until"])),
        ("Lý do hủy", said["cause"]),
        ("Người đề nghị", f"{said['proposed_by']['name']}\n{written(said['proposed_at'])}"),
        ("Người xác nhận", f"{said['confirmed_by']['name']}\n{written(said['confirmed_at'])}"),
        ("Xóa xong", written(said["finished_at"])),
        ("Mã lần hủy", said["destruction_id"]),
    ]
    return [*section("I. VIỆC HỦY", outline), attestation.facts(facts)]


def _files(said: Said, outline: Outline) -> list[Any]:
    columns = (
        ("STT", 0.07, Align.CENTRE),
        ("Tên tệp", 0.2, Align.LEFT),
        ("Dung lượng", 0.13, Align.RIGHT),
        ("SHA-256", 0.28, Align.LEFT),
        ("Nhận lúc", 0.16, Align.LEFT),
        ("Mục nhật ký; kết quả", 0.16, Align.LEFT),
    )
    return [
        *section("II. CÁC TỆP ĐÃ HỦY", outline),
        *attestation.files(said["files"], columns, _outcome),
    ]


def _outcome(one: Said) -> tuple[str, str]:
    # The column is narrower than a moment: part it between its day, its time and its zone.
    received = written(one["received_at"]).replace(" ", "\n")
    return received, f"{_index(one)}\n{_OUTCOMES[one['outcome']]}"


def _remaining(outline: Outline) -> list[Any]:
    return [
        *section("III. NHỮNG GÌ CÒN LẠI", outline),
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


def _index(one: Said) -> str:
    return "–" if one["custody_index"] is None else grouped(one["custody_index"])
