"""Conclusions: the draft with its completeness gate, and what is published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.access import ActOffer, offer_acts, open_case, open_conclusion, open_team_case
from inspection.conclusions import list_missing
from inspection.errors import NotFoundError
from inspection.people import Actor
from inspection.tables import (
    Campaign,
    Conclusion,
    ConclusionItem,
    Finding,
    Inspection,
    Matter,
    Organization,
    Person,
)
from inspection.workflow.states import ConclusionState, FindingState, Subject


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
    """The conclusion of one inspection; `missing` are codes of what the draft lacks."""

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
    pdf_sha256: str | None
    render_error: str | None
    issued_at: datetime | None
    published_at: datetime | None
    version: int
    acts: tuple[ActOffer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedLine:
    """A published conclusion as everybody may see it."""

    id: UUID
    inspection_id: UUID
    number: int
    symbol: str
    signed_on: date
    title: str
    organization: str
    body: str
    place: str
    published_at: datetime
    pdf_sha256: str
    is_demonstration: bool
    violations: int
    amounts: tuple[tuple[str, int], ...]


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
        pdf_sha256=row.pdf_sha256,
        render_error=row.render_error,
        issued_at=row.issued_at,
        published_at=row.published_at,
        version=row.version,
        acts=offer_acts(Subject.CONCLUSION, row.state, parties=case.parties),
    )


def list_published(session: Session, *, text: str = "") -> tuple[PublishedLine, ...]:
    """What everybody may read, the newest first.

    Args:
        text: Only those whose title or organization holds it, letter case aside.
    """
    rows = _published_rows(session)
    wanted = text.strip().casefold()
    lines = _published_lines(session, rows)
    return tuple(line for line in lines if wanted in f"{line.title} {line.organization}".casefold())


def list_own_published(session: Session, *, actor: Actor) -> tuple[PublishedLine, ...]:
    """Published conclusions on the actor's own organization."""
    rows = [
        row for row in _published_rows(session) if row[1].organization_id == actor.organization_id
    ]
    return _published_lines(session, rows)


def get_published(session: Session, *, conclusion_id: UUID) -> PublishedLine:
    """One published conclusion; any other does not exist for the public."""
    rows = [row for row in _published_rows(session) if row[0].id == conclusion_id]
    if not rows:
        raise NotFoundError
    return _published_lines(session, rows)[0]


def find_pdf(session: Session, *, actor: Actor | None, conclusion_id: UUID) -> str:
    """The digest of a conclusion's PDF: published for all, issued for team and organization.

    Raises:
        NotFoundError: There is none this actor may read.
    """
    row = session.get(Conclusion, conclusion_id)
    if row is None or row.pdf_sha256 is None:
        raise NotFoundError
    if row.state is not ConclusionState.PUBLISHED:
        if actor is None:
            raise NotFoundError
        case = open_case(session, actor=actor, inspection_id=row.inspection_id)
        if not case.is_team:
            raise NotFoundError
    return row.pdf_sha256


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


def _published_rows(
    session: Session,
) -> list[tuple[Conclusion, Inspection, Campaign, Organization]]:
    return list(
        session.exec(
            select(Conclusion, Inspection, Campaign, Organization)
            .join(Inspection, col(Inspection.id) == col(Conclusion.inspection_id))
            .join(Campaign, col(Campaign.id) == col(Inspection.campaign_id))
            .join(Organization, col(Organization.id) == col(Inspection.organization_id))
            .where(col(Conclusion.state) == ConclusionState.PUBLISHED)
            .order_by(col(Conclusion.published_at).desc(), col(Conclusion.id))
        ).all()
    )


def _published_lines(
    session: Session,
    rows: Iterable[tuple[Conclusion, Inspection, Campaign, Organization]],
) -> tuple[PublishedLine, ...]:
    rows = list(rows)
    verified: dict[UUID, list[Finding]] = {row[1].id: [] for row in rows}
    for finding in session.exec(
        select(Finding).where(
            col(Finding.inspection_id).in_(list(verified)),
            col(Finding.state) == FindingState.VERIFIED,
            col(Finding.rule_class) == "violation",
        )
    ):
        verified[finding.inspection_id].append(finding)
    bodies = {
        body.id: body
        for body in session.exec(
            select(Organization).where(
                col(Organization.id).in_({conclusion.body_id for conclusion, *_ in rows})
            )
        )
    }
    return tuple(
        _published_line(conclusion, campaign, organization, bodies, verified[inspection.id])
        for conclusion, inspection, campaign, organization in rows
    )


def _published_line(
    conclusion: Conclusion,
    campaign: Campaign,
    organization: Organization,
    bodies: dict[UUID, Organization],
    findings: list[Finding],
) -> PublishedLine:
    if (
        conclusion.number is None
        or conclusion.signed_on is None
        or conclusion.published_at is None
        or conclusion.pdf_sha256 is None
    ):
        raise NotFoundError
    amounts: dict[str, int] = {}
    for finding in findings:
        if finding.amount is not None:
            amounts[finding.currency] = amounts.get(finding.currency, 0) + finding.amount
    return PublishedLine(
        id=conclusion.id,
        inspection_id=conclusion.inspection_id,
        number=conclusion.number,
        symbol=conclusion.symbol,
        signed_on=conclusion.signed_on,
        title=campaign.title,
        organization=organization.name,
        body=bodies[conclusion.body_id].name,
        place=bodies[conclusion.body_id].place,
        published_at=conclusion.published_at,
        pdf_sha256=conclusion.pdf_sha256,
        is_demonstration=campaign.is_demonstration,
        violations=len(findings),
        amounts=tuple(sorted(amounts.items())),
    )
