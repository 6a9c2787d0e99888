"""All that a conclusion says, taken out of the database at one moment and never changed again."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Self
from uuid import UUID

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from inspection.access import Case
from inspection.documents import wording
from inspection.documents.values import conclusion as doc
from inspection.documents.values import parts
from inspection.tables import (
    Answer,
    Conclusion,
    ConclusionItem,
    Deposit,
    Evaluation,
    EvidenceItem,
    Finding,
    Matter,
    Organization,
    Person,
    RuleTally,
)
from inspection.violations import ViolationFilter
from inspection.workflow.states import DepositState, FindingState
from rules.pack import Pack
from rules.rule import Rule, RuleClass

DEMONSTRATION: Final = (
    "Dữ liệu minh họa: mọi tổ chức, cá nhân và hồ sơ trong văn bản này là hư cấu."
)
ERROR_WORDS: Final = {
    "table_missing": "không có bảng dữ liệu",
    "table_empty": "bảng dữ liệu không có dòng nào",
    "column_missing": "bảng dữ liệu thiếu cột",
}
OFFICE: Final = "Lưu: VT, hồ sơ thanh tra"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What the issuer enters at approval."""

    number: int
    symbol: str
    signed_on: date
    issuer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexSource:
    """Where the annex lines of one finding come from: a frozen selection of a stored run."""

    finding: str
    violations_sha256: str
    filter: dict[str, str]
    excluded_keys: tuple[str, ...]
    keys_sha256: str
    count: int
    currency: str

    @property
    def selection(self) -> ViolationFilter:
        """The conditions of the selection."""
        return ViolationFilter.from_dict(self.filter)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenConclusion:
    """The document, the sources of its annex, and the names of the files they cite."""

    document: doc.ConclusionDocument
    annex: tuple[AnnexSource, ...]
    file_names: dict[str, str]

    @property
    def text(self) -> str:
        """Canonical JSON: sorted keys, no white space."""
        plain = _ADAPTER.dump_python(self, mode="json")
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        """The digest of `text`."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a frozen conclusion back."""
        return _ADAPTER.validate_json(text)  # type: ignore[return-value]  # Self is this class


_ADAPTER: Final = TypeAdapter(FrozenConclusion)


def freeze(
    session: Session,
    *,
    case: Case,
    conclusion: Conclusion,
    signing: Signing,
    run: Evaluation,
    pack: Pack,
) -> FrozenConclusion:
    """Take out of the database all that the conclusion says.

    Only verified findings enter; the organization's answers enter verbatim.
    """
    rules = {rule.code: rule for rule in pack.rules}
    matters = _list_matters(session, case)
    findings = _number_findings(session, case, matters)
    body = session.get_one(Organization, conclusion.body_id)
    organization = session.get_one(Organization, case.inspection.organization_id)
    issuer = session.get_one(Person, signing.issuer_id)
    evidence = _list_evidence(session, case)
    campaign = case.campaign
    texts = dict(
        session.exec(
            select(ConclusionItem.matter_id, ConclusionItem.text).where(
                col(ConclusionItem.conclusion_id) == conclusion.id
            )
        ).all()
    )
    document = doc.ConclusionDocument(
        managing_body=body.parent_name,
        issuing_body=body.name,
        number=signing.number,
        symbol=signing.symbol,
        place=body.place,
        signed_on=signing.signed_on,
        subject=f"Về việc {campaign.title} tại {organization.name}",
        legal_bases=tuple(
            line.strip().rstrip(";.") for line in campaign.legal_basis.splitlines() if line.strip()
        ),
        decision=campaign.decision,
        campaign_title=campaign.title,
        organization=organization.name,
        period_from=campaign.period_from,
        period_to=campaign.period_to,
        introduction=_introduce(case, organization, evidence),
        assessment=conclusion.assessment,
        matters=tuple(
            doc.MatterItem(
                number=matter.number,
                title=matter.title,
                text=texts.get(matter.id, ""),
                findings=tuple(
                    _finding_item(session, number, finding, rules[finding.rule_code])
                    for number, finding in findings
                    if finding.matter_id == matter.id
                ),
            )
            for matter in matters
        ),
        nature=conclusion.nature,
        measures=conclusion.measures,
        recommendations=(),
        policy=conclusion.policy,
        tallies=_list_tallies(session, run, rules),
        evidence=tuple(
            parts.EvidenceItem(file=_facts(item), received_at=item.received_at) for item in evidence
        ),
        run=parts.RunFacts(
            pack_name=pack.title.vi,
            pack_version=pack.version,
            pack_digest=pack.digest,
            engine_version=run.engine_version,
            as_of=run.as_of,
        ),
        signer_title=issuer.position,
        signer_name=issuer.full_name,
        recipients=(organization.name, OFFICE),
    )
    return FrozenConclusion(
        document=document,
        annex=tuple(_annex_source(session, number, finding) for number, finding in findings),
        file_names={item.sha256: item.name for item in evidence},
    )


