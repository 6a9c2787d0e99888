"""Findings with their answers, and tallies, as the document prints them."""

import json
from typing import Final

from sqlmodel import Session, col, select

from inspection.documents import wording
from inspection.documents.values import conclusion as doc
from inspection.documents.values import parts
from inspection.screening.gates import SHUT
from inspection.tables import (
    Answer,
    Evaluation,
    EvidenceItem,
    Finding,
    Person,
    Reading,
    RuleTally,
    Screening,
)
from rules.rule import Rule, RuleClass

ERROR_WORDS: Final = {
    "table_missing": "chưa có bảng “{table}”",
    "table_empty": "bảng “{table}” không có dòng nào",
    "column_missing": "bảng “{table}” thiếu cột “{column}”",
}


def finding_item(session: Session, number: str, finding: Finding, rule: Rule) -> doc.FindingItem:
    """One verified finding as the document prints it: required, recorded, assessed, answered."""
    verifier = session.get_one(Person, finding.decided_by)
    if finding.decided_at is None:
        raise ValueError("a verified finding has no time of decision")
    amount = (
        None
        if finding.amount is None
        else parts.Money(minor=finding.amount, currency=finding.currency)
    )
    recorded = f"{wording.grouped(finding.unit_count)} trường hợp trong dữ liệu đã nộp"
    if amount is not None:
        recorded += f", số tiền liên quan {wording.amount(amount)}"
    return doc.FindingItem(
        number=number,
        code=finding.rule_code,
        title=rule.title.vi,
        asked=finding.title,
        rule_class=RuleClass(finding.rule_class),
        basis=_basis(rule),
        requirement=f"{wording.provision(_basis(rule))}.",
        recorded=f"{recorded} (liệt kê tại Phụ lục).",
        assessment=f"{wording.CLASS_WORDS[RuleClass(finding.rule_class)]}, đã xác minh.",
        count=finding.unit_count,
        amount=amount,
        digest=finding.keys_sha256,
        answer=_answer(session, finding),
        verification=doc.Verification(
            by=verifier.full_name, at=finding.decided_at, reasoning=finding.reason
        ),
    )


def _answer(session: Session, finding: Finding) -> doc.Answer | doc.Silence:
    """The last answer handed in, verbatim; silence where there is none."""
    answer = session.exec(
        select(Answer)
        .where(col(Answer.finding_id) == finding.id, col(Answer.submitted_at).is_not(None))
        .order_by(col(Answer.submitted_at).desc())
    ).first()
    if answer is None or answer.submitted_at is None:
        due = finding.answer_due_at or finding.created_at
        return doc.Silence(due_on=due.astimezone(wording.VIETNAM).date())
    person = session.get_one(Person, answer.submitted_by)
    files = session.exec(
        select(EvidenceItem)
        .join(Screening, col(Screening.item_id) == col(EvidenceItem.id))
        .where(
            col(EvidenceItem.answer_id) == answer.id,
            # A document that goes to everybody does not even name what is held back as a secret.
            col(Screening.state).not_in(SHUT),
        )
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    )
    return doc.Answer(
        text=answer.text,
        by=person.full_name,
        at=answer.submitted_at,
        files=tuple(file_facts(item) for item in files),
    )


def list_tallies(
    session: Session, run: Evaluation, rules: dict[str, Rule]
) -> tuple[parts.RuleTally, ...]:
    """How every rule of the run ended, in the order of the pack."""
    rows = session.exec(
        select(RuleTally)
        .where(col(RuleTally.evaluation_id) == run.id)
        .order_by(col(RuleTally.position))
    )
    return tuple(
        parts.RuleTally(
            code=row.rule_code,
            title=rules[row.rule_code].title.vi,
            rule_class=RuleClass(row.rule_class),
            basis=_basis(rules[row.rule_code]),
            met=row.met,
            violated=row.violated,
            undetermined=row.undetermined,
            not_applicable=row.not_applicable,
            error=row.error,
            note=_error_words(row),
            ran=row.error_code is None,
        )
        for row in rows
    )


def _error_words(row: RuleTally) -> str:
    """Why a rule could not run, with the table and column it lacked; empty where it ran."""
    if row.error_code is None:
        return ""
    words = ERROR_WORDS.get(row.error_code, f"lỗi {row.error_code}")
    return f"Không thực hiện được: {words.format_map(_Facts(json.loads(row.error_facts)))}."


class _Facts(dict[str, object]):
    """The facts of an error; one nobody gave is an ellipsis."""

    def __missing__(self, name: str) -> str:
        return "…"


def _basis(rule: Rule) -> parts.Basis:
    return parts.Basis(
        document=rule.basis.document,
        provision=rule.basis.provision,
        confirmed=rule.basis.confirmed,
    )


def file_facts(item: EvidenceItem) -> parts.FileFacts:
    """A file as the document names it."""
    return parts.FileFacts(name=item.name, size_bytes=item.size_bytes, sha256=item.sha256)


def evidence_item(
    item: EvidenceItem, reading: Reading | None, remarks: tuple[str, ...]
) -> parts.EvidenceItem:
    """A piece of evidence, with its rows where it could be read as a table."""
    was_read = reading is not None and reading.error_code is None
    return parts.EvidenceItem(
        file=file_facts(item),
        received_at=item.received_at,
        rows_read=reading.rows_read if reading and was_read else None,
        rows_in_file=reading.rows_in_file if reading and was_read else None,
        remarks=remarks,
    )
