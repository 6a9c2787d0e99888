"""Every state anything can be in has a word in both languages, and pages that show it."""

import pytest
from sqlmodel import col, update

from api.language import LANGUAGES, translator
from api.templating import make_environment
from inspection.tables import Deposit
from inspection.workflow.states import (
    CampaignState,
    ConclusionState,
    DepositState,
    DestructionState,
    EvaluationState,
    FindingState,
    HoldState,
    InspectionState,
)
from tests.api.pages.conftest import entrance, served, told

STATES = {
    "campaign": CampaignState,
    "inspection": InspectionState,
    "deposit": DepositState,
    "evaluation": EvaluationState,
    "finding": FindingState,
    "portal_finding": FindingState,
    "conclusion": ConclusionState,
    "hold": HoldState,
    "destruction": DestructionState,
}
CHIP = (
    "{% import 'components/states.html' as states with context %}{{ states.state(subject, one) }}"
)
# A candidate is nothing yet that the organization is told of.
NEVER_SHOWN = {("portal_finding", FindingState.CANDIDATE)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_a_chip_with_a_word(language):
    chip = make_environment().from_string(CHIP)
    said = {
        (subject, one): chip.render(t=translator(language), subject=subject, one=one)
        for subject, states in STATES.items()
        for one in states
        if (subject, one) not in NEVER_SHOWN
    }

    assert [key for key, text in said.items() if "state." in text or "<span" not in text] == []


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    with told(tmp_path_factory.mktemp("states")) as story, served(story) as client:
        yield story, entrance(client)


@pytest.mark.parametrize("state", list(DepositState))
def test_every_page_about_a_deposit_shows_it_in_every_state(own, state):
    story, enter = own
    with story.world.database.write() as session:
        session.exec(update(Deposit).where(col(Deposit.id) == story.deposit_id).values(state=state))
    here, ours = enter("officer"), f"/portal/inspections/{story.inspection_id}"

    shown = {
        address: visitor.get(address).status_code
        for visitor, address in [
            (here, ours),
            (here, f"{ours}/requests/{story.request_id}"),
            (here, f"/deposits/{story.deposit_id}"),
            (enter("lead"), f"/inspections/{story.inspection_id}/deposits"),
            (enter("lead"), f"/inspections/{story.inspection_id}"),
        ]
    }

    assert set(shown.values()) == {200}, shown
