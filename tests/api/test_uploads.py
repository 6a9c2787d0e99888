"""Large files come in through little memory, in parts that are checked, whole or not at all."""

import hashlib
import socket
from pathlib import Path

import httpx
import pytest
from sqlmodel import col, select

from api.sending import Outcome, Sender, SendingFailedError, describe
from evidence.limits import LARGE_BYTES, PART_BYTES
from inspection.database import Database
from inspection.tables import EvidenceItem
from tests.api.uploading import (
    MIB,
    Place,
    announce,
    ask_offset,
    encoded,
    enter,
    made_file,
    peak_mib,
    place_of,
    prepare,
    send_form,
    send_part,
)
from tests.journeys.serving import Server, serving, wait_until

SIZE = 256 * MIB
LARGEST_MIB = 300
TWO_PARTS = b"a" * PART_BYTES + b"b" * 1000


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return prepare(tmp_path_factory.mktemp("uploads"))


@pytest.fixture(scope="module")
def server(place: Place, tmp_path_factory: pytest.TempPathFactory):
    with serving(place.settings, tmp_path_factory.mktemp("log") / "server.log") as server:
        yield server


@pytest.fixture
def client(server: Server):
    with enter(server) as client:
        yield client


def received(place: Place, name: str) -> list[EvidenceItem]:
    database = Database(place.settings.database_url)
    with database.read() as session:
        found = session.exec(select(EvidenceItem).where(col(EvidenceItem.name) == name)).all()
    database.close()
    return list(found)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_file_of_256_mib_is_received_within_300_mib(
    server: Server, client: httpx.Client, place: Place, tmp_path: Path
) -> None:
    file = describe(made_file(tmp_path / "dữ liệu.bin", SIZE))
    reached: list[int] = []

    outcome = Sender(client, place_of(place)).send(file, reached.append)

    [item] = received(place, "dữ liệu.bin")
    assert (outcome, item.size_bytes, item.sha256) == (Outcome.SENT, SIZE, file.sha256)
    assert reached == [*range(0, SIZE, PART_BYTES), SIZE]
    assert peak_mib(server) < LARGEST_MIB


def test_a_large_file_goes_in_parts_of_twice_the_size(
    client: httpx.Client, place: Place, tmp_path: Path
) -> None:
    file = describe(made_file(tmp_path / "bản quét.bin", LARGE_BYTES))
    reached: list[int] = []

    assert Sender(client, place_of(place)).send(file, reached.append) is Outcome.SENT

    assert reached == [*range(0, LARGE_BYTES, 2 * PART_BYTES), LARGE_BYTES]
    [item] = received(place, "bản quét.bin")
    assert (item.size_bytes, item.sha256) == (LARGE_BYTES, file.sha256)


def test_a_form_of_256_mib_is_received_within_300_mib(
    server: Server, client: httpx.Client, place: Place, tmp_path: Path
) -> None:
    file = tmp_path / "bảng kê.bin"
    with file.open("wb") as content:
        content.truncate(SIZE)

    answer = send_form(client, place, file)

    assert answer.status_code == 303, answer.text
    assert peak_mib(server) < LARGEST_MIB


def test_what_is_spoken_here_is_told(client: httpx.Client, place: Place) -> None:
    answer = client.options(place_of(place))

    told = {name: value for name, value in answer.headers.items() if name.startswith("tus-")}
    assert (answer.status_code, told) == (
        204,
        {
            "tus-resumable": "1.0.0",
            "tus-version": "1.0.0",
            "tus-extension": "creation,expiration,termination,checksum",
            "tus-checksum-algorithm": "sha256,sha1,crc32",
            "tus-max-size": str(place.settings.upload_limit_bytes),
        },
    )


def test_an_upload_step_by_step(client: httpx.Client, place: Place) -> None:
    begun = announce(client, place, TWO_PARTS, name="hai phần.bin")
    address = begun.headers["location"]
    assert (begun.status_code, begun.headers["tus-resumable"]) == (201, "1.0.0")
    assert begun.headers["upload-part-size"] == str(PART_BYTES)
    assert ask_offset(client, address) == 0

    first = send_part(client, address, 0, TWO_PARTS[:PART_BYTES])
    assert (first.status_code, first.headers["upload-offset"]) == (204, str(PART_BYTES))
    assert "upload-expires" in begun.headers
    assert ask_offset(client, address) == PART_BYTES

    last = send_part(client, address, PART_BYTES, TWO_PARTS[PART_BYTES:])
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(TWO_PARTS)))
    [item] = received(place, "hai phần.bin")
    assert item.sha256 == hashlib.sha256(TWO_PARTS).hexdigest()
    assert client.get(address).json()["state"] == "received"
    # Asked again after a lost answer, the end is the same and there is no second file.
    assert send_part(client, address, len(TWO_PARTS), b"").status_code == 204
    assert len(received(place, "hai phần.bin")) == 1


