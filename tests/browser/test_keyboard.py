"""The organization's part, in English, with the keyboard alone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from playwright.sync_api import Error, Page, expect
from playwright.sync_api import TimeoutError as NotInTimeError

from inspection import findings
from inspection.queries.findings import list_findings
from inspection.tables import Deposit
from inspection.violations import ViolationFilter
from inspection.workflow.states import DepositState, FindingState
from tests.browser.conftest import PASSWORD, picture
from tests.inspection.world import PAYMENTS, case_of

FURTHEST = 120  # no control of a page lies further than this many tabs


def test_an_officer_hands_in_and_answers_without_a_mouse(site, browser, tmp_path):
    world = site.world
    campaign_id = world.draft()
    world.open(campaign_id)
    inspection_id, _ = case_of(world, campaign_id)
    source = tmp_path / "payments.csv"
    source.write_bytes(PAYMENTS)
    t = site.say("en")
    context = browser.new_context(locale="en", timezone_id="Asia/Ho_Chi_Minh")
    page = context.new_page()
    page.set_default_timeout(20_000)

    log_in(page, site, t)
    deposit_id = hand_in(page, t, source)
    deposit = world.get(Deposit, deposit_id)
    assert deposit.state is DepositState.SUBMITTED

    finding_id = send_a_finding(world, campaign_id, inspection_id, deposit)
    answer(page, site, t)

    (page_of,) = world.read(list_findings, actor=world.actor("lead"), inspection_id=inspection_id)
    assert (page_of.id, page_of.state) == (finding_id, FindingState.ANSWERED)
    assert page_of.answers[0].text == "We repaid it."
    context.close()


def log_in(page: Page, site, t) -> None:
    page.goto(f"{site.url}/login")
    if page.locator("html").get_attribute("lang") != "en":
        press(page, "English")
    reach(page, t("login.username"))
    page.keyboard.type("officer")
    reach(page, t("login.password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/portal")
    picture(page, "en-portal")


def hand_in(page: Page, t, source):
    press(page, "Bảng kê thanh toán", part=True)
    choose(page, t("upload.label"), source)
    page.get_by_role("link", name=t("act.deposit.submit"), exact=True).wait_for()
    picture(page, "en-request")
    press(page, t("act.deposit.submit"))
    page.get_by_role("button", name=t("act.deposit.submit"), exact=True).wait_for()
    reach(page, t("deposit.certify.text"))
    page.keyboard.press("Space")
    press(page, t("act.deposit.submit"), tag="BUTTON")
    expect(page.get_by_text(t("state.deposit.submitted"), exact=True).first).to_be_visible()
    return find_deposit(page)


def choose(page: Page, name: str, source) -> None:
    """Choose a file; where the page showed itself anew meanwhile, its field is reached again."""
    for attempt in range(3):
        reach(page, name)
        try:
            with page.expect_file_chooser(timeout=5_000) as chooser:
                page.keyboard.press("Enter")
        except NotInTimeError:
            if attempt == 2:
                raise
            continue
        chooser.value.set_files(source)
        return


def find_deposit(page: Page) -> UUID:
    href = page.locator('a[href*="/deposits/"]').first.get_attribute("href")
    return UUID(href.split("/deposits/")[1].split("/")[0])


def send_a_finding(world, campaign_id, inspection_id, deposit):
    from inspection.deposits import accept_deposit  # noqa: PLC0415 - one use
    from inspection.queries.deposits import get_deposit  # noqa: PLC0415 - one use

    page = world.read(get_deposit, actor=world.actor("member"), deposit_id=deposit.id)
    world.read_item(page.files[0].id)
    world.write(
        accept_deposit,
        actor=world.actor("member"),
        deposit_id=deposit.id,
        version=deposit.version,
    )
    finding_id = findings.draft_finding(
        world.database,
        world.storage,
        world.folder / "cache",
        actor=world.actor("member"),
        evaluation_id=world.evaluate(inspection_id),
        rule_code="PAY-010",
        matter_id=world.campaign(campaign_id).matters[0].id,
        title="Duplicate payment",
        question="Please explain.",
        filter=ViolationFilter(verdict="violated"),
        excluded_keys=(),
        at=world.now(),
    )
    world.write(
        findings.send_finding,
        actor=world.actor("member"),
        finding_id=finding_id,
        version=1,
        answer_due_at=datetime.now(UTC) + timedelta(days=3),
    )
    return finding_id


def answer(page: Page, site, t) -> None:
    page.goto(f"{site.url}/portal")
    press(page, "Duplicate payment", part=True)
    reach(page, t("answer.text"))
    page.keyboard.type("We repaid it.")
    picture(page, "en-finding")
    press(page, t("answer.send"), tag="BUTTON")
    expect(page.get_by_text("We repaid it.").first).to_be_visible()
    expect(page.get_by_role("button", name=t("answer.send"))).to_have_count(0)


def reach(page: Page, name: str, *, part: bool = False, tag: str = "") -> None:
    """Go by Tab to the control of that name; everything passed must show its focus."""
    page.wait_for_load_state()
    passed = []
    for _ in range(FURTHEST):
        page.keyboard.press("Tab")
        try:
            page.wait_for_function("document.readyState === 'complete'")
            now = page.evaluate(FOCUSED)
        except Error:  # the page showed itself anew: begin again at its top
            page.wait_for_load_state()
            continue
        assert now["ring"], f"no visible focus on {now['name']!r}"
        fits = name in now["name"] if part else now["name"].startswith(name)
        if fits and (not tag or now["tag"] == tag):
            return
        passed.append(now["name"])
    raise AssertionError(f"no way by Tab to {name!r}; passed {passed}")


def press(page: Page, name: str, *, part: bool = False, tag: str = "") -> None:
    reach(page, name, part=part, tag=tag)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


FOCUSED = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const label = one.labels?.length ? one.labels[0].innerText : "";
  const name = (label || one.getAttribute("aria-label") || one.innerText || one.value || "").trim();
  const ring = one === document.body || one.type === "file"
    || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== "none";
  return {name, tag: one.tagName, ring};
}"""
