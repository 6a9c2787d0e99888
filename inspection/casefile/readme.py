"""The page that lies on top of a case file: what it is, and how to check it without us."""

from pathlib import Path
from typing import Final

README: Final = "README.txt"
_TEXT: Final = Path(__file__).with_name("readme.txt")


def write_readme(title: str) -> bytes:
    """The page, in Vietnamese and in English."""
    return _TEXT.read_text(encoding="utf-8").format(title=title).encode()
