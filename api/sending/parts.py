"""Sending one file in parts by the tus protocol, and going on after whatever broke off."""

import base64
import io
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

import httpx

from api.refusals import ShellError
from api.sending.files import Described
from api.tus import PART, PART_SIZE, VERSION
from evidence.parts import Algorithm, Checksum

# The server may be starting again, or another attempt still holds the upload.
PATIENCE_SECONDS: Final = 120.0
PIECE_BYTES: Final = 1 << 18
PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
_PASSING: Final = frozenset(
    {
        HTTPStatus.LOCKED,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
        460,  # the part was altered on its way
    }
)
_PASSING_CODES: Final = frozenset({"upload.other_offset", "upload.not_open"})


class Outcome(StrEnum):
    """What became of a file."""

    SENT = "sent"
    THERE_ALREADY = "there_already"


class SendingFailedError(ShellError):
    """The server refused a file, in its own words; or it did not answer for too long."""


class _BrokenOffError(Exception):
    """What may work when it is tried again."""


class Sender:
    """Sends files to one place; `client` is logged in, and bears the token against forgery.

    Attributes:
        sent_bytes: How many bytes of files went over the line, lost ones included.
    """

    def __init__(
        self, client: httpx.Client, place: str, *, patience: float = PATIENCE_SECONDS
    ) -> None:
        self._client = client
        self._place = place
        self._patience = patience
        self.sent_bytes = 0

    def send(self, file: Described, told: Callable[[int], None] = lambda _: None) -> Outcome:
        """Send a file, or what is missing of it; `told` hears how much the server has.

        Raises:
            SendingFailedError: The server refuses the file, or does not answer for too long.
        """
        well_at, tries, best = time.monotonic(), 0, -1

        def hear(reached: int) -> None:
            nonlocal well_at, tries, best
            if reached > best:
                well_at, tries, best = time.monotonic(), 0, reached
            told(reached)

        while True:
            try:
                return self._attempt(file, hear)
            except (httpx.TransportError, _BrokenOffError) as error:
                if time.monotonic() - well_at > self._patience:
                    raise SendingFailedError("sending.no_answer", file=file.name) from error
                time.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
                tries += 1

    def _attempt(self, file: Described, told: Callable[[int], None]) -> Outcome:
        # Announcing a file again gives the upload under way: nothing need be remembered here.
        answer = self._ask("POST", self._place, self._announcement(file))
        if answer is None:
            return Outcome.THERE_ALREADY
        address, reached = answer.headers["location"], int(answer.headers["upload-offset"])
        size = int(answer.headers[PART_SIZE])
        with file.path.open("rb", buffering=0) as source, ThreadPoolExecutor(1) as ahead:
            part = _read_part(source, reached, size)
            while True:
                told(reached)
                after = reached + len(part.content)
                # The next part is read and hashed while this one is on the line.
                coming = ahead.submit(_read_part, source, after, size)
                self._send(address, reached, part)
                reached, part = after, coming.result()
                if reached >= file.size_bytes:
                    told(reached)
                    return Outcome.SENT

    def _send(self, address: str, offset: int, part: "_Part") -> None:
        headers = {
            "content-type": PART,
            "content-length": str(len(part.content)),
            "upload-offset": str(offset),
        }
        if part.content:
            headers["upload-checksum"] = part.checksum
        self.sent_bytes += len(part.content)
        self._ask("PATCH", address, headers, content=_pieces(part.content))

    def _ask(
        self,
        method: str,
        address: str,
        headers: dict[str, str],
        *,
        content: bytes | Iterator[bytes] = b"",
    ) -> httpx.Response | None:
        answer = self._client.request(
            method, address, headers={"tus-resumable": VERSION, **headers}, content=content
        )
        if answer.is_success:
            return answer
        if answer.status_code in _PASSING:
            raise _BrokenOffError
        code, facts = refusal_of(answer)
        if code == "upload.received_already":
            return None
        if code in _PASSING_CODES:
            raise _BrokenOffError
        raise SendingFailedError(code, **facts)

    @staticmethod
    def _announcement(file: Described) -> dict[str, str]:
        said = {
            "filename": file.name,
            "sha256": file.sha256,
            "modified": str(file.modified_ms),
        }
        return {
            "upload-length": str(file.size_bytes),
            "upload-metadata": ",".join(
                f"{name} {base64.b64encode(value.encode()).decode()}"
                for name, value in said.items()
            ),
        }


@dataclass(frozen=True, slots=True)
class _Part:
    content: bytes
    checksum: str


def _pieces(content: bytes) -> Iterator[bytes]:
    # The client copies what is left of a piece each time the line takes some of it.
    view = memoryview(content)
    return (bytes(view[at : at + PIECE_BYTES]) for at in range(0, len(view), PIECE_BYTES))


def _read_part(source: io.FileIO, offset: int, size: int) -> _Part:
    source.seek(offset)
    content = source.read(size)
    # It finds what the line has altered; of the whole, the server compares the SHA-256 announced.
    checksum = Checksum.of(content, Algorithm.CRC32)
    return _Part(content, f"{checksum.algorithm} {base64.b64encode(checksum.value).decode()}")


def refusal_of(answer: httpx.Response) -> tuple[str, dict[str, object]]:
    """Code and facts of a refusal, as the server tells them."""
    try:
        problem = answer.json()
        return problem["code"], dict(problem["facts"])
    except (ValueError, KeyError, TypeError):
        return "sending.unexpected", {"status": answer.status_code}
