"""A receipt is taken home and checked there; an inspector reads what became of a file."""

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from evidence.digest import Digest
from evidence.keys import KeyRing
from evidence.receipt import verify_receipt
from tests.browser.conftest import picture
from tests.inspection.world import PAYMENTS, case_of


@pytest.fixture(scope="module")
def certified(site):
    """A deposit that was certified, and its file; the running server enters it in the log."""
    world = site.world
    campaign_id = world.draft()
    world.open(campaign_id)
    inspection_id, request_id = case_of(world, campaign_id)
    received = world.upload(inspection_id, request_id)
    world.hand_in(received.deposit_id)
    return received


def expect_well_made(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_organization_takes_its_receipt_home(site, enter, certified, tmp_path, lang):
    page, t = enter("officer", lang=lang), site.say(lang)
    page.get_by_role("link", name=t("nav.portal_receipts")).click()
    expect(page.get_by_role("heading", level=1, name=t("receipts.title"))).to_be_visible()
    expect_well_made(page)
    picture(page, f"receipts-{lang}")
    expect_usable_on_a_phone(page, f"receipts-{lang}-phone")
    page.locator("main table a").first.click()
    expect(page.get_by_role("heading", level=1, name=t("receipt.title"))).to_be_visible()
    expect_well_made(page)
    picture(page, f"receipt-{lang}")
    expect_usable_on_a_phone(page, f"receipt-{lang}-phone")
    with page.expect_download() as download:
        page.get_by_role("link", name=t("receipt.json")).click()
    download.value.save_as(tmp_path / "receipt.json")
    with page.expect_download() as download:
        page.get_by_role("link", name=t("receipt.pdf")).click()
    download.value.save_as(tmp_path / "receipt.pdf")
    ring = KeyRing.parse(httpx.get(f"{site.url}/api/custody/keys").text)
    verified = verify_receipt((tmp_path / "receipt.json").read_bytes(), ring)

    assert verified.statement["deposit_id"] == str(certified.deposit_id)
    assert [one.sha256 for one in verified.files] == [Digest.of(PAYMENTS).hex]
    assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF-")


def expect_usable_on_a_phone(page: Page, name: str) -> None:
    """Nothing one may press or read lies beyond the edge, in a table that is moved sideways."""
    page.set_viewport_size({"width": 390, "height": 900})
    expect_well_made(page)
    picture(page, name)
    edges = page.locator("main :is(a, td, th):visible").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().right)"
    )
    page.set_viewport_size({"width": 1440, "height": 900})
    assert max(edges) <= 390


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_inspector_reads_what_became_of_a_file(site, enter, certified, lang):
    page, t = enter("member", lang=lang), site.say(lang)
    page.goto(f"{site.url}/items/{certified.item_id}")
    for _ in range(120):  # the team is shown what is in a file once it has been screened
        if page.get_by_role("link", name=t("file.download")).is_visible():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.get_by_role("link", name=t("timeline.title")).click()
    acts = page.locator(".timeline strong")
    expect(acts.first).to_have_text(t("custody.act.request.open"))
    expect_well_made(page)
    picture(page, f"timeline-{lang}")
    read = t("custody.act.evidence.read")

    assert acts.all_text_contents()[1:3] == [
        t("custody.act.evidence.receive"),
        t("custody.act.deposit.certify"),
    ]
    assert read in acts.all_text_contents()  # this very visit
    expect(page.get_by_text("Người officer").first).to_be_visible()


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_keys_and_heads_are_there_for_everybody(site, browser, certified, lang, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([{"name": "lang", "value": lang, "url": site.url}])
    page = context.new_page()
    page.goto(f"{site.url}/custody")
    expect(
        page.get_by_role("heading", level=1, name=site.say(lang)("custody.title"))
    ).to_be_visible()
    expect_well_made(page)
    picture(page, f"custody-{lang}-{width}")

    assert certified.deposit_id is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
