"""What reading a text file may take: every limit and size of it in one place.

Those of archives are in `budget`, that of gzip in `gzip_file`, those of a process in `apart`.
"""

from typing import Final

BLOCK_BYTES: Final = 8 << 20  # read at once; memory is some thirty times this, whatever the file
RECORD_LIMIT: Final = 8 << 20  # characters; one that is still open after so many is never closed
SMALL_REST_BYTES: Final = 64 << 10  # of a block, before it is seen together with the next
# A stretch with something wrong in it is read record by record; it grows while wrong ones follow.
FIRST_STRETCH_BYTES: Final = 16 << 10
GOOD_STRETCH_BYTES: Final = 1 << 20  # after so much without fault the next stretch is short again
FAST_WIDTH_LIMIT: Final = 300  # fields; the shape of a wider record has no room in one automaton
RECOGNITION_BYTES: Final = 8 << 20  # of a file's start, searched for lines that tell its encoding
SAMPLE_BYTES: Final = 64 << 10  # of such lines, read in every encoding
