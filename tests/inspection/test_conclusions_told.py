"""Who is told of a conclusion, and when."""

import pytest

from inspection import findings
from inspection.errors import NotFoundError
from inspection.freezing import FrozenConclusion
from inspection.queries.conclusions import find_pdf, get_conclusion, get_published, list_published
from inspection.queries.findings import list_findings
from inspection.queries.inspections import get_inspection
from inspection.queries.today import ObligationKind, list_obligations
from inspection.tables import Conclusion
from inspection.violations import ViolationFilter
from inspection.workflow.states import FindingState
from tests.inspection.casefile.conftest import conclude
from tests.inspection.test_conclusions import approve, render, submitted, verify_one
from tests.inspection.test_findings import draft


@pytest.fixture
def verified(world, opened):
    return verify_one(world, opened)


@pytest.mark.parametrize("name", ["officer", "other", "councillor", "outsider", "admin"])
def test_a_draft_does_not_exist_for_anybody_outside(world, verified, name):
    conclusion_id = submitted(world, verified)
    approve(world, conclusion_id)
    render(world, conclusion_id)

    with pytest.raises(NotFoundError):
        world.read(get_conclusion, actor=world.actor(name), conclusion_id=conclusion_id)
    with pytest.raises(NotFoundError):
        world.read(find_pdf, actor=world.actor(name), conclusion_id=conclusion_id)
    with pytest.raises(NotFoundError):
        world.read(get_published, conclusion_id=conclusion_id)


def test_everybody_is_told_what_waits_for_them(world, verified):
    kinds = {}

    def look(name):
        return [
            one.kind
            for one in world.read(list_obligations, actor=world.actor(name), now=world.now())
        ]

    kinds["other"] = look("other")
    conclusion_id = submitted(world, verified)
    kinds["issuer"] = look("issuer")
    approve(world, conclusion_id)
    render(world, conclusion_id)
    kinds["issued"] = look("issuer")

    assert kinds == {
        "other": [ObligationKind.REQUEST_ANSWER],
        "issuer": [ObligationKind.CONCLUSION_APPROVE],
        "issued": [ObligationKind.CONCLUSION_PUBLISH],
    }


def test_the_step_line_follows_the_case(world, verified):
    page = world.read(get_inspection, actor=world.actor("lead"), inspection_id=verified)

    assert [step.state.value for step in page.steps] == [
        "done",
        "done",
        "done",
        "done",
        "current",
        "ahead",
    ]


def test_risk_hits_never_count_as_violations_in_public(world, opened, verified):
    run = world.evaluate(verified)
    risk = draft(
        world,
        opened,
        run,
        rule_code="PAY-004",
        title="Giao dịch cuối tuần",
        filter=ViolationFilter(),
    )
    world.write(
        findings.dismiss_finding,
        actor=world.actor("lead"),
        finding_id=risk,
        version=1,
        reason="Ngoài phạm vi",
    )
    conclude(world, verified)

    (line,) = world.read(list_published)
    frozen = FrozenConclusion.from_text(world.get(Conclusion, line.id).frozen)
    assert line.violations == sum(one.rule_class == "violation" for one in frozen.document.findings)


def test_what_was_decided_reaches_the_organization_with_the_conclusion(world, verified):
    officer = world.actor("officer")

    def seen():
        (page,) = world.read(list_findings, actor=officer, inspection_id=verified)
        return page.state, page.reason

    assert seen() == (FindingState.ANSWERED, "")
    conclude(world, verified)
    assert seen() == (FindingState.VERIFIED, "Đã đối chiếu chứng từ.")
