"""The heading of a text file: found, or taken where the contract says it stands."""

from rules.contract import Contract
from rules.errors import ReadingError
from rules.reading.places import Ranges
from rules.reading.records import Block


def heading_of(block: Block, *, contract: Contract, blank: Ranges) -> list[str] | None:
    """The heading a contract declares; it and what stands before leave the block.

    Args:
        blank: Where the blank records before it are kept.

    Returns:
        The fields of the heading; None while it has not come.

    Raises:
        ReadingError: `reading.no_heading`, `reading.heading_quotes`.
    """
    if contract.heading is None:
        return _find_heading(block, contract=contract, blank=blank)
    if contract.heading == 0:
        return [column.name for column in contract.columns] if _first_number(block) else None
    while (number := _first_number(block)) is not None:
        if number > contract.heading:
            raise ReadingError("reading.no_heading")
        if block.refused and block.refused[0].row == number:
            if number == contract.heading:
                raise ReadingError("reading.heading_quotes", row=number)
            block.refused.pop(0)
            continue
        fields = _take_first(block, number, delimiter=contract.delimiter)
        if number == contract.heading:
            return fields
    return None


def _first_number(block: Block) -> int | None:
    """The number of the first record that waits in a block."""
    waiting = [block.spans[0][0]] if block.spans else []
    waiting += [block.quoted[0][0]] if block.quoted else []
    waiting += [block.refused[0].row] if block.refused else []
    return min(waiting, default=None)


def _take_first(block: Block, number: int, *, delimiter: str) -> list[str]:
    """The fields of the first record, which leaves the block."""
    if block.quoted and block.quoted[0][0] == number:
        return block.quoted.popleft()[1]
    fields = _take_line(block).split(delimiter)
    if block.spans[0][1] == 0:
        block.lines.popleft()
        block.spans.popleft()
    return fields


def _find_heading(block: Block, *, contract: Contract, blank: Ranges) -> list[str] | None:
    """The fields of the first record that is not blank; it and those before leave the block."""
    while True:
        _drop_blank_lines(block, delimiter=contract.delimiter, blank=blank)
        line = block.spans[0][0] if block.spans else None
        quoted = block.quoted[0][0] if block.quoted else None
        refused = block.refused[0].row if block.refused else None
        waiting = [number for number in (line, quoted, refused) if number is not None]
        if not waiting:
            return None
        number = min(waiting)
        if number == refused:
            raise ReadingError("reading.heading_quotes", row=number)
        if number == line:
            return _take_line(block).split(contract.delimiter)
        fields = block.quoted.popleft()[1]
        if any(name.strip() for name in fields):
            return fields
        blank.add(number)


def _drop_blank_lines(block: Block, *, delimiter: str, blank: Ranges) -> None:
    """Drop the blank records at the start of the first run, all at once."""
    if not block.lines:
        return
    run, (first, count) = block.lines[0], block.spans[0]
    start = len(run) - len(run.lstrip(f" \t\n\xa0{delimiter}"))
    start = run.rfind("\n", 0, start) + 1
    found = run.count("\n", 0, start)
    for number in range(first, first + found):
        blank.add(number)
    block.lines[0], block.spans[0] = run[start:], (first + found, count - found)
    if count == found:
        block.lines.popleft()
        block.spans.popleft()


def _take_line(block: Block) -> str:
    line, _, block.lines[0] = block.lines[0].partition("\n")
    first, count = block.spans[0]
    block.spans[0] = (first + 1, count - 1)
    return line
