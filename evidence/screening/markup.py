"""XML: entities that grow or reach outside, and the marks among the first texts."""

from typing import IO, Any, Final
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException, EntitiesForbidden, ExternalReferenceForbidden
from defusedxml import sax as defused

from evidence.errors import HostileFileError
from evidence.screening.budget import Meter
from evidence.screening.marks import ZONE_LINES, find_marks
from evidence.screening.report import Report

DEEPEST: Final = 1_000


def look(file: IO[bytes], _meter: Meter, report: Report) -> None:
    """Read an XML document once, keeping nothing of it but its first texts.

    Raises:
        HostileFileError: `screening.entities`, `screening.external_entity` or
            `screening.xml_depth`.
    """
    first = _FirstTexts()
    try:
        parse(file, first)
    except SAXException as error:
        report.notice("broken", reason=type(error).__name__)
    report.mark(find_marks(first.texts))


def parse(file: IO[bytes], handler: ContentHandler) -> None:
    """Parse XML that may be hostile; entities of its own and external ones are refused.

    Raises:
        HostileFileError: As `look`.
        SAXException: It is not XML.
    """
    try:
        defused.parse(file, handler, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except EntitiesForbidden as error:
        code = "screening.external_entity" if error.sysid else "screening.entities"
        raise HostileFileError(code) from error
    except ExternalReferenceForbidden as error:
        raise HostileFileError("screening.external_entity") from error
    except DefusedXmlException as error:
        raise HostileFileError("screening.entities") from error


class _FirstTexts(ContentHandler):
    """The first texts of elements and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[str] = []
        self._depth = 0

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the name SAX calls
        self._depth += 1
        if self._depth > DEEPEST:
            raise HostileFileError("screening.xml_depth", limit=DEEPEST)
        self._say()
        self._add(*(value for _, value in attrs.items()))
        del name

    def characters(self, content: str) -> None:
        if len(self.texts) < ZONE_LINES:
            self._open.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - as above
        self._depth -= 1
        self._say()
        del name

    def _say(self) -> None:
        self._add("".join(self._open))
        self._open.clear()

    def _add(self, *texts: str) -> None:
        if len(self.texts) < ZONE_LINES:
            self.texts += [text for text in texts if text.strip()]
