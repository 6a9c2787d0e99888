"""The pages of holds and of the store."""

import re
from uuid import UUID

from inspection.tables import LegalHold
from inspection.workflow.states import HoldState


def holds(inspection_id):
    return f"/inspections/{inspection_id}/holds"


def test_two_persons_place_a_hold_and_one_cannot(enter, story):
    address = holds(story.fresh_inspection_id)
    empty = enter("lead").send(address, {"cause": " "})
    asked = enter("lead").send(address, {"cause": "Tòa án yêu cầu giữ nguyên."})
    page = enter("lead").get(address).text
    waits = enter("issuer").get("/today").text
    [hold_id] = set(re.findall(r"/holds/([0-9a-f-]{36})/moves", enter("issuer").get(address).text))
    form = enter("issuer").get(f"/holds/{hold_id}/moves/place")
    own = enter("lead").send(f"/holds/{hold_id}/moves/place", {"version": 1})
    placed = enter("issuer").send(f"/holds/{hold_id}/moves/place", {"version": 1})

    assert (empty.status_code, asked.status_code) == (422, 303)
    assert "Tòa án yêu cầu giữ nguyên." in page
    assert "cần người khác quyết định" in page
    assert f'<a href="{address}">Quyết định đề nghị phong tỏa chứng cứ</a>' in waits
    assert address not in enter("issuer").get("/today").text
    assert (form.status_code, own.status_code, placed.status_code) == (200, 403, 303)
    assert placed.headers["location"] == f"{address}?done=hold.place"
    assert "Đã phong tỏa." in enter("lead").get(placed.headers["location"]).text
    assert story.world.get(LegalHold, UUID(hold_id)).state is HoldState.PLACED
    assert "Người issuer quyết định phong tỏa ngày" in enter("lead").get(address).text


def test_the_page_says_that_this_store_locks_nothing(enter, story):
    page = enter("lead").get(holds(story.inspection_id)).text

    assert "Kho lưu trữ không có chức năng khóa" in page


def test_the_store_shows_its_state_to_administrators(enter):
    page = enter("admin").get("/admin/storage")

    assert page.status_code == 200
    assert "KHÔNG ngăn được việc xóa" in page.text
    assert enter("lead").get("/admin/storage").status_code == 403


def test_the_store_says_that_nothing_was_checked_yet_and_what_will_be(enter):
    page = enter("admin").get("/admin/storage").text

    assert re.search(r"Chưa tệp nào trong \d+ tệp được tính lại mã băm", page)
    assert "mỗi tệp một lần trong mỗi 30 ngày" in page
    assert "chưa có: còn tệp chưa được kiểm tra lần nào" in page
    assert "nên chưa biết có tệp nào bị thay đổi" in page
    assert "không có tệp nào bị thay đổi hoặc bị mất" not in page


def test_the_witness_is_told_the_whole_command(enter):
    page = enter("").get("/custody").text

    told = "thanhtra custody witness nhan-chung.jsonl --key khoa.json --url http://testserver.local"
    assert f"<code>{told}</code>" in page


def test_the_same_over_the_api(enter, story):
    address = f"/api/inspections/{story.inspection_id}/holds"
    lead = enter("lead")

    made = lead.tell(address, {"cause": "Cơ quan điều tra yêu cầu."})
    hold = lead.get(address).json()[0]

    assert made.status_code == 201
    assert (hold["state"], hold["cause"]) == ("asked", "Cơ quan điều tra yêu cầu.")
    decision = {"act": "place", "version": hold["version"]}
    refused = lead.tell(f"/api/holds/{hold['id']}/moves", decision)
    assert (refused.status_code, refused.json()["code"]) == (403, "hold.own")
