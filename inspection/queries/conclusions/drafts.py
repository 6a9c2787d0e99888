"""The conclusion as the team and the issuer work on it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.access import open_conclusion, open_team_case
from inspection.conclusions import list_missing
from inspection.documents import wording
from inspection.documents.values.parts import LogFacts
from inspection.freezing import FrozenConclusion
from inspection.offers import ActOffer, block_act, offer_acts
from inspection.people import Actor
from inspection.tables import (
    Conclusion,
    ConclusionItem,
    Finding,
    Matter,
    Organization,
    Person,
)
from inspection.workflow.states import Act, ConclusionState, FindingState, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingMark:
    """A verified finding as the conclusion counts it."""

    id: UUID
    number: int
    title: str
    rule_code: str
    rule_class: str
    unit_count: int
    amount: int | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemText:
    """What the conclusion says on one matter, with the verified findings under it."""

    matter_id: UUID
    number: int
    title: str
    text: str
    findings: tuple[FindingMark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConclusionPage:
    """The conclusion of one inspection; `missing` are codes of what the draft lacks.

    Attributes:
        log: How many entries the custody log had before approval, as the frozen text says.
    """

    id: UUID
    inspection_id: UUID
    campaign_id: UUID
    campaign: str
    organization: str
    state: ConclusionState
    assessment: str
    nature: str
    measures: str
    policy: str
    items: tuple[ItemText, ...]
    missing: tuple[str, ...]
    author: str
    is_author: bool
    return_reason: str
    submitted_at: datetime | None
    number: int | None
    symbol: str
    signed_on: date | None
    issuer: str
    frozen_sha256: str | None
    log: LogFacts | None
    pdf_sha256: str | None
    render_error: str | None
    issued_at: datetime | None
    published_at: datetime | None
    version: int
    acts: tuple[ActOffer, ...]

    @property
    def reference(self) -> str:
        """Number and symbol as documents write them, once there is a number: `05/KL-TTr`."""
        return "" if self.number is None else f"{wording.padded(self.number)}/{self.symbol}"


def find_conclusion_id(session: Session, *, actor: Actor, inspection_id: UUID) -> UUID | None:
    """The conclusion of an inspection, once it was begun; for the team."""
    open_team_case(session, actor=actor, inspection_id=inspection_id)
    return session.exec(
        select(Conclusion.id).where(col(Conclusion.inspection_id) == inspection_id)
    ).first()


def get_conclusion(session: Session, *, actor: Actor, conclusion_id: UUID) -> ConclusionPage:
    """The conclusion as the team and the issuer work on it."""
    case, row = open_conclusion(session, actor=actor, conclusion_id=conclusion_id)
    issuer = session.get(Person, row.issuer_id) if row.issuer_id else None
    draft = row.state in {ConclusionState.DRAFT, ConclusionState.SUBMITTED}
    return ConclusionPage(
        id=row.id,
        inspection_id=row.inspection_id,
        campaign_id=case.campaign.id,
        campaign=case.campaign.title,
        organization=session.get_one(Organization, case.inspection.organization_id).name,
        state=row.state,
        assessment=row.assessment,
        nature=row.nature,
        measures=row.measures,
        policy=row.policy,
        items=_list_items(session, row),
        missing=list_missing(session, conclusion=row) if draft else (),
        author=session.get_one(Person, row.author_id).full_name,
        is_author=row.author_id == actor.person_id,
        return_reason=row.return_reason,
        submitted_at=row.submitted_at,
        number=row.number,
        symbol=row.symbol,
        signed_on=row.signed_on,
        issuer=issuer.full_name if issuer else "",
        frozen_sha256=row.frozen_sha256,
        log=FrozenConclusion.from_text(row.frozen).document.log if row.frozen else None,
        pdf_sha256=row.pdf_sha256,
        render_error=row.render_error,
        issued_at=row.issued_at,
        published_at=row.published_at,
        version=row.version,
        acts=block_act(
            offer_acts(Subject.CONCLUSION, row.state, parties=case.parties),
            Act.APPROVE if row.author_id == actor.person_id else None,
            reason_code="conclusion.own",
        ),
    )


def _list_items(session: Session, conclusion: Conclusion) -> tuple[ItemText, ...]:
    verified = session.exec(
        select(Finding)
        .where(
            col(Finding.inspection_id) == conclusion.inspection_id,
            col(Finding.state) == FindingState.VERIFIED,
        )
        .order_by(col(Finding.number))
    ).all()
    rows = session.exec(
        select(ConclusionItem, Matter)
        .join(Matter, col(Matter.id) == col(ConclusionItem.matter_id))
        .where(col(ConclusionItem.conclusion_id) == conclusion.id)
        .order_by(col(Matter.number))
    ).all()
    return tuple(
        ItemText(
            matter_id=matter.id,
            number=matter.number,
            title=matter.title,
            text=item.text,
            findings=tuple(_mark(one) for one in verified if one.matter_id == matter.id),
        )
        for item, matter in rows
    )


def _mark(row: Finding) -> FindingMark:
    return FindingMark(
        id=row.id,
        number=row.number,
        title=row.title,
        rule_code=row.rule_code,
        rule_class=row.rule_class,
        unit_count=row.unit_count,
        amount=row.amount,
        currency=row.currency,
    )