def test_sha1_is_taken_because_the_extension_demands_it(client: httpx.Client, place: Place) -> None:
    address = announce(client, place, b"sha1", name="sha1.bin").headers["location"]
    checksum = f"sha1 {encoded(hashlib.sha1(b'sha1', usedforsecurity=False).digest())}"

    answer = send_part(client, address, 0, b"sha1", **{"upload-checksum": checksum})

    assert answer.status_code == 204


def test_a_part_altered_on_its_way_does_not_count(client: httpx.Client, place: Place) -> None:
    address = announce(client, place, TWO_PARTS, name="lệch.bin").headers["location"]
    right = f"sha256 {encoded(hashlib.sha256(TWO_PARTS[:PART_BYTES]).digest())}"
    forged = b"x" + TWO_PARTS[1:PART_BYTES]

    answer = send_part(client, address, 0, forged, **{"upload-checksum": right})

    assert code_of(answer) == (460, "evidence.part_altered")
    assert ask_offset(client, address) == 0
    assert send_part(client, address, 0, TWO_PARTS[:PART_BYTES]).status_code == 204


def test_another_file_than_declared_is_refused_and_says_why(
    client: httpx.Client, place: Place
) -> None:
    address = announce(client, place, b"declared", name="khác.bin").headers["location"]

    answer = send_part(client, address, 0, b"received")

    assert code_of(answer) == (422, "evidence.whole_altered")
    told = client.get(address).json()
    assert (told["state"], told["reason_code"]) == ("refused", "evidence.whole_altered")
    assert received(place, "khác.bin") == []
    # Announced again, it is another upload and may succeed.
    again = announce(client, place, b"declared", name="khác.bin").headers["location"]
    assert again != address
    assert send_part(client, again, 0, b"declared").status_code == 204


@pytest.mark.parametrize(
    ("offset", "part", "headers", "expected"),
    [
        (8, b"x", {}, (409, "upload.other_offset")),
        (0, TWO_PARTS[:1000], {}, (422, "evidence.incomplete")),
        (0, TWO_PARTS, {}, (413, "evidence.too_large")),
        (0, b"x", {"tus-resumable": "0.2.2"}, (412, "upload.protocol")),
        (0, b"x", {"content-type": "text/plain"}, (415, "upload.body_kind")),
        (0, b"x", {"upload-checksum": "md5 eA=="}, (400, "upload.bad_header")),
        (0, b"x", {"upload-checksum": ""}, (400, "upload.bad_header")),
        (0, b"x", {"upload-offset": "-1"}, (400, "upload.bad_header")),
    ],
)
def test_a_part_that_is_not_due_changes_nothing(
    client: httpx.Client, place: Place, *, offset, part, headers, expected
) -> None:
    address = announce(client, place, TWO_PARTS, name="không đổi.bin").headers["location"]

    answer = send_part(client, address, offset, part, **headers)

    assert code_of(answer) == expected
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert ask_offset(client, address) == 0


@pytest.mark.parametrize(
    ("content", "headers", "expected"),
    [
        (b"", {}, (422, "evidence.empty")),
        (b"x", {"upload-length": str(1 << 40)}, (413, "evidence.too_large")),
        (b"x", {"upload-length": "x"}, (400, "upload.bad_header")),
        (b"x", {"upload-metadata": "filename %"}, (400, "upload.bad_header")),
        (b"x", {"upload-metadata": "filename YQ=="}, (422, "upload.no_digest")),
        (b"x", {"tus-resumable": "2.0.0"}, (412, "upload.protocol")),
    ],
)
def test_what_cannot_be_taken_is_refused_before_it_is_sent(
    client: httpx.Client, place: Place, content, headers, expected
) -> None:
    assert code_of(announce(client, place, content, **headers)) == expected


