"""Names of public bodies in capitals, broken into lines where one would break them when reading."""

from inspection.documents import fonts
from inspection.documents.text import clean, wrap

# A name breaks best before the place it speaks of: ỦY BAN NHÂN DÂN / TỈNH …
_PLACES = ("TỈNH", "THÀNH PHỐ", "HUYỆN", "QUẬN", "THỊ XÃ", "XÃ", "PHƯỜNG", "ĐẶC KHU")

_EVEN_LINES = 6


def name_lines(text: str, *, face: str, size: float, width: float) -> list[str]:
    """The lines of a body's name in capitals; none for an empty name."""
    capitals = " ".join(clean(text).upper().split())
    if not capitals:
        return []
    greedy = wrap(capitals, face=face, size=size, width=width)
    if len(greedy) == 1:
        return greedy
    return _before_place(capitals, face=face, size=size, width=width) or _even(
        capitals, greedy, face=face, size=size, width=width
    )


def _before_place(name: str, *, face: str, size: float, width: float) -> list[str]:
    """Two lines, the second beginning with a place; none where no such break fits."""
    found: list[tuple[float, list[str]]] = []
    for place in _PLACES:
        before, sign, after = name.rpartition(f" {place} ")
        lines = [before, f"{place} {after}"]
        widest = max(fonts.width_of(line, face=face, size=size) for line in lines)
        if sign and widest <= width:
            found.append((widest, lines))
    return min(found)[1] if found else []


def _even(name: str, greedy: list[str], *, face: str, size: float, width: float) -> list[str]:
    """As many lines as needed, about as long as each other."""
    best, narrower = greedy, width
    if len(greedy) > _EVEN_LINES:
        return greedy
    while narrower > width / 2:
        narrower -= size / 2
        lines = wrap(name, face=face, size=size, width=narrower)
        if len(lines) > len(greedy):
            break
        best = lines
    return best
