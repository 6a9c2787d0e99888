"""What everybody may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.access import open_case
from inspection.documents import wording
from inspection.errors import NotFoundError
from inspection.people import Actor
from inspection.tables import (
    Campaign,
    Conclusion,
    Finding,
    Inspection,
    Organization,
)
from inspection.workflow.states import ConclusionState, FindingState


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

    @property
    def reference(self) -> str:
        """Number and symbol as documents write them: `05/KL-TTr`."""
        return f"{wording.padded(self.number)}/{self.symbol}"


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
