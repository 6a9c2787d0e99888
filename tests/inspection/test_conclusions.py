"""A conclusion is drafted, submitted, approved, rendered and published."""

import hashlib
import json
from datetime import timedelta

import pytest
from sqlmodel import update

from evidence import key_files
from evidence.custody.series import count_series
from evidence.digest import Digest
from evidence.key_files import KeyFolder
from inspection import conclusions, findings, rendering
from inspection.custody import enter_pending
from inspection.errors import ConflictError, InvalidError, NotAllowedError
from inspection.freezing import FrozenConclusion
from inspection.queries.conclusions import (
    find_pdf,
    get_conclusion,
    list_own_published,
    list_published,
)
from inspection.tables import Campaign, Conclusion, Inspection
from inspection.workflow.states import ConclusionState, InspectionState
from tests.inspection.test_findings import answer, draft, send
from tests.inspection.world import START, case_of

TEXTS = {
    "assessment": "Đơn vị đã thực hiện chế độ thanh toán.",
    "nature": "Mức độ nhỏ; nguyên nhân do đối chiếu thủ công.",
    "measures": "Yêu cầu thu hồi khoản thanh toán trùng.",
    "policy": "Không có.",
}
ANSWER = "Chúng tôi đã hoàn trả < 150,00 & xin rút kinh nghiệm."


@pytest.fixture
def verified(world, opened):
    return verify_one(world, opened)


def verify_one(world, opened):
    """An inspection with one verified finding."""
    inspection_id, _ = case_of(world, opened)
    world.take_in(opened)
    finding_id = draft(world, opened, world.evaluate(inspection_id))
    send(world, finding_id)
    answer(world, finding_id, ANSWER)
    world.write(
        findings.verify_finding,
        actor=world.actor("lead"),
        finding_id=finding_id,
        version=3,
        reason="Đã đối chiếu chứng từ.",
    )
    return inspection_id


def begin(world, inspection_id):
    return world.write(
        conclusions.start_conclusion, actor=world.actor("lead"), inspection_id=inspection_id
    )


def write_texts(world, conclusion_id, *, version=1):
    page = world.read(get_conclusion, actor=world.actor("lead"), conclusion_id=conclusion_id)
    world.write(
        conclusions.edit_conclusion,
        actor=world.actor("lead"),
        conclusion_id=conclusion_id,
        version=version,
        items={item.matter_id: "Kết luận về nội dung này." for item in page.items},
        **TEXTS,
    )


def submitted(world, inspection_id):
    conclusion_id = begin(world, inspection_id)
    write_texts(world, conclusion_id)
    world.write(
        conclusions.submit_conclusion,
        actor=world.actor("lead"),
        conclusion_id=conclusion_id,
        version=2,
    )
    return conclusion_id


def approve(world, conclusion_id, *, by="issuer", version=3, **changes):
    values = {"number": 5, "symbol": "KL-TTr", "signed_on": START.date()}
    conclusions.approve_conclusion(
        world.database,
        world.storage,
        actor=world.actor(by),
        conclusion_id=conclusion_id,
        version=version,
        at=world.now(),
        **(values | changes),
    )


def render(world, conclusion_id):
    rendering.render_conclusion(
        world.database,
        world.storage,
        conclusion_id=conclusion_id,
        clock=world.now,
        workspace=world.workspace(),
    )


def test_an_incomplete_draft_says_what_it_lacks(world, opened):
    inspection_id, _ = case_of(world, opened)
    conclusion_id = begin(world, inspection_id)

    with pytest.raises(InvalidError) as refused:
        world.write(
            conclusions.submit_conclusion,
            actor=world.actor("lead"),
            conclusion_id=conclusion_id,
            version=1,
        )

    assert refused.value.facts["missing"] == (
        "assessment",
        "nature",
        "measures",
        "policy",
        "matter",
        "evaluation",
    )


def test_an_undecided_finding_holds_the_conclusion_back(world, opened, verified):
    evaluation_id = world.evaluate(verified)
    draft(world, opened, evaluation_id, rule_code="PAY-003")
    conclusion_id = begin(world, verified)
    write_texts(world, conclusion_id)

    page = world.read(get_conclusion, actor=world.actor("lead"), conclusion_id=conclusion_id)

    assert page.missing == ("undecided_finding",)


def test_approval_freezes_and_publication_is_an_act_of_its_own(world, verified):
    conclusion_id = submitted(world, verified)

    approve(world, conclusion_id)
    assert world.get(Conclusion, conclusion_id).state is ConclusionState.APPROVED
    render(world, conclusion_id)

    issued = world.get(Conclusion, conclusion_id)
    assert (issued.state, issued.number) == (ConclusionState.ISSUED, 5)
    assert world.read(list_published) == ()
    pdf = world.storage.read(Digest(issued.pdf_sha256))
    assert (pdf[:5], hashlib.sha256(pdf).hexdigest()) == (b"%PDF-", issued.pdf_sha256)
    world.write(
        conclusions.publish_conclusion,
        actor=world.actor("issuer"),
        conclusion_id=conclusion_id,
        version=issued.version,
    )
    (line,) = world.read(list_published)
    assert (line.id, line.number, line.pdf_sha256) == (conclusion_id, 5, issued.pdf_sha256)
    assert world.get(Inspection, verified).state is InspectionState.PUBLISHED
    assert world.read(find_pdf, actor=None, conclusion_id=conclusion_id) == issued.pdf_sha256
    assert [one.id for one in world.read(list_own_published, actor=world.actor("officer"))] == [
        conclusion_id
    ]
    assert world.read(list_own_published, actor=world.actor("other")) == ()


