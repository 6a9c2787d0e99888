"""The sentences of the platform: one gettext catalogue per language, read once.

Everywhere else a sentence is a code.  A code without a sentence raises: what is not translated must
not reach a page unnoticed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po

from api.formats import Formats
from rules.text import Text

LANGUAGES: Final = ("vi", "en")
DEFAULT: Final = "vi"
LOCALE: Final = Path(__file__).parent / "locale"
# The end of a sentence's code where the file it speaks of is not named.
NAMELESS: Final = "nameless"

Sentence = str | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translator:
    """Turns codes and facts into sentences of one language."""

    lang: str
    messages: Mapping[str, Sentence]
    formats: Formats

    def __call__(self, code: str, /, **facts: object) -> str:
        """Say the sentence of a code.

        Numbers, dates and times among the facts are written as the language writes them; a sentence
        with two forms is chosen by the fact `count`.

        Raises:
            KeyError: The catalogue has no such code, or the sentence needs a fact not given.
        """
        sentence = self.messages[code]
        if isinstance(sentence, tuple):
            sentence = sentence[0 if facts["count"] == 1 else -1]
        return sentence.format_map(self._written(facts))

    def refusal(self, code: str, facts: Mapping[str, object]) -> str:
        """Say why something was refused, for the code an error carries.

        A sentence that misses a fact is still better than no sentence: the gap shows as dots.
        """
        sentence = self.messages.get(f"error.{code}") or self.messages["error.unknown"]
        if facts.get("file") == "":
            # One may not be told what it is called, or has it before one's eyes.
            sentence = self.messages.get(f"error.{code}.{NAMELESS}", sentence)
        return str(sentence).format_map(_Gaps(self._written({"code": code, **facts})))

    def knows(self, code: str) -> bool:
        """Tell whether the catalogue has a sentence for the code."""
        return code in self.messages

    def pick(self, text: Text) -> str:
        """Take this language's half of a bilingual text."""
        return text.vi if self.lang == "vi" else text.en

    def _written(self, facts: Mapping[str, object]) -> dict[str, object]:
        return {name: self.formats.fact(fact) for name, fact in facts.items()}


class _Gaps(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def read_catalogue(lang: str) -> dict[str, Sentence]:
    """Read all sentences of one language, by code."""
    with (LOCALE / lang / "LC_MESSAGES" / "thanhtra.po").open("rb") as source:
        catalogue = read_po(source, locale=lang, abort_invalid=True)
    return {
        message.id if isinstance(message.id, str) else message.id[0]: _sentence(message.string)
        for message in catalogue
        if message.id
    }


@lru_cache(maxsize=len(LANGUAGES))
def translator(lang: str) -> Translator:
    """Give the translator of a language; any other than ours becomes Vietnamese."""
    known = lang if lang in LANGUAGES else DEFAULT
    return Translator(lang=known, messages=read_catalogue(known), formats=Formats(lang=known))


def _sentence(string: object) -> Sentence:
    return tuple(str(s) for s in string) if isinstance(string, list | tuple) else str(string)
