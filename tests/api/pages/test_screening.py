"""What pages show of a file before it is opened, and instead of it."""

import html
import io

import pytest
from PIL import Image
from sqlmodel import col, func, select

from api.language import translator
from evidence.custody.tables import CustodyLeaf, CustodySubject
from inspection import deposits
from inspection.deposits.doors import find_latest
from inspection.errors import ConflictError
from inspection.queries.screening import list_quarantined
from inspection.screening.gates import NAMELESS
from inspection.tables import Deposit
from inspection.workflow.states import DepositState
from tests.evidence.screening.documents import letter, pdf
from tests.inspection.world import case_of


def looks(story, act):
    """How often the custody log knows that somebody had the file."""
    with story.world.database.read() as session:
        return session.exec(
            select(func.count())
            .select_from(CustodyLeaf)
            .join(CustodySubject, col(CustodySubject.leaf_id) == col(CustodyLeaf.id))
            .where(col(CustodySubject.subject_id) == story.item_id, col(CustodyLeaf.act) == act)
        ).one()


def hand_in(story, content):
    """One more file of the officer; another test may have handed in the answer before."""
    world, (inspection_id, request_id) = story.world, case_of(story.world, story.fresh_campaign_id)
    with world.database.read() as session:
        latest = find_latest(session, inspection_id=inspection_id, request_id=request_id)
    if latest is not None and latest.state is DepositState.SUBMITTED:
        world.write(
            deposits.begin_version,
            actor=world.actor("officer"),
            deposit_id=latest.id,
            version=latest.version,
            why="Bổ sung",
        )
    return world.upload(inspection_id, request_id, by="officer", content=content)


def test_a_table_is_shown_as_cells_under_the_strict_policy(enter, story):
    before = looks(story, "evidence.read")

    page = enter("lead").get(f"/items/{story.item_id}/preview")

    assert page.status_code == 200
    assert "<td>khong ngay</td>" in page.text
    assert "Hiển thị toàn bộ 7 dòng." in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert looks(story, "evidence.read") == before + 1


def test_a_preview_says_how_much_of_the_file_it_shows(enter, story):
    received = hand_in(story, b"VendorNum,Date\n" + b"2001,2010-01-04\n" * 1_500)

    page = enter("officer").get(f"/items/{received.item_id}/preview").text

    assert "Hiển thị 200 dòng đầu trong tổng số 1.501 dòng." in page
    assert "Hãy tải tệp về để xem đầy đủ." in page


def test_a_download_is_written_down(enter, story):
    before = looks(story, "evidence.download")

    enter("lead").get(f"/items/{story.item_id}/content")
    enter("officer").get(f"/api/items/{story.item_id}/content")

    assert looks(story, "evidence.download") == before + 2


def test_a_pdf_is_shown_as_a_picture_of_its_page(enter, story):
    received = hand_in(story, pdf(letter()))
    officer = enter("officer")

    early = officer.get(f"/items/{received.item_id}/preview/picture")
    page = officer.get(f"/items/{received.item_id}/preview")
    picture = officer.get(f"/items/{received.item_id}/preview/picture?page=1")
    beyond = officer.get(f"/items/{received.item_id}/preview?page=2")

    assert early.status_code == 404
    assert f'src="/items/{received.item_id}/preview/picture?page=1"' in page.text
    assert picture.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(picture.content)).format == "PNG"
    assert "Tệp không có trang 2." in beyond.text


@pytest.mark.parametrize("address", ["content", "preview", "preview/picture"])
def test_what_is_held_back_is_for_nobody(enter, story, address):
    here = f"/items/{story.secret_id}/{address}"

    assert {name: enter(name).get(here).status_code for name in ("other", "lead", "guard")} == {
        "other": 409,
        "lead": 404,
        "guard": 403,
    }


def test_a_file_that_has_no_name_here_is_spoken_of_without_one(enter, story):
    vi = enter("other").get(f"/items/{story.secret_id}/content").text
    other = enter("other")
    other.cookies.set("lang", "en")
    en = other.get(f"/items/{story.secret_id}/content").text

    assert "Tệp này đang được giữ lại" in vi
    assert "This file is held back" in en
    assert "“”" not in vi + en


def test_a_card_of_the_quarantine_leaves_out_what_has_not_come_about(enter, story):
    page = enter("guard").get("/quarantine").text
    card = page.split(f'id="q-{story.secret_id}"')[1].split("</section>")[0]

    assert "<dt>Người gửi</dt>" in card
    assert "<dt>Quyết định lúc</dt>" not in card
    assert "<dd>–</dd>" not in page


def test_its_page_names_neither_the_file_nor_the_mark(enter, story):
    page = enter("other").get(f"/items/{story.secret_id}").text

    assert NAMELESS in page
    assert "bảng kê.csv" not in page
    assert "Giữ lại" in page
    assert "/preview" not in page


