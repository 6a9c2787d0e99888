"""Formulas at random: any text, the words of the language shuffled, good ones damaged, bombs."""

from pathlib import Path
from random import Random
from typing import Final

from rules.checks.subject import prepared
from rules.errors import FormulaError
from rules.formula import Scope, compile_formula
from rules.formula.explaining import MOST_STEPS, steps
from rules.formula.functions import FUNCTIONS
from rules.formula.manual import manual
from tests.fuzz.damage import damaged, random_text
from tests.rules.building import AS_OF, CALENDAR
from tests.rules.formula.test_lists import LISTS
from tests.rules.formula.writing_formulas import EXTREMES, OF

_LEAVES: Final = (
    "x", "y", "n", "s", "d", "w", "o", "0", "1", "-1", "7", "0.05", "10%", "9" * 38, "'x'", "''",
    "'Đ ễ'", "'%_'", "DATE '2026-02-28'", "'9999-12-31'", "AS_OF()", "NULL", "TRUE", "FALSE",
    "'Y'", "'D'", "18", "'plain'", "[s]",
)  # fmt: skip
_WORDS: Final = tuple(sorted(name for name in FUNCTIONS if name[0].isalpha()))
_SIGNS: Final = ("+", "-", "*", "/", "%", "&", "=", "<>", "<", "<=", ">", ">=", "AND", "OR")
_SOUP: Final = (
    *_LEAVES, *_WORDS, *_SIGNS, *"()[],;.:'\"“”!\n\t\x00\u00a0€", "==", "&&", "||", "CASE", "WHEN",
    "THEN", "ELSE", "END", "IN", "LIST", "BETWEEN", "NOT", "IS", "LIKE", "BLANK", "1,5", "1_000",
)  # fmt: skip
_EXAMPLES: Final = [text for group in manual() for one in group.entries for text in one.examples]
_BOMBS: Final = (
    ("(", "x", ")"), ("-", "n", ""), ("NOT ", "o", ""), ("1/(", "n", ")"), ("[", "x", "]"),
    ("SUBSTITUTE(", "s", ",'x','xxxxxxxxxx')"), ("(", "o", " IN (TRUE,FALSE,NULL))"),
    ("SWITCH(", "n", ",1,2,3,4,5)"), ("CASE WHEN o THEN ", "1", " ELSE 2 END"),
    ("EDATE(", "d", ",1)"), ("ADD_WORKHOURS(", "w", ",1)"), ("POWER(", "o", ",2)"),
    ("COALESCE(", "n", ",n,n)"), ("TEXT(", "s", ")"), ("FOLD(", "s", ")"), ("'", "", "'"),
    ("LPAD(", "s", ",1000,'x')"), ("CONCAT(s,", "s", ",s)"), ("x BETWEEN 1 AND ", "2", ""),
    ("s&", "s", ""), ("n+", "n", ""), ("o OR ", "o", ""), ("IF(o,", "n", ",n)"),
)  # fmt: skip


def make(rng: Random) -> bytes:
    """One text, as UTF-8."""
    kind = rng.randrange(6)
    if kind == 0:
        text = random_text(rng, rng.randrange(200))
    elif kind == 1:
        text = rng.choice(["", " "]).join(rng.choices(_SOUP, k=rng.randrange(1, 40)))
    elif kind == 2:
        head, core, tail = rng.choice(_BOMBS)
        times = rng.choice((3, 10, 59, 200, 1_500))
        text = head * times + core + tail * times
    else:
        text = rng.choice(_EXAMPLES) if rng.random() < 0.2 else _grown(rng, rng.randrange(1, 6))
        if rng.random() < 0.4:
            text = damaged(rng, text.encode()).decode("utf-8", "replace")
    return text.encode("utf-8", "surrogatepass")


def _grown(rng: Random, depth: int) -> str:  # noqa: PLR0911 - one for each form
    if depth == 0 or rng.random() < 0.1:
        return rng.choice(_LEAVES)
    parts = [_grown(rng, depth - 1) for _ in range(4)]
    match rng.randrange(9):
        case 0 | 1 | 2:
            count = rng.randrange(4)
            return f"{rng.choice(_WORDS)}({', '.join(parts[:count])})"
        case 3 | 4:
            return f"({parts[0]} {rng.choice(_SIGNS)} {parts[1]})"
        case 5:
            return f"CASE WHEN {parts[0]} THEN {parts[1]} ELSE {parts[2]} END"
        case 6:
            return f"({parts[0]} NOT IN ({parts[1]}; {parts[2]}))"
        case 7:
            return f"({parts[0]} BETWEEN {parts[1]} AND {parts[2]})"
    return f"({parts[0]} IS NOT {rng.choice(['NULL', 'BLANK', 'TRUE'])})"


def run(content: bytes, _folder: Path) -> None:
    """Compile it; what compiles must run on extreme rows, and so must its steps."""
    text = content.decode("utf-8", "surrogatepass")
    scope = Scope(
        contract=OF, parameters={}, calendar=CALENDAR, as_of=AS_OF, dated_by="d", lists=LISTS
    )
    try:
        value = compile_formula(text, scope)
    except FormulaError as error:
        at = error.facts.get("at")
        assert isinstance(at, int), "a refusal without a place"
        assert 0 <= at <= len(text), "a place outside of the text"
        raise
    frame = prepared(EXTREMES.frame, OF, [one.name for one in OF.columns])
    answered = frame.with_columns(value.expr.alias("is")).collect()
    assert answered.height == 5, "rows were lost"
    assert answered.schema["is"] == value.type.dtype, "another type than said"
    made = steps(text, scope)
    assert len(made) <= MOST_STEPS
    frame.select(step.expr.alias(str(at)) for at, step in enumerate(made)).collect()
