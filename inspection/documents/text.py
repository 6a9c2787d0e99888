"""Text that came from people, made fit for paper: composed, visible, measured; never shortened."""

import re
import unicodedata
from xml.sax.saxutils import escape

from inspection.documents import fonts

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_TAB = "    "
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")
# Where a word longer than its line is best cut: behind these.
_BREAKS = "_-./,;:@\\"
_WORDS = re.compile(" +|[^ ]+")


class _Visible(dict[int, str]):
    """What stands on paper for each code point: itself, or its number where nobody could see it."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        shown = code in fonts.covered() and unicodedata.category(character) not in _INVISIBLE
        self[code] = character if shown else f"[U+{code:04X}]"
        return self[code]


_VISIBLE = _Visible({ord("\n"): "\n", ord("\t"): _TAB})


def clean(text: str) -> str:
    """NFC, line ends as newlines, and a visible code such as [U+1F600] for what cannot be seen.

    Control and formatting characters (among them those that turn the direction of writing) get a
    code too: a document that people sign must not read differently from what it contains.
    """
    composed = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text))
    return composed.translate(_VISIBLE)


def markup(text: str) -> str:
    """One line of clean text, escaped for a ReportLab paragraph."""
    return escape(clean(text))


def paragraphs(text: str) -> list[str]:
    """The lines of a text that say something, each escaped for a ReportLab paragraph."""
    return [markup(line) for line in clean(text).split("\n") if line.strip()]


def wrap(text: str, *, face: str, size: float, width: float) -> list[str]:
    """Break clean text into lines that fit `width` points; only the blank at a break is dropped."""
    widths = fonts.glyph_widths(face)
    limit = width * 1000 / size
    lines: list[str] = []
    for line in text.split("\n"):
        if sum(map(widths.__getitem__, map(ord, line))) <= limit:
            lines.append(line)
        else:
            lines.extend(_broken(line, widths=widths, limit=limit))
    return lines


def _broken(line: str, *, widths: dict[int, float], limit: float) -> list[str]:
    """Greedy line breaking at blanks; a word longer than a line is cut between characters."""
    lines: list[str] = []
    held, held_width = "", 0.0
    for word in _WORDS.findall(line):
        word_width = sum(map(widths.__getitem__, map(ord, word)))
        if held_width + word_width <= limit:
            held, held_width = held + word, held_width + word_width
            continue
        if word[0] == " ":
            # The blanks at which the line breaks are the only ones not printed.
            lines.append(held)
            held, held_width = "", 0.0
            continue
        if held:
            lines.append(held.rstrip(" "))
        *full, held = _cut(word, widths=widths, limit=limit)
        lines.extend(full)
        held_width = sum(map(widths.__getitem__, map(ord, held)))
    return [*lines, held] if held else lines


def _cut(word: str, *, widths: dict[int, float], limit: float) -> list[str]:
    """Cut a word to the width, after a sign such as `_` or `/` where its last stretch has one."""
    pieces: list[str] = []
    start, used = 0, 0.0
    for place, character in enumerate(word):
        used += widths[ord(character)]
        if used > limit and place > start:
            stretch = word[start:place]
            sign = max(map(stretch.rfind, _BREAKS)) + 1
            pieces.append(stretch[:sign] if 2 * sign > len(stretch) else stretch)
            start += len(pieces[-1])
            used = sum(map(widths.__getitem__, map(ord, word[start : place + 1])))
    return [*pieces, word[start:]]
