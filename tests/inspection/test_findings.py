from datetime import timedelta
from uuid import uuid4

import pytest

from evidence.limits import Limits
from inspection import deposits, findings
from inspection.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from inspection.queries.findings import get_finding, list_findings
from inspection.tables import Evaluation, Finding
from inspection.violations import ViolationFilter
from inspection.workflow.states import FindingState
from tests.inspection.world import START, case_of

DUE = START + timedelta(days=5)


@pytest.fixture
def evaluated(world, opened):
    """An inspection with one finished run."""
    inspection_id, _ = case_of(world, opened)
    world.take_in(opened)
    return world.evaluate(inspection_id)


def draft(world, opened, evaluation_id, **changes):
    values = {
        "rule_code": violated_rule(world, evaluation_id),
        "title": "Thanh toán trùng",
        "question": "Đề nghị giải trình.",
        "filter": ViolationFilter(verdict="violated"),
        "excluded_keys": (),
    }
    return findings.draft_finding(
        world.database,
        world.storage,
        world.folder / "cache",
        actor=world.actor("member"),
        evaluation_id=evaluation_id,
        matter_id=world.campaign(opened).matters[0].id,
        at=world.now(),
        **(values | changes),
    )


def violated_rule(world, evaluation_id):
    from inspection.queries.evaluations import get_evaluation  # noqa: PLC0415 - one use

    page = world.read(get_evaluation, actor=world.actor("lead"), evaluation_id=evaluation_id)
    return next(line.rule_code for line in page.tallies if line.violated)


def send(world, finding_id, *, version=1):
    world.write(
        findings.send_finding,
        actor=world.actor("member"),
        finding_id=finding_id,
        version=version,
        answer_due_at=DUE,
    )


def answer(world, finding_id, text="Chúng tôi giải trình.", *, version=2, by="clerk"):
    world.write(
        findings.answer_finding,
        actor=world.actor(by),
        finding_id=finding_id,
        version=version,
        text=text,
    )


def attach(world, finding_id, *, name, content):
    """A file beside the answer to a finding, by somebody who may not certify."""
    return deposits.receive_answer_file(
        world.database,
        world.storage,
        actor=world.actor("clerk"),
        finding_id=finding_id,
        name=name,
        chunks=[content],
        limits=Limits(file_bytes=1000),
        incoming_id=uuid4(),
        clock=world.now,
    )


def test_a_finding_freezes_its_selection(world, opened, evaluated):
    finding_id = draft(world, opened, evaluated)

    page = world.read(get_finding, actor=world.actor("lead"), finding_id=finding_id)
    assert (page.state, page.number, page.unit_count > 0) == (FindingState.CANDIDATE, 1, True)
    assert page.filter.verdict == "violated"
    assert len(page.keys_sha256) == 64


def test_an_empty_selection_is_no_finding(world, opened, evaluated):
    with pytest.raises(InvalidError) as refused:
        draft(world, opened, evaluated, filter=ViolationFilter(text="không có dòng này"))

    assert refused.value.code == "finding.nothing_selected"


def test_the_same_units_are_not_selected_twice(world, opened, evaluated):
    draft(world, opened, evaluated)

    with pytest.raises(ConflictError) as refused:
        draft(world, opened, evaluated)

    assert (refused.value.code, refused.value.facts["number"]) == ("finding.selected_already", 1)


def test_a_fact_counts_once_however_many_linked_rules_see_it(world, opened, evaluated):
    both = {"rule_code": "PAY-010"}, {"rule_code": "PAY-012"}
    draft(world, opened, evaluated, **both[0])

    with pytest.raises(ConflictError) as refused:
        draft(world, opened, evaluated, **both[1])

    assert (refused.value.code, refused.value.facts) == (
        "finding.selected_already",
        {"number": 1, "shared": 2},
    )


def test_the_organization_sees_only_what_was_sent(world, opened, evaluated):
    finding_id = draft(world, opened, evaluated)
    inspection_id = world.get(Finding, finding_id).inspection_id
    officer = world.actor("officer")
    with pytest.raises(NotFoundError):
        world.read(get_finding, actor=officer, finding_id=finding_id)
    assert world.read(list_findings, actor=officer, inspection_id=inspection_id) == ()

    send(world, finding_id)

    page = world.read(get_finding, actor=officer, finding_id=finding_id)
    assert (page.state, page.answer_due_at, page.author) == (FindingState.SENT, DUE, "")
    with pytest.raises(NotFoundError):
        world.read(get_finding, actor=world.actor("other"), finding_id=finding_id)


def test_a_due_date_in_the_past_is_refused(world, opened, evaluated):
    finding_id = draft(world, opened, evaluated)

    with pytest.raises(InvalidError) as refused:
        world.write(
            findings.send_finding,
            actor=world.actor("member"),
            finding_id=finding_id,
            version=1,
            answer_due_at=START,
        )

    assert refused.value.code == "finding.due_in_the_past"


