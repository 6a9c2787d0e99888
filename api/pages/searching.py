"""Searching in short lists, with and without diacritics."""

import unicodedata


def folded(text: str) -> str:
    """Write a text without tones and marks, in small letters; đ becomes d."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def is_in(wanted: str, *texts: str) -> bool:
    """Tell whether every word wanted stands in the texts; nothing wanted stands everywhere."""
    hay = folded(" ".join(texts))
    return all(word in hay for word in folded(wanted).split())
