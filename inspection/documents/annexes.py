"""The annexes of a conclusion: the digests of the evidence, and every line of every finding."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from reportlab.platypus import NextPageTemplate, PageBreak

from inspection.documents import styles
from inspection.documents.grid import Row
from inspection.documents.heading import annex_cells
from inspection.documents.page import Outline
from inspection.documents.tables import evidence_table, lines_grid, money_cell, money_title
from inspection.documents.values.conclusion import AnnexLine, ConclusionDocument, FindingItem
from inspection.documents.wording import CLASS_WORDS, grouped
from rules.rule import RuleClass, Verdict

EVIDENCE, LINES = "annex-evidence", "annex-lines"


def annexes(
    document: ConclusionDocument, lines: Iterable[AnnexLine], *, outline: Outline
) -> list[Any]:  # flowables; ReportLab ships no types
    """Both annexes, each on its own pages."""
    return [
        NextPageTemplate(EVIDENCE),
        PageBreak(),
        outline.mark("Phụ lục I. Danh mục chứng cứ", level=0),
        *annex_cells(document, number="I", title="DANH MỤC CHỨNG CỨ"),
        *_evidence(document),
        NextPageTemplate(LINES),
        PageBreak(),
        outline.mark("Phụ lục II. Danh sách chi tiết", level=0),
        *annex_cells(document, number="II", title=_list_title(document.findings)),
        *_lines(document, lines),
    ]


def _evidence(document: ConclusionDocument) -> list[Any]:
    if not document.evidence:
        return [styles.note("Không có chứng cứ nào được tiếp nhận.")]
    return [evidence_table(document.evidence)]


def _list_title(findings: tuple[FindingItem, ...]) -> str:
    """Name only what is in the list: a risk is not called a violation."""
    said = [
        CLASS_WORDS[rule_class]
        for rule_class in RuleClass
        if any(finding.rule_class is rule_class for finding in findings)
    ]
    return ("Danh sách " + ", ".join(said or ["phát hiện"])).upper()


def _lines(document: ConclusionDocument, lines: Iterable[AnnexLine]) -> list[Any]:
    if not document.findings:
        checked = list(_checked(document.findings, lines))
        return [styles.note("Không có phát hiện nào được kết luận."), *checked]
    currencies = {finding.amount.currency for finding in document.findings if finding.amount}
    cases = sum(finding.count for finding in document.findings)
    return [
        styles.note(f"Danh sách đầy đủ: {grouped(cases)} dòng."),
        lines_grid(
            "Phát hiện, quy tắc",
            _rows(document.findings, lines, currencies=currencies),
            money_title=money_title(currencies),
        ),
    ]


def _rows(
    findings: tuple[FindingItem, ...], lines: Iterable[AnnexLine], *, currencies: set[str]
) -> Iterator[Row]:
    classes = {finding.number: finding.rule_class for finding in findings}
    for place, line in enumerate(_checked(findings, lines), start=1):
        label = CLASS_WORDS[classes[line.finding]]
        undetermined = line.verdict is Verdict.UNDETERMINED
        yield Row(
            cells=(
                grouped(place),
                f"{line.finding}. {line.rule}\n{'Chưa đủ căn cứ' if undetermined else label}",
                line.place,
                line.key,
                line.message,
                money_cell(line.amount, currencies=currencies),
            )
        )


def _checked(findings: tuple[FindingItem, ...], lines: Iterable[AnnexLine]) -> Iterator[AnnexLine]:
    """Let through lines of verified findings only, and see that none is missing.

    Raises:
        ValueError: A line belongs to no finding, or a finding's lines are not as many as it counts.
    """
    counted: Counter[str] = Counter()
    expected = Counter({finding.number: finding.count for finding in findings})
    for line in lines:
        if line.finding not in expected:
            raise ValueError(f"a line of the annex belongs to no finding: {line.finding!r}")
        counted[line.finding] += 1
        yield line
    if counted != expected:
        raise ValueError(f"the annex is not complete: {dict(expected)} expected, {dict(counted)}")