def test_twenty_thousand_characters_and_files_are_kept_verbatim(world, opened, evaluated):
    finding_id = draft(world, opened, evaluated)
    send(world, finding_id)
    received = attach(world, finding_id, name="giải trình.pdf", content=b"%PDF-1.7")
    text = "  Dòng một.\r\n\r\n" + "Chúng tôi giải trình như sau. " * 800

    answer(world, finding_id, text)

    page = world.read(get_finding, actor=world.actor("lead"), finding_id=finding_id)
    (given,) = page.answers
    assert given.text == text
    assert [f.id for f in given.files] == [received.item_id]
    assert page.state is FindingState.ANSWERED


def test_an_answer_of_nothing_is_refused_and_leaves_the_finding_open(world, opened, evaluated):
    finding_id = draft(world, opened, evaluated)
    send(world, finding_id)

    with pytest.raises(InvalidError):
        answer(world, finding_id, "   ")

    assert world.get(Finding, finding_id).state is FindingState.SENT


def test_the_team_does_not_read_an_answer_before_it_is_handed_in(world, opened, evaluated):
    finding_id = draft(world, opened, evaluated)
    send(world, finding_id)
    received = attach(world, finding_id, name="nháp.txt", content=b"draft")
    from inspection.queries.deposits import get_item  # noqa: PLC0415 - one use

    with pytest.raises(NotFoundError):
        world.read(get_item, actor=world.actor("lead"), item_id=received.item_id)
    page = world.read(get_finding, actor=world.actor("lead"), finding_id=finding_id)
    assert page.answers == ()


def test_silence_is_stated_only_after_the_date(world, opened, evaluated):
    finding_id = draft(world, opened, evaluated)
    send(world, finding_id)
    values = {"actor": world.actor("member"), "finding_id": finding_id, "version": 2}
    with pytest.raises(ConflictError) as refused:
        world.write(findings.mark_silent, **values)
    assert refused.value.code == "finding.not_due_yet"

    with world.database.write() as session:
        findings.mark_silent(session, at=DUE + timedelta(seconds=1), **values)

    assert world.get(Finding, finding_id).state is FindingState.SILENT


def test_a_late_answer_is_still_heard(world, opened, evaluated):
    finding_id = draft(world, opened, evaluated)
    send(world, finding_id)
    with world.database.write() as session:
        findings.mark_silent(
            session,
            actor=world.actor("member"),
            finding_id=finding_id,
            version=2,
            at=DUE + timedelta(days=1),
        )
    with world.database.write() as session:
        findings.answer_finding(
            session,
            actor=world.actor("officer"),
            finding_id=finding_id,
            version=3,
            text="Muộn.",
            at=DUE + timedelta(days=2),
        )

    page = world.read(get_finding, actor=world.actor("lead"), finding_id=finding_id)
    assert (page.state, page.answers[0].is_late) == (FindingState.ANSWERED, True)


def test_the_author_does_not_verify(world, opened, evaluated):
    finding_id = draft(world, opened, evaluated)
    send(world, finding_id)
    answer(world, finding_id)
    values = {"finding_id": finding_id, "version": 3, "reason": "Đã đối chiếu chứng từ."}
    with pytest.raises(NotAllowedError) as refused:
        world.write(findings.verify_finding, actor=world.actor("member"), **values)
    assert refused.value.code == "finding.own"

    world.write(findings.verify_finding, actor=world.actor("lead"), **values)

    row = world.get(Finding, finding_id)
    assert (row.state, row.reason) == (FindingState.VERIFIED, "Đã đối chiếu chứng từ.")


def test_nothing_is_verified_before_the_organization_was_heard(world, opened, evaluated):
    finding_id = draft(world, opened, evaluated)
    send(world, finding_id)

    with pytest.raises(ConflictError) as refused:
        world.write(
            findings.verify_finding,
            actor=world.actor("lead"),
            finding_id=finding_id,
            version=2,
            reason="vội",
        )

    assert refused.value.code == "act.not_now"


def test_dismissing_needs_a_reason_and_frees_the_units(world, opened, evaluated):
    finding_id = draft(world, opened, evaluated)
    values = {"actor": world.actor("lead"), "finding_id": finding_id, "version": 1}
    with pytest.raises(InvalidError):
        world.write(findings.dismiss_finding, reason="", **values)

    world.write(findings.dismiss_finding, reason="Chọn nhầm", **values)

    assert world.get(Finding, draft(world, opened, evaluated)).number == 2


def test_what_the_team_decides_reaches_the_organization_with_the_conclusion(
    world, opened, evaluated
):
    finding_id = draft(world, opened, evaluated)
    send(world, finding_id)
    answer(world, finding_id)
    world.write(
        findings.dismiss_finding,
        actor=world.actor("lead"),
        finding_id=finding_id,
        version=3,
        reason="Giải trình thỏa đáng",
    )

    page = world.read(get_finding, actor=world.actor("officer"), finding_id=finding_id)

    assert (page.reason, page.decided_by, page.decided_at) == ("", "", None)


def test_a_finding_of_a_failed_run_cannot_be_drawn_up(world, opened, evaluated):
    with world.database.write() as session:
        row = session.get(Evaluation, evaluated)
        row.state = "failed"
        session.add(row)

    with pytest.raises(ConflictError) as refused:
        draft(world, opened, evaluated, rule_code="PAY-001")

    assert refused.value.code == "evaluation.not_done"
