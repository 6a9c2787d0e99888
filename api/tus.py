"""The tus 1.0 protocol of resumable uploads: its headers, read and written.

Source: https://tus.io/protocols/resumable-upload, version 1.0.0, with the extensions creation,
expiration, termination and checksum.  Left out: `X-HTTP-Method-Override`, since it would let a
form do what our guard against forged requests expects of scripts alone.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any, Final

from litestar import Request
from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from api.refusals import BadRequestError, BodyKindError, ProtocolRefusedError
from evidence.limits import Limits
from evidence.parts import Algorithm, Checksum
from inspection.queries.uploads import UploadLine
from inspection.uploads import Announced

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,expiration,termination,checksum"
PART: Final = "application/offset+octet-stream"
PRECONDITION_FAILED: Final = 412
_MOMENT: Final = re.compile(r"[0-9]{1,15}", re.ASCII)  # milliseconds; whatever else is left out
PART_SIZE: Final = "upload-part-size"
TUS: Final = "tus"  # set on handlers that speak the protocol

AnyRequest = Request[Any, Any, Any]


class TusHeaders:
    """A `before_send` hook: every answer of the protocol, refusals too, says what is spoken."""

    def __init__(self, limits: Limits) -> None:
        self._offer = {
            "tus-version": VERSION,
            "tus-extension": EXTENSIONS,
            "tus-checksum-algorithm": ",".join(Algorithm),
            "tus-max-size": str(limits.file_bytes),
        }

    async def __call__(self, message: Message, scope: Scope) -> None:
        """Add the headers; those of the offer where a client asks for it, or has to learn it."""
        handler = scope.get("route_handler")
        if message["type"] != "http.response.start" or not handler or not handler.opt.get(TUS):
            return
        headers = MutableScopeHeaders.from_message(message)
        headers["tus-resumable"] = VERSION
        if scope.get("method") == "OPTIONS" or message["status"] == PRECONDITION_FAILED:
            headers.update(self._offer)


def require_version(request: AnyRequest) -> None:
    """Refuse another version of the protocol.

    Raises:
        ProtocolRefusedError: With the version spoken here.
    """
    if request.headers.get("tus-resumable") != VERSION:
        raise ProtocolRefusedError("upload.protocol", spoken=VERSION)


def read_announced(request: AnyRequest) -> Announced:
    """What a creation request says of the file.

    Raises:
        ProtocolRefusedError, BadRequestError: It does not say it, or not so.
    """
    require_version(request)
    said = _read_metadata(request.headers.get("upload-metadata", ""))
    modified = said.get("modified", "")
    return Announced(
        name=said.get("filename") or said.get("name", ""),
        size_bytes=_read_number(request, "upload-length"),
        sha256=said.get("sha256", ""),
        modified_ms=int(modified) if _MOMENT.fullmatch(modified) else None,
    )


def read_offset(request: AnyRequest) -> int:
    """Where the part of a PATCH request begins.

    Raises:
        ProtocolRefusedError, BodyKindError, BadRequestError: It is no part of this protocol.
    """
    require_version(request)
    if request.headers.get("content-type") != PART:
        raise BodyKindError("upload.body_kind", expected=PART)
    return _read_number(request, "upload-offset")


def read_checksum(request: AnyRequest) -> Checksum:
    """What a PATCH request says of its part; without it nothing could be checked.

    Raises:
        BadRequestError: No checksum, or none of an algorithm spoken here.
    """
    algorithm, _, value = request.headers.get("upload-checksum", "").partition(" ")
    try:
        return Checksum(
            algorithm=Algorithm(algorithm), value=base64.b64decode(value, validate=True)
        )
    except ValueError as error:
        raise BadRequestError("upload.bad_header", header="Upload-Checksum") from error


def say_upload(upload: UploadLine) -> dict[str, str]:
    """Where an upload stands, in the words of the protocol; how large its parts are, in our own."""
    return {
        PART_SIZE: str(upload.part_bytes),
        "upload-offset": str(upload.offset_bytes),
        "upload-length": str(upload.size_bytes),
        "upload-expires": format_datetime(upload.expires_at, usegmt=True),
        "cache-control": "no-store",
    }


def _read_metadata(text: str) -> Mapping[str, str]:
    try:
        pairs = [pair.split() for pair in text.split(",") if pair.strip()]
        return {
            pair[0]: base64.b64decode(pair[1], validate=True).decode() if pair[1:] else ""
            for pair in pairs
        }
    except (ValueError, binascii.Error) as error:
        raise BadRequestError("upload.bad_header", header="Upload-Metadata") from error


def _read_number(request: AnyRequest, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(1 << 62))):
        raise BadRequestError("upload.bad_header", header=header.title())
    return int(text)