def _introduce(case: Case, organization: Organization, evidence: Sequence[EvidenceItem]) -> str:
    text = (
        f"Thực hiện {case.campaign.decision}, Đoàn thanh tra đã tiến hành thanh tra tại "
        f"{organization.name} trên cơ sở dữ liệu điện tử do đối tượng thanh tra cung cấp "
        f"({len(evidence)} tệp, liệt kê tại Phụ lục)."
    )
    return f"{DEMONSTRATION}\n{text}" if case.campaign.is_demonstration else text


def _list_matters(session: Session, case: Case) -> Sequence[Matter]:
    return session.exec(
        select(Matter)
        .where(col(Matter.campaign_id) == case.campaign.id)
        .order_by(col(Matter.number))
    ).all()


def _number_findings(
    session: Session, case: Case, matters: Sequence[Matter]
) -> list[tuple[str, Finding]]:
    """Verified findings under `matter.n`, in the order of the matters."""
    verified = session.exec(
        select(Finding)
        .where(
            col(Finding.inspection_id) == case.inspection.id,
            col(Finding.state) == FindingState.VERIFIED,
        )
        .order_by(col(Finding.number))
    ).all()
    return [
        (f"{matter.number}.{place}", finding)
        for matter in matters
        for place, finding in enumerate(
            (one for one in verified if one.matter_id == matter.id), start=1
        )
    ]


def _finding_item(session: Session, number: str, finding: Finding, rule: Rule) -> doc.FindingItem:
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
        title=finding.title,
        rule_class=RuleClass(finding.rule_class),
        basis=_basis(rule),
        requirement=f"{wording.provision(_basis(rule))}: {rule.title.vi}",
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
        .where(col(EvidenceItem.answer_id) == answer.id)
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    )
    return doc.Answer(
        text=answer.text,
        by=person.full_name,
        at=answer.submitted_at,
        files=tuple(_facts(item) for item in files),
    )


def _annex_source(session: Session, number: str, finding: Finding) -> AnnexSource:
    run = session.get_one(Evaluation, finding.evaluation_id)
    if run.violations_sha256 is None:
        raise ValueError("a finding rests on a run without results")
    return AnnexSource(
        finding=number,
        violations_sha256=run.violations_sha256,
        filter=dict(finding.filter),
        excluded_keys=tuple(finding.excluded_keys),
        keys_sha256=finding.keys_sha256,
        count=finding.unit_count,
        currency=finding.currency,
    )


def _list_evidence(session: Session, case: Case) -> Sequence[EvidenceItem]:
    return session.exec(
        select(EvidenceItem)
        .join(Deposit, col(EvidenceItem.deposit_id) == col(Deposit.id))
        .where(
            col(Deposit.inspection_id) == case.inspection.id,
            col(Deposit.state) == DepositState.ACCEPTED,
        )
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    ).all()


def _list_tallies(
    session: Session, run: Evaluation, rules: dict[str, Rule]
) -> tuple[parts.RuleTally, ...]:
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
            note=_error_words(row.error_code),
        )
        for row in rows
    )


def _error_words(code: str | None) -> str:
    return "" if code is None else ERROR_WORDS.get(code, f"không thực hiện được ({code})")


def _basis(rule: Rule) -> parts.Basis:
    return parts.Basis(
        document=rule.basis.document,
        provision=rule.basis.provision,
        confirmed=rule.basis.confirmed,
    )


def _facts(item: EvidenceItem) -> parts.FileFacts:
    return parts.FileFacts(name=item.name, size_bytes=item.size_bytes, sha256=item.sha256)
