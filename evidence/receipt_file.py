"""Receipts and certificates of destruction as files that anybody may have made."""

from pathlib import Path

from evidence.bounded import TooLargeError, read_bounded
from evidence.errors import CustodyForgedError
from evidence.receipt import LARGEST_RECEIPT


def read_receipt(path: Path) -> bytes:
    """Read the file of a receipt or of a certificate, to be verified.

    Raises:
        CustodyForgedError: It is larger than any of ours.
    """
    try:
        return read_bounded(path, most=LARGEST_RECEIPT)
    except TooLargeError as error:
        raise CustodyForgedError(
            "custody.receipt_too_large", size_bytes=error.size_bytes, limit=error.most
        ) from error
