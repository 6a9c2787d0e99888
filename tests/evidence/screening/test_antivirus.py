"""A real clamd, asked as a deployment would ask it."""

import os
import socket
import threading

import pytest

from evidence.apart import ProcessLimits
from evidence.errors import ScannerUnavailableError
from evidence.screening.antivirus import Scan, Scanner
from evidence.screening.screen import screen
from evidence.screening.values import Antivirus
from tests.evidence.screening.documents import docx
from tests.evidence.screening.hostile import MIB, zipped
from tests.servers import EICAR

FOUND = "Eicar-Test-Signature.UNOFFICIAL"


@pytest.fixture
def scanner(clamd):
    return Scanner(address=clamd.address)


CARRIERS = {
    "plain": EICAR,
    "zip": zipped({"eicar.com": EICAR}),
    "accented name": zipped({"Báo cáo tình hình Đường sắt.txt": EICAR}),
    "nested zip": zipped({"trong.zip": zipped({"nữa.zip": zipped({"eicar.com": EICAR})})}),
    "beside others": zipped({"a.txt": b"a" * 100_000, "b.com": EICAR, "c.txt": b"c"}),
}


@pytest.mark.parametrize("case", list(CARRIERS))
def test_eicar_is_found(scanner, case):
    found = scanner.scan([CARRIERS[case]])

    assert (found.answer, found.detail) == (Antivirus.INFECTED, FOUND), case
    assert found.engine.startswith("ClamAV ")


def test_what_holds_nothing_is_clear(scanner):
    assert scanner.scan([]).answer is Antivirus.CLEAR
    assert scanner.scan([b"", b"Ordinary.\n", b""]).answer is Antivirus.CLEAR
    assert scanner.scan([zipped({"Đơn vị.txt": "bình thường"})]).answer is Antivirus.CLEAR


def test_pieces_of_any_size_are_one_stream(scanner):
    assert scanner.scan(EICAR[n : n + 1] for n in range(len(EICAR))).answer is Antivirus.INFECTED


@pytest.mark.parametrize("mebibytes", [40, 200])
def test_more_than_the_scanner_takes_is_too_large(scanner, mebibytes):
    """Above its MaxFileSize it says so; above its StreamMaxLength it hangs up."""
    piece = os.urandom(MIB)

    assert scanner.scan(piece for _ in range(mebibytes)).answer is Antivirus.TOO_LARGE


def test_a_scanner_that_is_not_there_is_an_error_and_never_clear(tmp_path):
    for address in (f"unix:{tmp_path}/nobody", "tcp://127.0.0.1:1"):
        scanner = Scanner(address=address, seconds=1)
        assert scanner.scan([b"a"]) == Scan(
            answer=Antivirus.ERROR, detail="ScannerUnavailableError"
        )
        with pytest.raises(ScannerUnavailableError):
            scanner.version()


@pytest.mark.parametrize("answer", [b"", b"hello\0", b"stream: OK\0"])
def test_another_program_at_that_address_is_an_error(answer):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(100)
                connection.sendall(answer)

        thread = threading.Thread(target=speak)
        thread.start()
        scanner = Scanner(address=f"tcp://127.0.0.1:{server.getsockname()[1]}", seconds=5)
        assert scanner.scan([b"a"]).answer is Antivirus.ERROR
        thread.join()


def test_a_file_with_a_mark_is_not_given_to_the_scanner(tmp_path, scanner):
    for name, content, answer in (
        ("a.docx", docx(["MẬT"]), Antivirus.UNSCANNED),
        ("b.docx", docx(["Bình thường"]), Antivirus.CLEAR),
    ):
        (tmp_path / name).write_bytes(content)
        screened = screen(
            tmp_path / name,
            name=name,
            folder=tmp_path,
            scanner=scanner,
            limits=ProcessLimits(),
        )
        assert screened.scan.answer is answer
