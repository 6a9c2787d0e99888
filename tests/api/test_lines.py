"""What comes over a line: slow is not silent, and a head does not grow without end."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import pytest

from api import uploads
from api.http_limits import HEAD_BYTES
from tests.api.uploading import prepare
from tests.journeys.serving import Server, serving

SILENCE = 0.3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("lines")
    with serving(prepare(folder).settings, folder / "server.log") as running:
        yield running


async def pieces(*pauses: float) -> AsyncIterator[bytes]:
    for pause in pauses:
        await asyncio.sleep(pause)
        yield b"x"


def test_a_slow_line_is_not_a_silent_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "SILENCE_SECONDS", SILENCE)

    gathered = asyncio.run(uploads._gather(pieces(*[SILENCE / 3] * 6)))

    assert gathered == [b"x"] * 6


def test_a_silent_line_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "SILENCE_SECONDS", SILENCE)

    with pytest.raises(TimeoutError):
        asyncio.run(uploads._gather(pieces(0, 20 * SILENCE)))


def speak(server: Server, *parts: bytes) -> bytes:
    """Send until the server has enough of it, and give what it said."""
    host, port = server.url.removeprefix("http://").split(":")
    said = b""
    with closing(socket.create_connection((host, int(port)), timeout=30)) as line:
        try:
            for part in parts:
                line.sendall(part)
            while got := line.recv(1 << 16):
                said += got
        except (BrokenPipeError, ConnectionResetError):
            pass
    return said


HEAD = b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
POST = b"POST /api/session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
LINE = b"X-A: " + b"a" * 1000 + b"\r\n"
TOO_MUCH = 2 * HEAD_BYTES // len(LINE)


def test_a_head_of_a_common_length_is_read(server: Server) -> None:
    said = speak(server, HEAD, LINE * 30, b"\r\n")

    assert said.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([HEAD, *[LINE * 10] * (TOO_MUCH * 10)], id="many lines"),
        pytest.param([HEAD, b"X-A: ", *[b"a" * 10_000] * TOO_MUCH * 10], id="one line"),
        pytest.param([b"GET /", *[b"a" * 10_000] * TOO_MUCH * 10], id="address"),
        pytest.param([POST, b"0\r\n", *[LINE * 10] * (TOO_MUCH * 10)], id="trailers"),
        pytest.param([POST, *[b"1\r\nx\r\n" * 5000] * TOO_MUCH], id="framing"),
    ],
)
def test_a_head_without_end_is_broken_off(server: Server, parts: list[bytes]) -> None:
    said = speak(server, *parts)

    assert said == b"" or said.startswith(b"HTTP/1.1 4")
    assert speak(server, HEAD, b"\r\n").startswith(b"HTTP/1.1 200 ")
