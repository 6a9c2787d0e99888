"""A document of another format, whichever of the two it is."""

from rules.errors import ExchangeError
from rules.exchange.documents import read_document
from rules.exchange.left_out import Imported
from rules.exchange.odcs import import_odcs
from rules.exchange.table_schema import import_table_schema


def import_contract(
    content: bytes, *, file: str, name: str, table: str | None = None, scale: int | None = None
) -> Imported:
    """The contract of a document that names its own format.

    Args:
        file: How refusals call the document.
        name: What the table is called here.
        table: Which table of the document, where it has several.
        scale: The places of numbers after the decimal mark, where the document does not say.

    Raises:
        ExchangeError: It is neither format, or cannot be taken; see the two importers.
        PackError: YAML that no pack may hold either.
    """
    document = read_document(content, file=file)
    if document.get("kind") == "DataContract":
        return import_odcs(document, file=file, name=name, table=table, scale=scale)
    if "fields" not in document:
        raise ExchangeError("exchange.not_a_document", file=file)
    return import_table_schema(document, file=file, name=name, scale=scale)
