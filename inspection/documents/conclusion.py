"""The conclusion of an inspection as PDF: the document people sign.

Source: Law 84/2025/QH15, article 36.2 (the five groups); Decree 30/2020/NĐ-CP, Annex I (the form).
"""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from reportlab.platypus import CondPageBreak, KeepTogether

from inspection.documents import annexes, findings, styles
from inspection.documents.heading import reference, title_cells
from inspection.documents.page import BandedPage, NumberedPage, Outline, print_story
from inspection.documents.signature import signature_block
from inspection.documents.tables import verdict_figures
from inspection.documents.text import markup, paragraphs
from inspection.documents.values.conclusion import AnnexLine, ConclusionDocument
from inspection.documents.wording import grounded, grouped, in_words, on_grid

MADE_UP = "DỮ LIỆU MINH HỌA – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"

_BODY = "body"
_LEAST_ROOM = 90
_NOTHING = "Không có."


def render_conclusion(
    document: ConclusionDocument, lines: Iterable[AnnexLine], *, into: BinaryIO | Path
) -> None:
    """Write the conclusion with its annexes; the same values give the same bytes.

    Args:
        document: What the conclusion says.
        lines: Every line of every finding, in the order they shall be printed; read once, in step
            with the pages.
        into: A file opened for writing bytes, or the path of one. Nothing is written on failure.

    Raises:
        ValueError: A line belongs to no finding, or a finding's lines are not as many as it counts.
    """
    outline = Outline()
    page = partial(BandedPage, band=MADE_UP) if document.is_demonstration else NumberedPage
    print_story(
        [
            *title_cells(document),
            *_bases(document),
            *_opening(document),
            *_general(document, outline),
            *_groups(document, outline),
            *_end(document, outline),
            *annexes.annexes(document, lines, outline=outline),
        ],
        into=into,
        sections=[page(part) for part in (_BODY, annexes.EVIDENCE, annexes.LINES)],
        title=f"Kết luận thanh tra số {reference(document)}",
        author=document.issuing_body,
        subject=document.subject,
        dated_on=document.signed_on,
    )


def _bases(document: ConclusionDocument) -> list[Any]:
    """Cell 6: each basis ends with a semicolon, the last one with a full stop."""
    bases = [markup(grounded(basis).rstrip(" .;,")) for basis in document.legal_bases]
    endings = [*";" * (len(bases) - 1), "."]
    return [
        styles.line(basis + ending, styles.BASIS)
        for basis, ending in zip(bases, endings, strict=False)
    ]


def _opening(document: ConclusionDocument) -> list[Any]:
    done = (
        f"Thực hiện {document.decision}, Đoàn thanh tra đã tiến hành thanh tra tại "
        f"{document.organization}."
    )
    return [
        *_text(done),
        *_text(document.introduction, otherwise=""),
        *_text("Người ra quyết định thanh tra kết luận như sau:"),
    ]


def _general(document: ConclusionDocument, outline: Outline) -> list[Any]:
    run = document.run
    period = f"từ {in_words(document.period_from)} đến {in_words(document.period_to)}"
    matters = "; ".join(f"({matter.number}) {matter.title}" for matter in document.matters)
    return [
        *section("I. KHÁI QUÁT CHUNG", outline),
        *_text(f"1. Cuộc thanh tra: {document.campaign_title}."),
        *_text(f"2. Đối tượng thanh tra: {document.organization}."),
        *_text(f"3. Thời kỳ thanh tra: {period}."),
        *_text(f"4. Nội dung thanh tra: {matters}."),
        *_text(
            f"5. Chứng cứ: {grouped(len(document.evidence))} tệp đã tiếp nhận, mã băm SHA-256 của "
            "từng tệp nêu tại Phụ lục I."
        ),
        *_text(
            f"6. Phương pháp: đối chiếu dữ liệu điện tử với bộ quy tắc {run.pack_name}, phiên bản "
            f"{run.pack_version}, phiên bản bộ máy đối chiếu {run.engine_version}, theo tình trạng "
            f"dữ liệu tại ngày {on_grid(run.as_of)}; kết quả đối chiếu được gửi đối tượng thanh "
            "tra giải trình và được xác minh trước khi kết luận."
        ),
        styles.note(f"SHA-256 của bộ quy tắc: {run.pack_digest}"),
        *_log(document),
    ]