def test_the_same_file_announced_again_goes_on_and_is_never_doubled(
    client: httpx.Client, place: Place
) -> None:
    first = announce(client, place, TWO_PARTS, name="một lần.bin").headers["location"]
    send_part(client, first, 0, TWO_PARTS[:PART_BYTES])

    again = announce(client, place, TWO_PARTS, name="một lần.bin")

    assert again.headers["location"] == first
    assert again.headers["upload-offset"] == str(PART_BYTES)
    send_part(client, first, PART_BYTES, TWO_PARTS[PART_BYTES:])
    third = announce(client, place, TWO_PARTS, name="một lần.bin")
    assert code_of(third) == (409, "upload.received_already")
    assert len(received(place, "một lần.bin")) == 1


def test_ones_own_unfinished_files_are_found_again(client: httpx.Client, place: Place) -> None:
    address = announce(client, place, TWO_PARTS, name="tìm lại.bin").headers["location"]
    send_part(client, address, 0, TWO_PARTS[:PART_BYTES])

    lines = {line["name"]: line for line in client.get(place_of(place)).json()}

    line = lines["tìm lại.bin"]
    assert (line["state"], line["offset_bytes"]) == ("receiving", PART_BYTES)


def test_giving_up_leaves_nothing(client: httpx.Client, place: Place) -> None:
    address = announce(client, place, TWO_PARTS, name="bỏ.bin").headers["location"]
    send_part(client, address, 0, TWO_PARTS[:PART_BYTES])
    assert isinstance(place.settings.storage.path, Path)
    passage = place.settings.storage.path / "incoming" / address.rpartition("/")[2]
    assert passage.exists()

    answer = client.delete(address, headers={"tus-resumable": "1.0.0"})

    assert answer.status_code == 204
    assert not passage.exists()
    assert client.head(address, headers={"tus-resumable": "1.0.0"}).status_code == 404


def test_a_colleague_finds_neither_the_upload_nor_its_bytes(
    server: Server, client: httpx.Client, place: Place
) -> None:
    address = announce(client, place, TWO_PARTS, name="riêng.bin").headers["location"]

    with enter(server, "other") as stranger:
        answers = [
            stranger.get(address),
            send_part(stranger, address, 0, TWO_PARTS[:PART_BYTES]),
            stranger.delete(address, headers={"tus-resumable": "1.0.0"}),
            announce(stranger, place, b"x"),
        ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert ask_offset(client, address) == 0


def test_a_refusal_reaches_whoever_sends(
    client: httpx.Client, place: Place, tmp_path: Path
) -> None:
    path = tmp_path / "rỗng.bin"
    path.touch()

    with pytest.raises(SendingFailedError) as refused:
        Sender(client, place_of(place)).send(describe(path))

    assert refused.value.code == "evidence.empty"


def test_a_stranger_is_turned_away_before_the_body_is_read(
    server: Server, client: httpx.Client, place: Place
) -> None:
    address = announce(client, place, TWO_PARTS, name="người lạ.bin").headers["location"]
    host, port = server.url.removeprefix("http://").split(":")
    head = f"PATCH {address} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {SIZE}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head.encode())  # and not one byte of the body
        answer = connection.recv(200)

    assert answer.startswith(b"HTTP/1.1 401")


def test_a_part_broken_off_does_not_count_and_frees_its_upload(
    server: Server, client: httpx.Client, place: Place
) -> None:
    address = announce(client, place, TWO_PARTS, name="đứt.bin").headers["location"]
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    host, port = server.url.removeprefix("http://").split(":")
    head = (
        f"PATCH {address} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n"
        f"X-CSRFToken: {client.headers['x-csrftoken']}\r\nTus-Resumable: 1.0.0\r\n"
        "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n"
        f"Upload-Checksum: sha256 {encoded(bytes(32))}\r\nContent-Length: {PART_BYTES}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head.encode() + b"x" * MIB)
        # While it hangs, a second attempt is told to wait.
        wait_until(
            lambda: send_part(client, address, 0, TWO_PARTS[:PART_BYTES]).status_code == 423,
            what="the first attempt to hold the upload",
            patience=10,
        )

    def free() -> bool:
        return send_part(client, address, 0, TWO_PARTS[:PART_BYTES]).status_code == 204

    wait_until(free, what="the server to notice", patience=10)
    assert ask_offset(client, address) == PART_BYTES
