"""The tables that conclusion and draft report share: verdicts, evidence, lines of violations."""

from collections.abc import Iterable, Iterator
from typing import Any

from inspection.documents import fonts, styles
from inspection.documents.grid import Align, Column, Grid, Row
from inspection.documents.page import TEXT_WIDTH
from inspection.documents.values.parts import EvidenceItem, Money, RuleTally
from inspection.documents.verdicts import OUTCOMES, Legend, VerdictBar, count_of
from inspection.documents.wording import (
    CLASS_WORDS,
    amount,
    currency,
    figure,
    grouped,
    moment,
    provision,
    size,
)
from rules.rule import RuleClass

_NOT_RUN = "Quy tắc không thực hiện được (không được coi là đã chấp hành):"


def columns_of(*facts: tuple[str, float, Align]) -> tuple[Column, ...]:
    """Columns from title, share of the text width, and alignment."""
    return tuple(
        Column(title=title, width=TEXT_WIDTH * share, align=align) for title, share, align in facts
    )


def verdict_figures(tallies: tuple[RuleTally, ...]) -> list[Any]:  # ReportLab ships no types
    """A bar per rule, then the numbers; what could not be judged is shown as such."""
    if not tallies:
        return []
    notes = [styles.note(f"{tally.code}: {tally.note}") for tally in tallies if tally.note.strip()]
    if not all(tally.ran for tally in tallies):
        notes.insert(0, styles.note(_NOT_RUN))
    return [
        Legend(),
        *(VerdictBar(tally, width=TEXT_WIDTH) for tally in tallies),
        _verdict_table(tallies),
        *notes,
    ]


def _verdict_table(tallies: tuple[RuleTally, ...]) -> Grid:
    right = Align.RIGHT
    return Grid(
        columns=columns_of(
            ("Quy tắc", 0.37, Align.LEFT),
            ("Tổng số", 0.105, right),
            *((outcome.word, 0.105, right) for outcome in OUTCOMES),
        ),
        rows=[
            Row(
                cells=(
                    f"{tally.code}. {tally.title}",
                    *_counts(tally),
                )
            )
            for tally in tallies
        ],
        size=styles.ANNEX_SIZE,
    )


def _counts(tally: RuleTally) -> tuple[str, ...]:
    """The numbers of a rule; one that had nothing to run on shows none, and its error."""
    if tally.ran or tally.population:
        counts = (tally.population, *(count_of(tally, outcome) for outcome in OUTCOMES))
        return tuple(grouped(count) for count in counts)
    return (*["–"] * len(OUTCOMES), OUTCOMES[-1].word)


def basis_table(tallies: tuple[RuleTally, ...]) -> Grid:
    """What a hit of every rule may become, and the provision the rule rests on."""
    return Grid(
        columns=columns_of(
            ("Quy tắc", 0.2, Align.LEFT),
            ("Tính chất", 0.28, Align.LEFT),
            ("Căn cứ", 0.52, Align.LEFT),
        ),
        rows=[
            Row(cells=(tally.code, _nature(tally.rule_class), provision(tally.basis)))
            for tally in tallies
        ],
        size=styles.TABLE_SIZE,
    )


def _nature(rule_class: RuleClass) -> str:
    """What a hit may become; a rule never finds violations, people do."""
    if rule_class is RuleClass.VIOLATION:
        return "Dấu hiệu cần xác minh"
    return CLASS_WORDS[rule_class]


def evidence_table(evidence: tuple[EvidenceItem, ...]) -> Grid:
    """Every piece of evidence with its digest."""
    return Grid(
        columns=columns_of(
            ("STT", 0.07, Align.CENTRE),
            ("Tên tệp", 0.235, Align.LEFT),
            ("Dung lượng", 0.15, Align.RIGHT),
            ("SHA-256", 0.345, Align.LEFT),
            ("Thời điểm nhận", 0.2, Align.LEFT),
        ),
        rows=(
            Row(
                cells=(
                    grouped(place),
                    _name_with_rows(item),
                    size(item.file.size_bytes),
                    item.file.sha256,
                    # The column is narrower than an instant: part it before its offset.
                    moment(item.received_at).replace("+", "\n+"),
                )
            )
            for place, item in enumerate(evidence, start=1)
        ),
        size=styles.ANNEX_SIZE,
    )


def _name_with_rows(item: EvidenceItem) -> str:
    lines = [item.file.name]
    if item.rows_read is not None and item.rows_in_file is not None:
        read, whole = grouped(item.rows_read), grouped(item.rows_in_file)
        lines.append(f"(đọc được {read}/{whole} dòng)")
    if item.remarks:
        lines.append(f"({'; '.join(item.remarks)})")
    return "\n".join(lines)


def lines_grid(head: str, rows: Iterable[Row], *, money_title: str) -> Grid:
    """The list of lines: `rows` have the six cells of its head."""
    return Grid(
        columns=columns_of(
            ("STT", 0.08, Align.CENTRE),
            (head, 0.125, Align.LEFT),
            ("Vị trí trong tệp", 0.205, Align.LEFT),
            ("Khóa", 0.165, Align.LEFT),
            ("Nội dung", 0.28, Align.LEFT),
            (money_title, 0.145, Align.RIGHT),
        ),
        rows=rows,
        size=styles.ANNEX_SIZE,
    )


def money_title(currencies: set[str]) -> str:
    """The head of a column of money: the currency is said once where there is but one."""
    return f"Số tiền ({currency(min(currencies))})" if len(currencies) == 1 else "Số tiền"


def money_cell(money: Money | None, *, currencies: set[str]) -> str:
    """An amount under `money_title`."""
    if money is None or {money.currency} != currencies:
        return amount(money)
    return figure(money)


def total_rows(words: str, cases: int, amounts: tuple[Money, ...]) -> Iterator[Row]:
    """The rows that close a summary: one per currency, the cases on the first."""
    said = [amount(money) for money in amounts] or [amount(None)]
    for place, money in enumerate(said):
        cells = ("", words, grouped(cases), money) if place == 0 else ("", "", "", money)
        yield Row(cells=cells, face=fonts.BOLD)
