"""What a mistyped formula probably meant: the usual slips, each with how to mend it.

Nothing is mended silently: a slip is named, and the author decides.
"""

import re
from typing import Final

from rules.errors import FormulaError

# What people bring along from elsewhere, longest first, and what is written here instead.
_OPERATORS: Final = {
    "===": "=",
    "!==": "<>",
    "==": "=",
    "=<": "<=",
    "=>": ">=",
    "=!": "<>",
    "><": "<>",
    "&&": "AND",
    "||": "OR, &",
    "**": "POWER(…, 2)",
    "^": "POWER(…, 2)",
    "≤": "<=",
    "≥": ">=",
    "≠": "<>",
    "×": "*",
    "÷": "/",
    "−": "-",
    "–": "-",
    "—": "-",
    "!": "NOT",
}
_SMART: Final = frozenset("“”„‟‘’‚‛«»`´")
_PAIRS: Final = {")": "(", "]": "["}
_WORDS: Final = frozenset(
    [
        "and",
        "or",
        "not",
        "between",
        "in",
        "is",
        "like",
        "then",
        "else",
        "when",
        "end",
        "case",
        "list",
        "null",
        "blank",
        "true",
        "false",
    ]
)
_OPERAND: Final = re.compile(r"[\w'\"(\[]")
_NUMBER_BEFORE: Final = re.compile(r"(?<![\w\]'\")])[0-9]+(?:[.,_ ][0-9]+)*$")
_TWO_SIDES: Final = re.compile(r"<>|!=|<=|>=|<|>|=")
_STRING: Final = re.compile(r"'(?:[^'\n]|'')*'|\"(?:[^\"\n]|\"\")*\"|\[[^\[\]\n]*\]")


def slip(text: str, at: int) -> FormulaError:
    """The refusal of a text that is no formula, given where reading it stopped.

    Returns:
        One of `formula.smart_quote`, `formula.operator`, `formula.unclosed`, `formula.unopened`,
        `formula.number_grouping`, `formula.decimal_comma`, `formula.mixed_separators`,
        `formula.chained`, `formula.between_and`, `formula.missing_operand`,
        `formula.missing_operator`, `formula.syntax`; `at` is the character, from 0.
    """
    for recognize in (
        _smart_quote,
        _operator,
        _unclosed_text,
        _number,
        _separator,
        _chained,
        _brackets,
        _words,
        _missing,
    ):
        found = recognize(text, at)
        if found is not None:
            return found
    return FormulaError("formula.syntax", at=at)


def _smart_quote(text: str, at: int) -> FormulaError | None:
    if at < len(text) and text[at] in _SMART:
        return FormulaError("formula.smart_quote", found=text[at], at=at)
    return None


def _operator(text: str, at: int) -> FormulaError | None:
    # Reading may stop at the second sign of a pair: look from one and two characters before, too.
    for start in (at - 2, at - 1, at):
        for found, instead in _OPERATORS.items():
            if start >= 0 and start + len(found) > at and text.startswith(found, start):
                return FormulaError("formula.operator", found=found, instead=instead, at=start)
    return None


def _unclosed_text(text: str, at: int) -> FormulaError | None:
    if at < len(text) and text[at] in "'\"[":
        closes = "]" if text[at] == "[" else text[at]
        if not _STRING.match(text, at):
            return FormulaError("formula.unclosed", found=text[at], expected=closes, at=at)
    return None


def _number(text: str, at: int) -> FormulaError | None:
    """Digits in groups, or a comma as decimal mark."""
    rest = text[at:]
    before = _NUMBER_BEFORE.search(text[:at].rstrip())
    if before is None:
        return None
    if re.match(r"_?[0-9_]|\.[0-9]", rest):
        return FormulaError("formula.number_grouping", at=before.start())
    if re.match(r",[0-9]", rest) and text[at - 1].isdigit():
        return FormulaError("formula.decimal_comma", at=before.start())
    return None


def _separator(text: str, at: int) -> FormulaError | None:
    """A list that uses both of its separators: `1,5` there could be one number or two."""
    if text[at : at + 1] not in (",", ";"):
        return None
    other = ";" if text[at] == "," else ","
    if other in _level(text, at):
        return FormulaError("formula.mixed_separators", at=at)
    return None


def _chained(text: str, at: int) -> FormulaError | None:
    if not _TWO_SIDES.match(text, at):
        return None
    inside = re.split(r"(?i)\b(?:and|or|not|when|then|else|case)\b|[,;]", _level(text, at))[-1]
    if _TWO_SIDES.search(inside):
        return FormulaError("formula.chained", at=at)
    return None


def _level(text: str, at: int) -> str:
    """What stands before `at` inside the same brackets, texts and inner brackets blanked out."""
    bare = _blanked(text)[:at]
    depth, kept = 0, []
    for letter in reversed(bare):
        if letter in ")]":
            depth += 1
        elif letter in "([":
            if depth == 0:
                break
            depth -= 1
        elif depth == 0:
            kept.append(letter)
    return "".join(reversed(kept))


def _blanked(text: str) -> str:
    return _STRING.sub(lambda found: " " * len(found[0]), text)


def _brackets(text: str, at: int) -> FormulaError | None:
    bare = _blanked(text)
    opened: list[int] = []
    for place, letter in enumerate(bare):
        if letter in "([":
            opened.append(place)
        elif letter in _PAIRS:
            if not opened or bare[opened[-1]] != _PAIRS[letter]:
                return FormulaError("formula.unopened", found=letter, at=place)
            opened.pop()
    if opened and at >= len(text.rstrip()) and not _hangs(bare[:at]):
        place = opened[-1]
        expected = ")" if bare[place] == "(" else "]"
        return FormulaError("formula.unclosed", found=bare[place], expected=expected, at=place)
    return None


def _words(text: str, at: int) -> FormulaError | None:
    """A CASE without END, a BETWEEN without AND."""
    bare = _blanked(text)[:at]
    if _hangs(bare, whole=text[:at]) or not (at >= len(text.rstrip()) or text[at] in ")],;"):
        return None
    words = [(word[0].lower(), word.start()) for word in re.finditer(r"\w+", bare)]
    opened: list[int] = []
    for word, place in words:
        if word == "case":
            opened.append(place)
        elif word == "end" and opened:
            opened.pop()
    if opened:
        return FormulaError("formula.unclosed", found="CASE", expected="END", at=opened[-1])
    places = [place for word, place in words if word == "between"]
    if places and "and" not in [word for word, place in words if place > places[-1]]:
        return FormulaError("formula.between_and", at=at)
    return None


def _missing(text: str, at: int) -> FormulaError | None:
    stopped = at >= len(text) or re.match(r"[)\],;+*/%&<>=!\w]", text[at:])
    if stopped and _hangs(_blanked(text)[:at], whole=text[:at]):
        return FormulaError("formula.missing_operand", at=at)
    word = re.match(r"\w+", text[at:])
    joins = word is not None and word[0].lower() in _WORDS
    if at < len(text) and _OPERAND.match(text, at) and not joins:
        return FormulaError("formula.missing_operator", at=at)
    return None


def _hangs(bare: str, *, whole: str | None = None) -> bool:
    """Whether the text before ends in something that needs another operand."""
    before = (bare if whole is None else whole).rstrip()
    if not before:
        return True
    if before[-1] in "+-*/%&<>=(,;":
        return True
    last = re.search(r"(?<![\w\]])(\w+)$", before)
    hanging = {"and", "or", "not", "between", "then", "else", "when", "case"}
    return last is not None and last[1].lower() in hanging
