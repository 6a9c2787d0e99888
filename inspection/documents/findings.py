"""One matter of the conclusion and its verified findings, each with the organization's answer.

Source: Law 84/2025/QH15, articles 33.3, 34.3 and 36.2; the pattern “requirement – recorded –
assessment” is that of form 05 of Circular 56/2025/TT-BCT.
"""

from typing import Any

from reportlab.platypus import CondPageBreak

from inspection.documents import styles
from inspection.documents.grid import Align, Grid, Row
from inspection.documents.page import TEXT_WIDTH, Outline
from inspection.documents.quotation import Quotation
from inspection.documents.tables import columns_of, total_rows
from inspection.documents.text import markup, paragraphs
from inspection.documents.values.conclusion import (
    Answer,
    FindingItem,
    MatterItem,
    Silence,
    totals_of,
)
from inspection.documents.values.parts import FileFacts, Money
from inspection.documents.wording import (
    CLASS_WORDS,
    amount,
    grouped,
    in_words,
    moment,
    provision,
    size,
)

_LEAST_ROOM = 80


def matter(item: MatterItem, *, outline: Outline, organization: str) -> list[Any]:
    """The heading, the conclusion and the findings of one matter; ReportLab ships no types."""
    title = f"{item.number}. {item.title}"
    return [
        CondPageBreak(_LEAST_ROOM),
        outline.mark(title, level=1),
        styles.line(markup(title), styles.MATTER),
        *_body(item.text),
        *(
            part
            for one in item.findings
            for part in finding(one, outline=outline, organization=organization)
        ),
    ]


def finding(item: FindingItem, *, outline: Outline, organization: str) -> list[Any]:
    """One finding: what is demanded, recorded and judged; how much; what both sides say."""
    title = f"{item.number}. {CLASS_WORDS[item.rule_class]} {item.code}: {item.title}"
    return [
        CondPageBreak(2 * _LEAST_ROOM),
        outline.mark(title, level=2),
        styles.line(markup(title), styles.FINDING),
        *_asked(item),
        *_body(f"Căn cứ: {provision(item.basis)}."),
        _pattern(item),
        *_body(f"Số trường hợp: {grouped(item.count)}; {_money(item.amount)}."),
        styles.note(f"SHA-256 của danh sách khóa: {item.digest}"),
        *_answer(item.answer, organization),
        styles.line(
            markup(
                f"Nhận định của người xác minh {item.verification.by} "
                f"({moment(item.verification.at)}):"
            ),
            styles.LABEL,
        ),
        *_body(item.verification.reasoning),
    ]


def summary(items: tuple[FindingItem, ...]) -> list[Any]:
    """All findings in one table, summed up class by class."""
    if not items:
        return []
    rows = [
        Row(
            cells=(
                item.number,
                f"{CLASS_WORDS[item.rule_class]} {item.code}: {item.title}",
                grouped(item.count),
                amount(item.amount),
            )
        )
        for item in items
    ]
    for total in totals_of(items):
        words = f"Cộng {CLASS_WORDS[total.rule_class].lower()} ({total.findings} phát hiện)"
        rows += total_rows(words, total.cases, total.amounts)
    return [
        styles.line("Tổng hợp các phát hiện:", styles.LABEL),
        Grid(
            columns=columns_of(
                ("Số", 0.09, Align.LEFT),
                ("Phát hiện", 0.46, Align.LEFT),
                ("Số trường hợp", 0.17, Align.RIGHT),
                ("Số tiền", 0.28, Align.RIGHT),
            ),
            rows=rows,
            size=styles.TABLE_SIZE,
        ),
        styles.note(
            "Một trường hợp thuộc nhiều phát hiện được tính ở từng phát hiện đó; dấu “–”: không "
            "xác định hậu quả bằng tiền."
        ),
    ]


def _asked(item: FindingItem) -> list[Any]:
    """What it was called when the organization was asked, where the conclusion says it anew."""
    if item.asked.strip() in {"", item.title}:
        return []
    return [styles.note(f"Tên gọi khi yêu cầu giải trình: {item.asked.strip()}")]


def _money(money: Money | None) -> str:
    if money is None:
        return "không xác định hậu quả bằng tiền"
    return f"số tiền: {amount(money)}"


def _pattern(item: FindingItem) -> Grid:
    return Grid(
        columns=columns_of(
            ("Quy định phải chấp hành", 0.32, Align.LEFT),
            ("Tài liệu, hiện trạng ghi nhận", 0.38, Align.LEFT),
            ("Đánh giá", 0.3, Align.LEFT),
        ),
        rows=[Row(cells=(item.requirement, item.recorded, item.assessment))],
        size=styles.TABLE_SIZE + 0.5,
    )


def _answer(answer: Answer | Silence, organization: str) -> list[Any]:
    """What the organization said, to the letter; or that it said nothing."""
    if isinstance(answer, Silence):
        due = in_words(answer.due_on)
        return _body(f"{organization} không giải trình trong thời hạn (đến hết {due}).")
    label = f"Giải trình của {organization} ({answer.by}, {moment(answer.at)}), nguyên văn:"
    return [
        CondPageBreak(_LEAST_ROOM),
        styles.line(markup(label), styles.LABEL),
        Quotation(answer.text, width=TEXT_WIDTH),
        *([_files(answer.files)] if answer.files else []),
    ]


def _files(files: tuple[FileFacts, ...]) -> Grid:
    return Grid(
        columns=columns_of(
            ("Tài liệu kèm theo giải trình", 0.38, Align.LEFT),
            ("Dung lượng", 0.2, Align.RIGHT),
            ("SHA-256", 0.42, Align.LEFT),
        ),
        rows=[Row(cells=(file.name, size(file.size_bytes), file.sha256)) for file in files],
        size=styles.ANNEX_SIZE,
    )


def _body(text: str) -> list[Any]:
    return [styles.line(part, styles.BODY) for part in paragraphs(text)]
