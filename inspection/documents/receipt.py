"""The receipt as a paper for people: what was handed in, and how anybody can check it.

The paper is made of the receipt alone and proves nothing by itself; the JSON file beside it does.
"""

from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from evidence.custody.checkpoint import Checkpoint
from evidence.custody.entry import counted_of
from evidence.keys import KeyRing
from evidence.note import open_note
from evidence.receipt import Receipt
from inspection.documents import attestation, styles
from inspection.documents.attestation import Said, head, section, written
from inspection.documents.grid import Align
from inspection.documents.page import NumberedPage, Outline, print_story
from inspection.documents.wording import VIETNAM, grouped

_PART: Final = "body"
_TEXT: Final = (
    "Hệ thống Thanh Tra đã nhận đủ các tệp dưới đây, nguyên vẹn theo mã SHA-256 của từng tệp, và "
    "đã ghi việc nộp vào nhật ký lưu giữ, không thể sửa xóa mà không bị phát hiện."
)


def render_receipt(receipt: Receipt, ring: KeyRing, *, into: BinaryIO | Path) -> None:
    """Write the paper; the same receipt gives the same bytes.

    Args:
        receipt: The receipt the paper goes with.
        ring: The public keys; the fingerprint of the one that signed is printed.
        into: A file opened for writing bytes, or the path of one.

    Raises:
        CustodyForgedError: No key of the ring has signed the head.
    """
    said = receipt.statement
    outline = Outline()
    print_story(
        [
            *head("BIÊN NHẬN TÀI LIỆU", said["organization"]["name"], _TEXT),
            *_about(said, outline),
            *_files(said, outline),
            *_proof(receipt, ring, outline),
        ],
        into=into,
        sections=[NumberedPage(_PART)],
        title=f"Biên nhận tài liệu: {said['request']['title']}",
        author="Thanh Tra",
        subject=f"Mục {receipt.index} của nhật ký lưu giữ",
        dated_on=datetime.fromisoformat(said["certified_at"]).astimezone(VIETNAM).date(),
    )


def _about(said: Said, outline: Outline) -> list[Any]:
    request, inspection = said["request"], said["inspection"]
    facts = [
        ("Đơn vị nộp", f"{said['organization']['name']} (mã {said['organization']['code']})"),
        ("Người xác nhận", "\n".join(one["name"] for one in said["certified_by"])),
        ("Thời điểm xác nhận", written(said["certified_at"])),
        ("Cơ quan nhận", inspection["body"]),
        ("Cuộc thanh tra, kiểm tra", inspection["campaign"]),
        ("Căn cứ", inspection["decision"] or "–"),
        ("Yêu cầu", f"{request['number']}. {request['title']}"),
        ("Hạn nộp", written(request["due_at"])),
        ("Mã lần nộp", said["deposit_id"]),
    ]
    return [*section("I. VIỆC NỘP TÀI LIỆU", outline), attestation.facts(facts)]


def _files(said: Said, outline: Outline) -> list[Any]:
    columns = (
        ("STT", 0.07, Align.CENTRE),
        ("Tên tệp", 0.235, Align.LEFT),
        ("Dung lượng", 0.15, Align.RIGHT),
        ("SHA-256", 0.345, Align.LEFT),
        ("Thời điểm nhận", 0.2, Align.LEFT),
    )
    # The column is narrower than a moment: part it before its zone.
    return [
        *section("II. CÁC TỆP ĐÃ NHẬN", outline),
        *attestation.files(
            said["files"],
            columns,
            lambda one: (written(one["received_at"]).replace(" (", "\n("),),
        ),
    ]


def _proof(receipt: Receipt, ring: KeyRing, outline: Outline) -> list[Any]:
    text, signed = open_note(receipt.checkpoint, ring.keys)
    log = Checkpoint.parse(text)
    counted = counted_of(receipt.entry)
    facts = [
        ("Nhật ký", log.origin),
        ("Mục số", grouped(receipt.index)),
        ("Số thứ tự trong cuộc thanh tra", grouped(counted.number) if counted else "–"),
        ("Số mục đã ký", grouped(log.size)),
        ("Mã gốc", log.root.hex()),
        ("Khóa ký", signed[0].key_id.hex()),
        ("Vân tay khóa công khai (SHA-256)", signed[0].fingerprint),
        ("Dấu thời gian RFC 3161", "có" if receipt.timestamp else "không có"),
    ]
    return [
        *section("III. CÁCH KIỂM TRA", outline),
        attestation.facts(facts),
        styles.note(
            "Bản in này để đọc; tệp biên nhận JSON đi kèm mới là bằng chứng. Hãy giữ cả hai, và "
            "giữ khóa công khai tải từ trang “Khóa và điểm kiểm” của hệ thống."
        ),
        styles.note(
            "Kiểm tra ngoại tuyến, không cần hệ thống: "
            "thanhtra verify receipt bien-nhan.json --key khoa.json"
        ),
        styles.note("Kiểm tra một tệp của mình: sha256sum TỆP, rồi so với cột SHA-256 ở mục II."),
    ]
