"""What waits for somebody stands on the first page of who may do it, and says where it belongs."""

import pytest

from inspection.queries.today import ObligationKind, list_obligations
from inspection.tables import Campaign
from inspection.workflow.states import Act, InspectionState
from tests.inspection.destruction.acts import close, propose
from tests.inspection.test_holds import accept_one, ask, move, place
from tests.inspection.world import case_of

K = ObligationKind
PEOPLE = ("lead", "member", "issuer", "officer", "other", "outsider", "admin", "councillor")


@pytest.fixture
def accepted(world, opened):
    return accept_one(world, opened)


def waiting(world, kinds):
    """Who is told of these kinds, and with what words."""
    return {
        name: [(one.kind, one.reason) for one in lines]
        for name in PEOPLE
        if (lines := [one for one in look(world, name) if one.kind in kinds])
    }


def look(world, name):
    return world.read(list_obligations, actor=world.actor(name), now=world.now())


def test_a_hold_waits_for_those_who_may_decide_and_did_not_ask(world, accepted):
    ask(world, accepted, by="lead", cause="Tòa án yêu cầu.")

    assert waiting(world, {K.HOLD_DECIDE, K.HOLD_LIFT_DECIDE}) == {
        "issuer": [(K.HOLD_DECIDE, "Tòa án yêu cầu.")]
    }


def test_lifting_a_hold_waits_for_another_than_who_asked_to_lift(world, accepted):
    hold_id = place(world, accepted)
    assert waiting(world, {K.HOLD_DECIDE, K.HOLD_LIFT_DECIDE}) == {}

    move(world, hold_id, Act.ASK_LIFT, "issuer", reason="Vụ án đã xử xong.")
    told = waiting(world, {K.HOLD_DECIDE, K.HOLD_LIFT_DECIDE})
    move(world, hold_id, Act.LIFT, "lead")

    assert told == {"lead": [(K.HOLD_LIFT_DECIDE, "Vụ án đã xử xong.")]}
    assert waiting(world, {K.HOLD_DECIDE, K.HOLD_LIFT_DECIDE}) == {}


@pytest.mark.parametrize("state", [InspectionState.CANCELLED, InspectionState.PUBLISHED])
def test_a_destruction_waits_though_the_inspection_has_long_ended(world, accepted, state):
    close(world, accepted, state)
    propose(world, accepted, by="member", cause="Hết thời hạn.")

    assert waiting(world, {K.DESTRUCTION_DECIDE}) == {
        "lead": [(K.DESTRUCTION_DECIDE, "Hết thời hạn.")],
        "issuer": [(K.DESTRUCTION_DECIDE, "Hết thời hạn.")],
    }


def test_every_line_names_its_campaign(world, opened):
    title = world.get(Campaign, opened).title
    inspection_id, request_id = case_of(world, opened)
    world.draft()
    asked = look(world, "officer")
    received = world.upload(inspection_id, request_id)
    world.read_item(received.item_id)
    world.accept(received.deposit_id)
    ask(world, inspection_id, by="member")

    lines = [*asked, *look(world, "lead"), *look(world, "issuer")]
    assert {one.kind for one in lines} >= {K.REQUEST_ANSWER, K.CAMPAIGN_PREPARE, K.HOLD_DECIDE}
    assert {one.campaign for one in lines} == {title}