@pytest.mark.usefixtures("story")
def test_a_file_without_a_table_says_the_one_reason(enter, story):
    world = story.world
    fresh, torn = (
        hand_in(story, content) for content in (b"a,b\n9,9\n", b"PK\x03\x04 nothing else")
    )
    officer = enter("officer")

    def reason(item_id, visitor=officer):
        page = visitor.get(f"/items/{item_id}").text
        return page.split('class="empty"')[1].split("<p>")[2].split("</p>")[0]

    waiting = reason(fresh.item_id)
    world.screen_item(fresh.item_id)
    unread = reason(fresh.item_id)
    world.read_item(torn.item_id)

    assert waiting == "Tệp đang được kiểm tra an toàn; kiểm tra xong mới đọc thành bảng."
    assert unread == "Tệp đang chờ được đọc thành bảng."
    assert reason(torn.item_id) == "Không đọc được tệp thành bảng; lý do nêu ở đầu trang."
    held = reason(story.secret_id, enter("other"))
    assert held == "Tệp đang được giữ lại, không ai xem được nội dung."
    assert 'class="empty"' not in officer.get(f"/items/{story.item_id}").text


def test_the_officer_sees_whose_it_is_and_not_what_it_is_called(enter):
    page = enter("guard").get("/quarantine").text

    assert "Người other" in page
    assert "bảng kê.csv" not in page


def test_a_removal_without_a_reason_is_asked_for_again(enter, story):
    [line, *_] = story.world.read(
        list_quarantined, actor=story.world.actor("guard"), limit=9, offset=0
    )

    answer = enter("guard").send(
        f"/quarantine/{line.item_id}/removal", {"version": line.version, "reason": " "}
    )

    assert answer.status_code == 422
    assert 'id="problems"' in answer.text


def test_a_removal_is_asked_for_on_a_page_of_its_own(enter, story):
    guard, here = enter("guard"), f"/quarantine/{story.secret_id}/removal"

    listed = guard.get("/quarantine").text
    asked = guard.get(here)
    refused = guard.send(here, {"version": 99, "reason": "Biên bản số 9"})

    assert f'href="{here}" data-dialog' in listed
    assert "<button" not in listed.split("<main")[1].split("</main>")[0]
    assert "không khôi phục được" in asked.text
    assert "Thôi giữ lại tệp này?" in guard.get(f"/quarantine/{story.secret_id}/release").text
    # What was typed is still there.
    assert (refused.status_code, "Biên bản số 9</textarea>" in refused.text) == (409, True)
    assert guard.get(f"/quarantine/{story.item_id}/removal").status_code == 404
    assert guard.get(f"/quarantine/{story.secret_id}/nothing").status_code == 404
    assert enter("lead").get(here).status_code == 403


def test_a_depositor_declares_on_the_page_and_the_officer_decides(enter, story):
    world = story.world
    received = hand_in(story, b"a,b\n7,8\n")
    officer, guard = enter("officer"), enter("guard")

    assert "Tệp này chứa bí mật nhà nước?" in officer.get(f"/items/{received.item_id}").text
    told = officer.send(f"/items/{received.item_id}/secrecy", {"level": "secret"})
    lines = world.read(list_quarantined, actor=world.actor("guard"), limit=9, offset=0)
    [line] = [one for one in lines if one.item_id == received.item_id]
    done = guard.send(
        f"/quarantine/{line.item_id}/removal", {"version": line.version, "reason": "Biên bản 3"}
    )

    assert told.status_code == 303
    assert (line.level, line.place) == ("secret", "declared")
    assert done.headers["location"] == "/quarantine?done=quarantine.remove"
    with pytest.raises(ConflictError):
        hand_in(story, b"a,b\n7,8\n")
    assert guard.get(f"/quarantine/{line.item_id}/removal").status_code == 409
    assert "bị gửi lại 1 lần và đều bị từ chối" in guard.get("/quarantine").text
    assert officer.get(f"/items/{received.item_id}/content").status_code == 409


def test_what_stops_a_deposit_is_named_instead_of_a_button(enter, story):
    received = hand_in(story, pdf(letter()))
    page = f"/deposits/{received.deposit_id}"
    story.world.hand_in(received.deposit_id)
    member = enter("member")

    shown = member.get(page).text
    version = story.world.get(Deposit, received.deposit_id).version
    pressed = member.send(f"{page}/moves/accept", {"version": version})
    told = member.get(f"/api{page}").json()

    assert f"{page}/moves/accept" not in shown
    assert f"{page}/moves/return" in shown
    assert "Tệp “bảng kê.csv” chưa kiểm tra an toàn xong." in shown
    assert f'<a href="/items/{received.item_id}">Xem tệp</a>' in shown
    # Which of its files is named first depends on what other tests have handed in before.
    first = told["obstacles"][0]
    refused = html.escape(translator("vi").refusal(first["code"], first["facts"]))
    assert (pressed.status_code, refused in pressed.text) == (409, True)