def _log(document: ConclusionDocument) -> list[Any]:
    """How far the log had come: whoever keeps this paper can show that nothing was left out."""
    if document.log is None:
        return []
    return _text(
        "7. Nhật ký lưu giữ chứng cứ: trước khi kết luận được duyệt, nhật ký đã ghi "
        f"{grouped(document.log.entries)} mục của cuộc thanh tra này và "
        f"{grouped(document.log.campaign_entries)} mục chung của đợt; hồ sơ xuất ra thiếu mục nào "
        "trong số đó là hồ sơ không đầy đủ."
    )


def _groups(document: ConclusionDocument, outline: Outline) -> list[Any]:
    """Groups a to d of article 36.2; every one is there, every matter is there."""
    recommended = [
        line
        for place, text in enumerate(document.recommendations, start=1)
        for line in _text(f"{place}. {text}")
    ]
    return [
        *section(
            "II. ĐÁNH GIÁ VIỆC THỰC HIỆN CHÍNH SÁCH, PHÁP LUẬT, NHIỆM VỤ, QUYỀN HẠN ĐƯỢC GIAO",
            outline,
        ),
        *_text(document.assessment),
        *_figures(document),
        *section("III. KẾT LUẬN VỀ NỘI DUNG THANH TRA", outline),
        *(
            part
            for matter in document.matters
            for part in findings.matter(matter, outline=outline, organization=document.organization)
        ),
        *section("IV. TÍNH CHẤT, MỨC ĐỘ, HẬU QUẢ; NGUYÊN NHÂN; TRÁCH NHIỆM", outline),
        *_text(document.nature),
        *findings.summary(document.findings),
        *section("V. BIỆN PHÁP XỬ LÝ THEO THẨM QUYỀN; KIẾN NGHỊ XỬ LÝ, KHẮC PHỤC", outline),
        *_text(document.measures),
        *recommended,
    ]


def _end(document: ConclusionDocument, outline: Outline) -> list[Any]:
    """Group đ and the signature, which never stands on a page without a word of the body."""
    *before, last = _ended(document.policy)
    signature = signature_block(
        title=document.signer_title, name=document.signer_name, recipients=document.recipients
    )
    head = section(
        "VI. HẠN CHẾ, BẤT CẬP CỦA CƠ CHẾ, CHÍNH SÁCH, PHÁP LUẬT VÀ KIẾN NGHỊ KHẮC PHỤC", outline
    )
    if before:
        return [*head, *before, KeepTogether([last, *signature])]
    return [KeepTogether([*head, last, *signature])]


def _figures(document: ConclusionDocument) -> list[Any]:
    if not document.tallies:
        return []
    return [
        *_text("Số liệu đối chiếu theo từng quy tắc như sau:"),
        *verdict_figures(document.tallies),
        styles.note(
            "Số liệu trên là kết quả đối chiếu bằng máy trước khi giải trình và xác minh; phần "
            "chưa đủ căn cứ và phần lỗi không được coi là đã chấp hành. Phần tô màu quá nhỏ được "
            "vẽ rộng hơn tỷ lệ để nhìn thấy được."
        ),
    ]


def section(title: str, outline: Outline) -> list[Any]:
    """A heading in capitals, never left alone at the foot of a page."""
    return [
        CondPageBreak(_LEAST_ROOM),
        outline.mark(title, level=0),
        styles.line(markup(title), styles.SECTION),
    ]


def _text(text: str, *, otherwise: str = _NOTHING) -> list[Any]:
    """A person's text as paragraphs of the body."""
    said = paragraphs(text) or paragraphs(otherwise)
    return [styles.line(part, styles.BODY) for part in said]


def _ended(text: str) -> list[Any]:
    """The last text of the body, closed with `./.` as custom has it."""
    *before, last = paragraphs(text) or paragraphs(_NOTHING)
    return [styles.line(part, styles.BODY) for part in (*before, f"{last.rstrip(' .')}./.")]
