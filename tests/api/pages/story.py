"""One campaign with something in every state, so that every page has something to show."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from inspection import campaigns, conclusions, findings, rendering
from inspection.errors import ConflictError
from inspection.queries import evaluations
from inspection.tables import Conclusion, Finding
from inspection.violations import ViolationFilter
from tests.api.platform import give_passwords
from tests.evidence.screening.documents import docx
from tests.inspection.measuring import measuring_pack
from tests.inspection.world import START, World, campaign_values, case_of, new_world

WHO = (
    *("admin", "lead", "member", "issuer", "steward"),
    *("officer", "clerk", "other", "councillor", "guard"),
)
UNTIDY = b"""VendorNum,Date,InvNum,Amount,Note
2001,2010-01-04,A-1,150.00,
2001,2010-01-04,A-1,150.00,
,khong ngay,B-7,12x,
2003,2010-02-09,C-3,-20.00,
2004,2010-03-06,D-4,99.50,
2005,2010-04-10,E-5,4000.00,
"""
NOTE = "Số liệu quý I."
ANSWER = "Đơn vị giải trình: khoản chi đã được điều chỉnh.\n\n<b>Chứng từ kèm theo.</b>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The names of what the story made."""

    world: World
    draft_id: UUID
    campaign_id: UUID
    inspection_id: UUID
    other_inspection_id: UUID
    request_id: UUID
    deposit_id: UUID
    item_id: UUID
    evaluation_id: UUID
    findings: tuple[UUID, ...]
    conclusion_id: UUID
    published_id: UUID
    fresh_inspection_id: UUID
    secret_id: UUID
    fresh_campaign_id: UUID


def tell(folder: Path) -> Story:
    """Build the world, and walk two inspections through it: one half way, one to the end."""
    world = new_world(folder)
    give_passwords(world, beside=("outsider",))
    draft = world.write(
        campaigns.create_campaign,
        actor=world.actor("lead"),
        values=campaign_values(title="Chi mua sắm năm 2011"),
    )
    fresh = world.draft()
    world.open(fresh)
    begun, _ = case_of(world, fresh)
    secret = world.upload(*case_of(world, fresh, "neighbour"), by="other", content=docx(["MẬT"]))
    world.screen_item(secret.item_id)
    campaign = world.draft()
    world.open(campaign, files=measuring_pack())
    here, request = case_of(world, campaign)
    there, _ = case_of(world, campaign, "neighbour")
    published = _to_the_end(world, there, request)
    deposit, item, evaluation, made = _half_way(world, campaign, here, request)
    conclusion = world.write(
        conclusions.start_conclusion, actor=world.actor("lead"), inspection_id=here
    )
    return Story(
        world=world,
        draft_id=draft,
        campaign_id=campaign,
        inspection_id=here,
        other_inspection_id=there,
        request_id=request,
        deposit_id=deposit,
        item_id=item,
        evaluation_id=evaluation,
        findings=made,
        conclusion_id=conclusion,
        published_id=published,
        fresh_inspection_id=begun,
        secret_id=secret.item_id,
        fresh_campaign_id=fresh,
    )


def _half_way(
    world: World, campaign: UUID, inspection: UUID, request: UUID
) -> tuple[UUID, UUID, UUID, tuple[UUID, ...]]:
    received = world.upload(inspection, request, content=UNTIDY)
    world.read_item(received.item_id)
    world.accept(received.deposit_id, by="officer", note=NOTE)
    evaluation = world.evaluate(inspection)
    matter = world.campaign(campaign).matters[0].id
    made = [
        finding
        for code in _codes_with_lines(world, evaluation)
        if (finding := _draft(world, evaluation, code, matter)) is not None
    ]
    for finding in made[1:]:
        _send(world, finding)
    if len(made) > 2:
        _answer(world, made[2], by="officer")
    return received.deposit_id, received.item_id, evaluation, tuple(made)


def _to_the_end(world: World, inspection: UUID, request: UUID) -> UUID:
    received = world.upload(inspection, request, by="other")
    world.read_item(received.item_id)
    world.accept(received.deposit_id, by="other", note=NOTE)
    evaluation = world.evaluate(inspection)
    page = world.read(
        evaluations.get_evaluation, actor=world.actor("lead"), evaluation_id=evaluation
    )
    matter = world.campaign(page.campaign_id).matters[0].id
    drafted = [_draft(world, evaluation, c, matter) for c in _codes_with_lines(world, evaluation)]
    for number, finding in enumerate(one for one in drafted if one is not None):
        _send(world, finding)
        _answer(world, finding, by="other")
        decide = findings.verify_finding if number == 0 else findings.dismiss_finding
        world.write(
            decide,
            actor=world.actor("lead"),
            finding_id=finding,
            version=world.get(Finding, finding).version,
            reason="Chứng cứ và giải trình đã được xem xét.",
        )
    return _publish(world, inspection, matter)


def _publish(world: World, inspection: UUID, matter: UUID) -> UUID:
    lead, issuer = world.actor("lead"), world.actor("issuer")
    conclusion = world.write(conclusions.start_conclusion, actor=lead, inspection_id=inspection)
    texts = dict.fromkeys(("assessment", "nature", "measures", "policy"), "Không có.")

    def version() -> int:
        return world.get(Conclusion, conclusion).version

    world.write(
        conclusions.edit_conclusion,
        actor=lead,
        conclusion_id=conclusion,
        version=version(),
        items={matter: "Đã kết luận."},
        **texts,
    )
    world.write(
        conclusions.submit_conclusion, actor=lead, conclusion_id=conclusion, version=version()
    )
    conclusions.approve_conclusion(
        world.database,
        world.storage,
        actor=issuer,
        conclusion_id=conclusion,
        version=version(),
        number=7,
        symbol="KL-TTr",
        signed_on=date(2026, 3, 2),
        at=world.now(),
    )
    rendering.render_conclusion(
        world.database,
        world.storage,
        conclusion_id=conclusion,
        clock=world.now,
        workspace=world.workspace(),
    )
    world.write(
        conclusions.publish_conclusion, actor=issuer, conclusion_id=conclusion, version=version()
    )
    return conclusion


def _codes_with_lines(world: World, evaluation: UUID) -> list[str]:
    page = world.read(
        evaluations.get_evaluation, actor=world.actor("lead"), evaluation_id=evaluation
    )
    return [line.rule_code for line in page.tallies if line.violated or line.undetermined]


def _draft(world: World, evaluation: UUID, code: str, matter: UUID) -> UUID | None:
    """Draft a finding on a rule; none where another finding holds the same fact already."""
    try:
        return findings.draft_finding(
            world.database,
            world.storage,
            world.folder / "cache",
            actor=world.actor("member"),
            evaluation_id=evaluation,
            rule_code=code,
            matter_id=matter,
            title=f"Các khoản thanh toán cần làm rõ ({code})",
            question="Đề nghị đơn vị giải trình từng trường hợp.",
            filter=ViolationFilter(),
            excluded_keys=(),
            at=world.now(),
        )
    except ConflictError:
        return None


def _send(world: World, finding: UUID) -> None:
    world.write(
        findings.send_finding,
        actor=world.actor("member"),
        finding_id=finding,
        version=world.get(Finding, finding).version,
        answer_due_at=START + timedelta(days=5),
    )


def _answer(world: World, finding: UUID, *, by: str) -> None:
    world.write(
        findings.answer_finding,
        actor=world.actor(by),
        finding_id=finding,
        version=world.get(Finding, finding).version,
        text=ANSWER,
    )
