"""The whole inspection by clicking, as five people, on the real payments."""

import json
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from inspection.queries.campaigns import list_campaigns
from tests.browser.conftest import picture
from tests.inspection.world import case_of

HERE = ZoneInfo("Asia/Ho_Chi_Minh")

FIGURES = {
    "negative_amounts": "PAY-003",
    "zero_amounts": "PAY-002",
    "weekend_rows": "PAY-005",
}
ANSWER = "Chúng tôi đã đối chiếu từng khoản.\n" + "Khoản này là bút toán hoàn nhập. " * 650


def test_five_people_carry_one_inspection_from_opening_to_publication(
    site, enter, acceptance, tmp_path
):
    t = site.say("vi")
    lead = enter("lead")
    open_campaign(lead, site, t)
    inspection_id = find_inspection(site)

    officer = enter("officer")
    rising = upload(officer, site, t, acceptance / "payments" / "corporate_payment.csv")
    assert len(rising) >= 5
    assert rising == sorted(rising)
    certify(officer, t)

    member = enter("member")
    accept(member, t)
    evaluate(member, site, t, inspection_id)
    compare_figures(member, acceptance)
    draw_up_finding(member, t)
    send_finding(member, t)

    answer_finding(officer, site, t)

    verify_finding(lead, site, t)
    write_conclusion(lead, site, t, inspection_id)

    issuer = enter("issuer")
    approve(issuer, site, t)
    publish(issuer, t)

    councillor = enter("councillor")
    read_published(councillor, site, t, tmp_path)


def open_campaign(page: Page, site, t) -> None:
    page.goto(f"{site.url}/campaigns/new")
    page.get_by_label(t("kind.inspection"), exact=True).check()
    fill(page, "title", "việc thanh toán cho nhà cung cấp năm 2010")
    fill(page, "decision", "Quyết định số 12/QĐ-TTr ngày 02/11/2026 của Chánh Thanh tra")
    fill(page, "legal_basis", "Luật Thanh tra số 84/2025/QH15\nKế hoạch thanh tra năm 2026")
    fill(page, "period_from", "2010-01-01")
    fill(page, "period_to", "2010-12-31")
    fill(page, "opens_on", "2026-11-02")
    fill(page, "closes_on", "2026-12-31")
    page.locator("#f-pack_code").select_option("payments")
    page.get_by_role("button", name=t("campaign.create")).click()
    picture(page, "campaign-draft-empty")
    add(page, "organizations", t, organization_id=site.world.bodies["commune"])
    add(page, "matters", t, title="Việc chấp hành chế độ thanh toán")
    due = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%dT17:00")
    add(page, "requests", t, title="Bảng kê thanh toán năm 2010", due_at=due, table_name="payments")
    add(page, "team", t, person_id=site.world.people["member"], seat=t("seat.member"))
    add(page, "team", t, person_id=site.world.people["issuer"], seat=t("seat.issuer"))
    picture(page, "campaign-draft")
    act(page, t("act.campaign.open"))
    expect(page.get_by_text(t("state.campaign.open"), exact=True).first).to_be_visible()
    picture(page, "campaign-open")


def upload(page: Page, site, t, source) -> list[int]:
    """Send the file over a slow line, and note what the server says it has."""
    page.goto(f"{site.url}/portal")
    picture(page, "portal")
    page.get_by_role("link", name="Bảng kê thanh toán năm 2010").first.click()
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 1_000_000},
    )
    page.get_by_label(t("upload.label")).set_input_files(source)
    ready = page.get_by_role("link", name=t("act.deposit.submit"), exact=True)
    seen, turns = list[int](), 0
    while not ready.is_visible():
        # What is there now: a bar that has gone meanwhile must not be waited for.
        bars = '[data-uploads] [data-kind="sending"] progress'
        seen += page.eval_on_selector_all(bars, "all => all.map(one => one.value)")
        page.wait_for_timeout(200)
        turns += 1
        if turns == 12:
            picture(page, "portal-uploading")
        assert turns < 600, page.locator("[data-upload-to]").inner_text()
    return list(dict.fromkeys(seen))


def certify(page: Page, t) -> None:
    picture(page, "portal-request")
    open_act(page, t("act.deposit.submit"))
    page.get_by_label(t("deposit.certify.text")).check()
    finish_act(page, t("act.deposit.submit"))
    expect(page.get_by_text(t("state.deposit.submitted"), exact=True).first).to_be_visible()


def accept(page: Page, t) -> None:
    picture(page, "today")
    page.get_by_role("link", name=re.compile("Bảng kê thanh toán")).first.click()
    wait_for_reading(page)
    picture(page, "deposit")
    act(page, t("act.deposit.accept"))
    expect(page.get_by_text(t("state.deposit.accepted"), exact=True).first).to_be_visible()


def wait_for_reading(page: Page) -> None:
    """Reading happens in the background: look again until the page tells what it gave."""
    for _ in range(120):
        if page.get_by_text("189.470").first.is_visible():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError("the file was not read")


def evaluate(page: Page, site, t, inspection_id) -> None:
    page.goto(f"{site.url}/inspections/{inspection_id}/evaluations")
    page.get_by_role("button", name=t("evaluation.request")).click()
    page.locator("[data-progress]").wait_for()
    picture(page, "evaluation-running")
    page.get_by_role("link", name=t("violations.open")).wait_for(timeout=60_000)
    picture(page, "evaluation")


def compare_figures(page: Page, acceptance) -> None:
    """What the page shows is what the published figures say."""
    expected = {
        one["id"]: one["value"]
        for one in json.loads((acceptance / "payments" / "expected.json").read_text())[
            "payment_tests"
        ]
    }
    for figure, rule in FIGURES.items():
        row = page.get_by_role("row").filter(has_text=rule)
        shown = row.get_by_role("link").nth(1).inner_text()
        assert (rule, shown.replace(".", "")) == (rule, str(expected[figure]))


