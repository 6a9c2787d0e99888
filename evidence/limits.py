"""How much may be handed in: the one place from which pages, API, screening and store derive it."""

from dataclasses import dataclass
from typing import Final

from evidence.errors import LimitsError

# S3 takes no smaller piece but the last, and no more pieces than that.
PIECE_BYTES: Final = 5 << 20
MOST_PIECES: Final = 10_000
PART_BYTES: Final = 2 * PIECE_BYTES
# Of a file so large a part of twice the size is no more than a twenty-fifth, and each part costs
# the store a pause.
LARGE_BYTES: Final = 512 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one delivery may bring.

    Attributes:
        file_bytes: The largest file.
        files: How many files one delivery may hold.
        total_bytes: How much they may be together.
        part_bytes: How much is sent at a time, and at most sent again: some whole pieces, which go
            to an S3 store at once; see `part_of`.
        upload_hours: How long an upload that rests is kept.

    Raises:
        LimitsError: Two of them contradict each other; the facts name both.
    """

    file_bytes: int = 4 << 30
    files: int = 2_000
    total_bytes: int = 64 << 30
    part_bytes: int = PART_BYTES
    upload_hours: int = 72

    def __post_init__(self) -> None:
        """Refuse what cannot be kept together."""
        if self.part_bytes <= 0 or self.part_bytes % PIECE_BYTES:
            raise LimitsError("limits.part_uneven", part=self.part_bytes, piece=PIECE_BYTES)
        if self.file_bytes > PIECE_BYTES * MOST_PIECES:
            raise LimitsError(
                "limits.file_too_large", file=self.file_bytes, most=PIECE_BYTES * MOST_PIECES
            )
        if self.file_bytes > self.total_bytes:
            raise LimitsError(
                "limits.file_above_total", file=self.file_bytes, total=self.total_bytes
            )

    def part_of(self, size_bytes: int) -> int:
        """How much of a file of this size is sent at a time."""
        return self.part_bytes * (2 if size_bytes >= LARGE_BYTES else 1)