def test_the_answer_stands_verbatim_in_the_frozen_text(world, verified):
    conclusion_id = submitted(world, verified)
    approve(world, conclusion_id)

    row = world.get(Conclusion, conclusion_id)
    frozen = FrozenConclusion.from_text(row.frozen)

    (finding,) = frozen.document.findings
    assert finding.answer.text == ANSWER
    assert frozen.sha256 == row.frozen_sha256
    assert (finding.count, finding.digest) == (frozen.annex[0].count, frozen.annex[0].keys_sha256)


def test_the_frozen_text_tells_how_far_the_log_had_come(world, verified):
    """Where the log is signed: what nobody signs promises nothing."""
    unsigned = submitted(world, verified)
    approve(world, unsigned)
    assert page_of(world, unsigned).log is None
    key_files.generate(world.folder / "keys", origin="thanhtra.example.vn/custody", at=START)
    campaign_id = world.draft()
    world.open(campaign_id)
    inspection_id = verify_one(world, campaign_id)
    enter_pending(world.database, KeyFolder(world.folder / "keys"), clock=world.now)
    conclusion_id = submitted(world, inspection_id)
    before = counts(world, inspection_id, campaign_id)
    approve(world, conclusion_id, number=6)

    found = page_of(world, conclusion_id).log
    assert (found.entries, found.campaign_entries) == before
    # One approved before there were numbers does not say so, and is read all the same.
    text = json.loads(world.get(Conclusion, conclusion_id).frozen)
    del text["document"]["log"]
    assert FrozenConclusion.from_text(json.dumps(text)).document.log is None


def page_of(world, conclusion_id):
    return world.read(get_conclusion, actor=world.actor("lead"), conclusion_id=conclusion_id)


def counts(world, *series_ids):
    return tuple(world.read(count_series, series_id=one) for one in series_ids)


def test_the_frozen_text_tells_rows_read_and_is_marked_where_all_is_made_up(world, verified):
    with world.database.write() as session:
        session.exec(update(Campaign).values(is_demonstration=True))
    conclusion_id = submitted(world, verified)
    approve(world, conclusion_id)

    document = FrozenConclusion.from_text(world.get(Conclusion, conclusion_id).frozen).document

    assert document.is_demonstration
    assert [(one.rows_read, one.rows_in_file) for one in document.evidence] == [(5, 5)]
    assert "Thực hiện" not in document.introduction
    assert [(one.title, one.asked) for one in document.findings] == [
        ("Số tiền bằng không", "Thanh toán trùng")
    ]


def test_rendering_again_gives_the_same_bytes(world, verified):
    conclusion_id = submitted(world, verified)
    approve(world, conclusion_id)
    render(world, conclusion_id)
    first = world.get(Conclusion, conclusion_id)
    with world.database.write() as session:
        row = session.get(Conclusion, conclusion_id)
        row.state, row.pdf_sha256 = ConclusionState.APPROVED, None
        session.add(row)

    render(world, conclusion_id)

    assert world.get(Conclusion, conclusion_id).pdf_sha256 == first.pdf_sha256


def test_the_author_does_not_approve(world, verified):
    conclusion_id = submitted(world, verified)

    with pytest.raises(NotAllowedError):
        approve(world, conclusion_id, by="lead")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": 0}, "conclusion.bad_number"),
        ({"signed_on": START.date() + timedelta(days=1)}, "conclusion.date_ahead"),
        ({"signed_on": START.date() - timedelta(days=1)}, "conclusion.date_before_draft"),
        ({"symbol": " "}, "text.empty"),
    ],
)
def test_a_number_or_date_that_cannot_be_is_refused(world, verified, changes, code):
    conclusion_id = submitted(world, verified)

    with pytest.raises(InvalidError) as refused:
        approve(world, conclusion_id, **changes)

    assert refused.value.code == code
    assert world.get(Conclusion, conclusion_id).frozen is None


def test_returning_gives_the_draft_back_with_the_reason(world, verified):
    conclusion_id = submitted(world, verified)

    world.write(
        conclusions.return_conclusion,
        actor=world.actor("issuer"),
        conclusion_id=conclusion_id,
        version=3,
        reason="Làm rõ nguyên nhân",
    )

    page = world.read(get_conclusion, actor=world.actor("lead"), conclusion_id=conclusion_id)
    assert (page.state, page.return_reason) == (ConclusionState.DRAFT, "Làm rõ nguyên nhân")


def test_nothing_of_an_approved_conclusion_can_be_edited(world, verified):
    conclusion_id = submitted(world, verified)
    approve(world, conclusion_id)

    with pytest.raises(ConflictError) as refused:
        write_texts(world, conclusion_id, version=4)

    assert refused.value.code == "conclusion.not_a_draft"


def test_what_the_issuer_reads_is_what_is_approved(world, opened, verified):
    evaluation_id = world.evaluate(verified)
    conclusion_id = submitted(world, verified)

    for act in (
        lambda: draft(world, opened, evaluation_id, rule_code="PAY-003"),
        lambda: world.evaluate(verified),
        lambda: world.upload(*case_of(world, opened)),
    ):
        with pytest.raises(ConflictError) as refused:
            act()
        assert refused.value.code == "inspection.held"

    world.write(
        conclusions.return_conclusion,
        actor=world.actor("issuer"),
        conclusion_id=conclusion_id,
        version=3,
        reason="Bổ sung",
    )
    draft(world, opened, evaluation_id, rule_code="PAY-003")
