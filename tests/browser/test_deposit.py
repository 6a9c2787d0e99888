"""650 files, a lost line, a closed browser: what was received stays, and the rest follows."""

import time
from pathlib import Path
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlmodel import col, func, select

from inspection import deposits
from inspection.tables import Deposit, EvidenceItem, Upload
from inspection.workflow.states import UploadState
from tests.browser.conftest import picture
from tests.inspection.world import case_of

COUNT = 650
LARGE = 64 << 20  # eight parts: the line is lost in the middle of it
PATIENCE_MS = 400_000


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    """One large file and 649 small ones, in a folder."""
    folder = tmp_path_factory.mktemp("files")
    with (folder / "000 bản quét.bin").open("wb") as file:
        for number in range(LARGE >> 20):
            file.write(number.to_bytes(4, "big") * (1 << 18))
    for number in range(1, COUNT):
        (folder / f"{number:03} phiếu chi.txt").write_text(f"Phiếu chi số {number}\n" * 40)
    return folder


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_650_files_survive_a_lost_line_and_a_closed_browser(site, enter, files, lang):
    t = site.say(lang)
    inspection_id, request_id = documents_asked_for(site.world)
    address = f"{site.url}/portal/inspections/{inspection_id}/requests/{request_id}"
    names = sorted(files.iterdir())

    page = enter("officer", lang=lang)
    page.goto(address)
    expect(page.locator("#files-hint")).to_contain_text("4")  # the limits stand before the choice
    picture(page, f"deposit-{lang}-1-empty")
    line = Line(page, 2_000_000)
    page.get_by_label(t("upload.label")).set_input_files(names)
    wait_for_received(site, inspection_id, 10)
    wait_for_a_part(site, inspection_id)

    line.set_down(down=True)
    expect(page.locator("[data-offline]")).to_be_visible(timeout=60_000)
    at_rest = received(site, inspection_id)
    picture(page, f"deposit-{lang}-2-offline")
    line.set_down(down=False)
    wait_for_received(site, inspection_id, at_rest + 5)  # by itself
    page.context.close()  # as a closed window: nothing is said to anybody

    before = received(site, inspection_id)
    assert 15 <= before < COUNT
    page = enter("officer", lang=lang)
    page.goto(address)
    unfinished = page.locator("[data-unfinished]")
    expect(unfinished.first).to_contain_text("000 bản quét.bin")
    look(page, f"deposit-{lang}-3-back")
    beginnings = watch_beginnings(page)
    page.get_by_label(t("upload.label")).set_input_files(names)
    certify = page.get_by_role("link", name=t("act.deposit.submit"), exact=True)
    expect(page.locator("#files-of h2")).to_have_text(
        t("deposit.files", count=COUNT), timeout=PATIENCE_MS
    )
    expect(page.locator("[data-upload-to]")).to_be_visible()
    expect(page.locator("[data-summary]")).to_be_hidden()  # shown anew: all is here
    look(page, f"deposit-{lang}-4-whole")

    assert received(site, inspection_id) == COUNT
    # Of the large file, whole parts had been received: at least one was not sent again.
    assert [at for at in beginnings.values() if at > 0] != []
    certify.click()
    page.get_by_label(t("deposit.certify.text")).check()
    picture(page, f"deposit-{lang}-5-certify")
    page.get_by_role("button", name=t("act.deposit.submit"), exact=True).click()
    expect(page.get_by_text(t("state.deposit.submitted"), exact=True).first).to_be_visible()
    # The signed receipt is downloaded and checked in the journey of receipts.
    look(page, f"deposit-{lang}-6-certified")


def test_only_what_failed_is_sent_again(site, enter, tmp_path):
    t = site.say("vi")
    inspection_id, request_id = documents_asked_for(site.world)
    good, empty = tmp_path / "tốt.txt", tmp_path / "rỗng.txt"
    good.write_text("Nội dung")
    empty.touch()
    page = enter("officer")
    page.goto(f"{site.url}/portal/inspections/{inspection_id}/requests/{request_id}")

    page.get_by_label(t("upload.label")).set_input_files([good, empty])

    wrong = page.locator('[data-uploads] [data-kind="wrong"]')
    expect(wrong).to_contain_text("rỗng.txt")
    expect(wrong).to_contain_text(t("error.evidence.empty"))
    expect(page.locator('[data-uploads] [data-kind="done"]')).to_contain_text("tốt.txt")
    page.get_by_label(t("upload.only_wrong")).check()
    expect(page.locator("[data-uploads] > li:visible")).to_have_count(1)
    look(page, "deposit-failed")
    # An empty file stays empty: there is nothing to try again, and nothing to give up.
    for name in ("upload.again", "upload.all_again", "upload.cancel_all"):
        expect(page.get_by_role("button", name=t(name), exact=True)).to_have_count(0)
    refused = tmp_path / "bị từ chối.txt"
    refused.write_text("Lần đầu bị từ chối")
    page.route("**/uploads", refuse_once, times=1)
    page.get_by_label(t("upload.only_wrong")).uncheck()
    page.get_by_label(t("upload.label")).set_input_files([refused])
    expect(wrong).to_have_count(2)
    expect(page.get_by_role("button", name=t("upload.again"), exact=True)).to_have_count(1)
    requests: list[str] = []
    # What has arrived is shown anew by reading the page; only what is sent counts here.
    page.on("request", lambda one: requests.append(one.method) if one.method != "GET" else None)
    page.get_by_role("button", name=t("upload.all_again")).click()
    expect(wrong).to_have_count(1)
    page.wait_for_timeout(500)
    assert requests == ["POST", "PATCH"]
    assert received(site, inspection_id) == 2


