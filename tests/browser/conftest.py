"""A real server, a real browser: pages are used as people use them."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.language import Translator, translator
from evidence import key_files
from tests.api.platform import give_passwords, platform_in, settings_over
from tests.inspection.world import START, World
from tests.journeys.serving import free_port, serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PASSWORD = "mật khẩu để thử 2026"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Screenshots are kept where a person asked for them, to be looked at and for the documentation.
PICTURES = os.environ.get("PICTURES_DIR")


@dataclass
class Site:
    """A served platform and the world behind it."""

    url: str
    world: World

    def say(self, lang: str) -> Translator:
        return translator(lang)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    key_files.generate(folder / "keys", origin="thanhtra.example.vn/custody", at=START)
    with platform_in(folder) as world:
        give_passwords(world, password=PASSWORD)
        settings = settings_over(world, key_folder=folder / "keys", port=free_port())
        with serving(settings, folder / "server.log") as server:
            yield Site(url=server.url, world=world)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def enter(site: Site, browser: Browser) -> Iterator:
    """Open a browser of one's own and log in by typing: `enter("lead")`."""
    contexts: list[BrowserContext] = []

    def enter_as(name: str, *, lang: str = "vi", width: int = 1440, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale=lang,
            java_script_enabled=script,
            timezone_id="Asia/Ho_Chi_Minh",
        )
        contexts.append(context)
        context.add_cookies([{"name": "lang", "value": lang, "url": site.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        t = site.say(lang)
        page.goto(f"{site.url}/login")
        page.get_by_label(t("login.username")).fill(name)
        page.get_by_label(t("login.password")).fill(PASSWORD)
        page.get_by_role("button", name=t("login.in")).click()
        page.wait_for_url(lambda url: not url.endswith("/login"))
        return page

    yield enter_as
    for context in contexts:
        context.close()


def picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page, where somebody asked for pictures."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True, timeout=120_000)
