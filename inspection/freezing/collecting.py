"""From the rows of a case to the frozen conclusion."""

from collections.abc import Sequence
from typing import Final

from sqlmodel import Session, col, select

from evidence.custody.sequencing import find_newest
from evidence.custody.series import count_series
from evidence.locking import LockGap
from inspection.access import Case
from inspection.documents.values import conclusion as doc
from inspection.documents.values import parts
from inspection.documents.wording import about
from inspection.freezing.parts import evidence_item, finding_item, list_tallies
from inspection.freezing.remarks import introduce_remarks, list_remarks
from inspection.freezing.values import AnnexSource, FrozenConclusion, Signing
from inspection.tables import (
    Conclusion,
    ConclusionItem,
    Deposit,
    Evaluation,
    EvidenceItem,
    Finding,
    Matter,
    Organization,
    Person,
    Reading,
)
from inspection.workflow.states import DepositState, FindingState
from rules.pack import Pack

DEMONSTRATION: Final = (
    "Dữ liệu minh họa: mọi tổ chức, cá nhân và hồ sơ trong văn bản này là hư cấu."
)


NO_LOCK: Final = (
    "Kho lưu trữ điện tử tại thời điểm kết luận không có chức năng khóa chống xóa; việc giữ nguyên "
    "vẹn chứng cứ được kiểm tra bằng mã băm ghi tại Phụ lục I."
)
OFFICE: Final = "Lưu: VT, hồ sơ thanh tra"

# A file, and what reading it as a table gave; None where it was not to be read, or not yet.
_Read = tuple[EvidenceItem, Reading | None]


def freeze(
    session: Session,
    *,
    case: Case,
    conclusion: Conclusion,
    signing: Signing,
    run: Evaluation,
    pack: Pack,
    gap: LockGap | None,
) -> FrozenConclusion:
    """Take out of the database all that the conclusion says.

    Only verified findings enter; the organization's answers enter verbatim.

    Args:
        gap: Why the store cannot keep evidence from being deleted; the document says so.
    """
    rules = {rule.code: rule for rule in pack.rules}
    matters = _list_matters(session, case)
    findings = _number_findings(session, case, matters)
    body = session.get_one(Organization, conclusion.body_id)
    organization = session.get_one(Organization, case.inspection.organization_id)
    issuer = session.get_one(Person, signing.issuer_id)
    evidence = _list_evidence(session, case)
    remarks = list_remarks(session, [item.id for item, _ in evidence])
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
        subject=f"{about(campaign.title)} tại {organization.name}",
        legal_bases=tuple(
            line.strip().rstrip(";.") for line in campaign.legal_basis.splitlines() if line.strip()
        ),
        decision=campaign.decision,
        campaign_title=campaign.title,
        organization=organization.name,
        period_from=campaign.period_from,
        period_to=campaign.period_to,
        introduction=_introduce(case, evidence, introduce_remarks(remarks.values()), gap),
        assessment=conclusion.assessment,
        matters=tuple(
            doc.MatterItem(
                number=matter.number,
                title=matter.title,
                text=texts.get(matter.id, ""),
                findings=tuple(
                    finding_item(session, number, finding, rules[finding.rule_code])
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
        tallies=list_tallies(session, run, rules),
        evidence=tuple(
            evidence_item(item, reading, remarks[item.id]) for item, reading in evidence
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
        is_demonstration=campaign.is_demonstration,
        log=_count_log(session, case),
    )
    return FrozenConclusion(
        document=document,
        annex=tuple(_annex_source(session, number, finding) for number, finding in findings),
        file_names={item.sha256: item.name for item, _ in evidence},
    )


def _count_log(session: Session, case: Case) -> parts.LogFacts | None:
    """What no case file may lack; a log that nobody signs promises nothing."""
    if find_newest(session) is None:
        return None
    return parts.LogFacts(
        entries=count_series(session, series_id=case.inspection.id),
        campaign_entries=count_series(session, series_id=case.campaign.id),
    )


def _introduce(case: Case, evidence: Sequence[_Read], remark: str, gap: LockGap | None) -> str:
    text = (
        "Việc thanh tra được thực hiện trên cơ sở dữ liệu điện tử do đối tượng thanh tra cung cấp "
        f"({len(evidence)} tệp, liệt kê tại Phụ lục I)."
    )
    text = f"{text} {remark}".strip()
    if gap is not None:
        text += f"\n{NO_LOCK}"
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


def _list_evidence(session: Session, case: Case) -> Sequence[_Read]:
    """Accepted files in the order they came, with what reading them gave, if they were read."""
    rows = session.exec(
        select(EvidenceItem, Reading)
        .join(Deposit, col(EvidenceItem.deposit_id) == col(Deposit.id))
        .join(Reading, col(Reading.item_id) == col(EvidenceItem.id), isouter=True)
        .where(
            col(Deposit.inspection_id) == case.inspection.id,
            col(Deposit.state) == DepositState.ACCEPTED,
        )
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    )
    return [(item, reading) for item, reading in rows]
