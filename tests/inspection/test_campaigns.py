from datetime import UTC, datetime

import pytest

from inspection import campaigns, opening
from inspection.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from inspection.people import CampaignSeat
from inspection.queries.campaigns import get_campaign, list_campaigns
from inspection.queries.inspections import get_inspection, list_inspections
from inspection.queries.journal import list_case_journal
from inspection.workflow.states import CampaignKind, CampaignState, InspectionState
from tests.inspection.world import START, campaign_values, case_of


@pytest.mark.parametrize("kind", [CampaignKind.EXAMINATION, CampaignKind.SUPERVISION])
def test_only_thanh_tra_opens_for_now(world, kind):
    with pytest.raises(InvalidError) as refused:
        world.draft(kind=kind)

    assert (refused.value.code, refused.value.facts["field"]) == ("campaign.kind_not_yet", "kind")


def test_opening_copies_the_pack_and_begins_every_inspection(world):
    campaign_id = world.draft()

    world.open(campaign_id)

    page = world.campaign(campaign_id)
    assert (page.state, page.pack_code, page.version) == (CampaignState.OPEN, "payments", 2)
    assert {i.state for i in page.inspections} == {InspectionState.UNDER_WAY}
    kept = opening.load_kept_pack(world.storage, digest=page.pack_digest)
    assert (kept.code, kept.digest) == ("payments", page.pack_digest)


def test_a_draft_that_lacks_something_says_what(world):
    lead = world.actor("lead")
    campaign_id = world.write(campaigns.create_campaign, actor=lead, values=campaign_values())

    with pytest.raises(InvalidError) as refused:
        world.open(campaign_id)

    assert refused.value.facts["missing"] == (
        "matter",
        "organization",
        "request",
        "issuer",
        "table",
    )
    assert world.campaign(campaign_id).state is CampaignState.DRAFT


def test_a_request_for_a_table_the_pack_does_not_know_stops_the_opening(world):
    campaign_id = world.draft()
    world.ask(campaign_id, title="Khác", table_name="payroll")

    with pytest.raises(InvalidError) as refused:
        world.open(campaign_id)

    assert refused.value.facts["missing"] == ("known_table",)


def test_an_open_campaign_is_no_longer_edited(world, opened):
    with pytest.raises(ConflictError) as refused:
        world.write(
            campaigns.add_matter, actor=world.actor("lead"), campaign_id=opened, title="Thêm"
        )

    assert refused.value.code == "campaign.not_a_draft"


def test_the_issuer_stays_outside_the_team(world):
    campaign_id = world.draft()

    with pytest.raises(InvalidError) as refused:
        world.write(
            campaigns.add_team_member,
            actor=world.actor("lead"),
            campaign_id=campaign_id,
            person_id=world.people["issuer"],
            seat=CampaignSeat.MEMBER,
        )

    assert refused.value.code == "team.issuer_outside"


def test_removing_a_matter_renumbers_the_others(world):
    lead, campaign_id = world.actor("lead"), world.draft()
    for title in ("Hai", "Ba"):
        world.write(campaigns.add_matter, actor=lead, campaign_id=campaign_id, title=title)
    second = world.campaign(campaign_id).matters[1]

    world.write(campaigns.remove_matter, actor=lead, campaign_id=campaign_id, matter_id=second.id)

    assert [(m.number, m.title) for m in world.campaign(campaign_id).matters] == [
        (1, "Việc thanh toán cho nhà cung cấp"),
        (2, "Ba"),
    ]


@pytest.mark.parametrize("name", ["outsider", "steward", "officer", "other", "councillor", "admin"])
def test_a_campaign_without_a_seat_in_it_does_not_exist(world, opened, name):
    with pytest.raises(NotFoundError):
        world.read(get_campaign, actor=world.actor(name), campaign_id=opened)
    assert world.read(list_campaigns, actor=world.actor(name)) == ()


def test_an_organization_reaches_its_own_inspection_only_after_the_opening(world):
    campaign_id = world.draft()
    inspection_id, _ = case_of(world, campaign_id)
    officer = world.actor("officer")
    with pytest.raises(NotFoundError):
        world.read(get_inspection, actor=officer, inspection_id=inspection_id)

    world.open(campaign_id)

    page = world.read(get_inspection, actor=officer, inspection_id=inspection_id)
    assert (page.is_team, page.state) == (False, InspectionState.UNDER_WAY)
    with pytest.raises(NotFoundError):
        world.read(get_inspection, actor=world.actor("other"), inspection_id=inspection_id)
    assert [line.id for line in world.read(list_inspections, actor=officer)] == [inspection_id]


def test_only_the_issuer_stops_an_open_campaign_and_says_why(world, opened):
    values = {"campaign_id": opened, "version": 2}
    with pytest.raises(NotAllowedError):
        world.write(campaigns.cancel_campaign, actor=world.actor("lead"), reason="thử", **values)
    with pytest.raises(InvalidError) as refused:
        world.write(campaigns.cancel_campaign, actor=world.actor("issuer"), reason="  ", **values)
    assert refused.value.code == "text.empty"

    world.write(
        campaigns.cancel_campaign, actor=world.actor("issuer"), reason="Trùng lặp", **values
    )

    page = world.campaign(opened)
    assert page.state is CampaignState.CANCELLED
    assert {i.state for i in page.inspections} == {InspectionState.CANCELLED}


def test_every_act_is_in_the_journal(world, opened):
    inspection_id, _ = case_of(world, opened)

    lines = world.read(
        list_case_journal,
        actor=world.actor("lead"),
        inspection_id=inspection_id,
        limit=50,
        offset=0,
    )

    assert [line.event for line in reversed(lines)][:3] == [
        "campaign.create",
        "campaign.add_team_member",
        "campaign.add_team_member",
    ]
    assert lines[0].by == "Người lead"


def test_a_request_that_was_due_before_it_was_made_is_refused(world):
    campaign_id = world.draft()

    with pytest.raises(InvalidError) as refused:
        world.ask(campaign_id, title="Muộn", due_at=START)

    assert refused.value.code == "request.due_in_the_past"


@pytest.mark.parametrize(
    "due_at",
    [datetime(9999, 12, 31, tzinfo=UTC), START.replace(tzinfo=None)],
    ids=["year 9999", "naive"],
)
def test_a_moment_nobody_means_is_refused(world, due_at):
    campaign_id = world.draft()

    with pytest.raises(InvalidError) as refused:
        world.ask(campaign_id, title="Lạ", due_at=due_at)

    assert refused.value.code == "moment.not_valid"
