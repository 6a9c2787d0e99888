"""`thanhtra deposit`: the same files, the same protocol, from a program."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from api import sending
from evidence.limits import PART_BYTES
from tests.api.test_uploads import received
from tests.api.uploading import (
    PASSWORD,
    Place,
    announce,
    enter,
    prepare,
    send_part,
)
from tests.journeys.serving import Server, serving


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return prepare(tmp_path_factory.mktemp("deposit"))


@pytest.fixture(scope="module")
def server(place: Place, tmp_path_factory: pytest.TempPathFactory):
    with serving(place.settings, tmp_path_factory.mktemp("log") / "server.log") as server:
        yield server


def run(
    server: Server, folder: Path, *arguments: object, password: str = PASSWORD, lang: str = "vi"
) -> subprocess.CompletedProcess[str]:
    secret = folder / "password"
    secret.write_text(f"{password}\n")
    options = ("--url", server.url, "--login", "officer", "--password-file", str(secret))
    return subprocess.run(
        [sys.executable, "-m", "api.cli", "deposit", *options, *map(str, arguments)],
        env={**os.environ, "LANG": f"{lang}_VN.UTF-8", "LC_ALL": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_folder_is_handed_in_and_only_failures_again(
    server: Server, place: Place, tmp_path: Path
) -> None:
    files = tmp_path / "hồ sơ"
    (files / "phụ lục").mkdir(parents=True)
    (files / "một.txt").write_text("Một")
    (files / "phụ lục" / "hai.txt").write_text("Hai")
    (files / "rỗng.txt").touch()

    first = run(server, tmp_path, place.request_id, files)
    (files / "rỗng.txt").write_text("Không rỗng nữa")
    second = run(server, tmp_path, place.request_id, files)

    assert (first.returncode, second.returncode) == (1, 0), first.stderr + second.stderr
    assert "rỗng.txt: Tệp rỗng" in first.stderr
    assert first.stdout.count("đã nhận") == 2
    assert (second.stdout.count("đã nhận"), second.stdout.count("đã có từ trước")) == (1, 2)
    for name in ("một.txt", "hai.txt", "rỗng.txt"):
        assert len(received(place, name)) == 1


def test_what_a_browser_began_the_command_goes_on_with(
    server: Server, place: Place, tmp_path: Path
) -> None:
    content = b"c" * (PART_BYTES + 10)
    path = tmp_path / "dở dang.bin"
    path.write_bytes(content)
    with enter(server) as client:
        address = announce(client, place, content, name="dở dang.bin").headers["location"]
        send_part(client, address, 0, content[:PART_BYTES])

    page = f"{server.url}/portal/inspections/{place.inspection_id}/requests/{place.request_id}"
    done = run(server, tmp_path, page, path, lang="en")

    assert done.returncode == 0, done.stderr
    assert "1 of 1 files" in done.stdout
    [item] = received(place, "dở dang.bin")
    assert str(item.incoming_id) == address.rpartition("/")[2]


def test_a_wrong_password_and_a_foreign_request_are_said(
    server: Server, place: Place, tmp_path: Path
) -> None:
    path = tmp_path / "tệp.txt"
    path.write_text("Tệp")

    shut_out = run(server, tmp_path, place.request_id, path, password="sai mật khẩu")
    foreign = run(server, tmp_path, place.inspection_id, path)

    assert (shut_out.returncode, foreign.returncode) == (2, 2)
    assert "Traceback" not in shut_out.stderr + foreign.stderr
    assert str(place.inspection_id) in foreign.stderr


def test_why_a_login_opens_nothing_is_told(server: Server, place: Place, tmp_path: Path) -> None:
    file = tmp_path / "tệp.txt"
    file.write_text("Nội dung")

    first = run(server, tmp_path, place.request_id, file, password="sai")
    with httpx.Client(base_url=server.url) as client:
        for _ in range(5):
            with pytest.raises(sending.SendingFailedError):
                sending.enter(client, username="officer", password="sai")
    last = run(server, tmp_path, place.request_id, file, password="sai")

    assert (first.returncode, last.returncode) == (2, 2)
    assert "Tên đăng nhập hoặc mật khẩu không đúng" in first.stderr
    assert re.search(r"Hãy chờ \d+ phút", last.stderr), last.stderr
