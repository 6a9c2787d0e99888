"""The head of a worksheet: the texts of its first rows, and of its printed header and footer.

Source: ECMA-376 part 1 §18.3.1.73 (row), §18.3.1.4 (cell), §18.4.8 (shared strings).
"""

from typing import Any, Final
from xml.sax.handler import ContentHandler

HEAD_ROWS: Final = 20
_CELLS: Final = 400


class SheetHead(ContentHandler):
    """Texts in the first rows, and the numbers of shared texts that stand there."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.shared: set[int] = set()
        self._rows = 0
        self._kind = ""
        self._open: list[str] | None = None

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the name SAX calls
        """An element begins."""
        match name.rpartition(":")[2]:
            case "row":
                self._rows += 1
            case "c":
                self._kind = attrs.get("t", "")
            case "v" | "t" if self._is_head:
                self._open = []
            case "oddHeader" | "oddFooter" | "firstHeader":
                self._kind, self._open = "inlineStr", []

    def characters(self, content: str) -> None:
        """Text goes on."""
        if self._open is not None:
            self._open.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - as above
        """An element ends."""
        if name.rpartition(":")[2] not in {"v", "t", "oddHeader", "oddFooter", "firstHeader"}:
            return
        text, self._open = "".join(self._open or ()).strip(), None
        if self._kind == "s" and text.isdigit():
            self.shared.add(int(text))
        elif text:
            # Codes such as &C&"Arial" part the three places of a printed header.
            self.texts.append(text.replace("&L", "\n").replace("&C", "\n").replace("&R", "\n"))

    @property
    def _is_head(self) -> bool:
        return self._rows <= HEAD_ROWS and len(self.texts) + len(self.shared) < _CELLS


class SharedTexts(ContentHandler):
    """The shared texts of some numbers."""

    def __init__(self, wanted: set[int]) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._wanted = wanted
        self._at = -1
        self._open: list[str] | None = None

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - as above
        """An element begins."""
        del attrs
        if name.rpartition(":")[2] == "si":
            self._at += 1
            self._open = [] if self._at in self._wanted else None

    def characters(self, content: str) -> None:
        """Text goes on."""
        if self._open is not None:
            self._open.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - as above
        """An element ends."""
        if name.rpartition(":")[2] == "si" and self._open is not None:
            self.texts.append("".join(self._open))
            self._open = None
