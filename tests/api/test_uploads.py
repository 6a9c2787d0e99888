"""Large files come in through little memory, whole or not at all."""

import hashlib
import socket
from uuid import uuid4

import pytest

from api.uploads import PIECE_BYTES
from tests.api.uploading import MIB, PIECE, Place, enter, peak_mib, prepare, send_body, send_form
from tests.journeys.serving import Server, serving, wait_until

SIZE = 256 * MIB
LARGEST_MIB = 300


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return prepare(tmp_path_factory.mktemp("uploads"))


@pytest.fixture(scope="module")
def server(place: Place, tmp_path_factory: pytest.TempPathFactory):
    with serving(place.settings, tmp_path_factory.mktemp("log") / "server.log") as server:
        yield server


def test_a_body_of_256_mib_is_received_within_300_mib(server: Server, place: Place) -> None:
    with enter(server) as client:
        answer = send_body(client, place, SIZE)

    assert answer.status_code == 201
    received = answer.json()
    expected = hashlib.sha256()
    for _ in range(SIZE // len(PIECE)):
        expected.update(PIECE)
    assert (received["size_bytes"], received["sha256"]) == (SIZE, expected.hexdigest())
    assert received["name"] == "dữ liệu.bin"
    assert peak_mib(server) < LARGEST_MIB


def test_a_form_of_256_mib_is_received_within_300_mib(
    server: Server, place: Place, tmp_path
) -> None:
    file = tmp_path / "bảng kê.bin"
    with file.open("wb") as content:
        content.truncate(SIZE)
    with enter(server) as client:
        answer = send_form(client, place, file)

    assert answer.status_code == 303, answer.text
    assert peak_mib(server) < LARGEST_MIB


def test_the_same_incoming_id_is_received_once(server: Server, place: Place) -> None:
    address = f"/api/inspections/{place.inspection_id}/requests/{place.request_id}/files"
    query = {"name": "a.csv", "incoming": str(uuid4())}
    with enter(server) as client:
        first = client.put(address, params=query, content=b"a,b\n1,2\n")
        second = client.put(address, params=query, content=b"a,b\n1,2\n")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()


def test_an_empty_file_is_refused(server: Server, place: Place) -> None:
    address = f"/api/inspections/{place.inspection_id}/requests/{place.request_id}/files"
    with enter(server) as client:
        answer = client.put(address, params={"name": "a.csv", "incoming": str(uuid4())})

    assert (answer.status_code, answer.json()["code"]) == (422, "evidence.empty")


def test_a_stranger_is_turned_away_before_the_body_is_read(server: Server, place: Place) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    path = f"/api/inspections/{place.inspection_id}/requests/{place.request_id}/files"
    head = (
        f"PUT {path}?name=a&incoming={uuid4()} HTTP/1.1\r\nHost: {host}\r\n"
        f"Content-Length: {SIZE}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head.encode())  # and not one byte of the body
        answer = connection.recv(200)

    assert answer.startswith(b"HTTP/1.1 401")


def test_what_is_announced_too_large_is_refused_before_it_is_sent(
    server: Server, place: Place
) -> None:
    address = f"/api/inspections/{place.inspection_id}/requests/{place.request_id}/files"
    limit = place.settings.upload_limit_bytes
    with enter(server) as client:
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        token = client.headers["x-csrftoken"]
    host, port = server.url.removeprefix("http://").split(":")
    head = (
        f"PUT {address}?name=a&incoming={uuid4()} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n"
        f"X-CSRFToken: {token}\r\nContent-Length: {limit + 2 * MIB}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head.encode())
        answer = connection.recv(200)

    assert answer.startswith(b"HTTP/1.1 413")


def test_an_upload_broken_off_leaves_nothing(server: Server, place: Place) -> None:
    address = f"/api/inspections/{place.inspection_id}/requests/{place.request_id}/files"
    with enter(server) as client:
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        token = client.headers["x-csrftoken"]
        host, port = server.url.removeprefix("http://").split(":")
        incoming = uuid4()
        head = (
            f"PUT {address}?name=half.bin&incoming={incoming} HTTP/1.1\r\nHost: {host}\r\n"
            f"Cookie: {cookie}\r\nX-CSRFToken: {token}\r\nContent-Length: {MIB}\r\n\r\n"
        )
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(head.encode() + b"x" * 1000)
        wait_until(
            lambda: '"status": 400' in server.log_text() or "broken" in server.log_text(),
            what="the server to notice",
            patience=10,
        )
        deposits = client.get(f"/api/inspections/{place.inspection_id}/deposits").json()

    names = [file["name"] for deposit in deposits for file in deposit["files"]]
    assert "half.bin" not in names


def test_the_server_tells_how_much_has_come(server: Server, place: Place) -> None:
    address = f"/api/inspections/{place.inspection_id}/requests/{place.request_id}/files"
    incoming = uuid4()
    seen: list[int] = []
    with enter(server) as client:
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        host, port = server.url.removeprefix("http://").split(":")
        head = (
            f"PUT {address}?name=slow.bin&incoming={incoming} HTTP/1.1\r\nHost: {host}\r\n"
            f"Cookie: {cookie}\r\nX-CSRFToken: {client.headers['x-csrftoken']}\r\n"
            f"Content-Length: {SIZE}\r\n\r\n"
        )
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(head.encode())

            def more_has_come() -> bool:
                connection.sendall(b"x" * (PIECE_BYTES // 4))
                answer = client.get(f"/api/uploads/{incoming}")
                told = answer.json()["received_bytes"] if answer.is_success else 0
                return told > max(seen, default=0) and not seen.append(told)

            for number in range(5):
                wait_until(more_has_come, what=f"value {number + 1}")

    assert seen == sorted(set(seen))
