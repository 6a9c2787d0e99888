"""axe finds nothing serious or critical on any page, whoever looks."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from api import schema
from evidence import key_files
from inspection.database import Database
from tests.api.pages.story import tell
from tests.api.platform import PASSWORD, settings_over
from tests.inspection.world import START
from tests.journeys.serving import free_port, serving

GRAVE = {"serious", "critical"}
MOST_PAGES = 20  # of each desk; pages of one kind are looked at once
VISITORS = ("", "lead", "officer", "issuer", "councillor", "admin")


@pytest.fixture(scope="module")
def story_url(tmp_path_factory):
    """A served platform with something in every state."""
    folder = tmp_path_factory.mktemp("story")
    database = Database(f"sqlite:///{folder / 'world.db'}")
    schema.upgrade(database)  # the queue's tables too, which the world does not make
    database.close()
    story = tell(folder)
    key_files.generate(folder / "keys", origin="thanhtra.example.vn/custody", at=START)
    settings = settings_over(story.world, key_folder=folder / "keys", port=free_port())
    with serving(settings, folder / "server.log") as server:
        yield server.url
    story.world.database.close()


@pytest.mark.parametrize("name", VISITORS, ids=lambda name: name or "public")
def test_axe_finds_nothing_grave(story_url, browser, name):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{story_url}/login")
    if name:
        page.locator("#f-username").fill(name)
        page.locator("#f-password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: not url.endswith("/login"))
    waiting, seen, grave = [page.url, f"{story_url}/published"], set(), []
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        if kind_of(address) in seen:
            continue
        seen.add(kind_of(address))
        page.goto(address)
        grave += [
            (kind_of(address), one["id"])
            for one in Axe().run(page).response["violations"]
            if one["impact"] in GRAVE
        ]
        waiting += links_of(page, story_url)
    context.close()

    assert len(seen) > 1
    assert grave == []


def kind_of(address: str) -> str:
    """The path without identifiers: two campaigns are one kind of page."""
    parts = urlsplit(address).path.split("/")
    return "/".join("*" if len(part) > 30 else part for part in parts)


def links_of(page, url: str) -> list[str]:
    links = page.locator("a[href]").evaluate_all("all => all.map(one => one.href)")
    skipped = ("/pdf", "/receipt/json", "/content", ".csv", "/template", "/moves/", "/api/")
    return [
        link.split("#")[0]
        for link in links
        if link.startswith(url) and not any(part in link for part in skipped)
    ]
