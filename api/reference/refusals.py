"""The refusals, from the catalogue: code and sentence in both languages."""

from typing import Final

from api.language import NAMELESS, read_catalogue
from api.reference import as_page, as_table

_PREFIX: Final = "error."


def describe_errors() -> str:
    """One row per code."""
    vietnamese, english = read_catalogue("vi"), read_catalogue("en")
    # The same refusal of a file that is not named is no code of its own.
    codes = sorted(
        code
        for code in vietnamese
        if code.startswith(_PREFIX) and not code.endswith(f".{NAMELESS}")
    )
    return as_page(
        "Errors",
        "An error under `/api` is an `application/problem+json` with a stable `code`, its `facts` "
        "and a sentence.\nPlaces in braces are facts.\n"
        "Where other fields of the same request are wrong as well, `also` lists theirs.",
        as_table(
            ("Code", "Tiếng Việt", "English"),
            [
                (
                    f"`{code.removeprefix(_PREFIX)}`",
                    _sentence(vietnamese[code]),
                    _sentence(english[code]),
                )
                for code in codes
            ],
        ),
    )


def _sentence(sentence: str | tuple[str, ...]) -> str:
    text = sentence if isinstance(sentence, str) else " / ".join(sentence)
    return text.replace("\n", "<br>")
