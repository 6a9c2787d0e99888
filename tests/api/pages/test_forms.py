"""Forms: refused with the sentence at the field and everything typed still there."""

import re

from sqlmodel import col, select

from inspection.tables import Campaign, Deposit, EvidenceItem
from tests.inspection.world import case_of

CAMPAIGN = {
    "kind": "inspection",
    "title": "Thanh tra <việc chi>",
    "decision": "Quyết định số 1",
    "legal_basis": "Luật Thanh tra",
    "period_from": "2025-01-01",
    "period_to": "2025-12-31",
    "opens_on": "2026-03-02",
    "closes_on": "2026-04-02",
    "pack_code": "payments",
}


def test_a_campaign_is_made_and_its_parts_are_added(enter, story):
    lead = enter("lead")

    made = lead.send("/campaigns/new", CAMPAIGN)
    place = made.headers["location"].split("?")[0]
    matter = lead.send(f"{place}/matters", {"title": "Việc chi"})
    request = lead.send(
        f"{place}/requests",
        {"title": "Bảng kê", "due_at": "2099-05-01T17:00", "table_name": "payments"},
    )
    body = lead.send(
        f"{place}/organizations", {"organization_id": str(story.world.bodies["commune"])}
    )
    seat = lead.send(
        f"{place}/team",
        {"person_id": str(story.world.people["issuer"]), "seat": "issuer"},
    )
    opened = lead.send(f"{place}/moves/open", {"version": "1"})

    answers = [made, matter, request, body, seat, opened]
    assert [answer.status_code for answer in answers] == [303] * 6
    page = lead.get(opened.headers["location"]).text
    assert "Thanh tra &lt;việc chi&gt;" in page
    assert "Cuộc thanh tra đã được mở." in page


def test_what_was_typed_stays_beside_the_sentence(enter):
    answer = enter("lead").send("/campaigns/new", {**CAMPAIGN, "closes_on": "hôm nay"})

    assert answer.status_code == 422
    assert "“hôm nay” không phải là ngày." in answer.text
    assert 'value="Thanh tra &lt;việc chi&gt;"' in answer.text
    assert 'aria-describedby="e-closes_on"' in answer.text


def test_a_refusal_of_the_operation_stands_at_its_field(enter):
    answer = enter("lead").send("/campaigns/new", {**CAMPAIGN, "kind": "supervision"})

    assert answer.status_code == 422
    assert 'id="e-kind"' in answer.text


def wrong_fields(answer):
    assert answer.status_code == 422
    return set(re.findall(r'class="field__error" id="e-([a-z_-]+)"', answer.text))


def test_a_campaign_is_told_everything_that_is_wrong_at_once(enter):
    lead = enter("lead")
    wrong = {**CAMPAIGN, "title": " ", "decision": "x" * 301, "closes_on": "2026-01-01"}

    assert wrong_fields(lead.send("/campaigns/new", wrong)) == {"title", "decision", "closes_on"}
    # What cannot be read as a day is told with the rest, and in its own words.
    torn = lead.send("/campaigns/new", {**wrong, "closes_on": "mai", "period_to": "2024-01-01"})
    assert wrong_fields(torn) == {"title", "decision", "closes_on", "period_to"}
    assert "“mai” không phải là ngày." in torn.text


def test_a_request_is_told_everything_that_is_wrong_at_once(enter, story):
    lead, here = enter("lead"), f"/campaigns/{story.draft_id}/requests"
    prefixed = {"request-title", "request-due_at"}

    assert wrong_fields(lead.send(here, {"title": "", "due_at": "2020-01-01T08:00"})) == prefixed
    assert wrong_fields(lead.send(here, {"title": "", "due_at": "mai"})) == prefixed


def test_a_finding_is_told_everything_that_is_wrong_at_once(enter, story):
    finding = story.findings[0]
    values = {"version": "1", "title": "", "question": "x" * 20_001, "matter_id": ""}
    lead = enter("lead")

    told = {"title", "question", "matter_id"}
    assert wrong_fields(lead.send(f"/findings/{finding}/edit", values)) == told
    foreign = {**values, "matter_id": str(story.campaign_id)}
    assert wrong_fields(lead.send(f"/findings/{finding}/edit", foreign)) == told


def test_json_tells_the_other_fields_beside_the_first(enter):
    answer = enter("lead").tell(
        "/api/campaigns", {**CAMPAIGN, "title": "", "closes_on": "2026-01-01"}
    )
    told = answer.json()

    assert (answer.status_code, told["code"], told["facts"]["field"]) == (
        422,
        "campaign.dates",
        "closes_on",
    )
    assert [(one["code"], one["facts"]["field"]) for one in told["also"]] == [
        ("text.empty", "title")
    ]


def test_a_refused_act_changes_nothing(enter, story):
    def drafts():
        with story.world.database.read() as session:
            return len(session.exec(select(Campaign)).all())

    before = drafts()
    answer = enter("lead").send("/campaigns/new", {**CAMPAIGN, "period_to": "2024-01-01"})

    assert (answer.status_code, drafts()) == (422, before)


def test_opening_a_draft_says_everything_that_is_missing(enter, story):
    answer = enter("lead").send(f"/campaigns/{story.draft_id}/moves/open", {"version": "1"})

    assert answer.status_code == 422
    for sentence in ("Ít nhất một nội dung thanh tra", "Người ra quyết định thanh tra"):
        assert sentence in answer.text


