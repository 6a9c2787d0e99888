"""Antivirus through clamd: bytes are streamed to the daemon, its answer is one of five.

The published clients of the protocol are unmaintained or wrap one that is; it is a length, the
bytes, and a line of answer.

Source: clamd(8), "COMMANDS": INSTREAM and VERSION, with the `z` prefix.
"""

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from evidence.errors import ScannerUnavailableError
from evidence.screening.values import Antivirus

SECONDS: Final = 300.0  # between two signs of life of the daemon
_PIECE_BYTES: Final = 1 << 17
_LENGTH: Final = struct.Struct("!I")
_ANSWER_BYTES: Final = 4_096
_LIMITS: Final = "Heuristics.Limits.Exceeded"
_ENCRYPTED: Final = "Heuristics.Encrypted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What the scanner said.

    Attributes:
        detail: The name of what was found, or what went wrong; empty where it is clear.
        engine: Program and signatures, as the daemon names them; empty where it was not asked.
    """

    answer: Antivirus
    detail: str = ""
    engine: str = ""


UNSCANNED: Final = Scan(answer=Antivirus.UNSCANNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """A clamd at `unix:/path` or `tcp://host:port`."""

    address: str
    seconds: float = SECONDS

    def scan(self, chunks: Iterable[bytes]) -> Scan:
        """Have bytes looked at; what cannot be asked is an error and never a clear answer."""
        try:
            engine = self.version()
            return _read(self._stream(chunks), engine)
        except (OSError, ScannerUnavailableError) as error:
            return Scan(answer=Antivirus.ERROR, detail=type(error).__name__)

    def version(self) -> str:
        """Name the engine and its signatures.

        Raises:
            ScannerUnavailableError: Nothing there speaks the protocol.
        """
        try:
            with self._connect() as connection:
                connection.sendall(b"zVERSION\0")
                answer = _receive(connection)
        except OSError as error:
            raise ScannerUnavailableError(
                "evidence.scanner_unavailable", reason=type(error).__name__
            ) from error
        if not answer.startswith("ClamAV"):
            raise ScannerUnavailableError("evidence.scanner_unavailable", reason="protocol")
        return answer

    def _stream(self, chunks: Iterable[bytes]) -> str:
        with self._connect() as connection:
            connection.sendall(b"zINSTREAM\0")
            try:
                for chunk in chunks:
                    for start in range(0, len(chunk), _PIECE_BYTES):
                        piece = chunk[start : start + _PIECE_BYTES]
                        connection.sendall(_LENGTH.pack(len(piece)) + piece)
                connection.sendall(_LENGTH.pack(0))
            except (BrokenPipeError, ConnectionResetError):
                # Above its limit the daemon answers and hangs up while we still speak.
                return _receive(connection) or _TOO_LARGE_ANSWER
            return _receive(connection)

    def _connect(self) -> socket.socket:
        if self.address.startswith("unix:"):
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(self.seconds)
            try:
                connection.connect(self.address.removeprefix("unix:"))
            except OSError:
                connection.close()
                raise
            return connection
        host, _, port = self.address.removeprefix("tcp://").rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=self.seconds)


_TOO_LARGE_ANSWER: Final = "INSTREAM size limit exceeded. ERROR"


def _receive(connection: socket.socket) -> str:
    answer = b""
    try:
        while not answer.endswith(b"\0") and len(answer) < _ANSWER_BYTES:
            piece = connection.recv(_ANSWER_BYTES)
            if not piece:
                break
            answer += piece
    except ConnectionResetError:
        pass
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def _read(answer: str, engine: str) -> Scan:
    """One of `stream: OK`, `stream: NAME FOUND` and `… ERROR`; anything else is an error, too."""
    if answer == "stream: OK":
        return Scan(answer=Antivirus.CLEAR, engine=engine)
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        name = answer.removeprefix("stream: ").removesuffix(" FOUND")[:200]
        return Scan(answer=_kind_of(name), detail=name, engine=engine)
    if "size limit exceeded" in answer:
        return Scan(answer=Antivirus.TOO_LARGE, engine=engine)
    return Scan(answer=Antivirus.ERROR, detail=answer[:200], engine=engine)


def _kind_of(name: str) -> Antivirus:
    """What a name means: some say that the scanner could not look, not that it found something."""
    if name.startswith(_LIMITS):
        return Antivirus.TOO_LARGE
    return Antivirus.ERROR if name.startswith(_ENCRYPTED) else Antivirus.INFECTED
