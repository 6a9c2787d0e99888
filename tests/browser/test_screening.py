"""A file is looked at without being opened, and a secret by nobody, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import picture
from tests.evidence.preview.test_preview import workbook
from tests.evidence.screening.documents import docx, letter, pdf
from tests.inspection.world import PAYMENTS, case_of

GRAVE = {"serious", "critical"}


@pytest.fixture(scope="module")
def items(site):
    """One file of every kind that a page shows in its own way."""
    world = site.world
    campaign_id = world.draft()
    world.open(campaign_id)
    made = {}
    for name, content in (
        ("csv", PAYMENTS),
        ("xlsx", workbook([["Họ tên", "Số tiền"], ["Nguyễn Văn Mẫu", 1_500_000]])),
        ("pdf", pdf(letter())),
        ("secret", docx(["TỐI MẬT"])),
    ):
        received = world.upload(*case_of(world, campaign_id), content=content)
        world.read_item(received.item_id)
        made[name] = received
    return made


@pytest.mark.parametrize(("lang", "width"), [("vi", 1440), ("en", 390)])
def test_files_are_shown_without_a_request_to_anybody_else(site, enter, items, lang, width):
    officer = enter("officer", lang=lang, width=width)
    asked, complaints = [], []
    officer.on("request", lambda request: asked.append(request.url))
    officer.on("console", lambda line: complaints.append(line.text))

    for name in ("csv", "xlsx", "pdf"):
        officer.goto(f"{site.url}/items/{items[name].item_id}")
        assert grave(officer) == []
        picture(officer, f"item-{name}-{lang}")
        officer.get_by_role("link", name=site.say(lang)("preview.open")).click()
        officer.wait_for_url("**/preview")
        assert grave(officer) == []
        picture(officer, f"preview-{name}-{lang}")
    painted = officer.locator("figure.preview img")

    assert painted.evaluate("image => image.complete && image.naturalWidth > 500")
    assert painted.evaluate("image => image.clientWidth <= document.documentElement.clientWidth")
    assert [url for url in asked if not url.startswith(site.url)] == []
    assert complaints == []


@pytest.mark.parametrize(("lang", "width"), [("vi", 1440), ("en", 390)])
def test_a_secret_is_decided_on_by_who_never_sees_it(site, enter, items, lang, width):
    t = site.say(lang)
    officer, guard = (
        enter("officer", lang=lang, width=width),
        enter("guard", lang=lang, width=width),
    )

    officer.goto(f"{site.url}/deposits/{items['secret'].deposit_id}")
    picture(officer, f"deposit-{lang}")
    assert t("screening.state.quarantined") in officer.inner_text("#files-of")
    assert grave(officer) == []
    officer.goto(f"{site.url}/items/{items['secret'].item_id}")
    picture(officer, f"item-secret-{lang}")
    assert officer.get_by_role("link", name=t("preview.open")).count() == 0

    picture(guard, f"quarantine-{lang}")
    assert grave(guard) == []
    assert "Người officer" in guard.inner_text("main")


def test_the_officer_removes_it_without_script(site, enter, items):
    t = site.say("vi")
    guard = enter("guard", script=False)
    guard.get_by_role("link", name=t("quarantine.remove")).click()
    guard.get_by_label(t("form.reason")).fill("Biên bản số 3")
    guard.get_by_role("button", name=t("quarantine.remove")).click()

    assert t("done.quarantine.remove") in guard.inner_text("body")
    assert t("screening.state.removed") in guard.inner_text("main")
    assert items["secret"].sha256 in guard.inner_text("main")


def grave(page):
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in GRAVE]
