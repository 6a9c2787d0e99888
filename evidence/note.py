"""Texts signed by keys with a name: the signed notes of C2SP.

Source: C2SP signed-note.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Iterator
from typing import Final

from evidence.errors import CustodyForgedError
from evidence.keys import PublicKey, Signer

LARGEST_NOTE: Final = 1 << 20
_LINE: Final = re.compile(r"— (\S+) ([A-Za-z0-9+/=]+)")
_ID_BYTES: Final = 4


def sign_note(text: str, signer: Signer) -> str:
    """A text that ends in a newline, followed by its signature."""
    signature = signer.public.key_id + signer.sign(text.encode())
    return f"{text}\n— {signer.public.name} {b64encode(signature).decode()}\n"


def open_note(note: str, keys: Iterable[PublicKey]) -> tuple[str, tuple[PublicKey, ...]]:
    """The text of a note, and which of these keys signed it.

    Signatures of other keys are passed over: witnesses may add theirs.

    Raises:
        CustodyForgedError: It is no note, none of these keys signed it, or a signature that
            claims to be of one of them is not.
    """
    # 1. The text ends at the last empty line; what follows are signatures alone.
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or len(note) > LARGEST_NOTE or not note.endswith("\n"):
        raise CustodyForgedError("custody.note_form")
    text += "\n"
    if any(letter < " " and letter != "\n" for letter in note):
        raise CustodyForgedError("custody.note_form")
    # 2. A name and an id choose the key; an unknown one is not looked at.
    known = {(key.name, key.key_id): key for key in keys}
    signed = []
    for name, key_id, signature in _read_lines(signatures):
        key = known.get((name, key_id))
        if key is None:
            continue
        # 3. A known key's signature must hold: one that does not spoils the whole note.
        if not key.verifies(signature, text.encode()):
            raise CustodyForgedError("custody.signature", key=key_id.hex())
        signed.append(key)
    if not signed:
        raise CustodyForgedError("custody.unsigned")
    return text, tuple(signed)


def _read_lines(lines: str) -> Iterator[tuple[str, bytes, bytes]]:
    for line in lines.removesuffix("\n").split("\n"):
        found = _LINE.fullmatch(line)
        if found is None:
            raise CustodyForgedError("custody.note_form")
        try:
            decoded = b64decode(found[2], validate=True)
        except (Base64Error, ValueError) as error:
            raise CustodyForgedError("custody.note_form") from error
        yield found[1], decoded[:_ID_BYTES], decoded[_ID_BYTES:]