def draw_up_finding(page: Page, t) -> None:
    page.get_by_role("link", name=re.compile("PAY-010")).click()
    page.wait_for_load_state()  # a letter that comes late moves what is being clicked
    picture(page, "violations")
    page.get_by_role("button", name=re.compile(r"4\.913")).click()
    page.wait_for_url("**/findings/new?*")
    page.locator("#f-matter_id").select_option(index=1)
    fill(page, "title", "Khoản thanh toán trùng cần giải trình")
    fill(page, "question", "Đề nghị giải trình từng khoản và cung cấp chứng từ.")
    picture(page, "finding-new")
    page.get_by_role("button", name=t("finding.create")).click()
    expect(page.get_by_text(t("state.finding.candidate"), exact=True).first).to_be_visible()


def send_finding(page: Page, t) -> None:
    open_act(page, t("act.finding.send"))
    fill(page, "answer_due_at", (datetime.now(UTC) + timedelta(days=5)).strftime("%Y-%m-%dT17:00"))
    finish_act(page, t("act.finding.send"))
    expect(page.get_by_text(t("state.finding.sent"), exact=True).first).to_be_visible()
    picture(page, "finding-sent")


def answer_finding(page: Page, site, t) -> None:
    page.goto(f"{site.url}/portal")
    page.get_by_role("link", name=re.compile("Khoản thanh toán trùng")).first.click()
    assert "vi phạm" not in page.locator("main").inner_text().lower()
    fill(page, "text", ANSWER)
    picture(page, "portal-finding")
    page.get_by_role("button", name=t("answer.send")).click()
    expect(page.get_by_text("Chúng tôi đã đối chiếu từng khoản.").first).to_be_visible()


def verify_finding(page: Page, site, t) -> None:
    page.goto(f"{site.url}/today")
    page.get_by_role("link", name=re.compile("Khoản thanh toán trùng")).first.click()
    open_act(page, t("act.finding.verify"))
    fill(page, "reason", "Đã đối chiếu chứng từ gốc; giải trình không có tài liệu chứng minh.")
    finish_act(page, t("act.finding.verify"))
    expect(page.get_by_text(t("state.finding.verified"), exact=True).first).to_be_visible()
    picture(page, "finding-verified")


def write_conclusion(page: Page, site, t, inspection_id) -> None:
    page.goto(f"{site.url}/inspections/{inspection_id}/conclusion")
    page.get_by_role("button", name=t("conclusion.start")).click()
    page.locator("#f-assessment").wait_for()
    picture(page, "conclusion-empty")
    for area in page.locator("main form.panel textarea").all():
        area.fill("Đơn vị cơ bản chấp hành quy định; còn hạn chế nêu tại kết luận này.")
    page.get_by_role("button", name=t("conclusion.save")).click()
    picture(page, "conclusion-edit")
    act(page, t("act.conclusion.submit"))
    expect(page.get_by_text(t("state.conclusion.submitted"), exact=True).first).to_be_visible()


def approve(page: Page, site, t) -> None:
    page.goto(f"{site.url}/today")
    picture(page, "today-issuer")
    page.locator("main").get_by_role("link").first.click()
    open_act(page, t("act.conclusion.approve"))
    fill(page, "number", "5")
    fill(page, "signed_on", datetime.now(HERE).date().isoformat())
    finish_act(page, t("act.conclusion.approve"))
    expect(page.get_by_text(t("state.conclusion.issued"), exact=True).first).to_be_visible(
        timeout=60_000
    )
    picture(page, "conclusion-issued")


def publish(page: Page, t) -> None:
    act(page, t("act.conclusion.publish"))
    expect(page.get_by_text(t("state.conclusion.published"), exact=True).first).to_be_visible()
    picture(page, "conclusion-published")


def read_published(page: Page, site, t, tmp_path) -> None:
    page.goto(f"{site.url}/oversight")
    picture(page, "oversight")
    page.get_by_role("link", name="05/KL-TTr").first.click()
    picture(page, "published")
    with page.expect_download() as download:
        page.get_by_role("link", name=t("conclusion.pdf")).first.click()
    target = tmp_path / "conclusion.pdf"
    download.value.save_as(target)
    text = "".join(page.extract_text() for page in PdfReader(target).pages)
    assert "KẾT LUẬN THANH TRA" in text
    assert letters(ANSWER) in letters(text)


def letters(text: str) -> str:
    """Without white space and digits: pages break and bear numbers in the middle of an answer."""
    return re.sub(r"[\s\d]+", "", text)


def find_inspection(site):
    campaigns = site.world.read(list_campaigns, actor=site.world.actor("lead"))
    inspection_id, _ = case_of(site.world, campaigns[-1].id)
    return inspection_id


def fill(page: Page, name: str, value: str) -> None:
    page.locator(f'main [name="{name}"]:visible, dialog [name="{name}"]:visible').first.fill(value)


def add(page: Page, part: str, t, *, seat: str = "", **values) -> None:
    """Add to one part of a draft."""
    section = page.locator(f"#{part}")
    details = section.locator("details")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    for name, value in values.items():
        field = section.locator(f'[name="{name}"]')
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))
    if seat:
        section.get_by_label(seat).check()
    section.get_by_role("button", name=t("form.add"), exact=True).click()
    page.wait_for_load_state()


def open_act(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("button", name=name, exact=True).wait_for()


def finish_act(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def act(page: Page, name: str) -> None:
    open_act(page, name)
    finish_act(page, name)
