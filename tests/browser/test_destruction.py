"""Evidence whose time is over is destroyed by two persons, and its certificate is read."""

import json
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from evidence.digest import Digest
from inspection.keeping import erase_destroyed
from tests.browser.conftest import picture
from tests.inspection.destruction.acts import long_over
from tests.inspection.documents.reading import squeezed, text_of
from tests.inspection.world import PAYMENTS

CAUSE = "Hết thời hạn lưu giữ theo danh mục của cơ quan, đã rà soát từng hồ sơ."


@pytest.fixture
def over(site):
    """A cancelled inspection whose evidence was accepted long ago."""
    return long_over(site.world)


def look(page: Page, name: str) -> None:
    """The page is well made, on a desk and on a phone."""
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page).response["violations"]
        assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        picture(page, f"{name}-{width}")
    page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_two_persons_destroy_and_a_certificate_remains(site, enter, over, tmp_path, lang):
    world, t = site.world, site.say(lang)
    case = f"{site.url}/inspections/{over}/destructions"
    page = enter("lead", lang=lang)
    page.get_by_role("link", name=t("nav.retention")).click()
    expect(page.get_by_role("heading", level=1, name=t("retention.title"))).to_be_visible()
    look(page, f"retention-{lang}")
    page.locator(f"a[href$='{over}/destructions']").click()
    page.get_by_label(t("destruction.cause")).fill(" ")
    page.get_by_role("button", name=t("destruction.propose")).click()
    expect(page.locator("[aria-invalid=true]")).to_be_visible()
    look(page, f"destruction-empty-{lang}")
    page.get_by_label(t("destruction.cause")).fill(CAUSE)
    page.get_by_role("button", name=t("destruction.propose")).click()
    expect(page.get_by_text(t("done.destruction.propose"))).to_be_visible()
    expect(page.get_by_role("link", name=t("act.destruction.confirm"))).to_have_count(0)
    look(page, f"destruction-own-{lang}")

    page = enter("issuer", lang=lang)
    page.goto(f"{site.url}/retention")
    expect(page.get_by_text(t("retention.waits_for_you"))).to_be_visible()
    look(page, f"retention-waiting-{lang}")
    page.locator(f"a[href$='{over}/destructions']").click()
    page.get_by_role("link", name=t("act.destruction.confirm")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(t("move.destruction.confirm"))).to_be_visible()
    expect(dialog.get_by_text("Cơ quan commune")).to_be_visible()
    look(page, f"destruction-confirm-{lang}")
    dialog.get_by_role("button", name=t("act.destruction.confirm")).click()
    expect(page.get_by_text(t("done.destruction.confirm"))).to_be_visible()
    look(page, f"destruction-erasing-{lang}")

    erase_destroyed(
        world.database,
        world.storage,
        cache=world.folder / "work" / "cache",
        clock=lambda: datetime.now(UTC),
    )
    page.goto(case)
    look(page, f"destruction-done-{lang}")
    page.get_by_role("link", name=t("destruction.certificate")).click()
    expect(page.get_by_role("heading", level=1, name=t("destruction.certificate"))).to_be_visible()
    expect(page.locator("main")).to_contain_text("Người lead")
    expect(page.locator("main")).to_contain_text("Người issuer")
    look(page, f"certificate-{lang}")
    with page.expect_download() as download:
        page.get_by_role("link", name=t("destruction.paper")).click()
    download.value.save_as(tmp_path / "paper.pdf")
    with page.expect_download() as download:
        page.get_by_role("link", name=t("destruction.json")).click()
    download.value.save_as(tmp_path / "said.json")

    [file] = json.loads((tmp_path / "said.json").read_bytes())["files"]
    assert (file["sha256"], file["outcome"]) == (Digest.of(PAYMENTS).hex, "erased")
    paper = text_of((tmp_path / "paper.pdf").read_bytes())
    assert squeezed(CAUSE) in paper
    assert file["sha256"] in paper
