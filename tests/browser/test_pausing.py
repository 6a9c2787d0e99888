"""A file on its way is paused, goes on where it was, or is given up; the others do not mind."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from inspection.tables import Upload
from tests.browser.conftest import picture
from tests.browser.test_deposit import (
    Line,
    documents_asked_for,
    look,
    received,
    wait,
    wait_for_a_part,
    watch_beginnings,
)

LARGE = 96 << 20  # half a minute at this speed: enough for a machine with other work
SPEED = 4_000_000


@pytest.fixture
def files(tmp_path) -> list[Path]:
    large, small = tmp_path / "bản quét.bin", tmp_path / "phiếu chi.txt"
    with large.open("wb") as file:
        for number in range(LARGE >> 20):
            file.write(number.to_bytes(4, "big") * (1 << 18))
    small.write_text("Phiếu chi số 1\n")
    return [large, small]


@pytest.fixture
def sending(site, enter, files):
    """Two files being sent over a slow line; the small one has arrived, a part of the other too."""

    def begin(**how):
        inspection_id, request_id = documents_asked_for(site.world)
        page = enter("officer", **how)
        page.goto(f"{site.url}/portal/inspections/{inspection_id}/requests/{request_id}")
        line = Line(page, SPEED)
        page.get_by_label(site.say(how.get("lang", "vi"))("upload.label")).set_input_files(files)
        wait(lambda: received(site, inspection_id) == 1, "the small file")
        wait_for_a_part(site, inspection_id)
        return inspection_id, page, line

    return begin


def uploads(site, inspection_id) -> list[int]:
    """How much the server has of each file that is not evidence yet."""
    with site.world.database.read() as session:
        rows = session.exec(
            select(Upload).where(
                col(Upload.inspection_id) == inspection_id, col(Upload.state) != "received"
            )
        )
        return [row.offset_bytes for row in rows]


@pytest.mark.parametrize(("lang", "width"), [("vi", 1440), ("en", 390)])
def test_a_paused_file_stays_where_it_is_and_goes_on_from_there(site, sending, lang, width):
    t = site.say(lang)
    inspection_id, page, line = sending(lang=lang, width=width)
    pause = page.get_by_role("button", name=f"{t('upload.pause')}: bản quét.bin")

    pause.click()
    row = page.locator('[data-uploads] [data-kind="paused"]')
    expect(row).to_contain_text("bản quét.bin")
    page.wait_for_timeout(1500)
    [at] = uploads(site, inspection_id)
    beginnings = watch_beginnings(page)
    page.wait_for_timeout(1500)
    look(page, f"upload-paused-{lang}")
    assert (uploads(site, inspection_id), beginnings) == ([at], {})
    line.hurry()
    page.get_by_role("button", name=f"{t('upload.go_on')}: bản quét.bin").click()
    expect(page.locator("#files-of h2")).to_have_text(t("deposit.files", count=2), timeout=60_000)

    assert 0 < at < LARGE
    assert list(beginnings.values()) == [at]  # no byte that counted was sent again


def test_a_file_that_changed_meanwhile_is_told_as_such_and_not_sent(site, sending, files):
    t = site.say("vi")
    inspection_id, page, line = sending()
    page.get_by_role("button", name=f"{t('upload.pause')}: bản quét.bin").click()
    expect(page.locator('[data-uploads] [data-kind="paused"]')).to_contain_text("bản quét.bin")
    page.wait_for_timeout(1500)
    [at] = uploads(site, inspection_id)

    with files[0].open("r+b") as file:
        file.seek(LARGE - 1)
        file.write(b"!")
    line.hurry()
    page.get_by_role("button", name=f"{t('upload.go_on')}: bản quét.bin").click()

    wrong = page.locator('[data-uploads] [data-kind="wrong"]')
    expect(wrong).to_contain_text(t("upload.unreadable"))
    assert uploads(site, inspection_id) == [at]


def test_a_file_given_up_leaves_nothing_and_the_others_stay(site, sending):
    t = site.say("vi")
    inspection_id, page, _ = sending()
    assert len(uploads(site, inspection_id)) == 1

    page.get_by_role("button", name=f"{t('upload.cancel')}: bản quét.bin").click()

    expect(page.locator("#files-of h2")).to_have_text(t("deposit.files", count=1))
    wait(lambda: uploads(site, inspection_id) == [], "the upload to go")
    page.reload()
    expect(page.locator("[data-unfinished]")).to_have_count(0)
    expect(page.locator("#files-of")).to_contain_text("phiếu chi.txt")


def test_all_are_paused_and_given_up_together_after_a_question(site, sending):
    t = site.say("vi")
    inspection_id, page, _ = sending()

    page.get_by_role("button", name=t("upload.pause_all")).click()
    expect(page.get_by_role("button", name=t("upload.go_on_all"))).to_be_visible()
    page.get_by_role("button", name=t("upload.cancel_all"), exact=True).click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text(t("upload.cancel_all.ask", files="1"))
    picture(page, "upload-cancel-all")
    asked.get_by_role("button", name=t("form.back")).click()
    assert len(uploads(site, inspection_id)) == 1
    page.get_by_role("button", name=t("upload.cancel_all"), exact=True).click()
    asked.get_by_role("button", name=t("upload.cancel_all"), exact=True).click()

    wait(lambda: uploads(site, inspection_id) == [], "the uploads to go")
    expect(page.locator("#files-of h2")).to_have_text(t("deposit.files", count=1))
    assert received(site, inspection_id) == 1
