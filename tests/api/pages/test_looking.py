"""What pages show: places, filters, paging, the register."""

import json
from dataclasses import replace
from html import escape
from urllib.parse import quote

from sqlmodel import col, update

from api.pages.paging import offset_of, paging
from api.pages.results import Counts, total
from api.pages.searching import is_in
from inspection.queries.evaluations import TallyLine
from inspection.queries.inspections import get_inspection
from inspection.tables import Conclusion


def test_a_line_opens_the_evidence_at_its_row(enter, story):
    lead = enter("lead")
    address = f"/evaluations/{story.evaluation_id}/violations?rule_code=PAY-003"
    page = lead.get(address).text
    place = "row=5&columns=Amount%2CDate%2CInvNum"
    link = f"/items/{story.item_id}?{place}&back={quote(address, safe='')}#row-5"

    item = lead.get(link).text

    assert escape(link) in page
    assert '<tr id="row-5" aria-current="true">' in item
    assert f'<a href="{address}">← Trở lại các dòng đang xem</a>' in item


def test_no_line_leads_back_to_another_site(enter, story):
    item = enter("lead").get(f"/items/{story.item_id}?back=https://example.org/").text

    assert "example.org" not in item.split("</header>")[-1]


def test_a_page_beyond_the_last_is_the_last(enter, story):
    address = f"/evaluations/{story.evaluation_id}/violations?rule_code=PAY-003"
    lead = enter("lead")

    assert lead.get(f"{address}&page=999").text.count("#row-") == lead.get(address).text.count(
        "#row-"
    )
    assert paging(path="/x", query={}, page=999, total=250).first == 201


def test_the_form_of_an_opened_campaign_says_why_there_is_none(enter, story):
    answer = enter("lead").get(f"/campaigns/{story.campaign_id}/edit")

    assert answer.status_code == 409
    assert '<form class="form"' not in answer.text


def test_the_organization_reads_what_a_question_rests_on(enter, story):
    finding = enter("officer").get(f"/portal/findings/{story.findings[1]}").text
    case = enter("officer").get(f"/portal/inspections/{story.inspection_id}").text

    assert "Căn cứ của câu hỏi" in finding
    assert "chờ xác nhận" in finding
    assert "chờ xác nhận" in case


def test_a_published_case_says_how_its_questions_were_decided(enter, story):
    case = enter("other").get(f"/portal/inspections/{story.other_inspection_id}").text

    assert f'href="/published/{story.published_id}"' in case
    assert "mỗi nội dung ghi rõ kết quả" in case


def test_a_rule_that_could_not_run_is_counted_apart(enter, story):
    # The untidy file leaves nothing to judge under some rules; none of them failed.
    run = enter("lead").get(f"/evaluations/{story.evaluation_id}").text
    ran = TallyLine(
        rule_code="X-1",
        rule_class="violation",
        table_name="x",
        unit="record",
        population=3,
        met=2,
        violated=1,
        undetermined=0,
        not_applicable=0,
        error=0,
        error_code=None,
        error_facts={},
        amount=None,
        currency="VND",
    )

    counts = total([ran, replace(ran, met=0, violated=0, population=0, error_code="rule.failed")])

    assert counts == Counts(population=3, met=2, violated=1, broken=1)
    assert "không chạy được" not in run
    assert "– đạt" not in run


def test_sums_are_shown_of_one_rule_only(enter, story):
    lead = enter("lead")
    address = f"/evaluations/{story.evaluation_id}/violations"

    assert "Theo tháng" not in lead.get(address).text
    assert "Lập phát hiện" in lead.get(f"{address}?rule_code=PAY-003").text


def test_a_case_that_ended_offers_no_drafting(enter, story):
    case = story.world.read(
        get_inspection,
        actor=story.world.actor("lead"),
        inspection_id=story.other_inspection_id,
    )
    address = f"/evaluations/{case.evaluation_id}/violations?rule_code=PAY-003"
    told = {name: enter(name).get(address).text for name in ("lead", "issuer")}

    assert ['name="exclude"' in page for page in told.values()] == [False, False]
    assert "cuộc thanh tra chưa bắt đầu hoặc đã kết thúc" in told["lead"]
    assert "Chỉ Trưởng đoàn và thành viên lập phát hiện" in told["issuer"]


def test_a_foreign_case_does_not_exist(enter, story):
    for name in ("other", "councillor", "steward", "admin"):
        status = enter(name).get(f"/deposits/{story.deposit_id}").status_code
        assert (name, status) in {
            ("other", 404),
            ("councillor", 403),
            ("steward", 403),
            ("admin", 403),
        }


def test_what_cannot_be_read_is_listed_with_what_was_expected(enter, story):
    page = enter("officer").get(f"/items/{story.item_id}/problems").text

    assert "khong ngay" in page
    assert "ngày, dạng yyyy-mm-dd; dd/mm/yyyy" in page


def test_the_register_is_searched_without_diacritics(enter, story):
    visitor = enter("")

    found = visitor.get("/published?q=THANH+TOAN").text
    nothing = visitor.get("/published?q=xyz").text

    assert f"/published/{story.published_id}" in found
    assert "Không có mục nào khớp." in nothing


def test_the_published_document_is_given_to_everybody(enter, story):
    answer = enter("").get(f"/published/{story.published_id}/pdf")

    assert answer.content.startswith(b"%PDF-")
    assert "7-KL-TTr.pdf" in answer.headers["content-disposition"]


def test_a_draft_of_the_conclusion_says_what_it_lacks(enter, story):
    page = enter("lead").get(f"/conclusions/{story.conclusion_id}").text

    assert "Chưa trình được" in page
    assert "/moves/submit" not in page


def test_the_page_of_a_conclusion_tells_how_far_the_log_had_come(enter, story):
    frozen = story.world.get(Conclusion, story.published_id).frozen
    said = json.loads(frozen)
    said["document"]["log"] = {"entries": 41, "campaign_entries": 9}

    def put(text):
        with story.world.database.write() as session:
            session.exec(
                update(Conclusion)
                .where(col(Conclusion.id) == story.published_id)
                .values(frozen=text)
            )

    def page():
        return enter("lead").get(f"/conclusions/{story.published_id}").text

    words = "41 mục của cuộc thanh tra này, 9 mục chung của đợt"
    assert words not in page()
    put(json.dumps(said))
    assert words in page()
    put(frozen)


def test_the_empty_table_asked_for_has_the_columns_of_the_contract(enter, story):
    answer = enter("officer").get(
        f"/portal/inspections/{story.inspection_id}/requests/{story.request_id}/template"
    )

    assert answer.content.decode("utf-8-sig").split(",")[0] == "VendorNum"


def test_paging_keeps_the_filters_of_the_address():
    place = paging(path="/x", query={"q": "đất", "empty": "", "page": "2"}, page=2, total=250)

    assert (place.first, place.last) == (101, 200)
    assert place.before == "/x?q=%C4%91%E1%BA%A5t&page=1"
    assert place.after == "/x?q=%C4%91%E1%BA%A5t&page=3"


def test_a_page_that_was_made_up_has_a_place_all_the_same():
    assert offset_of(-5) == 0
    assert offset_of(10**30) == 99_999_900
    assert paging(path="/x", query={}, page=9, total=0).before == "/x?page=8"


def test_searching_ignores_tones_case_and_order():
    assert is_in("DAT xa", "Xã Đất Mũi")
    assert not is_in("đất rừng", "Xã Đất Mũi")
    assert is_in("", "anything")
