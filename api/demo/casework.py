"""What inspectors and organizations do with one inspection, as short steps of the play."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from api.demo.stage import Stage
from api.packs import shipped_files, shipped_pack
from inspection import campaigns, deposits, evaluations, findings, opening
from inspection.campaigns import CampaignValues, RequestValues
from inspection.people import CampaignSeat
from inspection.queries.campaigns import CampaignPage, get_campaign
from inspection.queries.deposits import get_deposit
from inspection.queries.findings import get_finding
from inspection.screening import READ_JOB, SCREEN_JOB
from inspection.violations import ViolationFilter

LEAD, MEMBER, ISSUER = "truongdoan", "thanhvien", "raquyetdinh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a decision orders."""

    values: CampaignValues
    matters: tuple[str, ...]
    requests: tuple[RequestValues, ...]
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One inspection under way, and who answers for it."""

    inspection_id: UUID
    campaign: CampaignPage
    officer: str


def open_plan(stage: Stage, plan: Plan) -> CampaignPage:
    """Draft and open a campaign."""
    lead = stage.actor(LEAD)
    campaign_id = stage.write(
        campaigns.create_campaign,
        actor=lead,
        values=plan.values,
        is_demonstration=True,
        at=stage.next_moment(),
    )
    for name, seat in ((MEMBER, CampaignSeat.MEMBER), (ISSUER, CampaignSeat.ISSUER)):
        stage.write(
            campaigns.add_team_member,
            actor=lead,
            campaign_id=campaign_id,
            person_id=stage.people[name],
            seat=seat,
            at=stage.next_moment(),
        )
    for title in plan.matters:
        stage.write(
            campaigns.add_matter,
            actor=lead,
            campaign_id=campaign_id,
            title=title,
            at=stage.next_moment(),
        )
    for values in plan.requests:
        stage.write(
            campaigns.add_request,
            actor=lead,
            campaign_id=campaign_id,
            values=values,
            at=stage.next_moment(),
        )
    for body in plan.bodies:
        stage.write(
            campaigns.add_organization,
            actor=lead,
            campaign_id=campaign_id,
            organization_id=stage.bodies[body],
            at=stage.next_moment(),
        )
    opening.open_campaign(
        stage.database,
        stage.storage,
        actor=lead,
        campaign_id=campaign_id,
        version=_page(stage, campaign_id).version,
        pack_files=shipped_files(plan.values.pack_code),
        at=stage.next_moment(),
    )
    return _page(stage, campaign_id)


def case_of(stage: Stage, campaign: CampaignPage, *, body: str, officer: str) -> Case:
    """The inspection of one body."""
    [line] = [i for i in campaign.inspections if i.organization_id == stage.bodies[body]]
    return Case(inspection_id=line.id, campaign=campaign, officer=officer)


def hand_in(stage: Stage, case: Case, *, request: int, name: str, content: bytes) -> UUID:
    """Upload, have it read, and certify; `request` is the number in the campaign."""
    asked = case.campaign.requests[request - 1]
    received = stage.receive(case.officer, case.inspection_id, asked.id, name=name, content=content)
    if received.deposit_id is None:
        raise LookupError(name)
    stage.work(SCREEN_JOB, received.item_id)
    if asked.table_name is not None:
        stage.work(READ_JOB, received.item_id)
    officer = stage.actor(case.officer)
    page = stage.read(get_deposit, actor=officer, deposit_id=received.deposit_id)
    stage.write(
        deposits.submit_deposit,
        actor=officer,
        deposit_id=received.deposit_id,
        version=page.version,
        note="",
        at=stage.next_moment(),
    )
    return received.deposit_id


def accept(stage: Stage, deposit_id: UUID) -> None:
    """Take a deposit as evidence."""
    page = stage.read(get_deposit, actor=stage.actor(MEMBER), deposit_id=deposit_id)
    stage.write(
        deposits.accept_deposit,
        actor=stage.actor(MEMBER),
        deposit_id=deposit_id,
        version=page.version,
        at=stage.next_moment(),
    )


def give_back(stage: Stage, deposit_id: UUID, *, reason: str) -> None:
    """Return a deposit."""
    page = stage.read(get_deposit, actor=stage.actor(MEMBER), deposit_id=deposit_id)
    stage.write(
        deposits.return_deposit,
        actor=stage.actor(MEMBER),
        deposit_id=deposit_id,
        version=page.version,
        reason=reason,
        at=stage.next_moment(),
    )


def evaluate(stage: Stage, case: Case) -> UUID:
    """Run the pack."""
    at = stage.next_moment()
    evaluation_id = stage.write(
        evaluations.request_evaluation,
        actor=stage.actor(MEMBER),
        inspection_id=case.inspection_id,
        as_of=at.date(),
        at=at,
    )
    stage.work(evaluations.RUN_JOB, evaluation_id)
    return evaluation_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A finding as the lead writes it; `matter` is the number in the campaign."""

    pack: str
    rule: str
    matter: int
    question: str

    @property
    def title(self) -> str:
        """What the rule calls it: a finding cannot say something else than its rule."""
        [rule] = [one for one in shipped_pack(self.pack).rules if one.code == self.rule]
        return rule.title.vi


def draft(stage: Stage, case: Case, evaluation_id: UUID, question: Question) -> UUID:
    """Make a finding of all violated units of a rule."""
    return findings.draft_finding(
        stage.database,
        stage.storage,
        stage.cache,
        actor=stage.actor(LEAD),
        evaluation_id=evaluation_id,
        rule_code=question.rule,
        matter_id=case.campaign.matters[question.matter - 1].id,
        title=question.title,
        question=question.question,
        filter=ViolationFilter(rule_code=question.rule, verdict="violated"),
        excluded_keys=(),
        at=stage.next_moment(),
    )


def send(stage: Stage, finding_id: UUID, *, days: float) -> None:
    """Ask the organization to explain within so many days."""
    at = stage.next_moment()
    stage.write(
        findings.send_finding,
        actor=stage.actor(LEAD),
        finding_id=finding_id,
        version=_version(stage, finding_id),
        answer_due_at=at + timedelta(days=days),
        at=at,
    )


def answer(stage: Stage, case: Case, finding_id: UUID, *, text: str) -> None:
    """Let the organization explain."""
    stage.write(
        findings.answer_finding,
        actor=stage.actor(case.officer),
        finding_id=finding_id,
        version=_version(stage, finding_id),
        text=text,
        at=stage.next_moment(),
    )


def verify(stage: Stage, finding_id: UUID, *, reason: str) -> None:
    """Hold a finding; its author may not."""
    stage.write(
        findings.verify_finding,
        actor=stage.actor(MEMBER),
        finding_id=finding_id,
        version=_version(stage, finding_id),
        reason=reason,
        at=stage.next_moment(),
    )


def dismiss(stage: Stage, finding_id: UUID, *, reason: str) -> None:
    """Drop a finding."""
    stage.write(
        findings.dismiss_finding,
        actor=stage.actor(MEMBER),
        finding_id=finding_id,
        version=_version(stage, finding_id),
        reason=reason,
        at=stage.next_moment(),
    )


def _page(stage: Stage, campaign_id: UUID) -> CampaignPage:
    return stage.read(get_campaign, actor=stage.actor(LEAD), campaign_id=campaign_id)


def _version(stage: Stage, finding_id: UUID) -> int:
    return stage.read(get_finding, actor=stage.actor(LEAD), finding_id=finding_id).version
