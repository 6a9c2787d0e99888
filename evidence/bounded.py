"""Files that anybody may have made: their size is looked at before a byte of them is read."""

from pathlib import Path


class TooLargeError(ValueError):
    """A file is larger than anything it can be."""

    def __init__(self, size_bytes: int, most: int) -> None:
        super().__init__(size_bytes, most)
        self.size_bytes, self.most = size_bytes, most


def read_bounded(path: Path, *, most: int) -> bytes:
    """Read a file whole.

    Raises:
        TooLargeError: It holds more than `most` bytes, or grew while it was read.
    """
    with path.open("rb") as file:
        size_bytes = path.stat().st_size
        if size_bytes > most:
            raise TooLargeError(size_bytes, most)
        content = file.read(size_bytes + 1)
    if len(content) > size_bytes:
        raise TooLargeError(len(content), size_bytes)
    return content