def test_a_reason_is_asked_for_on_a_page_of_its_own(enter, story):
    lead = enter("lead")
    address = f"/campaigns/{story.draft_id}/moves/cancel"

    asked = lead.get(address)
    refused = lead.send(address, {"version": "1", "reason": "  "})

    assert 'name="reason"' in asked.text
    assert refused.status_code == 422
    assert 'id="e-reason"' in refused.text


def test_an_act_of_others_is_a_line_with_the_reason(enter, story):
    page = enter("member").get(f"/findings/{story.findings[2]}").text

    assert "bạn là người lập phát hiện này; cần người khác xác minh" in page
    assert f'href="/findings/{story.findings[2]}/moves/verify"' not in page


def test_an_act_of_others_is_refused_by_its_address_too(enter, story):
    answer = enter("member").get(f"/findings/{story.findings[2]}/moves/verify")

    assert answer.status_code == 403


def test_an_old_version_is_refused_with_the_text_kept(enter, story):
    answer = enter("lead").send(
        f"/conclusions/{story.conclusion_id}",
        {"version": "99", "assessment": "Đã viết rất dài"},
    )

    assert answer.status_code == 409
    assert "Đã viết rất dài" in answer.text


def test_the_officer_hands_in_without_script(enter, story):
    officer, campaign_id = enter("officer"), story.world.draft()
    story.world.open(campaign_id)
    inspection_id, request_id = case_of(story.world, campaign_id)
    address = f"/portal/inspections/{inspection_id}/requests/{request_id}"

    sent = officer.send(
        address,
        {},
        files=[("files", ("một.csv", b"a,b\n1,2\n")), ("files", ("hai.txt", b"x" * 3_000_000))],
    )
    mixed = officer.send(
        address,
        {},
        files=[
            ("files", ("không.csv", b"")),
            ("files", ("ba.txt", b"3")),
            ("files", ("<b>trống.csv", b"")),
        ],
    )

    assert sent.status_code == 303
    assert mixed.status_code == 422
    # What is wrong with one file keeps no other out, and each is named.
    assert "không.csv, &lt;b&gt;trống.csv: Tệp rỗng nên không được nhận." in mixed.text
    with story.world.database.read() as session:
        deposit = session.exec(
            select(Deposit).where(col(Deposit.inspection_id) == inspection_id)
        ).one()
        names = session.exec(
            select(EvidenceItem.name).where(col(EvidenceItem.deposit_id) == deposit.id)
        ).all()
    assert sorted(names) == ["ba.txt", "hai.txt", "một.csv"]
    page = officer.get(address).text
    assert "một.csv" in page
    assert f"/deposits/{deposit.id}/moves/submit" in page

    unticked = officer.send(f"/deposits/{deposit.id}/moves/submit", {"version": "1"})
    ticked = officer.send(
        f"/deposits/{deposit.id}/moves/submit", {"version": "1", "certified": "yes"}
    )
    assert (unticked.status_code, ticked.status_code) == (422, 303)
    assert "Chưa đánh dấu xác nhận" in unticked.text


def test_files_are_kept_without_losing_the_explanation_being_written(enter, story):
    officer = enter("officer")
    address = f"/portal/findings/{story.findings[1]}"
    writing = {"version": "1", "text": "Đang viết <dở>", "only_files": "yes"}

    kept = officer.send(address, writing, files=[("files", ("chứng từ.txt", b"1"))])
    refused = officer.send(address, writing, files=[("files", ("rỗng.txt", b""))])
    alone = officer.send(address, {"only_files": "yes"}, files=[("files", ("hai.txt", b"2"))])

    assert [one.status_code for one in (kept, refused, alone)] == [200, 422, 303]
    assert "Đang viết &lt;dở&gt;</textarea>" in kept.text
    assert "chứng từ.txt" in kept.text
    assert "Đã nhận tệp." in kept.text
    assert "Đang viết &lt;dở&gt;</textarea>" in refused.text
    assert "Tệp rỗng nên không được nhận." in refused.text


def test_handing_in_a_conclusion_says_that_only_saved_text_goes(enter, story):
    page = enter("lead").get(f"/conclusions/{story.conclusion_id}").text

    assert "data-keep" in page
    assert "Có nội dung chưa lưu." in page


def test_a_finding_is_made_of_the_lines_left_in(enter, story):
    member = enter("member")
    world = story.world
    code = "PAY-004"
    explored = member.get(f"/evaluations/{story.evaluation_id}/violations?rule_code={code}")
    matter = world.campaign(story.campaign_id).matters[0].id

    asked = member.get(f"/evaluations/{story.evaluation_id}/findings/new?rule_code={code}")
    nameless = member.send(
        f"/evaluations/{story.evaluation_id}/findings/new?rule_code={code}",
        {"matter_id": str(matter), "title": "", "question": "Vì sao?"},
    )

    assert explored.status_code == asked.status_code == 200
    assert nameless.status_code == 422
    assert "Vì sao?" in nameless.text


def test_a_bound_that_is_no_number_is_told_at_its_field(enter, story):
    page = enter("lead").get(
        f"/evaluations/{story.evaluation_id}/violations?amount_from=nhiều&text=2001"
    )

    assert page.status_code == 200
    assert 'id="e-amount_from"' in page.text
    assert 'value="nhiều"' in page.text
