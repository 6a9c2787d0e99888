"""TCVN3 (ABC) and VNI-Windows: the encodings of Vietnamese fonts, for which Python has no codec.

Both were made for fonts, not for exchange.  A capital letter with a tone was typed in TCVN3 by
the bytes of the small letter under a font of capitals (`.VnTimeH`); a text file keeps no font, so
such a heading comes out in small letters, and nobody can tell it from one that was small.

Source: TCVN 5712:1993, character set VN1, of which VN3 is the part that ABC fonts draw; VNI
Software Co., table of the VNI-Windows encoding.
"""

import codecs
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# The bytes from 0x80 on.  B0 to B4 are tones that stand behind their letter.
_TCVN3_UPPER: Final = (
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨ"
    "ÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ"
    "\xa0ĂÂÊÔƠƯĐăâêôơưđẰ"
    "\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ"
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽ"
    "éẹềểễếệìỉỄẾỒĩíịò"
    "Ổỏõóọồổỗốộờởỡớợù"
    "ỖủũúụừửữứựỳỷỹýỵỐ"
)
# VN1 has no room above for the last twelve capitals; they took places of control characters.
_TCVN3_LOWER: Final = {
    0x01: "Ú",
    0x02: "Ụ",
    0x04: "Ừ",
    0x05: "Ử",
    0x06: "Ữ",
    0x11: "Ứ",
    0x12: "Ự",
    0x13: "Ỳ",
    0x14: "Ỷ",
    0x15: "Ỹ",
    0x16: "Ý",
    0x17: "Ỵ",
}
TCVN3: Final = "".join(_TCVN3_LOWER.get(code, chr(code)) for code in range(0x80)) + _TCVN3_UPPER

# A letter of VNI and the mark behind it, both as Windows-1252 shows their bytes.
_VNI_TONES: Final = "øùûõï"
_VNI_PAIRS: Final = (
    ("a", _VNI_TONES, "àáảãạ"),
    ("a", "âàáåãä", "âầấẩẫậ"),
    ("a", "êèéúüë", "ăằắẳẵặ"),
    ("e", _VNI_TONES, "èéẻẽẹ"),
    ("e", "âàáåãä", "êềếểễệ"),
    ("o", _VNI_TONES, "òóỏõọ"),
    ("o", "âàáåãä", "ôồốổỗộ"),
    ("ô", _VNI_TONES, "ờớởỡợ"),
    ("u", _VNI_TONES, "ùúủũụ"),
    ("ö", _VNI_TONES, "ừứửữự"),
    ("y", "øùûõ", "ỳýỷỹ"),
)
_VNI_SINGLE: Final = dict(zip("ìíæóòôöîñ", "ìíỉĩịơưỵđ", strict=True))


def _vni() -> dict[str, str]:
    """What stands in a VNI text (as Windows-1252 shows it) to the letter that is meant."""
    letters = {
        base + mark: letter
        for base, marks, letters in _VNI_PAIRS
        for mark, letter in zip(marks, letters, strict=True)
    }
    # A capital letter decides; its mark was typed small as well as capital.
    capitals = {
        pair[0].upper() + mark: letter.upper()
        for pair, letter in letters.items()
        for mark in (pair[1], pair[1].upper())
    }
    single = _VNI_SINGLE | {one.upper(): other.upper() for one, other in _VNI_SINGLE.items()}
    return letters | capitals | single


VNI: Final = _vni()
# A byte of a letter that fits to nothing before it means nothing.
_VNI_SEQUENCE: Final = re.compile(
    "|".join(sorted(map(re.escape, VNI), key=len, reverse=True)) + "|[\xc0-\xff]"
)


class Tcvn3Decoder(codecs.IncrementalDecoder):
    """Bytes of TCVN3 as characters; tones behind their letter are left to be composed."""

    def decode(self, input: "ReadableBuffer", final: bool = False) -> str:  # noqa: A002, ARG002, FBT001, FBT002 - as in codecs
        """The characters of some bytes; every byte is one."""
        return codecs.charmap_decode(bytes(input), "replace", TCVN3)[0]


class VniDecoder(codecs.IncrementalDecoder):
    """Bytes of VNI-Windows as characters; what means nothing becomes U+FFFD."""

    def __init__(self, errors: str = "replace") -> None:
        super().__init__(errors)
        self._rest = b""

    def decode(self, input: "ReadableBuffer", final: bool = False) -> str:  # noqa: A002, FBT001, FBT002 - as in codecs
        """The characters of some bytes; the last waits for the next bytes, which may mark it."""
        whole = self._rest + bytes(input)
        end = len(whole) if final else max(0, len(whole) - 1)
        # A pair is never cut: a mark is no letter that could take a mark itself, ô and ö but.
        if 0 < end < len(whole) and _is_pair(whole[end - 1 : end + 1]):
            end -= 1
        self._rest = whole[end:]
        shown = whole[:end].decode("windows-1252", errors="replace")
        return _VNI_SEQUENCE.sub(lambda found: VNI.get(found[0], "\ufffd"), shown)


DECODERS: Final = {"tcvn3": Tcvn3Decoder, "vni": VniDecoder}


def _is_pair(two: bytes) -> bool:
    return two.decode("windows-1252", errors="replace") in VNI
