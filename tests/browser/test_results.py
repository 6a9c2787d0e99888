"""What a run found, walked from the total to the cell, in both languages."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from api import schema
from api.language import translator
from inspection.database import Database
from tests.api.pages.story import tell
from tests.api.platform import PASSWORD, settings_over
from tests.browser.conftest import picture
from tests.journeys.serving import free_port, serving

GRAVE = {"serious", "critical"}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A served platform with a run in it: its address, and the story behind it."""
    folder = tmp_path_factory.mktemp("results")
    database = Database(f"sqlite:///{folder / 'world.db'}")
    schema.upgrade(database)
    database.close()
    story = tell(folder)
    settings = settings_over(story.world, port=free_port())
    with serving(settings, folder / "server.log") as server:
        yield server.url, story
    story.world.database.close()


@pytest.fixture
def walk(told, browser):
    """Log in as somebody, in a language, with or without script."""
    url, _ = told
    contexts = []

    def enter(name, *, lang, script=True, width=1440):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale=lang, java_script_enabled=script
        )
        contexts.append(context)
        context.add_cookies([{"name": "lang", "value": lang, "url": url}])
        page = context.new_page()
        page.goto(f"{url}/login")
        page.locator("#f-username").fill(name)
        page.locator("#f-password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: not address.endswith("/login"))
        return page

    yield enter
    for context in contexts:
        context.close()


def grave(page):
    return [
        (page.url, one["id"], [node["html"][:120] for node in one["nodes"]])
        for one in Axe().run(page).response["violations"]
        if one["impact"] in GRAVE
    ]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_number_leads_to_its_lines_its_reasons_and_its_cell(told, walk, lang):
    url, story = told
    t = translator(lang)
    page = walk("lead", lang=lang)
    faults = []

    page.goto(f"{url}/evaluations/{story.evaluation_id}")
    picture(page, f"results-run-{lang}")
    faults += grave(page)
    terms = page.locator(".reckoning dd").all_inner_texts()
    whole, *parts = (int(re.sub(r"\D", "", one)) for one in terms)
    assert whole == sum(parts)

    reason = page.get_by_role("row").filter(has_text=t("line.reason.unreadable")).first
    count = reason.get_by_role("link").first.inner_text()
    reason.get_by_role("link").first.click()
    expect(page.get_by_text(t("violations.found", count=int(count))).first).to_be_visible()
    picture(page, f"results-reason-{lang}")
    faults += grave(page)

    page.goto(
        f"{url}/evaluations/{story.evaluation_id}/violations?rule_code=MES-004&verdict=violated"
    )
    picture(page, f"results-lines-{lang}")
    faults += grave(page)
    page.get_by_role("link", name=re.compile(re.escape(t("line.why")))).first.click()
    expect(page.locator("#source tr[aria-current]")).to_be_visible()
    expect(page.get_by_text(f"✓ {t('trace.chosen')}")).to_be_visible()
    picture(page, f"results-why-{lang}")
    faults += grave(page)

    page.get_by_role("link", name=t("source.open")).click()
    expect(page.locator("tr[aria-current] .cell--read").first).to_be_visible()
    picture(page, f"results-cell-{lang}")
    faults += grave(page)
    page.get_by_role("link", name=re.compile(re.escape(t("item.back")))).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(t("trace.title"))

    assert faults == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_measures_are_drawn_and_stand_in_a_table(told, walk, lang):
    url, story = told
    t = translator(lang)
    page = walk("lead", lang=lang)
    faults = []

    page.goto(f"{url}/evaluations/{story.evaluation_id}")
    page.get_by_role("link", name=t("measures.open")).first.click()
    assert page.locator("svg.chart--against .column").count() == 9
    assert page.locator("svg.chart--against .expected").count() == 9
    picture(page, f"results-digits-{lang}")
    faults += grave(page)
    for code in ("MES-002", "MES-003"):
        page.goto(f"{url}/evaluations/{story.evaluation_id}/measures?rule_code={code}")
        picture(page, f"results-measures-{code}-{lang}")
        faults += grave(page)

    assert faults == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_met_row_is_explained_without_script(told, walk, lang):
    url, story = told
    t = translator(lang)
    page = walk("lead", lang=lang, script=False)

    page.goto(f"{url}/evaluations/{story.evaluation_id}/violations?rule_code=PAY-003")
    page.get_by_role("link", name=t("trace.any")).click()
    page.locator("#f-row").fill("2")
    page.get_by_role("button", name=t("trace.explain")).click()

    expect(page.locator(".verdict-line")).to_contain_text(t("verdict.met"))
    picture(page, f"results-met-{lang}")


@pytest.mark.parametrize("width", [390, 1024])
def test_pages_of_a_run_fit_a_small_screen(told, walk, width):
    url, story = told
    page = walk("lead", lang="vi", width=width)
    base = f"{url}/evaluations/{story.evaluation_id}"

    wide = []
    for at, address in enumerate(
        ("", "/violations?rule_code=MES-004", "/measures?rule_code=MES-001", "/trace")
    ):
        page.goto(base + address)
        picture(page, f"results-small-{width}-{at}")
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(address)

    assert wide == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_organization_sees_the_place_of_its_own_rows(told, walk, lang):
    url, story = told
    page = walk("officer", lang=lang)

    page.goto(f"{url}/portal/findings/{story.findings[1]}")
    picture(page, f"results-portal-{lang}")
    assert grave(page) == []
    page.locator(".table .record a").first.click()

    assert page.locator("tr[aria-current]").count() == 1
    assert page.get_by_text("Why").count() == 0


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_repeated_payment_is_explained_by_the_rows_it_repeats(told, walk, lang):
    url, story = told
    t = translator(lang)
    page = walk("lead", lang=lang)

    page.goto(
        f"{url}/evaluations/{story.evaluation_id}/violations?rule_code=PAY-010&verdict=violated"
    )
    page.get_by_role("link", name=re.compile(re.escape(t("line.why")))).first.click()

    together = page.locator(".trace li").filter(has_text=t("trace.compared")).locator("tbody tr")
    assert together.locator("th").all_inner_texts() == ["2", "3"]
    picture(page, f"results-together-{lang}")
    assert grave(page) == []


def test_a_campaign_keeps_hits_of_other_classes_apart(told, walk):
    url, story = told
    page = walk("lead", lang="vi")

    page.goto(f"{url}/campaigns/{story.campaign_id}")
    picture(page, "results-campaign")
    heads = page.locator("#organizations thead th").all_inner_texts()

    box = page.locator("#organizations .table")
    assert box.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert heads[3:] == ["Chưa đạt", "Chưa đủ căn cứ", "Dấu hiệu rủi ro", "Lỗi dữ liệu"]
    assert grave(page) == []
