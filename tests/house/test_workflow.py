"""The workflow does exactly what its table says."""

from itertools import product

import pytest

from inspection.errors import NotAllowedError, TransitionRefusedError
from inspection.moves import SUBJECTS, target_of
from inspection.people import Party
from inspection.workflow.diagram import to_mermaid
from inspection.workflow.states import (
    Act,
    CampaignState,
    ConclusionState,
    DepositState,
    DestructionState,
    EvaluationState,
    FindingState,
    HoldState,
    InspectionState,
    Subject,
)
from inspection.workflow.transitions import TRANSITIONS

STATES = {
    Subject.CAMPAIGN: CampaignState,
    Subject.INSPECTION: InspectionState,
    Subject.DEPOSIT: DepositState,
    Subject.EVALUATION: EvaluationState,
    Subject.FINDING: FindingState,
    Subject.CONCLUSION: ConclusionState,
    Subject.HOLD: HoldState,
    Subject.DESTRUCTION: DestructionState,
}
PAIRS = [
    (subject, state, act)
    for subject, states in STATES.items()
    for state, act in product(states, Act)
]
TABLE = {(t.subject, t.source, t.act): t for t in TRANSITIONS}


def test_every_subject_moves_by_the_table():
    assert set(SUBJECTS.values()) == set(Subject) == set(STATES)


def test_no_arrow_is_drawn_twice():
    assert len(TABLE) == len(TRANSITIONS)


@pytest.mark.parametrize(("subject", "state", "act"), PAIRS)
def test_every_state_and_act_behaves_as_the_table_says(subject, state, act):
    arrow = TABLE.get((subject, state, act))
    if arrow is None:
        with pytest.raises(TransitionRefusedError):
            target_of(subject, state, act, parties=frozenset(Party))
        return

    for party in Party:
        if party in arrow.by:
            assert target_of(subject, state, act, parties=frozenset({party})) is arrow
        else:
            with pytest.raises(NotAllowedError):
                target_of(subject, state, act, parties=frozenset({party}))


@pytest.mark.parametrize("subject", list(Subject))
def test_every_arrow_leads_to_a_state_of_its_subject(subject):
    arrows = [t for t in TRANSITIONS if t.subject is subject]

    assert arrows
    assert {t.target for t in arrows} <= set(STATES[subject])


@pytest.mark.parametrize("subject", list(Subject))
def test_the_diagram_draws_every_arrow(subject):
    lines = to_mermaid(subject).splitlines()

    assert lines[0] == "stateDiagram-v2"
    assert len(lines) - 1 == sum(t.subject is subject for t in TRANSITIONS)
