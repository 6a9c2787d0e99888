"""Ways to damage bytes and texts, all by a given source of randomness."""

from random import Random
from typing import Final

_RANGES: Final = ((32, 126), (32, 126), (0, 31), (0xC0, 0x1EF9), (0x2000, 0x2070), (0x80, 0x10FFFF))
_TOKENS: Final = (
    b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\n", b"\r\n", b"\t", b'"', b"'", b",",
    b";", b"|", b"{", b"}", b"[", b"]", b"<", b">", b"&", b"*a", b"&a ", b"!!python/name:os ",
    b"~", b".inf", b".nan", b"-0", b"1e999", b"9" * 40, b"0x7f", b"9999-12-31", b"0000-00-00",
    b"null", b"true", b": ", b"- ", b"#", b"%", b"\xc2\xa0", b"\xe2\x80\x8b", b"\xed\xa0\x80",
    b"=1+1", b"<!ENTITY x 'y'>", b"\xf0\x9f\x98\x80",
)  # fmt: skip


def random_text(rng: Random, length: int) -> str:
    """Letters of every kind, surrogates left out: no decoder gives them."""
    letters = (rng.randint(*rng.choice(_RANGES)) for _ in range(length))
    return "".join(chr(one) for one in letters if not 0xD800 <= one <= 0xDFFF)


def damaged(rng: Random, content: bytes, *, most: int = 4) -> bytes:
    """The content after one to `most` blows."""
    for _ in range(rng.randint(1, most)):
        content = _blow(rng, content)
    return content


def _blow(rng: Random, content: bytes) -> bytes:  # noqa: PLR0911 - one return for each blow
    at = rng.randrange(len(content) + 1)
    end = min(len(content), at + rng.choice((1, 1, 2, 8, 64, 1_000)))
    match rng.randrange(8):
        case 0:  # something foreign put in
            return content[:at] + rng.choice(_TOKENS) + content[at:]
        case 1:  # something foreign in its place
            return content[:at] + rng.choice(_TOKENS) + content[end:]
        case 2:  # a piece lost
            return content[:at] + content[end:]
        case 3:  # a piece twice, or very often
            return content[:at] + content[at:end] * rng.choice((2, 2, 3, 50)) + content[end:]
        case 4:  # bits turned
            if at < len(content):
                turned = content[at] ^ (1 << rng.randrange(8))
                return content[:at] + bytes([turned]) + content[at + 1 :]
            return content
        case 5:  # cut off
            return content[:at]
        case 6:  # two pieces changed over
            return content[end:] + content[at:end] + content[:at]
    return _line_blow(rng, content)


def _line_blow(rng: Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(3):
        case 0:
            del lines[one]
        case 1:
            lines.insert(other, lines[one])
        case 2:
            lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)
