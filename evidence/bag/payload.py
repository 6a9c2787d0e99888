"""Reading the payload of a bag that was verified, without trusting that it stayed so."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from evidence.bag.faults import PayloadFile
from evidence.errors import EvidenceAlteredError
from evidence.storage import CHUNK_BYTES


def read_payload(folder: Path, path: str, lying: PayloadFile) -> Iterator[bytes]:
    """The bytes of one payload file, hashed again on the way.

    Raises:
        EvidenceAlteredError: (before the last chunk) They are no longer those that were verified.
    """
    hasher, held = hashlib.sha256(), b""
    descriptor = os.open(folder / path, os.O_RDONLY | os.O_NOFOLLOW)
    with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123 - a descriptor, no path
        while chunk := file.read(CHUNK_BYTES):
            hasher.update(chunk)
            if held:
                yield held
            held = chunk
    if hasher.hexdigest() != lying.sha256:
        raise EvidenceAlteredError(
            "evidence.altered", expected=lying.sha256, found=hasher.hexdigest()
        )
    if held:
        yield held