def test_the_head_of_the_page_follows_a_returned_answer(site, enter, tmp_path):
    t, world = site.say("vi"), site.world
    campaign_id = world.draft()
    world.open(campaign_id)
    inspection_id, request_id = case_of(world, campaign_id)
    deposit_id = world.upload(inspection_id, request_id).deposit_id
    for operation, name, said in (
        (deposits.submit_deposit, "officer", {"note": ""}),
        (deposits.return_deposit, "member", {"reason": "Thiếu quý II"}),
    ):
        version = world.get(Deposit, deposit_id).version
        actor = world.actor(name)
        world.write(operation, actor=actor, deposit_id=deposit_id, version=version, **said)
    good, empty = tmp_path / "bảng kê.csv", tmp_path / "rỗng.csv"
    good.write_text("a,b\n1,2\n")
    empty.touch()
    page = enter("officer")
    page.goto(f"{site.url}/portal/inspections/{inspection_id}/requests/{request_id}")
    expect(page.locator("#answer-head")).to_contain_text(t("state.deposit.returned"))

    page.get_by_label(t("upload.label")).set_input_files([good, empty])

    expect(page.locator("#answer-head")).to_contain_text(t("state.deposit.open"))
    expect(page.locator("#answer-told")).to_contain_text("Thiếu quý II")
    look(page, "deposit-mending")


def refuse_once(route) -> None:
    route.fulfill(status=409, json={"code": "upload.too_many_files", "detail": "Quá nhiều tệp."})


def documents_asked_for(world) -> tuple[UUID, UUID]:
    """A request for documents, which nobody reads as tables."""
    campaign_id = world.draft()
    world.ask(campaign_id, title="Phiếu chi")
    world.open(campaign_id)
    inspection_id, _ = case_of(world, campaign_id)
    return inspection_id, world.campaign(campaign_id).requests[-1].id


class Line:
    """The network of one page: slow, and down when told."""

    def __init__(self, page: Page, bytes_per_second: int) -> None:
        self._tools = page.context.new_cdp_session(page)
        self._tools.send("Network.enable")
        self._speed = bytes_per_second
        self.set_down(down=False)

    def hurry(self) -> None:
        """Go on as fast as it can."""
        self._speed = -1
        self.set_down(down=False)

    def set_down(self, *, down: bool) -> None:
        self._tools.send(
            "Network.emulateNetworkConditions",
            {
                "offline": down,
                "latency": 0,
                "downloadThroughput": -1,
                "uploadThroughput": self._speed,
            },
        )


def received(site, inspection_id) -> int:
    with site.world.database.read() as session:
        return session.exec(
            select(func.count())
            .select_from(Upload)
            .join(EvidenceItem, col(EvidenceItem.incoming_id) == col(Upload.id))
            .where(col(Upload.inspection_id) == inspection_id)
        ).one()


def wait_for_received(site, inspection_id, count: int) -> None:
    wait(lambda: received(site, inspection_id) >= count, f"{count} files")


def wait_for_a_part(site, inspection_id) -> None:
    def a_part_of_the_large_file() -> bool:
        with site.world.database.read() as session:
            return (
                session.exec(
                    select(Upload.id).where(
                        col(Upload.inspection_id) == inspection_id,
                        col(Upload.state) == UploadState.RECEIVING,
                        col(Upload.offset_bytes) > 0,
                    )
                ).first()
                is not None
            )

    wait(a_part_of_the_large_file, "a part of the large file")


def wait(condition, what: str) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end, f"waited for {what}"
        time.sleep(0.1)  # the other side is a browser: there is nothing to wait on


def watch_beginnings(page: Page) -> dict[str, int]:
    """Where the first part of each file begins that is sent from now on, by its address."""
    beginnings: dict[str, int] = {}

    def note(request) -> None:
        # How many bytes a part has, the browser does not tell.
        if request.method == "PATCH":
            beginnings.setdefault(request.url, int(request.headers["upload-offset"]))

    page.on("request", note)
    return beginnings


def look(page: Page, name: str) -> None:
    picture(page, name)
    found = Axe().run(page).response["violations"]
    grave = [one["id"] for one in found if one["impact"] in {"serious", "critical"}]
    assert grave == [], (name, grave)
